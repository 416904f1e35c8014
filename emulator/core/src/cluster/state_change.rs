//! What has changed of a cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, ClusterStatus};
use serde::{Deserialize, Serialize};

use super::addon::Addon;
use super::configuration::Configuration;
use super::idempotency::{CallKey, Replay, Replays};
use super::pod_identity_association::Associations;
use super::transition::Transition;
use super::update::Updates;
use super::workloads::Compute;
use super::{Cluster, Derived, Identity};
use crate::event::Event;
use crate::ids::Ids;
use crate::kubernetes::Kubernetes;
use crate::lifecycle::Issue;
use crate::schedule::{Due, Schedule, Waiting};
use crate::shared::SharedMap;
use crate::state::{Change, MapChanges, StateError, changes, whole_changes};
use crate::tagging::Tags;

whole_changes!(AddonStatus, ClusterStatus, Compute, Ids, Replay, Transition);
whole_changes!(Waiting<Transition>);

changes! {
    /// What has changed of a cluster.
    pub(crate) struct ClusterChanges of Cluster {
        ids: Ids,
        status: ClusterStatus,
        has_been_active: bool,
        created_at: Timestamp,
        version: String,
        upgraded_from: Option<(String, Timestamp)>,
        configuration: Arc<Configuration>,
        identity: Arc<Identity>,
        issues: Vec<Issue>,
        tags: Tags,
        updates: Updates,
        addons: SharedMap<String, Addon>,
        conflicts: BTreeMap<String, Vec<String>>,
        associations: Associations,
        associations_version: u64,
        kubernetes: Kubernetes,
        compute: Compute,
        replays: Replays,
        schedule: Schedule<Transition>,
        events: Vec<Event>,
        gone: bool,
    }
}

changes! {
    /// What has changed of what falls due.
    pub(crate) struct ScheduleChanges of Schedule<Transition> {
        sequence: u64,
        timed: SharedMap<Due, Transition>,
        waiting: SharedMap<u64, Waiting<Transition>>,
    }
}

impl Change for Replays {
    type Changes = MapChanges<CallKey, Replay>;

    fn changes_since(&self, earlier: &Self) -> Option<Self::Changes> {
        self.answers.changes_since(&earlier.answers)
    }

    fn apply(&mut self, changes: Self::Changes) -> Result<(), StateError> {
        self.answers.apply(changes)
    }
}

impl Cluster {
    /// What was read piece by piece is shared again.
    pub(super) fn share_what_is_equal(&mut self) {
        self.kubernetes.share_what_is_equal();
    }
}

/// What became of the cluster that holds a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum HolderChanges {
    /// A cluster is there that was not.
    Made(Box<Cluster>),
    /// It has changed.
    Changed(Box<ClusterChanges>),
    /// It is not there any more.
    Gone,
}

impl HolderChanges {
    /// What became of the cluster since `earlier`.
    pub(super) fn between(earlier: Option<&Cluster>, now: Option<&Cluster>) -> Option<Self> {
        match (earlier, now) {
            (Some(earlier), Some(now)) => {
                let changes = now.changes_since(earlier);
                changes.map(|changes| Self::Changed(Box::new(changes)))
            }
            (None, Some(now)) => Some(Self::Made(Box::new(now.clone()))),
            (Some(_), None) => Some(Self::Gone),
            (None, None) => None,
        }
    }

    pub(super) fn apply_to(self, holder: &mut Option<Cluster>) -> Result<(), StateError> {
        match self {
            Self::Made(cluster) => *holder = Some(*cluster),
            Self::Gone => *holder = None,
            Self::Changed(changes) => {
                let missing = || StateError::new("it is changed and is not there");
                let cluster = holder.as_mut().ok_or_else(missing)?;
                cluster.apply(*changes)?;
                // It may have become another one.
                cluster.certificate_authority_data = Derived::default();
                cluster.issuer_key = Derived::default();
            }
        }
        Ok(())
    }
}
