//! From a document to state, by the rules of the API.
//!
//! A document is applied to a copy of the state, which takes the place of the
//! state if nothing was wrong: all or nothing, and nobody sees half of it.

mod addon;
mod association;
mod besides;
mod blame;
mod catalogue;
mod cluster;
mod identity;
mod known;
mod object;
mod removal;
mod report;

use std::sync::Arc;

use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::seed::seeding_lifecycle;
use eks_emulator_core::iam::AnyRole;
use eks_emulator_core::lifecycle::{Lifecycle, TransitionRule};
use eks_emulator_core::{Environment, Limits, Timestamp};

pub(super) use object::pod_manifest;
pub use report::SeedReport;

use self::besides::{Besides, KnownClock, besides};
use super::document::{FaultSeed, Seed};
use super::mistake::{Mistake, SeedError};
use super::place::Home;
use super::read::{ReadSeed, StartSeed};
use crate::event_log::EventLog;
use crate::identity::SharedIdentity;
use crate::reset::Reset;
use crate::service::Service;
use crate::state::{Scope, State};
use crate::world::World;

/// What becomes of what there is and a document does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeedMode {
    /// It stays.
    #[default]
    Merge,
    /// It goes, in the accounts and regions that the document names.
    Replace,
}

/// How a document is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SeedOptions {
    pub(crate) mode: SeedMode,
    /// Nothing is to change: the report is all that is wanted.
    pub(crate) is_dry_run: bool,
    /// Whether the clock may be put back, since nobody has seen it.
    pub(crate) is_start: bool,
}

impl SeedOptions {
    fn at_start() -> Self {
        Self {
            is_start: true,
            ..Self::default()
        }
    }
}

impl Service {
    /// Applies documents one after the other, all of them or none.
    ///
    /// Errors: everything that is wrong with them.
    pub(crate) fn seed(
        &self,
        seeds: &[Arc<ReadSeed>],
        options: SeedOptions,
    ) -> Result<SeedReport, Vec<SeedError>> {
        self.replace(|world| {
            let mut copy = Copy::of(world);
            let (report, besides) = self.apply_all(&mut copy, seeds, options)?;
            if !options.is_dry_run {
                self.take_over(world, &copy, &Scope::default())
                    .map_err(|why| vec![SeedError::new(None, vec![Mistake::new("", why)])])?;
                if let Some((clock, seed)) = besides.clock {
                    self.clock.seed(clock, seed);
                }
                self.put_rules(besides.rules);
                self.put_faults(&besides.faults);
            }
            Ok(report)
        })
    }

    /// Reads what has not been read yet of what there is to be from the start,
    /// and applies all of it.
    ///
    /// Errors: everything that is wrong with it.
    pub(crate) fn seed_at_start(&self, seeds: Vec<StartSeed>) -> Result<(), Vec<SeedError>> {
        if seeds.is_empty() {
            return Ok(());
        }
        let seeds = StartSeed::read_all(seeds)?;
        let seeds = self.start.seeds.get_or_init(|| seeds);
        self.seed(seeds, SeedOptions::at_start()).map(drop)
    }

