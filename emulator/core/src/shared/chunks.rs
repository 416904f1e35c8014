//! Entries in ascending order of key, kept in chunks that clones share.

use std::borrow::Borrow;
use std::ops::Bound;
use std::sync::Arc;

/// Chunks grow by so many entries: doubling would leave half of them empty.
const GROWTH: usize = 8;

/// Something that is found by a key, which it carries.
pub(crate) trait Entry: Clone {
    /// What it is found by.
    type Key: Ord + Clone;

    /// The most entries of a chunk. A change after a clone copies one chunk
    /// and what names all of them: entries that are copied easily lie in few
    /// large chunks.
    const CAPACITY: usize;
    /// A chunk with fewer entries looks for a neighbour to be joined with.
    const SPARSE: usize = Self::CAPACITY / 4;
    /// Joined chunks have room for more, or the next entry would split them.
    const JOINED: usize = Self::CAPACITY * 3 / 4;

    /// What it is found by.
    fn key(&self) -> &Self::Key;

    /// Whether another entry of the same key says the same.
    fn is_same(&self, other: &Self) -> bool;
}

/// Entries in ascending order of key.
///
/// What names the chunks is shared as a whole, and so is each chunk: a clone
/// is one reference, a change after it copies the names and one chunk.
pub(super) struct SortedChunks<E: Entry> {
    pieces: Arc<Vec<Piece<E>>>,
    len: usize,
}

/// A chunk, which is never empty.
#[derive(Clone)]
pub(super) struct Piece<E: Entry> {
    /// No key in the chunk is below it, none in the chunk before is not.
    /// Kept here, so that looking for a chunk touches no other.
    least: E::Key,
    pub(super) chunk: Arc<Vec<E>>,
}

/// Where a key is, or where it would have to be: which chunk, and where in it.
type Place = (usize, usize);

impl<E: Entry> Clone for SortedChunks<E> {
    fn clone(&self) -> Self {
        Self {
            pieces: self.pieces.clone(),
            len: self.len,
        }
    }
}

impl<E: Entry> Default for SortedChunks<E> {
    fn default() -> Self {
        Self {
            pieces: Arc::default(),
            len: 0,
        }
    }
}

impl<E: Entry> SortedChunks<E> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn pieces(&self) -> &[Piece<E>] {
        &self.pieces
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pieces, &other.pieces)
    }

    fn find<Q>(&self, key: &Q) -> Result<Place, Place>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let after = self
            .pieces
            .partition_point(|piece| piece.least.borrow() <= key);
        let number = after.saturating_sub(1);
        let Some(piece) = self.pieces.get(number) else {
            return Err((0, 0));
        };
        piece
            .chunk
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
        Some(&self.pieces[number].chunk[index])
    }

    /// The entry of a key, to be changed. Its key must stay.
    pub(super) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = self.find(key).ok()?;
        let piece = &mut Arc::make_mut(&mut self.pieces)[number];
        Some(&mut Arc::make_mut(&mut piece.chunk)[index])
    }

    /// Puts an entry in the place of the one with its key, if there is one.
    pub(super) fn insert(&mut self, entry: E) {
        match self.find(entry.key()) {
            Ok((number, index)) => {
                let piece = &mut Arc::make_mut(&mut self.pieces)[number];
                Arc::make_mut(&mut piece.chunk)[index] = entry;
            }
            Err(place) => self.insert_at(place, entry),
        }
    }

    fn insert_at(&mut self, (number, index): Place, entry: E) {
        self.len += 1;
        let pieces = Arc::make_mut(&mut self.pieces);
        let is_last = number + 1 >= pieces.len();
        let Some(piece) = pieces.get_mut(number) else {
            return pieces.push(Piece::new(vec![entry]));
        };
        if piece.chunk.len() < E::CAPACITY {
            return piece.insert(index, entry);
        }
        if is_last && index == E::CAPACITY {
            // Keys that only ever ascend leave full chunks behind.
            return pieces.push(Piece::new(vec![entry]));
        }
        let mut upper = Piece::new(Arc::make_mut(&mut piece.chunk).split_off(E::CAPACITY / 2));
        if index < E::CAPACITY / 2 {
            piece.insert(index, entry);
        } else {
            upper.insert(index - E::CAPACITY / 2, entry);
        }
        pieces.insert(number + 1, upper);
    }

    /// Takes out the entry of a key.
    pub(super) fn remove<Q>(&mut self, key: &Q) -> Option<E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = self.find(key).ok()?;
        self.len -= 1;
        let pieces = Arc::make_mut(&mut self.pieces);
        let chunk = Arc::make_mut(&mut pieces[number].chunk);
        let removed = chunk.remove(index);
        if chunk.is_empty() {
            pieces.remove(number);
        } else if chunk.len() < E::SPARSE {
            join(pieces, number);
        }
        Some(removed)
    }

    pub(super) fn first(&self) -> Option<&E> {
        self.pieces.first()?.chunk.first()
    }

    pub(super) fn last(&self) -> Option<&E> {
        self.pieces.last()?.chunk.last()
    }

    pub(super) fn iter(&self) -> Iter<'_, E> {
        Iter {
            pieces: self.pieces.iter(),
            chunk: [].iter(),
        }
    }

    /// The entries from a key on.
    pub(super) fn from<Q>(&self, from: Bound<&Q>) -> Iter<'_, E>
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (number, index) = match from {
            Bound::Unbounded => return self.iter(),
            Bound::Included(key) => self.find(key).unwrap_or_else(|place| place),
            Bound::Excluded(key) => match self.find(key) {
                Ok((number, index)) => (number, index + 1),
                Err(place) => place,
            },
        };
        let mut pieces = self.pieces[number.min(self.pieces.len())..].iter();
        let chunk = pieces.next().map_or(&[][..], |piece| &piece.chunk[index..]);
        Iter {
            pieces,
            chunk: chunk.iter(),
        }
    }
}

