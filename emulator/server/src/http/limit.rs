//! Limits on what a client may send.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;

/// How much of a body that is too large is read all the same: many clients
/// look for the answer only when they have sent everything.
const DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// The limits on a request's body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit {
    /// The most bytes that are taken.
    pub(crate) bytes: usize,
    /// The longest a body may take to arrive, if it comes over a socket.
    pub(crate) time: Option<Duration>,
}

/// Reads a body to its end: `None` if it is larger than the limit.
///
/// Errors: the answer to a client that was too slow or broke off.
pub(crate) async fn read(body: Body, limit: BodyLimit) -> Result<Option<Bytes>, Box<Response>> {
    if body.is_end_stream() {
        return Ok(Some(Bytes::new()));
    }
    let collected = collect(body, limit.bytes);
    let collected = match limit.time {
        Some(time) => tokio::time::timeout(time, collected)
            .await
            .map_err(|_| refuse(StatusCode::REQUEST_TIMEOUT))?,
        None => collected.await,
    };
    collected.map_err(|()| refuse(StatusCode::BAD_REQUEST))
}

/// The whole body, or `None` if it has more than `limit` bytes.
async fn collect(mut body: Body, limit: usize) -> Result<Option<Bytes>, ()> {
    let discarded = limit.saturating_add(DISCARDED_BYTES);
    if usize::try_from(body.size_hint().lower()).map_or(true, |declared| declared > discarded) {
        return Ok(None);
    }
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(Some(collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            discard(body).await;
            Ok(None)
        }
        Err(_) => Err(()),
    }
}

/// Reads on without keeping anything, up to a limit.
async fn discard(mut body: Body) {
    let mut left = DISCARDED_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let read = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn refuse(status: StatusCode) -> Box<Response> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    Box::new(response)
}
