//! `eks-emulator fault`: which calls of a running emulator fail.

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Map, Value, json};

use super::Failure;
use super::control_client::encoded;
use super::remote::{Remote, RemoteArguments, object};
use super::table::{cell, columns};

const FAULTS: &str = "/_emulator/v1/faults";

// The arguments of `fault`.
#[derive(Args, Debug)]
pub(super) struct FaultArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(subcommand)]
    action: Option<FaultAction>,
}

// What is to become of the rules.
#[derive(Debug, Subcommand)]
enum FaultAction {
    /// Add a rule, or replace the one of the name
    Add(Box<Rule>),
    /// List the rules (the default)
    List,
    /// Remove a rule
    Rm {
        /// The name of the rule
        name: String,
    },
    /// Remove every rule
    Clear,
}

// A rule: its document, or the flags that make one.
#[derive(Args, Debug)]
struct Rule {
    /// The name of the rule
    name: String,
    /// The rule as JSON, instead of flags
    #[arg(value_name = "RULE", conflicts_with_all = ["match", "effect", "limit"])]
    document: Option<String>,
    #[command(flatten)]
    matches: Match,
    #[command(flatten)]
    effect: Effect,
    #[command(flatten)]
    limit: Limit,
}

// Which calls.
#[derive(Args, Debug)]
#[group(id = "match", multiple = true)]
struct Match {
    /// Operation, as in CreateAddon or Update*; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    operation: Vec<String>,
    /// Service, as in eks or sts
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Account
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Cluster
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Resource of the cluster, as in vpc-cni
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
}

// What happens to them.
#[derive(Args, Debug)]
#[group(id = "effect", multiple = true)]
struct Effect {
    /// Error by what it means, as in throttling or accessDenied
    #[arg(long, value_name = "PRESET")]
    preset: Option<String>,
    /// Code of the error, as in ThrottlingException
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// HTTP status of the error
    #[arg(long, value_name = "STATUS")]
    status: Option<u16>,
    /// Message of the error
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// How late the answer is, as in 200ms
    #[arg(long, value_name = "DURATION")]
    delay: Option<String>,
    /// Up to how much later still, by chance
    #[arg(long, value_name = "DURATION", requires = "delay")]
    jitter: Option<String>,
    /// What becomes of the connection, as in resetBeforeResponse or hang
    #[arg(long, value_name = "FAULT")]
    connection: Option<String>,
}

// When, and how often.
#[derive(Args, Debug)]
#[group(id = "limit", multiple = true)]
struct Limit {
    /// Before or after the call has taken effect
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,
    /// How often it happens
    #[arg(long, value_name = "N")]
    times: Option<u64>,
    /// How likely it is, from 0 to 1
    #[arg(long, value_name = "P")]
    probability: Option<f64>,
    /// How long the rule holds, as in 30s
    #[arg(long, value_name = "DURATION")]
    expires_after: Option<String>,
    /// Rules of a higher priority come first
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i32>,
}

impl Rule {
    fn document(&self) -> Result<Value, Failure> {
        let Some(document) = &self.document else {
            return Ok(Value::Object(self.of_flags()));
        };
        serde_json::from_str(document)
            .map_err(|error| Failure::usage(format!("the rule is not JSON: {error}")))
    }

    fn of_flags(&self) -> Map<String, Value> {
        let limit = &self.limit;
        object([
            ("match", some(self.matches.document())),
            ("effect", Some(Value::Object(self.effect.document()))),
            ("phase", text(limit.phase.as_ref())),
            ("times", limit.times.map(Value::from)),
            ("probability", limit.probability.map(Value::from)),
            ("expiresAfter", text(limit.expires_after.as_ref())),
            ("priority", limit.priority.map(Value::from)),
        ])
    }
}

impl Match {
    fn document(&self) -> Map<String, Value> {
        let operation = match self.operation.as_slice() {
            [] => None,
            [operation] => Some(json!(operation)),
            operations => Some(json!(operations)),
        };
        object([
            ("operation", operation),
            ("service", text(self.service.as_ref())),
            ("account", text(self.account.as_ref())),
            ("region", text(self.region.as_ref())),
            ("cluster", text(self.cluster.as_ref())),
            ("resource", text(self.resource.as_ref())),
        ])
    }
}

impl Effect {
    fn document(&self) -> Map<String, Value> {
        let error = object([
            ("preset", text(self.preset.as_ref())),
            ("code", text(self.code.as_ref())),
            ("statusCode", self.status.map(Value::from)),
            ("message", text(self.message.as_ref())),
        ]);
        let delay = object([
            ("fixed", text(self.delay.as_ref())),
            ("jitter", text(self.jitter.as_ref())),
        ]);
        object([
            ("error", some(error)),
            ("delay", some(delay)),
            ("connection", text(self.connection.as_ref())),
        ])
    }
}

fn text(text: Option<&String>) -> Option<Value> {
    text.map(|text| json!(text))
}

/// An object that says something.
fn some(object: Map<String, Value>) -> Option<Value> {
    (!object.is_empty()).then_some(Value::Object(object))
}

/// Changes or lists the rules.
pub(super) fn run(arguments: &FaultArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let one = |name: &str| format!("{FAULTS}/{}", encoded(name));
    match &arguments.action {
        None | Some(FaultAction::List) => {
            let answer = remote.get(FAULTS)?;
            remote.show(&answer, list)
        }
        Some(FaultAction::Add(rule)) => {
            let document = rule.document()?;
            let answer = remote.call(Method::PUT, &one(&rule.name), Some(&document))?;
            remote.show(&answer, |_| String::new())
        }
        Some(FaultAction::Rm { name }) => remote.call(Method::DELETE, &one(name), None).map(drop),
        Some(FaultAction::Clear) => remote.call(Method::DELETE, FAULTS, None).map(drop),
    }
}

fn list(answer: &Value) -> String {
    let heading = ["NAME", "MATCH", "EFFECT", "FIRED", "LEFT"].map(str::to_owned);
    let rules = answer["faults"].as_array().into_iter().flatten();
    let rows = rules.map(|rule| {
        let left = match (&rule["times"], rule["fired"].as_u64()) {
            _ if rule["expired"] == true => "expired".to_owned(),
            (Value::Number(times), Some(fired)) => times
                .as_u64()
                .map_or_else(String::new, |times| times.saturating_sub(fired).to_string()),
            _ => "any".to_owned(),
        };
        vec![
            cell(&rule["name"]),
            cell(&rule["match"]),
            cell(&rule["effect"]),
            cell(&rule["fired"]),
            left,
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(heading.into()).chain(rows).collect();
    columns(&rows)
}
