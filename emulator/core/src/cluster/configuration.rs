//! A cluster's configuration, as state: every value is there, defaulted.

use std::collections::BTreeSet;
use std::sync::Arc;

use eks_emulator_api::eks::{
    AccessConfigResponse, AuthenticationMode, BlockStorage, ComputeConfigResponse,
    ControlPlaneEgressModeType, ElasticLoadBalancing, EncryptionConfig, GatewayApiConfiguration,
    IpFamily, KubeApiServerConfigResponse, KubeControllerManagerConfigResponse,
    KubeSchedulerConfigResponse, LogSetup, LogType, Logging, OutpostConfigResponse, Provider,
    ProvisionedControlPlaneTier, RemoteNetworkConfigResponse, StorageConfigResponse, SupportType,
};
use serde::{Deserialize, Serialize};

use crate::state::view;

/// A cluster's configuration. An update keeps a changed copy until it ends:
/// what is large, or never changes, is shared by both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Configuration {
    pub(super) role_arn: Arc<str>,
    pub(super) network: Arc<Network>,
    pub(super) service_network: Arc<ServiceNetwork>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) enabled_logs: BTreeSet<LogType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encryption_key_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "view")]
    pub(super) outpost: Option<OutpostConfigResponse>,
    pub(super) authentication_mode: AuthenticationMode,
    pub(super) bootstrap_cluster_creator_admin_permissions: bool,
    /// Whether EKS puts the network add-ons on the cluster when it is made.
    pub(super) bootstrap_self_managed_addons: bool,
    pub(super) support_type: SupportType,
    pub(super) zonal_shift: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "view")]
    pub(super) remote_networks: Option<RemoteNetworkConfigResponse>,
    pub(super) auto_mode: AutoMode,
    pub(super) deletion_protection: bool,
    pub(super) tier: ProvisionedControlPlaneTier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) components: Option<Components>,
}

/// Where the control plane meets the user's network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Network {
    pub(super) subnet_ids: Vec<String>,
    pub(super) security_group_ids: Vec<String>,
    pub(super) endpoint_public_access: bool,
    pub(super) endpoint_private_access: bool,
    pub(super) public_access_cidrs: Vec<String>,
    pub(super) egress_mode: ControlPlaneEgressModeType,
}

/// The network of Kubernetes services. It never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ServiceNetwork {
    pub(super) ip_family: IpFamily,
    pub(super) ipv4_cidr: String,
}

/// EKS Auto Mode: three switches that are on or off together. `None` is not
/// shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AutoMode {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) compute: Option<Compute>,
    pub(super) load_balancing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "view")]
    pub(super) gateway_api: Option<GatewayApiConfiguration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) block_storage: Option<bool>,
}

/// Nodes that EKS Auto Mode runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Compute {
    pub(super) enabled: bool,
    pub(super) node_pools: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) node_role_arn: Option<String>,
}

/// Settings of control plane components; once one is given all are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Components {
    #[serde(with = "view")]
    pub(super) api_server: KubeApiServerConfigResponse,
    #[serde(with = "view")]
    pub(super) scheduler: KubeSchedulerConfigResponse,
    #[serde(with = "view")]
    pub(super) controller_manager: KubeControllerManagerConfigResponse,
}

impl AutoMode {
    /// Whether Auto Mode is on.
    pub(super) fn is_enabled(&self) -> bool {
        self.load_balancing
    }

    /// Whether the three switches agree.
    pub(super) fn is_consistent(&self) -> bool {
        let compute = self.compute.as_ref().is_some_and(|compute| compute.enabled);
        let storage = self.block_storage.unwrap_or(false);
        compute == self.load_balancing && storage == self.load_balancing
    }

    pub(super) fn describe_compute(&self) -> Option<ComputeConfigResponse> {
        self.compute.as_ref().map(|compute| ComputeConfigResponse {
            enabled: Some(compute.enabled),
            node_pools: Some(compute.node_pools.clone()),
            node_role_arn: compute.node_role_arn.clone(),
        })
    }

    pub(super) fn describe_storage(&self) -> Option<StorageConfigResponse> {
        self.block_storage.map(|enabled| StorageConfigResponse {
            block_storage: Some(BlockStorage {
                enabled: Some(enabled),
            }),
        })
    }

    pub(super) fn describe_load_balancing(&self) -> ElasticLoadBalancing {
        ElasticLoadBalancing {
            enabled: Some(self.load_balancing),
            gateway_api: self.gateway_api.clone(),
        }
    }
}

impl Configuration {
    /// `bootstrapClusterCreatorAdminPermissions` is shown by `CreateCluster`
    /// only; source: outputs of 2024 to 2026.
    pub(super) fn describe_access(&self, with_bootstrap: bool) -> AccessConfigResponse {
        let bootstrap = self.bootstrap_cluster_creator_admin_permissions;
        AccessConfigResponse {
            bootstrap_cluster_creator_admin_permissions: with_bootstrap.then_some(bootstrap),
            authentication_mode: Some(self.authentication_mode),
        }
    }

    pub(super) fn describe_encryption(&self) -> Option<Vec<EncryptionConfig>> {
        self.encryption_key_arn.as_ref().map(|key_arn| {
            vec![EncryptionConfig {
                resources: Some(vec!["secrets".into()]),
                provider: Some(Provider {
                    key_arn: Some(key_arn.clone()),
                }),
            }]
        })
    }

    /// Enabled types first, each group in the order of the model; a group
    /// without types is left out. Source: recorded outputs.
    pub(super) fn describe_logging(&self) -> Logging {
        let (enabled, disabled): (Vec<LogType>, Vec<LogType>) = LogType::ALL
            .iter()
            .partition(|kind| self.enabled_logs.contains(kind));
        let group = |types: Vec<LogType>, enabled| LogSetup {
            types: Some(types),
            enabled: Some(enabled),
        };
        let groups = [(enabled, true), (disabled, false)];
        Logging {
            cluster_logging: Some(
                groups
                    .into_iter()
                    .filter(|(types, _)| !types.is_empty())
                    .map(|(types, enabled)| group(types, enabled))
                    .collect(),
            ),
        }
    }
}

/// The log types that are enabled after `logging` was asked for.
pub(super) fn apply_logging(before: &BTreeSet<LogType>, logging: &Logging) -> BTreeSet<LogType> {
    let mut enabled = before.clone();
    for setup in logging.cluster_logging.iter().flatten() {
        for kind in setup.types.iter().flatten() {
            match setup.enabled {
                Some(true) => drop(enabled.insert(*kind)),
                _ => drop(enabled.remove(kind)),
            }
        }
    }
    enabled
}
