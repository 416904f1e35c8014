//! What differs between two collections, found without looking at what they
//! share.

use std::cmp::Ordering;
use std::sync::Arc;

use super::chunk::{Chunk, Entry, Piece};
use super::chunks::SortedChunks;

/// One thing that differs from an earlier state.
pub(crate) enum Difference<'a, E> {
    /// It was not there.
    Added(&'a E),
    /// It is not as it was.
    Changed {
        /// As it was.
        before: &'a E,
        /// As it is.
        now: &'a E,
    },
    /// It is not there any more.
    Removed(&'a E),
}

/// What differs, in ascending order of key.
pub(super) struct Differences<'a, E: Entry> {
    before: Cursor<'a, E>,
    now: Cursor<'a, E>,
}

/// A place in a collection.
struct Cursor<'a, E: Entry> {
    chunk: Option<&'a Chunk<E>>,
    /// The chunks to come.
    rest: &'a [Piece<E>],
    index: usize,
}

impl<'a, E: Entry> Cursor<'a, E> {
    fn entry(&self) -> Option<&'a E> {
        self.chunk?.get(self.index)
    }

    /// The chunk that begins here.
    fn chunk(&self) -> Option<&'a Chunk<E>> {
        self.chunk.filter(|_| self.index == 0)
    }

    fn step(&mut self) {
        self.index += 1;
        if self.entry().is_none() {
            self.skip();
        }
    }

    fn skip(&mut self) {
        let next = self.rest.split_first();
        self.chunk = next.map(|(next, _)| &next.chunk);
        self.rest = next.map_or(&[], |(_, rest)| rest);
        self.index = 0;
    }
}

impl<E: Entry> SortedChunks<E> {
    /// What differs from `before`.
    pub(super) fn differences<'a>(&'a self, before: &'a Self) -> Differences<'a, E> {
        let are_same = self.is_shared_with(before);
        let cursor = |collection: &'a Self| {
            let (chunk, rest) = if are_same {
                (None, &[][..])
            } else {
                collection.split_first()
            };
            Cursor {
                chunk,
                rest,
                index: 0,
            }
        };
        Differences {
            before: cursor(before),
            now: cursor(self),
        }
    }
}

impl<'a, E: Entry> Iterator for Differences<'a, E> {
    type Item = Difference<'a, E>;

    fn next(&mut self) -> Option<Difference<'a, E>> {
        loop {
            if let (Some(before), Some(now)) = (self.before.chunk(), self.now.chunk())
                && Arc::ptr_eq(before, now)
            {
                self.before.skip();
                self.now.skip();
                continue;
            }
            let (before, now) = (self.before.entry(), self.now.entry());
            let order = match (before, now) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(before), Some(now)) => before.key().cmp(now.key()),
            };
            if order.is_le() {
                self.before.step();
            }
            if order.is_ge() {
                self.now.step();
            }
            match (order, before, now) {
                (Ordering::Less, Some(before), _) => return Some(Difference::Removed(before)),
                (Ordering::Greater, _, Some(now)) => return Some(Difference::Added(now)),
                (_, Some(before), Some(now)) if !now.is_same(before) => {
                    return Some(Difference::Changed { before, now });
                }
                _ => {}
            }
        }
    }
}
