//! How long transitions take and how they end.
//!
//! Statuses move only through time: a command that starts a transition asks
//! the [`Lifecycle`] for a plan and puts it on the cluster's schedule.

use eks_emulator_api::eks::UpdateType;
pub use eks_emulator_api::eks::{AddonIssueCode, ClusterIssueCode};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

pub use crate::issue_code::IssueCode;
use crate::region::AccountRegion;
use crate::text_pattern;

/// How long transitions take and how they end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lifecycle {
    /// What holds where no rule says otherwise.
    pub profile: Profile,
    /// Exceptions; the first that matches holds.
    pub rules: Vec<TransitionRule>,
}

/// What holds where no rule says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Profile {
    /// The write answers with the transitional status, the first read
    /// afterwards shows the end state.
    #[default]
    Instant,
    /// Durations as observed on AWS, divided by `time_scale`.
    Realistic {
        /// How many times faster than on AWS; above zero.
        #[serde(deserialize_with = "above_zero")]
        time_scale: f64,
    },
    /// Nothing moves by itself.
    Manual {
        /// The number of reads that show the transitional status before the
        /// end state; `None`: until told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reads: Option<u32>,
    },
}

/// An exception to the profile for some transitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransitionRule {
    /// What it is called where rules are kept by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it holds.
    #[serde(default, skip_serializing_if = "RuleHome::is_anywhere")]
    pub home: RuleHome,
    /// The kind of resource.
    pub resource: ResourceKind,
    /// The only cluster it holds for; `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// The only add-on it holds for; `None`: any. Ignored for clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addon_name: Option<String>,
    /// The change it holds for.
    pub change: Change,
    /// How long the transition takes; `None`: as the profile says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
    /// How the transition ends.
    pub outcome: Outcome,
}

/// In which accounts and regions a rule holds. Texts may have `*` for anything;
/// a list without any does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleHome {
    /// Accounts, by their twelve digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Regions, for example `us-east-1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
}

impl RuleHome {
    /// Every region of an account.
    pub fn account(account_id: impl Into<String>) -> Self {
        Self {
            accounts: vec![account_id.into()],
            regions: Vec::new(),
        }
    }

    /// Whether it does not narrow.
    fn is_anywhere(&self) -> bool {
        self.accounts.is_empty() && self.regions.is_empty()
    }

    fn includes(&self, home: &AccountRegion) -> bool {
        let is_one = |patterns: &[String], text: &str| {
            let mut all = patterns.iter();
            patterns.is_empty() || all.any(|pattern| text_pattern::matches(pattern, text))
        };
        is_one(&self.accounts, &home.account_id) && is_one(&self.regions, &home.region)
    }
}

/// A kind of resource that has statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResourceKind {
    /// A cluster.
    Cluster,
    /// An add-on.
    Addon,
}

/// What starts a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// The resource is made.
    Create,
    /// The resource is changed.
    Update,
    /// The resource is deleted.
    Delete,
}

/// How long a transition takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum After {
    /// It is over at the next look.
    Immediately,
    /// It is over this many milliseconds later.
    DurationMs(i64),
    /// It is over once this many reads have shown the transitional status.
    Reads(u32),
    /// It is over when told.
    Told,
}

/// How a transition ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// As asked for.
    #[default]
    Success,
    /// It fails: `CREATE_FAILED`, `UPDATE_FAILED` or `DELETE_FAILED` with
    /// these health issues; a cluster's creation ends in `FAILED`, its
    /// update fails and leaves it `ACTIVE`.
    Failure(Vec<Issue>),
    /// An add-on's creation or update takes effect, but leaves it `DEGRADED`
    /// with these health issues; an update then stays in progress. A cluster
    /// takes it as a failure.
    Degraded(Vec<Issue>),
}

/// Something that is wrong with a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Issue {
    /// The code that the API has for it: clusters and add-ons each have their
    /// own.
    pub code: IssueCode,
    /// The message for people.
    pub message: String,
    /// The Kubernetes objects concerned; `None` is what AWS answers in every
    /// known sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_ids: Option<Vec<String>>,
}

/// A transition that has been decided: how long, and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) after: After,
    pub(crate) outcome: Outcome,
}

