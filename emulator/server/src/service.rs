//! What all requests of one emulator share.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use eks_emulator_api::{eks, eks_auth};
use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::iam::IamMode;
use eks_emulator_core::lifecycle::{Lifecycle, Profile};
use eks_emulator_core::{Environment, Limits, Timestamp};
use eks_emulator_protocol::rest_json1::Router;
use eks_emulator_protocol::sigv4::{CallerDefaults, SignatureMode};
use serde_json::json;

use crate::agent::{Agent, AgentCache};
use crate::clock::{Clock, ClockStart};
use crate::configuration::{LogLevelChange, Origin, ShownConfiguration};
use crate::event_log::EventLog;
use crate::fault::Faults;
use crate::http::request_id::RequestIds;
use crate::identity::SharedIdentity;
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::persistence::{Change, Persistence};
use crate::profile;
use crate::readiness::Readiness;
use crate::seed::ReadSeed;
use crate::snapshot::Snapshots;
use crate::state::{Region, Shared, State};
use crate::support::UnsupportedCalls;
use crate::time;
use crate::world::{Entered, World};

/// What all requests of one emulator share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) clock: Clock,
    pub(crate) started: Instant,
    pub(crate) readiness: Readiness,
    pub(crate) request_ids: RequestIds,
    pub(crate) world: RwLock<World>,
    pub(crate) start: ServiceStart,
    snapshots: Snapshots,
    events: Arc<EventLog>,
    pub(crate) persistence: Arc<OnceLock<Persistence>>,
    /// Why the state could not be written at the end, if it could not.
    pub(crate) state_loss: OnceLock<String>,
    faults: Faults,
    journal: Journal,
    metrics: Metrics,
    lifecycle: RwLock<Arc<Lifecycle>>,
    limits: Limits,
    pub(crate) router: Router,
    pub(crate) auth_router: Router,
    pub(crate) signature_mode: SignatureMode,
    pub(crate) defaults: CallerDefaults,
    pub(crate) unsupported: UnsupportedCalls,
    /// For how many milliseconds reads wait for the end of a change.
    hold_reads_ms: AtomicU64,
    pub(crate) shown_configuration: RwLock<ShownConfiguration>,
    pub(crate) log_level_change: Option<LogLevelChange>,
    is_strict: AtomicBool,
}

/// What comes back with a reset.
#[derive(Debug)]
pub(crate) struct ServiceStart {
    pub(crate) lifecycle: Arc<Lifecycle>,
    /// Known when they have been read.
    pub(crate) seeds: OnceLock<Vec<Arc<ReadSeed>>>,
    /// The settings that say what the lifecycle is.
    shown_profile: ShownConfiguration,
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
    pub(crate) hold_reads: Duration,
    pub(crate) journal_capacity: usize,
    pub(crate) is_strict: bool,
    pub(crate) shown_configuration: ShownConfiguration,
    pub(crate) log_level_change: Option<LogLevelChange>,
}

impl ServiceConfiguration {
    /// The settings for those who want to see them: what the owner has said
    /// of them, and the most important ones in any case.
    fn shown(&self) -> ShownConfiguration {
        let mut shown = self.shown_configuration.clone();
        let settings = [
            ("accountId", json!(self.account_id)),
            ("lifecycle", json!(profile::format(self.lifecycle.profile))),
            ("journalCapacity", json!(self.journal_capacity)),
            ("region", json!(self.region)),
            ("rngSeed", json!(self.seed)),
            ("strict", json!(self.is_strict)),
        ];
        for (name, value) in settings {
            shown.entry(name).or_insert((value, Origin::Default));
        }
        shown
    }
}

fn shown_profile(shown: &ShownConfiguration) -> ShownConfiguration {
    let settings = shown.iter();
    let settings = settings.filter(|(name, _)| matches!(**name, "lifecycle" | "timeScale"));
    settings
        .map(|(name, setting)| (*name, setting.clone()))
        .collect()
}

/// One call, as operations see it.
#[derive(Debug)]
pub(crate) struct CallContext {
    pub(crate) region: Arc<Region>,
    pub(crate) now: Timestamp,
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) limits: Limits,
    pub(crate) catalog: Catalog,
    identity: Arc<SharedIdentity>,
}

impl CallContext {
    pub(crate) fn new(
        service: &Service,
        world: &World,
        region: Arc<Region>,
        now: Timestamp,
    ) -> Self {
        Self {
            region,
            now,
            lifecycle: service.lifecycle(),
            limits: service.limits,
            catalog: world.catalog.clone(),
            identity: world.identity.clone(),
        }
    }

    /// What the core is handed.
    pub(crate) fn environment(&self) -> Environment<'_> {
        Environment {
            roles: &*self.identity,
            now: self.now,
            lifecycle: &self.lifecycle,
            limits: self.limits,
            catalog: &self.catalog,
        }
    }
}

