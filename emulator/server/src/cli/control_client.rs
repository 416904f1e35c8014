//! Calls to the control endpoints of a running emulator.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

use super::Failure;

/// How long to wait before asking again whether an emulator is ready.
const READY_PAUSE: Duration = Duration::from_millis(20);

/// A running emulator.
#[derive(Clone, Debug)]
pub(super) struct ControlClient {
    /// Host and port.
    authority: String,
}

impl ControlClient {
    /// The emulator at an endpoint such as `http://127.0.0.1:4566`.
    ///
    /// Errors: a sentence.
    pub(super) fn new(endpoint: &str) -> Result<Self, String> {
        let authority = endpoint
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'));
        match authority {
            Some(authority) if !authority.is_empty() && !authority.contains('/') => Ok(Self {
                authority: authority.to_owned(),
            }),
            _ => Err(format!(
                "{endpoint} is not an endpoint such as http://127.0.0.1:4566"
            )),
        }
    }

    /// The endpoint.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// Calls an endpoint and gives its answer, `null` for an empty one.
    ///
    /// Errors: the emulator's message, or why it cannot be reached.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let answer = self
            .exchange(method, path, "application/json", body)
            .await?;
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer)
            .map_err(|error| format!("{} does not answer in JSON: {error}", self.endpoint()))
    }

    /// Sends a body to an endpoint and gives the body of its answer.
    ///
    /// Errors: the emulator's message, or why it cannot be reached.
    pub(super) async fn exchange(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: Bytes,
    ) -> Result<Bytes, String> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body));
        let response = self.send(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| self.unreachable(&error))?.to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err(refusal(status, &body))
    }

    /// Waits until the emulator answers that it is ready.
    ///
    /// Errors: why it was not.
    pub(super) async fn until_ready(&self, timeout: Duration) -> Result<(), String> {
        let deadline = Instant::now() + timeout;
        loop {
            let asked = self.call(Method::GET, "/_emulator/ready", None);
            let problem = match timeout_at(deadline, asked).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(problem)) => problem,
                Err(_) => format!("{} does not answer", self.endpoint()),
            };
            if Instant::now() + READY_PAUSE >= deadline {
                return Err(problem);
            }
            sleep(READY_PAUSE).await;
        }
    }

    /// Hands on the data of each event of a stream, until `each` says that it
    /// is enough or the emulator ends the stream.
    pub(super) async fn follow(
        &self,
        path: &str,
        mut each: impl FnMut(&str) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let request = Request::builder()
            .uri(path)
            .header(header::ACCEPT, "text/event-stream")
            .body(Body::empty());
        let response = self.send(request).await.map_err(Failure::running)?;
        let status = response.status();
        let mut body = response.into_body();
        if !status.is_success() {
            let body = body.collect().await.map(|body| body.to_bytes());
            let body = body.unwrap_or_default();
            return Err(Failure::running(refusal(status, &body)));
        }
        let mut lines = Lines::default();
        while let Some(frame) = body.frame().await {
            // The emulator has ended in the middle of what it said.
            let Ok(frame) = frame else { return Ok(()) };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            for line in lines.add(&data) {
                let data = line.strip_prefix("data:").map(str::trim_start);
                if let Some(data) = data
                    && !each(data)?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Asks the emulator's agent for credentials.
    ///
    /// Errors: why it cannot be reached.
    pub(super) async fn credentials(
        &self,
        authorization: Option<HeaderValue>,
    ) -> Result<Response<Incoming>, String> {
        let mut request = Request::builder().uri("/v1/credentials");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.send(request.body(Body::empty())).await
    }

    async fn send(
        &self,
        request: Result<Request<Body>, http::Error>,
    ) -> Result<Response<Incoming>, String> {
        let mut request = request.map_err(|error| self.unreachable(&error))?;
        let host =
            HeaderValue::from_str(&self.authority).map_err(|error| self.unreachable(&error))?;
        request.headers_mut().insert(header::HOST, host);
        let stream = TcpStream::connect(&self.authority).await;
        let stream = stream.map_err(|error| self.unreachable(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.unreachable(&error))?;
        tokio::spawn(connection);
        sender
            .send_request(request)
            .await
            .map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &dyn std::fmt::Display) -> String {
        format!("cannot reach the emulator at {}: {error}", self.endpoint())
    }
}

/// The lines of a text that comes in pieces.
#[derive(Debug, Default)]
struct Lines {
    unfinished: Vec<u8>,
}

impl Lines {
    /// Adds a piece; gives the lines that it ends.
    fn add(&mut self, piece: &[u8]) -> Vec<String> {
        self.unfinished.extend_from_slice(piece);
        let Some(end) = self.unfinished.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let rest = self.unfinished.split_off(end + 1);
        let whole = std::mem::replace(&mut self.unfinished, rest);
        let text = String::from_utf8_lossy(&whole);
        text.lines().map(str::to_owned).collect()
    }
}

/// What the emulator says of a call that it refuses, on one line.
fn refusal(status: StatusCode, body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = answer["message"].as_str().map(str::to_owned);
    let message =
        message.unwrap_or_else(|| format!("the emulator answers {status} and gives no reason"));
    let details = answer["details"].as_array().into_iter().flatten();
    let details: Vec<String> = details.map(detail).collect();
    let sentence = match details.is_empty() {
        true => message,
        false => format!("{}: {}", message.trim_end_matches('.'), details.join("; ")),
    };
    sentence.replace(['\n', '\r'], " ")
}

/// One thing that is wrong, and where.
fn detail(detail: &Value) -> String {
    match (
        detail,
        detail["pointer"].as_str(),
        detail["message"].as_str(),
    ) {
        (Value::String(text), ..) => text.clone(),
        (_, Some(pointer), Some(message)) => format!("{pointer}: {message}"),
        _ => detail.to_string(),
    }
}

/// A part of a URL.
pub(super) fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

/// A path with the parameters that are there.
pub(super) fn with_query(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let given = parameters.iter().filter_map(|(name, value)| {
        let value = (*value)?;
        Some(format!("{name}={}", encoded(value)))
    });
    let query: Vec<String> = given.collect();
    match query.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", query.join("&")),
    }
}
