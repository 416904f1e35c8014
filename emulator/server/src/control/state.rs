//! The state as one document, over HTTP.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::body::StateBody;
use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::state::{Scope, StateDocument, StateDocumentError};

/// What a state is shown as.
const SHOWN: &str = "The state; a seed is in YAML for those who accept that";
const YAML: &str = "application/yaml";

pub(super) fn endpoints() -> Vec<Endpoint> {
    const PATH: &str = "/_emulator/v1/state";
    vec![
        Endpoint::get(PATH, show)
            .does("Give the state as one document, secrets included")
            .scoped()
            .parameter(
                "format",
                "snapshot has everything; seed is a document that people can edit; by default snapshot",
            )
            .answers::<Map<String, Value>>(StatusCode::OK, SHOWN)
            .answers_as::<String>(StatusCode::OK, SHOWN, YAML),
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

/// The form of a state.
#[derive(Debug, Deserialize)]
struct Form {
    #[serde(default)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Format {
    #[default]
    Snapshot,
    Seed,
}

async fn show(
    State(app): State<App>,
    scope: Scope,
    form: Result<Query<Form>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    match form {
        Ok(Query(form)) if form.format == Format::Seed => show_seed(&app, &scope, &headers),
        Ok(_) => show_snapshot(&app, &scope),
        Err(_) => reply::bad_request("format is snapshot or seed."),
    }
}

/// As YAML for those who ask for it.
fn show_seed(app: &App, scope: &Scope, headers: &HeaderMap) -> Response {
    let seed = app.service.export_seed(scope);
    let accept = headers.get(header::ACCEPT);
    let accept = accept
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    match accept.contains("yaml") {
        true => reply::bytes(StatusCode::OK, YAML, seed.to_yaml().into()),
        false => reply::bytes(StatusCode::OK, "application/json", seed.to_json().into()),
    }
}

fn show_snapshot(app: &App, scope: &Scope) -> Response {
    let snapshot = app.service.snapshot(scope);
    match serde_json::to_vec(&StateDocument::limited(&snapshot, scope)) {
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
    match StateDocument::read_for(text, &scope) {
        Ok(snapshot) => match app.service.restore(&scope, &snapshot) {
            Ok(()) => reply::nothing(),
            Err(sentence) => invalid(&sentence),
        },
        Err(error @ StateDocumentError::Newer(_)) => {
            reply::error(StatusCode::CONFLICT, "NewerSchema", &error.to_string())
        }
        Err(StateDocumentError::Malformed(sentence)) => {
            reply::bad_request(&format!("the state is not JSON: {sentence}"))
        }
        Err(StateDocumentError::Invalid(sentence)) => invalid(&sentence),
    }
}
