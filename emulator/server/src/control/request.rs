//! What requests to the emulator's own endpoints have in common.

use axum::extract::{Query, Request};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::reply;

/// Every parameter that some endpoint knows. Kubernetes tells its webhooks how
/// long it waits, in `timeout`.
const PARAMETERS: [&str; 8] = [
    "account",
    "cluster",
    "namespace",
    "owner",
    "region",
    "since",
    "timeout",
    "type",
];

/// Refuses what an endpoint would misunderstand: a filter with a typo would
/// narrow nothing, and so seem to work.
pub(super) async fn check(request: Request, next: Next) -> Response {
    match refusal(request.uri()) {
        Some(message) => reply::error(StatusCode::BAD_REQUEST, "BadRequest", &message),
        None => next.run(request).await,
    }
}

fn refusal(uri: &Uri) -> Option<String> {
    let path = percent_encoding::percent_decode_str(uri.path());
    if path.decode_utf8().is_err() {
        return Some("The path is not UTF-8.".into());
    }
    let Ok(Query(parameters)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return Some("The query string cannot be read.".into());
    };
    let unknown = parameters
        .into_iter()
        .map(|(name, _)| name)
        .find(|name| !PARAMETERS.contains(&name.as_str()));
    unknown.map(|name| format!("There is no parameter {name}."))
}
