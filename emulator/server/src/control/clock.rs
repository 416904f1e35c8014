//! The clock, seen and moved over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{self, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::event_log::EventFilter;
use crate::http::app::App;
use crate::service::Service;
use crate::time;

/// How far the clock is to be moved: one of the three.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClockAdvance {
    /// A duration such as `90s`, `2m` or `250ms`.
    by: Option<String>,
    /// A time of RFC 3339.
    to: Option<String>,
    /// `idle`: until no transition is pending, those that wait to be told
    /// included.
    until: Option<String>,
}

/// What of the clock is to change; what is absent stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    /// `real` or `paused`.
    mode: Option<String>,
    /// A time of RFC 3339, not in the clock's past.
    now: Option<String>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let conflict = StatusCode::CONFLICT;
    vec![
        Endpoint::get("/_emulator/v1/clock", show)
            .does("Show the clock")
            .answers::<Value>(StatusCode::OK, "The clock"),
        Endpoint::patch("/_emulator/v1/clock", change)
            .does("Pause the clock, let it run, or set it")
            .takes::<ClockChange>()
            .answers::<Value>(StatusCode::OK, "The clock")
            .fails(conflict, "The clock cannot go back"),
        Endpoint::post("/_emulator/v1/clock/advance", advance)
            .does("Move the clock forwards; what falls due has happened in the answer")
            .takes::<ClockAdvance>()
            .answers::<Value>(StatusCode::OK, "The time, and what has happened")
            .fails(conflict, "The clock cannot go back"),
    ]
}

/// Shows the clock.
async fn show(State(app): State<App>) -> Response {
    describe(&app.service)
}

/// Pauses the clock, lets it run, or sets it.
async fn change(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let change: ClockChange = match body::object(&body) {
        Ok(change) => change,
        Err(error) => return reply::bad_request(&error),
    };
    match apply(&app.service, &change) {
        Ok(()) => describe(&app.service),
        Err(response) => *response,
    }
}

fn apply(service: &Service, change: &ClockChange) -> Result<(), Box<Response>> {
    let is_paused = match change.mode.as_deref() {
        None => service.clock.is_paused(),
        Some("paused") => true,
        Some("real") => false,
        Some(mode) => {
            let message = format!("mode {mode} is neither real nor paused");
            return Err(Box::new(reply::bad_request(&message)));
        }
    };
    if let Some(now) = &change.now {
        let now = time::parse(now).map_err(|error| Box::new(reply::bad_request(&error)))?;
        service.advance_to(now).ok_or_else(cannot_go_back)?;
    }
    service.change_clock(|clock| clock.set_paused(is_paused));
    Ok(())
}

fn describe(service: &Service) -> Response {
    let body = json!({
        "now": time::format(service.clock.now()),
        "mode": if service.clock.is_paused() { "paused" } else { "real" },
        "pendingTransitions": service.pending_transitions().len(),
        "nextDue": service.next_due().map(time::format),
    });
    reply::json(StatusCode::OK, &body)
}

/// Moves the clock forwards; what falls due has happened when the answer is
/// sent.
async fn advance(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let advance: ClockAdvance = match body::object(&body) {
        Ok(advance) => advance,
        Err(error) => return reply::bad_request(&error),
    };
    let events = app.service.events();
    let before = events.newest();
    match perform(&app.service, &advance) {
        Ok(now) => {
            let filter = EventFilter {
                since: before,
                ..Default::default()
            };
            let body = json!({ "now": time::format(now), "fired": events.render(filter) });
            reply::json(StatusCode::OK, &body)
        }
        Err(response) => *response,
    }
}

fn perform(service: &Service, advance: &ClockAdvance) -> Result<Timestamp, Box<Response>> {
    match advance {
        ClockAdvance {
            by: Some(by),
            to: None,
            until: None,
        } => {
            let by =
                time::parse_duration(by).map_err(|error| Box::new(reply::bad_request(&error)))?;
            if !time::is_writable(service.clock.now(), by) {
                return Err(Box::new(reply::bad_request(
                    "The clock ends with the year 9999.",
                )));
            }
            Ok(service.advance(by))
        }
        ClockAdvance {
            by: None,
            to: Some(to),
            until: None,
        } => {
            let to = time::parse(to).map_err(|error| Box::new(reply::bad_request(&error)))?;
            service.advance_to(to).ok_or_else(cannot_go_back)
        }
        ClockAdvance {
            by: None,
            to: None,
            until: Some(until),
        } if until == "idle" => Ok(service.advance_until_idle()),
        _ => Err(Box::new(reply::bad_request(
            r#"give exactly one of "by": "<duration>", "to": "<time>" and "until": "idle""#,
        ))),
    }
}

fn cannot_go_back() -> Box<Response> {
    let message = "The clock cannot go back.";
    Box::new(reply::error(
        StatusCode::CONFLICT,
        "ClockCannotGoBack",
        message,
    ))
}
