//! An add-on and its versions.

use serde_json::Value;

use super::configuration_schema::ConfigurationSchema;
use super::generated::configuration_schemas::CONFIGURATION_SCHEMAS;
use super::generated::pod_identity_configurations::POD_IDENTITY_CONFIGURATIONS;
use super::generated::variants::VARIANTS;
use super::kubernetes_minor::KubernetesMinors;
use super::workload::KubernetesObjects;

/// An add-on that clusters can be given.
#[derive(Debug)]
pub struct Addon {
    /// Its name, lower case: `vpc-cni`.
    pub name: &'static str,
    /// What it is about: `networking`, `storage`, …
    pub r#type: &'static str,
    /// Who publishes it: `eks` for most of AWS's own, else the vendor's spelling.
    pub publisher: &'static str,
    /// `aws`, `community` or `aws-marketplace`.
    pub owner: &'static str,
    /// The namespace it is installed in unless the request says otherwise.
    pub default_namespace: &'static str,
    /// The product behind a marketplace add-on.
    pub marketplace_information: Option<MarketplaceInformation>,
    /// What it installs; see `workload.rs`.
    pub(super) kubernetes_objects: &'static KubernetesObjects,
    /// Its versions, newest first.
    pub(super) versions: &'static [AddonVersion],
}

/// The product behind a marketplace add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketplaceInformation {
    /// A UUID, or `prod-` and thirteen characters.
    pub product_id: &'static str,
    /// The product's page.
    pub product_url: &'static str,
}

impl Addon {
    /// Its versions, newest first: by version, then by build number.
    ///
    /// Terraform's `most_recent` takes the first, so the order is a promise.
    /// One publisher's date-like numbers are in the order of the recording.
    pub fn versions(&self) -> &'static [AddonVersion] {
        self.versions
    }

    /// The version called exactly `version`, such as `v1.22.4-eksbuild.3`.
    pub fn version(&self, version: &str) -> Option<&'static AddonVersion> {
        self.versions
            .iter()
            .find(|candidate| candidate.version == version)
    }

    /// The version installed on clusters of `kubernetes_version` when the
    /// request names none: the one marked as default, else the newest that is
    /// compatible. Often older than the newest.
    pub fn default_version(&self, kubernetes_version: &str) -> Option<&'static AddonVersion> {
        let mut versions = self.versions.iter();
        let marked = versions.find(|version| version.is_default_for(kubernetes_version));
        marked.or_else(|| {
            self.versions
                .iter()
                .find(|version| version.supports(kubernetes_version))
        })
    }

    /// Whether any version can run on clusters of `kubernetes_version`.
    pub fn is_offered_for(&self, kubernetes_version: &str) -> bool {
        self.versions
            .iter()
            .any(|version| version.supports(kubernetes_version))
    }
}

/// One version of an add-on.
#[derive(Debug)]
pub struct AddonVersion {
    /// Its whole name, such as `v1.22.4-eksbuild.3`.
    pub version: &'static str,
    compatible: KubernetesMinors,
    default_for: KubernetesMinors,
    // Rows of the tables of the same names; `u16` keeps the table of versions small.
    variant: u16,
    schema: u16,
    pod_identity: u16,
}

