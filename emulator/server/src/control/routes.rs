//! Where the emulator's own endpoints are.

use axum::Router;
use axum::middleware;
use axum::routing::{get, patch, post, put};

use super::{clock, cluster, events, health, request, tokens, transition_rules};
use crate::http::app::App;

/// The emulator's own endpoints.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/_emulator/health", get(health::health))
        .route("/_localstack/health", get(health::localstack))
        .route("/_emulator/v1/operations", get(health::operations))
        .route("/_emulator/ready", get(health::ready))
        .route(
            "/_emulator/v1/clock",
            get(clock::show).merge(patch(clock::change)),
        )
        .route("/_emulator/v1/clock/advance", post(clock::advance))
        .route("/_emulator/v1/events", get(events::list))
        .route(
            "/_emulator/v1/transitions/rules",
            get(transition_rules::list).delete(transition_rules::clear),
        )
        .route(
            "/_emulator/v1/transitions/rules/{name}",
            put(transition_rules::put).delete(transition_rules::delete),
        )
        .route("/_emulator/v1/tokens", post(tokens::issue))
        .nest("/_emulator/v1/clusters/{cluster}", cluster_routes())
        .route("/_emulator", get(health::not_found))
        .route(
            "/_emulator/{*path}",
            get(health::not_found).fallback(health::not_found),
        )
        .method_not_allowed_fallback(health::method_not_allowed)
        .layer(middleware::from_fn(request::check))
}

fn cluster_routes() -> Router<App> {
    Router::new()
        .route("/pods", get(cluster::pods).post(cluster::post_pod))
        .route(
            "/pods/{namespace}/{name}/credentials",
            get(cluster::pod_credentials),
        )
        .route("/workloads", get(cluster::workloads))
        .route(
            "/workloads/{namespace}/{kind}/{name}/restart",
            post(cluster::restart),
        )
        .route("/service-accounts", get(cluster::service_accounts))
        .route(
            "/service-accounts/{namespace}/{name}",
            put(cluster::put_service_account),
        )
        .route(
            "/service-accounts/{namespace}/{name}/credentials",
            get(cluster::service_account_credentials),
        )
        .route("/namespaces", get(cluster::namespaces))
        .route("/nodes", get(cluster::nodes))
        .route("/kubernetes-events", get(cluster::kubernetes_events))
        .route("/compute", put(cluster::put_compute))
        .route("/mutate-pod", post(cluster::mutate_pod))
}
