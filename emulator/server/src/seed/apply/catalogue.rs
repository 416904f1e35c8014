//! The catalogue: add-ons and versions that a document lays over the tables.

use std::collections::BTreeMap;

use eks_emulator_core::catalog::{
    self, AddedWorkload, AddonDefinition, CompatibilityDefinition, PodIdentityDefinition,
    ProductDefinition, VersionDefinition, WorkloadKind,
};
use eks_emulator_core::cluster::seed::Seeded;

use super::{Application, SeedMode};
use crate::seed::document::{
    CatalogueAddonSeed, CatalogueVersionSeed, CatalogueWorkloadSeed, ConfigurationSchemaSeed, Seed,
    WorkloadKindSeed,
};
use crate::seed::mistake::Mistake;
use crate::state::lost_addon;

impl Application<'_> {
    /// Lays what the document names over the catalogue. The catalogue is of no
    /// account: what is to be replaced goes wherever the clusters are.
    pub(super) fn apply_catalogue(&mut self, seed: &Seed, mode: SeedMode) {
        if mode == SeedMode::Replace {
            self.remove_from_catalogue(seed);
        }
        for (index, addon) in seed.catalogue.iter().enumerate() {
            let pointer = format!("/catalogue/{index}");
            let name = &addon.addon_name;
            let mut earlier = seed.catalogue[..index].iter();
            if earlier.any(|earlier| earlier.addon_name == *name) {
                let message = format!("the add-on {name} is there already");
                self.mistake(format!("{pointer}/addonName"), message);
                continue;
            }
            let known = self.mistakes.len();
            let definition = Reading::new(self.mistakes).addon(&pointer, addon);
            if self.mistakes.len() > known {
                continue;
            }
            let before = self.catalog.definition(name).cloned();
            let definition = match (&before, mode) {
                (Some(before), SeedMode::Merge) => definition.over(before),
                _ => definition,
            };
            let seeded = match &before {
                None => Seeded::Created,
                Some(before) if *before == definition => Seeded::Unchanged,
                Some(_) => Seeded::Updated,
            };
            match self.catalog.put(definition) {
                Ok(()) => self.report.add(seeded, format!("catalogue/{name}")),
                Err(sentence) => self.mistake(pointer, sentence),
            }
        }
    }

    fn remove_from_catalogue(&mut self, seed: &Seed) {
        let is_named = |name: &str| seed.catalogue.iter().any(|named| named.addon_name == name);
        let names = self.catalog.definitions().map(|present| &*present.name);
        let names: Vec<String> = names
            .filter(|name| !is_named(name))
            .map(str::to_owned)
            .collect();
        for name in names {
            self.catalog.remove(&name);
            self.report.deleted.push(format!("catalogue/{name}"));
        }
    }

    /// Whether every add-on that is installed in the end is still in the
    /// catalogue, if it was before.
    pub(super) fn check_catalogue(&mut self, before: &catalog::Catalog) {
        let mut lost = Vec::new();
        for region in self.state.regions() {
            region.look_at_slots(|slot| lost.extend(lost_addon(before, self.catalog, slot)));
        }
        lost.sort();
        for sentence in lost {
            self.mistake("/catalogue", sentence);
        }
    }
}

/// Reads add-ons of a document, and notes what is wrong with them.
struct Reading<'a> {
    mistakes: &'a mut Vec<Mistake>,
    /// Who is the default, by cluster version.
    defaults: BTreeMap<String, String>,
}

impl<'a> Reading<'a> {
    fn new(mistakes: &'a mut Vec<Mistake>) -> Self {
        Self {
            mistakes,
            defaults: BTreeMap::new(),
        }
    }

