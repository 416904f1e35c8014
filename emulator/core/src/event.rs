//! What happened: the facts that commands and the passing of time leave behind.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, ClusterStatus, UpdateStatus};
use serde::{Deserialize, Serialize};

/// One thing that happened to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// When it happened.
    pub at: Timestamp,
    /// The cluster it happened to.
    pub cluster_name: String,
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
    ClusterStatusChanged(ClusterStatus),
    /// The cluster is gone, with everything in it.
    ClusterRemoved,
    /// An add-on came into a status; the first time on its creation.
    AddonStatusChanged {
        /// The add-on's name.
        addon_name: String,
        /// The status it is in now.
        status: AddonStatus,
    },
    /// An add-on is gone.
    AddonRemoved {
        /// The add-on's name.
        addon_name: String,
    },
    /// An update came into a status; the first time on its start.
    UpdateStatusChanged {
        /// The update's id.
        id: String,
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
