//! Entries in ascending order of key, kept in chunks that clones share.

use std::borrow::Borrow;
use std::ops::Bound;
use std::sync::Arc;

use super::chunk::{Chunk, Chunks, Entry, Piece, Place, insert, insert_in_many, join};

/// Entries in ascending order of key.
///
/// Each chunk is shared as a whole, and so is what names the chunks where
/// there are several: a clone is one reference, a change after it copies the
/// names and one chunk.
pub(super) struct SortedChunks<E: Entry> {
    chunks: Chunks<E>,
    len: usize,
}

impl<E: Entry> Clone for SortedChunks<E> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            len: self.len,
        }
    }
}

impl<E: Entry> Default for SortedChunks<E> {
    fn default() -> Self {
        Self {
            chunks: Chunks::None,
            len: 0,
        }
    }
}

impl<E: Entry> SortedChunks<E> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The first chunk, and those after it.
    pub(super) fn split_first(&self) -> (Option<&Chunk<E>>, &[Piece<E>]) {
        self.split(0)
    }

    /// The chunk of this number, and those after it.
    fn split(&self, number: usize) -> (Option<&Chunk<E>>, &[Piece<E>]) {
        let rest = match &self.chunks {
            Chunks::Many(pieces) => pieces.get(number + 1..).unwrap_or_default(),
            _ => &[],
        };
        (self.chunks.get(number), rest)
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.chunks, &other.chunks) {
            (Chunks::None, Chunks::None) => true,
            (Chunks::One(one), Chunks::One(other)) => Arc::ptr_eq(one, other),
            (Chunks::Many(many), Chunks::Many(other)) => Arc::ptr_eq(many, other),
            _ => false,
        }
    }

    fn find<Q>(&self, key: &Q) -> Result<Place, Place>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let number = self.chunks.number_of(key);
        let Some(chunk) = self.chunks.get(number) else {
            return Err((0, 0));
        };
        chunk
            .binary_search_by(|entry| entry.key().borrow().cmp(key))
            .map(|index| (number, index))
            .map_err(|index| (number, index))
    }

    pub(super) fn get<Q>(&self, key: &Q) -> Option<&E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = self.find(key).ok()?;
        self.chunks.get(number)?.get(index)
    }

    /// The entry of a key, to be changed. Its key must stay.
    pub(super) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = self.find(key).ok()?;
        self.chunks.get_mut(number)?.get_mut(index)
    }

    /// Puts an entry in the place of the one with its key, if there is one.
    pub(super) fn insert(&mut self, entry: E) {
        match self.find(entry.key()) {
            Ok((number, index)) => {
                if let Some(chunk) = self.chunks.get_mut(number) {
                    chunk[index] = entry;
                }
            }
            Err(place) => self.insert_at(place, entry),
        }
    }

    fn insert_at(&mut self, (number, index): Place, entry: E) {
        self.len += 1;
        match &mut self.chunks {
            Chunks::None => self.chunks = Chunks::One(Arc::new(vec![entry])),
            Chunks::One(chunk) if chunk.len() < E::CAPACITY => {
                insert(Arc::make_mut(chunk), index, entry);
            }
            chunks => insert_in_many(chunks.as_many(), (number, index), entry),
        }
    }

    /// Takes out the entry of a key.
    pub(super) fn remove<Q>(&mut self, key: &Q) -> Option<E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = self.find(key).ok()?;
        self.len -= 1;
        let chunk = self.chunks.get_mut(number)?;
        let removed = chunk.remove(index);
        let left = chunk.len();
        if left < E::SPARSE.max(1) {
            self.tidy(number, left);
        }
        Some(removed)
    }

    /// Does without a chunk of which few entries are left, if that is possible.
    fn tidy(&mut self, number: usize, left: usize) {
        match &mut self.chunks {
            Chunks::Many(pieces) => {
                let pieces = Arc::make_mut(pieces);
                if left == 0 {
                    pieces.remove(number);
                } else {
                    join(pieces, number);
                }
                if let [piece] = &mut pieces[..] {
                    self.chunks = Chunks::One(std::mem::take(&mut piece.chunk));
                }
            }
            _ if left == 0 => self.chunks = Chunks::None,
            _ => {}
        }
    }

    pub(super) fn first(&self) -> Option<&E> {
        self.chunks.get(0)?.first()
    }

    pub(super) fn last(&self) -> Option<&E> {
        match &self.chunks {
            Chunks::None => None,
            Chunks::One(chunk) => chunk.last(),
            Chunks::Many(pieces) => pieces.last()?.chunk.last(),
        }
    }

    pub(super) fn iter(&self) -> Iter<'_, E> {
        self.iter_from((0, 0))
    }

    /// The entries from a place on.
    fn iter_from(&self, (number, index): Place) -> Iter<'_, E> {
        let (chunk, rest) = self.split(number);
        let entries = chunk.map_or(&[][..], |chunk| &chunk[index..]);
        Iter {
            pieces: rest.iter(),
            chunk: entries.iter(),
        }
    }

    /// The entries from a key on.
    pub(super) fn from<Q>(&self, from: Bound<&Q>) -> Iter<'_, E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = match from {
            Bound::Unbounded => (0, 0),
            Bound::Included(key) => self.find(key).unwrap_or_else(|place| place),
            Bound::Excluded(key) => match self.find(key) {
                Ok((number, index)) => (number, index + 1),
                Err(place) => place,
            },
        };
        self.iter_from(place)
    }

    /// The entries from the first one on whose key is not before what is
    /// looked for. Keys that are before it come first.
    pub(super) fn skip_before(&self, is_before: impl Fn(&E::Key) -> bool) -> Iter<'_, E> {
        let number = self.chunks.count_before(&is_before).saturating_sub(1);
        let chunk = self.chunks.get(number);
        let index = chunk.map_or(0, |chunk| {
            chunk.partition_point(|entry| is_before(entry.key()))
        });
        self.iter_from((number, index))
    }
}

