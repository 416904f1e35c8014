//! A transition rule as users write it, and as they are shown it.

use eks_emulator_core::lifecycle::{
    AddonIssueCode, After, Change, ClusterIssueCode, Issue, IssueCode, Outcome, ResourceKind,
    RuleHome, TransitionRule,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::text_pattern::TextPattern;
use crate::time;

/// A rule as users write it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransitionRuleBody {
    pub(crate) r#match: TransitionMatch,
    pub(crate) on: TransitionOn,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<TransitionDelay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<TransitionEnd>,
}

/// What the rule holds for.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct TransitionMatch {
    resource_type: ResourceType,
    /// The add-on or the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The cluster of the add-on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    /// The account of the cluster; texts may have `*` for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<TextPattern>,
    /// The region of the cluster; texts may have `*` for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<TextPattern>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ResourceType {
    Cluster,
    Addon,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TransitionOn {
    Create,
    Update,
    Delete,
}

/// How long the transition takes.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", tag = "kind")]
pub(crate) enum TransitionDelay {
    // Braces: members of what has none would be overlooked otherwise.
    Immediate {},
    Time { duration: String },
    Reads { count: u32 },
    Never {},
}

/// How the transition ends.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransitionEnd {
    status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issues: Vec<TransitionIssue>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransitionIssue {
    /// A code that the API has for health issues of add-ons, or of clusters if
    /// the rule is for them.
    code: String,
    message: String,
}

impl TransitionRuleBody {
    /// Errors: a sentence.
    pub(crate) fn read(self, name: &str) -> Result<TransitionRule, String> {
        let TransitionMatch {
            resource_type,
            name: resource_name,
            cluster,
            account,
            region,
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
            home: RuleHome {
                accounts: patterns("account", account)?,
                regions: patterns("region", region)?,
            },
            resource,
            cluster_name,
            addon_name,
            change: match self.on {
                TransitionOn::Create => Change::Create,
                TransitionOn::Update => Change::Update,
                TransitionOn::Delete => Change::Delete,
            },
            after: self.after.map(TransitionDelay::read).transpose()?,
            outcome: match self.outcome {
                None => Outcome::Success,
                Some(end) => end.read(resource, self.on)?,
            },
        })
    }
}

/// Errors: a sentence if there is a list of none, which would hold nowhere.
fn patterns(name: &str, pattern: Option<TextPattern>) -> Result<Vec<String>, String> {
    let Some(pattern) = pattern else {
        return Ok(Vec::new());
    };
    match pattern.texts() {
        [] => Err(format!("match.{name} has no texts")),
        texts => Ok(texts.to_vec()),
    }
}

fn pattern_of(patterns: &[String]) -> Option<TextPattern> {
    match patterns {
        [] => None,
        [one] => Some(TextPattern::One(one.clone())),
        all => Some(TextPattern::AnyOf(all.to_vec())),
    }
}

impl TransitionDelay {
    fn read(self) -> Result<After, String> {
        Ok(match self {
            Self::Immediate {} => After::Immediately,
            Self::Never {} => After::Told,
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
fn ends(
    resource: ResourceKind,
    on: TransitionOn,
) -> (&'static str, &'static str, Option<&'static str>) {
    match (resource, on) {
        (ResourceKind::Addon, TransitionOn::Create) => {
            ("ACTIVE", "CREATE_FAILED", Some("DEGRADED"))
        }
        (ResourceKind::Addon, TransitionOn::Update) => {
            ("ACTIVE", "UPDATE_FAILED", Some("DEGRADED"))
        }
        (ResourceKind::Addon, TransitionOn::Delete) => ("DELETED", "DELETE_FAILED", None),
        (ResourceKind::Cluster, TransitionOn::Delete) => ("DELETED", "FAILED", None),
        (ResourceKind::Cluster, TransitionOn::Create | TransitionOn::Update) => {
            ("ACTIVE", "FAILED", None)
        }
    }
}

impl TransitionIssue {
    fn read(self, resource: ResourceKind, index: usize) -> Result<Issue, String> {
        let (code, known) = match resource {
            ResourceKind::Addon => (
                AddonIssueCode::parse(&self.code).map(IssueCode::from),
                AddonIssueCode::TEXTS,
            ),
            ResourceKind::Cluster => (
                ClusterIssueCode::parse(&self.code).map(IssueCode::from),
                ClusterIssueCode::TEXTS,
            ),
        };
        Ok(Issue {
            code: code.ok_or_else(|| {
                let (code, known) = (&self.code, known.join(", "));
                format!("outcome.issues[{index}].code {code} is none of {known}")
            })?,
            message: self.message,
            resource_ids: None,
        })
    }
}

impl TransitionEnd {
    fn read(self, resource: ResourceKind, on: TransitionOn) -> Result<Outcome, String> {
        let (success, failed, degraded) = ends(resource, on);
        let issues = self.issues.into_iter().enumerate();
        let issues = issues.map(|(index, issue)| issue.read(resource, index));
        let issues: Vec<Issue> = issues.collect::<Result<_, _>>()?;
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

impl TransitionRuleBody {
    /// A rule as users would write it.
    pub(crate) fn of(rule: &TransitionRule) -> Self {
        let (resource_type, name, cluster) = match rule.resource {
            ResourceKind::Addon => (
                ResourceType::Addon,
                rule.addon_name.clone(),
                rule.cluster_name.clone(),
            ),
            ResourceKind::Cluster => (ResourceType::Cluster, rule.cluster_name.clone(), None),
        };
        let on = match rule.change {
            Change::Create => TransitionOn::Create,
            Change::Update => TransitionOn::Update,
            Change::Delete => TransitionOn::Delete,
        };
        Self {
            r#match: TransitionMatch {
                resource_type,
                name,
                cluster,
                account: pattern_of(&rule.home.accounts),
                region: pattern_of(&rule.home.regions),
            },
            on,
            after: rule.after.map(show_delay),
            outcome: Some(show_end(rule, on)),
        }
    }
}

/// A rule as users would write it.
pub(crate) fn body(rule: &TransitionRule) -> Value {
    json!(TransitionRuleBody::of(rule))
}

fn show_delay(after: After) -> TransitionDelay {
    match after {
        After::Immediately => TransitionDelay::Immediate {},
        After::Told => TransitionDelay::Never {},
        After::Reads(count) => TransitionDelay::Reads { count },
        After::DurationMs(milliseconds) => TransitionDelay::Time {
            duration: format!("{milliseconds}ms"),
        },
    }
}

fn show_end(rule: &TransitionRule, on: TransitionOn) -> TransitionEnd {
    let (success, failed, degraded) = ends(rule.resource, on);
    let (status, issues) = match &rule.outcome {
        Outcome::Success => (success, &[][..]),
        Outcome::Failure(issues) => (failed, &issues[..]),
        Outcome::Degraded(issues) => (degraded.unwrap_or(failed), &issues[..]),
    };
    let issues = issues.iter().map(|issue| TransitionIssue {
        code: issue.code.as_str().to_owned(),
        message: issue.message.clone(),
    });
    TransitionEnd {
        status: status.to_owned(),
        issues: issues.collect(),
    }
}
