//! Back to the beginning, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{self, BodyError, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::reset::{Keep, Reset};
use crate::state::Scope;

/// What is to be forgotten.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResetRequest {
    /// Only what this account has: twelve digits.
    account: Option<String>,
    /// Only what is in this region.
    region: Option<String>,
    /// What stays although it is not state: faults (with transition rules),
    /// the clock, the journal (with events). A reset of one account or region
    /// leaves faults and the clock alone anyway.
    #[serde(default)]
    keep: Vec<Kept>,
    /// Whether the seeds of the start are applied again; by default they are.
    reseed: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Kept {
    Faults,
    Clock,
    Journal,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/_emulator/v1/reset", reset)
            .does("Forget everything, or what one account or region has")
            .scoped()
            .takes_if_any::<ResetRequest>()
            .answers_nothing(StatusCode::NO_CONTENT, "It is forgotten"),
        Endpoint::post("/moto-api/reset", moto)
            .does("Forget everything, for suites that were written for moto")
            .answers::<Value>(StatusCode::OK, "What moto answers"),
    ]
}

async fn reset(State(app): State<App>, scope: Scope, WholeBody(body): WholeBody) -> Response {
    let read = body::optional_object(&body)
        .and_then(|asked| read(asked, scope).map_err(BodyError::Invalid));
    match read {
        Ok(reset) => {
            app.service.reset(&reset);
            reply::nothing()
        }
        Err(error) => error.answer(),
    }
}

fn read(asked: ResetRequest, scope: Scope) -> Result<Reset, String> {
    let keeps = |kept| asked.keep.contains(&kept);
    let keep = Keep {
        faults: keeps(Kept::Faults),
        clock: keeps(Kept::Clock),
        journal: keeps(Kept::Journal),
    };
    let same = |body: Option<String>, parameter: Option<String>, name: &str| match (body, parameter)
    {
        (Some(body), Some(parameter)) if body != parameter => {
            Err(format!("{name} of the body and {name} of the query differ"))
        }
        (body, parameter) => Ok(body.or(parameter)),
    };
    Ok(Reset {
        scope: Scope::new(
            same(asked.account, scope.account_id, "account")?,
            same(asked.region, scope.region, "region")?,
        )?,
        keep,
        is_bare: asked.reseed == Some(false),
    })
}

async fn moto(State(app): State<App>) -> Response {
    app.service.reset(&Reset::default());
    reply::json(StatusCode::OK, &json!({ "status": "ok" }))
}