/// The entries in ascending order of key.
pub(crate) struct Iter<'a, E: Entry> {
    /// The chunks to come.
    pieces: std::slice::Iter<'a, Piece<E>>,
    /// The entries of the present one.
    chunk: std::slice::Iter<'a, E>,
}

impl<'a, E: Entry> Iterator for Iter<'a, E> {
    type Item = &'a E;

    fn next(&mut self) -> Option<&'a E> {
        loop {
            if let Some(entry) = self.chunk.next() {
                return Some(entry);
            }
            self.chunk = self.pieces.next()?.chunk.iter();
        }
    }
}

#[cfg(test)]
impl<E: Entry> SortedChunks<E> {
    fn chunks(&self) -> impl Iterator<Item = &Chunk<E>> {
        let (first, rest) = self.split_first();
        first
            .into_iter()
            .chain(rest.iter().map(|piece| &piece.chunk))
    }

    /// What always holds of the chunks.
    pub(super) fn check(&self) {
        assert_eq!(
            self.chunks().map(|chunk| chunk.len()).sum::<usize>(),
            self.len
        );
        assert!(self.iter().is_sorted_by(|one, next| one.key() < next.key()));
        assert!(
            self.chunks()
                .all(|chunk| (1..=E::CAPACITY).contains(&chunk.len()))
        );
        let Chunks::Many(pieces) = &self.chunks else {
            return;
        };
        assert!(pieces.len() > 1, "one chunk needs no names");
        for (number, piece) in pieces.iter().enumerate() {
            assert!(piece.chunk.iter().all(|entry| piece.least <= *entry.key()));
            let before = number
                .checked_sub(1)
                .and_then(|before| pieces[before].chunk.last());
            assert!(before.is_none_or(|before| *before.key() < piece.least));
        }
    }

    /// The number of chunks, and how many of them `other` does not share.
    pub(super) fn chunks_apart(&self, other: &Self) -> (usize, usize) {
        let is_shared = |chunk: &&Chunk<E>| other.chunks().any(|other| Arc::ptr_eq(chunk, other));
        let shared = self.chunks().filter(is_shared).count();
        let count = self.chunks().count();
        (count, count - shared)
    }
}
