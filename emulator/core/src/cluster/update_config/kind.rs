//! The kinds of change of a configuration: which one a request asks for, and
//! what it comes to.

use std::sync::Arc;

use eks_emulator_api::eks::{
    AuthenticationMode, ControlPlaneEgressModeType, Error, SupportType, UpdateClusterConfigRequest,
    UpdateParamType, UpdateType, VersionStatus, VpcConfigRequest, schema,
};
use serde_json::json;

use super::{AutoModeRequest, CheckedChange, ComponentsRequest, no_changes};
use super::{check_cidrs, check_components, check_endpoints, check_remote_networks, check_subnets};
use crate::catalog;
use crate::cluster::Cluster;
use crate::cluster::configuration::{Configuration, apply_logging};
use crate::cluster::error::{invalid_parameter, invalid_request};
use crate::cluster::update::{Param, json_param};
use crate::environment::Environment;
use crate::proposed;

/// The one kind of change that `input` asks for.
///
/// Source of the text: kubernetes-sigs/cluster-api-provider-aws issue 3553.
pub(super) fn only_kind(
    name: &str,
    input: &UpdateClusterConfigRequest,
) -> Result<UpdateType, Error> {
    match kinds(input)[..] {
        [] => Err(invalid_parameter(name, proposed::NO_CONFIGURATION_GIVEN)),
        [kind] => Ok(kind),
        _ => Err(invalid_parameter(
            name,
            "Only one type of update can be allowed.",
        )),
    }
}

fn kinds(input: &UpdateClusterConfigRequest) -> Vec<UpdateType> {
    let network = input.resources_vpc_config.as_ref();
    let network = |given: fn(&VpcConfigRequest) -> bool| network.is_some_and(given);
    let kinds = [
        (UpdateType::EndpointAccessUpdate, network(changes_endpoints)),
        (UpdateType::VpcConfigUpdate, network(changes_subnets)),
        (
            UpdateType::ControlPlaneEgressUpdate,
            network(|network| network.control_plane_egress_mode.is_some()),
        ),
        (UpdateType::LoggingUpdate, input.logging.is_some()),
        (
            UpdateType::AccessConfigUpdate,
            input.access_config.is_some(),
        ),
        (
            UpdateType::UpgradePolicyUpdate,
            input.upgrade_policy.is_some(),
        ),
        (
            UpdateType::ZonalShiftConfigUpdate,
            input.zonal_shift_config.is_some(),
        ),
        (UpdateType::AutoModeUpdate, changes_auto_mode(input)),
        (
            UpdateType::RemoteNetworkConfigUpdate,
            input.remote_network_config.is_some(),
        ),
        (
            UpdateType::DeletionProtectionUpdate,
            input.deletion_protection.is_some(),
        ),
        (
            UpdateType::ControlPlaneScalingConfigUpdate,
            input.control_plane_scaling_config.is_some(),
        ),
        (
            UpdateType::ControlPlaneComponentConfigUpdate,
            changes_components(input),
        ),
    ];
    kinds
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(kind, _)| kind)
        .collect()
}

fn changes_endpoints(network: &VpcConfigRequest) -> bool {
    network.endpoint_public_access.is_some()
        || network.endpoint_private_access.is_some()
        || network.public_access_cidrs.is_some()
}

fn changes_subnets(network: &VpcConfigRequest) -> bool {
    network.subnet_ids.is_some() || network.security_group_ids.is_some()
}

fn changes_auto_mode(input: &UpdateClusterConfigRequest) -> bool {
    input.compute_config.is_some()
        || input.kubernetes_network_config.is_some()
        || input.storage_config.is_some()
}

fn changes_components(input: &UpdateClusterConfigRequest) -> bool {
    input.kube_api_server_config.is_some()
        || input.kube_scheduler_config.is_some()
        || input.kube_controller_manager_config.is_some()
}

