//! Add-ons and versions that a seed adds to the tables, as it describes them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::added_workload::AddedWorkload;

/// An add-on that a seed adds to the tables, or changes. What is absent is as
/// the tables have it, or as is usual for an add-on that they do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonDefinition {
    /// Its name, lower case.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Who publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// `aws`, `community` or `aws-marketplace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The namespace it is installed in unless the request says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_namespace: Option<String>,
    /// The product behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductDefinition>,
    /// Versions beside those of the tables, or in the place of some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionDefinition>,
    /// What runs its pods; empty: nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workloads: Option<Vec<AddedWorkload>>,
}

/// The product behind a marketplace add-on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductDefinition {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_url: Option<String>,
}

/// A version that a seed adds to an add-on, or puts in the place of one. What
/// is absent is as in the version that it replaces, or else as in the newest
/// of the tables, or else as is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionDefinition {
    /// Its whole name, such as `v1.0.0-eksbuild.1`.
    pub version: String,
    /// The cluster versions that it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibilities: Option<Vec<CompatibilityDefinition>>,
    /// The processor architectures it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architectures: Option<Vec<String>>,
    /// Where it runs: `ec2`, `fargate`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute_types: Option<Vec<String>>,
    /// Whether it cannot be installed without configuration values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_configuration: Option<bool>,
    /// Whether its pods call AWS and so want a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_iam_permissions: Option<bool>,
    /// The schema of its configuration values, JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration_schema: Option<String>,
    /// The service accounts that can be given a role through pod identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_identity: Option<Vec<PodIdentityDefinition>>,
}

/// A cluster version that an add-on version runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompatibilityDefinition {
    /// The cluster version, such as `1.32`.
    pub cluster_version: String,
    /// The platform versions of it: `*`, `eks.5`, or `eks.5+`.
    pub platform_versions: Vec<String>,
    /// Whether clusters get it that ask for none.
    pub is_default: bool,
}

/// A service account that can be given a role through pod identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodIdentityDefinition {
    /// Its name.
    pub service_account: String,
    /// ARNs of the managed policies its role should have.
    pub recommended_managed_policies: Vec<String>,
}

impl VersionDefinition {
    /// The cluster versions that it says it is the default on.
    pub fn defaults(&self) -> impl Iterator<Item = &str> {
        let compatibilities = self.compatibilities.iter().flatten();
        compatibilities
            .filter(|entry| entry.is_default)
            .map(|entry| entry.cluster_version.as_str())
    }

    /// What this says, and what an earlier one says that this leaves open.
    fn over(self, earlier: &Self) -> Self {
        let earlier = earlier.clone();
        Self {
            version: self.version,
            compatibilities: self.compatibilities.or(earlier.compatibilities),
            architectures: self.architectures.or(earlier.architectures),
            compute_types: self.compute_types.or(earlier.compute_types),
            requires_configuration: self
                .requires_configuration
                .or(earlier.requires_configuration),
            requires_iam_permissions: self
                .requires_iam_permissions
                .or(earlier.requires_iam_permissions),
            configuration_schema: self.configuration_schema.or(earlier.configuration_schema),
            pod_identity: self.pod_identity.or(earlier.pod_identity),
        }
    }
}

impl AddonDefinition {
    /// What this says, and what an earlier one says that this leaves open. A
    /// version that is a default now takes that from the one that was.
    pub fn over(self, earlier: &Self) -> Self {
        let claimed: BTreeSet<String> = self
            .versions
            .iter()
            .flat_map(|version| version.defaults().map(str::to_owned))
            .collect();
        let mut versions = earlier.versions.clone();
        for version in &mut versions {
            for entry in version.compatibilities.iter_mut().flatten() {
                entry.is_default &= !claimed.contains(&entry.cluster_version);
            }
        }
        for version in self.versions {
            let mut present = versions.iter_mut();
            match present.find(|present| present.version == version.version) {
                Some(present) => *present = version.over(present),
                None => versions.push(version),
            }
        }
        let rest = earlier.clone();
        Self {
            name: self.name,
            r#type: self.r#type.or(rest.r#type),
            publisher: self.publisher.or(rest.publisher),
            owner: self.owner.or(rest.owner),
            default_namespace: self.default_namespace.or(rest.default_namespace),
            product: self.product.or(rest.product),
            versions,
            workloads: self.workloads.or(rest.workloads),
        }
    }
}
