//! Events as a stream of server-sent events.
//!
//! Source of the form: HTML Living Standard, "Server-sent events".

use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::event_log::{EventFilter, Followed, Follower};

/// What a stream is.
pub(super) const CONTENT_TYPE: &str = "text/event-stream";
/// How long a stream is silent at most, so that neither end nor anything
/// between takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many parts wait for a slow reader. The events of later ones stay in the
/// log, which forgets the oldest.
const PARTS: usize = 4;

/// Opens a stream of the events that a filter admits.
pub(super) fn open(follower: Follower, filter: EventFilter) -> Response {
    let (parts, receiver) = mpsc::channel(PARTS);
    tokio::spawn(feed(follower, filter, parts));
    let mut response = Response::new(Body::new(EventStream { receiver }));
    let headers = response.headers_mut();
    let set = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Feeds a stream until its reader is gone or the emulator stops.
async fn feed(mut follower: Follower, filter: EventFilter, parts: mpsc::Sender<Bytes>) {
    // The reader learns at once that the stream is open.
    let mut part = ": the events of an eks-emulator\n\n".to_owned();
    let mut silent_until = Instant::now();
    loop {
        if !part.is_empty() {
            silent_until = Instant::now() + HEARTBEAT;
            if parts.send(part.into()).await.is_err() {
                return;
            }
        }
        let followed = tokio::select! {
            followed = follower.next() => Some(followed),
            () = tokio::time::sleep_until(silent_until) => None,
            () = parts.closed() => return,
        };
        part = match followed {
            Some(followed) => match tell(followed, &filter) {
                Some(part) => part,
                None => return,
            },
            None => ": still here\n\n".to_owned(),
        };
    }
}

/// What a stream says; `None` if it ends.
fn tell(followed: Followed, filter: &EventFilter) -> Option<String> {
    let mut part = String::new();
    match followed {
        Followed::Events(events) => {
            for event in events.iter().filter(|event| filter.admits(event)) {
                let (id, kind, data) = (event.number(), event.kind(), event.to_json());
                // Writing to a text does not fail.
                let _ = write!(part, "id: {id}\nevent: {kind}\ndata: {data}\n\n");
            }
        }
        Followed::Lost { after, through } => {
            let data = json!({ "type": "events.lost", "after": after, "through": through });
            let _ = write!(part, "event: events.lost\ndata: {data}\n\n");
        }
        Followed::End => return None,
    }
    Some(part)
}

/// The body of a stream.
struct EventStream {
    receiver: mpsc::Receiver<Bytes>,
}

impl HttpBody for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.receiver.poll_recv(context);
        part.map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}
