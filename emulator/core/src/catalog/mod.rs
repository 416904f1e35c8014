//! What the service offers: add-ons and their versions, cluster versions,
//! access policies.
//!
//! The facts are static tables in `generated/`, made from `fixtures/` by
//! `eks-emulator-codegen`; nothing is read or parsed at start. A configuration
//! schema is parsed the first time a request is validated against it.
//!
//! The three operations that only show the catalogue live here as well, one
//! file each.

mod addon;
mod addon_lookup;
mod cluster_version;
mod configuration_schema;
mod describe_addon_configuration;
mod describe_addon_versions;
mod describe_cluster_versions;
#[rustfmt::skip]
mod generated;
mod image;
mod kubernetes_minor;
mod settings;
mod workload;
pub(crate) mod workload_name;

pub use addon::{Addon, AddonVersion, MarketplaceInformation, PodIdentityConfiguration};
pub use addon_lookup::{addon, addons};
pub use cluster_version::{
    ClusterVersion, cluster_version, cluster_versions, default_cluster_version,
};
pub use configuration_schema::ConfigurationSchema;
pub use describe_addon_configuration::describe_addon_configuration;
pub use describe_addon_versions::describe_addon_versions;
pub use describe_cluster_versions::describe_cluster_versions;
pub(crate) use settings::MOST_REPLICAS;
pub use settings::{WorkloadSettings, settings};
pub use workload::{Container, IntOrPercent, Port, Protocol, Strategy, Workload, WorkloadKind};

/// The names of the cluster access policies, in ascending (ASCII) order.
///
/// Source: output of `aws eks list-access-policies` of early 2026.
pub fn access_policies() -> &'static [&'static str] {
    &generated::access_policies::ACCESS_POLICIES
}
