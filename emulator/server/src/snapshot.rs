//! Everything that existed at one instant, and such instants by name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_emulator_core::Timestamp;
use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::iam::IdentityStore;
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;

use crate::clock::ClockState;
use crate::identity;
use crate::state::{RegionSnapshot, Scope};

/// Everything that existed at one instant. It shares with the present what has
/// not changed since.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) regions: BTreeMap<AccountRegion, RegionSnapshot>,
    pub(crate) identity: IdentityStore,
    pub(crate) clock: ClockState,
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) catalog: Catalog,
}

impl Snapshot {
    /// What the clock showed.
    pub(crate) fn taken_at(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether there is nothing within a scope.
    pub(crate) fn is_empty_in(&self, scope: &Scope) -> bool {
        let mut homes = self.regions.keys();
        let accounts = identity::accounts(&self.identity);
        !homes.any(|home| scope.includes(home))
            && !accounts.iter().any(|(_, id)| scope.includes_account(id))
    }
}

/// Snapshots by name.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    by_name: Mutex<BTreeMap<String, (Timestamp, Arc<Snapshot>)>>,
}

impl Snapshots {
    /// Keeps a snapshot, in the place of one of the same name.
    pub(crate) fn save(&self, name: &str, snapshot: Snapshot) {
        let taken_at = snapshot.taken_at();
        let entry = (taken_at, Arc::new(snapshot));
        self.lock().insert(name.to_owned(), entry);
    }

    /// The snapshot of a name.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Snapshot>> {
        self.lock().get(name).map(|(_, snapshot)| snapshot.clone())
    }

    /// Forgets a snapshot.
    pub(crate) fn delete(&self, name: &str) {
        self.lock().remove(name);
    }

    /// The names, and what the clock showed.
    pub(crate) fn list(&self) -> Vec<(String, Timestamp)> {
        let entries = self.lock();
        let entry = |(name, (taken_at, _)): (&String, &(Timestamp, _))| (name.clone(), *taken_at);
        entries.iter().map(entry).collect()
    }

    /// A panic elsewhere cannot leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Timestamp, Arc<Snapshot>)>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
