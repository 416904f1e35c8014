//! What falls due, and when: by time, by reads, or when told.

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lifecycle::After;
use crate::shared::SharedMap;

/// What falls due, ordered by time and then by the order of scheduling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    bound(deserialize = "T: PartialEq + Deserialize<'de>")
)]
pub(crate) struct Schedule<T: PartialEq> {
    pub(crate) sequence: u64,
    pub(crate) timed: SharedMap<Due, T>,
    pub(crate) waiting: SharedMap<u64, Waiting<T>>,
}

/// When something falls due, and the how manieth it is that was scheduled.
pub(crate) type Due = (Timestamp, u64);

/// Something that time alone does not bring about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Waiting<T> {
    /// Reads until it falls due; `None`: only when told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reads: Option<u32>,
    item: T,
}

/// Something that has not happened yet, and what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending<'a, T> {
    /// Its number: never given again on the same schedule.
    pub(crate) sequence: u64,
    /// When it falls due by time.
    pub(crate) due: Option<Timestamp>,
    /// After how many more reads it falls due.
    pub(crate) reads_left: Option<u32>,
    pub(crate) item: &'a T,
}

impl<T: PartialEq> Default for Schedule<T> {
    fn default() -> Self {
        Self {
            sequence: 0,
            timed: SharedMap::default(),
            waiting: SharedMap::default(),
        }
    }
}

impl<T: Clone + PartialEq> Schedule<T> {
    /// The number of what was scheduled last.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Puts `item` down to happen `after` now.
    pub(crate) fn push(&mut self, now: Timestamp, after: After, item: T) {
        self.sequence += 1;
        let at = |duration| (now.plus_milliseconds(duration), self.sequence);
        match after {
            After::Immediately => self.timed.insert(at(0), item),
            After::DurationMs(duration) => self.timed.insert(at(duration), item),
            After::Reads(reads) => self.wait(Some(reads), item),
            After::Told => self.wait(None, item),
        }
    }

    fn wait(&mut self, reads: Option<u32>, item: T) {
        self.waiting.insert(self.sequence, Waiting { reads, item });
    }

    /// Takes out the item with this number, whenever it is due.
    pub(crate) fn take(&mut self, sequence: u64) -> Option<T> {
        if let Some(waiting) = self.waiting.remove(&sequence) {
            return Some(waiting.item);
        }
        let key = self.timed.keys().find(|key| key.1 == sequence).copied()?;
        self.timed.remove(&key)
    }

