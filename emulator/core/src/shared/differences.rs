//! What differs between two collections, found without looking at what they
//! share.

use std::cmp::Ordering;
use std::sync::Arc;

use super::chunks::{Entry, Piece, SortedChunks};

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

/// A place in a collection. The first of the pieces is the one it is in.
struct Cursor<'a, E: Entry> {
    pieces: &'a [Piece<E>],
    index: usize,
}

impl<'a, E: Entry> Cursor<'a, E> {
    fn entry(&self) -> Option<&'a E> {
        self.pieces.first()?.chunk.get(self.index)
    }

    /// The chunk that begins here.
    fn chunk(&self) -> Option<&'a Arc<Vec<E>>> {
        let chunk = &self.pieces.first()?.chunk;
        (self.index == 0).then_some(chunk)
    }

    fn step(&mut self) {
        self.index += 1;
        if self.entry().is_none() {
            self.skip();
        }
    }

    fn skip(&mut self) {
        self.pieces = self.pieces.get(1..).unwrap_or_default();
        self.index = 0;
    }
}

impl<E: Entry> SortedChunks<E> {
    /// What differs from `before`.
    pub(super) fn differences<'a>(&'a self, before: &'a Self) -> Differences<'a, E> {
        let are_same = self.is_shared_with(before);
        let cursor = |pieces| Cursor {
            pieces: if are_same { &[][..] } else { pieces },
            index: 0,
        };
        Differences {
            before: cursor(before.pieces()),
            now: cursor(self.pieces()),
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
