//! Calls to the control endpoints of a running emulator, over HTTP.

use axum::body::{Body, Bytes};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::Value;
use tokio::net::TcpStream;

use crate::tls::{ClientStream, ClientTls};

/// A running emulator.
#[derive(Clone, Debug)]
pub(crate) struct ControlClient {
    place: Place,
    tls: Option<ClientTls>,
}

/// Where an emulator is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    scheme: Scheme,
    /// Host and perhaps port.
    authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Place {
    /// Reads an endpoint such as `http://127.0.0.1:4566`.
    ///
    /// Errors: a sentence.
    pub(crate) fn new(endpoint: &str) -> Result<Self, String> {
        let http = endpoint
            .strip_prefix("http://")
            .map(|it| (Scheme::Http, it));
        let https = || {
            endpoint
                .strip_prefix("https://")
                .map(|it| (Scheme::Https, it))
        };
        let found = http.or_else(https);
        let found = found.map(|(scheme, rest)| (scheme, rest.trim_end_matches('/')));
        match found {
            Some((scheme, authority)) if !authority.is_empty() && !authority.contains('/') => {
                Ok(Self {
                    scheme,
                    authority: authority.to_owned(),
                })
            }
            _ => Err(format!(
                "{endpoint} is not an endpoint such as http://127.0.0.1:4566"
            )),
        }
    }

    /// The endpoint.
    pub(crate) fn endpoint(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether whoever calls it has to trust its certificate.
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host, without brackets, and the port.
    fn host_and_port(&self) -> (&str, &str) {
        let usual = match self.scheme {
            Scheme::Http => "80",
            Scheme::Https => "443",
        };
        let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = match self.authority.rsplit_once(':') {
            Some((host, port)) if is_port(port) => (host, port),
            _ => (self.authority.as_str(), usual),
        };
        (host.trim_start_matches('[').trim_end_matches(']'), port)
    }
}

impl ControlClient {
    /// The emulator at an endpoint such as `http://127.0.0.1:4566`. Over
    /// HTTPS it is trusted if one of these authorities, in PEM form, has
    /// certified it, or without any one of the operating system's.
    ///
    /// Errors: a sentence.
    pub(crate) fn new(endpoint: &str, ca_certificates: Option<&[u8]>) -> Result<Self, String> {
        Self::at(Place::new(endpoint)?, ca_certificates)
    }

    /// The same.
    ///
    /// Errors: what is wrong with the authorities, or that there is no TLS.
    pub(crate) fn at(place: Place, ca_certificates: Option<&[u8]>) -> Result<Self, String> {
        let tls = place.is_https().then(|| ClientTls::new(ca_certificates));
        Ok(Self {
            place,
            tls: tls.transpose()?,
        })
    }

    /// The endpoint.
    pub(crate) fn endpoint(&self) -> String {
        self.place.endpoint()
    }

    /// Whether it speaks HTTPS.
    #[cfg(feature = "cli")]
    pub(crate) fn is_https(&self) -> bool {
        self.place.is_https()
    }

    /// Calls an endpoint and gives its answer, `null` for an empty one.
    ///
    /// Errors: the emulator's refusal, or why it cannot be reached.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let answer = self
            .exchange(method, path, "application/json", body)
            .await?;
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).map_err(|error| {
            let endpoint = self.endpoint();
            CallError::Unreachable(format!("{endpoint} does not answer in JSON: {error}"))
        })
    }

    /// Sends a body to an endpoint and gives the body of its answer.
    ///
    /// Errors: the emulator's refusal, or why it cannot be reached.
    pub(crate) async fn exchange(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: Bytes,
    ) -> Result<Bytes, CallError> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body));
        let response = self.send(request).await.map_err(CallError::Unreachable)?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body
            .map_err(|error| CallError::Unreachable(self.unreachable(&error)))?
            .to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err(CallError::refusal(status, &body))
    }

    /// Sends a request on a connection of its own.
    ///
    /// Errors: why the emulator cannot be reached.
    pub(crate) async fn send(
        &self,
        request: Result<Request<Body>, http::Error>,
    ) -> Result<Response<Incoming>, String> {
        let mut request = request.map_err(|error| self.unreachable(&error))?;
        let host = HeaderValue::from_str(&self.place.authority)
            .map_err(|error| self.unreachable(&error))?;
        request.headers_mut().insert(header::HOST, host);
        let stream = self.connect().await;
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

    async fn connect(&self) -> std::io::Result<Box<dyn ClientStream>> {
        let (host, port) = self.place.host_and_port();
        let port = port.parse().map_err(std::io::Error::other)?;
        let stream = TcpStream::connect((host, port)).await?;
        match &self.tls {
            Some(tls) => tls.connect(host, stream).await,
            None => Ok(Box::new(stream)),
        }
    }

    fn unreachable(&self, error: &dyn std::fmt::Display) -> String {
        format!("cannot reach the emulator at {}: {error}", self.endpoint())
    }
}

