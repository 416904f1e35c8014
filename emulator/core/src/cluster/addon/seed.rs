//! What seeds do that the add-on API cannot: add-ons in any status, with the
//! ARN and the times that they are to have.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    AddonNamespaceConfigRequest, AddonPodIdentityAssociations, AddonStatus, CreateAddonRequest,
    Error, ResolveConflicts, UpdateAddonRequest, UpdateType,
};

use super::Addon;
use super::check::check_configuration;
use super::error::{self, Subject};
use crate::cluster::Cluster;
use crate::cluster::pod_identity_association::AssociationId;
use crate::cluster::pod_identity_association::seed::SeededAssociation;
use crate::cluster::seed::{Checks, Seeded, time_of_change};
use crate::cluster::transition::{self, Transition};
use crate::environment::Environment;
use crate::event::{AddonReference, EventKind};
use crate::kubernetes::Progress;
use crate::lifecycle::{After, Issue, Outcome};
use crate::tagging::{Tags, new_tags};

/// An add-on as a seed has it. Times and ARN are as they come where the seed
/// does not say; everything else is as the seed says, absent or not.
#[derive(Clone, Debug, PartialEq)]
pub struct SeededAddon {
    /// The add-on's name.
    pub name: String,
    /// The version, in full.
    pub version: String,
    /// The namespace; `None`: the add-on's own.
    pub namespace: Option<String>,
    /// The role of its service accounts (IRSA).
    pub service_account_role_arn: Option<String>,
    /// JSON or YAML.
    pub configuration_values: Option<String>,
    /// The tags.
    pub tags: Tags,
    /// The associations that it owns, whose namespace is the add-on's;
    /// `None` if it was never asked for any.
    pub owned: Option<Vec<SeededAssociation>>,
    /// Fields of its Kubernetes objects that someone else has changed.
    pub conflicts: Vec<String>,
    /// The status.
    pub status: AddonStatus,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
    /// The ARN.
    pub arn: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
}

impl SeededAddon {
    /// The add-on `name` with this version and nothing besides, active.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            namespace: None,
            service_account_role_arn: None,
            configuration_values: None,
            tags: Tags::new(),
            owned: None,
            conflicts: Vec::new(),
            status: AddonStatus::Active,
            issues: Vec::new(),
            arn: None,
            created_at: None,
            modified_at: None,
        }
    }

    fn asked(&self) -> Option<Vec<AddonPodIdentityAssociations>> {
        let entry = |owned: &SeededAssociation| AddonPodIdentityAssociations {
            service_account: owned.service_account.clone(),
            role_arn: owned.role_arn.clone(),
        };
        let owned = self.owned.as_ref()?;
        Some(owned.iter().map(entry).collect())
    }

    fn creation(&self) -> CreateAddonRequest {
        let namespace = self.namespace.clone();
        CreateAddonRequest {
            addon_name: self.name.clone(),
            addon_version: Some(self.version.clone()),
            service_account_role_arn: self.service_account_role_arn.clone(),
            // Whatever lies around of another one is taken over.
            resolve_conflicts: Some(ResolveConflicts::Overwrite),
            tags: Some(self.tags.clone()),
            configuration_values: self.configuration_values.clone(),
            pod_identity_associations: self.asked(),
            namespace_config: namespace.map(|namespace| AddonNamespaceConfigRequest {
                namespace: Some(namespace),
            }),
            ..Default::default()
        }
    }

    fn update(&self) -> UpdateAddonRequest {
        UpdateAddonRequest {
            addon_name: self.name.clone(),
            addon_version: Some(self.version.clone()),
            service_account_role_arn: self.service_account_role_arn.clone(),
            resolve_conflicts: Some(ResolveConflicts::Overwrite),
            // What is absent would stay.
            configuration_values: self.configuration_values.clone(),
            pod_identity_associations: self.asked(),
            ..Default::default()
        }
    }

    /// What an update of the API would change.
    fn specification(&self) -> impl PartialEq + use<'_> {
        let owned = self.owned.iter().flatten();
        let owned: Vec<_> = owned
            .map(|owned| (&owned.service_account, &owned.role_arn))
            .collect();
        (
            &self.version,
            &self.service_account_role_arn,
            &self.configuration_values,
            owned,
        )
    }
}

impl Cluster {
    /// The add-ons as seeds would have them, by name.
    pub fn addons_as_seeds(&self) -> Vec<SeededAddon> {
        let seed = |addon| self.addon_as_seed(addon);
        self.addons.values().map(seed).collect()
    }

    fn addon_as_seed(&self, addon: &Addon) -> SeededAddon {
        let conflicts = self.conflicts.get(addon.name());
        let seed = |id: &AssociationId| self.association_as_seed(*id);
        SeededAddon {
            name: addon.name().to_owned(),
            version: addon.version.clone(),
            namespace: Some(addon.namespace.clone()),
            service_account_role_arn: addon.service_account_role_arn.clone(),
            configuration_values: addon.configuration_values.clone(),
            tags: addon.tags.clone(),
            owned: addon
                .owned
                .as_ref()
                .map(|owned| owned.iter().filter_map(seed).collect()),
            conflicts: conflicts.cloned().unwrap_or_default(),
            status: addon.status,
            issues: addon.issues.clone(),
            arn: Some(addon.arn().to_owned()),
            created_at: Some(addon.created_at),
            modified_at: Some(addon.modified_at),
        }
    }

