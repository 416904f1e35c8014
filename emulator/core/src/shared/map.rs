//! An ordered map whose clones share what has not changed since.

use std::borrow::Borrow;
use std::ops::Bound;
use std::sync::Arc;

use super::chunk::Entry;
use super::chunks::SortedChunks;
use super::differences::Difference;

/// An ordered map whose clones share what has not changed since.
pub(crate) struct SharedMap<K: Ord + Clone, V: PartialEq> {
    pairs: SortedChunks<Pair<K, V>>,
}

/// A key with its value. Values are shared one by one, too: a change of one
/// does not copy those that lie next to it.
pub(crate) struct Pair<K, V> {
    pub(crate) key: K,
    pub(crate) value: Arc<V>,
}

impl<K: Clone, V> Clone for Pair<K, V> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            value: self.value.clone(),
        }
    }
}

impl<K: Ord + Clone, V: PartialEq> Entry for Pair<K, V> {
    type Key = K;

    const CAPACITY: usize = 64;

    fn key(&self) -> &K {
        &self.key
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value) || self.value == other.value
    }
}

impl<K: Ord + Clone, V: PartialEq> SharedMap<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.pairs.get(key).map(|pair| &*pair.value)
    }

    pub(crate) fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.pairs.get(key).is_some()
    }

    /// The value of a key, to be changed: a copy of its own if it was shared.
    pub(crate) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        let pair = self.pairs.get_mut(key)?;
        Some(Arc::make_mut(&mut pair.value))
    }

    /// Gives a key a value, in the place of the one that it has.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.pairs.insert(Pair {
            key,
            value: Arc::new(value),
        });
    }

    /// The same, and gives the value, to be changed.
    pub(crate) fn put(&mut self, key: K, value: V) -> &mut V
    where
        V: Clone,
    {
        self.insert(key.clone(), value);
        self.get_mut(&key)
            .expect("what has just been inserted is there")
    }

    /// Takes out the value of a key.
    pub(crate) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        let pair = self.pairs.remove(key)?;
        Some(Arc::unwrap_or_clone(pair.value))
    }

    /// Takes out what does not satisfy `keeps`.
    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&K, &V) -> bool) {
        let gone = self.iter().filter(|(key, value)| !keeps(key, value));
        let gone: Vec<K> = gone.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.pairs.remove(&key);
        }
    }

    /// The pair with the lowest key.
    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.pairs.first().map(Pair::parts)
    }

    /// The pair with the highest key.
    pub(crate) fn last(&self) -> Option<(&K, &V)> {
        self.pairs.last().map(Pair::parts)
    }

    /// All pairs in ascending order of key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pairs.iter().map(Pair::parts)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.pairs.iter().map(|pair| &pair.key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.pairs.iter().map(|pair| &*pair.value)
    }

    /// The pairs from a key on.
    pub(crate) fn from<'a, Q>(
        &'a self,
        from: Bound<&Q>,
    ) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V, Q>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.pairs.from(from).map(Pair::parts)
    }

    /// The pairs from the first one on whose key is not before what is looked
    /// for. Keys that are before it come first.
    pub(crate) fn skip_before(
        &self,
        is_before: impl Fn(&K) -> bool,
    ) -> impl Iterator<Item = (&K, &V)> {
        self.pairs.skip_before(is_before).map(Pair::parts)
    }

    /// What differs from `before`.
    pub(crate) fn differences<'a>(
        &'a self,
        before: &'a Self,
    ) -> impl Iterator<Item = Difference<'a, Pair<K, V>>> {
        self.pairs.differences(&before.pairs)
    }
}

impl<K, V> Pair<K, V> {
    fn parts(&self) -> (&K, &V) {
        (&self.key, &self.value)
    }
}

impl<K: Ord + Clone, V: PartialEq> Clone for SharedMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            pairs: self.pairs.clone(),
        }
    }
}

impl<K: Ord + Clone, V: PartialEq> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self {
            pairs: SortedChunks::default(),
        }
    }
}

impl<K: Ord + Clone, V: PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.differences(other).next().is_none()
    }
}

impl<K, V> std::fmt::Debug for SharedMap<K, V>
where
    K: Ord + Clone + std::fmt::Debug,
    V: PartialEq + std::fmt::Debug,
{
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
impl<K: Ord + Clone, V: PartialEq> SharedMap<K, V> {
    /// What always holds of the chunks.
    pub(crate) fn check(&self) {
        self.pairs.check();
    }

    /// The number of chunks, and how many of them `other` does not share.
    pub(crate) fn chunks_apart(&self, other: &Self) -> (usize, usize) {
        self.pairs.chunks_apart(&other.pairs)
    }
}
