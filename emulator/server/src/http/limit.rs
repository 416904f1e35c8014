//! Limits on what a client may send.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;

/// The limits on a request's body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit {
    /// The most bytes that are taken.
    pub(crate) bytes: usize,
    /// The longest a body may take to arrive.
    pub(crate) time: Duration,
}

/// Reads a body to its end: `None` if it is larger than the limit.
///
/// Errors: the answer to a client that was too slow or broke off.
pub(crate) async fn read(body: Body, limit: BodyLimit) -> Result<Option<Bytes>, Box<Response>> {
    if body.is_end_stream() {
        return Ok(Some(Bytes::new()));
    }
    let collected = Limited::new(body, limit.bytes).collect();
    match tokio::time::timeout(limit.time, collected).await {
        Ok(Ok(collected)) => Ok(Some(collected.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Ok(None),
        Ok(Err(_)) => Err(refuse(StatusCode::BAD_REQUEST)),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT)),
    }
}

fn refuse(status: StatusCode) -> Box<Response> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    Box::new(response)
}
