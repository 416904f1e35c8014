//! The catalogue fixtures as they are written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `fixtures/addon-catalog.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AddonCatalog {
    pub(super) addons: Vec<Addon>,
}

/// One add-on with everything known about it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Addon {
    pub(super) addon_name: String,
    pub(super) r#type: String,
    pub(super) publisher: String,
    pub(super) owner: String,
    pub(super) default_namespace: String,
    #[serde(default)]
    pub(super) marketplace_information: Option<MarketplaceInformation>,
    pub(super) pod_identity_configuration: Vec<PodIdentityStep>,
    /// The objects the add-on installs, if they are known.
    pub(super) kubernetes: Option<KubernetesObjects>,
    pub(super) configuration_schemas: BTreeMap<String, Value>,
    pub(super) variants: Vec<Variant>,
    pub(super) addon_versions: Vec<AddonVersion>,
}

/// The product of a marketplace add-on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MarketplaceInformation {
    pub(super) product_id: String,
    pub(super) product_url: String,
}

/// The service accounts from one version on, until the next step.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PodIdentityStep {
    /// First version of the step; absent for "from the beginning".
    #[serde(default)]
    pub(super) since_version: Option<String>,
    pub(super) service_accounts: Vec<ServiceAccount>,
}

/// A service account and the managed policies recommended for its role.
#[derive(Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ServiceAccount {
    pub(super) service_account: String,
    pub(super) recommended_managed_policies: Vec<String>,
}

/// The Kubernetes objects of an add-on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KubernetesObjects {
    pub(super) namespace: String,
    pub(super) service_accounts: Vec<String>,
    pub(super) workloads: Vec<Workload>,
    /// Configuration, roles, services and the like; not part of the tables.
    #[serde(rename = "otherObjects")]
    _other_objects: Vec<String>,
}

/// A Deployment or a DaemonSet.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Workload {
    pub(super) kind: WorkloadKind,
    pub(super) name: String,
    /// Absent for DaemonSets.
    #[serde(default = "one")]
    pub(super) replicas: i32,
    pub(super) service_account: Option<String>,
    #[serde(default)]
    pub(super) host_network: bool,
    pub(super) pod_labels: BTreeMap<String, String>,
    pub(super) init_containers: Vec<Container>,
    pub(super) containers: Vec<Container>,
}

fn one() -> i32 {
    1
}

/// The kinds of workloads that add-ons have.
#[derive(Clone, Copy, Deserialize, PartialEq)]
pub(super) enum WorkloadKind {
    Deployment,
    DaemonSet,
}

/// A container of a workload's pods.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Container {
    pub(super) name: String,
    /// May hold placeholders.
    pub(super) image: String,
    pub(super) ports: Vec<Port>,
}

/// A port that a container listens on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Port {
    pub(super) name: String,
    pub(super) container_port: u16,
    pub(super) protocol: Protocol,
}

/// The protocol of a port.
#[derive(Clone, Copy, Deserialize)]
pub(super) enum Protocol {
    #[serde(rename = "TCP")]
    Tcp,
    #[serde(rename = "UDP")]
    Udp,
}

/// What many versions of an add-on have in common.
#[derive(Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) architecture: Vec<String>,
    pub(super) compute_types: Vec<String>,
    pub(super) requires_configuration: bool,
    pub(super) requires_iam_permissions: bool,
}

/// One version of an add-on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AddonVersion {
    pub(super) addon_version: String,
    /// Index into the add-on's `variants`.
    pub(super) variant: usize,
    pub(super) cluster_versions: Vec<String>,
    pub(super) default_for: Vec<String>,
    /// Key into the add-on's `configurationSchemas`.
    pub(super) schema: String,
    /// Says that the schema is that of the nearest newer recorded version.
    #[serde(default, rename = "schemaApproximate")]
    _schema_approximate: bool,
}

/// `fixtures/cluster-versions.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClusterVersions {
    pub(super) default_cluster_version: String,
    pub(super) cluster_versions: Vec<ClusterVersion>,
    /// In the form of the API's `ControlPlaneScalingTierInfo`.
    pub(super) control_plane_scaling_tiers: Value,
    /// In the form of the API's `ControlPlaneConfigInfo`.
    pub(super) control_plane_component_config: Value,
}

/// One Kubernetes version; dates as `YYYY-MM-DD`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClusterVersion {
    pub(super) cluster_version: String,
    pub(super) default_platform_version: String,
    pub(super) kubernetes_patch_version: String,
    pub(super) release_date: String,
    pub(super) end_of_standard_support_date: String,
    pub(super) end_of_extended_support_date: String,
    pub(super) supports_control_plane_config: bool,
}

/// `fixtures/access-policies.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AccessPolicies {
    pub(super) access_policies: Vec<String>,
}

macro_rules! readable {
    ($($fixture:ty),+) => {
        $(impl $fixture {
            /// Reads and parses the fixture.
            pub(super) fn read(path: &Path) -> Result<Self, String> {
                read(path)
            }
        })+
    };
}

readable!(AddonCatalog, ClusterVersions, AccessPolicies);

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
