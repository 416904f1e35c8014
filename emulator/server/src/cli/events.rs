//! `eks-emulator events`: what has happened in a running emulator.

use clap::Args;
use serde_json::Value;

use super::control_client::with_query;
use super::remote::{Remote, RemoteArguments, ScopeArguments};
use super::table::{cell, columns};
use super::{Failure, emit};

/// The members that have columns of their own, or are too long for a line.
const IN_COLUMNS: [&str; 7] = [
    "account", "at", "cluster", "id", "region", "resource", "type",
];

// The flags of `events`.
#[derive(Args, Debug)]
pub(super) struct EventsArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    /// Wait for more, until the emulator stops
    #[arg(long)]
    follow: bool,
    /// Only events after the one with this id, or from now on
    #[arg(long, value_name = "ID|now")]
    since: Option<String>,
    /// Only events of a type, as in addon.statusChanged or addon.*; several are separated by commas
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Only events of a cluster
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    #[command(flatten)]
    scope: ScopeArguments,
}

/// Prints events, the oldest first.
pub(super) fn run(arguments: &EventsArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let mut parameters = vec![
        ("since", arguments.since.as_deref()),
        ("type", arguments.kind.as_deref()),
        ("cluster", arguments.cluster.as_deref()),
    ];
    parameters.extend(arguments.scope.parameters());
    let path = "/_emulator/v1/events";
    if !arguments.follow {
        let answer = remote.get(&with_query(path, &parameters))?;
        return remote.show(&answer, |answer| lines(&answer["events"]));
    }
    parameters.push(("follow", Some("true")));
    remote.follow(&with_query(path, &parameters), |data| {
        if remote.as_json() {
            return emit(&format!("{data}\n"));
        }
        let event: Value = serde_json::from_str(data).unwrap_or_default();
        emit(&lines(&Value::Array(vec![event])))
    })
}

/// A line for each event.
pub(super) fn lines(events: &Value) -> String {
    let rows: Vec<Vec<String>> = events.as_array().into_iter().flatten().map(row).collect();
    columns(&rows)
}

fn row(event: &Value) -> Vec<String> {
    let members = event.as_object().into_iter().flatten();
    let details: Vec<String> = members
        .filter(|(name, value)| !IN_COLUMNS.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| format!("{name}={}", cell(value)))
        .collect();
    let mut row: Vec<String> = ["id", "at", "type", "cluster"]
        .map(|name| cell(&event[name]))
        .into();
    row.push(details.join(" "));
    row
}
