//! What all requests of one emulator share.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use eks_emulator_api::{eks, eks_auth};
use eks_emulator_core::cluster::{Cluster, PendingTransition};
use eks_emulator_core::iam::IamMode;
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::{Environment, Limits, Timestamp};
use eks_emulator_protocol::rest_json1::Router;
use eks_emulator_protocol::sigv4::{CallerDefaults, SignatureMode};

use crate::agent::{Agent, AgentCache};
use crate::clock::{Clock, ClockStart};
use crate::event_log::EventLog;
use crate::http::request_id::RequestIds;
use crate::identity::SharedIdentity;
use crate::state::{Region, State};

/// What all requests of one emulator share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) clock: Clock,
    pub(crate) started: Instant,
    pub(crate) request_ids: RequestIds,
    pub(crate) identity: Arc<SharedIdentity>,
    pub(crate) agent: Agent,
    state: State,
    lifecycle: RwLock<Arc<Lifecycle>>,
    limits: Limits,
    pub(crate) router: Router,
    pub(crate) auth_router: Router,
    pub(crate) signature_mode: SignatureMode,
    pub(crate) defaults: CallerDefaults,
}

/// What a service is made from.
#[derive(Clone, Debug)]
pub(crate) struct ServiceConfiguration {
    pub(crate) account_id: String,
    pub(crate) region: String,
    pub(crate) clock: ClockStart,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) limits: Limits,
    pub(crate) seed: u64,
    pub(crate) issuer_base: Option<Arc<str>>,
    pub(crate) signature_mode: SignatureMode,
    pub(crate) iam: IamMode,
    pub(crate) agent_cache: AgentCache,
}

/// One call, as operations see it.
#[derive(Debug)]
pub(crate) struct CallContext {
    pub(crate) region: Arc<Region>,
    pub(crate) now: Timestamp,
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) limits: Limits,
    identity: Arc<SharedIdentity>,
}

impl CallContext {
    /// What the core is handed.
    pub(crate) fn environment(&self) -> Environment<'_> {
        Environment {
            roles: &*self.identity,
            now: self.now,
            lifecycle: &self.lifecycle,
            limits: self.limits,
        }
    }
}

impl Service {
    pub(crate) fn new(configuration: ServiceConfiguration) -> Self {
        Self {
            clock: Clock::new(configuration.clock),
            started: Instant::now(),
            request_ids: RequestIds::new(configuration.seed),
            identity: Arc::new(SharedIdentity::new(configuration.iam, configuration.seed)),
            agent: Agent::new(configuration.agent_cache),
            state: State::new(configuration.seed, configuration.issuer_base),
            lifecycle: RwLock::new(Arc::new(configuration.lifecycle)),
            limits: configuration.limits,
            router: Router::new(&eks::OPERATIONS),
            auth_router: Router::new(&eks_auth::OPERATIONS),
            signature_mode: configuration.signature_mode,
            defaults: CallerDefaults {
                account_id: configuration.account_id,
                region: configuration.region,
            },
        }
    }

    pub(crate) fn context(&self, now: Timestamp, home: AccountRegion) -> CallContext {
        self.context_of(now, self.state.region(home))
    }

    fn context_of(&self, now: Timestamp, region: Arc<Region>) -> CallContext {
        CallContext {
            region,
            now,
            lifecycle: self.lifecycle(),
            limits: self.limits,
            identity: self.identity.clone(),
        }
    }

    /// Where the cluster with an issuer is.
    pub(crate) fn cluster_of_issuer(&self, issuer: &str) -> Option<(CallContext, String)> {
        let (region, name) = self.state.cluster_of_issuer(issuer)?;
        Some((self.context_of(self.clock.now(), region), name))
    }

    /// The context of a call that the owner of the emulator makes for the
    /// default account and region.
    pub(crate) fn default_context(&self) -> CallContext {
        let region = self.defaults.region.clone();
        let partition = eks_emulator_protocol::sigv4::partition_of(&region).to_owned();
        let account_id = self.defaults.account_id.clone();
        self.context(
            self.clock.now(),
            AccountRegion {
                partition,
                account_id,
                region,
            },
        )
    }

    /// Contexts for every account and region that has been seen.
    pub(crate) fn every_context(&self) -> Vec<CallContext> {
        let context = |region| self.context_of(self.clock.now(), region);
        self.state.regions().into_iter().map(context).collect()
    }

    /// What has happened.
    pub(crate) fn events(&self) -> &EventLog {
        self.state.events()
    }

    pub(crate) fn lifecycle(&self) -> Arc<Lifecycle> {
        self.lifecycle
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the lifecycle for transitions that start from now on.
    pub(crate) fn change_lifecycle(&self, change: impl FnOnce(&mut Lifecycle)) {
        let mut lifecycle = self
            .lifecycle
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut lifecycle));
    }
}

/// Time, moved by the owner of the emulator.
impl Service {
    /// Moves the clock forwards; what falls due has happened on return.
    pub(crate) fn advance(&self, by: Duration) -> Timestamp {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let now = self.clock.advance(by_ms);
        self.settle();
        now
    }

    /// Moves the clock forwards to `to`; `None` if that is in its past.
    pub(crate) fn advance_to(&self, to: Timestamp) -> Option<Timestamp> {
        let by_ms = to.as_milliseconds() - self.clock.now().as_milliseconds();
        let by_ms = u64::try_from(by_ms).ok()?;
        Some(self.advance(Duration::from_millis(by_ms)))
    }

    /// Ends every transition: moves the clock to each due time in turn, and
    /// tells those that wait to be told.
    pub(crate) fn advance_until_idle(&self) -> Timestamp {
        self.complete_all();
        while let Some(due) = self.next_due() {
            let by_ms = due.as_milliseconds() - self.clock.now().as_milliseconds();
            self.advance(Duration::from_millis(by_ms.max(0).unsigned_abs()));
        }
        self.clock.now()
    }

    /// Performs what is due in every cluster.
    pub(crate) fn settle(&self) {
        self.for_each_cluster(|_, _| {});
    }

    /// Ends every transition that waits to be told.
    pub(crate) fn complete_all(&self) {
        self.for_each_cluster(|cluster, environment| cluster.complete_all(environment));
    }

    /// When the next transition of any cluster falls due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let mut next = None;
        self.for_each_cluster(|cluster, _| {
            next = [next, cluster.next_due()].into_iter().flatten().min();
        });
        next
    }

    /// Every transition that has not ended.
    pub(crate) fn pending_transitions(&self) -> Vec<PendingTransition> {
        let mut pending = Vec::new();
        self.for_each_cluster(|cluster, _| pending.append(&mut cluster.pending_transitions()));
        pending
    }

    fn for_each_cluster(&self, mut act: impl FnMut(&mut Cluster, &Environment<'_>)) {
        for context in self.every_context() {
            let environment = context.environment();
            context
                .region
                .for_each_cluster(&environment, |cluster| act(cluster, &environment));
        }
    }
}
