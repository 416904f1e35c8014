//! The associations of a cluster, found by id and by service account.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::{Association, AssociationId};

/// The associations of a cluster.
///
/// There is at most one for a service account. Every way to list them has an
/// index, so that a page costs the same however many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Associations {
    by_id: BTreeMap<AssociationId, Association>,
    by_service_account: BTreeMap<(Arc<str>, Arc<str>), AssociationId>,
    of_namespace: BTreeSet<(Arc<str>, AssociationId)>,
    of_service_account_name: BTreeSet<(Arc<str>, AssociationId)>,
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
        let key = (Arc::from(namespace), Arc::from(service_account));
        self.by_id.get(self.by_service_account.get(&key)?)
    }

    /// Adds an association of a service account that has none.
    pub(crate) fn insert(&mut self, association: Association) {
        let id = association.id;
        let namespace = association.namespace.clone();
        let service_account = association.service_account.clone();
        self.of_namespace.insert((namespace.clone(), id));
        self.of_service_account_name
            .insert((service_account.clone(), id));
        self.by_service_account
            .insert((namespace, service_account), id);
        self.by_id.insert(id, association);
    }

    /// Takes an association out.
    pub(crate) fn remove(&mut self, id: AssociationId) -> Option<Association> {
        let association = self.by_id.remove(&id)?;
        let namespace = association.namespace.clone();
        let service_account = association.service_account.clone();
        self.of_namespace.remove(&(namespace.clone(), id));
        self.of_service_account_name
            .remove(&(service_account.clone(), id));
        self.by_service_account
            .remove(&(namespace, service_account));
        Some(association)
    }

    /// All associations in ascending order of id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Association> {
        self.by_id.values()
    }

    /// The associations behind `after` in ascending order of id.
    pub(super) fn after(&self, after: Option<AssociationId>) -> impl Iterator<Item = &Association> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id
            .range((from, Bound::Unbounded))
            .map(|(_, association)| association)
    }

    /// The same, in one namespace only.
    pub(super) fn of_namespace(
        &self,
        namespace: &str,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &Association> {
        self.indexed(&self.of_namespace, namespace, after)
    }

    /// The same, of service accounts of one name only, in any namespace.
    pub(super) fn of_service_account_name(
        &self,
        service_account: &str,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &Association> {
        self.indexed(&self.of_service_account_name, service_account, after)
    }

    fn indexed<'a>(
        &'a self,
        index: &'a BTreeSet<(Arc<str>, AssociationId)>,
        name: &str,
        after: Option<AssociationId>,
    ) -> impl Iterator<Item = &'a Association> {
        let name: Arc<str> = Arc::from(name);
        let from = match after {
            Some(after) => Bound::Excluded((name.clone(), after)),
            None => Bound::Included((name.clone(), AssociationId::new([0; 17]))),
        };
        index
            .range((from, Bound::Unbounded))
            .take_while(move |(indexed, _)| *indexed == name)
            .filter_map(|(_, id)| self.by_id.get(id))
    }

    /// Whether the indexes say what the associations say.
    pub(crate) fn indexes_agree(&self) -> bool {
        let sizes = [
            self.by_service_account.len(),
            self.of_namespace.len(),
            self.of_service_account_name.len(),
        ];
        let is_indexed = |association: &Association| {
            let found = self.of(&association.namespace, &association.service_account);
            found.is_some_and(|found| found.id == association.id)
        };
        sizes.iter().all(|size| *size == self.by_id.len()) && self.iter().all(is_indexed)
    }
}
