//! Calls to the control endpoints of a running emulator.

use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::Value;
use tokio::net::TcpStream;

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

    /// Calls an endpoint and gives its answer.
    ///
    /// Errors: the emulator's message, or why it cannot be reached.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        let response = self.send(request).await?;
        let status = response.status();
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|error| self.unreachable(&error))?;
        let answer: Value = serde_json::from_slice(&bytes.to_bytes()).unwrap_or_default();
        if status.is_success() {
            return Ok(answer);
        }
        let message = answer["message"]
            .as_str()
            .unwrap_or("the emulator gave no reason");
        Err(message.to_owned())
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