    /// Whether the API would make such an add-on on this cluster. A state can
    /// be reached that cannot be made, such as a version that is too old for
    /// the cluster after its upgrade.
    pub fn could_make_addon(&self, environment: &Environment<'_>, seed: &SeededAddon) -> bool {
        let asked = seed.asked().unwrap_or_default();
        let present = self.addons.get(&seed.name);
        self.check_seeded_addon(environment, present, seed, &asked)
            .is_ok()
    }

    fn check_seeded_addon(
        &self,
        environment: &Environment<'_>,
        present: Option<&Addon>,
        seed: &SeededAddon,
        asked: &[AddonPodIdentityAssociations],
    ) -> Result<(), Error> {
        let subject = Subject {
            cluster_name: &self.name,
            addon_name: &seed.name,
        };
        let definition = environment.catalog.addon(&seed.name);
        let definition = definition.ok_or_else(|| subject.not_offered(&self.version))?;
        let version = self.check_version(subject, definition, Some(&seed.version))?;
        check_configuration(subject, version, seed.configuration_values.as_deref())?;
        if let Some(role_arn) = &seed.service_account_role_arn {
            self.check_role(subject, role_arn)?;
        }
        new_tags(Some(seed.tags.clone()))?;
        let namespace = seed.namespace.as_deref();
        let place = (version, namespace.unwrap_or(definition.default_namespace()));
        self.check_ownership(environment, subject, present, place, asked)?;
        Ok(())
    }

    /// Brings an add-on to what a seed says.
    ///
    /// Without checks the add-on and its version need not be in the
    /// catalogue, roles need neither exist nor be of the account, service
    /// accounts need not be the add-on's, and configuration values can be any
    /// text. A service account still has one association at most.
    ///
    /// Errors: those of `CreateAddon` and `UpdateAddon`.
    pub fn seed_addon(
        &mut self,
        environment: &Environment<'_>,
        mut seed: SeededAddon,
        checks: Checks,
    ) -> Result<Seeded, Error> {
        if let Some(definition) = environment.catalog.addon(&seed.name) {
            definition.name().clone_into(&mut seed.name);
        }
        let present = self.addons.get(&seed.name);
        let before = present.map(|addon| self.addon_as_seed(addon));
        match (&before, checks) {
            (Some(before), _) if before.specification() == seed.specification() => {}
            (None, Checks::All) => drop(self.create_addon(environment, seed.creation())?),
            (Some(_), Checks::All) => {
                self.settle_seeded(environment, &seed.name, AddonStatus::Active);
                self.update_addon(environment, seed.update())?;
                self.clear_configuration(environment, &seed);
            }
            (_, Checks::None) => self.force_addon(environment, &seed)?,
        }
        self.seed_addon_state(environment, &seed, before.as_ref());
        let after = self
            .addons
            .get(&seed.name)
            .map(|addon| self.addon_as_seed(addon));
        Ok(match before {
            None => Seeded::Created,
            before if before == after => Seeded::Unchanged,
            _ => Seeded::Updated,
        })
    }

    /// No update takes configuration values away; a seed does.
    fn clear_configuration(&mut self, environment: &Environment<'_>, seed: &SeededAddon) {
        if seed.configuration_values.is_some() {
            return;
        }
        if let Some(addon) = self.addons.get_mut(&seed.name)
            && addon.configuration_values.take().is_some()
        {
            self.apply_objects(environment, &seed.name);
        }
    }

    /// Everything that the API does not let be said, and the end of what is
    /// under way.
    fn seed_addon_state(
        &mut self,
        environment: &Environment<'_>,
        seed: &SeededAddon,
        before: Option<&SeededAddon>,
    ) {
        let is_new = before.is_none();
        let is_settled = before.is_some_and(|before| {
            before.specification() == seed.specification()
                && (before.status, &before.issues) == (seed.status, &seed.issues)
        });
        if !is_settled {
            self.settle_seeded(environment, &seed.name, seed.status);
        }
        if seed.arn.is_some() {
            self.rename_addon(seed);
        }
        for owned in seed.owned.iter().flatten() {
            let namespace = self
                .addons
                .get(&seed.name)
                .map(|addon| addon.namespace.clone());
            let owned = SeededAssociation {
                namespace: namespace.unwrap_or_default(),
                ..owned.clone()
            };
            let of_before = before.and_then(|before| before.owned.as_ref());
            let is_new = !of_before.into_iter().flatten().any(|one| {
                (&one.namespace, &one.service_account) == (&owned.namespace, &owned.service_account)
            });
            self.seed_association_state(environment, &owned, is_new);
        }
        self.set_conflicts(&seed.name, seed.conflicts.clone());
        let Some(addon) = self.addons.get_mut(&seed.name) else {
            return;
        };
        let tags_differ = addon.tags != seed.tags;
        addon.tags.clone_from(&seed.tags);
        addon.issues.clone_from(&seed.issues);
        if seed.owned.is_none() {
            addon.owned = addon.owned.take().filter(|owned| !owned.is_empty());
        } else if addon.owned.is_none() {
            addon.owned = Some(Vec::new());
        }
        addon.created_at = seed.created_at.unwrap_or(addon.created_at);
        let has_changed = !is_new && (!is_settled || tags_differ);
        addon.modified_at = match seed.modified_at {
            Some(at) => at,
            None if has_changed => time_of_change(None, addon.modified_at, environment.now),
            None => addon.modified_at,
        };
    }

