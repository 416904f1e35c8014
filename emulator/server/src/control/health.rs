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
            .answers::<Readiness>(StatusCode::OK, "They are"),
        Endpoint::get("/_localstack/health", localstack)
            .does("Say that the services run, to tools that wait for LocalStack")
            .answers::<LocalStackHealth>(StatusCode::OK, "They do"),
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

/// Requests are answered: nothing has to be loaded before.
async fn ready() -> Response {
    reply::typed(StatusCode::OK, &Readiness { ready: true })
}

/// The endpoint that tools for LocalStack wait for.
async fn localstack() -> Response {
    let services = SERVICES.map(|service| (service, "running")).into();
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
