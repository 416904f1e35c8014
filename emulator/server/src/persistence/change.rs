//! A change of the state, as a line of the state file.

use std::borrow::Cow;
use std::sync::Arc;

use eks_emulator_core::cluster::{ClusterSlot, SlotChanges};
use eks_emulator_core::iam::IdentityChanges;
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;
use serde::{Deserialize, Serialize};

use crate::clock::ClockState;

/// A name and who holds it.
pub(crate) type SlotState<'a> = Cow<'a, Arc<ClusterSlot>>;

/// A change of the state.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Change<'a> {
    /// A name is held for the first time since the emulator started, or again.
    Slot(SlotState<'a>),
    /// Something of a cluster has changed.
    Cluster {
        home: Cow<'a, AccountRegion>,
        name: Cow<'a, str>,
        changes: Box<SlotChanges>,
    },
    /// Nobody holds a name any more.
    Retired {
        home: Cow<'a, AccountRegion>,
        name: Cow<'a, str>,
        holders: u64,
    },
    /// Something of IAM or of the sessions has changed.
    Identity(Box<IdentityChanges>),
    /// The clock was set.
    Clock(ClockState),
    /// How transitions proceed was changed.
    Lifecycle(Cow<'a, Lifecycle>),
}