    /// Applies what there was to be from the start again, where everything
    /// has been forgotten.
    pub(crate) fn reseed(&self, world: &mut World, reset: &Reset) {
        let Some(seeds) = self.start.seeds.get() else {
            return;
        };
        // What lies elsewhere may have changed since: it does not matter.
        let mut copy = Copy::empty(world);
        let applied = self.apply_all(&mut copy, seeds, SeedOptions::at_start());
        let applied = applied.map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(SeedError::to_string).collect();
            lines.join("; ")
        });
        let taken = applied.and_then(|(_, besides)| {
            self.take_over(world, &copy, &reset.scope)?;
            if reset.scope.is_everything() {
                self.restart_besides(besides, reset);
            }
            Ok(())
        });
        if let Err(why) = taken {
            tracing::error!(why, "the seeds of the start cannot be applied again");
        }
    }

    fn restart_besides(&self, besides: Besides, reset: &Reset) {
        if let Some((clock, seed)) = besides.clock.filter(|_| !reset.keep.clock) {
            self.clock.seed(clock, seed);
        }
        if !reset.keep.faults {
            self.put_rules(besides.rules);
            self.put_faults(&besides.faults);
        }
    }

    /// Puts faults that are not there already.
    fn put_faults(&self, faults: &[FaultSeed]) {
        let now = self.clock.now();
        for fault in faults {
            let (name, rule) = (&fault.name, fault.rule());
            let present = self.faults().get(name, now);
            if present.is_none_or(|present| present.rule != rule) {
                // The rule was checked before anything was changed.
                let _ = self.faults().put(name, rule, now);
            }
        }
    }

    /// Puts what a copy has within a scope in the place of what there is.
    ///
    /// Errors: a sentence; nothing has changed then.
    fn take_over(&self, world: &mut World, copy: &Copy, scope: &Scope) -> Result<(), String> {
        world
            .identity
            .restore(scope, &copy.identity.snapshot(scope))?;
        world.state.restore(scope, &copy.state.snapshot(scope));
        world.agent.clear();
        world.catalog = copy.catalog.clone();
        self.events().absorb(&copy.events);
        Ok(())
    }

    /// Puts rules in the places of those of their names, or behind all others.
    fn put_rules(&self, rules: Vec<TransitionRule>) {
        let mut lifecycle = (*self.lifecycle()).clone();
        for rule in rules {
            lifecycle.put_rule(rule);
        }
        self.set_lifecycle(Arc::new(lifecycle));
    }

    fn apply_all(
        &self,
        copy: &mut Copy,
        seeds: &[Arc<ReadSeed>],
        options: SeedOptions,
    ) -> Result<(SeedReport, Besides), Vec<SeedError>> {
        let mut report = SeedReport::default();
        let mut errors = Vec::new();
        let mut all = Besides::default();
        for read in seeds {
            let clock = KnownClock {
                state: all
                    .clock
                    .map_or_else(|| self.clock.state(), |(clock, _)| clock),
                seeded: all
                    .clock
                    .map_or_else(|| self.clock.seeded(), |(_, seed)| Some(seed)),
            };
            let mut mistakes = Vec::new();
            let besides = besides(&read.seed, clock, options, &mut mistakes);
            all.clock = besides.clock.or(all.clock);
            all.rules.extend(besides.rules);
            all.faults.extend(besides.faults);
            let mut application = Application {
                state: &copy.state,
                identity: &copy.identity,
                catalog: &mut copy.catalog,
                now: all.clock.map_or(clock.state, |(clock, _)| clock).now(),
                lifecycle: seeding_lifecycle(),
                limits: self.limits(),
                home: Home::new(&read.seed.defaults, &self.defaults),
                is_strict: copy.identity.is_strict(),
                report: &mut report,
                mistakes: &mut mistakes,
            };
            application.apply(&read.seed, options.mode);
            if !mistakes.is_empty() {
                errors.push(read.refuse(mistakes));
            }
        }
        match errors.is_empty() {
            true => Ok((report, all)),
            false => Err(errors),
        }
    }
}

/// The state once more, to be changed apart.
struct Copy {
    state: State,
    identity: Arc<SharedIdentity>,
    events: Arc<EventLog>,
    catalog: Catalog,
}

impl Copy {
    fn of(world: &World) -> Self {
        let copy = Self::empty(world);
        let everything = Scope::default();
        copy.state
            .restore(&everything, &world.state.snapshot(&everything));
        Self {
            identity: Arc::new(world.identity.copy()),
            ..copy
        }
    }

    /// One with nothing in it but the catalogue.
    fn empty(world: &World) -> Self {
        let events = Arc::<EventLog>::default();
        Self {
            state: world.state.empty_copy(events.clone()),
            identity: Arc::new(world.identity.empty_copy()),
            events,
            catalog: world.catalog.clone(),
        }
    }
}

/// A document that is being applied.
struct Application<'a> {
    state: &'a State,
    identity: &'a Arc<SharedIdentity>,
    catalog: &'a mut Catalog,
    now: Timestamp,
    lifecycle: Lifecycle,
    limits: Limits,
    home: Home,
    is_strict: bool,
    report: &'a mut SeedReport,
    mistakes: &'a mut Vec<Mistake>,
}

/// No quota.
const UNLIMITED: Limits = Limits {
    clusters: usize::MAX,
    associations: usize::MAX,
};

impl Application<'_> {
    /// What has to exist comes before what needs it.
    fn apply(&mut self, seed: &Seed, mode: SeedMode) {
        let before = self.catalog.clone();
        let plans = self.plan_clusters(seed);
        if mode == SeedMode::Replace {
            self.remove_unnamed(seed, &plans);
        }
        self.apply_catalogue(seed, mode);
        self.apply_policies(seed);
        self.apply_providers(seed);
        self.apply_roles(seed);
        let made: Vec<bool> = plans.iter().map(|plan| self.apply_cluster(plan)).collect();
        self.apply_irsa_roles(seed);
        for (plan, _) in plans.iter().zip(made).filter(|(_, made)| *made) {
            self.apply_parts(plan);
        }
        self.apply_access_keys(seed);
        if mode == SeedMode::Replace {
            self.check_catalogue(&before);
        }
    }

    /// What the core is handed: by the rules, or with whatever is wanted.
    fn environment(&self, force: bool) -> Environment<'_> {
        Environment {
            now: self.now,
            lifecycle: &self.lifecycle,
            limits: if force { UNLIMITED } else { self.limits },
            roles: if force { &AnyRole } else { &**self.identity },
            catalog: self.catalog,
        }
    }

    fn mistake(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(pointer, message));
    }
}
