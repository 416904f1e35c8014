//! The bodies of requests to the emulator's own endpoints, under the same
//! limits as those of the EKS API.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::reply;
use crate::http::app::App;
use crate::http::limit::{self, BodyLimit};

/// The whole body of a request.
#[derive(Debug)]
pub(super) struct WholeBody(pub(super) Bytes);

/// What is wrong with a body: a sentence.
#[derive(Debug)]
pub(super) enum BodyError {
    /// It is not JSON.
    Malformed(String),
    /// It names what does not exist.
    Unknown(String),
    /// It is JSON, but makes no sense.
    Invalid(String),
}

impl BodyError {
    /// The answer. `code` is that of what makes no sense.
    pub(super) fn answer_as(self, code: &str) -> Response {
        match self {
            Self::Malformed(sentence) | Self::Unknown(sentence) => reply::bad_request(&sentence),
            Self::Invalid(sentence) => {
                reply::error(StatusCode::UNPROCESSABLE_ENTITY, code, &sentence)
            }
        }
    }

    /// The answer of an endpoint that has no code of its own for it.
    pub(super) fn answer(self) -> Response {
        self.answer_as("InvalidBody")
    }
}

impl From<String> for BodyError {
    fn from(sentence: String) -> Self {
        Self::Invalid(sentence)
    }
}

/// Reads a body that has to be JSON.
pub(super) fn json(body: &[u8]) -> Result<Value, BodyError> {
    let malformed = |error| BodyError::Malformed(format!("the body is not JSON: {error}"));
    serde_json::from_slice(body).map_err(malformed)
}

/// Reads a body that has to be a JSON object.
pub(super) fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    let value = json(body)?;
    if !value.is_object() {
        return Err(BodyError::Invalid(
            "the body has to be a JSON object".into(),
        ));
    }
    serde_json::from_value(value).map_err(|error| BodyError::Invalid(error.to_string()))
}

/// Reads a body that has to be a JSON object, and what it says with `read`.
pub(super) fn object_with<T: DeserializeOwned, U>(
    body: &[u8],
    read: impl FnOnce(T) -> Result<U, String>,
) -> Result<U, BodyError> {
    read(object(body)?).map_err(BodyError::Invalid)
}

/// Reads a body that may be absent, or `null`, which says as much.
pub(super) fn optional_object<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, BodyError> {
    if body.is_empty() || json(body)?.is_null() {
        return Ok(T::default());
    }
    object(body)
}

impl FromRequest<App> for WholeBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        read(request, app.body_limit).await.map(Self)
    }
}

/// The whole body of a request that carries a state.
#[derive(Debug)]
pub(super) struct StateBody(pub(super) Bytes);

/// The most bytes of a state: much more than those of a call.
const STATE_BYTES: usize = 256 * 1024 * 1024;

impl FromRequest<App> for StateBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let mut body_limit = app.body_limit;
        body_limit.bytes = body_limit.bytes.max(STATE_BYTES);
        read(request, body_limit).await.map(Self)
    }
}

async fn read(request: Request, body_limit: BodyLimit) -> Result<Bytes, Response> {
    match limit::read(request.into_body(), body_limit).await {
        Ok(Some(body)) => Ok(body),
        Ok(None) => {
            let message = format!("The body has more than {} bytes.", body_limit.bytes);
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            Err(reply::error(status, "BodyTooLarge", &message))
        }
        Err(response) => Err(*response),
    }
}
