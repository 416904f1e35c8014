//! Chunks of entries, and what names them where there are several.

use std::borrow::Borrow;
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

/// One chunk, and what is in it.
pub(super) type Chunk<E> = Arc<Vec<E>>;

/// Where a key is, or where it would have to be: which chunk, and where in it.
pub(super) type Place = (usize, usize);

/// The chunks, none of which is empty. Most collections are small: they have
/// nothing between themselves and their only chunk.
pub(super) enum Chunks<E: Entry> {
    None,
    One(Chunk<E>),
    Many(Arc<Vec<Piece<E>>>),
}

/// One of many chunks.
#[derive(Clone)]
pub(super) struct Piece<E: Entry> {
    /// No key in the chunk is below it, none in the chunk before is not.
    /// Kept here, so that looking for a chunk touches no other.
    pub(super) least: E::Key,
    pub(super) chunk: Chunk<E>,
}

impl<E: Entry> Clone for Chunks<E> {
    fn clone(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::One(chunk) => Self::One(chunk.clone()),
            Self::Many(pieces) => Self::Many(pieces.clone()),
        }
    }
}

impl<E: Entry> Chunks<E> {
    pub(super) fn get(&self, number: usize) -> Option<&Chunk<E>> {
        match self {
            Self::None => None,
            Self::One(chunk) => (number == 0).then_some(chunk),
            Self::Many(pieces) => pieces.get(number).map(|piece| &piece.chunk),
        }
    }

    /// The entries of a chunk, to be changed: a copy of their own if they
    /// were shared.
    pub(super) fn get_mut(&mut self, number: usize) -> Option<&mut Vec<E>> {
        match self {
            Self::None => None,
            Self::One(chunk) => (number == 0).then(|| Arc::make_mut(chunk)),
            Self::Many(pieces) => {
                let piece = Arc::make_mut(pieces).get_mut(number)?;
                Some(Arc::make_mut(&mut piece.chunk))
            }
        }
    }

    /// The number of the only chunk in which a key can be.
    pub(super) fn number_of<Q>(&self, key: &Q) -> usize
    where
        E::Key: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.count_before(|least| least.borrow() <= key)
            .saturating_sub(1)
    }

    /// How many chunks come first whose least key is so.
    pub(super) fn count_before(&self, is_before: impl Fn(&E::Key) -> bool) -> usize {
        match self {
            Self::None | Self::One(_) => 0,
            Self::Many(pieces) => pieces.partition_point(|piece| is_before(&piece.least)),
        }
    }

    /// The chunks, as many of which have names.
    pub(super) fn as_many(&mut self) -> &mut Vec<Piece<E>> {
        if let Self::Many(pieces) = self {
            return Arc::make_mut(pieces);
        }
        let pieces = match std::mem::replace(self, Self::None) {
            Self::One(chunk) => vec![Piece::new(chunk)],
            _ => Vec::new(),
        };
        *self = Self::Many(Arc::new(pieces));
        self.as_many()
    }
}

impl<E: Entry> Piece<E> {
    /// A chunk, which is not empty.
    fn new(chunk: Chunk<E>) -> Self {
        Self {
            least: chunk[0].key().clone(),
            chunk,
        }
    }

    fn insert(&mut self, index: usize, entry: E) {
        if *entry.key() < self.least {
            self.least = entry.key().clone();
        }
        insert(Arc::make_mut(&mut self.chunk), index, entry);
    }
}

pub(super) fn insert<E>(chunk: &mut Vec<E>, index: usize, entry: E) {
    if chunk.len() == chunk.capacity() {
        chunk.reserve_exact(GROWTH);
    }
    chunk.insert(index, entry);
}

pub(super) fn insert_in_many<E: Entry>(
    pieces: &mut Vec<Piece<E>>,
    (number, index): Place,
    entry: E,
) {
    let is_last = number + 1 >= pieces.len();
    let piece = &mut pieces[number];
    if piece.chunk.len() < E::CAPACITY {
        return piece.insert(index, entry);
    }
    if is_last && index == E::CAPACITY {
        // Keys that only ever ascend leave full chunks behind.
        return pieces.push(Piece::new(Arc::new(vec![entry])));
    }
    let upper = Arc::make_mut(&mut piece.chunk).split_off(E::CAPACITY / 2);
    let mut upper = Piece::new(Arc::new(upper));
    if index < E::CAPACITY / 2 {
        piece.insert(index, entry);
    } else {
        upper.insert(index - E::CAPACITY / 2, entry);
    }
    pieces.insert(number + 1, upper);
}

/// Joins a chunk with the smaller of its neighbours, if both together are
/// small enough.
pub(super) fn join<E: Entry>(pieces: &mut Vec<Piece<E>>, number: usize) {
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
