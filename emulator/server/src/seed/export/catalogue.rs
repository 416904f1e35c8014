//! What is laid over the tables of the catalogue, as documents have it.

use eks_emulator_api::eks::MarketplaceInformation;
use eks_emulator_core::catalog::{
    AddedWorkload, AddonDefinition, Catalog, CompatibilityDefinition, PodIdentityDefinition,
    VersionDefinition, WorkloadKind,
};

use crate::seed::document::{
    CatalogueAddonSeed, CatalogueVersionSeed, CatalogueWorkloadSeed, CompatibilitySeed,
    ConfigurationSchemaSeed, PodIdentitySeed, WorkloadKindSeed,
};

/// Everything that is laid over the tables.
pub(super) fn export(catalog: &Catalog) -> Vec<CatalogueAddonSeed> {
    catalog.definitions().map(addon).collect()
}

fn addon(definition: &AddonDefinition) -> CatalogueAddonSeed {
    let product = definition.product.clone();
    let workloads = definition.workloads.as_ref();
    CatalogueAddonSeed {
        addon_name: definition.name.clone(),
        r#type: definition.r#type.clone(),
        publisher: definition.publisher.clone(),
        owner: definition.owner.clone(),
        default_namespace: definition.default_namespace.clone(),
        marketplace_information: product.map(|product| MarketplaceInformation {
            product_id: product.product_id,
            product_url: product.product_url,
        }),
        versions: definition.versions.iter().map(version).collect(),
        addon_versions: Vec::new(),
        workloads: workloads.map(|workloads| workloads.iter().map(workload).collect()),
    }
}

fn version(definition: &VersionDefinition) -> CatalogueVersionSeed {
    let schema = definition.configuration_schema.clone();
    let mut seed = CatalogueVersionSeed {
        addon_version: definition.version.clone(),
        architecture: definition.architectures.clone(),
        compute_types: definition.compute_types.clone(),
        requires_configuration: definition.requires_configuration,
        requires_iam_permissions: definition.requires_iam_permissions,
        configuration_schema: schema.map(ConfigurationSchemaSeed::Text),
        ..CatalogueVersionSeed::default()
    };
    if let Some(compatibilities) = &definition.compatibilities {
        put_compatibilities(&mut seed, compatibilities);
    }
    if let Some(entries) = &definition.pod_identity {
        put_pod_identity(&mut seed, entries);
    }
    seed
}

/// In short, if that says everything.
fn put_compatibilities(seed: &mut CatalogueVersionSeed, entries: &[CompatibilityDefinition]) {
    let is_default = entries.first().is_some_and(|first| first.is_default);
    let is_alike = |entry: &CompatibilityDefinition| {
        entry.platform_versions == ["*"] && entry.is_default == is_default
    };
    if entries.iter().all(is_alike) {
        let names = entries.iter().map(|entry| entry.cluster_version.clone());
        seed.cluster_versions = Some(names.collect());
        seed.default = is_default.then_some(true);
        return;
    }
    let whole = entries.iter().map(|entry| CompatibilitySeed {
        cluster_version: entry.cluster_version.clone(),
        platform_versions: Some(entry.platform_versions.clone()),
        default_version: Some(entry.is_default),
    });
    seed.compatibilities = Some(whole.collect());
}

fn put_pod_identity(seed: &mut CatalogueVersionSeed, entries: &[PodIdentityDefinition]) {
    let is_bare = |entry: &PodIdentityDefinition| entry.recommended_managed_policies.is_empty();
    if entries.iter().all(is_bare) {
        let names = entries.iter().map(|entry| entry.service_account.clone());
        seed.pod_identity_service_accounts = Some(names.collect());
        return;
    }
    let whole = entries.iter().map(|entry| PodIdentitySeed {
        service_account: entry.service_account.clone(),
        recommended_managed_policies: Some(entry.recommended_managed_policies.clone()),
    });
    seed.pod_identity_configuration = Some(whole.collect());
}

fn workload(workload: &AddedWorkload) -> CatalogueWorkloadSeed {
    CatalogueWorkloadSeed {
        kind: match workload.kind {
            WorkloadKind::Deployment => WorkloadKindSeed::Deployment,
            WorkloadKind::DaemonSet => WorkloadKindSeed::DaemonSet,
        },
        name: workload.name.clone(),
        replicas: (workload.replicas != 1).then_some(workload.replicas),
        service_account: workload.service_account.clone(),
        image: workload.image.clone(),
    }
}
