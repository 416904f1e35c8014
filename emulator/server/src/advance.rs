//! Time, moved by the owner of the emulator: everything that falls due
//! happens, in one order for all clusters.
//!
//! Whoever moves time has the world alone, so that no call sees half of it.
//! Clusters know nothing of each other: each is brought to the present on its
//! own, and what happened is put in order afterwards.

use std::sync::{Arc, PoisonError, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use eks_emulator_core::cluster::{Cluster, ClusterSlot, PendingTransition};
use eks_emulator_core::event::Event;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::{Environment, Timestamp};
use serde_json::{Map, Value, json};

use crate::clock::{ClockChange, ClockRefusal, Moved};
use crate::event_log::{Entry, OtherEvent};
use crate::persistence::Change;
use crate::service::{CallContext, Service};
use crate::state::Scope;
use crate::time;
use crate::transition::FiredTransition;
use crate::world::World;

/// How far the clock is moved at most to come to rest, unless somebody says
/// otherwise: a year.
pub(crate) const LONGEST_WAY_TO_IDLE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What came of moving the clock.
#[derive(Debug)]
pub(crate) struct Advanced {
    /// What the clock shows.
    pub(crate) now: Timestamp,
    /// What has happened, in the order of time.
    events: Vec<Arc<Entry>>,
    /// Whether nothing is pending any more.
    pub(crate) is_idle: bool,
}

impl Advanced {
    /// The transitions that have ended, in the order of time. They are made
    /// here: most do not ask.
    pub(crate) fn fired(&self) -> Vec<FiredTransition> {
        self.events
            .iter()
            .filter_map(|entry| entry.fired())
            .collect()
    }
}

/// What happened, and where.
type Happened = Vec<(Arc<AccountRegion>, Event)>;

impl Service {
    /// Moves the clock forwards; what falls due has happened on return.
    pub(crate) fn advance(&self, by: Duration) -> Advanced {
        let world = self.alone();
        let moved = self.clock.advance(milliseconds(by));
        self.come_to_present(&world, moved)
    }

    /// Moves the clock forwards to `to`; `None` if that is in its past.
    pub(crate) fn advance_to(&self, to: Timestamp) -> Option<Advanced> {
        let change = ClockChange {
            now: Some(to),
            ..Default::default()
        };
        self.change_clock(change).ok()
    }

    /// Changes how the clock goes, and moves it; what falls due has happened
    /// on return.
    ///
    /// Errors: nothing has changed then.
    pub(crate) fn change_clock(&self, change: ClockChange) -> Result<Advanced, ClockRefusal> {
        let world = self.alone();
        let moved = self.clock.change(change)?;
        Ok(self.come_to_present(&world, moved))
    }

    fn come_to_present(&self, world: &World, moved: Moved) -> Advanced {
        let happened = self.perform_due(world, moved.to);
        Advanced {
            now: moved.to,
            events: self.record_in_order(happened, moved),
            is_idle: is_idle(world),
        }
    }

    /// Moves the clock until nothing is pending, at most by `longest`. Those
    /// that wait to be told are told as soon as they do.
    pub(crate) fn advance_until_idle(&self, longest: Duration) -> Advanced {
        let world = self.alone();
        let start = self.clock.now();
        let latest = start.plus_milliseconds(milliseconds(longest));
        let (mut since, mut is_idle) = (start, true);
        let everything = |_: &ClusterSlot| true;
        let happened = self.act(&world, start, everything, |cluster, environment| {
            let idle = cluster.advance_until_idle(environment, latest);
            since = since.max(idle.since);
            is_idle &= idle.is_idle;
        });
        let end = if is_idle { since } else { latest };
        let by = end.as_milliseconds() - self.clock.now().as_milliseconds();
        let moved = self.clock.advance(by);
        let events = self.record_in_order(
            happened,
            Moved {
                from: start,
                ..moved
            },
        );
        Advanced {
            now: moved.to,
            events,
            is_idle,
        }
    }

    /// Performs what is due in every cluster.
    pub(crate) fn settle(&self) {
        let world = self.alone();
        let happened = self.perform_due(&world, self.clock.now());
        self.events().record_all(in_order(happened), None);
    }

    /// Ends every transition that waits to be told.
    pub(crate) fn complete_all(&self) {
        let world = self.alone();
        let everything = |_: &ClusterSlot| true;
        let complete = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.complete_all(environment);
        };
        let happened = self.act(&world, self.clock.now(), everything, complete);
        self.events().record_all(in_order(happened), None);
    }

    /// Ends a pending transition now. Gives whether there was one.
    pub(crate) fn complete_transition(&self, id: &str) -> bool {
        let world = self.alone();
        let mut is_completed = false;
        let has_prefix = |slot: &ClusterSlot| id.split('.').nth(2) == Some(slot.name());
        let happened = self.act(
            &world,
            self.clock.now(),
            has_prefix,
            |cluster, environment| {
                is_completed |= cluster.complete_transition(environment, id);
            },
        );
        self.events().record_all(in_order(happened), None);
        self.events().note_due(next_due(&world));
        is_completed
    }

    /// When the next transition of any cluster falls due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        next_due(&self.together())
    }

    /// Every transition that has not ended.
    pub(crate) fn pending_transitions(&self) -> Vec<PendingTransition> {
        self.settle();
        let mut pending = Vec::new();
        self.enter()
            .for_each_cluster(|cluster, _| pending.append(&mut cluster.pending_transitions()));
        pending
    }

    /// How many transitions have not ended.
    pub(crate) fn count_pending_transitions(&self) -> usize {
        count_pending(&self.together())
    }

    fn together(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn alone(&self) -> RwLockWriteGuard<'_, World> {
        // What a call that panicked has left is still whole.
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn perform_due(&self, world: &World, now: Timestamp) -> Happened {
        let is_due = |slot: &ClusterSlot| slot.next_due().is_some_and(|due| due <= now);
        self.act(world, now, is_due, |_, _| {})
    }

    fn act(
        &self,
        world: &World,
        now: Timestamp,
        is_meant: impl Fn(&ClusterSlot) -> bool,
        mut act: impl FnMut(&mut Cluster, &Environment<'_>),
    ) -> Happened {
        let mut happened = Vec::new();
        let mut regions = world.state.regions();
        regions.sort_by(|left, right| place(left.home()).cmp(&place(right.home())));
        for region in regions {
            let context = CallContext::new(self, world, region, now);
            let environment = context.environment();
            context.region.act_on_slots(
                &environment,
                &is_meant,
                |cluster| act(cluster, &environment),
                &mut happened,
            );
        }
        happened
    }

    /// Records what happened on the clock's way, and that it was moved.
    fn record_in_order(&self, happened: Happened, moved: Moved) -> Vec<Arc<Entry>> {
        if let Some(persistence) = self.persistence() {
            persistence.add(&Change::Clock(self.clock.state()));
        }
        let is_moved = moved.from < moved.to;
        let other = is_moved.then(|| clock_advanced(moved));
        let events = self.events().record_all(in_order(happened), other);
        self.events().stir();
        events
    }
}

/// By time. At the same time it stays as it is: by account, region and
/// cluster, and what happened to one cluster in its order.
fn in_order(mut happened: Happened) -> Happened {
    happened.sort_by_key(|(_, event)| event.at);
    happened
}

fn place(home: &AccountRegion) -> (&str, &str) {
    (&home.account_id, &home.region)
}

fn look(world: &World, mut look: impl FnMut(&ClusterSlot)) {
    for region in world.state.regions() {
        region.look_at_slots(&mut look);
    }
}

fn next_due(world: &World) -> Option<Timestamp> {
    let mut next = None;
    look(world, |slot| {
        next = [next, slot.next_due()].into_iter().flatten().min();
    });
    next
}

/// Whether nothing is pending. The first thing that is ends the search.
fn is_idle(world: &World) -> bool {
    let is_idle = |slot: &ClusterSlot| {
        let pending = slot.as_left().map(Cluster::count_pending_transitions);
        slot.next_due().is_none() && pending.unwrap_or(0) == 0
    };
    let regions = world.state.regions();
    regions.iter().all(|region| region.is_every_slot(is_idle))
}

fn count_pending(world: &World) -> usize {
    let mut count = 0;
    look(world, |slot| {
        count += slot.as_left().map_or(0, Cluster::count_pending_transitions);
    });
    count
}

fn clock_advanced(moved: Moved) -> OtherEvent {
    let mut details = Map::new();
    details.insert("from".into(), json!(time::format(moved.from)));
    details.insert("to".into(), Value::from(time::format(moved.to)));
    OtherEvent {
        kind: "clock.advanced",
        at: moved.to,
        scope: Scope::default(),
        cluster_name: None,
        details,
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
