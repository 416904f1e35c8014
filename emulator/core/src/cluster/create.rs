//! `CreateCluster`: checks and defaults.

use std::collections::BTreeSet;
use std::sync::Arc;

use eks_emulator_api::eks::{
    self, AuthenticationMode, ControlPlaneEgressModeType, ControlPlanePlacementResponse,
    CreateAccessConfigRequest, CreateClusterRequest, EncryptionConfig, Error,
    EtcdPlacementResponse, IpFamily, KubernetesNetworkConfigRequest, OutpostConfigRequest,
    OutpostConfigResponse, ProvisionedControlPlaneTier, SupportType, VpcConfigRequest,
};

use crate::arn::{Arn, RoleArn};
use crate::catalog;
use crate::cluster::configuration::{
    AutoMode, Configuration, Network, ServiceNetwork, apply_logging,
};
use crate::cluster::error::{self, invalid_parameter};
use crate::cluster::{Cluster, Identity, update_config};
use crate::environment::Environment;
use crate::ids::{IdKind, Ids, stable};
use crate::proposed;
use crate::region::AccountRegion;
use crate::tagging::{Tags, new_tags};

/// A cluster that may be made.
pub(super) struct NewCluster {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) configuration: Configuration,
    pub(super) tags: Tags,
}

impl NewCluster {
    /// The identifiers that the cluster is given.
    pub(super) fn identity(&self, home: &AccountRegion, ids: &mut Ids) -> Identity {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let prefix = ids.next_hex(IdKind::ServiceNetwork, 10);
        Identity {
            endpoint_id: ids.next_hex(IdKind::Endpoint, 32).to_uppercase(),
            endpoint_shard: text(&ids.next_base36::<3>(IdKind::EndpointShard)),
            security_group_id: format!("sg-{}", ids.next_hex(IdKind::SecurityGroup, 17)),
            service_ipv6_cidr: format!(
                "fd{}:{}:{}::/108",
                &prefix[..2],
                &prefix[2..6],
                &prefix[6..]
            ),
            vpc_id: vpc_id(home),
            local_cluster_id: self
                .configuration
                .outpost
                .is_some()
                .then(|| ids.next_dashed_hex(IdKind::LocalCluster)),
            certificate_authority_id: ids.next_dashed_hex(IdKind::CertificateAuthority),
            certificate_authority_serial: ids.next(IdKind::CertificateAuthority) as u64 >> 1,
            certificate_authority_seed: seed(ids, IdKind::CertificateAuthority),
            certificate_authority_data: None,
            issuer_seed: seed(ids, IdKind::Issuer),
        }
    }
}

/// What a key is made from.
fn seed(ids: &mut Ids, kind: IdKind) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(&ids.next(kind).to_be_bytes());
    seed[16..].copy_from_slice(&ids.next(kind).to_be_bytes());
    seed
}

/// There is no model of networks: an account has one VPC in each region.
fn vpc_id(home: &AccountRegion) -> String {
    let scope = format!("vpc/{}/{}", home.account_id, home.region);
    let hex = format!("{:032x}", stable(0, &scope));
    format!("vpc-{}", &hex[..17])
}

/// The answer to `CreateCluster`.
pub(super) fn response(cluster: &Cluster) -> eks::Cluster {
    eks::Cluster {
        access_config: Some(cluster.configuration.describe_access(true)),
        ..cluster.describe_without_health()
    }
}

