//! What an account had in a region at one instant.

use std::collections::BTreeMap;
use std::sync::Arc;

use eks_emulator_core::cluster::ClusterSlot;

/// What an account had in a region at one instant. It shares with the present
/// what has not changed since.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RegionSnapshot {
    /// The names that clusters hold.
    pub(crate) slots: BTreeMap<String, Arc<ClusterSlot>>,
    /// How many clusters held the names that none holds.
    pub(crate) retired: BTreeMap<String, u64>,
}

impl RegionSnapshot {
    /// Whether no cluster is or was there.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.retired.is_empty()
    }
}