impl Service {
    pub(crate) fn new(configuration: ServiceConfiguration) -> Self {
        let events = Arc::<EventLog>::default();
        let persistence = Arc::<OnceLock<Persistence>>::default();
        let hold_reads_ms = time::whole_milliseconds(configuration.hold_reads);
        let (iam, seed) = (configuration.iam, configuration.seed);
        let shown_configuration = configuration.shown();
        let world = World {
            state: State::new(Shared {
                seed,
                issuer_base: configuration.issuer_base,
                events: events.clone(),
                persistence: persistence.clone(),
                issuers: DashMap::new(),
            }),
            identity: Arc::new(SharedIdentity::new(iam, seed, persistence.clone())),
            agent: Agent::new(configuration.agent_cache),
            catalog: Catalog::tables(),
        };
        Self {
            clock: Clock::new(configuration.clock),
            hold_reads_ms: AtomicU64::new(hold_reads_ms),
            started: Instant::now(),
            readiness: Readiness::new(),
            request_ids: RequestIds::new(configuration.seed),
            world: RwLock::new(world),
            start: ServiceStart {
                lifecycle: Arc::new(configuration.lifecycle.clone()),
                seeds: OnceLock::new(),
                shown_profile: shown_profile(&shown_configuration),
            },
            snapshots: Snapshots::default(),
            events,
            persistence,
            state_loss: OnceLock::new(),
            faults: Faults::new(configuration.seed),
            journal: Journal::new(configuration.journal_capacity),
            metrics: Metrics::default(),
            lifecycle: RwLock::new(Arc::new(configuration.lifecycle)),
            limits: configuration.limits,
            router: Router::new(&eks::OPERATIONS),
            auth_router: Router::new(&eks_auth::OPERATIONS),
            signature_mode: configuration.signature_mode,
            defaults: CallerDefaults {
                account_id: configuration.account_id,
                region: configuration.region,
            },
            unsupported: UnsupportedCalls::default(),
            shown_configuration: RwLock::new(shown_configuration),
            log_level_change: configuration.log_level_change,
            is_strict: AtomicBool::new(configuration.is_strict),
        }
    }

    /// Enters the world; see [`Entered`].
    pub(crate) fn enter(&self) -> Entered<'_> {
        // What a call that panicked has left is still whole.
        let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
        Entered::new(self, world)
    }

    /// How long reads wait for the end of a change that they look at.
    pub(crate) fn held_reads(&self) -> Duration {
        Duration::from_millis(self.hold_reads_ms.load(Ordering::Relaxed))
    }

    /// Lets reads wait for so many milliseconds from now on.
    pub(crate) fn hold_reads(&self, milliseconds: u64) {
        self.hold_reads_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// The quotas in force.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The states that were kept by name.
    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// What has happened.
    pub(crate) fn events(&self) -> &EventLog {
        &self.events
    }

    /// The rules by which calls fail, are late, or lose their connection.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The newest calls.
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What is counted of calls.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(crate) fn lifecycle(&self) -> Arc<Lifecycle> {
        self.lifecycle
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether members that an operation does not know are refused.
    pub(crate) fn is_strict(&self) -> bool {
        self.is_strict.load(Ordering::Relaxed)
    }

    /// Says whether members that an operation does not know are refused.
    pub(crate) fn set_strict(&self, is_strict: bool) {
        self.is_strict.store(is_strict, Ordering::Relaxed);
    }

    /// Changes the lifecycle for transitions that start from now on.
    pub(crate) fn change_lifecycle<T>(&self, change: impl FnOnce(&mut Lifecycle) -> T) -> T {
        let _entered = self.enter();
        let mut lifecycle = self
            .lifecycle
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let result = change(Arc::make_mut(&mut lifecycle));
        if let Some(persistence) = self.persistence() {
            persistence.add(&Change::Lifecycle(Cow::Borrowed(&lifecycle)));
        }
        result
    }

    /// Sets the lifecycle. The caller has the world to itself.
    pub(crate) fn set_lifecycle(&self, lifecycle: Arc<Lifecycle>) {
        let present = self.lifecycle.write();
        let mut present = present.unwrap_or_else(PoisonError::into_inner);
        if present.profile != lifecycle.profile {
            self.show_profile(lifecycle.profile);
        }
        *present = lifecycle;
    }

    /// Shows among the settings what the profile is now.
    fn show_profile(&self, profile: Profile) {
        let shown = self.shown_configuration.write();
        let mut shown = shown.unwrap_or_else(PoisonError::into_inner);
        if profile == self.start.lifecycle.profile {
            shown.extend(self.start.shown_profile.clone());
            return;
        }
        let name = json!(profile::format(profile));
        shown.insert("lifecycle", (name, Origin::Api));
        if let Profile::Realistic { time_scale } = profile {
            shown.insert("timeScale", (json!(time_scale), Origin::Api));
        }
    }

    /// The state file, if every change is written to one.
    pub(crate) fn persistence(&self) -> Option<&Persistence> {
        self.persistence.get()
    }
}
