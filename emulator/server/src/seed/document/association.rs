//! Pod identity associations in documents.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SeedTime, is_default};
use crate::seed::shape;

/// A pod identity association, as `DescribePodIdentityAssociation` shows it.
/// `clusterName` has to fit, and `externalId` follows from the names.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssociationSeed {
    /// The cluster, in a pasted answer.
    pub cluster_name: Option<String>,
    /// The namespace of the service account.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub namespace: String,
    /// The service account.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub service_account: String,
    /// The role: an ARN, or `role/NAME` of the account.
    pub role_arn: String,
    /// The ARN; the id in it holds if there is no other.
    pub association_arn: Option<String>,
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
    /// The ARN of the add-on that owns it, which then does not repeat it.
    pub owner_arn: Option<String>,
    /// Whether sessions go without tags.
    pub disable_session_tags: Option<bool>,
    /// The role that is assumed with the first.
    pub target_role_arn: Option<String>,
    /// Ignored: it follows from the names.
    pub external_id: Option<String>,
    /// The session policy.
    pub policy: Option<String>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: AssociationExtras,
}

/// What only the emulator has of an association.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssociationExtras {
    /// Makes what the API would refuse: roles that do not exist, do not trust
    /// or are of another account, any text as a policy, more than the quota.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force: bool,
}
