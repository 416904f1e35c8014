//! Exceptions to the lifecycle, by name: what makes a change slow, stuck,
//! counted in reads, or fail.
//!
//! They hold in every account and region, for transitions that start from
//! then on; the one that was put first holds before the others.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use eks_emulator_core::lifecycle::{
    AddonIssueCode, After, Change, Issue, Outcome, ResourceKind, TransitionRule,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{self, WholeBody};
use super::reply;
use crate::http::app::App;
use crate::time;

/// A rule as users write it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    r#match: Match,
    on: On,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Delay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<End>,
}

/// What the rule holds for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Match {
    resource_type: ResourceType,
    /// The add-on or the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The cluster of the add-on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum ResourceType {
    Cluster,
    Addon,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum On {
    Create,
    Update,
    Delete,
}

/// How long the transition takes.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", tag = "kind")]
enum Delay {
    Immediate,
    Time { duration: String },
    Reads { count: u32 },
    Never,
}

/// How the transition ends.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct End {
    status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issues: Vec<EndIssue>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EndIssue {
    code: AddonIssueCode,
    message: String,
}

/// Puts a rule in the place of the one of its name, or behind all others.
pub(crate) async fn put(
    State(app): State<App>,
    Path(name): Path<String>,
    WholeBody(body): WholeBody,
) -> Response {
    let rule = body::object::<Rule>(&body).and_then(|rule| rule.read(&name));
    let rule = match rule {
        Ok(rule) => rule,
        Err(message) => {
            return reply::error(StatusCode::UNPROCESSABLE_ENTITY, "InvalidRule", &message);
        }
    };
    let shown = show(&rule);
    app.service.change_lifecycle(|lifecycle| {
        let rules = &mut lifecycle.rules;
        match rules.iter_mut().find(|old| old.name == rule.name) {
            Some(old) => *old = rule,
            None => rules.push(rule),
        }
    });
    reply::json(StatusCode::OK, &shown)
}

/// The rules with names, in the order in which they hold.
pub(crate) async fn list(State(app): State<App>) -> Response {
    let lifecycle = app.service.lifecycle();
    let named = lifecycle.rules.iter().filter(|rule| rule.name.is_some());
    let rules: Vec<Value> = named.map(show).collect();
    reply::json(StatusCode::OK, &json!({ "rules": rules }))
}

/// Takes a rule back; one that is not there is no error.
pub(crate) async fn delete(State(app): State<App>, Path(name): Path<String>) -> Response {
    let is_other = |rule: &TransitionRule| rule.name.as_deref() != Some(&*name);
    app.service
        .change_lifecycle(|lifecycle| lifecycle.rules.retain(is_other));
    StatusCode::NO_CONTENT.into_response()
}

/// Takes every rule with a name back.
pub(crate) async fn clear(State(app): State<App>) -> Response {
    app.service
        .change_lifecycle(|lifecycle| lifecycle.rules.retain(|rule| rule.name.is_none()));
    StatusCode::NO_CONTENT.into_response()
}

impl Rule {
    /// Errors: a sentence.
    fn read(self, name: &str) -> Result<TransitionRule, String> {
        let Match {
            resource_type,
            name: resource_name,
            cluster,
        } = self.r#match;
        let (resource, cluster_name, addon_name) = match resource_type {
            ResourceType::Addon => (ResourceKind::Addon, cluster, resource_name),
            ResourceType::Cluster if cluster.is_some() => {
                return Err("match.cluster is for add-ons; a cluster has match.name".into());
            }
            ResourceType::Cluster => (ResourceKind::Cluster, resource_name, None),
        };
        Ok(TransitionRule {
            name: Some(name.to_owned()),
            resource,
            cluster_name,
            addon_name,
            change: match self.on {
                On::Create => Change::Create,
                On::Update => Change::Update,
                On::Delete => Change::Delete,
            },
            after: self.after.map(Delay::read).transpose()?,
            outcome: match self.outcome {
                None => Outcome::Success,
                Some(end) => end.read(resource, self.on)?,
            },
        })
    }
}