/// Checks the input and fills in what it leaves open.
///
/// Errors: see [`ClusterSlot::create_cluster`](crate::cluster::ClusterSlot::create_cluster).
pub(super) fn check(
    environment: &Environment<'_>,
    home: &AccountRegion,
    input: &CreateClusterRequest,
) -> Result<NewCluster, Error> {
    let name = &input.name;
    let version = check_version(environment, name, input.version.as_deref())?;
    check_role(environment, name, home, &input.role_arn)?;
    let request = &input.resources_vpc_config;
    let network = check_network(name, request, input.outpost_config.is_some())?;
    let access = check_access(name, input.access_config.as_ref())?;
    let auto_mode = check_auto_mode(home, input, access.0)?;
    let tier = input
        .control_plane_scaling_config
        .as_ref()
        .and_then(|config| config.tier);
    let tier = tier.unwrap_or(ProvisionedControlPlaneTier::Standard);
    let configuration = Configuration {
        role_arn: input.role_arn.as_str().into(),
        network: Arc::new(network),
        service_network: Arc::new(check_service_network(
            name,
            input.kubernetes_network_config.as_ref(),
        )?),
        enabled_logs: input
            .logging
            .as_ref()
            .map_or_else(BTreeSet::new, |logging| {
                apply_logging(&BTreeSet::new(), logging)
            }),
        encryption_key_arn: check_encryption(name, input.encryption_config.as_deref())?,
        outpost: input.outpost_config.as_ref().map(outpost),
        authentication_mode: access.0,
        bootstrap_cluster_creator_admin_permissions: access.1,
        bootstrap_self_managed_addons: input.bootstrap_self_managed_addons.unwrap_or(true),
        support_type: input
            .upgrade_policy
            .as_ref()
            .and_then(|policy| policy.support_type)
            .unwrap_or(SupportType::Extended),
        zonal_shift: input
            .zonal_shift_config
            .as_ref()
            .and_then(|config| config.enabled)
            .unwrap_or(false),
        remote_networks: update_config::check_remote_networks(
            name,
            input.remote_network_config.as_ref(),
        )?,
        auto_mode,
        deletion_protection: input.deletion_protection.unwrap_or(false),
        tier,
        components: update_config::check_components(name, None, tier, &components(input))?,
    };
    let tags = new_tags(input.tags.clone())?;
    Ok(NewCluster {
        name: name.clone(),
        version,
        configuration,
        tags,
    })
}

fn components(input: &CreateClusterRequest) -> update_config::ComponentsRequest<'_> {
    update_config::ComponentsRequest {
        api_server: input.kube_api_server_config.as_ref(),
        scheduler: input.kube_scheduler_config.as_ref(),
        controller_manager: input.kube_controller_manager_config.as_ref(),
    }
}

/// Any version in standard or extended support; without one, the default,
/// whatever the clock says.
fn check_version(
    environment: &Environment<'_>,
    name: &str,
    version: Option<&str>,
) -> Result<String, Error> {
    let Some(version) = version else {
        return Ok(catalog::default_cluster_version().version.to_owned());
    };
    catalog::cluster_version(version)
        .filter(|version| version.is_creatable(environment.now))
        .map(|version| version.version.to_owned())
        .ok_or_else(|| error::unsupported_version(name))
}

/// Source of the texts: cURL answers recorded in moto, and reports of users
/// whose role did not exist.
fn check_role(
    environment: &Environment<'_>,
    name: &str,
    home: &AccountRegion,
    role_arn: &str,
) -> Result<(), Error> {
    let cluster_arn = home.eks_arn(&["cluster", name]);
    let (roles, now) = (environment.roles, environment.now);
    let is_trusted = roles.trusts_eks(now, role_arn, &cluster_arn, &home.account_id);
    match RoleArn::classify(role_arn, home) {
        RoleArn::Own if is_trusted => Ok(()),
        RoleArn::Own => Err(invalid_parameter(
            name,
            format!(
                "Role with arn: {role_arn}, could not be assumed because it does not exist or the trusted entity is not correct"
            ),
        )),
        RoleArn::Foreign => Err(error::cross_account_pass_role()),
        RoleArn::Malformed => Err(invalid_parameter(
            name,
            format!("Invalid Role Arn: '{role_arn}'"),
        )),
    }
}

fn check_network(
    name: &str,
    request: &VpcConfigRequest,
    on_outpost: bool,
) -> Result<Network, Error> {
    let subnet_ids = request.subnet_ids.clone().unwrap_or_default();
    if !on_outpost {
        update_config::check_subnets(name, &subnet_ids)?;
    }
    let public = request.endpoint_public_access.unwrap_or(true);
    let private = request.endpoint_private_access.unwrap_or(false);
    update_config::check_endpoints(name, public, private)?;
    let given = request.public_access_cidrs.clone();
    let default = if public {
        vec!["0.0.0.0/0".to_owned()]
    } else {
        Vec::new()
    };
    let public_access_cidrs = given.filter(|cidrs| !cidrs.is_empty()).unwrap_or(default);
    update_config::check_cidrs(name, "publicAccessCidrs", &public_access_cidrs)?;
    Ok(Network {
        subnet_ids,
        security_group_ids: request.security_group_ids.clone().unwrap_or_default(),
        endpoint_public_access: public,
        endpoint_private_access: private,
        public_access_cidrs,
        egress_mode: request
            .control_plane_egress_mode
            .unwrap_or(ControlPlaneEgressModeType::AwsManaged),
    })
}