impl<E: Entry> SortedChunks<E> {
    /// The entries from the first one on whose key is not before what is
    /// looked for. Keys that are before it come first.
    pub(super) fn skip_before(&self, is_before: impl Fn(&E::Key) -> bool) -> Iter<'_, E> {
        let after = self.pieces.partition_point(|piece| is_before(&piece.least));
        let mut pieces = self.pieces[after.saturating_sub(1)..].iter();
        let chunk = pieces.next().map_or(&[][..], |piece| {
            let index = piece.chunk.partition_point(|entry| is_before(entry.key()));
            &piece.chunk[index..]
        });
        Iter {
            pieces,
            chunk: chunk.iter(),
        }
    }
}

impl<E: Entry> Piece<E> {
    fn new(chunk: Vec<E>) -> Self {
        Self {
            least: chunk[0].key().clone(),
            chunk: Arc::new(chunk),
        }
    }

    fn insert(&mut self, index: usize, entry: E) {
        if *entry.key() < self.least {
            self.least = entry.key().clone();
        }
        let chunk = Arc::make_mut(&mut self.chunk);
        if chunk.len() == chunk.capacity() {
            chunk.reserve_exact(GROWTH);
        }
        chunk.insert(index, entry);
    }
}

/// Joins a chunk with the smaller of its neighbours, if both together are
/// small enough.
fn join<E: Entry>(pieces: &mut Vec<Piece<E>>, number: usize) {
    let size = |number: usize| pieces.get(number).map(|piece| piece.chunk.len());
    let before = number.checked_sub(1).and_then(size);
    let lower = match (before, size(number + 1)) {
        (Some(before), Some(after)) if after < before => number,
        (Some(_), _) => number - 1,
        (None, Some(_)) => number,
        (None, None) => return,
    };
    if pieces[lower].chunk.len() + pieces[lower + 1].chunk.len() <= E::JOINED {
        let upper = pieces.remove(lower + 1);
        let chunk = Arc::make_mut(&mut pieces[lower].chunk);
        chunk.extend(upper.chunk.iter().cloned());
    }
}

/// The entries in ascending order of key.
pub(crate) struct Iter<'a, E: Entry> {
    pieces: std::slice::Iter<'a, Piece<E>>,
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
    /// What always holds of the chunks.
    pub(super) fn check(&self) {
        let pieces = &*self.pieces;
        assert_eq!(
            pieces.iter().map(|piece| piece.chunk.len()).sum::<usize>(),
            self.len
        );
        assert!(self.iter().is_sorted_by(|one, next| one.key() < next.key()));
        for (number, piece) in pieces.iter().enumerate() {
            assert!((1..=E::CAPACITY).contains(&piece.chunk.len()));
            assert!(piece.chunk.iter().all(|entry| piece.least <= *entry.key()));
            let before = number
                .checked_sub(1)
                .and_then(|before| pieces[before].chunk.last());
            assert!(before.is_none_or(|before| *before.key() < piece.least));
        }
    }

    /// The number of chunks, and how many of them `other` does not share.
    pub(super) fn chunks_apart(&self, other: &Self) -> (usize, usize) {
        let is_shared = |piece: &&Piece<E>| {
            let mut others = other.pieces.iter();
            others.any(|other| Arc::ptr_eq(&piece.chunk, &other.chunk))
        };
        let shared = self.pieces.iter().filter(is_shared).count();
        (self.pieces.len(), self.pieces.len() - shared)
    }
}
