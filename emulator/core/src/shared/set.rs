//! An ordered set whose clones share what has not changed since.

use std::ops::Bound;

use super::chunk::Entry;
use super::chunks::SortedChunks;

/// An ordered set whose clones share what has not changed since.
pub(crate) struct SharedSet<K: Ord + Clone> {
    keys: SortedChunks<Key<K>>,
}

#[derive(Clone)]
struct Key<K>(K);

impl<K: Ord + Clone> Entry for Key<K> {
    type Key = K;

    const CAPACITY: usize = 256;

    fn key(&self) -> &K {
        &self.0
    }

    fn is_same(&self, _: &Self) -> bool {
        true
    }
}

impl<K: Ord + Clone> SharedSet<K> {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.keys.get(key).is_some()
    }

    pub(crate) fn insert(&mut self, key: K) {
        self.keys.insert(Key(key));
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.keys.remove(key);
    }

    /// The lowest.
    pub(crate) fn first(&self) -> Option<&K> {
        self.keys.first().map(|key| &key.0)
    }

    /// What is in it from a key on, in ascending order.
    pub(crate) fn from<'a>(&'a self, from: Bound<&K>) -> impl Iterator<Item = &'a K> + use<'a, K> {
        self.keys.from(from).map(|key| &key.0)
    }
}

impl<K: Ord + Clone> Clone for SharedSet<K> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
        }
    }
}

impl<K: Ord + Clone> Default for SharedSet<K> {
    fn default() -> Self {
        Self {
            keys: SortedChunks::default(),
        }
    }
}

impl<K: Ord + Clone> PartialEq for SharedSet<K> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.keys.differences(&other.keys).next().is_none()
    }
}

impl<K: Ord + Clone + std::fmt::Debug> std::fmt::Debug for SharedSet<K> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self.keys.iter().map(|key| &key.0);
        formatter.debug_set().entries(keys).finish()
    }
}

#[cfg(test)]
impl<K: Ord + Clone> SharedSet<K> {
    /// The number of chunks, and how many of them `other` does not share.
    pub(crate) fn chunks_apart(&self, other: &Self) -> (usize, usize) {
        self.keys.chunks_apart(&other.keys)
    }
}
