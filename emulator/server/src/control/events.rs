//! What has happened, over HTTP.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::reply;
use crate::event_log::EventFilter;
use crate::http::app::App;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/v1/events", list)
            .does("List what has happened, the oldest first")
            .parameter("since", "Events after the one with this id")
            .parameter("cluster", "Events of a cluster")
            .parameter("type", "Events of a type, such as pod.created")
            .answers::<Value>(StatusCode::OK, "The events, and the id of the newest"),
    ]
}

/// The newest events, the oldest first; `since`, `cluster` and `type` narrow.
async fn list(
    State(app): State<App>,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    let since = parameters.get("since").map_or(Ok(0), |since| since.parse());
    let Ok(since) = since else {
        let message = "since has to be the id of an event";
        return reply::error(StatusCode::BAD_REQUEST, "BadRequest", message);
    };
    // What time has brought about has happened, too.
    app.service.settle();
    let events = app.service.events();
    let filter = EventFilter {
        since,
        cluster_name: parameters.get("cluster").map(String::as_str),
        kind: parameters.get("type").map(String::as_str),
    };
    let body = json!({ "events": events.render(filter), "newest": events.newest() });
    reply::json(StatusCode::OK, &body)
}
