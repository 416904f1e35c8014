//! The associations of a cluster, found by id and by service account.

use std::ops::Bound;

use super::{Association, AssociationId};
use crate::ids::fold;
use crate::shared::{SharedMap, SharedSet};

/// The associations of a cluster.
///
/// There is at most one for a service account. Every way to list them is
/// indexed, so that a page costs the same however many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Associations {
    pub(super) by_id: SharedMap<AssociationId, Association>,
    /// For each association the [`Names`] that it is found under.
    index: SharedSet<(u64, AssociationId)>,
}

/// What associations are looked for by.
#[derive(Clone, Copy, Debug)]
enum Names<'a> {
    Namespace(&'a str),
    ServiceAccountName(&'a str),
    ServiceAccount { namespace: &'a str, name: &'a str },
}

impl<'a> Names<'a> {
    fn all_of(association: &'a Association) -> [Self; 3] {
        let (namespace, name) = (&*association.namespace, &*association.service_account);
        [
            Self::Namespace(namespace),
            Self::ServiceAccountName(name),
            Self::ServiceAccount { namespace, name },
        ]
    }

    /// The number that stands for the names in the index. It takes less room
    /// than they do; that others may have the same is for [`Names::fit`].
    fn hash(self) -> u64 {
        let (kind, hash) = match self {
            Self::Namespace(namespace) => (1, fold(namespace)),
            Self::ServiceAccountName(name) => (2, fold(name)),
            Self::ServiceAccount { namespace, name } => {
                (3, fold(namespace).rotate_left(32) ^ fold(name))
            }
        };
        hash ^ kind
    }

    fn fit(self, association: &Association) -> bool {
        let (of_namespace, of_name) = (&*association.namespace, &*association.service_account);
        match self {
            Self::Namespace(namespace) => of_namespace == namespace,
            Self::ServiceAccountName(name) => of_name == name,
            Self::ServiceAccount { namespace, name } => {
                of_namespace == namespace && of_name == name
            }
        }
    }
}

impl Associations {
    /// The number of associations.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The association `id`.
    pub(crate) fn get(&self, id: AssociationId) -> Option<&Association> {
        self.by_id.get(&id)
    }

    /// The association `id`, to be changed. Its names must stay.
    pub(crate) fn get_mut(&mut self, id: AssociationId) -> Option<&mut Association> {
        self.by_id.get_mut(&id)
    }

    /// The association of a service account.
    pub(crate) fn of(&self, namespace: &str, service_account: &str) -> Option<&Association> {
        let name = service_account;
        self.found_by(Names::ServiceAccount { namespace, name }, None)
            .next()
    }

    /// Adds an association of a service account that has none.
    pub(crate) fn insert(&mut self, association: Association) {
        let id = association.id;
        for names in Names::all_of(&association) {
            self.index.insert((names.hash(), id));
        }
        self.by_id.insert(id, association);
    }

    /// Takes an association out.
    pub(crate) fn remove(&mut self, id: AssociationId) -> Option<Association> {
        let association = self.by_id.remove(&id)?;
        for names in Names::all_of(&association) {
            self.index.remove(&(names.hash(), id));
        }
        Some(association)
    }

    /// All associations in ascending order of id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Association> {
        self.by_id.values()
    }

    /// The associations behind `after` in ascending order of id.
    pub(super) fn after(&self, after: Option<AssociationId>) -> impl Iterator<Item = &Association> {
        let from = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id.from(from).map(|(_, association)| association)
    }

    /// The same, in one namespace only.
    pub(super) fn of_namespace(
        &self,
        namespace: &str,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &Association> {
        self.found_by(Names::Namespace(namespace), after)
    }

    /// The same, of service accounts of one name only, in any namespace.
    pub(super) fn of_service_account_name(
        &self,
        service_account: &str,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &Association> {
        self.found_by(Names::ServiceAccountName(service_account), after)
    }

    fn found_by(
        &self,
        names: Names<'_>,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &Association> {
        let hash = names.hash();
        let from = match after {
            Some(after) => Bound::Excluded((hash, after)),
            None => Bound::Included((hash, AssociationId::new([0; 17]))),
        };
        self.index
            .from(from.as_ref())
            .take_while(move |(of, _)| *of == hash)
            .filter_map(|(_, id)| self.by_id.get(id))
            .filter(move |association| names.fit(association))
    }

    /// How many chunks there are, and how many `other` does not share.
    #[cfg(test)]
    fn chunks_apart(&self, other: &Self) -> [(usize, usize); 2] {
        [
            self.by_id.chunks_apart(&other.by_id),
            self.index.chunks_apart(&other.index),
        ]
    }

    /// Whether the index says what the associations say.
    pub(crate) fn indexes_agree(&self) -> bool {
        let is_indexed = |association: &Association| {
            let entries = Names::all_of(association).map(|names| (names.hash(), association.id));
            let found = self.of(&association.namespace, &association.service_account);
            entries.iter().all(|entry| self.index.contains(entry))
                && found.is_some_and(|found| found.id == association.id)
        };
        self.index.len() == 3 * self.by_id.len() && self.iter().all(is_indexed)
    }
}

#[cfg(test)]
mod tests {
    use eks_emulator_api::Timestamp;

    use super::*;
    use crate::ids::{IdKind, Ids};

    fn association(ids: &mut Ids, number: u32) -> Association {
        Association {
            id: AssociationId::new(ids.next_base36(IdKind::Association)),
            namespace: "default".into(),
            service_account: format!("app-{number}").into(),
            role_arn: "arn:aws:iam::111122223333:role/reader".into(),
            tags: Default::default(),
            created_at: Timestamp::from_milliseconds(0),
            modified_at: Timestamp::from_milliseconds(0),
            owner_arn: None,
            disable_session_tags: false,
            target_role_arn: None,
            policy: None,
            creation_key: None,
        }
    }

    #[test]
    fn a_write_after_a_clone_copies_a_chunk_of_each_collection() {
        let mut ids = Ids::new(7, "scope");
        let mut associations = Associations::default();
        for number in 0..5_000 {
            associations.insert(association(&mut ids, number));
        }
        let all = associations.chunks_apart(&Associations::default());
        assert!(all[0].0 > 70 && all[1].0 > 60, "{all:?}");
        let clone = associations.clone();
        let id = clone.iter().nth(2_500).unwrap().id;
        associations.get_mut(id).unwrap().disable_session_tags = true;
        let apart = associations.chunks_apart(&clone).map(|(_, apart)| apart);
        assert_eq!(apart, [1, 0]);
        associations.insert(association(&mut ids, 5_000));
        let apart = associations.chunks_apart(&clone).map(|(_, apart)| apart);
        assert!(apart[0] <= 3 && apart[1] <= 6, "{apart:?}");
    }
}
