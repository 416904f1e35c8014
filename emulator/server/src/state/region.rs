//! The clusters of one account in one region.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use eks_emulator_api::eks::{
    CreateClusterRequest, CreateClusterResponse, Error, ListClustersRequest, ListClustersResponse,
};
use eks_emulator_core::Environment;
use eks_emulator_core::cluster::{Cluster, ClusterListing, ClusterSlot, MissingCluster};
use eks_emulator_core::event::Event;
use eks_emulator_core::region::AccountRegion;

use super::{RegionSnapshot, Shared};
use crate::persistence::Change;

/// The clusters of one account in one region.
#[derive(Debug)]
pub(crate) struct Region {
    home: Arc<AccountRegion>,
    shared: Arc<Shared>,
    slots: RwLock<BTreeMap<String, Arc<Mutex<Slot>>>>,
    /// How many clusters held the names that none holds now.
    retired: Mutex<BTreeMap<String, u64>>,
}

#[derive(Debug)]
struct Slot {
    /// Snapshots share it until it changes.
    slot: Arc<ClusterSlot>,
    /// What the state file says, if there is one and it says anything.
    persisted: Option<Arc<ClusterSlot>>,
    /// Whether the slot has been taken out of the map: a cluster made in it
    /// now would be lost.
    is_retired: bool,
}

impl Slot {
    fn new(slot: Arc<ClusterSlot>) -> Self {
        Self {
            slot,
            persisted: None,
            is_retired: false,
        }
    }

    /// The slot, to be changed: a copy if a snapshot has it, too.
    fn change(&mut self) -> &mut ClusterSlot {
        Arc::make_mut(&mut self.slot)
    }

    fn cluster(&mut self, environment: &Environment<'_>) -> Option<&mut Cluster> {
        self.change().cluster(environment)
    }
}

impl Region {
    pub(super) fn new(home: AccountRegion, shared: Arc<Shared>) -> Self {
        Self {
            home: Arc::new(home),
            shared,
            slots: RwLock::default(),
            retired: Mutex::default(),
        }
    }

    /// The account and region.
    pub(crate) fn home(&self) -> &Arc<AccountRegion> {
        &self.home
    }

    /// The account and region, to be kept.
    pub(crate) fn shared_home(&self) -> Arc<AccountRegion> {
        self.home.clone()
    }

    /// Makes a cluster.
    pub(crate) fn create_cluster(
        &self,
        environment: &Environment<'_>,
        input: CreateClusterRequest,
    ) -> Result<CreateClusterResponse, Error> {
        let name = input.name.clone();
        let clusters = self.count_clusters(environment, &name);
        loop {
            let found = self.find_or_make(&name);
            let mut slot = lock(&found);
            if !slot.is_retired {
                let result = slot.change().create_cluster(environment, clusters, input);
                if result.is_ok() {
                    self.remember_issuer(&slot.slot);
                }
                let is_vacant = slot.slot.is_vacant();
                self.record(&mut slot);
                drop(slot);
                if is_vacant {
                    self.retire(environment, &name);
                }
                return result;
            }
        }
    }

    /// Runs a command on the slot of the cluster `name`.
    pub(crate) fn with_slot<T, E>(
        &self,
        environment: &Environment<'_>,
        name: &str,
        missing: impl FnOnce() -> E,
        command: impl FnOnce(&mut ClusterSlot) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(found) = self.find(name) else {
            return Err(missing());
        };
        let mut slot = lock(&found);
        let result = command(slot.change());
        let is_vacant = slot.slot.is_vacant();
        self.record(&mut slot);
        drop(slot);
        if is_vacant {
            self.retire(environment, name);
        }
        result
    }