/// Without a model of networks the default for addresses outside 10.0.0.0/8
/// holds; source: EKS user guide, "Amazon EKS networking requirements".
fn check_service_network(
    name: &str,
    request: Option<&KubernetesNetworkConfigRequest>,
) -> Result<ServiceNetwork, Error> {
    let ip_family = request
        .and_then(|request| request.ip_family)
        .unwrap_or(IpFamily::Ipv4);
    let given = request.and_then(|request| request.service_ipv4_cidr.as_deref());
    if let Some(cidr) = given {
        if ip_family == IpFamily::Ipv6 {
            return Err(invalid_parameter(name, proposed::SERVICE_CIDR_NEEDS_IPV4));
        }
        if !update_config::is_service_cidr(cidr) {
            return Err(invalid_parameter(
                name,
                proposed::invalid_service_cidr(cidr),
            ));
        }
    }
    Ok(ServiceNetwork {
        ip_family,
        ipv4_cidr: given.unwrap_or("10.100.0.0/16").to_owned(),
    })
}

/// Source of the text: terraform-aws-modules/terraform-aws-eks issue 3206.
fn check_access(
    name: &str,
    request: Option<&CreateAccessConfigRequest>,
) -> Result<(AuthenticationMode, bool), Error> {
    let mode = request.and_then(|request| request.authentication_mode);
    let mode = mode.unwrap_or(AuthenticationMode::ConfigMap);
    let bootstrap = request.and_then(|request| request.bootstrap_cluster_creator_admin_permissions);
    let bootstrap = bootstrap.unwrap_or(true);
    if mode == AuthenticationMode::ConfigMap && !bootstrap {
        return Err(invalid_parameter(
            name,
            "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
        ));
    }
    Ok((mode, bootstrap))
}

fn check_auto_mode(
    home: &AccountRegion,
    input: &CreateClusterRequest,
    mode: AuthenticationMode,
) -> Result<AutoMode, Error> {
    let name = &input.name;
    let network = input.kubernetes_network_config.as_ref();
    let request = update_config::AutoModeRequest {
        compute: input.compute_config.as_ref(),
        load_balancing: network.and_then(|network| network.elastic_load_balancing.as_ref()),
        storage: input.storage_config.as_ref(),
    };
    let auto_mode = request.applied_to(name, home, &AutoMode::default())?;
    if auto_mode.is_enabled() {
        if input.bootstrap_self_managed_addons != Some(false) {
            let message = proposed::AUTO_MODE_NEEDS_NO_SELF_MANAGED_ADDONS;
            return Err(invalid_parameter(name, message));
        }
        if mode == AuthenticationMode::ConfigMap {
            return Err(invalid_parameter(
                name,
                proposed::AUTO_MODE_NEEDS_ACCESS_ENTRIES,
            ));
        }
    }
    Ok(auto_mode)
}

/// Source of the text: recorded answers in cloud-custodian.
fn check_encryption(
    name: &str,
    request: Option<&[EncryptionConfig]>,
) -> Result<Option<String>, Error> {
    let Some(config) = request.and_then(<[_]>::first) else {
        return Ok(None);
    };
    let resources = config.resources.as_deref().unwrap_or_default();
    if resources.iter().any(|resource| resource != "secrets") {
        return Err(invalid_parameter(name, proposed::ONLY_SECRETS));
    }
    let key_arn = config
        .provider
        .as_ref()
        .and_then(|provider| provider.key_arn.as_deref());
    let key_arn = key_arn.unwrap_or_default();
    let is_key = Arn::parse(key_arn)
        .is_some_and(|arn| arn.service == "kms" && arn.resource.starts_with("key/"));
    if !is_key {
        return Err(invalid_parameter(
            name,
            "The keyArn for encryptionConfig is invalid.",
        ));
    }
    Ok(Some(key_arn.to_owned()))
}

fn outpost(request: &OutpostConfigRequest) -> OutpostConfigResponse {
    OutpostConfigResponse {
        outpost_arns: request.outpost_arns.clone(),
        control_plane_instance_type: request.control_plane_instance_type.clone(),
        control_plane_placement: request.control_plane_placement.as_ref().map(|placement| {
            ControlPlanePlacementResponse {
                group_name: placement.group_name.clone(),
                spread_level: placement.spread_level,
            }
        }),
        etcd_instance_type: request.etcd_instance_type.clone(),
        etcd_placement: request
            .etcd_placement
            .as_ref()
            .map(|placement| EtcdPlacementResponse {
                spread_level: placement.spread_level,
            }),
    }
}
