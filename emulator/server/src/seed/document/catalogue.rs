//! Add-ons of the catalogue in documents.

use eks_emulator_api::eks::MarketplaceInformation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::seed::shape;

/// An add-on that there is to be, as `DescribeAddonVersions` shows it or in
/// short. What is left open is as the catalogue has it, or else as is usual.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CatalogueAddonSeed {
    /// Its name.
    #[schemars(schema_with = "shape::addon_in_catalogue")]
    pub addon_name: String,
    /// What it is about; by default `infra-management`.
    pub r#type: Option<String>,
    /// Who publishes it; by default `eks`.
    pub publisher: Option<String>,
    /// `aws`, `community` or `aws-marketplace`; by default `aws`.
    pub owner: Option<String>,
    /// The namespace it is installed in; by default `kube-system`.
    #[serde(default)]
    #[schemars(schema_with = "shape::optional_label")]
    pub default_namespace: Option<String>,
    /// The product behind it.
    #[serde(default)]
    #[schemars(schema_with = "shape::marketplace_information")]
    pub marketplace_information: Option<MarketplaceInformation>,
    /// Versions beside those of the catalogue, or in the place of some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<CatalogueVersionSeed>,
    /// The same, in a pasted answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addon_versions: Vec<CatalogueVersionSeed>,
    /// What it installs; by default what the catalogue says, or one Deployment
    /// named after it. An empty list: nothing.
    pub workloads: Option<Vec<CatalogueWorkloadSeed>>,
}

/// A version of an add-on of the catalogue. What is left open is as in the
/// version that it replaces, or else as in the newest of the add-on, or else
/// as is usual.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CatalogueVersionSeed {
    /// Its whole name, such as `v1.0.0-eksbuild.1`.
    #[schemars(schema_with = "shape::version_in_catalogue")]
    pub addon_version: String,
    /// The cluster versions that it runs on; by default all.
    pub cluster_versions: Option<Vec<String>>,
    /// Whether clusters of `clusterVersions` get it that ask for none.
    pub default: Option<bool>,
    /// The cluster versions that it runs on, in a pasted answer.
    pub compatibilities: Option<Vec<CompatibilitySeed>>,
    /// The processor architectures it runs on; by default `amd64` and `arm64`.
    pub architecture: Option<Vec<String>>,
    /// Where it runs; by default `ec2`.
    pub compute_types: Option<Vec<String>>,
    /// Whether it cannot be installed without configuration values.
    pub requires_configuration: Option<bool>,
    /// Whether its pods call AWS; by default if pod identity knows them.
    pub requires_iam_permissions: Option<bool>,
    /// The JSON Schema of its configuration values; by default there are none.
    pub configuration_schema: Option<ConfigurationSchemaSeed>,
    /// The service accounts that can have a role through pod identity.
    pub pod_identity_service_accounts: Option<Vec<String>>,
    /// The same with what their roles should have, as
    /// `DescribeAddonConfiguration` shows it.
    pub pod_identity_configuration: Option<Vec<PodIdentitySeed>>,
}

/// A cluster version that a version of an add-on runs on.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CompatibilitySeed {
    /// The cluster version.
    pub cluster_version: String,
    /// The platform versions: `*`, `eks.5`, or `eks.5+` for that and later
    /// ones; by default any.
    #[serde(default)]
    #[schemars(schema_with = "shape::platform_versions")]
    pub platform_versions: Option<Vec<String>>,
    /// Whether clusters get it that ask for none.
    pub default_version: Option<bool>,
}

/// The JSON Schema of configuration values.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ConfigurationSchemaSeed {
    /// As JSON in a text, as `DescribeAddonConfiguration` shows it.
    Text(String),
    /// As it is.
    Whole(Map<String, Value>),
}

/// A service account that can have a role through pod identity.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodIdentitySeed {
    /// Its name.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub service_account: String,
    /// ARNs of the managed policies that its role should have.
    pub recommended_managed_policies: Option<Vec<String>>,
}

/// What runs pods of an add-on. Each has one container.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CatalogueWorkloadSeed {
    /// Its kind.
    #[schemars(schema_with = "shape::workload_kind")]
    pub kind: WorkloadKindSeed,
    /// Its name.
    #[schemars(schema_with = "shape::label")]
    pub name: String,
    /// How many pods a Deployment has; by default one.
    #[serde(default)]
    #[schemars(schema_with = "shape::replicas")]
    pub replicas: Option<i32>,
    /// The service account of its pods; by default `default`.
    #[serde(default)]
    #[schemars(schema_with = "shape::optional_label")]
    pub service_account: Option<String>,
    /// The image; `{addonVersion}` in it stands for the version.
    pub image: Option<String>,
}

/// The kinds of workloads that add-ons have.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum WorkloadKindSeed {
    /// A number of pods.
    Deployment,
    /// One pod on each node.
    DaemonSet,
}