/// What the change comes to: the configuration after it and the parameters
/// that its update shows.
pub(super) fn check(
    cluster: &Cluster,
    environment: &Environment<'_>,
    kind: UpdateType,
    input: &UpdateClusterConfigRequest,
) -> Result<CheckedChange, Error> {
    let mut configuration = (*cluster.configuration).clone();
    let of = (&*cluster.name, &mut configuration);
    let params = match kind {
        UpdateType::EndpointAccessUpdate => endpoints(of, input)?,
        UpdateType::VpcConfigUpdate => subnets(of, input)?,
        UpdateType::ControlPlaneEgressUpdate => egress(of, input)?,
        UpdateType::LoggingUpdate => logging(of, input)?,
        UpdateType::AccessConfigUpdate => access(of, input)?,
        UpdateType::UpgradePolicyUpdate => upgrade_policy(of, cluster, environment, input)?,
        UpdateType::ZonalShiftConfigUpdate => zonal_shift(of, input)?,
        UpdateType::AutoModeUpdate => auto_mode(of, cluster, input)?,
        UpdateType::RemoteNetworkConfigUpdate => remote_networks(of, input)?,
        UpdateType::DeletionProtectionUpdate => deletion_protection(of, input)?,
        UpdateType::ControlPlaneScalingConfigUpdate => tier(of, input)?,
        _ => components(of, input)?,
    };
    Ok(CheckedChange {
        configuration,
        params,
    })
}

/// A cluster's name and the configuration that is being changed.
type Of<'a> = (&'a str, &'a mut Configuration);
type Params = Result<Vec<Param>, Error>;

