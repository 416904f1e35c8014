//! `eks-emulator requests`: which calls a running emulator has answered.

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Value, json};

use super::control_client::with_query;
use super::remote::{Remote, RemoteArguments, ScopeArguments, number_or_text, object};
use super::{Failure, print, table};

const REQUESTS: &str = "/_emulator/v1/requests";

// The arguments of `requests`.
#[derive(Args, Debug)]
pub(super) struct RequestsArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(subcommand)]
    action: Option<RequestsAction>,
}

// What is to be done with the journal.
#[derive(Debug, Subcommand)]
enum RequestsAction {
    /// List the calls, the newest last (the default)
    List(Box<List>),
    /// Count calls, and fail if there are not as many as expected
    Count(Box<Count>),
    /// Forget the calls
    Clear {
        #[command(flatten)]
        scope: ScopeArguments,
    },
}

// Which calls.
#[derive(Args, Debug, Default)]
struct Filter {
    /// Only calls of an operation, as in CreateAddon
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Only calls of a service, as in eks or sts
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Only calls of an account
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Only calls in a region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Only calls that name a cluster
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Only calls with an HTTP status
    #[arg(long, value_name = "STATUS")]
    status: Option<u16>,
    /// Only calls with an error code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only calls that a fault happened to
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// Only calls after the one with this id, or since a time
    #[arg(long, value_name = "ID|TIME")]
    since: Option<String>,
}

#[derive(Args, Debug, Default)]
struct List {
    #[command(flatten)]
    filter: Filter,
    /// At most so many [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// What the answer before gave as next
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
}

#[derive(Args, Debug)]
struct Count {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    expected: Expected,
}

// How many calls are expected: one of the three.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct Expected {
    /// Fail unless there are so many
    #[arg(long, value_name = "N")]
    exactly: Option<u64>,
    /// Fail unless there are so many or more
    #[arg(long, value_name = "N")]
    at_least: Option<u64>,
    /// Fail if there are more
    #[arg(long, value_name = "N")]
    at_most: Option<u64>,
}

impl Filter {
    fn texts(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("operation", self.operation.as_deref()),
            ("service", self.service.as_deref()),
            ("account", self.account.as_deref()),
            ("region", self.region.as_deref()),
            ("cluster", self.cluster.as_deref()),
            ("code", self.code.as_deref()),
            ("fault", self.fault.as_deref()),
            ("since", self.since.as_deref()),
        ]
    }

    fn document(&self) -> Value {
        let texts = self.texts().into_iter().map(|(name, text)| {
            let value = text.map(|text| match name {
                "since" => number_or_text(text),
                _ => json!(text),
            });
            (name, value)
        });
        let status = ("status", self.status.map(Value::from));
        Value::Object(object(texts.chain([status])))
    }
}

impl Expected {
    /// The member that says so, and how people say it.
    fn named(&self) -> Option<(&'static str, &'static str, u64)> {
        let exactly = self.exactly.map(|count| ("exactly", "exactly", count));
        let at_least = self.at_least.map(|count| ("atLeast", "at least", count));
        let at_most = self.at_most.map(|count| ("atMost", "at most", count));
        exactly.or(at_least).or(at_most)
    }
}

/// Lists, counts or forgets the calls.
pub(super) fn run(arguments: &RequestsArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    match &arguments.action {
        None => list(&remote, &List::default()),
        Some(RequestsAction::List(what)) => list(&remote, what),
        Some(RequestsAction::Count(what)) => count(&remote, what),
        Some(RequestsAction::Clear { scope }) => {
            let path = with_query(REQUESTS, &scope.parameters());
            remote.call(Method::DELETE, &path, None).map(drop)
        }
    }
}

/// Every page, or one of the size that is wanted.
fn list(remote: &Remote, what: &List) -> Result<(), Failure> {
    let status = what.filter.status.map(|status| status.to_string());
    let limit = what.limit.map(|limit| limit.to_string());
    let mut requests = Vec::new();
    let mut cursor = what.cursor.clone();
    loop {
        let mut parameters = what.filter.texts().to_vec();
        parameters.push(("status", status.as_deref()));
        parameters.push(("limit", limit.as_deref()));
        parameters.push(("cursor", cursor.as_deref()));
        let mut answer = remote.get(&with_query(REQUESTS, &parameters))?;
        if let Value::Array(page) = answer["requests"].take() {
            requests.extend(page);
        }
        cursor = match &answer["next"] {
            Value::String(next) => Some(next.clone()),
            Value::Null => None,
            next => Some(next.to_string()),
        };
        if cursor.is_none() || limit.is_some() {
            break;
        }
    }
    let all = json!({ "requests": requests, "next": cursor });
    remote.show(&all, |all| {
        let shown = [
            ("ID", "id"),
            ("AT", "at"),
            ("OPERATION", "operation"),
            ("CLUSTER", "cluster"),
            ("STATUS", "status"),
            ("CODE", "errorCode"),
            ("MICROSECONDS", "durationUs"),
            ("FAULTS", "faults"),
        ];
        table::objects(&all["requests"], &shown)
    })
}

fn count(remote: &Remote, what: &Count) -> Result<(), Failure> {
    let expected = what.expected.named();
    let body = object([
        ("match", Some(what.filter.document())),
        (
            "expect",
            expected.map(|(member, _, count)| json!({ member: count })),
        ),
    ]);
    let path = format!("{REQUESTS}/count");
    let answer = remote.call(Method::POST, &path, Some(&body.into()))?;
    let count = &answer["count"];
    if remote.as_json() {
        print(&format!("{answer:#}\n"))?;
    } else {
        print(&format!("{count}\n"))?;
    }
    match expected {
        Some((_, words, wanted)) if answer["ok"] == false => {
            let near = near_misses(&answer["nearMisses"]);
            let sentence = format!("{count} such requests, but {words} {wanted} expected{near}");
            Err(Failure::running(sentence))
        }
        _ => Ok(()),
    }
}

/// Requests that are nearly such, and in what they are not.
fn near_misses(near_misses: &Value) -> String {
    let near_misses = near_misses.as_array().into_iter().flatten();
    let told = near_misses.map(|near_miss| {
        let request = &near_miss["request"];
        let (id, operation) = (&request["id"], table::cell(&request["operation"]));
        let differs = table::cell(&near_miss["differs"]);
        format!("; nearly {operation} with id {id}, but for {differs}")
    });
    told.collect()
}
