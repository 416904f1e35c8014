//! `EmulatorService`: the emulator without a socket.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderValue, Request, Response, header};
use hyper::body::Body as HttpBody;
use tokio::sync::watch;
use tower::Service;

use super::Error;
use crate::fault::ConnectionFault;
use crate::http::interruption;

/// An emulator as a service: a request goes in, its answer comes out, and no
/// socket is between. Made by [`EksEmulator::service`]; clones are the same
/// emulator.
///
/// Requests have the form that they have on a socket, or name their host in
/// the URI as clients write it. The service does not keep the emulator
/// running; once that is stopped, calls fail with [`Error::Stopped`]. Where a
/// fault would end a connection without an answer, they fail with
/// [`Error::Connection`].
///
/// [`EksEmulator::service`]: super::EksEmulator::service
#[derive(Clone, Debug)]
pub struct EmulatorService {
    router: Router,
    stop: watch::Receiver<bool>,
}

impl EmulatorService {
    pub(super) fn new(router: Router, stop: watch::Receiver<bool>) -> Self {
        Self { router, stop }
    }
}

impl<B> Service<Request<B>> for EmulatorService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if *self.stop.borrow() {
            return Box::pin(std::future::ready(Err(Error::Stopped)));
        }
        name_host_in_header(&mut request);
        let answer = self.router.call(request);
        let stop = self.stop.clone();
        Box::pin(async move {
            match answer.await {
                Ok(response) => hand_out(response, stop).await,
                Err(never) => match never {},
            }
        })
    }
}

/// Does to an answer what a fault would do to its connection.
async fn hand_out(
    response: Response<Body>,
    mut stop: watch::Receiver<bool>,
) -> Result<Response<Body>, Error> {
    match response.extensions().get::<ConnectionFault>() {
        None => Ok(response),
        Some(ConnectionFault::TruncateBody) => Ok(interruption::truncate(response).await),
        Some(ConnectionFault::Hang) => {
            // An error means that the emulator is gone already.
            let _ = stop.wait_for(|stop| *stop).await;
            Err(Error::Stopped)
        }
        Some(fault) => Err(Error::Connection(*fault)),
    }
}

/// Writes a request as it comes over a connection: the path in the URI, the
/// host in a header.
fn name_host_in_header<B>(request: &mut Request<B>) {
    let uri = request.uri();
    let Some(host) = uri.authority() else { return };
    let host = HeaderValue::from_str(host.as_str());
    let root = || PathAndQuery::from_static("/");
    let target = Uri::from(uri.path_and_query().cloned().unwrap_or_else(root));
    if let (Ok(host), false) = (host, request.headers().contains_key(header::HOST)) {
        request.headers_mut().insert(header::HOST, host);
    }
    *request.uri_mut() = target;
}