    /// Takes out the earliest item that is due at `now`, with its due time.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<(Timestamp, T)> {
        let due = *self.timed.first()?.0;
        let item = (due.0 <= now).then(|| self.timed.remove(&due))?;
        item.map(|item| (due.0, item))
    }

    /// Takes out the earliest item that is due at `now` and that `concerns`
    /// selects.
    pub(crate) fn pop_if(&mut self, now: Timestamp, concerns: impl Fn(&T) -> bool) -> Option<T> {
        let key = self
            .timed
            .iter()
            .take_while(|(key, _)| key.0 <= now)
            .find(|(_, item)| concerns(item))
            .map(|(key, _)| *key)?;
        self.timed.remove(&key)
    }

    /// When the next item falls due by time.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.timed.first().map(|(key, _)| key.0)
    }

    /// Counts a read of what `concerns` selects: takes out the items that
    /// have been seen often enough.
    pub(crate) fn count_read(&mut self, concerns: impl Fn(&T) -> bool) -> Vec<T> {
        let seen = self.waiting.iter().filter_map(|(&sequence, waiting)| {
            let reads = waiting.reads.filter(|_| concerns(&waiting.item))?;
            Some((sequence, reads))
        });
        let mut over = Vec::new();
        for (sequence, reads) in seen.collect::<Vec<_>>() {
            if reads == 0 {
                over.push(sequence);
            } else if let Some(waiting) = self.waiting.get_mut(&sequence) {
                waiting.reads = Some(reads - 1);
            }
        }
        over.into_iter()
            .filter_map(|sequence| self.waiting.remove(&sequence))
            .map(|waiting| waiting.item)
            .collect()
    }

    /// Drops what `concerns` selects.
    pub(crate) fn cancel(&mut self, concerns: impl Fn(&T) -> bool) {
        self.timed.retain(|_, item| !concerns(item));
        self.waiting.retain(|_, waiting| !concerns(&waiting.item));
    }

    /// Makes everything that `concerns` selects due at `now`.
    /// Gives whether there was any.
    pub(crate) fn tell(&mut self, now: Timestamp, concerns: impl Fn(&T) -> bool) -> bool {
        let told: Vec<u64> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| concerns(&waiting.item))
            .map(|(&sequence, _)| sequence)
            .collect();
        let is_any = !told.is_empty();
        for sequence in told {
            if let Some(waiting) = self.waiting.remove(&sequence) {
                self.timed.insert((now, sequence), waiting.item);
            }
        }
        is_any
    }

    /// Everything that has not happened yet.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pending().map(|pending| pending.item)
    }

    /// Everything that has not happened yet, with what it waits for: the
    /// earliest due first, then what time alone does not bring about.
    pub(crate) fn pending(&self) -> impl Iterator<Item = Pending<'_, T>> {
        let timed = self.timed.iter().map(|(&(due, sequence), item)| Pending {
            sequence,
            due: Some(due),
            reads_left: None,
            item,
        });
        let waiting = self.waiting.iter().map(|(&sequence, waiting)| Pending {
            sequence,
            due: None,
            reads_left: waiting.reads,
            item: &waiting.item,
        });
        timed.chain(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000);

    #[test]
    fn items_fall_due_by_time_and_then_in_order() {
        let mut schedule = Schedule::default();
        schedule.push(NOW, After::DurationMs(5), "later");
        schedule.push(NOW, After::Immediately, "first");
        schedule.push(NOW, After::Immediately, "second");
        assert_eq!(schedule.next_due(), Some(NOW));
        assert_eq!(schedule.pop_due(NOW), Some((NOW, "first")));
        assert_eq!(schedule.pop_due(NOW), Some((NOW, "second")));
        assert_eq!(schedule.pop_due(NOW), None);
        let later = Timestamp::from_milliseconds(1_005);
        assert_eq!(
            schedule.pop_due(NOW.plus_milliseconds(900)),
            Some((later, "later"))
        );
    }

    #[test]
    fn reads_count_down_and_then_release() {
        let mut schedule = Schedule::default();
        schedule.push(NOW, After::Reads(2), "seen twice");
        assert!(schedule.count_read(|_| true).is_empty());
        assert!(schedule.count_read(|_| false).is_empty());
        assert!(schedule.count_read(|_| true).is_empty());
        assert_eq!(schedule.count_read(|_| true), ["seen twice"]);
    }

    #[test]
    fn what_waits_to_be_told_never_falls_due_by_itself() {
        let mut schedule = Schedule::default();
        schedule.push(NOW, After::Told, "told");
        assert_eq!(
            schedule.pop_due(Timestamp::from_milliseconds(i64::MAX)),
            None
        );
        schedule.tell(NOW, |_| true);
        assert_eq!(schedule.pop_due(NOW), Some((NOW, "told")));
    }

    #[test]
    fn what_is_pending_says_what_it_waits_for() {
        let mut schedule = Schedule::default();
        schedule.push(NOW, After::Told, "told");
        schedule.push(NOW, After::Reads(2), "seen");
        schedule.push(NOW, After::DurationMs(5), "later");
        schedule.push(NOW, After::Immediately, "now");
        schedule.count_read(|_| true);
        let pending = |sequence, due, reads_left, item| Pending {
            sequence,
            due,
            reads_left,
            item,
        };
        assert_eq!(
            schedule.pending().collect::<Vec<_>>(),
            [
                pending(4, Some(NOW), None, &"now"),
                pending(3, Some(Timestamp::from_milliseconds(1_005)), None, &"later"),
                pending(1, None, None, &"told"),
                pending(2, None, Some(1), &"seen"),
            ]
        );
    }

    #[test]
    fn what_is_taken_out_by_its_number_does_not_happen_again() {
        let mut schedule = Schedule::default();
        schedule.push(NOW, After::DurationMs(5), "later");
        schedule.push(NOW, After::Told, "told");
        schedule.push(NOW, After::DurationMs(5), "with it");
        assert_eq!(schedule.take(1), Some("later"));
        assert_eq!(schedule.take(1), None);
        assert_eq!(schedule.take(2), Some("told"));
        assert_eq!(schedule.take(4), None);
        let left: Vec<&str> = schedule.iter().copied().collect();
        assert_eq!(left, ["with it"]);
        schedule.push(NOW, After::Told, "new");
        assert_eq!(schedule.take(4), Some("new"));
    }
}