    /// Ends what an add-on is going through and gives it a status. A status
    /// of transition has its end ahead, which waits to be told.
    fn settle_seeded(&mut self, environment: &Environment<'_>, name: &str, status: AddonStatus) {
        self.schedule
            .cancel(|transition| transition.subject.addon_name() == Some(name));
        if let Some(addon) = self.addons.get_mut(name) {
            addon.awaits_rollout = None;
            addon.updates.conclude();
        }
        if status == AddonStatus::Deleting {
            self.uninstall_addon(environment, name);
        } else if status != AddonStatus::Creating {
            self.hurry_seeded(environment, name);
        }
        if self
            .addons
            .get(name)
            .is_some_and(|addon| addon.status != status)
        {
            let modified_at = self.addons.get(name).map(|addon| addon.modified_at);
            self.set_addon_status(environment.now, name, status);
            if let (Some(addon), Some(modified_at)) = (self.addons.get_mut(name), modified_at) {
                addon.modified_at = modified_at;
            }
        }
        let addon_name = name.to_owned();
        let subject = match status {
            AddonStatus::Creating => transition::Subject::AddonCreate { addon_name },
            AddonStatus::Deleting => transition::Subject::AddonDelete { addon_name },
            AddonStatus::Updating => self.seeded_addon_update(environment, addon_name),
            _ => return,
        };
        let outcome = Outcome::Success;
        let transition = Transition { subject, outcome };
        self.schedule.push(environment.now, After::Told, transition);
    }

    fn seeded_addon_update(
        &mut self,
        environment: &Environment<'_>,
        addon_name: String,
    ) -> transition::Subject {
        let addon = self.addons.get(&addon_name).map(Addon::reference);
        let kind = UpdateType::AddonUpdate;
        let update = self.new_update(environment, addon, kind, Vec::new(), None);
        let update_id = update.id.clone();
        if let Some(addon) = self.addons.get_mut(&addon_name) {
            addon.updates.add(update);
        }
        transition::Subject::AddonUpdate {
            addon_name,
            update_id,
        }
    }

    /// Lets the pods of an add-on come up, if there are nodes for them.
    fn hurry_seeded(&mut self, environment: &Environment<'_>, name: &str) {
        let at = environment.now;
        while self.addon_progress(name) == Progress::Underway
            && self
                .schedule
                .tell(at, |transition| transition.subject.is_step())
        {
            while let Some(step) = self.schedule.pop_if(at, |due| due.subject.is_step()) {
                self.perform(environment, at, step);
            }
        }
    }

    /// Gives an add-on its ARN, which its associations name as their owner.
    fn rename_addon(&mut self, seed: &SeededAddon) {
        let (Some(addon), Some(arn)) = (self.addons.get_mut(&seed.name), &seed.arn) else {
            return;
        };
        if addon.arn() == arn {
            return;
        }
        let reference = AddonReference {
            name: seed.name.clone(),
            arn: arn.clone(),
        };
        let old = std::mem::replace(&mut addon.reference, Arc::new(reference));
        for id in addon.owned.iter().flatten() {
            if let Some(association) = self.associations.get_mut(*id) {
                association.owner_arn = Some(arn.as_str().into());
            }
        }
        for event in &mut self.events {
            if let EventKind::AssociationCreated { owner_arn, .. } = &mut event.kind
                && owner_arn.as_ref() == Some(&old.arn)
            {
                *owner_arn = Some(arn.clone());
            }
        }
    }

    /// Deletes an add-on at once, with what it owns.
    ///
    /// Errors: `ResourceNotFoundException`.
    pub fn seed_addon_removal(
        &mut self,
        environment: &Environment<'_>,
        name: &str,
    ) -> Result<(), Error> {
        let input = eks_emulator_api::eks::DeleteAddonRequest {
            addon_name: name.to_owned(),
            ..Default::default()
        };
        self.delete_addon(environment, &input)?;
        self.complete(environment, Some(name));
        if self.addons.contains_key(name) {
            return Err(error::addon_is_busy(
                &self.name,
                name,
                AddonStatus::Deleting,
            ));
        }
        Ok(())
    }
}
