//! Where the emulator's own endpoints are.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::get;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::{
    clock, cluster_endpoints, events, health, openapi, request, reset, snapshots, tokens,
    transition_rules,
};
use crate::http::app::App;

/// The emulator's own endpoints.
pub(crate) fn routes() -> Router<App> {
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
        .layer(middleware::from_fn(request::check))
}

/// Every endpoint with its description.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let groups = [
        own(),
        health::endpoints(),
        clock::endpoints(),
        transition_rules::endpoints(),
        events::endpoints(),
        reset::endpoints(),
        snapshots::endpoints(),
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
