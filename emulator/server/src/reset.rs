//! The state as a whole: kept, brought back, forgotten.

use std::sync::PoisonError;

use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::state::Scope;

/// What is to be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reset {
    pub(crate) scope: Scope,
    pub(crate) keep: Keep,
}

/// What stays although it is not state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keep {
    /// Faults and transition rules.
    pub(crate) faults: bool,
    pub(crate) clock: bool,
    /// The journal and the events.
    pub(crate) journal: bool,
}

impl Service {
    /// The state within a scope at one instant: no call is half in it.
    pub(crate) fn snapshot(&self, scope: &Scope) -> Snapshot {
        let world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        Snapshot {
            regions: world.state.snapshot(scope),
            identity: world.identity.snapshot(),
            clock: self.clock.state(),
            lifecycle: self.lifecycle(),
        }
    }

    /// Puts the state of a snapshot in the place of what there is within a
    /// scope; the clock and the lifecycle, too, if that is everything.
    pub(crate) fn restore(&self, scope: &Scope, snapshot: &Snapshot) {
        let world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        world.state.restore(scope, &snapshot.regions);
        world.agent.clear();
        if scope.is_everything() {
            world.identity.restore(&snapshot.identity);
            self.clock.restore(snapshot.clock);
            self.change_lifecycle(|lifecycle| lifecycle.clone_from(&snapshot.lifecycle));
        }
    }

    /// Forgets the state within a scope. What is forgotten of everything is
    /// as it was at the start: identifiers come again in the same order.
    pub(crate) fn reset(&self, reset: &Reset) {
        let world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        world.state.clear(&reset.scope);
        world.agent.clear();
        if !reset.keep.journal {
            self.events().clear(&reset.scope);
        }
        if !reset.scope.is_everything() {
            return;
        }
        world.identity.clear();
        self.request_ids.restart();
        if !reset.keep.clock {
            self.clock.restart();
        }
        if !reset.keep.faults {
            self.change_lifecycle(|lifecycle| lifecycle.clone_from(&self.start.lifecycle));
        }
    }
}
