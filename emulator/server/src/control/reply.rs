//! Answers of the emulator's own endpoints.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// An error.
#[derive(JsonSchema, Serialize)]
pub(super) struct Failure {
    /// A word for programs.
    code: String,
    /// A sentence for people.
    message: String,
    /// What there is to say beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    bytes(status, "application/json", body.to_string().into())
}

/// A JSON answer of a type.
pub(super) fn typed(status: StatusCode, body: &impl Serialize) -> Response {
    json(status, &json!(body))
}

/// An answer of any content type.
pub(super) fn bytes(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let content_type = header::HeaderValue::from_static(content_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

/// An answer without a body.
pub(super) fn nothing() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// An error.
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    error_with(status, code, message, Value::Null)
}

/// An error with something to say beside.
pub(super) fn error_with(
    status: StatusCode,
    code: &str,
    message: &str,
    details: Value,
) -> Response {
    let failure = Failure {
        code: code.to_owned(),
        message: message.to_owned(),
        details: Some(details).filter(|details| !details.is_null()),
    };
    typed(status, &failure)
}

/// The request makes no sense.
pub(super) fn bad_request(message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "BadRequest", message)
}
