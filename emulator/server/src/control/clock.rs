//! The clock, seen and moved over HTTP.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::body::{self, BodyError, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::advance::LONGEST_WAY_TO_IDLE;
use crate::clock::{self, ClockMode, ClockRefusal};
use crate::http::app::App;
use crate::service::Service;
use crate::time;
use crate::transition::FiredTransition;

/// How far the clock is to be moved: by, to or until.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClockAdvance {
    /// A duration such as `90s`, `2m` or `250ms`.
    by: Option<String>,
    /// A time of RFC 3339.
    to: Option<String>,
    /// `idle`: until nothing is pending. Transitions that wait to be told are
    /// told.
    until: Option<String>,
    /// How far the clock is moved at most on the way to idle; a year if it is
    /// not said.
    max: Option<String>,
}

/// What of the clock is to change; what is absent stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    /// `real`, `paused` or `scaled`. The clock goes on from the time that it
    /// shows.
    mode: Option<String>,
    /// How many times as fast as the machine's a scaled clock runs: a number
    /// above zero.
    rate: Option<f64>,
    /// A time of RFC 3339, not in the clock's past.
    now: Option<String>,
}

/// The clock.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClockShown {
    /// What it shows.
    now: String,
    /// `real`, `paused` or `scaled`.
    mode: &'static str,
    /// How many seconds it passes in one of the machine's: 1 if it is real, 0
    /// if it stands still.
    rate: f64,
    /// How far a real clock is before the machine's, in milliseconds: `-90ms`
    /// is behind. Other clocks have no distance that stays: null.
    offset: Option<String>,
    /// How many transitions have not ended.
    pending_transitions: usize,
    /// When the next thing falls due by time.
    next_due: Option<String>,
}

/// What came of moving the clock.
#[derive(JsonSchema, Serialize)]
struct ClockAdvanced {
    /// What the clock shows.
    now: String,
    /// The transitions that have ended, in the order of time.
    fired: Vec<Value>,
    /// Whether nothing is pending any more.
    idle: bool,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let conflict = StatusCode::CONFLICT;
    vec![
        Endpoint::get("/_emulator/v1/clock", show)
            .does("Show the clock")
            .answers::<ClockShown>(StatusCode::OK, "The clock"),
        Endpoint::patch("/_emulator/v1/clock", change)
            .does("Pause the clock, let it run at some rate, or set it")
            .takes::<ClockChange>()
            .answers::<ClockShown>(StatusCode::OK, "The clock")
            .fails(conflict, "The clock cannot go back"),
        Endpoint::post("/_emulator/v1/clock/advance", advance)
            .does("Move the clock forwards; what falls due has happened in the answer")
            .takes::<ClockAdvance>()
            .answers::<ClockAdvanced>(StatusCode::OK, "The time, and what has ended")
            .fails(conflict, "The clock cannot go back"),
    ]
}

/// Shows the clock.
async fn show(State(app): State<App>) -> Response {
    describe(&app.service)
}

/// Changes how the clock goes, or sets it.
async fn change(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let change = body::object_with(&body, read_change);
    let change = match change {
        Ok(change) => change,
        Err(error) => return error.answer(),
    };
    match app.service.change_clock(change) {
        Ok(_) => describe(&app.service),
        Err(refusal) => refuse(refusal),
    }
}

/// Errors: a sentence.
fn read_change(change: ClockChange) -> Result<clock::ClockChange, String> {
    Ok(clock::ClockChange {
        mode: change.mode.as_deref().map(ClockMode::parse).transpose()?,
        rate: change.rate,
        now: change.now.as_deref().map(time::parse).transpose()?,
    })
}

fn refuse(refusal: ClockRefusal) -> Response {
    let sentence = match refusal {
        ClockRefusal::CannotGoBack => return cannot_go_back(),
        ClockRefusal::NotARate => "rate has to be a number above zero",
        ClockRefusal::RateOfUnscaled => "only a scaled clock has a rate",
        ClockRefusal::NoRate => "a scaled clock has a rate",
    };
    BodyError::Invalid(sentence.into()).answer()
}

fn describe(service: &Service) -> Response {
    // What time has brought about is not pending.
    service.settle();
    let view = service.clock.view();
    let shown = ClockShown {
        now: time::format(view.now),
        mode: view.mode.name(),
        rate: view.rate,
        offset: view.offset_ms.map(|offset| format!("{offset}ms")),
        pending_transitions: service.count_pending_transitions(),
        next_due: service.next_due().map(time::format),
    };
    reply::typed(StatusCode::OK, &shown)
}

/// Moves the clock forwards; what falls due has happened when the answer is
/// sent.
async fn advance(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let way = body::object_with(&body, |advance| read_advance(&app.service, &advance));
    let advanced = match way {
        Ok(Way::By(by)) => app.service.advance(by),
        Ok(Way::ToIdle(longest)) => app.service.advance_until_idle(longest),
        Ok(Way::To(to)) => match app.service.advance_to(to) {
            Some(advanced) => advanced,
            None => return cannot_go_back(),
        },
        Err(error) => return error.answer(),
    };
    let fired = advanced.fired();
    let shown = ClockAdvanced {
        now: time::format(advanced.now),
        fired: fired.iter().map(FiredTransition::to_json).collect(),
        idle: advanced.is_idle,
    };
    reply::typed(StatusCode::OK, &shown)
}

/// How far the clock is moved.
enum Way {
    By(Duration),
    To(eks_emulator_core::Timestamp),
    ToIdle(Duration),
}

/// Errors: a sentence.
fn read_advance(service: &Service, advance: &ClockAdvance) -> Result<Way, String> {
    let read = |duration: &str| {
        let duration = time::parse_duration(duration)?;
        if time::is_writable(service.clock.now(), duration) {
            Ok(duration)
        } else {
            Err("The clock ends with the year 9999.".to_owned())
        }
    };
    let ClockAdvance { by, to, until, max } = advance;
    match (by, to, until.as_deref(), max) {
        (Some(by), None, None, None) => read(by).map(Way::By),
        (None, Some(to), None, None) => time::parse(to).map(Way::To),
        (None, None, Some("idle"), None) => Ok(Way::ToIdle(LONGEST_WAY_TO_IDLE)),
        (None, None, Some("idle"), Some(max)) => read(max).map(Way::ToIdle),
        (_, _, None, Some(_)) => Err(r#"max goes with "until": "idle" only"#.to_owned()),
        _ => Err(
            r#"give exactly one of "by": "<duration>", "to": "<time>" and "until": "idle""#
                .to_owned(),
        ),
    }
}

fn cannot_go_back() -> Response {
    let message = "The clock cannot go back.";
    reply::error(StatusCode::CONFLICT, "ClockCannotGoBack", message)
}
