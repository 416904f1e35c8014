//! The metrics, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::metrics::CONTENT_TYPE;

/// Where they are.
pub(super) const PATH: &str = "/_emulator/metrics";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, metrics)
            .does("Count calls, latencies, transitions, faults and what exists, for Prometheus")
            .answers_as::<String>(
                StatusCode::OK,
                "The text format of Prometheus",
                CONTENT_TYPE,
            ),
    ]
}

async fn metrics(State(app): State<App>) -> Response {
    let text = app.service.metrics_text();
    reply::bytes(StatusCode::OK, CONTENT_TYPE, text.into_bytes())
}
