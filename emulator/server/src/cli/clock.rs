//! `eks-emulator clock`: the clock of a running emulator.

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Value, json};

use super::Failure;
use super::remote::{Remote, RemoteArguments, object};
use super::table::{cell, columns, members};

const CLOCK: &str = "/_emulator/v1/clock";

// The arguments of `clock`.
#[derive(Args, Debug)]
pub(super) struct ClockArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(subcommand)]
    action: Option<ClockAction>,
}

// What is to become of the clock.
#[derive(Debug, Subcommand)]
enum ClockAction {
    /// Show it (the default)
    Get,
    /// Let it stand still
    Pause,
    /// Let it run
    Resume {
        /// How many times as fast as real time
        #[arg(long, value_name = "N")]
        rate: Option<f64>,
    },
    /// Set it to a later time
    Set {
        /// As in 2026-01-01T00:00:00Z
        time: String,
    },
    /// Move it forwards; what falls due has happened when this ends
    Advance {
        #[command(flatten)]
        how: Advance,
        /// How far at most on the way to idle
        #[arg(long, value_name = "DURATION", requires = "until_idle")]
        max: Option<String>,
    },
}

// How far: one of the three.
#[derive(Args, Debug)]
#[group(id = "way", required = true, multiple = false)]
struct Advance {
    /// How far, as in 90s, 10m or 250ms
    #[arg(value_name = "DURATION")]
    by: Option<String>,
    /// To a time, as in 2026-01-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Until nothing is pending
    #[arg(long)]
    until_idle: bool,
}

/// Shows or moves the clock.
pub(super) fn run(arguments: &ClockArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let change = |body: Value| remote.call(Method::PATCH, CLOCK, Some(&body));
    let clock = match &arguments.action {
        None | Some(ClockAction::Get) => remote.get(CLOCK)?,
        Some(ClockAction::Pause) => change(json!({ "mode": "paused" }))?,
        Some(ClockAction::Resume { rate: None }) => change(json!({ "mode": "real" }))?,
        Some(ClockAction::Resume { rate }) => change(json!({ "mode": "scaled", "rate": rate }))?,
        Some(ClockAction::Set { time }) => change(json!({ "now": time }))?,
        Some(ClockAction::Advance { how, max }) => {
            return advance(&remote, how, max.as_deref());
        }
    };
    remote.show(&clock, members)
}

fn advance(remote: &Remote, how: &Advance, max: Option<&str>) -> Result<(), Failure> {
    let body = object([
        ("by", how.by.as_ref().map(|by| json!(by))),
        ("to", how.to.as_ref().map(|to| json!(to))),
        ("until", how.until_idle.then(|| json!("idle"))),
        ("max", max.map(|max| json!(max))),
    ]);
    let path = format!("{CLOCK}/advance");
    let answer = remote.call(Method::POST, &path, Some(&body.into()))?;
    remote.show(&answer, |answer| {
        let fired = answer["fired"].as_array().into_iter().flatten();
        let rows: Vec<Vec<String>> = fired.map(row).collect();
        format!("{}{}\n", columns(&rows), cell(&answer["now"]))
    })
}

/// A transition that has ended.
fn row(fired: &Value) -> Vec<String> {
    let statuses = format!("{} -> {}", cell(&fired["from"]), cell(&fired["to"]));
    vec![cell(&fired["at"]), cell(&fired["resource"]), statuses]
}
