//! Add-ons in documents.

use std::collections::BTreeMap;

use eks_emulator_api::eks::{
    AddonHealth, AddonIssue, AddonNamespaceConfigResponse, AddonStatus, MarketplaceInformation,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SeedTime, is_default};
use crate::seed::shape;

/// An add-on, as `DescribeAddon` shows it. `clusterName` has to fit;
/// `publisher`, `owner` and `marketplaceInformation` are the catalogue's.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddonSeed {
    /// The add-on's name.
    pub addon_name: String,
    /// The version: in full, or `default` or `latest` of those for the
    /// cluster; by default the default one.
    pub addon_version: Option<String>,
    /// The cluster, in a pasted answer.
    pub cluster_name: Option<String>,
    /// The status; by default `ACTIVE`. One of transition stays until the
    /// transition is told to end.
    #[serde(default)]
    #[schemars(schema_with = "shape::addon_status")]
    pub status: Option<AddonStatus>,
    /// What is wrong with it.
    #[serde(default)]
    #[schemars(schema_with = "shape::addon_health")]
    pub health: Option<AddonHealth>,
    /// The ARN.
    pub addon_arn: Option<String>,
    /// When it was made.
    pub created_at: Option<SeedTime>,
    /// When it was last changed.
    pub modified_at: Option<SeedTime>,
    /// The role of its service accounts (IRSA).
    pub service_account_role_arn: Option<String>,
    /// The tags.
    #[serde(default)]
    #[schemars(schema_with = "shape::tags")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Ignored: the catalogue's.
    pub publisher: Option<String>,
    /// Ignored: the catalogue's.
    pub owner: Option<String>,
    /// Ignored: the catalogue's.
    #[serde(default)]
    #[schemars(schema_with = "shape::marketplace_information")]
    pub marketplace_information: Option<MarketplaceInformation>,
    /// JSON or YAML.
    pub configuration_values: Option<String>,
    /// The associations that it owns.
    pub pod_identity_associations: Option<Vec<OwnedAssociation>>,
    /// Where it runs.
    #[serde(default)]
    #[schemars(schema_with = "shape::addon_namespace_config")]
    pub namespace_config: Option<AddonNamespaceConfigResponse>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: AddonExtras,
}

/// What only the emulator has of an add-on.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddonExtras {
    /// The status; holds before the other.
    #[serde(default)]
    #[schemars(schema_with = "shape::addon_status")]
    pub status: Option<AddonStatus>,
    /// What is wrong with it; holds before `health`.
    #[serde(default)]
    #[schemars(schema_with = "shape::addon_issues")]
    pub issues: Option<Vec<AddonIssue>>,
    /// Fields of its Kubernetes objects that someone else has changed, for
    /// example `ConfigMap coredns - .data.Corefile`.
    pub conflicts: Option<Vec<String>>,
    /// Makes what the API would refuse: add-ons and versions that are not in
    /// the catalogue or not for the cluster, roles that do not exist, do not
    /// trust or are of another account, service accounts that are not the
    /// add-on's, any text as configuration values, more than the quota. A
    /// service account still has one association at most.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force: bool,
}

/// An association that an add-on owns.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OwnedAssociation {
    /// The ARN, as `DescribeAddon` shows it. The association stands under the
    /// cluster's `podIdentityAssociations`, with its `ownerArn`.
    Arn(String),
    /// The association, whose namespace is the add-on's.
    Whole(OwnedAssociationSeed),
}

/// An association that an add-on owns, whose namespace is the add-on's.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OwnedAssociationSeed {
    /// The service account.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub service_account: String,
    /// The role: an ARN, or `role/NAME` of the account.
    pub role_arn: String,
    /// The id: `a-` and 17 characters of `[a-z0-9]`.
    #[serde(default)]
    #[schemars(schema_with = "shape::association_id")]
    pub association_id: Option<String>,
    /// The tags.
    #[serde(default)]
    #[schemars(schema_with = "shape::tags")]
    pub tags: Option<BTreeMap<String, String>>,
    /// When it was made.
    pub created_at: Option<SeedTime>,
    /// When it was last changed.
    pub modified_at: Option<SeedTime>,
    /// Whether sessions go without tags.
    pub disable_session_tags: Option<bool>,
    /// The role that is assumed with the first.
    pub target_role_arn: Option<String>,
    /// The session policy.
    pub policy: Option<String>,
}
