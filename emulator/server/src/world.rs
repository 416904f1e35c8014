//! All that exists in one emulator, behind a gate.
//!
//! Whoever reads or changes something enters the gate, many at a time, and
//! leaves it before waiting for anything. What replaces the whole (reset,
//! restore, seeds) waits until all have left and then has it alone: no call is
//! half before and half after it.

use std::ops::Deref;
use std::sync::{Arc, RwLockReadGuard};

use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::Cluster;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::{Environment, Timestamp};
use eks_emulator_protocol::sigv4::partition_of;

use crate::agent::Agent;
use crate::identity::SharedIdentity;
use crate::service::{CallContext, Service};
use crate::state::{Region, State};

/// All that exists in one emulator.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) identity: Arc<SharedIdentity>,
    pub(crate) agent: Agent,
    pub(crate) catalog: Catalog,
}

impl World {
    /// Takes it that everything is as the state file says.
    pub(crate) fn note_persisted(&self) {
        self.state.note_persisted();
        self.identity.note_persisted();
    }
}

/// A visit of the world. One call makes one visit: a second one of the same
/// thread may wait for ever for a reset that waits for the first.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    service: &'a Service,
    world: RwLockReadGuard<'a, World>,
}

impl Deref for Entered<'_> {
    type Target = Service;

    fn deref(&self) -> &Service {
        self.service
    }
}

impl<'a> Entered<'a> {
    pub(crate) fn new(service: &'a Service, world: RwLockReadGuard<'a, World>) -> Self {
        Self { service, world }
    }

    /// IAM and the sessions of all accounts.
    pub(crate) fn identity(&self) -> &SharedIdentity {
        &self.world.identity
    }

    /// The add-ons that there are.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.world.catalog
    }

    /// The pod identity agents.
    pub(crate) fn agent(&self) -> &Agent {
        &self.world.agent
    }

    /// The context of a call for an account and region.
    pub(crate) fn context(&self, now: Timestamp, home: AccountRegion) -> CallContext {
        self.context_of(now, self.world.state.region(home))
    }

    fn context_of(&self, now: Timestamp, region: Arc<Region>) -> CallContext {
        CallContext::new(self.service, &self.world, region, now)
    }

    /// Where the cluster with an issuer is.
    pub(crate) fn cluster_of_issuer(&self, issuer: &str) -> Option<(CallContext, String)> {
        let (region, name) = self.world.state.cluster_of_issuer(issuer)?;
        Some((self.context_of(self.clock.now(), region), name))
    }

    /// The context of a call that the owner of the emulator makes for the
    /// default account and region.
    pub(crate) fn default_context(&self) -> CallContext {
        let region = self.defaults.region.clone();
        let home = AccountRegion {
            partition: partition_of(&region).to_owned(),
            account_id: self.defaults.account_id.clone(),
            region,
        };
        self.context(self.clock.now(), home)
    }

    /// Contexts for every account and region that has been seen.
    pub(crate) fn every_context(&self) -> Vec<CallContext> {
        let now = self.clock.now();
        let context = |region| self.context_of(now, region);
        self.world
            .state
            .regions()
            .into_iter()
            .map(context)
            .collect()
    }

    /// Runs `act` on every cluster, brought to the present.
    pub(crate) fn for_each_cluster(&self, mut act: impl FnMut(&mut Cluster, &Environment<'_>)) {
        for context in self.every_context() {
            let environment = context.environment();
            context
                .region
                .for_each_cluster(&environment, |cluster| act(cluster, &environment));
        }
    }
}
