//! The end, over HTTP: for environments that cannot send signals.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/_emulator/v1/shutdown", shutdown)
            .does("Stop the emulator, once the requests under way have ended")
            .answers::<Value>(StatusCode::ACCEPTED, "It stops"),
    ]
}

async fn shutdown(State(app): State<App>) -> Response {
    // Nobody is left to be told if it has stopped already.
    app.stop.send_replace(true);
    reply::json(StatusCode::ACCEPTED, &json!({}))
}
