//! The settings, seen and in part changed over HTTP.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::lifecycle::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{self, BodyError, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use crate::configuration::Origin;
use crate::http::app::App;
use crate::profile;
use crate::service::Service;
use crate::time;

/// A setting.
#[derive(JsonSchema, Serialize)]
struct Setting {
    value: Value,
    /// Who said so: `default`, `file`, `env`, `flag` or `api`.
    origin: &'static str,
}

/// The settings that can be changed while the emulator runs; what is absent
/// stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ConfigChange {
    /// `instant`, `realistic`, `manual` or `manual:READS`, for transitions
    /// that start from now on.
    lifecycle: Option<String>,
    journal: Option<JournalChange>,
    /// Whether members that an operation does not know are refused.
    strict: Option<bool>,
    /// How long a look at something that changes waits for the end of the
    /// change: a duration as in `20s`, or a number of milliseconds; 0: not at
    /// all.
    hold_reads: Option<HoldReads>,
    /// Which lines the log has: `error`, `warn`, `info`, `debug`, `trace` or
    /// `off`.
    log_level: Option<String>,
}

/// How long reads wait.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "holdReads is a duration such as \"20s\", or a number of milliseconds"
)]
enum HoldReads {
    Milliseconds(u64),
    Duration(String),
}

impl HoldReads {
    /// Errors: a sentence.
    fn milliseconds(&self) -> Result<u64, String> {
        match self {
            Self::Milliseconds(milliseconds) => Ok(*milliseconds),
            Self::Duration(text) => time::parse_milliseconds(text).map(time::whole_milliseconds),
        }
    }
}

/// The names of the settings that can be changed.
const CHANGEABLE: [&str; 5] = ["lifecycle", "journal", "strict", "holdReads", "logLevel"];

/// What of the journal is to change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct JournalChange {
    /// How many requests it keeps, the newest ones; 0 keeps none.
    capacity: usize,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    const PATH: &str = "/_emulator/v1/config";
    vec![
        Endpoint::get(PATH, show)
            .does("Show the settings, and who said what they are")
            .answers::<BTreeMap<String, Setting>>(StatusCode::OK, "The settings by name"),
        Endpoint::patch(PATH, change)
            .does("Change settings while the emulator runs")
            .takes::<ConfigChange>()
            .answers::<BTreeMap<String, Setting>>(StatusCode::OK, "The settings by name"),
    ]
}

async fn show(State(app): State<App>) -> Response {
    describe(&app.service)
}

fn describe(service: &Service) -> Response {
    let shown = service.shown_configuration.read();
    let shown = shown.unwrap_or_else(PoisonError::into_inner);
    let setting = |(name, (value, origin)): (&&'static str, &(Value, Origin))| {
        let setting = Setting {
            value: value.clone(),
            origin: origin.as_str(),
        };
        (*name, setting)
    };
    let settings: BTreeMap<&str, Setting> = shown.iter().map(setting).collect();
    reply::typed(StatusCode::OK, &settings)
}

async fn change(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let changed = check_names(&body)
        .and_then(|()| body::object_with(&body, |change| apply(&app.service, change)));
    match changed {
        Ok(()) => describe(&app.service),
        Err(error) => error.answer(),
    }
}

/// Whether there are such settings that can be changed.
fn check_names(body: &[u8]) -> Result<(), BodyError> {
    let body = body::json(body)?;
    let unknown = |known: &[&str], members: &Value| {
        let mut names = members.as_object()?.keys();
        names.find(|name| !known.contains(&name.as_str())).cloned()
    };
    let of_journal = || unknown(&["capacity"], &body["journal"]);
    let unknown =
        unknown(&CHANGEABLE, &body).or_else(|| of_journal().map(|name| format!("journal.{name}")));
    let sentence = |name| {
        format!(
            "{name} is no setting that can be changed while the emulator runs; \
             lifecycle, strict, holdReads, journal.capacity and logLevel are"
        )
    };
    unknown.map_or(Ok(()), |name| Err(BodyError::Unknown(sentence(name))))
}

/// Errors: a sentence; nothing has changed then.
fn apply(service: &Service, change: ConfigChange) -> Result<(), String> {
    let lifecycle = change
        .lifecycle
        .as_deref()
        .map(profile::parse)
        .transpose()?;
    let hold_reads = change.hold_reads.as_ref();
    let hold_reads = hold_reads.map(HoldReads::milliseconds).transpose()?;
    if let Some(level) = &change.log_level {
        let log = service.log_level_change.as_ref();
        let log = log.ok_or("the log is the business of whoever started the emulator")?;
        (log.0)(level)?;
        note(service, "logLevel", json!(level));
    }
    if let Some(JournalChange { capacity }) = change.journal {
        service.journal().change_capacity(capacity);
        note(service, "journalCapacity", json!(capacity));
    }
    if let Some(is_strict) = change.strict {
        service.set_strict(is_strict);
        note(service, "strict", json!(is_strict));
    }
    if let Some(milliseconds) = hold_reads {
        service.hold_reads(milliseconds);
        note(service, "holdReads", json!(milliseconds));
    }
    if let Some(profile) = lifecycle {
        set_profile(service, profile);
    }
    Ok(())
}

fn set_profile(service: &Service, profile: Profile) {
    service.change_lifecycle(|lifecycle| lifecycle.profile = profile);
    note(service, "lifecycle", json!(profile::format(profile)));
    if let Profile::Realistic { time_scale } = profile {
        note(service, "timeScale", json!(time_scale));
    }
}

fn note(service: &Service, name: &'static str, value: Value) {
    let shown = service.shown_configuration.write();
    let mut shown = shown.unwrap_or_else(PoisonError::into_inner);
    shown.insert(name, (value, Origin::Api));
}