impl AddonVersion {
    /// The processor architectures it runs on: `amd64`, `arm64`.
    pub fn architectures(&self) -> &'static [&'static str] {
        self.shared().architectures
    }

    /// Where it runs: `ec2`, `fargate`, `auto`, `hybrid`, …
    pub fn compute_types(&self) -> &'static [&'static str] {
        self.shared().compute_types
    }

    /// Whether it cannot be installed without configuration values.
    pub fn requires_configuration(&self) -> bool {
        self.shared().requires_configuration
    }

    /// Whether its pods call AWS and so want a role.
    pub fn requires_iam_permissions(&self) -> bool {
        self.shared().requires_iam_permissions
    }

    /// Whether it runs on clusters of `kubernetes_version`, such as `1.36`.
    pub fn supports(&self, kubernetes_version: &str) -> bool {
        self.compatible.contains(kubernetes_version)
    }

    /// The cluster versions it runs on, newest first.
    pub fn kubernetes_versions(&self) -> impl Iterator<Item = String> {
        self.compatible.versions()
    }

    /// Whether it is the default on clusters of `kubernetes_version`.
    pub fn is_default_for(&self, kubernetes_version: &str) -> bool {
        self.default_for.contains(kubernetes_version)
    }

    /// The platform versions it needs: any, in every recorded entry for
    /// Kubernetes 1.22 and later.
    pub fn platform_versions(&self) -> &'static [&'static str] {
        &["*"]
    }

    /// The schema of its configuration values.
    pub fn schema(&self) -> &'static ConfigurationSchema {
        &CONFIGURATION_SCHEMAS[usize::from(self.schema)]
    }

    /// The schema of its configuration values as compact JSON.
    pub fn configuration_schema_text(&self) -> &'static str {
        self.schema().text()
    }

    /// The schema of its configuration values, parsed on first use.
    pub fn configuration_schema(&self) -> &'static Value {
        self.schema().value()
    }

    /// The service accounts that can be given a role through pod identity;
    /// empty if this version has no support for it.
    ///
    /// Policies are those of the partition `aws`.
    pub fn pod_identity_configuration(&self) -> &'static [PodIdentityConfiguration] {
        POD_IDENTITY_CONFIGURATIONS[usize::from(self.pod_identity)]
    }

    pub(super) fn compatible(&self) -> KubernetesMinors {
        self.compatible
    }

    pub(super) fn default_for(&self) -> KubernetesMinors {
        self.default_for
    }

    fn shared(&self) -> &'static Variant {
        &VARIANTS[usize::from(self.variant)]
    }
}

/// A service account of an add-on that wants a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodIdentityConfiguration {
    /// Its name.
    pub service_account: &'static str,
    /// ARNs of the managed policies its role should have, in partition `aws`.
    pub recommended_managed_policies: &'static [&'static str],
}

/// What many add-on versions have in common.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) architectures: &'static [&'static str],
    pub(super) compute_types: &'static [&'static str],
    pub(super) requires_configuration: bool,
    pub(super) requires_iam_permissions: bool,
}

/// A row of a table of versions, to be completed by the methods below. They
/// run at compile time: a row that does not exist does not compile.
pub(super) const fn version(version: &'static str) -> AddonVersion {
    AddonVersion {
        version,
        compatible: KubernetesMinors::NONE,
        default_for: KubernetesMinors::NONE,
        variant: 0,
        schema: 0,
        pod_identity: 0,
    }
}

impl AddonVersion {
    /// Runs on `1.{first}` to `1.{last}`.
    pub(super) const fn on(mut self, first: u8, last: u8) -> Self {
        self.compatible = self.compatible.and(first, last);
        self
    }

    /// Is the default on `1.{first}` to `1.{last}`.
    pub(super) const fn default_on(mut self, first: u8, last: u8) -> Self {
        self.default_for = self.default_for.and(first, last);
        self
    }

    /// Row `index` of [`VARIANTS`].
    pub(super) const fn variant(mut self, index: u16) -> Self {
        assert!((index as usize) < VARIANTS.len(), "a row of VARIANTS");
        self.variant = index;
        self
    }

    /// Row `index` of [`CONFIGURATION_SCHEMAS`].
    pub(super) const fn schema_row(mut self, index: u16) -> Self {
        assert!(
            (index as usize) < CONFIGURATION_SCHEMAS.len(),
            "a row of CONFIGURATION_SCHEMAS"
        );
        self.schema = index;
        self
    }

    /// Row `index` of [`POD_IDENTITY_CONFIGURATIONS`].
    pub(super) const fn pod_identity(mut self, index: u16) -> Self {
        assert!(
            (index as usize) < POD_IDENTITY_CONFIGURATIONS.len(),
            "a row of POD_IDENTITY_CONFIGURATIONS"
        );
        self.pod_identity = index;
        self
    }
}