/// Source of the text about no change: eksctl issue 4043.
fn endpoints((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let before = configuration.network.clone();
    let request = input.resources_vpc_config.clone().unwrap_or_default();
    let network = Arc::make_mut(&mut configuration.network);
    let public = request
        .endpoint_public_access
        .unwrap_or(before.endpoint_public_access);
    let private = request
        .endpoint_private_access
        .unwrap_or(before.endpoint_private_access);
    check_endpoints(name, public, private)?;
    network.endpoint_public_access = public;
    network.endpoint_private_access = private;
    let mut params = vec![
        (UpdateParamType::EndpointPublicAccess, public.to_string()),
        (UpdateParamType::EndpointPrivateAccess, private.to_string()),
    ];
    if let Some(cidrs) = request.public_access_cidrs {
        check_cidrs(name, "publicAccessCidrs", &cidrs)?;
        params.push((UpdateParamType::PublicAccessCidrs, json!(cidrs).to_string()));
        network.public_access_cidrs = cidrs;
    }
    if public && network.public_access_cidrs.is_empty() {
        network.public_access_cidrs = vec!["0.0.0.0/0".into()];
    }
    if *network == *before {
        let cidrs = network.public_access_cidrs.join(", ");
        let message = format!(
            "Cluster is already at the desired configuration with endpointPrivateAccess: {private} , endpointPublicAccess: {public}, and Public Endpoint Restrictions: [{cidrs}]"
        );
        return Err(invalid_parameter(name, message));
    }
    Ok(params)
}

fn subnets((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = input.resources_vpc_config.clone().unwrap_or_default();
    let before = configuration.network.clone();
    let network = Arc::make_mut(&mut configuration.network);
    let mut params = Vec::new();
    if let Some(subnet_ids) = request.subnet_ids {
        check_subnets(name, &subnet_ids)?;
        params.push((UpdateParamType::Subnets, json!(subnet_ids).to_string()));
        network.subnet_ids = subnet_ids;
    }
    if let Some(security_group_ids) = request.security_group_ids {
        params.push((
            UpdateParamType::SecurityGroups,
            json!(security_group_ids).to_string(),
        ));
        network.security_group_ids = security_group_ids;
    }
    if *network == *before {
        return Err(no_changes(name, "resourcesVpcConfig"));
    }
    Ok(params)
}

/// A mode other than `AWS_MANAGED` is for good; source: service model.
fn egress((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = input.resources_vpc_config.as_ref();
    let before = configuration.network.egress_mode;
    let after = request
        .and_then(|request| request.control_plane_egress_mode)
        .unwrap_or(before);
    if after == before {
        return Err(no_changes(name, "controlPlaneEgressMode"));
    }
    if before != ControlPlaneEgressModeType::AwsManaged {
        return Err(invalid_parameter(
            name,
            proposed::immutable("controlPlaneEgressMode"),
        ));
    }
    Arc::make_mut(&mut configuration.network).egress_mode = after;
    Ok(vec![(
        UpdateParamType::ControlPlaneEgressMode,
        after.as_str().to_owned(),
    )])
}

/// Source of the text about no change: aws-controllers-k8s/eks-controller,
/// which takes it for success.
fn logging((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = input.logging.clone().unwrap_or_default();
    let after = apply_logging(&configuration.enabled_logs, &request);
    if after == configuration.enabled_logs {
        return Err(invalid_parameter(
            name,
            "No changes needed for the logging config provided",
        ));
    }
    configuration.enabled_logs = after;
    Ok(vec![(
        UpdateParamType::ClusterLogging,
        json_param(&request, &schema::LOGGING),
    )])
}

/// Access entries are added in two steps and never taken away.
///
/// Source of the text: the EKS workshop; blog posts on the migration. The
/// parameter's value carries quotes of its own in the workshop's output.
fn access((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let before = configuration.authentication_mode;
    let request = input.access_config.as_ref();
    let after = request
        .and_then(|request| request.authentication_mode)
        .unwrap_or(before);
    let is_allowed = matches!(
        (before, after),
        (
            AuthenticationMode::ConfigMap,
            AuthenticationMode::ApiAndConfigMap
        ) | (AuthenticationMode::ApiAndConfigMap, AuthenticationMode::Api)
    );
    if !is_allowed {
        let message = format!("Unsupported authentication mode update from {before} to {after}");
        return Err(invalid_parameter(name, message));
    }
    configuration.authentication_mode = after;
    Ok(vec![(
        UpdateParamType::AuthenticationMode,
        json!(after).to_string(),
    )])
}

/// Source: EKS user guide, "Disable EKS extended support".
fn upgrade_policy(
    (name, configuration): Of<'_>,
    cluster: &Cluster,
    environment: &Environment<'_>,
    input: &UpdateClusterConfigRequest,
) -> Params {
    let request = input.upgrade_policy.clone().unwrap_or_default();
    let after = request.support_type.unwrap_or(configuration.support_type);
    if after == configuration.support_type {
        return Err(no_changes(name, "upgradePolicy"));
    }
    let status =
        catalog::cluster_version(&cluster.version).map(|version| version.status(environment.now));
    if after == SupportType::Standard && status != Some(VersionStatus::StandardSupport) {
        return Err(invalid_request(
            name,
            proposed::no_standard_support(&cluster.version),
        ));
    }
    configuration.support_type = after;
    let value = json_param(&request, &schema::UPGRADE_POLICY_REQUEST);
    Ok(vec![(UpdateParamType::UpgradePolicy, value)])
}

fn zonal_shift((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = input.zonal_shift_config.clone().unwrap_or_default();
    let after = request.enabled.unwrap_or(configuration.zonal_shift);
    if after == configuration.zonal_shift {
        return Err(no_changes(name, "zonalShiftConfig"));
    }
    configuration.zonal_shift = after;
    let value = json_param(&request, &schema::ZONAL_SHIFT_CONFIG_REQUEST);
    Ok(vec![(UpdateParamType::ZonalShiftConfig, value)])
}

/// Only the load balancing part of the Kubernetes network can change.
fn auto_mode(
    (name, configuration): Of<'_>,
    cluster: &Cluster,
    input: &UpdateClusterConfigRequest,
) -> Params {
    let network = input.kubernetes_network_config.as_ref();
    if let Some(network) = network {
        let fixed = [
            ("serviceIpv4Cidr", network.service_ipv4_cidr.is_some()),
            ("ipFamily", network.ip_family.is_some()),
        ];
        if let Some((member, _)) = fixed.iter().find(|(_, given)| *given) {
            return Err(invalid_parameter(name, proposed::immutable(member)));
        }
    }
    let request = AutoModeRequest {
        compute: input.compute_config.as_ref(),
        load_balancing: network.and_then(|network| network.elastic_load_balancing.as_ref()),
        storage: input.storage_config.as_ref(),
    };
    let after = request.applied_to(name, &cluster.home, &configuration.auto_mode)?;
    if after.is_enabled() && configuration.authentication_mode == AuthenticationMode::ConfigMap {
        return Err(invalid_parameter(
            name,
            proposed::AUTO_MODE_NEEDS_ACCESS_ENTRIES,
        ));
    }
    if after == configuration.auto_mode {
        return Err(no_changes(name, "computeConfig"));
    }
    configuration.auto_mode = after;
    let compute = input.compute_config.as_ref();
    let storage = input.storage_config.as_ref();
    let params = [
        compute.map(|compute| {
            let value = json_param(compute, &schema::COMPUTE_CONFIG_REQUEST);
            (UpdateParamType::ComputeConfig, value)
        }),
        network.map(|network| {
            let value = json_param(network, &schema::KUBERNETES_NETWORK_CONFIG_REQUEST);
            (UpdateParamType::KubernetesNetworkConfig, value)
        }),
        storage.map(|storage| {
            let value = json_param(storage, &schema::STORAGE_CONFIG_REQUEST);
            (UpdateParamType::StorageConfig, value)
        }),
    ];
    Ok(params.into_iter().flatten().collect())
}

/// Source of the text about no change: eksctl's tests.
fn remote_networks((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = input.remote_network_config.clone().unwrap_or_default();
    let after = check_remote_networks(name, Some(&request))?;
    if after == configuration.remote_networks {
        return Err(no_changes(name, "remoteNetworkConfig"));
    }
    configuration.remote_networks = after;
    let value = json_param(&request, &schema::REMOTE_NETWORK_CONFIG_REQUEST);
    Ok(vec![(UpdateParamType::RemoteNetworkConfig, value)])
}

fn deletion_protection(
    (name, configuration): Of<'_>,
    input: &UpdateClusterConfigRequest,
) -> Params {
    let after = input
        .deletion_protection
        .unwrap_or(configuration.deletion_protection);
    if after == configuration.deletion_protection {
        return Err(no_changes(name, "deletionProtection"));
    }
    configuration.deletion_protection = after;
    Ok(vec![(
        UpdateParamType::DeletionProtection,
        after.to_string(),
    )])
}

fn tier((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let before = configuration.tier;
    let request = input.control_plane_scaling_config.as_ref();
    let after = request.and_then(|request| request.tier).unwrap_or(before);
    if after == before {
        return Err(no_changes(name, "controlPlaneScalingConfig"));
    }
    configuration.tier = after;
    Ok(vec![
        (UpdateParamType::UpdatedTier, after.as_str().to_owned()),
        (UpdateParamType::PreviousTier, before.as_str().to_owned()),
    ])
}

fn components((name, configuration): Of<'_>, input: &UpdateClusterConfigRequest) -> Params {
    let request = ComponentsRequest {
        api_server: input.kube_api_server_config.as_ref(),
        scheduler: input.kube_scheduler_config.as_ref(),
        controller_manager: input.kube_controller_manager_config.as_ref(),
    };
    let before = configuration.components.as_ref();
    let after = check_components(name, before, configuration.tier, &request)?;
    if after.as_ref() == before {
        return Err(no_changes(name, "kubeApiServerConfig"));
    }
    configuration.components = after;
    let params = [
        request.api_server.map(|config| {
            let value = json_param(config, &schema::KUBE_API_SERVER_CONFIG_REQUEST);
            (UpdateParamType::KubeApiServerConfig, value)
        }),
        request.scheduler.map(|config| {
            let value = json_param(config, &schema::KUBE_SCHEDULER_CONFIG_REQUEST);
            (UpdateParamType::KubeSchedulerConfig, value)
        }),
        request.controller_manager.map(|config| {
            let value = json_param(config, &schema::KUBE_CONTROLLER_MANAGER_CONFIG_REQUEST);
            (UpdateParamType::KubeControllerManagerConfig, value)
        }),
    ];
    Ok(params.into_iter().flatten().collect())
}
