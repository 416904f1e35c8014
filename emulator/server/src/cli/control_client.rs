//! What commands ask of a running emulator beside calls: that it is ready,
//! its stream of events, and its agent's credentials.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, sleep, timeout_at};

use super::Failure;
use crate::remote::client::CallError;

pub(super) use crate::remote::client::{ControlClient, Place, encoded};

/// How long to wait before asking again whether an emulator is ready.
const READY_PAUSE: Duration = Duration::from_millis(20);

impl ControlClient {
    /// Waits until the emulator answers that it is ready.
    ///
    /// Errors: why it was not.
    pub(super) async fn until_ready(&self, timeout: Duration) -> Result<(), String> {
        let deadline = Instant::now() + timeout;
        loop {
            let asked = self.call(Method::GET, "/_emulator/ready", None);
            let problem = match timeout_at(deadline, asked).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(problem)) => problem.to_string(),
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
            return Err(Failure::running(CallError::refusal(status, &body)));
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
