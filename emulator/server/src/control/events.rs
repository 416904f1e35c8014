//! What has happened and what happens, over HTTP.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::body::{self, WholeBody};
use super::endpoint::Endpoint;
use super::{event_stream, reply};
use crate::event_log::{EventFilter, EventMatch, Follower, NoEvent, Since, Wait, check_kinds};
use crate::http::app::App;
use crate::state::Scope;
use crate::text_pattern::TextPattern;
use crate::time;

/// The header in which a browser says where its stream was cut.
const LAST_EVENT_ID: &str = "last-event-id";
/// How long to wait for an event if nobody says.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What has happened.
#[derive(JsonSchema, Serialize)]
struct Events {
    /// The events, the oldest first.
    events: Vec<Value>,
    /// The id of the newest event of all.
    newest: u64,
    /// The id of the newest event that is not kept any more: those with
    /// larger ones are, but for what a reset has forgotten.
    dropped: u64,
}

/// What is waited for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EventWait {
    /// Members that the event has to have, such as `type`, `cluster`,
    /// `addonName` and `status`: a value, or a list of texts of which it has
    /// to have one. In texts, `*` stands for anything.
    r#match: Map<String, Value>,
    /// The first event after the one with this id; `now`: only what happens
    /// from now on. Without it, the newest event that has happened already is
    /// the answer, too.
    #[serde(default)]
    #[schemars(with = "Option<u64>")]
    since: Option<Value>,
    /// How long to wait at most, of the machine's time: `5s` if it is not
    /// said.
    timeout: Option<String>,
}

/// What a list of events answers.
const LISTED: &str = "The events, and the id of the newest; followed, a stream whose data are the events as the list has them";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/v1/events", list)
            .does("List what has happened, the oldest first, or follow what happens")
            .parameter(
                "since",
                "Events after the one with this id; now: from now on. The header last-event-id says the same, and wins",
            )
            .parameter("cluster", "Events of a cluster")
            .parameter(
                "type",
                "Events of a type, such as pod.created or addon.*; several are separated by commas",
            )
            .parameter(
                "follow",
                "true: a stream of server-sent events that begins with those that are kept and does not end",
            )
            .scoped()
            .answers::<Events>(StatusCode::OK, LISTED)
            .answers_as::<String>(StatusCode::OK, LISTED, event_stream::CONTENT_TYPE),
        Endpoint::post("/_emulator/v1/events/wait", wait)
            .does("Wait for an event")
            .takes::<EventWait>()
            .answers::<Value>(StatusCode::OK, "The event")
            .fails(
                StatusCode::REQUEST_TIMEOUT,
                "No such event came in time; details.closest has events that came close",
            )
            .fails(StatusCode::SERVICE_UNAVAILABLE, "The emulator stops"),
    ]
}

async fn list(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    let header = headers.get(LAST_EVENT_ID);
    let header = header.map(|value| value.to_str().unwrap_or_default());
    let since = header.or(parameters.get("since").map(String::as_str));
    let since = match since.map_or(Ok(Since::Oldest), read_since) {
        Ok(since) => since,
        Err(message) => return reply::bad_request(message),
    };
    let kinds = parameters.get("type");
    let kinds = kinds.map(|kinds| TextPattern::any_of(kinds.split(',')));
    if let Some(Err(message)) = kinds.as_ref().map(check_kinds) {
        return reply::bad_request(&message);
    }
    let filter = EventFilter {
        scope,
        cluster_name: parameters.get("cluster").cloned(),
        kind: kinds,
    };
    match parameters.get("follow").map(String::as_str) {
        None | Some("false") => show(&app, &filter, since),
        Some("true") if !has_timers() => no_timers(),
        Some("true") => {
            let follower = Follower::new(app.service, since);
            event_stream::open(follower, filter)
        }
        Some(_) => reply::bad_request("follow is either true or false"),
    }
}

fn show(app: &App, filter: &EventFilter, since: Since) -> Response {
    // What time has brought about has happened, too.
    app.service.settle();
    let log = app.service.events();
    let after = match since {
        Since::Oldest => 0,
        Since::Now => log.newest(),
        Since::After(number) => number,
    };
    let events = log.list(filter, after);
    let shown = Events {
        events: events.iter().map(|event| event.to_json()).collect(),
        newest: log.newest(),
        dropped: log.dropped(),
    };
    reply::typed(StatusCode::OK, &shown)
}

fn read_since(since: &str) -> Result<Since, &'static str> {
    match since {
        "now" => Ok(Since::Now),
        number => number
            .parse()
            .map(Since::After)
            .map_err(|_| "since has to be the id of an event"),
    }
}

async fn wait(State(app): State<App>, WholeBody(body): WholeBody) -> Response {
    let wait = match body::object_with(&body, read_wait) {
        Ok(wait) => wait,
        Err(error) => return error.answer(),
    };
    if !has_timers() {
        return no_timers();
    }
    match app.service.wait_for_event(&wait).await {
        Ok(event) => reply::json(StatusCode::OK, &event.to_json()),
        Err(NoEvent::Timeout { message, closest }) => reply::error_with(
            StatusCode::REQUEST_TIMEOUT,
            "Timeout",
            &message,
            json!({ "closest": closest }),
        ),
        Err(NoEvent::Stopped) => reply::error(
            StatusCode::SERVICE_UNAVAILABLE,
            "Stopping",
            "The emulator stops.",
        ),
    }
}

/// Errors: a sentence.
fn read_wait(asked: EventWait) -> Result<Wait, String> {
    let since = match asked.since {
        None | Some(Value::Null) => Since::Oldest,
        Some(Value::String(since)) => read_since(&since)?,
        Some(number) => {
            let number = number.as_u64();
            Since::After(number.ok_or("since has to be the id of an event")?)
        }
    };
    let timeout = asked.timeout.as_deref().map(time::parse_duration);
    Ok(Wait {
        wanted: EventMatch::new(asked.r#match)?,
        since,
        timeout: timeout.transpose()?.unwrap_or(TIMEOUT),
    })
}

/// Whether somebody drives timers here: a caller in the same process may have
/// no runtime.
fn has_timers() -> bool {
    tokio::runtime::Handle::try_current().is_ok()
}

fn no_timers() -> Response {
    let message = "Waiting needs a tokio runtime, and this call came without one.";
    reply::error(StatusCode::NOT_IMPLEMENTED, "NoTimers", message)
}
