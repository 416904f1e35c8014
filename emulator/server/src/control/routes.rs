//! Where the emulator's own endpoints are.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::get;
use serde_json::Value;

pub(crate) use super::health::not_found;

use super::endpoint::Endpoint;
use super::{
    ca_certificate, clock, cluster_endpoints, config, events, health, openapi, request, reset,
    seed, shutdown, snapshots, state, support, tokens, transition_rules, transitions,
};
use super::{faults, metrics, requests};
use crate::http::app::App;

/// What the paths of the emulator's own endpoints begin with. EKS has none
/// that does.
pub(crate) const OWN: [&str; 3] = ["/_emulator", "/_localstack/health", "/moto-api/reset"];
/// The paths that tell nothing but that the emulator is there.
pub(crate) const HEALTH: [&str; 3] = [
    "/_emulator/health",
    "/_emulator/ready",
    "/_localstack/health",
];

/// The paths that are answered before the emulator is ready.
pub(crate) const BEFORE_READY: [&str; 4] = [HEALTH[0], HEALTH[1], HEALTH[2], metrics::PATH];

/// The emulator's own endpoints.
pub(crate) fn routes(app: &App) -> Router<App> {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let (path, route) = endpoint.into_route();
        router = router.route(path, route);
    }
    router
        .route(
            "/_emulator/{*path}",
            get(health::not_found).fallback(health::not_found),
        )
        .method_not_allowed_fallback(health::method_not_allowed)
        .layer(middleware::from_fn_with_state(app.clone(), request::keep))
        .layer(middleware::from_fn_with_state(
            app.allowed_hosts.clone(),
            request::check,
        ))
}

/// Those that change nothing and tell nothing but that the emulator is there:
/// for whoever waits for it, under any name.
pub(crate) fn health_routes() -> Router<App> {
    let mut router = Router::new();
    for endpoint in health::endpoints() {
        let (path, route) = endpoint.into_route();
        router = router.route(path, route);
    }
    router.method_not_allowed_fallback(health::method_not_allowed)
}

/// Every endpoint with its description.
pub(super) fn described() -> Vec<Endpoint> {
    let mut endpoints = health::endpoints();
    endpoints.extend(self::endpoints());
    endpoints
}

/// The endpoints that control the emulator or tell what it has.
fn endpoints() -> Vec<Endpoint> {
    let groups = [
        own(),
        ca_certificate::endpoints(),
        support::endpoints(),
        config::endpoints(),
        clock::endpoints(),
        transitions::endpoints(),
        transition_rules::endpoints(),
        events::endpoints(),
        faults::endpoints(),
        requests::endpoints(),
        metrics::endpoints(),
        reset::endpoints(),
        seed::endpoints(),
        snapshots::endpoints(),
        state::endpoints(),
        shutdown::endpoints(),
        tokens::endpoints(),
        cluster_endpoints::endpoints(),
    ];
    groups.into_iter().flatten().collect()
}

/// What describes the others.
fn own() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator", openapi::list)
            .does("List the emulator's own endpoints")
            .answers::<openapi::EndpointList>(StatusCode::OK, "Method, path and summary of each"),
        Endpoint::get("/_emulator/openapi.json", openapi::document)
            .does("Describe the emulator's own endpoints as OpenAPI 3.1")
            .answers::<Value>(StatusCode::OK, "An OpenAPI document"),
    ]
}
