//! Clusters in documents.

use std::collections::BTreeMap;

use eks_emulator_api::eks::{
    AccessConfigResponse, Certificate, ClusterHealth, ClusterStatus, ComputeConfigResponse,
    ControlPlaneScalingConfig, EncryptionConfig, Identity, KubeApiServerConfigResponse,
    KubeControllerManagerConfigResponse, KubeSchedulerConfigResponse,
    KubernetesNetworkConfigResponse, Logging, OutpostConfigResponse, RemoteNetworkConfigResponse,
    StorageConfigResponse, UpgradePolicyResponse, VpcConfigResponse, ZonalShiftConfigResponse,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AddonSeed, AssociationSeed, NotBuilt, PodSeed, SeedTime, ServiceAccountSeed, is_default,
};
use crate::seed::shape;

/// A cluster, as `DescribeCluster` shows it, with everything that belongs to
/// it.
///
/// Of what AWS sets itself, `createdAt`, `endpoint`, `identity`,
/// `certificateAuthority`, `health`, `id`, and in `resourcesVpcConfig` the
/// security group and the VPC are taken over; `arn` says where the cluster
/// is; `platformVersion` and `clientRequestToken` are ignored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterSeed {
    /// The name.
    #[schemars(required, schema_with = "shape::cluster_name")]
    pub name: String,
    /// The ARN, whose account and region are the cluster's.
    pub arn: Option<String>,
    /// The Kubernetes version: `1.32`, `default` or `latest`.
    pub version: Option<String>,
    /// The status; by default `ACTIVE`. One of transition stays until the
    /// transition is told to end.
    #[schemars(schema_with = "shape::cluster_status")]
    pub status: Option<ClusterStatus>,
    /// What is wrong with it.
    #[schemars(schema_with = "shape::cluster_health")]
    pub health: Option<ClusterHealth>,
    /// When it was made.
    pub created_at: Option<SeedTime>,
    /// The role of the cluster; by default `role/eks-cluster`, which is made
    /// if it has to exist.
    pub role_arn: Option<String>,
    /// Where the control plane meets the user's network; by default two
    /// subnets.
    #[schemars(schema_with = "shape::vpc_config")]
    pub resources_vpc_config: Option<VpcConfigResponse>,
    /// The network of Kubernetes services.
    #[schemars(schema_with = "shape::kubernetes_network_config")]
    pub kubernetes_network_config: Option<KubernetesNetworkConfigResponse>,
    /// Logs of the control plane.
    #[schemars(schema_with = "shape::logging")]
    pub logging: Option<Logging>,
    /// How callers are known to Kubernetes.
    #[schemars(schema_with = "shape::access_config")]
    pub access_config: Option<AccessConfigResponse>,
    /// The encryption of secrets.
    #[schemars(schema_with = "shape::encryption_config")]
    pub encryption_config: Option<Vec<EncryptionConfig>>,
    /// A cluster on AWS Outposts.
    #[schemars(schema_with = "shape::outpost_config")]
    pub outpost_config: Option<OutpostConfigResponse>,
    /// Whether EKS puts the network add-ons on the cluster, unmanaged.
    pub bootstrap_self_managed_addons: Option<bool>,
    /// How long versions are supported.
    #[schemars(schema_with = "shape::upgrade_policy")]
    pub upgrade_policy: Option<UpgradePolicyResponse>,
    /// Whether traffic may be shifted away from a zone.
    #[schemars(schema_with = "shape::zonal_shift_config")]
    pub zonal_shift_config: Option<ZonalShiftConfigResponse>,
    /// Networks of hybrid nodes.
    #[schemars(schema_with = "shape::remote_network_config")]
    pub remote_network_config: Option<RemoteNetworkConfigResponse>,
    /// EKS Auto Mode: nodes.
    #[schemars(schema_with = "shape::compute_config")]
    pub compute_config: Option<ComputeConfigResponse>,
    /// EKS Auto Mode: volumes.
    #[schemars(schema_with = "shape::storage_config")]
    pub storage_config: Option<StorageConfigResponse>,
    /// Whether the cluster cannot be deleted.
    pub deletion_protection: Option<bool>,
    /// The tier of the control plane.
    #[schemars(schema_with = "shape::control_plane_scaling_config")]
    pub control_plane_scaling_config: Option<ControlPlaneScalingConfig>,
    /// Settings of the API server.
    #[schemars(schema_with = "shape::kube_api_server_config")]
    pub kube_api_server_config: Option<KubeApiServerConfigResponse>,
    /// Settings of the scheduler.
    #[schemars(schema_with = "shape::kube_scheduler_config")]
    pub kube_scheduler_config: Option<KubeSchedulerConfigResponse>,
    /// Settings of the controller manager.
    #[schemars(schema_with = "shape::kube_controller_manager_config")]
    pub kube_controller_manager_config: Option<KubeControllerManagerConfigResponse>,
    /// The tags.
    #[schemars(schema_with = "shape::tags")]
    pub tags: Option<BTreeMap<String, String>>,
    /// The endpoint of the Kubernetes API.
    pub endpoint: Option<String>,
    /// The issuer of service account tokens.
    #[schemars(schema_with = "shape::identity")]
    pub identity: Option<Identity>,
    /// The certificate of the Kubernetes API.
    #[schemars(schema_with = "shape::certificate")]
    pub certificate_authority: Option<Certificate>,
    /// The id of a local cluster on AWS Outposts.
    pub id: Option<String>,
    /// Ignored: it is the newest of the version.
    pub platform_version: Option<String>,
    /// Ignored.
    pub client_request_token: Option<String>,
    /// Clusters outside of AWS do not exist here: always null.
    #[schemars(schema_with = "shape::null")]
    pub connector_config: Option<()>,
    /// Add-ons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addons: Vec<AddonSeed>,
    /// Associations that no add-on owns, and those with an `ownerArn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pod_identity_associations: Vec<AssociationSeed>,
    /// Service accounts of the user's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_accounts: Vec<ServiceAccountSeed>,
    /// Pods of the user's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<PodSeed>,
    /// Not built yet: node groups.
    #[serde(skip_serializing)]
    pub nodegroups: NotBuilt,
    /// Not built yet: access entries.
    #[serde(skip_serializing)]
    pub access_entries: NotBuilt,
    /// What only the emulator has.
    #[serde(rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: ClusterExtras,
}

