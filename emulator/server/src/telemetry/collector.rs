//! The collector: where traces are sent.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::net::TcpStream;

/// The longest that one export takes.
const LONGEST: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const LARGEST: usize = 64 * 1024;

/// A collector. What it is sent comes from the exporter's own thread, which
/// has no runtime and may wait.
#[derive(Debug)]
pub(super) struct Collector {
    endpoint: String,
    /// Whether the log says already that nothing arrives.
    is_lost: AtomicBool,
}

impl Collector {
    pub(super) fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            is_lost: AtomicBool::new(false),
        }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            match tokio::time::timeout(LONGEST, exchange(request)).await {
                Ok(answer) => answer,
                Err(_) => Err("it does not answer in time".into()),
            }
        })
    }

    /// Says once that nothing arrives, and again after something has.
    fn note(&self, answer: &Result<Response<Bytes>, HttpError>) {
        let problem = match answer {
            Ok(answer) if answer.status().is_success() => {
                self.is_lost.store(false, Ordering::Relaxed);
                return;
            }
            Ok(answer) => format!("it answers {}", answer.status()),
            Err(error) => error.to_string(),
        };
        if !self.is_lost.swap(true, Ordering::Relaxed) {
            let endpoint = &self.endpoint;
            tracing::warn!(endpoint, problem, "the collector does not take traces");
        }
    }
}

impl HttpClient for Collector {
    fn send_bytes<'client, 'answer>(
        &'client self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'answer>>
    where
        'client: 'answer,
        Self: 'answer,
    {
        let answer = self.send(request);
        self.note(&answer);
        Box::pin(ready(answer))
    }
}

/// Sends a request on a connection of its own.
async fn exchange(mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let authority = request
        .uri()
        .authority()
        .ok_or("it has no address")?
        .clone();
    let target = request.uri().path_and_query().cloned();
    let address = match authority.port() {
        Some(_) => authority.as_str().to_owned(),
        None => format!("{authority}:80"),
    };
    *request.uri_mut() = target.map(Uri::from).unwrap_or_default();
    let host = HeaderValue::from_str(authority.as_str())?;
    request.headers_mut().insert(HOST, host);
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request.map(Full::new)).await?;
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, LARGEST).collect().await?;
    drop(sender);
    connection.abort();
    Ok(Response::from_parts(head, body.to_bytes()))
}
