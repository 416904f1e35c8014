//! What has changed of a cluster's name and its cluster.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Cluster;
use super::slot::{ClusterSlot, Creation};
use super::state_change::HolderChanges;
use crate::event::Event;
use crate::state::{Change, StateError, given};

/// What has changed of a cluster's name and its cluster since an earlier
/// time: as large as the change, not as the cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held_before: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<HolderChanges>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    creation: Option<Option<Arc<Creation>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    events: Option<Vec<Event>>,
}

impl ClusterSlot {
    /// What has changed since `earlier`, an earlier clone of the same name;
    /// `None` if nothing has.
    pub fn changes_since(&self, earlier: &Self) -> Option<SlotChanges> {
        let changes = SlotChanges {
            held_before: self.held_before.changes_since(&earlier.held_before),
            cluster: HolderChanges::between(earlier.cluster.as_ref(), self.cluster.as_ref()),
            creation: self.creation.changes_since(&earlier.creation),
            events: self.events.changes_since(&earlier.events),
        };
        let is_any = changes.held_before.is_some()
            || changes.cluster.is_some()
            || changes.creation.is_some()
            || changes.events.is_some();
        is_any.then_some(changes)
    }

    /// Makes of the state before the changes the one after them.
    ///
    /// [`Self::check_invariants`] is left to the caller, who may have more
    /// changes to apply first.
    ///
    /// Errors: the changes are not those of this state. What it is then is
    /// neither the one nor the other, and not to be used.
    pub fn apply(&mut self, changes: SlotChanges) -> Result<(), StateError> {
        if let Some(held_before) = changes.held_before {
            self.held_before = held_before;
        }
        if let Some(changes) = changes.cluster {
            let applied = changes.apply_to(&mut self.cluster);
            applied.map_err(|error| error.within("cluster"))?;
            self.adopt_cluster();
        }
        if let Some(creation) = changes.creation {
            self.creation = creation;
        }
        if let Some(events) = changes.events {
            self.events = events;
        }
        Ok(())
    }

    /// What always holds, and what a document may not deny.
    ///
    /// Errors: a sentence that says what does not.
    pub fn check_invariants(&self) -> Result<(), String> {
        if self.cluster.is_some() != self.creation.is_some() {
            return Err("there is a cluster or the call that made it, but not both".into());
        }
        if self.cluster.is_some() && self.held_before == 0 {
            return Err("there is a cluster, and none has ever held the name".into());
        }
        let cluster = self.cluster.as_ref();
        cluster.map_or(Ok(()), Cluster::check_invariants)
    }
}
