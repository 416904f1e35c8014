//! What has changed since an earlier state, as large as the change and not
//! as the state.

use std::collections::{BTreeMap, BTreeSet};

use eks_emulator_api::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::StateError;
use crate::shared::{Difference, SharedMap};

/// State that can say what has changed since an earlier time.
pub(crate) trait Change: Sized {
    /// What has changed.
    type Changes: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned;

    /// What has changed since `earlier`; `None` if nothing has.
    fn changes_since(&self, earlier: &Self) -> Option<Self::Changes>;

    /// Makes of the earlier state the one that `changes` led to.
    ///
    /// Errors: the changes are not those of this state.
    fn apply(&mut self, changes: Self::Changes) -> Result<(), StateError>;
}

/// State that is written as a whole when any of it changes.
macro_rules! whole_changes {
    ($($state:ty),+ $(,)?) => {$(
        impl $crate::state::Change for $state {
            type Changes = Self;

            fn changes_since(&self, earlier: &Self) -> Option<Self> {
                (self != earlier).then(|| self.clone())
            }

            fn apply(&mut self, changes: Self) -> Result<(), $crate::state::StateError> {
                *self = changes;
                Ok(())
            }
        }
    )+};
}

/// State whose fields change one by one: declares the type of its changes.
macro_rules! changes {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $changes:ident of $state:ty {
            $($field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $visibility struct $changes {
            $(
                #[serde(
                    default,
                    skip_serializing_if = "Option::is_none",
                    deserialize_with = "crate::state::given"
                )]
                $field: Option<<$type as $crate::state::Change>::Changes>,
            )+
        }

        impl $crate::state::Change for $state {
            type Changes = $changes;

            fn changes_since(&self, earlier: &Self) -> Option<$changes> {
                let changes = $changes {
                    $($field: $crate::state::Change::changes_since(
                        &self.$field,
                        &earlier.$field,
                    ),)+
                };
                let is_any = false $(|| changes.$field.is_some())+;
                is_any.then_some(changes)
            }

            fn apply(&mut self, changes: $changes) -> Result<(), $crate::state::StateError> {
                $(if let Some(changes) = changes.$field {
                    $crate::state::Change::apply(&mut self.$field, changes)
                        .map_err(|error| error.within(stringify!($field)))?;
                })+
                Ok(())
            }
        }
    };
}

pub(crate) use {changes, whole_changes};

/// A member that is there, even if it is `null`: what is unset has changed,
/// too.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

whole_changes!(bool, u64, String, Timestamp, BTreeSet<String>);

/// Collections that are written as a whole, whatever they hold.
macro_rules! whole_changes_of {
    ($($collection:ty),+ $(,)?) => {$(
        impl<T> Change for $collection
        where
            T: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
        {
            type Changes = Self;

            fn changes_since(&self, earlier: &Self) -> Option<Self> {
                (self != earlier).then(|| self.clone())
            }

            fn apply(&mut self, changes: Self) -> Result<(), StateError> {
                *self = changes;
                Ok(())
            }
        }
    )+};
}

whole_changes_of!(Option<T>, Vec<T>, BTreeMap<String, T>);

/// State that is shared as a whole, and written as a whole.
impl<T> Change for std::sync::Arc<T>
where
    T: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    type Changes = Self;

    fn changes_since(&self, earlier: &Self) -> Option<Self> {
        let is_same = Self::ptr_eq(self, earlier) || self == earlier;
        (!is_same).then(|| self.clone())
    }

    fn apply(&mut self, changes: Self) -> Result<(), StateError> {
        *self = changes;
        Ok(())
    }
}

/// What has changed in a map, in ascending order of key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(
        serialize = "K: Serialize, V: Serialize, V::Changes: Serialize",
        deserialize = "K: DeserializeOwned, V: DeserializeOwned, V::Changes: DeserializeOwned"
    )
)]
pub(crate) struct MapChanges<K, V: Change> {
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub(crate) added: Vec<(K, V)>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<(K, V::Changes)>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<K>,
}

impl<K, V> Change for SharedMap<K, V>
where
    K: Ord + Clone + std::fmt::Debug + Serialize + DeserializeOwned,
    V: Change + Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    type Changes = MapChanges<K, V>;

    fn changes_since(&self, earlier: &Self) -> Option<MapChanges<K, V>> {
        let mut changes = MapChanges {
            added: Vec::new(),
            changed: Vec::new(),
            removed: Vec::new(),
        };
        for difference in self.differences(earlier) {
            match difference {
                Difference::Added(now) => {
                    changes.added.push((now.key.clone(), (*now.value).clone()));
                }
                Difference::Changed { before, now } => {
                    let value = V::changes_since(&now.value, &before.value);
                    changes
                        .changed
                        .extend(value.map(|value| (now.key.clone(), value)));
                }
                Difference::Removed(before) => changes.removed.push(before.key.clone()),
            }
        }
        (!changes.is_empty()).then_some(changes)
    }

    fn apply(&mut self, changes: MapChanges<K, V>) -> Result<(), StateError> {
        for key in changes.removed {
            let removed = self.remove(&key);
            removed.ok_or_else(|| misses(&key))?;
        }
        for (key, value) in changes.changed {
            let present = self.get_mut(&key).ok_or_else(|| misses(&key))?;
            present.apply(value)?;
        }
        for (key, value) in changes.added {
            if self.contains_key(&key) {
                return Err(StateError::new(format!("{key:?} is added and is there")));
            }
            self.insert(key, value);
        }
        Ok(())
    }
}

impl<K, V: Change> MapChanges<K, V> {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Something that is to change or to go is not there.
pub(crate) fn misses(key: &impl std::fmt::Debug) -> StateError {
    StateError::new(format!("{key:?} is changed and is not there"))
}
