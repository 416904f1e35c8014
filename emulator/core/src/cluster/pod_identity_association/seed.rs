//! What seeds do that the API cannot: associations with the id and the times
//! that they are to have.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{CreatePodIdentityAssociationRequest, Error};

use super::{Association, AssociationId, association_already_exists};
use crate::cluster::Cluster;
use crate::cluster::addon::Addon;
use crate::cluster::seed::{Checks, Seeded, time_of_change};
use crate::environment::Environment;
use crate::event::EventKind;
use crate::tagging::new_tags;

/// An association as a seed has it. Id and times are as they come where the
/// seed does not say; everything else is as the seed says, absent or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededAssociation {
    /// The namespace of the service account.
    pub namespace: String,
    /// The service account.
    pub service_account: String,
    /// The role.
    pub role_arn: String,
    /// `a-` and 17 characters of `[a-z0-9]`.
    pub id: Option<String>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// Whether sessions go without tags.
    pub disable_session_tags: bool,
    /// The role that is assumed with the first.
    pub target_role_arn: Option<String>,
    /// The session policy.
    pub policy: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
}

impl SeededAssociation {
    fn creation(&self) -> CreatePodIdentityAssociationRequest {
        CreatePodIdentityAssociationRequest {
            namespace: self.namespace.clone(),
            service_account: self.service_account.clone(),
            role_arn: self.role_arn.clone(),
            tags: Some(self.tags.clone()),
            disable_session_tags: Some(self.disable_session_tags),
            target_role_arn: self.target_role_arn.clone(),
            policy: self.policy.clone(),
            ..Default::default()
        }
    }

    fn is_like(&self, association: &Association) -> bool {
        *self.role_arn == *association.role_arn
            && self.tags == association.tags
            && self.disable_session_tags == association.disable_session_tags
            && self.target_role_arn.as_deref() == association.target_role_arn.as_deref()
            && self.policy.as_deref() == association.policy.as_deref()
    }
}

/// Refuses a second association of a service account, unless the first is
/// one of `owned`.
pub(in crate::cluster) fn check_free(
    cluster: &Cluster,
    namespace: &str,
    service_account: &str,
    owned: &[AssociationId],
) -> Result<(), Error> {
    match cluster.associations.of(namespace, service_account) {
        Some(present) if !owned.contains(&present.id) => {
            Err(association_already_exists(&cluster.name, present.id))
        }
        _ => Ok(()),
    }
}

impl Cluster {
    /// The associations that no add-on owns, as seeds would have them, by
    /// namespace and service account.
    pub fn associations_as_seeds(&self) -> Vec<SeededAssociation> {
        let unowned = self
            .associations
            .iter()
            .filter(|one| one.owner_arn.is_none());
        let mut seeds: Vec<_> = unowned
            .filter_map(|one| self.association_as_seed(one.id))
            .collect();
        let key = |one: &SeededAssociation| (one.namespace.clone(), one.service_account.clone());
        seeds.sort_by_cached_key(key);
        seeds
    }

    pub(in crate::cluster) fn association_as_seed(
        &self,
        id: AssociationId,
    ) -> Option<SeededAssociation> {
        let association = self.associations.get(id)?;
        Some(SeededAssociation {
            namespace: association.namespace.to_string(),
            service_account: association.service_account.to_string(),
            role_arn: association.role_arn.to_string(),
            id: Some(id.to_string()),
            tags: association.tags.clone(),
            disable_session_tags: association.disable_session_tags,
            target_role_arn: association.target_role_arn.as_deref().map(str::to_owned),
            policy: association.policy.as_deref().map(str::to_owned),
            created_at: Some(association.created_at),
            modified_at: Some(association.modified_at),
        })
    }

    /// Whether the API would make such an association, were there none yet.
    pub fn could_make_association(
        &self,
        environment: &Environment<'_>,
        seed: &SeededAssociation,
    ) -> bool {
        self.check_specification(environment, &seed.creation())
            .is_ok()
            && new_tags(Some(seed.tags.clone())).is_ok()
    }

