//! What happened: the facts that commands and the passing of time leave behind.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, ClusterStatus, UpdateStatus};
use serde::{Deserialize, Serialize};

use crate::region::AccountRegion;

/// The status that a resource is in until it is gone.
const DELETING: &str = "DELETING";
/// What is told of a resource that is gone; the API has no word for it.
pub(crate) const DELETED: &str = "DELETED";

/// One thing that happened to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// When it happened.
    pub at: Timestamp,
    /// The cluster it happened to.
    pub cluster_name: Arc<str>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum EventKind {
    /// The cluster came into a status; the first time on its creation.
    ClusterStatusChanged {
        /// The status it was in; `None` on its creation.
        from: Option<ClusterStatus>,
        /// The status it is in now.
        status: ClusterStatus,
    },
    /// The cluster is gone, with everything in it.
    ClusterRemoved,
    /// An add-on came into a status; the first time on its creation.
    AddonStatusChanged {
        /// The add-on.
        addon: Arc<AddonReference>,
        /// The status it was in; `None` on its creation.
        from: Option<AddonStatus>,
        /// The status it is in now.
        status: AddonStatus,
    },
    /// An add-on is gone.
    AddonRemoved {
        /// The add-on.
        addon: Arc<AddonReference>,
    },
    /// An update came into a status; the first time on its start.
    UpdateStatusChanged {
        /// The update's id.
        id: Arc<str>,
        /// The add-on that it is of; `None` if it is of the cluster.
        addon: Option<Arc<AddonReference>>,
        /// The status it is in now.
        status: UpdateStatus,
    },
    /// A pod identity association was made.
    AssociationCreated {
        /// The association's id.
        id: String,
        /// The ARN of the add-on that owns it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner_arn: Option<String>,
    },
    /// A pod identity association was changed.
    AssociationUpdated {
        /// The association's id.
        id: String,
    },
    /// A pod identity association lost its owner and stays.
    AssociationReleased {
        /// The association's id.
        id: String,
    },
    /// The pods of a workload begin to be replaced.
    RolloutStarted {
        /// The add-on that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addon_name: Option<String>,
        /// Namespace, kind and name.
        workload: String,
    },
    /// All pods of a workload are of its newest template and ready.
    RolloutCompleted {
        /// The add-on that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addon_name: Option<String>,
        /// Namespace, kind and name.
        workload: String,
    },
    /// The rollout of a workload has completed that a restart began: because
    /// somebody asked for it, or because associations have changed.
    PodsRestarted {
        /// The add-on that it belongs to.
        addon_name: Option<String>,
        /// Namespace, kind and name.
        workload: String,
        /// How many pods it has now.
        pods: usize,
    },
    /// A pod was made.
    PodCreated {
        /// Namespace and name.
        pod: String,
        /// The service account that it uses.
        service_account: String,
    },
    /// A pod is gone.
    PodDeleted {
        /// Namespace and name.
        pod: String,
    },
    /// A pod identity association was deleted.
    AssociationDeleted {
        /// The association's id.
        id: String,
    },
}

/// An add-on that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonReference {
    /// The add-on's name.
    pub name: String,
    /// The add-on's ARN.
    pub arn: String,
}

/// A status that was left for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange<'a> {
    /// `cluster`, `addon` or `update`.
    pub resource_type: &'static str,
    /// The name of the cluster or add-on, the id of the update.
    pub name: &'a str,
    /// The status before.
    pub from: &'static str,
    /// The status after; `DELETED` if it is gone.
    pub to: &'static str,
}

impl Event {
    /// The status that was left, if this is about one.
    pub fn status_change(&self) -> Option<StatusChange<'_>> {
        let change = |resource_type, name, from, to| StatusChange {
            resource_type,
            name,
            from,
            to,
        };
        match &self.kind {
            EventKind::ClusterStatusChanged { from, status } => {
                let from = (*from)?.as_str();
                Some(change("cluster", &self.cluster_name, from, status.as_str()))
            }
            EventKind::ClusterRemoved => {
                Some(change("cluster", &self.cluster_name, DELETING, DELETED))
            }
            EventKind::AddonStatusChanged {
                addon,
                from,
                status,
            } => {
                let from = (*from)?.as_str();
                Some(change("addon", &addon.name, from, status.as_str()))
            }
            EventKind::AddonRemoved { addon } => {
                Some(change("addon", &addon.name, DELETING, DELETED))
            }
            EventKind::UpdateStatusChanged { id, status, .. } => {
                let from = UpdateStatus::InProgress;
                let is_end = *status != from;
                is_end.then(|| change("update", id, from.as_str(), status.as_str()))
            }
            _ => None,
        }
    }

    /// The ARN of what this is about in the API: of an association, of an
    /// add-on, or otherwise of the cluster. `home` is where the cluster lives.
    pub fn resource_arn(&self, home: &AccountRegion) -> String {
        match &self.kind {
            EventKind::AddonStatusChanged { addon, .. }
            | EventKind::AddonRemoved { addon }
            | EventKind::UpdateStatusChanged {
                addon: Some(addon), ..
            } => addon.arn.clone(),
            EventKind::AssociationCreated { id, .. }
            | EventKind::AssociationUpdated { id }
            | EventKind::AssociationReleased { id }
            | EventKind::AssociationDeleted { id } => {
                home.eks_arn(&["podidentityassociation", &self.cluster_name, id])
            }
            _ => home.eks_arn(&["cluster", &self.cluster_name]),
        }
    }
}

impl EventKind {
    /// Whether an association came, went or changed.
    pub(crate) fn is_about_association(&self) -> bool {
        matches!(
            self,
            Self::AssociationCreated { .. }
                | Self::AssociationUpdated { .. }
                | Self::AssociationReleased { .. }
                | Self::AssociationDeleted { .. }
        )
    }
}
