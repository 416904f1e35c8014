//! What a cluster of a document is known by beside its configuration: status,
//! identifiers, keys.

use eks_emulator_api::eks::ClusterStatus;
use eks_emulator_core::cluster::Compute;
use eks_emulator_core::cluster::seed::{SeededCluster, issue_of_cluster};

use super::cluster::ClusterPlan;
use crate::seed::document::ComputeSeed;
use crate::seed::mistake::Mistake;

/// What a cluster is to be known by before it has its parts.
pub(super) fn before_parts(plan: &ClusterPlan<'_>, known: &SeededCluster) -> SeededCluster {
    let mut first = known.clone();
    if plan.has_parts() {
        // What parts need; what it is to be in the end comes in the end.
        first.status = first.status.map(|_| ClusterStatus::Active);
        first.issues = None;
    }
    first
}

/// What a cluster of a document is to be known by.
pub(super) fn known(plan: &ClusterPlan<'_>) -> Result<SeededCluster, Mistake> {
    let seed = plan.seed;
    let (endpoint_id, endpoint_shard) = endpoint(plan)?;
    let network = seed.resources_vpc_config.clone().unwrap_or_default();
    let services = seed.kubernetes_network_config.clone().unwrap_or_default();
    let certificate = seed.certificate_authority.clone().unwrap_or_default();
    let extras = &seed.x_emulator;
    let key = extras.certificate_authority.clone().unwrap_or_default();
    let serial = key.serial.as_deref();
    let upgrade = extras.upgraded_from.clone();
    let health = seed.health.as_ref();
    let issues = health.map(|health| {
        let issues = health.issues.iter().flatten();
        issues.map(issue_of_cluster).collect()
    });
    Ok(SeededCluster {
        status: seed.status,
        issues,
        created_at: seed.created_at.map(|time| time.0),
        has_been_active: (seed.endpoint.is_some() && seed.status.is_some()).then_some(true),
        endpoint_id,
        endpoint_shard,
        security_group_id: network.cluster_security_group_id,
        vpc_id: network.vpc_id,
        service_ipv6_cidr: services.service_ipv6_cidr,
        local_cluster_id: seed.id.clone(),
        certificate_authority_id: certificate.active.and_then(|active| active.id),
        certificate_authority_data: certificate.data,
        certificate_authority_serial: serial
            .and_then(|serial| u64::from_str_radix(serial, 16).ok()),
        certificate_authority_seed: key.seed.as_deref().and_then(bytes),
        issuer_seed: extras.issuer.as_deref().and_then(bytes),
        compute: extras.compute.map(|compute| match compute {
            ComputeSeed::Assumed => Compute::Assumed,
            ComputeSeed::None => Compute::None,
        }),
        upgraded_from: upgrade.map(|upgrade| (upgrade.version, upgrade.at.0)),
    })
}

/// The id and the shard in an endpoint, and the id in an issuer.
fn endpoint(plan: &ClusterPlan<'_>) -> Result<(Option<String>, Option<String>), Mistake> {
    let is_id = |text: &&str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let refuse =
        |member: &str, message: String| Mistake::new(format!("{}/{member}", plan.pointer), message);
    let issuer = plan.seed.identity.as_ref();
    let issuer = issuer.and_then(|identity| identity.oidc.as_ref()?.issuer.as_deref());
    let issuer_id = issuer.map(|issuer| {
        let id = issuer.rsplit('/').next().filter(is_id);
        id.map(str::to_owned).ok_or_else(|| {
            refuse(
                "identity/oidc/issuer",
                format!("{issuer} is not an issuer of EKS"),
            )
        })
    });
    let issuer_id = issuer_id.transpose()?;
    let Some(endpoint) = &plan.seed.endpoint else {
        return Ok((issuer_id, None));
    };
    let mut labels = endpoint
        .strip_prefix("https://")
        .unwrap_or_default()
        .split('.');
    let parts = (labels.next().filter(is_id), labels.next(), labels.next());
    let (Some(id), Some(shard), Some(_)) = parts else {
        return Err(refuse(
            "endpoint",
            format!("{endpoint} is not an endpoint of EKS"),
        ));
    };
    if issuer_id.is_some_and(|issuer_id| issuer_id != id) {
        let message = "the ids in the endpoint and in the issuer differ".into();
        return Err(refuse("identity/oidc/issuer", message));
    }
    Ok((Some(id.to_owned()), Some(shard.to_owned())))
}

/// 64 hex digits as bytes.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * index..2 * index + 2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}