/// A transition that is about to start.
pub(crate) struct Starting<'a> {
    pub(crate) home: &'a AccountRegion,
    pub(crate) cluster_name: &'a str,
    pub(crate) addon_name: Option<&'a str>,
    pub(crate) change: Change,
    /// The kind of update, if the change is one.
    pub(crate) update: Option<UpdateType>,
}

impl Lifecycle {
    /// Decides a transition that is about to start.
    pub(crate) fn plan(&self, starting: &Starting<'_>) -> Plan {
        let rule = self.rules.iter().find(|rule| rule.matches(starting));
        Plan {
            after: rule
                .and_then(|rule| rule.after)
                .unwrap_or_else(|| self.profile.after(duration_ms(starting))),
            outcome: rule.map_or_else(Outcome::default, |rule| rule.outcome.clone()),
        }
    }

    /// Puts a rule, which has a name, in the place of the one of its name, or
    /// behind all others.
    pub fn put_rule(&mut self, rule: TransitionRule) {
        match self.rules.iter_mut().find(|old| old.name == rule.name) {
            Some(old) => *old = rule,
            None => self.rules.push(rule),
        }
    }

    /// How long a step on the cluster takes that takes `duration_ms` on AWS.
    pub(crate) fn step_after(&self, duration_ms: i64) -> After {
        self.profile.after(duration_ms)
    }
}

impl Profile {
    fn after(self, duration_ms: i64) -> After {
        match self {
            Self::Instant => After::Immediately,
            Self::Realistic { time_scale } => {
                After::DurationMs((duration_ms as f64 / time_scale).ceil() as i64)
            }
            Self::Manual { reads: Some(reads) } => After::Reads(reads),
            Self::Manual { reads: None } => After::Told,
        }
    }
}

/// A time scale divides: none may be zero, negative or no number.
fn above_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let scale = f64::deserialize(deserializer)?;
    if scale.is_finite() && scale > 0.0 {
        return Ok(scale);
    }
    Err(D::Error::custom("a time scale has to be above zero"))
}

impl TransitionRule {
    fn matches(&self, starting: &Starting<'_>) -> bool {
        let resource = match starting.addon_name {
            Some(_) => ResourceKind::Addon,
            None => ResourceKind::Cluster,
        };
        let named = |wanted: &Option<String>, name: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == name)
        };
        self.resource == resource
            && self.change == starting.change
            && self.home.includes(starting.home)
            && named(&self.cluster_name, starting.cluster_name)
            && starting
                .addon_name
                .is_none_or(|name| named(&self.addon_name, name))
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// Durations of the `realistic` profile, in milliseconds.
///
/// Source: timestamps in public issues and pasted outputs. Clusters: creation
/// 8 to 15 minutes, version update 8 to 10, endpoint, logging and network
/// updates 1 to 5, access config below 2, deletion 2 to 5. Add-ons: creation
/// 4 to 56 seconds, update 7 seconds.
static DURATIONS: &[(ResourceKind, Change, Option<UpdateType>, i64)] = &[
    (ResourceKind::Cluster, Change::Create, None, 10 * MINUTE),
    (ResourceKind::Cluster, Change::Delete, None, 3 * MINUTE),
    (
        ResourceKind::Cluster,
        Change::Update,
        Some(UpdateType::VersionUpdate),
        9 * MINUTE,
    ),
    (
        ResourceKind::Cluster,
        Change::Update,
        Some(UpdateType::VersionRollback),
        9 * MINUTE,
    ),
    (
        ResourceKind::Cluster,
        Change::Update,
        Some(UpdateType::AccessConfigUpdate),
        MINUTE,
    ),
    (ResourceKind::Cluster, Change::Update, None, 3 * MINUTE),
    (ResourceKind::Addon, Change::Create, None, 20 * SECOND),
    (ResourceKind::Addon, Change::Update, None, 7 * SECOND),
    (ResourceKind::Addon, Change::Delete, None, 10 * SECOND),
];

/// The row for the kind of update holds before the row for any.
fn duration_ms(starting: &Starting<'_>) -> i64 {
    let resource = match starting.addon_name {
        Some(_) => ResourceKind::Addon,
        None => ResourceKind::Cluster,
    };
    let rows = || {
        DURATIONS
            .iter()
            .filter(|row| row.0 == resource && row.1 == starting.change)
    };
    let exact = rows().find(|row| row.2.is_some() && row.2 == starting.update);
    exact
        .or_else(|| rows().find(|row| row.2.is_none()))
        .map_or(0, |row| row.3)
}
