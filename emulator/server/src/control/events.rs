//! What has happened, over HTTP.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::reply;
use crate::event_log::EventFilter;
use crate::http::app::App;

/// The newest events, the oldest first; `since`, `cluster` and `type` narrow.
pub(crate) async fn list(
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