    /// Runs a command on the cluster `name`.
    ///
    /// Errors: the command's, or that there is no such cluster, in the form
    /// that `missing` says.
    pub(crate) fn with_cluster<T>(
        &self,
        environment: &Environment<'_>,
        name: &str,
        missing: MissingCluster,
        command: impl FnOnce(&mut Cluster) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let error = || missing.error(name);
        self.with_slot(environment, name, error, |slot| {
            command(slot.cluster(environment).ok_or_else(error)?)
        })
    }

    /// A page of the names of the clusters.
    pub(crate) fn list_clusters(
        &self,
        environment: &Environment<'_>,
        input: &ListClustersRequest,
    ) -> Result<ListClustersResponse, Error> {
        let listing = ClusterListing::new(input)?;
        let from = listing.after().map_or(Bound::Unbounded, Bound::Excluded);
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let present = slots
            .range::<str, _>((from, Bound::Unbounded))
            .filter(|(_, slot)| lock(slot).cluster(environment).is_some())
            .map(|(name, _)| name.clone());
        Ok(listing.take(present))
    }

    /// Whether a cluster holds the name now.
    pub(crate) fn has_cluster(&self, environment: &Environment<'_>, name: &str) -> bool {
        let found = self.find(name);
        found.is_some_and(|slot| lock(&slot).cluster(environment).is_some())
    }

    /// Runs `act` on every cluster.
    pub(crate) fn for_each_cluster(
        &self,
        environment: &Environment<'_>,
        mut act: impl FnMut(&mut Cluster),
    ) {
        let slots: Vec<Arc<Mutex<Slot>>> = self
            .slots
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        for slot in slots {
            let mut slot = lock(&slot);
            if let Some(cluster) = slot.cluster(environment) {
                act(cluster);
            }
            self.record(&mut slot);
        }
        self.retire_vacant(environment);
    }

    /// Takes it that everything is as the state file says.
    pub(super) fn note_persisted(&self) {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        for slot in slots.values() {
            let mut slot = lock(slot);
            slot.persisted = Some(slot.slot.clone());
        }
    }

    /// Runs `act` on the slots that `is_meant` selects, whose clusters are
    /// brought to the present, and adds what happened to a list instead of
    /// recording it. The caller has the world to itself.
    pub(crate) fn act_on_slots(
        &self,
        environment: &Environment<'_>,
        is_meant: impl Fn(&ClusterSlot) -> bool,
        mut act: impl FnMut(&mut Cluster),
        happened: &mut Vec<(Arc<AccountRegion>, Event)>,
    ) {
        let mut vacant = Vec::new();
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        for (name, slot) in slots.iter() {
            let mut slot = lock(slot);
            if !is_meant(&slot.slot) {
                continue;
            }
            if let Some(cluster) = slot.cluster(environment) {
                act(cluster);
            }
            if slot.cluster(environment).is_none() {
                vacant.push(name.clone());
            }
            let events = slot.change().take_events();
            happened.extend(events.into_iter().map(|event| (self.home.clone(), event)));
            self.persist(&mut slot);
        }
        drop(slots);
        for name in vacant {
            self.retire(environment, &name);
        }
    }

    /// Whether every slot, as it was left, is so.
    pub(crate) fn is_every_slot(&self, mut is_so: impl FnMut(&ClusterSlot) -> bool) -> bool {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.values().all(|slot| is_so(&lock(slot).slot))
    }

    /// Looks at every slot as it was left.
    pub(crate) fn look_at_slots(&self, mut look: impl FnMut(&ClusterSlot)) {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        for slot in slots.values() {
            look(&lock(slot).slot);
        }
    }

    /// What has happened is recorded while the slot is locked: in its order.
    fn record(&self, slot: &mut Slot) {
        let events = slot.change().take_events();
        self.shared.events.record(&self.home, events);
        self.shared.events.note_due(slot.slot.next_due());
        self.persist(slot);
    }

