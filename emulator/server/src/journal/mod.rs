//! The journal: the newest calls, in the terms of operations.
//!
//! What is cheap is kept when a call ends; it is read, and freed from
//! secrets, when somebody asks.

mod entry;
mod filter;
mod redact;
mod render;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use filter::is_part;
pub use filter::{Expectation, NearMiss, RequestCount, RequestFilter, Since, SinceTime};
pub use render::JournalEntry;

use entry::Entry;
pub(crate) use entry::Recorded;

use crate::state::Scope;

/// The most entries by default.
pub(crate) const DEFAULT_CAPACITY: usize = 10_000;
/// The most bytes of all entries together.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most requests that nearly match.
const NEAR_MISSES: usize = 3;

/// The newest calls of one emulator.
#[derive(Debug)]
pub(crate) struct Journal {
    /// The most entries; none are kept if it is zero.
    capacity: AtomicUsize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// The number of the newest entry; they are counted from one.
    newest: u64,
    /// What all entries take.
    bytes: usize,
    entries: VecDeque<Entry>,
}

/// Entries that are not kept any more, to be dropped when nobody waits.
#[derive(Debug)]
pub(crate) struct Forgotten(
    #[expect(dead_code, reason = "it is there to be dropped")] VecDeque<Entry>,
);

/// Some entries, the newest last.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) entries: Vec<JournalEntry>,
    /// The id of the last entry, if there are more.
    pub(crate) next: Option<u64>,
}

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: AtomicUsize::new(capacity),
            ring: Mutex::default(),
        }
    }

    /// Whether calls are kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.capacity() > 0
    }

    /// The most entries.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity.load(Ordering::Relaxed)
    }

    /// Changes how many entries are kept. The oldest make room.
    pub(crate) fn change_capacity(&self, capacity: usize) {
        self.capacity.store(capacity, Ordering::Relaxed);
        self.lock().shrink(capacity);
    }

    /// Adds a call that has ended.
    pub(crate) fn record(&self, recorded: Recorded<'_>) {
        let capacity = self.capacity();
        if capacity == 0 {
            return;
        }
        let mut entry = Entry::new(recorded);
        let mut ring = self.lock();
        ring.newest += 1;
        entry.number = ring.newest;
        ring.bytes += entry.bytes();
        ring.entries.push_back(entry);
        ring.shrink(capacity);
    }

    /// Entries within a scope that match, the oldest first: at most `limit`,
    /// after the one with the id `cursor`.
    pub(crate) fn page(
        &self,
        filter: &RequestFilter,
        scope: &Scope,
        limit: usize,
        cursor: u64,
    ) -> Page {
        let ring = self.lock();
        let is_wanted = |entry: &&Entry| {
            entry.number > cursor
                && entry.is_within(scope)
                && filter.is_since(entry)
                && filter.differs(entry).is_empty()
        };
        let mut wanted = ring.entries.iter().filter(is_wanted);
        let entries: Vec<JournalEntry> = wanted.by_ref().take(limit).map(render::render).collect();
        let has_more = wanted.next().is_some();
        Page {
            next: entries.last().filter(|_| has_more).map(|last| last.id),
            entries,
        }
    }

    /// How many entries within a scope match, and which ones nearly do, if that is not what
    /// was expected.
    pub(crate) fn count(
        &self,
        filter: &RequestFilter,
        scope: &Scope,
        expectation: Option<Expectation>,
    ) -> RequestCount {
        let ring = self.lock();
        let mut count = 0;
        let mut misses: Vec<(Vec<&'static str>, &Entry)> = Vec::new();
        let is_asked = |entry: &&Entry| entry.is_within(scope) && filter.is_since(entry);
        for entry in ring.entries.iter().filter(is_asked) {
            let differs = filter.differs(entry);
            if differs.is_empty() {
                count += 1;
            } else if differs.len() < filter.members() {
                misses.push((differs, entry));
            }
        }
        let ok = expectation.is_none_or(|expectation| expectation.holds(count));
        let mut near_misses = Vec::new();
        if !ok || count == 0 {
            let fewest = misses.iter().map(|(differs, _)| differs.len()).min();
            misses.retain(|(differs, _)| Some(differs.len()) == fewest);
            let newest = misses.split_off(misses.len().saturating_sub(NEAR_MISSES));
            near_misses.extend(newest.into_iter().map(|(differs, entry)| NearMiss {
                request: render::render(entry),
                differs: differs.into_iter().map(Cow::Borrowed).collect(),
            }));
        }
        RequestCount {
            count,
            ok,
            near_misses,
        }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Forgets the entries within a scope, and gives them to be dropped; their
    /// numbers are not given again.
    pub(crate) fn forget(&self, scope: &Scope) -> Forgotten {
        let mut ring = self.lock();
        let all = std::mem::take(&mut ring.entries);
        if scope.is_everything() {
            ring.bytes = 0;
            return Forgotten(all);
        }
        let is_within = |entry: &Entry| entry.is_within(scope);
        let (gone, kept) = all.into_iter().partition(is_within);
        ring.entries = kept;
        ring.bytes = ring.entries.iter().map(Entry::bytes).sum();
        Forgotten(gone)
    }

    /// A panic elsewhere cannot leave the entries half changed.
    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn shrink(&mut self, capacity: usize) {
        while self.entries.len() > capacity || self.bytes > BYTES_MAX {
            match self.entries.pop_front() {
                Some(oldest) => self.bytes -= oldest.bytes(),
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests;
