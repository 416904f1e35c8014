//! An add-on and its versions as everybody asks for them, whether they are in
//! the tables or a seed has added them.

use serde_json::Value;

use super::added::{AddedAddon, AddedVersion};
use super::added_workload::OfferedWorkload;
use super::addon::{Addon, AddonVersion};
use super::definition::ProductDefinition;

/// An add-on that clusters can be given.
#[derive(Clone, Copy, Debug)]
pub enum OfferedAddon<'a> {
    /// A row of the tables.
    Table(&'static Addon),
    /// One that a seed has added or changed.
    Added(&'a AddedAddon),
}

/// A version of an add-on.
#[derive(Clone, Copy, Debug)]
pub enum OfferedVersion<'a> {
    /// A row of the tables.
    Table(&'static AddonVersion),
    /// One of an add-on that a seed has added or changed.
    Added(&'a AddedVersion),
}

/// What a seed says of an add-on, or the tables, or what is usual.
macro_rules! texts {
    ($($(#[$comment:meta])* $name:ident, $usual:literal;)+) => {
        $($(#[$comment])*
        pub fn $name(self) -> &'a str {
            match self {
                Self::Table(row) => row.$name,
                Self::Added(added) => {
                    let of_row = added.row.map_or($usual, |row| row.$name);
                    added.definition.$name.as_deref().unwrap_or(of_row)
                }
            }
        })+
    };
}

impl<'a> OfferedAddon<'a> {
    texts! {
        /// What it is about: `networking`, `storage`, …
        r#type, "infra-management";
        /// Who publishes it.
        publisher, "eks";
        /// `aws`, `community` or `aws-marketplace`.
        owner, "aws";
        /// The namespace it is installed in unless the request says otherwise.
        default_namespace, "kube-system";
    }

    /// Its name, lower case.
    pub fn name(self) -> &'a str {
        match self {
            Self::Table(row) => row.name,
            Self::Added(added) => &added.definition.name,
        }
    }

    /// The product behind it.
    pub fn product(self) -> Option<ProductDefinition> {
        let of_row = |row: &Addon| {
            let product = row.marketplace_information?;
            Some(ProductDefinition {
                product_id: Some(product.product_id.to_owned()),
                product_url: Some(product.product_url.to_owned()),
            })
        };
        match self {
            Self::Table(row) => of_row(row),
            Self::Added(added) => {
                let said = added.definition.product.clone();
                said.or_else(|| of_row(added.row?))
            }
        }
    }

    /// Its versions, newest first.
    pub fn versions(self) -> impl Iterator<Item = OfferedVersion<'a>> {
        let (rows, added) = match self {
            Self::Table(row) => (row.versions(), &[][..]),
            Self::Added(added) => (&[][..], &added.versions[..]),
        };
        let rows = rows.iter().map(OfferedVersion::Table);
        rows.chain(added.iter().map(OfferedVersion::Added))
    }

    /// The version called exactly `version`.
    pub fn version(self, version: &str) -> Option<OfferedVersion<'a>> {
        self.versions().find(|one| one.version() == version)
    }

    /// The version installed on clusters of `kubernetes_version` when the
    /// request names none: the one marked as default, else the newest that is
    /// compatible.
    pub fn default_version(self, kubernetes_version: &str) -> Option<OfferedVersion<'a>> {
        self.versions()
            .find(|one| one.is_default_for(kubernetes_version))
            .or_else(|| self.latest_version(kubernetes_version))
    }

    /// The newest version for clusters of `kubernetes_version`.
    pub fn latest_version(self, kubernetes_version: &str) -> Option<OfferedVersion<'a>> {
        self.versions().find(|one| one.supports(kubernetes_version))
    }

    /// Whether any version can run on clusters of `kubernetes_version`.
    pub fn is_offered_for(self, kubernetes_version: &str) -> bool {
        self.latest_version(kubernetes_version).is_some()
    }

    /// The Deployments and DaemonSets it installs.
    pub fn workloads(self) -> Vec<OfferedWorkload> {
        match self {
            Self::Table(row) => row.workloads().iter().map(OfferedWorkload::Table).collect(),
            Self::Added(added) => added.workloads.clone(),
        }
    }

    /// The names of the service accounts it installs.
    pub fn service_accounts(self) -> Vec<&'a str> {
        match self {
            Self::Table(row) => row.service_accounts().to_vec(),
            Self::Added(added) => added.service_accounts.iter().map(String::as_str).collect(),
        }
    }
}

