//! The seed document: what there is to be, written by hand or exported.
//!
//! Members have the names of the EKS API, so that the answer of a
//! `describe-*` call can be pasted; what only the emulator has stands under
//! `x-emulator`. Only names are required.

mod addon;
mod association;
mod catalogue;
mod cluster;
mod fault;
mod identity;
mod object;
mod time;
mod transition;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use addon::{AddonExtras, AddonSeed, OwnedAssociation, OwnedAssociationSeed};
pub use association::{AssociationExtras, AssociationSeed};
pub use catalogue::{
    CatalogueAddonSeed, CatalogueVersionSeed, CatalogueWorkloadSeed, CompatibilitySeed,
    ConfigurationSchemaSeed, PodIdentitySeed, WorkloadKindSeed,
};
pub use cluster::{CertificateAuthorityKey, ClusterExtras, ClusterSeed, ComputeSeed, Upgrade};
pub use fault::FaultSeed;
pub use identity::{
    AccessKeySeed, AccountExtras, OidcProviderSeed, PolicyDocument, PolicySeed, RoleSeed, TagSeed,
    Trust,
};
pub use object::{PodExtras, PodSeed, ServiceAccountSeed};
pub use time::SeedTime;
pub use transition::TransitionSeed;

use super::shape;

/// The version of documents that this emulator reads.
pub const SCHEMA: u32 = 1;

/// A seed document: the state that an emulator is to have.
///
/// What it leaves open is as AWS has it by default. History is not part of
/// it: updates, calls that may be repeated, events, sessions, and the pods of
/// add-ons, which come up anew.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Seed {
    /// The version of the document's form: 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// What holds where nothing else is said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub defaults: Defaults,
    /// How the emulator's clock stands.
    pub clock: Option<ClockSeed>,
    /// Customer managed policies of IAM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicySeed>,
    /// OpenID Connect providers of IAM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oidc_providers: Vec<OidcProviderSeed>,
    /// Roles of IAM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleSeed>,
    /// Access keys, and whose they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_keys: Vec<AccessKeySeed>,
    /// Clusters with everything that belongs to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterSeed>,
    /// Rules for transitions that start from then on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitions: Vec<TransitionSeed>,
    /// Add-ons and versions beside those of the catalogue, or in the place of
    /// some. All accounts and regions have the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalogue: Vec<CatalogueAddonSeed>,
    /// Calls that fail, are late, or lose their connection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultSeed>,
}

impl Default for Seed {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            defaults: Defaults::default(),
            clock: None,
            policies: Vec::new(),
            oidc_providers: Vec::new(),
            roles: Vec::new(),
            access_keys: Vec::new(),
            clusters: Vec::new(),
            transitions: Vec::new(),
            catalogue: Vec::new(),
            faults: Vec::new(),
        }
    }
}

/// What holds where nothing else is said.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Defaults {
    /// The account: twelve digits; by default the emulator's.
    #[serde(default)]
    #[schemars(schema_with = "shape::account_id")]
    pub account: Option<String>,
    /// The region; by default the emulator's.
    #[serde(default)]
    #[schemars(schema_with = "shape::region")]
    pub region: Option<String>,
    /// The Kubernetes version of clusters that name none: `1.32`, `default`
    /// or `latest`.
    pub kubernetes_version: Option<String>,
}

/// How the emulator's clock stands.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClockSeed {
    /// Whether it runs; by default as it does.
    pub mode: Option<ClockMode>,
    /// What it shows; by default what it does.
    pub now: Option<SeedTime>,
    /// Emulator time for each unit of machine time, of a scaled clock.
    #[serde(default)]
    #[schemars(schema_with = "shape::rate")]
    pub rate: Option<f64>,
}

/// Whether a clock runs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ClockMode {
    /// It runs.
    Real,
    /// It stands still.
    Paused,
    /// It runs at a rate of its own.
    Scaled,
}

/// A list that can only be empty: what it would be of does not exist in the
/// emulator yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotBuilt;

impl<'de> Deserialize<'de> for NotBuilt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Vec::<serde_json::Value>::deserialize(deserializer)?.is_empty() {
            true => Ok(Self),
            false => Err(serde::de::Error::custom(shape::NOT_BUILT)),
        }
    }
}

impl Serialize for NotBuilt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq([(); 0])
    }
}

impl JsonSchema for NotBuilt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NotBuilt".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "array",
            "description": shape::NOT_BUILT,
            "maxItems": 0,
        })
    }
}

/// Whether a value need not be written down.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
