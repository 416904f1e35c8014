//! Associations in documents: a list, from which the index is made again.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Association, AssociationId, Associations};
use crate::state::{Change, MapChanges, StateError, misses};

impl Serialize for AssociationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AssociationId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id = Self::parse(&text);
        id.ok_or_else(|| D::Error::custom(format!("{text:?} is no association's id")))
    }
}

impl Serialize for Associations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Associations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut associations = Self::default();
        for association in Vec::<Association>::deserialize(deserializer)? {
            let added = associations.add(association);
            added.map_err(D::Error::custom)?;
        }
        Ok(associations)
    }
}

impl Associations {
    /// Adds an association that may be impossible.
    fn add(&mut self, association: Association) -> Result<(), StateError> {
        let Association {
            id,
            namespace,
            service_account,
            ..
        } = &association;
        if self.get(*id).is_some() {
            return Err(StateError::new(format!("association {id} is there twice")));
        }
        if let Some(present) = self.of(namespace, service_account) {
            let present = present.id;
            return Err(StateError::new(format!(
                "{present} and {id} are both of service account {namespace}/{service_account}"
            )));
        }
        self.insert(association);
        Ok(())
    }
}

impl Change for Associations {
    type Changes = MapChanges<AssociationId, Association>;

    fn changes_since(&self, earlier: &Self) -> Option<Self::Changes> {
        self.by_id.changes_since(&earlier.by_id)
    }

    /// What changes is taken out first: an association may have got the
    /// service account of one that is gone.
    fn apply(&mut self, changes: Self::Changes) -> Result<(), StateError> {
        let MapChanges {
            added,
            changed,
            removed,
        } = changes;
        let gone = removed.iter().chain(changed.iter().map(|(id, _)| id));
        for id in gone {
            let gone = self.remove(*id);
            gone.ok_or_else(|| misses(&id.to_string()))?;
        }
        for (id, association) in changed.into_iter().chain(added) {
            if id != association.id {
                let other = association.id;
                return Err(StateError::new(format!("{other} is filed under {id}")));
            }
            self.add(association)?;
        }
        Ok(())
    }
}
