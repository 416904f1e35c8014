//! The user's own Kubernetes objects in documents.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::is_default;
use crate::seed::shape;

/// A service account of the user's.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceAccountSeed {
    /// Its namespace, which is made if need be.
    #[schemars(schema_with = "shape::label")]
    pub namespace: String,
    /// Its name.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub name: String,
    /// Its labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its annotations. The role of `eks.amazonaws.com/role-arn` may be
    /// `role/NAME` of the account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// A pod of the user's. It comes up when it is seeded, if there are nodes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodSeed {
    /// Its namespace, which is made if need be.
    #[schemars(schema_with = "shape::label")]
    pub namespace: String,
    /// Its name.
    #[schemars(schema_with = "shape::name_in_kubernetes")]
    pub name: String,
    /// Its service account, which is made if need be; by default `default`.
    #[serde(default)]
    #[schemars(schema_with = "shape::optional_name_in_kubernetes")]
    pub service_account: Option<String>,
    /// What only the emulator has.
    #[serde(default, rename = "x-emulator", skip_serializing_if = "is_default")]
    pub x_emulator: PodExtras,
}

/// What only the emulator has of a pod.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodExtras {
    /// The manifest, to which names and service account are added; by default
    /// one with a single container.
    #[serde(default)]
    #[schemars(schema_with = "shape::object")]
    pub manifest: Option<Value>,
}
