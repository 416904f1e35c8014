//! What has happened, for those who ask later.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use eks_emulator_core::event::{Event, EventKind};
use eks_emulator_core::region::AccountRegion;
use serde_json::{Value, json};

use crate::state::Scope;
use crate::time;

/// The most events that are kept.
const CAPACITY: usize = 10_000;

/// What has happened in one emulator, the newest events only.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    /// The number of the newest event; they are counted from one.
    newest: u64,
    events: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    account_id: String,
    region: String,
    event: Event,
}

/// Which events to look at; what is `None` does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EventFilter<'a> {
    /// Events after the one with this number.
    pub(crate) since: u64,
    /// Events of a cluster.
    pub(crate) cluster_name: Option<&'a str>,
    /// Events of a type, such as `pod.created`.
    pub(crate) kind: Option<&'a str>,
}

impl EventLog {
    /// Adds what happened to a cluster of `home`.
    pub(crate) fn record(&self, home: &AccountRegion, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut entries = self.lock();
        for event in events {
            tracing::debug!(cluster = event.cluster_name, event = ?event.kind, "event");
            entries.newest += 1;
            let entry = Entry {
                number: entries.newest,
                account_id: home.account_id.clone(),
                region: home.region.clone(),
                event,
            };
            entries.events.push_back(entry);
            if entries.events.len() > CAPACITY {
                entries.events.pop_front();
            }
        }
    }

    /// The number of the newest event.
    pub(crate) fn newest(&self) -> u64 {
        self.lock().newest
    }

    /// Events as JSON, the oldest first.
    pub(crate) fn render(&self, filter: EventFilter<'_>) -> Vec<Value> {
        let entries = self.lock();
        let is_wanted = |entry: &&Entry| {
            let wanted = |wanted: Option<&str>, is: &str| wanted.is_none_or(|wanted| wanted == is);
            entry.number > filter.since
                && wanted(filter.cluster_name, &entry.event.cluster_name)
                && wanted(filter.kind, kind_name(&entry.event.kind))
        };
        entries
            .events
            .iter()
            .filter(is_wanted)
            .map(render)
            .collect()
    }

    /// Forgets what happened within a scope. Numbers go on.
    pub(crate) fn clear(&self, scope: &Scope) {
        let is_outside = |entry: &Entry| !scope.includes_part(&entry.account_id, &entry.region);
        self.lock().events.retain(is_outside);
    }

    /// A panic elsewhere cannot leave the entries half changed.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kind_name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::ClusterStatusChanged(_) => "cluster.statusChanged",
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
        EventKind::PodCreated { .. } => "pod.created",
        EventKind::PodDeleted { .. } => "pod.deleted",
    }
}

/// What an event is about, and what came of it.
fn details(kind: &EventKind) -> Value {
    match kind {
        EventKind::ClusterStatusChanged(status) => json!({ "status": status.as_str() }),
        EventKind::ClusterRemoved => json!({}),
        EventKind::AddonStatusChanged { addon_name, status } => {
            json!({ "addonName": addon_name, "status": status.as_str() })
        }
        EventKind::AddonRemoved { addon_name } => json!({ "addonName": addon_name }),
        EventKind::UpdateStatusChanged { id, status } => {
            json!({ "updateId": id, "status": status.as_str() })
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
        } => {
            json!({ "addonName": addon_name, "workload": workload })
        }
        EventKind::PodCreated {
            pod,
            service_account,
        } => {
            json!({ "pod": pod, "serviceAccount": service_account })
        }
        EventKind::PodDeleted { pod } => json!({ "pod": pod }),
    }
}

fn render(entry: &Entry) -> Value {
    let mut rendered = json!({
        "id": entry.number,
        "at": time::format(entry.event.at),
        "account": entry.account_id,
        "region": entry.region,
        "cluster": entry.event.cluster_name,
        "type": kind_name(&entry.event.kind),
    });
    if let (Some(rendered), Value::Object(details)) =
        (rendered.as_object_mut(), details(&entry.event.kind))
    {
        rendered.extend(details);
    }
    rendered
}
