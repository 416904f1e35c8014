//! What belongs to IAM in documents.

use std::collections::BTreeMap;

use eks_emulator_api::Sensitive;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SeedTime, is_default};
use crate::seed::shape;

/// A role of IAM.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct RoleSeed {
    /// The name.
    #[schemars(schema_with = "shape::role_name")]
    pub name: String,
    /// From slash to slash; by default `/`.
    #[serde(default)]
    #[schemars(schema_with = "shape::path")]
    pub path: Option<String>,
    /// Who may take on the role.
    pub trust: Option<Trust>,
    /// For `trust: irsa`: the cluster, of the role's account.
    pub cluster: Option<String>,
    /// For `trust: irsa`: `NAMESPACE/NAME`.
    #[serde(default)]
    #[schemars(schema_with = "shape::service_account")]
    pub service_account: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The longest session that may be asked for, in seconds.
    #[schemars(range(min = 3600, max = 43200))]
    pub max_session_duration: Option<i32>,
    /// The ARN of a policy.
    pub permissions_boundary: Option<String>,
    /// The tags, in the order they were put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSeed>,
    /// ARNs of managed policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached_policies: Vec<String>,
    /// Documents by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline_policies: BTreeMap<String, PolicyDocument>,
    /// The unique id, `AROA…`.
    #[serde(default)]
    #[schemars(schema_with = "shape::role_id")]
    pub role_id: Option<String>,
    /// When it was made.
    pub create_date: Option<SeedTime>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: AccountExtras,
}

/// Where something of IAM is, which has no region.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccountExtras {
    /// The account; by default the document's.
    #[serde(default)]
    #[schemars(schema_with = "shape::account_id")]
    pub account: Option<String>,
    /// The partition; by default that of the document's region.
    #[serde(default)]
    #[schemars(schema_with = "shape::partition")]
    pub partition: Option<String>,
    /// Of a role: the service that made it for itself and alone may change it.
    pub linked_service: Option<String>,
}

/// A key and a value.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TagSeed {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Who may take on a role: a word for a usual trust policy, or the policy.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Trust {
    /// EKS Pod Identity.
    #[default]
    Pods,
    /// A service account, by the provider of its cluster's issuer.
    Irsa,
    /// EC2 instances.
    Ec2,
    /// Clusters.
    Eks,
    /// A trust policy.
    Policy(PolicyDocument),
}

/// A policy document: an object, or its text.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PolicyDocument(pub Value);

impl PolicyDocument {
    /// The text.
    pub fn text(&self) -> String {
        match &self.0 {
            Value::String(text) => text.clone(),
            document => document.to_string(),
        }
    }

    /// The document with this text, as an object if nothing is lost.
    pub fn of_text(text: &str) -> Self {
        let document = serde_json::from_str::<Value>(text);
        let written = document.as_ref().map(Value::to_string).unwrap_or_default();
        match document {
            Ok(document) if document.is_object() && written == text => Self(document),
            _ => Self(text.into()),
        }
    }
}

impl JsonSchema for PolicyDocument {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PolicyDocument".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A policy document: an object, or its text.",
            "type": ["object", "string"],
            "pattern": r"^\s*\{",
        })
    }
}

impl Trust {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Pods => "pods",
            Self::Irsa => "irsa",
            Self::Ec2 => "ec2",
            Self::Eks => "eks",
            Self::Policy(_) => return None,
        })
    }
}

impl<'de> Deserialize<'de> for Trust {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match value.as_str() {
            Some("pods") => Self::Pods,
            Some("irsa") => Self::Irsa,
            Some("ec2") => Self::Ec2,
            Some("eks") => Self::Eks,
            _ => Self::Policy(PolicyDocument(value)),
        })
    }
}

impl Serialize for Trust {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.word(), self) {
            (Some(word), _) => serializer.serialize_str(word),
            (None, Self::Policy(policy)) => policy.serialize(serializer),
            (None, _) => serializer.serialize_none(),
        }
    }
}

impl JsonSchema for Trust {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Trust".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "pods, irsa, ec2, eks, or a trust policy.",
            "type": ["object", "string"],
            "pattern": r"^(pods|irsa|ec2|eks|\s*\{[\s\S]*)$",
        })
    }
}

/// A customer managed policy of IAM: its default version.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicySeed {
    /// The name.
    #[schemars(schema_with = "shape::policy_name")]
    pub name: String,
    /// From slash to slash; by default `/`.
    #[serde(default)]
    #[schemars(schema_with = "shape::path")]
    pub path: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The document.
    pub document: PolicyDocument,
    /// The tags, in the order they were put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSeed>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: AccountExtras,
}

/// An OpenID Connect provider of IAM.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OidcProviderSeed {
    /// The URL, with its scheme.
    pub url: String,
    /// The audiences whose tokens are taken; by default `sts.amazonaws.com`.
    pub client_ids: Option<Vec<String>>,
    /// The thumbprints; by default the one that IAM would fetch.
    pub thumbprints: Option<Vec<String>>,
    /// The tags, in the order they were put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSeed>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: AccountExtras,
}

/// An access key, and whose it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessKeySeed {
    /// The id of the key.
    #[schemars(schema_with = "shape::access_key_id")]
    pub access_key_id: String,
    /// The account whose calls those with the key are; by default the
    /// document's.
    #[serde(default)]
    #[schemars(schema_with = "shape::account_id")]
    pub account: Option<String>,
    /// Who calls with it: `role/NAME`, `user/NAME`, `root`, or an ARN of one;
    /// by default `root`.
    pub principal: Option<String>,
    /// What requests are signed with, for `--auth verify`; by default `test`.
    #[serde(default)]
    #[schemars(schema_with = "shape::secret_access_key")]
    pub secret_access_key: Option<Sensitive<String>>,
}
