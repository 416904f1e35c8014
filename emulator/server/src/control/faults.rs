//! Faults, over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::body::{self, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::fault::{FaultRule, FaultState};
use crate::http::app::App;

/// The rules that there are.
#[derive(JsonSchema, Serialize)]
struct FaultList {
    faults: Vec<FaultState>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    const ALL: &str = "/_emulator/v1/faults";
    const ONE: &str = "/_emulator/v1/faults/{name}";
    vec![
        Endpoint::get(ALL, list)
            .does("List the faults in the order in which they hold, and how often they have happened")
            .answers::<FaultList>(StatusCode::OK, "The faults"),
        Endpoint::delete(ALL, clear)
            .does("Take every fault back")
            .answers_nothing(StatusCode::NO_CONTENT, "There are none any more"),
        Endpoint::get(ONE, show)
            .does("Show a fault, and how often it has happened")
            .answers::<FaultState>(StatusCode::OK, "The fault")
            .fails(StatusCode::NOT_FOUND, "There is no fault of this name"),
        Endpoint::put(ONE, put)
            .does("Make calls fail, late, or lose their connection; a fault of the same name starts anew in its place")
            .takes::<FaultRule>()
            .answers::<FaultState>(StatusCode::OK, "The fault")
            .fails(StatusCode::UNPROCESSABLE_ENTITY, "The fault makes no sense"),
        Endpoint::delete(ONE, delete)
            .does("Take a fault back")
            .answers_nothing(StatusCode::NO_CONTENT, "It is not there any more"),
    ]
}

async fn list(State(app): State<App>) -> Response {
    let now = app.service.clock.now();
    let faults = app.service.faults().list(now);
    reply::typed(StatusCode::OK, &FaultList { faults })
}

async fn clear(State(app): State<App>) -> Response {
    app.service.faults().clear();
    reply::nothing()
}

async fn show(State(app): State<App>, Path(name): Path<String>) -> Response {
    match app.service.faults().get(&name, app.service.clock.now()) {
        Some(state) => reply::typed(StatusCode::OK, &state),
        None => {
            let message = format!("There is no fault {name}.");
            reply::error(StatusCode::NOT_FOUND, "NotFound", &message)
        }
    }
}

async fn put(
    State(app): State<App>,
    Path(name): Path<String>,
    WholeBody(body): WholeBody,
) -> Response {
    let now = app.service.clock.now();
    let put = body::object_with(&body, |rule: FaultRule| {
        app.service.faults().put(&name, rule, now)
    });
    match put {
        Ok(state) => reply::typed(StatusCode::OK, &state),
        Err(error) => error.answer_as("InvalidRule"),
    }
}

async fn delete(State(app): State<App>, Path(name): Path<String>) -> Response {
    app.service.faults().remove(&name);
    reply::nothing()
}
