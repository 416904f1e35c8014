//! The journal, over HTTP.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{self, BodyError, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::TextPattern;
use crate::http::app::App;
use crate::journal::{Expectation, JournalEntry, RequestCount, RequestFilter, Since};
use crate::state::Scope;

/// How many calls are listed by default.
const LIMIT: usize = 1_000;

/// Calls, the newest last.
#[derive(JsonSchema, Serialize)]
struct RequestList {
    requests: Vec<JournalEntry>,
    /// If there are more, the cursor that leads to them.
    next: Option<String>,
}

/// Which calls are counted.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RequestCountQuery {
    /// By default all.
    #[serde(default)]
    r#match: RequestFilter,
    /// How many there should be.
    expect: Option<Expectation>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    const ALL: &str = "/_emulator/v1/requests";
    vec![
        Endpoint::get(ALL, list)
            .does("List the newest calls, the oldest first, without their secrets")
            .scoped()
            .parameter("operation", "Only these operations: names or patterns with *, separated by commas")
            .parameter("service", "Only calls of this service")
            .parameter("cluster", "Only calls that name this cluster")
            .parameter("status", "Only calls that were answered with this status")
            .parameter("code", "Only calls that were answered with this error code")
            .parameter("fault", "Only calls that this fault happened to")
            .parameter("since", "Only calls after the one with this id, or from this time on")
            .parameter("limit", "At most so many; by default 1000")
            .parameter("cursor", "What the answer before gave as next")
            .answers::<RequestList>(StatusCode::OK, "The calls"),
        Endpoint::post("/_emulator/v1/requests/count", count)
            .does("Count calls, and say whether there are as many as expected; if not, which ones nearly match")
            .scoped()
            .takes_if_any::<RequestCountQuery>()
            .answers::<RequestCount>(StatusCode::OK, "How many there are")
            .fails(StatusCode::UNPROCESSABLE_ENTITY, "There is no such operation"),
        Endpoint::delete(ALL, forget)
            .does("Forget the calls so far")
            .scoped()
            .answers_nothing(StatusCode::NO_CONTENT, "They are forgotten"),
    ]
}

async fn list(
    State(app): State<App>,
    scope: Scope,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    let asked = read(&parameters);
    let (filter, limit, cursor) = match asked {
        Ok(asked) => asked,
        Err(message) => return reply::bad_request(&message),
    };
    let page = app.service.journal().page(&filter, &scope, limit, cursor);
    let body = RequestList {
        requests: page.entries,
        next: page.next.map(|id| id.to_string()),
    };
    reply::typed(StatusCode::OK, &body)
}

/// The filter, the limit and the cursor.
fn read(parameters: &BTreeMap<String, String>) -> Result<(RequestFilter, usize, u64), String> {
    let texts = |name: &str| {
        let text = parameters.get(name)?;
        Some(TextPattern::any_of(text.split(',')))
    };
    let filter = RequestFilter {
        operation: texts("operation"),
        service: texts("service"),
        cluster: texts("cluster"),
        status: number(parameters, "status")?,
        code: texts("code"),
        fault: texts("fault"),
        since: parameters
            .get("since")
            .map(|text| Since::parse(text))
            .transpose()?,
        ..RequestFilter::default()
    };
    filter.check()?;
    let limit = number(parameters, "limit")?.unwrap_or(LIMIT);
    if limit == 0 {
        return Err("limit has to be above zero".into());
    }
    Ok((filter, limit, number(parameters, "cursor")?.unwrap_or(0)))
}

fn number<T: FromStr>(
    parameters: &BTreeMap<String, String>,
    name: &str,
) -> Result<Option<T>, String> {
    let text = parameters.get(name);
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| format!("{name} has to be a number"))
}

async fn count(State(app): State<App>, scope: Scope, WholeBody(body): WholeBody) -> Response {
    let asked: RequestCountQuery = match body::optional_object(&body) {
        Ok(asked) => asked,
        Err(error) => return error.answer(),
    };
    if let Err(sentence) = asked.r#match.check() {
        return BodyError::from(format!("match.{sentence}")).answer();
    }
    let journal = app.service.journal();
    let count = journal.count(&asked.r#match, &scope, asked.expect);
    reply::typed(StatusCode::OK, &count)
}

async fn forget(State(app): State<App>, scope: Scope) -> Response {
    drop(app.service.journal().forget(&scope));
    reply::nothing()
}
