//! Where clusters are kept: by account and region, each behind its own lock.
//!
//! A lock is held for one command and never while waiting for anything else.
//! Locks are always taken in the order map, then cluster.

mod document;
mod lost_addon;
mod region;
mod scope;
mod snapshot;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use eks_emulator_core::region::AccountRegion;

pub(crate) use document::{StateDocument, StateDocumentError};
pub(crate) use lost_addon::{check_catalog, lost_addon};
pub(crate) use region::Region;
pub(crate) use scope::Scope;
pub(crate) use snapshot::RegionSnapshot;

use crate::event_log::EventLog;
use crate::persistence::Persistence;

/// Where the clusters with issuers are: account, region and name by the last
/// part of the issuer's URL. Entries of clusters that are gone lead nowhere.
pub(crate) type Issuers = DashMap<String, (AccountRegion, String)>;

/// Everything that exists, by account and region.
#[derive(Debug)]
pub(crate) struct State {
    regions: DashMap<AccountRegion, Arc<Region>>,
    shared: Arc<Shared>,
}

/// What all regions share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// It decides every identifier to come.
    pub(crate) seed: u64,
    /// What the URLs of issuers begin with.
    pub(crate) issuer_base: Option<Arc<str>>,
    pub(crate) events: Arc<EventLog>,
    pub(crate) persistence: Arc<OnceLock<Persistence>>,
    pub(crate) issuers: Issuers,
}

impl State {
    /// Nothing yet.
    pub(crate) fn new(shared: Shared) -> Self {
        // A few shards are enough: the map changes only when an account is
        // first seen in a region.
        Self {
            regions: DashMap::with_shard_amount(4),
            shared: Arc::new(shared),
        }
    }

    /// A state with nothing in it, that makes the same identifiers; what
    /// happens to it is recorded in `events`, and written nowhere.
    pub(crate) fn empty_copy(&self, events: Arc<EventLog>) -> Self {
        Self::new(Shared {
            seed: self.shared.seed,
            issuer_base: self.shared.issuer_base.clone(),
            events,
            persistence: Arc::default(),
            issuers: Issuers::default(),
        })
    }

    /// An account's part of a region, made when it is first seen.
    pub(crate) fn region(&self, home: AccountRegion) -> Arc<Region> {
        if let Some(region) = self.regions.get(&home) {
            return region.clone();
        }
        let make = || Arc::new(Region::new(home.clone(), self.shared.clone()));
        self.regions
            .entry(home.clone())
            .or_insert_with(make)
            .clone()
    }

    /// Where the cluster with an issuer is.
    pub(crate) fn cluster_of_issuer(&self, issuer: &str) -> Option<(Arc<Region>, String)> {
        let id = issuer.rsplit('/').next()?;
        let (home, name) = self.shared.issuers.get(id)?.value().clone();
        Some((self.region(home), name))
    }

    /// Every account's part of every region.
    pub(crate) fn regions(&self) -> Vec<Arc<Region>> {
        self.regions
            .iter()
            .map(|entry| entry.value().clone())
            .collect()
    }

    /// What there is within a scope. The caller has the world to itself.
    pub(crate) fn snapshot(&self, scope: &Scope) -> BTreeMap<AccountRegion, RegionSnapshot> {
        self.regions
            .iter()
            .filter(|entry| scope.includes(entry.key()))
            .map(|entry| (entry.key().clone(), entry.value().snapshot()))
            .filter(|(_, region)| !region.is_empty())
            .collect()
    }

    /// Takes it that everything is as the state file says.
    pub(crate) fn note_persisted(&self) {
        for region in self.regions() {
            region.note_persisted();
        }
    }

    /// Forgets everything within a scope, and gives it to be dropped.
    pub(crate) fn clear(&self, scope: &Scope) -> Vec<Arc<Region>> {
        let mut gone = self.regions();
        gone.retain(|region| scope.includes(region.home()));
        for region in &gone {
            self.regions.remove(&**region.home());
        }
        if scope.is_everything() {
            self.shared.issuers.clear();
        } else {
            let is_outside =
                |_: &String, place: &mut (AccountRegion, String)| !scope.includes(&place.0);
            self.shared.issuers.retain(is_outside);
        }
        gone
    }

    /// Puts what there was within a scope in the place of what there is, and
    /// gives that to be dropped.
    pub(crate) fn restore(
        &self,
        scope: &Scope,
        regions: &BTreeMap<AccountRegion, RegionSnapshot>,
    ) -> Vec<Arc<Region>> {
        let gone = self.clear(scope);
        for (home, region) in regions.iter().filter(|(home, _)| scope.includes(home)) {
            self.region(home.clone()).restore(region);
        }
        gone
    }
}
