//! Whether the emulator is alive, and ready.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::reply;
use crate::http::app::App;
use crate::support::{self, Support};

/// The services by their signing names.
const SERVICES: [&str; 4] = ["eks", "eks-auth", "iam", "sts"];

/// The process is alive.
pub(crate) async fn health(State(app): State<App>) -> Response {
    let body = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "uptimeMs": app.service.started.elapsed().as_millis() as u64,
        "services": SERVICES,
    });
    reply::json(StatusCode::OK, &body)
}

/// Requests are answered: nothing has to be loaded before.
pub(crate) async fn ready() -> Response {
    reply::json(StatusCode::OK, &json!({ "ready": true }))
}

/// The endpoint that tools for LocalStack wait for.
pub(crate) async fn localstack() -> Response {
    let services: BTreeMap<&str, &str> = SERVICES.map(|service| (service, "running")).into();
    reply::json(StatusCode::OK, &json!({ "services": services }))
}

/// What every service has, operation by operation.
pub(crate) async fn operations() -> Response {
    let row = |(service, operation, support): (&str, &str, Support)| json!({ "operation": operation, "service": service, "support": support.as_str() });
    let rows: Vec<Value> = support::of_every_service().map(row).collect();
    reply::json(StatusCode::OK, &json!(rows))
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
