//! The state as a whole: kept, brought back, forgotten.

use std::path::Path;
use std::sync::PoisonError;

use eks_emulator_core::catalog::Catalog;

use crate::event_log::OtherEvent;
use crate::persistence::Persistence;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::state::{Scope, check_catalog};
use crate::world::World;

/// What is to be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reset {
    pub(crate) scope: Scope,
    pub(crate) keep: Keep,
    /// Whether the seeds of the start are left out.
    pub(crate) is_bare: bool,
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
        self.snapshot_of(&world, scope)
    }

    fn snapshot_of(&self, world: &World, scope: &Scope) -> Snapshot {
        Snapshot {
            regions: world.state.snapshot(scope),
            identity: world.identity.snapshot(scope),
            clock: self.clock.state(),
            lifecycle: self.lifecycle(),
            catalog: world.catalog.clone(),
        }
    }

    /// Has the world alone and changes it as a whole.
    pub(crate) fn replace<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut world);
        if let Some(persistence) = self.persistence() {
            persistence.rewrite(&self.snapshot_of(&world, &Scope::default()));
            world.note_persisted();
        }
        self.events().stir();
        result
    }

    /// Puts the state of a snapshot in the place of what there is within a
    /// scope; the clock, the lifecycle and the catalogue, too, if that is
    /// everything.
    ///
    /// Errors: a sentence; nothing has changed then.
    pub(crate) fn restore(&self, scope: &Scope, snapshot: &Snapshot) -> Result<(), String> {
        let replaced = self.replace(|world| {
            if !scope.is_everything() {
                check_catalog(&snapshot.catalog, &world.catalog, scope, &snapshot.regions)?;
            }
            world.identity.restore(scope, &snapshot.identity)?;
            let replaced = world.state.restore(scope, &snapshot.regions);
            world.agent.clear();
            if scope.is_everything() {
                self.clock.restore(snapshot.clock);
                self.set_lifecycle(snapshot.lifecycle.clone());
                world.catalog = snapshot.catalog.clone();
            }
            Ok(replaced)
        });
        replaced.map(drop_aside)
    }

    /// Forgets the state within a scope. What is forgotten of everything is
    /// as it was at the start: identifiers come again in the same order.
    pub(crate) fn reset(&self, reset: &Reset) {
        let forgotten = self.replace(|world| {
            let forgotten = self.forget(world, reset);
            if !reset.is_bare {
                self.reseed(world, reset);
            }
            forgotten
        });
        drop_aside(forgotten);
    }

    /// Gives what is forgotten, to be dropped.
    fn forget(&self, world: &mut World, reset: &Reset) -> impl Send + use<> {
        let regions = world.state.clear(&reset.scope);
        world.identity.clear(&reset.scope);
        world.agent.clear();
        let is_told = !reset.keep.journal;
        let events = is_told.then(|| self.events().clear(&reset.scope));
        let calls = is_told.then(|| self.journal().forget(&reset.scope));
        if reset.scope.is_everything() {
            world.catalog = Catalog::tables();
            self.restart(reset.keep);
        }
        self.events().record_other(OtherEvent {
            kind: "state.reset",
            at: self.clock.now(),
            scope: reset.scope.clone(),
            cluster_name: None,
            details: serde_json::Map::new(),
        });
        (regions, events, calls)
    }

    /// What is forgotten with everything.
    fn restart(&self, keep: Keep) {
        self.request_ids.restart();
        if !keep.clock {
            self.clock.restart();
        }
        if !keep.faults {
            self.faults().clear();
            self.set_lifecycle(self.start.lifecycle.clone());
        }
    }
}

/// The state in a file.
impl Service {
    /// Begins to write every change to a file.
    ///
    /// Errors: a sentence.
    pub(crate) fn persist(&self, path: &Path) -> Result<(), String> {
        let world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let snapshot = self.snapshot_of(&world, &Scope::default());
        let persistence = Persistence::begin(path, &snapshot)?;
        if self.persistence.set(persistence).is_err() {
            return Err("changes are written to a file already".into());
        }
        world.note_persisted();
        Ok(())
    }

    /// Writes the state file anew if its changes have outgrown it, or if some
    /// could not be written.
    ///
    /// Errors: something that has happened is not in the file.
    pub(crate) fn keep_up(&self) -> Result<(), NotPersisted> {
        let Some(persistence) = self.persistence() else {
            return Ok(());
        };
        if persistence.wants_rewrite() {
            self.replace(|_| {});
        }
        if persistence.is_behind() {
            return Err(NotPersisted);
        }
        Ok(())
    }
}

impl Service {
    /// Writes the state file for the last time, and lets others have it.
    ///
    /// Errors: a sentence.
    pub(crate) fn end_persisting(&self) -> Result<(), String> {
        self.replace(|_| {});
        let Some(persistence) = self.persistence() else {
            return Ok(());
        };
        persistence.release();
        match persistence.is_behind() {
            true => Err("the state file cannot be written".into()),
            false => Ok(()),
        }
    }
}

/// Something that has happened is not in the state file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotPersisted;

/// Drops what is forgotten where nobody waits for it: to free the memory of
/// many resources takes longer than to forget them. A system that has no
/// thread left drops it here.
fn drop_aside(forgotten: impl Send + 'static) {
    let thread = std::thread::Builder::new().name("eks-emulator-drop".into());
    let _ = thread.spawn(move || drop(forgotten));
}