/// What only the emulator has of a cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterExtras {
    /// The account; by default the document's.
    #[serde(default)]
    #[schemars(schema_with = "shape::account_id")]
    pub account: Option<String>,
    /// The region; by default the document's.
    #[serde(default)]
    #[schemars(schema_with = "shape::region")]
    pub region: Option<String>,
    /// Makes what the API would refuse: any Kubernetes version, a role that
    /// does not exist or does not trust, more clusters than the quota.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force: bool,
    /// Where pods run; by default on assumed nodes.
    pub compute: Option<ComputeSeed>,
    /// What the certificate is made from.
    pub certificate_authority: Option<CertificateAuthorityKey>,
    /// What the key that signs service account tokens is made from: 64 hex
    /// digits. It is no secret.
    #[serde(default)]
    #[schemars(schema_with = "shape::key_seed")]
    pub issuer: Option<String>,
    /// The last upgrade in place.
    pub upgraded_from: Option<Upgrade>,
}

/// Where the pods of a cluster run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ComputeSeed {
    /// On nodes, on which every pod finds room.
    Assumed,
    /// Nowhere: pods of Deployments wait for ever.
    None,
}

/// What a certificate is made from. It is no secret.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CertificateAuthorityKey {
    /// What the key is made from: 64 hex digits.
    #[serde(default)]
    #[schemars(schema_with = "shape::key_seed")]
    pub seed: Option<String>,
    /// The serial number, in hex digits.
    #[serde(default)]
    #[schemars(schema_with = "shape::serial")]
    pub serial: Option<String>,
}

/// An upgrade in place.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Upgrade {
    /// The version before.
    pub version: String,
    /// When.
    pub at: SeedTime,
}