    fn mistake(&mut self, pointer: String, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(pointer, message));
    }

    fn addon(&mut self, pointer: &str, addon: &CatalogueAddonSeed) -> AddonDefinition {
        let lists = [
            ("versions", &addon.versions),
            ("addonVersions", &addon.addon_versions),
        ];
        let mut versions: Vec<VersionDefinition> = Vec::new();
        for (member, list) in lists {
            for (index, version) in list.iter().enumerate() {
                let pointer = format!("{pointer}/{member}/{index}");
                let name = &version.addon_version;
                if versions.iter().any(|earlier| earlier.version == *name) {
                    let message = format!("the version {name} is there already");
                    self.mistake(format!("{pointer}/addonVersion"), message);
                    continue;
                }
                versions.push(self.version(&pointer, version));
            }
        }
        let product = addon.marketplace_information.clone();
        let workloads = addon.workloads.as_ref();
        AddonDefinition {
            name: addon.addon_name.clone(),
            r#type: addon.r#type.clone(),
            publisher: addon.publisher.clone(),
            owner: addon.owner.clone(),
            default_namespace: addon.default_namespace.clone(),
            product: product.map(|product| ProductDefinition {
                product_id: product.product_id,
                product_url: product.product_url,
            }),
            versions,
            workloads: workloads.map(|workloads| self.workloads(pointer, workloads)),
        }
    }

    fn workloads(
        &mut self,
        pointer: &str,
        workloads: &[CatalogueWorkloadSeed],
    ) -> Vec<AddedWorkload> {
        for (index, workload) in workloads.iter().enumerate() {
            let mut earlier = workloads[..index].iter();
            let is_same = |earlier: &CatalogueWorkloadSeed| {
                earlier.kind == workload.kind && earlier.name == workload.name
            };
            if earlier.any(is_same) {
                let message = format!("the workload {} is there already", workload.name);
                self.mistake(format!("{pointer}/workloads/{index}/name"), message);
            }
        }
        let read = |workload: &CatalogueWorkloadSeed| AddedWorkload {
            kind: match workload.kind {
                WorkloadKindSeed::Deployment => WorkloadKind::Deployment,
                WorkloadKindSeed::DaemonSet => WorkloadKind::DaemonSet,
            },
            name: workload.name.clone(),
            replicas: workload.replicas.unwrap_or(1),
            service_account: workload.service_account.clone(),
            image: workload.image.clone(),
        };
        workloads.iter().map(read).collect()
    }

    fn version(&mut self, pointer: &str, version: &CatalogueVersionSeed) -> VersionDefinition {
        VersionDefinition {
            version: version.addon_version.clone(),
            compatibilities: self.compatibilities(pointer, version),
            architectures: version.architecture.clone(),
            compute_types: version.compute_types.clone(),
            requires_configuration: version.requires_configuration,
            requires_iam_permissions: version.requires_iam_permissions,
            configuration_schema: self.schema(pointer, version),
            pod_identity: self.pod_identity(pointer, version),
        }
    }

    fn schema(&mut self, pointer: &str, version: &CatalogueVersionSeed) -> Option<String> {
        let value = match version.configuration_schema.as_ref()? {
            ConfigurationSchemaSeed::Whole(schema) => Ok(schema.clone().into()),
            ConfigurationSchemaSeed::Text(text) => serde_json::from_str(text)
                .map_err(|error| format!("the configuration schema is no JSON: {error}")),
        };
        match value.and_then(catalog::checked_schema) {
            Ok(text) => Some(text),
            Err(sentence) => {
                self.mistake(format!("{pointer}/configurationSchema"), sentence);
                None
            }
        }
    }

    fn compatibilities(
        &mut self,
        pointer: &str,
        version: &CatalogueVersionSeed,
    ) -> Option<Vec<CompatibilityDefinition>> {
        let is_short = version.cluster_versions.is_some() || version.default.is_some();
        if version.compatibilities.is_some() && is_short {
            let message = "compatibilities says it already, and not clusterVersions";
            let member = match version.cluster_versions {
                Some(_) => "clusterVersions",
                None => "default",
            };
            self.mistake(format!("{pointer}/{member}"), message);
            return None;
        }
        let entry = |cluster_version: &String, needed: Option<&Vec<String>>, is_default| {
            CompatibilityDefinition {
                cluster_version: cluster_version.clone(),
                platform_versions: needed.cloned().unwrap_or_else(|| vec!["*".into()]),
                is_default,
            }
        };
        let mut read: Vec<(String, String, CompatibilityDefinition)> = Vec::new();
        if let Some(compatibilities) = &version.compatibilities {
            for (index, one) in compatibilities.iter().enumerate() {
                let place = format!("{pointer}/compatibilities/{index}");
                let is_default = one.default_version.unwrap_or(false);
                let needed = one.platform_versions.as_ref();
                read.push((
                    format!("{place}/clusterVersion"),
                    format!("{place}/defaultVersion"),
                    entry(&one.cluster_version, needed, is_default),
                ));
            }
        } else if let Some(names) = &version.cluster_versions {
            for (index, name) in names.iter().enumerate() {
                read.push((
                    format!("{pointer}/clusterVersions/{index}"),
                    format!("{pointer}/default"),
                    entry(name, None, version.default.unwrap_or(false)),
                ));
            }
        } else {
            if version.default == Some(true) {
                let message = "clusterVersions has to say on which it is the default";
                self.mistake(format!("{pointer}/default"), message);
            }
            return None;
        }
        Some(self.checked(&version.addon_version, read))
    }

    /// Cluster versions that there are, each once, and with one default each.
    fn checked(
        &mut self,
        version: &str,
        read: Vec<(String, String, CompatibilityDefinition)>,
    ) -> Vec<CompatibilityDefinition> {
        let mut checked: Vec<CompatibilityDefinition> = Vec::new();
        for (place, place_of_default, entry) in read {
            let name = &entry.cluster_version;
            if !catalog::is_known_cluster_version(name) {
                self.mistake(place, format!("there is no cluster version {name}"));
                continue;
            }
            if checked
                .iter()
                .any(|earlier| earlier.cluster_version == *name)
            {
                self.mistake(
                    place,
                    format!("the cluster version {name} is there already"),
                );
                continue;
            }
            if entry.is_default {
                let earlier = self.defaults.insert(name.clone(), version.to_owned());
                if let Some(earlier) = earlier {
                    let message = format!("{earlier} is the default on {name} already");
                    self.mistake(place_of_default, message);
                }
            }
            checked.push(entry);
        }
        checked
    }

    fn pod_identity(
        &mut self,
        pointer: &str,
        version: &CatalogueVersionSeed,
    ) -> Option<Vec<PodIdentityDefinition>> {
        let entry = |name: &String, policies: Option<&Vec<String>>| PodIdentityDefinition {
            service_account: name.clone(),
            recommended_managed_policies: policies.cloned().unwrap_or_default(),
        };
        let configuration = version.pod_identity_configuration.as_ref();
        let names = version.pod_identity_service_accounts.as_ref();
        let (member, read): (_, Vec<PodIdentityDefinition>) = match (configuration, names) {
            (Some(_), Some(_)) => {
                let message = "podIdentityConfiguration says it already";
                self.mistake(format!("{pointer}/podIdentityServiceAccounts"), message);
                return None;
            }
            (Some(entries), None) => {
                let policies = entries.iter().map(|one| {
                    let policies = one.recommended_managed_policies.as_ref();
                    entry(&one.service_account, policies)
                });
                ("podIdentityConfiguration", policies.collect())
            }
            (None, Some(names)) => {
                let entries = names.iter().map(|name| entry(name, None));
                ("podIdentityServiceAccounts", entries.collect())
            }
            (None, None) => return None,
        };
        for (index, one) in read.iter().enumerate() {
            let name = &one.service_account;
            if read[..index]
                .iter()
                .any(|earlier| earlier.service_account == *name)
            {
                let message = format!("the service account {name} is there already");
                self.mistake(format!("{pointer}/{member}/{index}"), message);
            }
        }
        Some(read)
    }
}
