//! A cluster's name with its cluster, as a document.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Cluster;
use super::slot::{ClusterSlot, Creation};
use crate::event::Event;
use crate::region::AccountRegion;
use crate::state::{StateError, hex};

/// A cluster's name with its cluster, as a document.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SlotDocument {
    home: Arc<AccountRegion>,
    name: Arc<str>,
    #[serde(with = "hex")]
    seed: u64,
    held_before: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer_base: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<Cluster>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creation: Option<Arc<Creation>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event>,
}

impl From<ClusterSlot> for SlotDocument {
    fn from(slot: ClusterSlot) -> Self {
        Self {
            home: slot.home,
            name: slot.name,
            seed: slot.seed,
            held_before: slot.held_before,
            issuer_base: slot.issuer_base,
            cluster: slot.cluster,
            creation: slot.creation,
            events: slot.events,
        }
    }
}

impl TryFrom<SlotDocument> for ClusterSlot {
    type Error = StateError;

    fn try_from(document: SlotDocument) -> Result<Self, StateError> {
        let mut slot = Self {
            home: document.home,
            name: document.name,
            seed: document.seed,
            held_before: document.held_before,
            issuer_base: document.issuer_base,
            cluster: document.cluster,
            creation: document.creation,
            events: document.events,
        };
        slot.adopt_cluster();
        if let Some(cluster) = &mut slot.cluster {
            cluster.share_what_is_equal();
        }
        slot.check_invariants().map_err(StateError::new)?;
        Ok(slot)
    }
}

impl ClusterSlot {
    /// Tells the cluster, which was read from a document, where it lives and
    /// what it is called.
    pub(super) fn adopt_cluster(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            cluster.home = self.home.clone();
            cluster.name = self.name.clone();
            cluster.issuer_base.clone_from(&self.issuer_base);
        }
    }
}
