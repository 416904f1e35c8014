//! Whether the emulator is alive, and ready.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;

/// The services by their signing names.
const SERVICES: [&str; 4] = ["eks", "eks-auth", "iam", "sts"];

/// That the process is alive.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: &'static str,
    version: &'static str,
    uptime_ms: u64,
    services: [&'static str; 4],
}

/// Whether requests are answered.
#[derive(JsonSchema, Serialize)]
struct Readiness {
    ready: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// What tools for LocalStack look for.
#[derive(JsonSchema, Serialize)]
struct LocalStackHealth {
    services: BTreeMap<&'static str, &'static str>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/health", health)
            .does("Say that the process is alive")
            .answers::<Health>(StatusCode::OK, "It is"),
        Endpoint::get("/_emulator/ready", ready)
            .does("Say whether requests are answered")
            .answers::<Readiness>(StatusCode::OK, "They are")
            .answers::<Readiness>(
                StatusCode::SERVICE_UNAVAILABLE,
                "They wait until what there is to be from the start is there",
            ),
        Endpoint::get("/_localstack/health", localstack)
            .does("Say whether the services run, to tools that wait for LocalStack")
            .answers::<LocalStackHealth>(StatusCode::OK, "They are running, or starting"),
    ]
}

/// The process is alive.
async fn health(State(app): State<App>) -> Response {
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        uptime_ms: u64::try_from(app.service.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        services: SERVICES,
    };
    reply::typed(StatusCode::OK, &health)
}

/// Whether requests are answered.
async fn ready(State(app): State<App>) -> Response {
    let reason = app.service.readiness.reason();
    let (status, ready) = match reason {
        None => (StatusCode::OK, true),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, false),
    };
    reply::typed(status, &Readiness { ready, reason })
}

/// The endpoint that tools for LocalStack wait for.
async fn localstack(State(app): State<App>) -> Response {
    let state = match app.service.readiness.is_ready() {
        true => "running",
        false => "starting",
    };
    let services = SERVICES.map(|service| (service, state)).into();
    reply::typed(StatusCode::OK, &LocalStackHealth { services })
}

/// No such endpoint of the emulator's own.
pub(crate) async fn not_found(uri: Uri) -> Response {
    let message = format!("The emulator has no endpoint {}.", uri.path());
    reply::error(StatusCode::NOT_FOUND, "NotFound", &message)
}

/// An endpoint of the emulator's own that has other methods.
pub(crate) async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    let message = format!("The endpoint {} has no method {method}.", uri.path());
    reply::error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message)
}
