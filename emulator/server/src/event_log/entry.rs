//! One thing that has happened, and how it is told.

use std::sync::Arc;

use eks_emulator_core::Timestamp;
use eks_emulator_core::event::{Event, EventKind};
use eks_emulator_core::region::AccountRegion;
use serde_json::{Map, Value, json};

use crate::state::Scope;
use crate::time;
use crate::transition::FiredTransition;

/// One thing that has happened.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) number: u64,
    occurrence: Occurrence,
}

#[derive(Debug)]
enum Occurrence {
    Cluster(Arc<AccountRegion>, Event),
    Other(OtherEvent),
}

/// Something that happened to no cluster, or that is no change of one.
#[derive(Clone, Debug)]
pub(crate) struct OtherEvent {
    /// Its type, such as `clock.advanced`.
    pub(crate) kind: &'static str,
    /// When it happened.
    pub(crate) at: Timestamp,
    /// The account and region that it is about.
    pub(crate) scope: Scope,
    /// The cluster that it is about.
    pub(crate) cluster_name: Option<String>,
    /// The members that only its type has.
    pub(crate) details: Map<String, Value>,
}

impl Entry {
    pub(super) fn of_cluster(home: Arc<AccountRegion>, event: Event) -> Self {
        Self {
            number: 0,
            occurrence: Occurrence::Cluster(home, event),
        }
    }

    pub(super) fn of_other(event: OtherEvent) -> Self {
        Self {
            number: 0,
            occurrence: Occurrence::Other(event),
        }
    }

    /// What it is numbered with, from one.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Its type, such as `addon.statusChanged`.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.occurrence {
            Occurrence::Cluster(_, event) => kind_name(&event.kind),
            Occurrence::Other(event) => event.kind,
        }
    }

    /// The account, the region and the cluster that it is about.
    pub(super) fn place(&self) -> [Option<&str>; 3] {
        match &self.occurrence {
            Occurrence::Cluster(home, event) => [
                Some(&home.account_id),
                Some(&home.region),
                Some(&*event.cluster_name),
            ],
            Occurrence::Other(event) => [
                event.scope.account_id.as_deref(),
                event.scope.region.as_deref(),
                event.cluster_name.as_deref(),
            ],
        }
    }

    /// Whether what it is about lies within a scope.
    pub(super) fn is_within(&self, scope: &Scope) -> bool {
        let [account_id, region, _] = self.place();
        let is_within =
            |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        is_within(&scope.account_id, account_id) && is_within(&scope.region, region)
    }

    /// What came from another status into which, if that is what happened.
    pub(super) fn transition(&self) -> Option<(&'static str, &'static str)> {
        match &self.occurrence {
            Occurrence::Cluster(_, event) => {
                let change = event.status_change()?;
                Some((change.resource_type, change.to))
            }
            Occurrence::Other(_) => None,
        }
    }

    /// The transition whose end it is, if it is one.
    pub(crate) fn fired(&self) -> Option<FiredTransition> {
        match &self.occurrence {
            Occurrence::Cluster(home, event) => FiredTransition::of(home, event),
            Occurrence::Other(_) => None,
        }
    }

    pub(super) fn log(&self) {
        match &self.occurrence {
            Occurrence::Cluster(_, event) => {
                tracing::debug!(cluster = &*event.cluster_name, event = ?event.kind, "event");
            }
            Occurrence::Other(event) => tracing::debug!(event = event.kind, "event"),
        }
    }

    /// As the control endpoints show it.
    pub(crate) fn to_json(&self) -> Value {
        let (at, details) = match &self.occurrence {
            Occurrence::Cluster(home, event) => (event.at, cluster_details(home, event)),
            Occurrence::Other(event) => (event.at, event.details.clone()),
        };
        let mut shown = Map::new();
        shown.insert("id".into(), json!(self.number));
        shown.insert("at".into(), json!(time::format(at)));
        shown.insert("type".into(), json!(self.kind()));
        for (name, value) in ["account", "region", "cluster"]
            .into_iter()
            .zip(self.place())
        {
            if let Some(value) = value {
                shown.insert(name.into(), json!(value));
            }
        }
        shown.extend(details);
        Value::Object(shown)
    }
}

fn kind_name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::ClusterStatusChanged { .. } => "cluster.statusChanged",
        EventKind::ClusterRemoved => "cluster.removed",
        EventKind::AddonStatusChanged { .. } => "addon.statusChanged",
        EventKind::AddonRemoved { .. } => "addon.removed",
        EventKind::UpdateStatusChanged { .. } => "update.statusChanged",
        EventKind::AssociationCreated { .. } => "association.created",
        EventKind::AssociationUpdated { .. } => "association.updated",
        EventKind::AssociationReleased { .. } => "association.ownerChanged",
        EventKind::AssociationDeleted { .. } => "association.deleted",
        EventKind::RolloutStarted { .. } => "addon.rolloutStarted",
        EventKind::RolloutCompleted { .. } => "addon.rolloutCompleted",
        EventKind::PodsRestarted { .. } => "pods.restarted",
        EventKind::PodCreated { .. } => "pod.created",
        EventKind::PodDeleted { .. } => "pod.deleted",
    }
}

/// What an event is about, and what came of it.
fn cluster_details(home: &AccountRegion, event: &Event) -> Map<String, Value> {
    let mut details = match &event.kind {
        EventKind::ClusterStatusChanged { .. } | EventKind::ClusterRemoved => json!({}),
        EventKind::AddonStatusChanged { addon, .. } | EventKind::AddonRemoved { addon } => {
            json!({ "addonName": addon.name })
        }
        EventKind::UpdateStatusChanged { id, addon, .. } => {
            let addon_name = addon.as_ref().map(|addon| &addon.name);
            json!({ "updateId": id, "addonName": addon_name })
        }
        EventKind::AssociationCreated { id, owner_arn } => {
            json!({ "associationId": id, "ownerArn": owner_arn })
        }
        EventKind::AssociationUpdated { id }
        | EventKind::AssociationReleased { id }
        | EventKind::AssociationDeleted { id } => json!({ "associationId": id }),
        EventKind::RolloutStarted {
            addon_name,
            workload,
        }
        | EventKind::RolloutCompleted {
            addon_name,
            workload,
        } => json!({ "addonName": addon_name, "workload": workload }),
        EventKind::PodsRestarted {
            addon_name,
            workload,
            pods,
        } => json!({ "addonName": addon_name, "workload": workload, "pods": pods }),
        EventKind::PodCreated {
            pod,
            service_account,
        } => json!({ "pod": pod, "serviceAccount": service_account }),
        EventKind::PodDeleted { pod } => json!({ "pod": pod }),
    };
    let mut set = |name: &str, value: Value| details[name] = value;
    match &event.kind {
        EventKind::PodCreated { .. } | EventKind::PodDeleted { .. } => {}
        _ => set("resource", json!(event.resource_arn(home))),
    }
    if let Some(change) = event.status_change() {
        set("from", json!(change.from));
    }
    if let Some(status) = status(&event.kind) {
        set("status", json!(status));
    }
    match details {
        Value::Object(details) => details,
        _ => Map::new(),
    }
}

/// The status that it came into, if that is what happened.
fn status(kind: &EventKind) -> Option<&'static str> {
    match kind {
        EventKind::ClusterStatusChanged { status, .. } => Some(status.as_str()),
        EventKind::AddonStatusChanged { status, .. } => Some(status.as_str()),
        EventKind::UpdateStatusChanged { status, .. } => Some(status.as_str()),
        _ => None,
    }
}