impl<'a> OfferedVersion<'a> {
    /// Its whole name, such as `v1.22.4-eksbuild.3`.
    pub fn version(self) -> &'a str {
        match self {
            Self::Table(row) => row.version,
            Self::Added(added) => &added.definition.version,
        }
    }

    /// The processor architectures it runs on: `amd64`, `arm64`.
    pub fn architectures(self) -> Vec<String> {
        let said = self
            .definition()
            .and_then(|said| said.architectures.clone());
        let of_row = self.row().map(AddonVersion::architectures);
        said.unwrap_or_else(|| owned(of_row.unwrap_or(&["amd64", "arm64"])))
    }

    /// Where it runs: `ec2`, `fargate`, `auto`, `hybrid`, …
    pub fn compute_types(self) -> Vec<String> {
        let said = self
            .definition()
            .and_then(|said| said.compute_types.clone());
        let of_row = self.row().map(AddonVersion::compute_types);
        said.unwrap_or_else(|| owned(of_row.unwrap_or(&["ec2"])))
    }

    /// Whether it cannot be installed without configuration values.
    pub fn requires_configuration(self) -> bool {
        let said = self
            .definition()
            .and_then(|said| said.requires_configuration);
        let of_row = self.row().map(AddonVersion::requires_configuration);
        said.or(of_row).unwrap_or(false)
    }

    /// Whether its pods call AWS and so want a role.
    pub fn requires_iam_permissions(self) -> bool {
        let said = self
            .definition()
            .and_then(|said| said.requires_iam_permissions);
        let of_row = self.row().map(AddonVersion::requires_iam_permissions);
        said.or(of_row)
            .unwrap_or_else(|| !self.pod_identity_service_accounts().is_empty())
    }

    /// Whether it runs on clusters of `kubernetes_version`, such as `1.36`.
    pub fn supports(self, kubernetes_version: &str) -> bool {
        match self {
            Self::Table(row) => row.supports(kubernetes_version),
            Self::Added(added) => added.compatible.contains(kubernetes_version),
        }
    }

    /// The cluster versions it runs on, newest first.
    pub fn kubernetes_versions(self) -> Vec<String> {
        match self {
            Self::Table(row) => row.kubernetes_versions().collect(),
            Self::Added(added) => added.compatible.versions().collect(),
        }
    }

    /// Whether it is the default on clusters of `kubernetes_version`.
    pub fn is_default_for(self, kubernetes_version: &str) -> bool {
        match self {
            Self::Table(row) => row.is_default_for(kubernetes_version),
            Self::Added(added) => added.default_for.contains(kubernetes_version),
        }
    }

    /// The platform versions of `kubernetes_version` that it needs.
    pub fn platform_versions(self, kubernetes_version: &str) -> Vec<String> {
        let said = match self {
            Self::Table(row) => return owned(row.platform_versions()),
            Self::Added(added) => added.platform_versions.get(kubernetes_version),
        };
        said.cloned().unwrap_or_else(|| owned(&["*"]))
    }

    /// The schema of its configuration values as compact JSON.
    pub fn configuration_schema_text(self) -> &'a str {
        match self {
            Self::Table(row) => row.configuration_schema_text(),
            Self::Added(added) => added.schema().text(),
        }
    }

    /// The schema of its configuration values.
    pub fn configuration_schema(self) -> &'a Value {
        match self {
            Self::Table(row) => row.configuration_schema(),
            Self::Added(added) => added.schema().value(),
        }
    }

    /// The service accounts that can be given a role through pod identity,
    /// each with the ARNs of the managed policies that its role should have,
    /// as a seed writes them or of the partition `aws`.
    pub fn pod_identity(self) -> Vec<(&'a str, Vec<&'a str>)> {
        if let Self::Added(added) = self
            && let Some(said) = added.pod_identity()
        {
            let entry = |entry: &'a super::definition::PodIdentityDefinition| {
                let policies = entry.recommended_managed_policies.iter();
                let policies = policies.map(String::as_str).collect();
                (entry.service_account.as_str(), policies)
            };
            return said.iter().map(entry).collect();
        }
        let rows = self.row().map(AddonVersion::pod_identity_configuration);
        let rows = rows.unwrap_or_default().iter();
        rows.map(|row| {
            (
                row.service_account,
                row.recommended_managed_policies.to_vec(),
            )
        })
        .collect()
    }

    /// The service accounts that can be given a role through pod identity;
    /// empty if this version has no support for it.
    pub fn pod_identity_service_accounts(self) -> Vec<&'a str> {
        let entries = self.pod_identity().into_iter();
        entries
            .map(|(service_account, _)| service_account)
            .collect()
    }

    fn row(self) -> Option<&'static AddonVersion> {
        match self {
            Self::Table(row) => Some(row),
            Self::Added(added) => added.row,
        }
    }

    fn definition(self) -> Option<&'a super::definition::VersionDefinition> {
        match self {
            Self::Table(_) => None,
            Self::Added(added) => Some(&added.definition),
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