    /// Brings the association of a service account to what a seed says, and
    /// gives its ARN. One that an add-on owns stays the add-on's.
    ///
    /// Without checks, roles need neither exist nor be of the account, and
    /// policies can be any text.
    ///
    /// Errors: those of `CreatePodIdentityAssociation`.
    pub fn seed_association(
        &mut self,
        environment: &Environment<'_>,
        seed: &SeededAssociation,
        checks: Checks,
    ) -> Result<(Seeded, String), Error> {
        let (namespace, name) = (&seed.namespace, &seed.service_account);
        let present = self.associations.of(namespace, name).map(|one| one.id);
        let before = present.and_then(|id| self.association_as_seed(id));
        let is_same = before.as_ref().is_some_and(|before| {
            let plain = |one: &SeededAssociation| SeededAssociation {
                id: None,
                created_at: None,
                modified_at: None,
                ..one.clone()
            };
            plain(before) == plain(seed)
        });
        match (present, checks) {
            _ if is_same => {}
            (None, Checks::All) => {
                self.create_pod_identity_association(environment, seed.creation())?;
            }
            (Some(_), Checks::All) => {
                self.check_specification(environment, &seed.creation())?;
                new_tags(Some(seed.tags.clone()))?;
            }
            (None, Checks::None) => self.force_association(environment, seed),
            (Some(_), Checks::None) => {}
        }
        let id = self.seed_association_state(environment, seed, before.is_none());
        let after = id.and_then(|id| self.association_as_seed(id));
        let seeded = match before {
            None => Seeded::Created,
            before if before == after => Seeded::Unchanged,
            _ => Seeded::Updated,
        };
        let arn = id.map(|id| self.association_arn(id)).unwrap_or_default();
        Ok((seeded, arn))
    }

    fn force_association(&mut self, environment: &Environment<'_>, seed: &SeededAssociation) {
        let id = self.next_association_id();
        self.add_association(Association {
            id,
            namespace: seed.namespace.as_str().into(),
            service_account: seed.service_account.as_str().into(),
            role_arn: seed.role_arn.as_str().into(),
            tags: Default::default(),
            created_at: environment.now,
            modified_at: environment.now,
            owner_arn: None,
            disable_session_tags: false,
            target_role_arn: None,
            policy: None,
            creation_key: None,
        });
    }

    /// Gives the association of a service account what a seed says; gives
    /// its id.
    pub(in crate::cluster) fn seed_association_state(
        &mut self,
        environment: &Environment<'_>,
        seed: &SeededAssociation,
        is_new: bool,
    ) -> Option<AssociationId> {
        let present = self
            .associations
            .of(&seed.namespace, &seed.service_account)?;
        let (id, is_like) = (present.id, seed.is_like(present));
        let wanted = seed.id.as_deref().and_then(AssociationId::parse);
        let id = self.rename_association(id, wanted);
        let association = self.associations.get_mut(id)?;
        association.role_arn = seed.role_arn.as_str().into();
        association.tags.clone_from(&seed.tags);
        association.disable_session_tags = seed.disable_session_tags;
        association.target_role_arn = seed.target_role_arn.as_deref().map(Into::into);
        association.policy = seed.policy.as_deref().map(Into::into);
        association.created_at = seed.created_at.unwrap_or(association.created_at);
        association.modified_at = match seed.modified_at {
            Some(at) => at,
            None if is_like || is_new => association.modified_at,
            None => time_of_change(None, association.modified_at, environment.now),
        };
        if !is_like && !is_new {
            let id = id.to_string();
            self.record(environment.now, EventKind::AssociationUpdated { id });
        }
        Some(id)
    }

    /// Gives an association another id, wherever it is named; one that is
    /// another association's already stays that one's.
    fn rename_association(
        &mut self,
        id: AssociationId,
        wanted: Option<AssociationId>,
    ) -> AssociationId {
        let Some(wanted) = wanted.filter(|wanted| self.associations.get(*wanted).is_none()) else {
            return id;
        };
        let Some(mut association) = self.associations.remove(id) else {
            return id;
        };
        association.id = wanted;
        self.associations.insert(association);
        let is_owner = |(_, addon): &(&String, &Addon)| addon.owned().contains(&id);
        let owner = self.addons.iter().find(is_owner);
        let owner = owner.map(|(name, _)| name.clone());
        if let Some(addon) = owner.and_then(|name| self.addons.get_mut(&name)) {
            let owned = addon.owned_mut().into_iter().flatten();
            owned
                .filter(|owned| **owned == id)
                .for_each(|owned| *owned = wanted);
        }
        let (old, new) = (id.to_string(), wanted.to_string());
        for event in &mut self.events {
            if let EventKind::AssociationCreated { id, .. } = &mut event.kind
                && *id == old
            {
                id.clone_from(&new);
            }
        }
        wanted
    }
}
