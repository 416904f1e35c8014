//! Whether the emulator is alive, and ready.

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use serde_json::json;

use super::reply;
use crate::http::app::App;

/// The process is alive.
pub(crate) async fn health(State(app): State<App>) -> Response {
    let body = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "uptimeMs": app.service.started.elapsed().as_millis() as u64,
        "services": ["eks", "eks-auth", "iam", "sts"],
    });
    reply::json(StatusCode::OK, &body)
}

/// Requests are answered: nothing has to be loaded before.
pub(crate) async fn ready() -> Response {
    reply::json(StatusCode::OK, &json!({ "ready": true }))
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