    /// Writes what has changed to the state file, if there is one.
    fn persist(&self, slot: &mut Slot) {
        let Some(persistence) = self.shared.persistence.get() else {
            return;
        };
        match &slot.persisted {
            None => persistence.add(&Change::Slot(Cow::Borrowed(&slot.slot))),
            Some(persisted) => {
                let Some(changes) = slot.slot.changes_since(persisted) else {
                    return;
                };
                persistence.add(&Change::Cluster {
                    home: Cow::Borrowed(&self.home),
                    name: Cow::Borrowed(slot.slot.name()),
                    changes: Box::new(changes),
                });
            }
        }
        slot.persisted = Some(slot.slot.clone());
    }

    /// What there is now. The caller has the world to itself.
    pub(super) fn snapshot(&self) -> RegionSnapshot {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let shared =
            |(name, slot): (&String, &Arc<Mutex<Slot>>)| (name.clone(), lock(slot).slot.clone());
        RegionSnapshot {
            slots: slots.iter().map(shared).collect(),
            retired: lock(&self.retired).clone(),
        }
    }

    /// Puts what there was in the place of what there is.
    pub(super) fn restore(&self, snapshot: &RegionSnapshot) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        slots.clear();
        for (name, slot) in &snapshot.slots {
            self.remember_issuer(slot);
            let slot = Arc::new(Mutex::new(Slot::new(slot.clone())));
            slots.insert(name.clone(), slot);
        }
        lock(&self.retired).clone_from(&snapshot.retired);
    }

    /// Tokens say who issued them, not where the issuer's cluster is.
    fn remember_issuer(&self, slot: &ClusterSlot) {
        if let Some(id) = slot.issuer_id() {
            let place = ((*self.home).clone(), slot.name().to_owned());
            self.shared.issuers.insert(id.to_owned(), place);
        }
    }

    fn find(&self, name: &str) -> Option<Arc<Mutex<Slot>>> {
        self.slots
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    fn find_or_make(&self, name: &str) -> Arc<Mutex<Slot>> {
        if let Some(found) = self.find(name) {
            return found;
        }
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let held_before = lock(&self.retired).remove(name).unwrap_or(0);
            let slot = ClusterSlot::new(
                self.home.clone(),
                name.to_owned(),
                self.shared.seed,
                held_before,
            )
            .with_issuer_base(self.shared.issuer_base.clone());
            Arc::new(Mutex::new(Slot::new(Arc::new(slot))))
        };
        slots.entry(name.to_owned()).or_insert_with(make).clone()
    }

    /// The number of clusters beside one of the name `name`. Only when it
    /// comes near the quota are the ones counted out that time has deleted.
    fn count_clusters(&self, environment: &Environment<'_>, name: &str) -> usize {
        let count = || {
            let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
            slots.len() - usize::from(slots.contains_key(name))
        };
        if count() >= environment.limits.clusters {
            self.retire_vacant(environment);
        }
        count()
    }

    /// Takes out every slot whose cluster is gone.
    fn retire_vacant(&self, environment: &Environment<'_>) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|name, slot| !self.is_retired_now(environment, name, slot));
    }

    /// Takes out the slot of `name` if its cluster is gone.
    fn retire(&self, environment: &Environment<'_>, name: &str) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots
            .get(name)
            .is_some_and(|slot| self.is_retired_now(environment, name, slot))
        {
            slots.remove(name);
        }
    }

    fn is_retired_now(
        &self,
        environment: &Environment<'_>,
        name: &str,
        slot: &Mutex<Slot>,
    ) -> bool {
        let mut slot = lock(slot);
        slot.is_retired = slot.cluster(environment).is_none();
        let holders = slot.slot.holders();
        if slot.is_retired && holders > 0 {
            lock(&self.retired).insert(name.to_owned(), holders);
            if let Some(persistence) = self.shared.persistence.get() {
                persistence.add(&Change::Retired {
                    home: Cow::Borrowed(&self.home),
                    name: Cow::Borrowed(name),
                    holders,
                });
            }
        }
        slot.is_retired
    }
}

/// A command that panicked changed nothing after its checks; what it left is
/// still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
