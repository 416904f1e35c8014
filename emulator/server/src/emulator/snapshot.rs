//! `Snapshot`: the state of an emulator at one instant.

use std::sync::Arc;

use super::{EksEmulator, Error};
use crate::reset::Reset;
use crate::snapshot;
use crate::state::Scope;

/// The state of an emulator at one instant: everything that exists, the clock
/// and the transition rules. It shares with the present what has not changed
/// since, so that taking one costs little.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<snapshot::Snapshot>);

impl EksEmulator {
    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        let snapshot = self.running.app.service.snapshot(&Scope::default());
        Snapshot(Arc::new(snapshot))
    }

    /// Puts the state of a snapshot in the place of the present one, as often
    /// as wanted. No call is half before and half after it.
    pub fn restore(&self, snapshot: &Snapshot) {
        let everything = Scope::default();
        // Only parts of a state can contradict what they are put beside.
        let _ = self.running.app.service.restore(&everything, &snapshot.0);
    }

    /// Keeps the present state under a name, in the place of what was kept
    /// under it.
    pub fn save_snapshot(&self, name: &str) {
        let service = &self.running.app.service;
        let snapshot = service.snapshot(&Scope::default());
        service.snapshots().save(name, snapshot);
    }

    /// Puts the state that was kept under a name in the place of the present
    /// one.
    ///
    /// Errors: [`Error::NotFound`] if there is none of the name.
    pub fn restore_snapshot(&self, name: &str) -> Result<(), Error> {
        let service = &self.running.app.service;
        let snapshot = service.snapshots().find(name);
        let missing = || Error::NotFound(format!("There is no snapshot {name}."));
        let restored = service.restore(&Scope::default(), &*snapshot.ok_or_else(missing)?);
        restored.map_err(Error::Invalid)
    }

    /// Forgets a state; one that is not there is no error.
    pub fn delete_snapshot(&self, name: &str) {
        self.running.app.service.snapshots().delete(name);
    }

    /// Forgets everything: all is as it was at the start, the clock, the rules
    /// and the identifiers to come included. No call is half before and half
    /// after it.
    pub fn reset(&self) {
        self.running.app.service.reset(&Reset::default());
    }
}
