//! What has happened, for those who ask later and for those who wait.

mod entry;
mod filter;
mod follower;
mod kind;
mod tally;
mod wait;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_emulator_core::Timestamp;
use eks_emulator_core::event::Event;
use eks_emulator_core::region::AccountRegion;
use tokio::sync::Notify;

pub(crate) use entry::{Entry, OtherEvent};
pub(crate) use filter::{EventFilter, EventMatch};
pub(crate) use follower::{Followed, Follower};
pub(crate) use kind::check as check_kinds;
pub(crate) use tally::Transitions;
pub(crate) use wait::{NoEvent, Wait};

use crate::state::Scope;
use tally::Tally;

/// The most events that are kept.
const CAPACITY: usize = 10_000;

/// The alarm when nobody listens: no due time is before it.
const NOBODY: i64 = i64::MIN;
/// The alarm when nothing is known to fall due.
const NEVER: i64 = i64::MAX;

/// What has happened in one emulator, the newest events only.
///
/// Listeners are woken by what happens, and by what is to happen earlier than
/// they thought. While there are none, a call pays for them with one look at
/// a number.
#[derive(Debug)]
pub(crate) struct EventLog {
    entries: Mutex<Entries>,
    /// Rung when there is something new for listeners.
    bell: Notify,
    /// Until when listeners sleep, in milliseconds of the emulator's time, if
    /// nothing happens before.
    alarm: AtomicI64,
}

#[derive(Debug, Default)]
struct Entries {
    /// The number of the newest event; they are counted from one.
    newest: u64,
    /// The number of the newest event that was dropped for want of room.
    dropped: u64,
    events: VecDeque<Arc<Entry>>,
    /// How often something of each kind came into each status.
    transitions: Transitions,
    listeners: usize,
    is_closed: bool,
}

/// Where a listener begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// With the oldest event that is kept.
    Oldest,
    /// With the next event.
    Now,
    /// With the first one after this number.
    After(u64),
}

/// Some events after a number.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) events: Vec<Arc<Entry>>,
    /// Whether the emulator stops: nothing more will come.
    pub(crate) is_closed: bool,
}

impl Default for EventLog {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            bell: Notify::new(),
            alarm: AtomicI64::new(NOBODY),
        }
    }
}

impl EventLog {
    /// Adds what happened to a cluster of `home`.
    pub(crate) fn record(&self, home: &Arc<AccountRegion>, events: Vec<Event>) {
        if !events.is_empty() {
            let entries = events.into_iter();
            self.add(entries.map(|event| Entry::of_cluster(home.clone(), event)));
        }
    }

    /// Adds what happened to several clusters, in this order, and then `other`.
    /// Gives all of it, also what there is no room for.
    pub(crate) fn record_all(
        &self,
        events: Vec<(Arc<AccountRegion>, Event)>,
        other: Option<OtherEvent>,
    ) -> Vec<Arc<Entry>> {
        let mut recorded = Vec::with_capacity(events.len() + 1);
        let of_clusters = events.into_iter();
        let of_clusters = of_clusters.map(|(home, event)| Entry::of_cluster(home, event));
        let all = of_clusters.chain(other.map(Entry::of_other));
        self.add_each(all, |entry| recorded.push(entry.clone()));
        recorded
    }

    /// Adds what happened to no cluster, or what is no change of one.
    pub(crate) fn record_other(&self, event: OtherEvent) {
        self.add(std::iter::once(Entry::of_other(event)));
    }

    fn add(&self, new: impl Iterator<Item = Entry>) {
        self.add_each(new, |_| {});
    }

    fn add_each(&self, new: impl Iterator<Item = Entry>, mut look: impl FnMut(&Arc<Entry>)) {
        let mut entries = self.lock();
        let before = entries.newest;
        let mut tally = Tally::default();
        for mut entry in new {
            debug_assert!(kind::KINDS.contains(&entry.kind()));
            entry.log();
            entries.newest += 1;
            entry.number = entries.newest;
            if let Some(transition) = entry.transition() {
                tally.count(transition);
            }
            let entry = Arc::new(entry);
            look(&entry);
            entries.events.push_back(entry);
            if entries.events.len() > CAPACITY {
                let oldest = entries.events.pop_front();
                entries.dropped = oldest.map_or(0, |oldest| oldest.number);
            }
        }
        tally.add_to(&mut entries.transitions);
        let is_news = entries.newest != before && entries.listeners > 0;
        drop(entries);
        if is_news {
            self.bell.notify_waiters();
        }
    }

    /// Adds what was recorded in another log.
    pub(crate) fn absorb(&self, other: &Self) {
        let events = std::mem::take(&mut other.lock().events);
        self.add(events.into_iter().filter_map(Arc::into_inner));
    }

    /// The number of the newest event.
    pub(crate) fn newest(&self) -> u64 {
        self.lock().newest
    }

    /// The number of the newest event that was dropped for want of room: the
    /// ones after it are kept, unless a reset has forgotten them.
    pub(crate) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// How often something of each kind came into each status.
    pub(crate) fn transitions(&self) -> Transitions {
        self.lock().transitions.clone()
    }

