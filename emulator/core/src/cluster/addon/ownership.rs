//! The associations that an add-on owns.
//!
//! They are made through the add-on API, live in the add-on's namespace and
//! die with the add-on, unless it is deleted with `preserve`, which sets them
//! free. An add-on never takes over an association that exists. Source: EKS
//! user guide, "IAM roles for Amazon EKS add-ons".

use std::collections::BTreeSet;

use eks_emulator_api::eks::{AddonPodIdentityAssociations, Error};

use super::Addon;
use super::error::Subject;
use crate::catalog::OfferedVersion;
use crate::cluster::pod_identity_association::{
    AssociationId, Associations, association_already_exists, check_standing,
};
use crate::cluster::{Cluster, moved};
use crate::environment::Environment;
use crate::event::EventKind;
use crate::proposed;

/// What has to happen so that an add-on owns what was asked for.
#[derive(Debug, Default)]
pub(super) struct OwnershipChange {
    /// In the order they were asked for.
    wanted: Vec<Wanted>,
    /// Owned ones that were not asked for.
    unwanted: Vec<AssociationId>,
}

#[derive(Debug)]
struct Wanted {
    service_account: String,
    role_arn: String,
    /// The association, if the add-on owns it already.
    present: Option<AssociationId>,
}

impl OwnershipChange {
    /// The service accounts whose role changes, comes or goes.
    pub(super) fn affected(&self, associations: &Associations) -> BTreeSet<String> {
        let role = |id: AssociationId| associations.get(id).map(|found| &*found.role_arn);
        let changed = self.wanted.iter().filter(|wanted| {
            wanted
                .present
                .is_none_or(|id| role(id) != Some(&wanted.role_arn))
        });
        let gone = self.unwanted.iter().filter_map(|id| associations.get(*id));
        changed
            .map(|wanted| wanted.service_account.clone())
            .chain(gone.map(|association| association.service_account.to_string()))
            .collect()
    }
}

impl Cluster {
    /// Checks that an add-on may own what was asked for, in the order in
    /// which the service is taken to check: roles, support, service accounts,
    /// existing associations, quota. `addon` is the add-on as it is, if it is.
    pub(super) fn check_ownership(
        &self,
        environment: &Environment<'_>,
        subject: Subject<'_>,
        addon: Option<&Addon>,
        (version, namespace): (OfferedVersion<'_>, &str),
        asked: &[AddonPodIdentityAssociations],
    ) -> Result<OwnershipChange, Error> {
        for entry in asked {
            self.check_role(subject, &entry.role_arn)?;
            check_standing(environment, &entry.role_arn)?;
        }
        check_service_accounts(subject, version, asked)?;
        let owned = addon.map(Addon::owned).unwrap_or_default();
        let mut change = OwnershipChange {
            wanted: Vec::new(),
            unwanted: owned.to_vec(),
        };
        for entry in asked {
            let present = self.associations.of(namespace, &entry.service_account);
            let present = present.map(|present| present.id);
            if let Some(id) = present {
                if !owned.contains(&id) {
                    return Err(association_already_exists(&self.name, id));
                }
                change.unwanted.retain(|unwanted| *unwanted != id);
            }
            change.wanted.push(Wanted {
                service_account: entry.service_account.clone(),
                role_arn: entry.role_arn.clone(),
                present,
            });
        }
        let added = change
            .wanted
            .iter()
            .filter(|wanted| wanted.present.is_none())
            .count();
        let total = self.associations.len() - change.unwanted.len() + added;
        if added > 0 && total > environment.limits.associations {
            return Err(subject.too_many_associations(environment.limits.associations));
        }
        Ok(change)
    }

    /// Makes the add-on with `owner_arn` own what was asked for. A service
    /// account that keeps its association keeps the id.
    pub(super) fn apply_ownership(
        &mut self,
        environment: &Environment<'_>,
        (owner_arn, namespace): (&str, &str),
        change: OwnershipChange,
    ) -> Vec<AssociationId> {
        for id in change.unwanted {
            self.remove_association(environment, id);
        }
        let mut owned = Vec::new();
        for Wanted {
            service_account,
            role_arn,
            present,
        } in change.wanted
        {
            owned.push(match present {
                Some(id) => {
                    self.change_role(environment, id, &role_arn);
                    id
                }
                None => self.new_owned_association(
                    environment,
                    owner_arn,
                    namespace,
                    &service_account,
                    &role_arn,
                ),
            });
        }
        owned
    }

    fn change_role(&mut self, environment: &Environment<'_>, id: AssociationId, role_arn: &str) {
        let Some(association) = self.associations.get_mut(id) else {
            return;
        };
        if &*association.role_arn != role_arn {
            association.role_arn = role_arn.into();
            association.modified_at = moved(association.modified_at, environment.now);
            self.record(
                environment.now,
                EventKind::AssociationUpdated { id: id.to_string() },
            );
        }
    }

    /// The add-on is deleted: what it owns goes with it.
    pub(super) fn delete_owned(&mut self, environment: &Environment<'_>, owned: &[AssociationId]) {
        for id in owned {
            self.remove_association(environment, *id);
        }
    }

    /// The add-on is deleted with `preserve`: what it owned stays, unowned.
    pub(super) fn release_owned(&mut self, environment: &Environment<'_>, owned: &[AssociationId]) {
        for id in owned {
            if let Some(association) = self.associations.get_mut(*id) {
                association.owner_arn = None;
            }
            self.record(
                environment.now,
                EventKind::AssociationReleased { id: id.to_string() },
            );
        }
    }

    /// An association is deleted directly: an add-on that owns it no longer
    /// lists it.
    pub(in crate::cluster) fn forget_owned_association(&mut self, id: AssociationId) {
        let is_owned = self
            .associations
            .get(id)
            .is_some_and(|found| found.owner_arn.is_some());
        let lists = |addon: &&Addon| is_owned && addon.owned().contains(&id);
        let owner = self.addons.values().find(lists);
        if let Some(name) = owner.map(|addon| addon.name().to_owned())
            && let Some(addon) = self.addons.get_mut(&name)
            && let Some(owned) = addon.owned_mut()
        {
            owned.retain(|owned| *owned != id);
        }
    }
}

/// An empty list is always fine. A version without any service account of
/// its own does not know the feature.
fn check_service_accounts(
    subject: Subject<'_>,
    version: OfferedVersion<'_>,
    asked: &[AddonPodIdentityAssociations],
) -> Result<(), Error> {
    let supported = version.pod_identity_service_accounts();
    if !asked.is_empty() && supported.is_empty() {
        return Err(subject.no_pod_identity(version.version()));
    }
    let mut seen = BTreeSet::new();
    for AddonPodIdentityAssociations {
        service_account, ..
    } in asked
    {
        if !supported
            .iter()
            .any(|supported| supported == service_account)
        {
            return Err(subject.unknown_service_account(service_account));
        }
        if !seen.insert(service_account) {
            return Err(
                subject.invalid_parameter(proposed::duplicate_service_account(service_account))
            );
        }
    }
    Ok(())
}
