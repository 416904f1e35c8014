//! Clusters and what belongs to them, as documents have them.

use eks_emulator_api::eks::{self, AddonIssue, AddonIssueCode};
use eks_emulator_core::Environment;
use eks_emulator_core::catalog::{self, Catalog, OfferedAddon};
use eks_emulator_core::cluster::seed::{SeededAddon, SeededAssociation, SeededCluster};
use eks_emulator_core::cluster::{Cluster, Compute, SeededServiceAccount};
use eks_emulator_core::lifecycle::Issue;
use eks_emulator_core::region::AccountRegion;
use serde_json::{Value, json};

use super::strip_nulls;
use crate::seed::apply::pod_manifest;
use crate::seed::document::{
    AddonExtras, AddonSeed, AssociationSeed, CertificateAuthorityKey, ClusterExtras, ClusterSeed,
    ComputeSeed, OwnedAssociation, OwnedAssociationSeed, PodExtras, PodSeed, ServiceAccountSeed,
    Upgrade,
};

/// What is as it would be without a word, member by member.
fn defaults() -> [(&'static str, Value); 11] {
    let logs = [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ];
    [
        ("status", json!("ACTIVE")),
        ("health", json!({ "issues": [] })),
        (
            "kubernetesNetworkConfig",
            json!({
                "serviceIpv4Cidr": "10.100.0.0/16",
                "ipFamily": "ipv4",
                "elasticLoadBalancing": { "enabled": false },
            }),
        ),
        (
            "logging",
            json!({ "clusterLogging": [{ "types": logs, "enabled": false }] }),
        ),
        (
            "accessConfig",
            json!({
                "authenticationMode": "CONFIG_MAP",
                "bootstrapClusterCreatorAdminPermissions": true,
            }),
        ),
        ("bootstrapSelfManagedAddons", json!(true)),
        ("upgradePolicy", json!({ "supportType": "EXTENDED" })),
        ("zonalShiftConfig", json!({ "enabled": false })),
        ("deletionProtection", json!(false)),
        ("controlPlaneScalingConfig", json!({ "tier": "standard" })),
        ("tags", json!({})),
    ]
}

/// A cluster with everything that belongs to it.
pub(super) fn export(
    cluster: &Cluster,
    environment: &Environment<'_>,
    home: &AccountRegion,
) -> ClusterSeed {
    let mut members = serde_json::to_value(cluster_members(cluster)).unwrap_or_default();
    strip_nulls(&mut members);
    if let Some(members) = members.as_object_mut() {
        for (name, default) in defaults() {
            if members.get(name) == Some(&default) {
                members.remove(name);
            }
        }
    }
    let seed: ClusterSeed = serde_json::from_value(members).unwrap_or_default();
    let addons = cluster.addons_as_seeds();
    let associations = cluster.associations_as_seeds();
    let role_is_fine = environment.roles.trusts_eks(
        environment.now,
        seed.role_arn.as_deref().unwrap_or_default(),
        &format!(
            "arn:{}:eks:{}:{}:cluster/{}",
            home.partition,
            home.region,
            home.account_id,
            cluster.name()
        ),
        &home.account_id,
    );
    let version = seed.version.as_deref().unwrap_or_default();
    let version_is_known = catalog::cluster_version(version).is_some();
    ClusterSeed {
        addons: addons
            .into_iter()
            .map(|addon| {
                let could_be_made = cluster.could_make_addon(environment, &addon);
                let mut seed = addon_members(&addon);
                seed.x_emulator.force = !could_be_made;
                simplify(environment.catalog, seed)
            })
            .collect(),
        pod_identity_associations: associations
            .into_iter()
            .map(|one| {
                let could_be_made = cluster.could_make_association(environment, &one);
                let mut seed = association_members(&one);
                seed.x_emulator.force = !could_be_made;
                seed
            })
            .collect(),
        service_accounts: cluster
            .service_accounts_as_seeds()
            .into_iter()
            .map(service_account)
            .collect(),
        pods: cluster.pods_as_seeds().iter().map(pod).collect(),
        x_emulator: ClusterExtras {
            force: !role_is_fine || !version_is_known,
            ..seed.x_emulator
        },
        ..seed
    }
}

/// Every member of a cluster itself.
pub(crate) fn cluster_members(cluster: &Cluster) -> ClusterSeed {
    let known = cluster.as_seed();
    let (bootstrap_admin, bootstrap_addons) = cluster.bootstrap();
    let view = cluster.view();
    let access_config = view.access_config.map(|config| eks::AccessConfigResponse {
        bootstrap_cluster_creator_admin_permissions: Some(bootstrap_admin),
        ..config
    });
    let has_certificate = view.certificate_authority.as_ref();
    let has_certificate = has_certificate.is_some_and(|shown| shown.active.is_some());
    let certificate_authority = has_certificate.then(|| eks::Certificate {
        data: known.certificate_authority_data.clone(),
        active: view.certificate_authority.and_then(|shown| shown.active),
    });
    ClusterSeed {
        name: cluster.name().to_owned(),
        version: view.version,
        status: view.status,
        health: view.health,
        created_at: view.created_at.map(Into::into),
        role_arn: view.role_arn,
        resources_vpc_config: view.resources_vpc_config,
        kubernetes_network_config: view.kubernetes_network_config,
        logging: view.logging,
        access_config,
        encryption_config: view.encryption_config,
        outpost_config: view.outpost_config,
        bootstrap_self_managed_addons: Some(bootstrap_addons),
        upgrade_policy: view.upgrade_policy,
        zonal_shift_config: view.zonal_shift_config,
        remote_network_config: view.remote_network_config,
        compute_config: view.compute_config,
        storage_config: view.storage_config,
        deletion_protection: view.deletion_protection,
        control_plane_scaling_config: view.control_plane_scaling_config,
        kube_api_server_config: view.kube_api_server_config,
        kube_scheduler_config: view.kube_scheduler_config,
        kube_controller_manager_config: view.kube_controller_manager_config,
        tags: view.tags,
        endpoint: view.endpoint,
        certificate_authority,
        id: view.id,
        x_emulator: extras(&known),
        ..ClusterSeed::default()
    }
}

fn extras(known: &SeededCluster) -> ClusterExtras {
    let hex = |seed: [u8; 32]| seed.iter().map(|byte| format!("{byte:02x}")).collect();
    let serial = known.certificate_authority_serial;
    let upgrade = known.upgraded_from.clone();
    ClusterExtras {
        compute: (known.compute == Some(Compute::None)).then_some(ComputeSeed::None),
        certificate_authority: Some(CertificateAuthorityKey {
            seed: known.certificate_authority_seed.map(hex),
            serial: serial.map(|serial| format!("{serial:x}")),
        }),
        issuer: known.issuer_seed.map(hex),
        upgraded_from: upgrade.map(|(version, at)| Upgrade {
            version,
            at: at.into(),
        }),
        ..ClusterExtras::default()
    }
}

/// Every member of an add-on.
fn addon_members(addon: &SeededAddon) -> AddonSeed {
    let owned = addon.owned.as_ref();
    AddonSeed {
        addon_name: addon.name.clone(),
        addon_version: Some(addon.version.clone()),
        status: Some(addon.status),
        health: Some(eks::AddonHealth {
            issues: Some(addon.issues.iter().map(issue).collect()),
        }),
        addon_arn: addon.arn.clone(),
        created_at: addon.created_at.map(Into::into),
        modified_at: addon.modified_at.map(Into::into),
        service_account_role_arn: addon.service_account_role_arn.clone(),
        tags: Some(addon.tags.clone()),
        configuration_values: addon.configuration_values.clone(),
        pod_identity_associations: owned.map(|owned| {
            let owned = owned.iter().map(owned_association);
            owned.map(OwnedAssociation::Whole).collect()
        }),
        namespace_config: Some(eks::AddonNamespaceConfigResponse {
            namespace: addon.namespace.clone(),
        }),
        x_emulator: AddonExtras {
            conflicts: Some(addon.conflicts.clone()),
            ..AddonExtras::default()
        },
        ..AddonSeed::default()
    }
}

/// Without what is as it would be without a word.
fn simplify(catalog: &Catalog, mut addon: AddonSeed) -> AddonSeed {
    let definition = catalog.addon(&addon.addon_name);
    let default = definition.map(OfferedAddon::default_namespace);
    addon.status = addon.status.filter(|status| status.as_str() != "ACTIVE");
    addon.health = addon.health.filter(|health| {
        health
            .issues
            .as_ref()
            .is_some_and(|issues| !issues.is_empty())
    });
    addon.tags = addon.tags.filter(|tags| !tags.is_empty());
    addon.namespace_config = addon
        .namespace_config
        .filter(|config| config.namespace.as_deref() != default);
    let conflicts = addon.x_emulator.conflicts.take();
    addon.x_emulator.conflicts = conflicts.filter(|conflicts| !conflicts.is_empty());
    addon
}

fn issue(issue: &Issue) -> AddonIssue {
    AddonIssue {
        code: AddonIssueCode::parse(issue.code.as_str()),
        message: Some(issue.message.clone()),
        resource_ids: issue.resource_ids.clone(),
    }
}

fn owned_association(one: &SeededAssociation) -> OwnedAssociationSeed {
    OwnedAssociationSeed {
        service_account: one.service_account.clone(),
        role_arn: one.role_arn.clone(),
        association_id: one.id.clone(),
        tags: Some(one.tags.clone()).filter(|tags| !tags.is_empty()),
        created_at: one.created_at.map(Into::into),
        modified_at: one.modified_at.map(Into::into),
        disable_session_tags: one.disable_session_tags.then_some(true),
        target_role_arn: one.target_role_arn.clone(),
        policy: one.policy.clone(),
    }
}

fn association_members(one: &SeededAssociation) -> AssociationSeed {
    let OwnedAssociationSeed {
        service_account,
        role_arn,
        association_id,
        tags,
        created_at,
        modified_at,
        disable_session_tags,
        target_role_arn,
        policy,
    } = owned_association(one);
    AssociationSeed {
        namespace: one.namespace.clone(),
        service_account,
        role_arn,
        association_id,
        tags,
        created_at,
        modified_at,
        disable_session_tags,
        target_role_arn,
        policy,
        ..AssociationSeed::default()
    }
}

fn service_account(one: SeededServiceAccount) -> ServiceAccountSeed {
    ServiceAccountSeed {
        namespace: one.namespace,
        name: one.name,
        labels: one.labels,
        annotations: one.annotations,
    }
}

fn pod(manifest: &Value) -> PodSeed {
    let text = |pointer: &str| {
        let text = manifest.pointer(pointer).and_then(Value::as_str);
        text.map(str::to_owned)
    };
    let service_account = text("/spec/serviceAccountName");
    let plain = PodSeed {
        namespace: text("/metadata/namespace").unwrap_or_default(),
        name: text("/metadata/name").unwrap_or_default(),
        service_account: service_account.filter(|name| name != "default"),
        ..PodSeed::default()
    };
    if pod_manifest(&plain) == *manifest {
        return plain;
    }
    PodSeed {
        x_emulator: PodExtras {
            manifest: Some(manifest.clone()),
        },
        ..plain
    }
}