/// Why a call has no answer that it could use.
#[derive(Debug)]
pub(crate) enum CallError {
    /// The emulator cannot be reached, or is none: a sentence.
    Unreachable(String),
    /// The emulator says no.
    Refused {
        /// The code of the answer; empty if it has none.
        code: String,
        /// A sentence.
        message: String,
        /// What else the emulator says; mostly nothing.
        details: Value,
    },
}

impl CallError {
    /// What the emulator says of a call that it refuses.
    pub(crate) fn refusal(status: StatusCode, body: &[u8]) -> Self {
        let mut answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let details = answer
            .get_mut("details")
            .map(Value::take)
            .unwrap_or_default();
        let text = |member: &str| answer[member].as_str().map(str::to_owned);
        let no_reason = || format!("the emulator answers {status} and gives no reason");
        Self::Refused {
            code: text("code").unwrap_or_default(),
            // An emulator that is not ready says why in its own way.
            message: (text("message").or_else(|| text("reason"))).unwrap_or_else(no_reason),
            details,
        }
    }
}

/// On one line.
impl std::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (message, details) = match self {
            Self::Unreachable(sentence) => return formatter.write_str(sentence),
            Self::Refused {
                message, details, ..
            } => (message, details),
        };
        let closest = details["closest"].as_array().and_then(|all| all.first());
        let closest = closest.map(near_event);
        let details = details.as_array().into_iter().flatten().map(detail);
        let details: Vec<String> = details.chain(closest).collect();
        let sentence = match details.is_empty() {
            true => message.clone(),
            false => format!("{}: {}", message.trim_end_matches('.'), details.join("; ")),
        };
        formatter.write_str(&sentence.replace(['\n', '\r'], " "))
    }
}

impl From<CallError> for String {
    fn from(error: CallError) -> Self {
        error.to_string()
    }
}

/// One thing that is wrong, and where.
fn detail(detail: &Value) -> String {
    let message = match detail {
        Value::String(text) => Some(text.as_str()),
        _ => detail["message"].as_str(),
    };
    let Some(message) = message else {
        return detail.to_string();
    };
    let line = detail["line"].as_u64();
    let line = line.map_or_else(String::new, |line| format!("line {line}: "));
    match detail["pointer"].as_str() {
        Some(pointer) if !pointer.is_empty() => format!("{line}{pointer}: {message}"),
        _ => format!("{line}{message}"),
    }
}

/// An event that somebody who waited nearly wanted.
fn near_event(near: &Value) -> String {
    let (event, differs) = (&near["event"], near["differs"].as_array());
    let is = |name: &Value| {
        let value = &event[name.as_str().unwrap_or_default()];
        format!("{}={value}", name.as_str().unwrap_or_default())
    };
    let differs: Vec<String> = differs.into_iter().flatten().map(is).collect();
    let (kind, id) = (event["type"].as_str().unwrap_or_default(), &event["id"]);
    format!("the nearest is {kind} {id} with {}", differs.join(", "))
}

/// A part of a URL.
pub(crate) fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}