impl Delay {
    fn read(self) -> Result<After, String> {
        Ok(match self {
            Self::Immediate => After::Immediately,
            Self::Never => After::Told,
            Self::Reads { count } => After::Reads(count),
            Self::Time { duration } => {
                let duration = time::parse_duration(&duration)?;
                let milliseconds = i64::try_from(duration.as_millis());
                After::DurationMs(milliseconds.map_err(|_| "after.duration is too long")?)
            }
        })
    }
}

/// The statuses in which a change may end: with success, failed, degraded.
fn ends(resource: ResourceKind, on: On) -> (&'static str, &'static str, Option<&'static str>) {
    match (resource, on) {
        (ResourceKind::Addon, On::Create) => ("ACTIVE", "CREATE_FAILED", Some("DEGRADED")),
        (ResourceKind::Addon, On::Update) => ("ACTIVE", "UPDATE_FAILED", Some("DEGRADED")),
        (ResourceKind::Addon, On::Delete) => ("DELETED", "DELETE_FAILED", None),
        (ResourceKind::Cluster, On::Delete) => ("DELETED", "FAILED", None),
        (ResourceKind::Cluster, On::Create | On::Update) => ("ACTIVE", "FAILED", None),
    }
}

impl End {
    fn read(self, resource: ResourceKind, on: On) -> Result<Outcome, String> {
        let (success, failed, degraded) = ends(resource, on);
        let issues = self.issues.into_iter().map(|issue| Issue {
            code: issue.code,
            message: issue.message,
            resource_ids: None,
        });
        let issues: Vec<Issue> = issues.collect();
        match self.status.as_str() {
            status if status == success && issues.is_empty() => Ok(Outcome::Success),
            status if status == success => Err(format!("{success} has no issues")),
            status if status == failed => Ok(Outcome::Failure(issues)),
            status if Some(status) == degraded => Ok(Outcome::Degraded(issues)),
            status => {
                let allowed = [Some(success), Some(failed), degraded];
                let allowed: Vec<&str> = allowed.into_iter().flatten().collect();
                let allowed = allowed.join(", ");
                Err(format!("outcome.status {status} is none of {allowed}"))
            }
        }
    }
}

/// A rule as users would write it, with its name.
fn show(rule: &TransitionRule) -> Value {
    let (resource_type, name, cluster) = match rule.resource {
        ResourceKind::Addon => (
            ResourceType::Addon,
            rule.addon_name.clone(),
            rule.cluster_name.clone(),
        ),
        ResourceKind::Cluster => (ResourceType::Cluster, rule.cluster_name.clone(), None),
    };
    let on = match rule.change {
        Change::Create => On::Create,
        Change::Update => On::Update,
        Change::Delete => On::Delete,
    };
    let shown = Rule {
        r#match: Match {
            resource_type,
            name,
            cluster,
        },
        on,
        after: rule.after.map(show_delay),
        outcome: Some(show_end(rule, on)),
    };
    let mut shown = json!(shown);
    shown["name"] = json!(rule.name);
    shown
}

fn show_delay(after: After) -> Delay {
    match after {
        After::Immediately => Delay::Immediate,
        After::Told => Delay::Never,
        After::Reads(count) => Delay::Reads { count },
        After::DurationMs(milliseconds) => Delay::Time {
            duration: format!("{milliseconds}ms"),
        },
    }
}

fn show_end(rule: &TransitionRule, on: On) -> End {
    let (success, failed, degraded) = ends(rule.resource, on);
    let (status, issues) = match &rule.outcome {
        Outcome::Success => (success, &[][..]),
        Outcome::Failure(issues) => (failed, &issues[..]),
        Outcome::Degraded(issues) => (degraded.unwrap_or(failed), &issues[..]),
    };
    let issues = issues.iter().map(|issue| EndIssue {
        code: issue.code,
        message: issue.message.clone(),
    });
    End {
        status: status.to_owned(),
        issues: issues.collect(),
    }
}
