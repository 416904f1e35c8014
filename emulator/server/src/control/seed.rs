//! Seeds over HTTP.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::body::WholeBody;
use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::seed::{Format, ReadSeed, Seed, SeedError, SeedMode, SeedOptions, SeedReport, Source};

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";

/// How the document is applied.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mode {
    #[default]
    Merge,
    Replace,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/_emulator/v1/seed", seed)
            .does("Bring the state to what a seed document says, all of it or nothing")
            .parameter(
                "mode",
                "merge leaves what the document does not name; replace deletes it in the accounts and regions that the document names; by default merge",
            )
            .parameter("dryRun", "Whether nothing is to change: true or false")
            .takes_as::<Seed>(&[JSON, YAML])
            .answers::<SeedReport>(StatusCode::OK, "What became of what the document names")
            .fails(
                StatusCode::BAD_REQUEST,
                "The body is no JSON or YAML; details says where",
            )
            .fails(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Something is wrong with the document; details has everything that was found, with pointer, line and column",
            ),
    ]
}

async fn seed(
    State(app): State<App>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    WholeBody(body): WholeBody,
) -> Response {
    let Ok(Query(parameters)) = parameters else {
        return reply::bad_request("mode is merge or replace, and dryRun true or false.");
    };
    let Ok(text) = std::str::from_utf8(&body) else {
        return reply::bad_request("The body is not UTF-8.");
    };
    let options = SeedOptions {
        mode: match parameters.mode {
            Mode::Merge => SeedMode::Merge,
            Mode::Replace => SeedMode::Replace,
        },
        is_dry_run: parameters.dry_run,
        is_start: false,
    };
    let source = match Source::read(text, format(&headers)) {
        Ok(source) => source,
        Err(error) => {
            let status = match error.is_malformed {
                true => StatusCode::BAD_REQUEST,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return refusal(status, &[SeedError::new(None, error.mistakes)]);
        }
    };
    let read = ReadSeed::of_source(None, source).map_err(|error| vec![error]);
    match read.and_then(|read| app.service.seed(&[read.into()], options)) {
        Ok(report) => reply::typed(StatusCode::OK, &report),
        Err(errors) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &errors),
    }
}

/// What is not said to be JSON is YAML, which most of JSON is as well.
fn format(headers: &HeaderMap) -> Format {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    match content_type.and_then(|value| value.split(';').next()) {
        Some(JSON) => Format::Json,
        _ => Format::Yaml,
    }
}

fn refusal(status: StatusCode, errors: &[SeedError]) -> Response {
    let mistakes = errors.iter().flat_map(|error| &error.mistakes);
    let details: Vec<Value> = mistakes.map(|mistake| mistake.json()).collect();
    let message = match details.len() {
        1 => "Something is wrong with the document; nothing has changed.".to_owned(),
        count => format!("{count} things are wrong with the document; nothing has changed."),
    };
    reply::error_with(status, "InvalidSeed", &message, Value::Array(details))
}