    /// Events after the one with this number, at most `count`.
    pub(crate) fn page(&self, after: u64, count: usize) -> Page {
        let entries = self.lock();
        let start = entries
            .events
            .partition_point(|entry| entry.number <= after);
        Page {
            events: entries.events.range(start..).take(count).cloned().collect(),
            is_closed: entries.is_closed,
        }
    }

    /// Events that a filter admits, the oldest first.
    pub(crate) fn list(&self, filter: &EventFilter, after: u64) -> Vec<Arc<Entry>> {
        let mut events = self.page(after, CAPACITY).events;
        events.retain(|entry| filter.admits(entry));
        events
    }

    /// Forgets what happened within a scope, and gives it to be dropped.
    /// Numbers go on.
    pub(crate) fn clear(&self, scope: &Scope) -> VecDeque<Arc<Entry>> {
        let mut entries = self.lock();
        let all = std::mem::take(&mut entries.events);
        if scope.is_everything() {
            return all;
        }
        let is_within = |entry: &Arc<Entry>| entry.is_within(scope);
        let (gone, kept) = all.into_iter().partition(is_within);
        entries.events = kept;
        gone
    }

    /// Ends every listening: the emulator stops.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.bell.notify_waiters();
    }

    /// A panic elsewhere cannot leave the entries half changed.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When listeners look again.
impl EventLog {
    /// Something falls due at this time: listeners are not to sleep longer.
    pub(crate) fn note_due(&self, due: Option<Timestamp>) {
        let due = due.map_or(NEVER, Timestamp::as_milliseconds);
        if due < self.alarm.load(Ordering::Relaxed)
            && due < self.alarm.fetch_min(due, Ordering::Relaxed)
        {
            self.bell.notify_waiters();
        }
    }

    /// The clock goes another way, or everything has changed: listeners are to
    /// look at once.
    pub(crate) fn stir(&self) {
        self.note_due(Some(Timestamp::from_milliseconds(i64::MIN + 1)));
        if self.alarm.load(Ordering::Relaxed) != NOBODY {
            self.bell.notify_waiters();
        }
    }

    fn alarm(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.alarm.load(Ordering::Relaxed))
    }

    /// Whoever listens now knows of nothing that falls due.
    fn reset_alarm(&self) {
        self.alarm.store(NEVER, Ordering::Relaxed);
    }

    /// Starts listening. The first listener has to look at once.
    fn add_listener(&self) {
        let mut entries = self.lock();
        entries.listeners += 1;
        self.alarm.store(i64::MIN + 1, Ordering::Relaxed);
    }

    fn remove_listener(&self) {
        let mut entries = self.lock();
        entries.listeners -= 1;
        if entries.listeners == 0 {
            self.alarm.store(NOBODY, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn event(account_id: Option<&str>) -> OtherEvent {
        OtherEvent {
            kind: "clock.advanced",
            at: Timestamp::from_milliseconds(1),
            scope: Scope {
                account_id: account_id.map(str::to_owned),
                region: None,
            },
            cluster_name: None,
            details: Map::new(),
        }
    }

    fn numbers(page: &Page) -> Vec<u64> {
        page.events.iter().map(|entry| entry.number()).collect()
    }

    /// The oldest give way, and the log says up to which.
    #[test]
    fn the_newest_ten_thousand_events_are_kept() {
        let log = EventLog::default();
        for _ in 0..10_003 {
            log.record_other(event(None));
        }
        assert_eq!((log.newest(), log.dropped()), (10_003, 3));
        assert_eq!(numbers(&log.page(0, 2)), [4, 5]);
        assert_eq!(numbers(&log.page(10_001, 5)), [10_002, 10_003]);
        assert_eq!(log.page(0, usize::MAX).events.len(), 10_000);
        assert_eq!(numbers(&log.page(10_003, 5)), [0; 0]);
    }

    #[test]
    fn what_a_scope_forgets_is_not_dropped_and_numbers_go_on() {
        let log = EventLog::default();
        for account_id in ["a", "b", "a", "b"] {
            log.record_other(event(Some(account_id)));
        }
        log.clear(&Scope {
            account_id: Some("a".into()),
            region: None,
        });
        assert_eq!(numbers(&log.page(0, 9)), [2, 4]);
        assert_eq!(numbers(&log.page(2, 9)), [4]);
        assert_eq!(log.dropped(), 0);
        log.record_other(event(None));
        assert_eq!(numbers(&log.page(4, 9)), [5]);
    }

    /// Calls change the alarm only while somebody listens, and only to an
    /// earlier time.
    #[test]
    fn the_alarm_is_the_earliest_due_time_while_somebody_listens() {
        let log = EventLog::default();
        let at = Timestamp::from_milliseconds;
        log.note_due(Some(at(5)));
        assert_eq!(log.alarm(), at(NOBODY));
        log.add_listener();
        log.reset_alarm();
        log.note_due(None);
        assert_eq!(log.alarm(), at(NEVER));
        log.note_due(Some(at(7)));
        log.note_due(Some(at(9)));
        assert_eq!(log.alarm(), at(7));
        log.add_listener();
        log.remove_listener();
        log.remove_listener();
        assert_eq!(log.alarm(), at(NOBODY));
    }
}
