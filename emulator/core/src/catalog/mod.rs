//! What the service offers: add-ons and their versions, cluster versions,
//! access policies.
//!
//! The facts are static tables in `generated/`, made from `fixtures/` by
//! `eks-emulator-codegen`; nothing is read or parsed at start. A configuration
//! schema is parsed the first time a request is validated against it.
//!
//! Seeds lay add-ons and versions over the tables: [`Catalog`] is both, part of
//! the state and handed to every command. Who asks it gets [`OfferedAddon`]s.
//!
//! The three operations that only show the catalogue live here as well, one
//! file each.

mod added;
mod added_workload;
mod addon;
mod addon_lookup;
mod cluster_version;
mod configuration_schema;
mod contents;
mod definition;
mod describe_addon_configuration;
mod describe_addon_versions;
mod describe_cluster_versions;
#[rustfmt::skip]
mod generated;
mod image;
mod kubernetes_minor;
mod offer;
mod settings;
mod version_order;
mod workload;
pub(crate) mod workload_name;

pub use added::{AddedAddon, AddedVersion, checked_schema};
pub use added_workload::{AddedWorkload, OfferedWorkload};
pub use addon::{Addon, AddonVersion, MarketplaceInformation, PodIdentityConfiguration};
pub use addon_lookup::{addon, addons};
pub use cluster_version::{
    ClusterVersion, cluster_version, cluster_versions, default_cluster_version,
    is_known_cluster_version,
};
pub use configuration_schema::ConfigurationSchema;
pub use contents::Catalog;
pub use definition::{
    AddonDefinition, CompatibilityDefinition, PodIdentityDefinition, ProductDefinition,
    VersionDefinition,
};
pub use describe_addon_configuration::describe_addon_configuration;
pub use describe_addon_versions::describe_addon_versions;
pub use describe_cluster_versions::describe_cluster_versions;
pub use offer::{OfferedAddon, OfferedVersion};
pub(crate) use settings::{MOST_REPLICAS, settings_of};
pub use settings::{WorkloadSettings, settings};
pub use workload::{Container, IntOrPercent, Port, Protocol, Strategy, Workload, WorkloadKind};

/// The names of the cluster access policies, in ascending (ASCII) order.
///
/// Source: output of `aws eks list-access-policies` of early 2026.
pub fn access_policies() -> &'static [&'static str] {
    &generated::access_policies::ACCESS_POLICIES
}
