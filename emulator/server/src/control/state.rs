//! The state as one document, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::body::StateBody;
use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::state::{Scope, StateDocument, StateDocumentError};

pub(super) fn endpoints() -> Vec<Endpoint> {
    const PATH: &str = "/_emulator/v1/state";
    vec![
        Endpoint::get(PATH, show)
            .does("Give the state as one document, secrets included")
            .scoped()
            .answers::<Map<String, Value>>(StatusCode::OK, "The state"),
        Endpoint::put(PATH, replace)
            .does("Put a state in the place of the present one")
            .scoped()
            .takes::<Map<String, Value>>()
            .answers_nothing(StatusCode::NO_CONTENT, "It is as the document says")
            .fails(StatusCode::CONFLICT, "The document is of a newer schema")
            .fails(
                StatusCode::UNPROCESSABLE_ENTITY,
                "It is no such document, or says what cannot be",
            ),
    ]
}

async fn show(State(app): State<App>, scope: Scope) -> Response {
    let snapshot = app.service.snapshot(&scope);
    match serde_json::to_vec(&StateDocument::new(&snapshot)) {
        Ok(body) => reply::bytes(StatusCode::OK, "application/json", body),
        Err(error) => {
            tracing::error!(%error, "a state cannot be written");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            reply::error(status, "InternalError", "The state cannot be written.")
        }
    }
}

async fn replace(State(app): State<App>, scope: Scope, StateBody(body): StateBody) -> Response {
    let Ok(text) = std::str::from_utf8(&body) else {
        return reply::bad_request("The body is not UTF-8.");
    };
    let invalid =
        |sentence: &str| reply::error(StatusCode::UNPROCESSABLE_ENTITY, "InvalidState", sentence);
    match StateDocument::read(text) {
        Ok(snapshot) => match app.service.restore(&scope, &snapshot) {
            Ok(()) => reply::nothing(),
            Err(sentence) => invalid(&sentence),
        },
        Err(error @ StateDocumentError::Newer(_)) => {
            reply::error(StatusCode::CONFLICT, "NewerSchema", &error.to_string())
        }
        Err(StateDocumentError::Invalid(sentence)) => invalid(&sentence),
    }
}
