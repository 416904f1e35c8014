//! Answers that a connection does not carry to their end: what faults make of
//! connections.
//!
//! Such an answer has a [`ConnectionFault`] among its extensions, however it
//! is handed out. Here is what that means where there is a connection.

use std::convert::Infallible;
use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::Service;

use super::host;
use crate::fault::ConnectionFault;

/// What carries the requests and answers of a connection.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Debug + Send + Unpin {
    /// The socket below it.
    fn socket(&self) -> &TcpStream;
}

impl Transport for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

/// The stream of a connection, shared by the server, which reads and writes,
/// and the answers, which may end it.
#[derive(Clone, Debug)]
pub(crate) struct SharedStream {
    stream: Arc<Mutex<dyn Transport>>,
    /// Whether a request is under way. Until its head is whole it is not.
    is_in_call: Arc<AtomicBool>,
    /// Changes when the server stops.
    stopped: Option<watch::Receiver<()>>,
}

/// A request that is under way on a connection.
#[derive(Debug)]
pub(super) struct Call(Arc<AtomicBool>);

impl Drop for Call {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A connection has to end without a whole answer.
#[derive(Debug)]
pub(super) struct Interrupted;

/// Answers a request on a connection.
///
/// Errors: the connection has to end here.
pub(super) async fn answer(
    mut app: Router,
    stream: SharedStream,
    _call: Call,
    request: Request<Incoming>,
) -> Result<Response, Interrupted> {
    if !host::is_sound(request.version(), request.headers()) {
        return Ok(refusal());
    }
    let response = match app.call(request).await {
        Ok(response) => response,
        Err(never) => {
            let never: Infallible = never;
            match never {}
        }
    };
    match response.extensions().get() {
        None => return Ok(response),
        Some(ConnectionFault::TruncateBody) => return Ok(truncate(response).await),
        Some(ConnectionFault::ResetBeforeResponse | ConnectionFault::ResetAfterCommit) => {
            stream.reset_when_closed();
        }
        Some(ConnectionFault::EmptyResponse) => stream.end().await,
        Some(ConnectionFault::Hang) => tokio::select! {
            () = stream.until_client_is_gone() => {}
            // The server sends nothing: it lets go.
            () = stream.until_stopped() => stream.end().await,
        },
    }
    Err(Interrupted)
}

/// What the server says itself of a head that makes no sense.
fn refusal() -> Response {
    let mut refusal = Response::new(Body::empty());
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    let close = HeaderValue::from_static("close");
    refusal.headers_mut().insert(header::CONNECTION, close);
    refusal
}

/// The same answer, of which only half of the body arrives.
pub(crate) async fn truncate(response: Response) -> Response {
    let (head, body) = response.into_parts();
    let whole = body.collect().await.map(|body| body.to_bytes());
    let whole = whole.unwrap_or_default();
    let half = TruncatedBody {
        whole_bytes: whole.len() as u64,
        half: Some(whole.slice(..whole.len() / 2)),
        is_sent: false,
    };
    Response::from_parts(head, Body::new(half))
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a fault ends the connection")
    }
}

impl std::error::Error for Interrupted {}

impl SharedStream {
    pub(crate) fn new(stream: impl Transport + 'static) -> Self {
        Self {
            stream: Arc::new(Mutex::new(stream)),
            is_in_call: Arc::default(),
            stopped: None,
        }
    }

    /// The same, of a server that is there until `stopped` changes.
    pub(super) fn until(mut self, stopped: watch::Receiver<()>) -> Self {
        self.stopped = Some(stopped);
        self
    }

    /// A request has arrived, whose body may still be on its way.
    pub(super) fn begin_call(&self) -> Call {
        self.is_in_call.store(true, Ordering::Relaxed);
        Call(self.is_in_call.clone())
    }

    /// Whether nobody waits any more for what the client has not sent yet.
    fn is_over(&self) -> bool {
        let stopped = self.stopped.as_ref();
        let is_stopped = stopped.is_some_and(|stopped| stopped.has_changed().is_err());
        is_stopped && !self.is_in_call.load(Ordering::Relaxed)
    }

    /// Waits until the server stops.
    async fn until_stopped(&self) {
        match self.stopped.clone() {
            // An error means that it has.
            Some(mut stopped) => drop(stopped.changed().await),
            None => std::future::pending().await,
        }
    }

    /// Nobody holds the lock for longer than one step of reading or writing.
    fn lock(&self) -> MutexGuard<'_, dyn Transport + 'static> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the client see a reset instead of an orderly end.
    fn reset_when_closed(&self) {
        // Without it the end is an orderly one; there is nobody to tell.
        let _ = self.lock().socket().set_zero_linger();
    }

    /// Tells the client in an orderly way that no more comes.
    async fn end(&self) {
        let ended =
            std::future::poll_fn(|context| Pin::new(&mut *self.lock()).poll_shutdown(context));
        // The client is gone already if this fails.
        let _ = ended.await;
    }

    /// Waits until the client closes its side. What it sends is thrown away:
    /// nobody will answer.
    async fn until_client_is_gone(&self) {
        std::future::poll_fn(|context| {
            let stream = self.lock();
            let stream = stream.socket();
            let mut ignored = [0; 1024];
            loop {
                if ready!(stream.poll_read_ready(context)).is_err() {
                    return Poll::Ready(());
                }
                match stream.try_read(&mut ignored) {
                    Ok(0) => return Poll::Ready(()),
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => return Poll::Ready(()),
                }
            }
        })
        .await;
    }
}

impl AsyncRead for SharedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut *self.lock()).poll_read(context, buffer);
        match read {
            // As if the client had ended: the head of a request that has begun
            // to arrive may never be whole.
            Poll::Pending if self.is_over() => Poll::Ready(Ok(())),
            read => read,
        }
    }
}

impl AsyncWrite for SharedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.lock()).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.lock()).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.lock().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.lock()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.lock()).poll_shutdown(context)
    }
}

/// A body that promises more than it holds, and then fails.
struct TruncatedBody {
    whole_bytes: u64,
    half: Option<Bytes>,
    is_sent: bool,
}

impl HttpBody for TruncatedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.half.take().filter(|half| !half.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.is_sent {
            // The server sends what it has while it waits.
            self.is_sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole_bytes)
    }
}
