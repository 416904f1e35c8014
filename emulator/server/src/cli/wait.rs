//! `eks-emulator wait`: until a running emulator is ready, or something has
//! happened in it.

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Map, Value, json};

use super::Failure;
use super::events;
use super::remote::{Remote, RemoteArguments, number_or_text, object};
use crate::time;

// The arguments of `wait`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = false)]
pub(super) struct WaitArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    /// How long, of real time
    #[arg(long, global = true, value_name = "DURATION", default_value = "30s")]
    timeout: String,
    #[command(subcommand)]
    action: WaitAction,
}

// For what.
#[derive(Debug, Subcommand)]
enum WaitAction {
    /// Until the emulator is ready
    Ready,
    /// Until something has happened
    Event(Box<Event>),
}

#[derive(Args, Debug)]
struct Event {
    /// Event of a type, as in addon.statusChanged
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Event of a cluster
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Event with a member, as in status=ACTIVE; may be repeated
    #[arg(long = "where", value_name = "NAME=VALUE", value_parser = member)]
    members: Vec<(String, String)>,
    /// Event after the one with this id, or from now on
    #[arg(long, value_name = "ID|now")]
    since: Option<String>,
}

fn member(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("it has to be NAME=VALUE, as in status=ACTIVE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Waits.
pub(super) fn run(arguments: &WaitArguments) -> Result<(), Failure> {
    let timeout = time::parse_duration(&arguments.timeout)
        .map_err(|error| Failure::usage(format!("--timeout: {error}")))?;
    let remote = Remote::new(&arguments.remote)?;
    match &arguments.action {
        WaitAction::Ready => {
            remote.wait_until_ready(timeout)?;
            remote.show(&json!({ "ready": true }), |_| "ready\n".to_owned())
        }
        WaitAction::Event(event) => {
            let body = object([
                ("match", Some(Value::Object(event.matches()))),
                ("since", event.since.as_deref().map(number_or_text)),
                ("timeout", Some(json!(arguments.timeout))),
            ]);
            let path = "/_emulator/v1/events/wait";
            let answer = remote.call(Method::POST, path, Some(&body.into()))?;
            remote.show(&answer, |answer| {
                events::lines(&Value::Array(vec![answer.clone()]))
            })
        }
    }
}

impl Event {
    fn matches(&self) -> Map<String, Value> {
        let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
        let named = [("type", text(&self.kind)), ("cluster", text(&self.cluster))];
        let members = self.members.iter();
        let members = members.map(|(name, value)| (name.as_str(), Some(json!(value))));
        object(named.into_iter().chain(members))
    }
}
