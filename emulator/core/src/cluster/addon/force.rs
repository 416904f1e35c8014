//! Add-ons that seeds make without asking the rules of the API.

use std::sync::Arc;

use eks_emulator_api::eks::{AddonStatus, Error};

use super::Addon;
use super::conflict::Resolution;
use super::seed::SeededAddon;
use crate::catalog::OfferedAddon;
use crate::cluster::Cluster;
use crate::cluster::pod_identity_association::seed::{SeededAssociation, check_free};
use crate::cluster::update::Updates;
use crate::environment::Environment;
use crate::event::AddonReference;
use crate::tagging::Tags;

impl Cluster {
    /// Makes or changes an add-on without asking the rules of the API.
    pub(super) fn force_addon(
        &mut self,
        environment: &Environment<'_>,
        seed: &SeededAddon,
    ) -> Result<(), Error> {
        if !self.works() {
            return Err(crate::cluster::error::cluster_is_not_active(&self.name));
        }
        let definition = environment.catalog.addon(&seed.name);
        let default = definition.map_or("kube-system", OfferedAddon::default_namespace);
        let namespace = seed.namespace.as_deref().unwrap_or(default).to_owned();
        let owned_before = self.addons.get(&seed.name).map(Addon::owned);
        let owned_before = owned_before.unwrap_or_default().to_vec();
        for wanted in seed.owned.iter().flatten() {
            check_free(self, &namespace, &wanted.service_account, &owned_before)?;
        }
        let mut addon = match self.addons.remove(&seed.name) {
            Some(addon) => addon,
            None => self.bare_addon(environment, &seed.name),
        };
        for id in owned_before {
            self.remove_association(environment, id);
        }
        let make = |wanted: &SeededAssociation| {
            self.new_owned_association(
                environment,
                addon.arn(),
                &namespace,
                &wanted.service_account,
                &wanted.role_arn,
            )
        };
        addon.owned = seed
            .owned
            .as_ref()
            .map(|owned| owned.iter().map(make).collect());
        addon.namespace = namespace;
        addon.version.clone_from(&seed.version);
        addon
            .service_account_role_arn
            .clone_from(&seed.service_account_role_arn);
        addon
            .configuration_values
            .clone_from(&seed.configuration_values);
        self.addons.insert(seed.name.clone(), addon);
        self.apply_objects(environment, &seed.name);
        Ok(())
    }

    fn bare_addon(&mut self, environment: &Environment<'_>, name: &str) -> Addon {
        Addon {
            reference: Arc::new(AddonReference {
                name: name.to_owned(),
                arn: self.next_addon_arn(name),
            }),
            status: AddonStatus::Creating,
            version: String::new(),
            issues: Vec::new(),
            created_at: environment.now,
            modified_at: environment.now,
            service_account_role_arn: None,
            configuration_values: None,
            namespace: String::new(),
            tags: Tags::new(),
            owned: None,
            updates: Updates::default(),
            resolution: Resolution::Overwrite,
            awaits_rollout: None,
            differing: Vec::new(),
            calls: Vec::new(),
        }
    }
}
