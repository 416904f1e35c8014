//! What the emulator has of each service, over HTTP.

use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::endpoint::Endpoint;
use super::reply;
use crate::support::{self, Support};

/// How far an operation is built.
#[derive(JsonSchema, Serialize)]
struct OperationSupport {
    operation: &'static str,
    service: &'static str,
    /// `full` or `none`.
    support: &'static str,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/v1/operations", operations)
            .does("List the operations of every service and how far each is built")
            .answers::<Vec<OperationSupport>>(StatusCode::OK, "The operations"),
    ]
}

/// What every service has, operation by operation.
async fn operations() -> Response {
    let row =
        |(service, operation, support): (&'static str, &'static str, Support)| OperationSupport {
            operation,
            service,
            support: support.as_str(),
        };
    let rows: Vec<OperationSupport> = support::of_every_service().map(row).collect();
    reply::typed(StatusCode::OK, &rows)
}
