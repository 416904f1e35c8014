//! An add-on of a seed, ready to be asked: what it says, laid over the tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::added_workload::{AddedWorkload, OfferedWorkload};
use super::addon::{Addon, AddonVersion};
use super::configuration_schema::{ConfigurationSchema, NO_CONFIGURATION};
use super::definition::{AddonDefinition, PodIdentityDefinition, VersionDefinition};
use super::kubernetes_minor::KubernetesMinors;
use super::version_order::version_key;
use super::{addon, cluster_versions, is_known_cluster_version};
use crate::rfc1123::is_label;

/// An add-on of a seed.
#[derive(Debug)]
pub struct AddedAddon {
    /// What the seed says.
    pub(super) definition: AddonDefinition,
    /// The row of the tables with the same name.
    pub(super) row: Option<&'static Addon>,
    /// Its versions, newest first: those of the tables, too.
    pub(super) versions: Vec<AddedVersion>,
    pub(super) workloads: Vec<OfferedWorkload>,
    pub(super) service_accounts: Vec<String>,
}

/// A version of an add-on of a seed.
#[derive(Debug)]
pub struct AddedVersion {
    /// What the seed says.
    pub(super) definition: VersionDefinition,
    /// The row that says the rest.
    pub(super) row: Option<&'static AddonVersion>,
    pub(super) compatible: KubernetesMinors,
    pub(super) default_for: KubernetesMinors,
    /// The schema, if the seed says one.
    schema: Option<ConfigurationSchema>,
    /// The platform versions that it needs, where that is not any.
    pub(super) platform_versions: BTreeMap<String, Vec<String>>,
}

impl AddedVersion {
    /// The schema of its configuration values.
    pub(super) fn schema(&self) -> &ConfigurationSchema {
        let of_row = self.row.map(AddonVersion::schema);
        self.schema.as_ref().or(of_row).unwrap_or(&NO_CONFIGURATION)
    }

    /// The service accounts that can be given a role, as the seed says.
    pub(super) fn pod_identity(&self) -> Option<&[PodIdentityDefinition]> {
        self.definition.pod_identity.as_deref()
    }

    /// A version of the tables as it is.
    fn of_row(row: &'static AddonVersion) -> Self {
        Self {
            definition: VersionDefinition {
                version: row.version.to_owned(),
                ..VersionDefinition::default()
            },
            row: Some(row),
            compatible: row.compatible(),
            default_for: row.default_for(),
            schema: None,
            platform_versions: BTreeMap::new(),
        }
    }

    /// Errors: a sentence that says what cannot be.
    fn new(
        definition: &VersionDefinition,
        row: Option<&'static AddonVersion>,
    ) -> Result<Self, String> {
        let schema = definition.configuration_schema.as_deref().map(read_schema);
        let replaced = row.filter(|row| row.version == definition.version);
        let mut version = Self {
            definition: definition.clone(),
            row,
            compatible: row.map_or_else(every_cluster_version, AddonVersion::compatible),
            default_for: replaced.map_or(KubernetesMinors::NONE, AddonVersion::default_for),
            schema: schema.transpose()?,
            platform_versions: BTreeMap::new(),
        };
        if let Some(compatibilities) = &definition.compatibilities {
            version.compatible = KubernetesMinors::NONE;
            version.default_for = KubernetesMinors::NONE;
            for entry in compatibilities {
                let name = &entry.cluster_version;
                let known = is_known_cluster_version(name).then(|| version.compatible.with(name));
                version.compatible = known
                    .flatten()
                    .ok_or_else(|| format!("there is no cluster version {name}"))?;
                if entry.is_default {
                    let with = version.default_for.with(name);
                    version.default_for = with.unwrap_or(version.default_for);
                }
                if entry.platform_versions != ["*"] {
                    let needed = entry.platform_versions.clone();
                    version.platform_versions.insert(name.clone(), needed);
                }
            }
        }
        Ok(version)
    }
}

/// Errors: a sentence.
fn read_schema(text: &str) -> Result<ConfigurationSchema, String> {
    let value = serde_json::from_str(text)
        .map_err(|error| format!("the configuration schema is no JSON: {error}"))?;
    ConfigurationSchema::new(value)
}

/// Compact JSON of a configuration schema.
///
/// Errors: a sentence; it is no JSON Schema that values can be held against.
pub fn checked_schema(value: serde_json::Value) -> Result<String, String> {
    ConfigurationSchema::new(value).map(|schema| schema.text().to_owned())
}

fn every_cluster_version() -> KubernetesMinors {
    let versions = cluster_versions().iter();
    versions.fold(KubernetesMinors::NONE, |all, one| {
        all.with(one.version).unwrap_or(all)
    })
}

impl AddedAddon {
    /// What a definition makes of the tables.
    ///
    /// Errors: a sentence that says what cannot be.
    pub(super) fn new(definition: AddonDefinition) -> Result<Self, String> {
        let name = &definition.name;
        check_name(name)?;
        let row = addon(name);
        let of_row = row.map(Addon::versions).unwrap_or_default().iter();
        let mut versions: Vec<AddedVersion> = of_row.map(AddedVersion::of_row).collect();
        let mut claimed = KubernetesMinors::NONE;
        for wanted in &definition.versions {
            claimed = claim(claimed, wanted)?;
            let replaced = row.and_then(|row| row.version(&wanted.version));
            let like = replaced.or_else(|| row.and_then(|row| row.versions().first()));
            put(&mut versions, AddedVersion::new(wanted, like)?)?;
        }
        for version in &mut versions {
            // Whoever says it holds before the tables.
            if version.definition.compatibilities.is_none() {
                version.default_for = version.default_for.without(claimed);
            }
        }
        if row.is_none() {
            mark_newest(&mut versions);
        }
        let workloads = workloads(&definition, row, &versions)?;
        if versions.is_empty() {
            return Err(format!("the add-on {name} needs a version"));
        }
        Ok(Self {
            row,
            service_accounts: service_accounts(row, &workloads, &versions),
            workloads,
            versions,
            definition,
        })
    }
}

/// Errors: a sentence.
fn check_name(name: &str) -> Result<(), String> {
    let is_inner = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    match name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 100
        && name.bytes().all(is_inner)
    {
        true => Ok(()),
        false => Err(format!("{name:?} is no name of an add-on")),
    }
}

/// The cluster versions that a version is said to be the default on, added to
/// those of others.
fn claim(
    mut claimed: KubernetesMinors,
    version: &VersionDefinition,
) -> Result<KubernetesMinors, String> {
    for name in version.defaults() {
        if claimed.contains(name) {
            return Err(format!("cluster version {name} has two defaults"));
        }
        claimed = claimed.with(name).unwrap_or(claimed);
    }
    Ok(claimed)
}

/// Puts a version in the place of the one of its name, or before the first
/// that is older.
fn put(versions: &mut Vec<AddedVersion>, version: AddedVersion) -> Result<(), String> {
    let name = &version.definition.version;
    let Some(key) = version_key(name) else {
        return Err(format!("{name:?} is no version of an add-on"));
    };
    let mut present = versions.iter();
    if let Some(place) = present.position(|one| one.definition.version == *name) {
        versions[place] = version;
        return Ok(());
    }
    let is_older = |one: &AddedVersion| version_key(&one.definition.version) < Some(key);
    let place = versions.iter().position(is_older);
    versions.insert(place.unwrap_or(versions.len()), version);
    Ok(())
}

/// Of an add-on that is not in the tables, the newest version is the default
/// where none is said to be.
fn mark_newest(versions: &mut [AddedVersion]) {
    let said = versions.iter().map(|version| version.default_for);
    let mut served = said.fold(KubernetesMinors::NONE, KubernetesMinors::union);
    for version in versions {
        let left = version.compatible.without(served);
        version.default_for = version.default_for.union(left);
        served = served.union(left);
    }
}

fn workloads(
    definition: &AddonDefinition,
    row: Option<&'static Addon>,
    versions: &[AddedVersion],
) -> Result<Vec<OfferedWorkload>, String> {
    let added = |workload: AddedWorkload| OfferedWorkload::Added(Arc::new(workload));
    if let Some(given) = &definition.workloads {
        for (index, workload) in given.iter().enumerate() {
            workload.check()?;
            let same = |one: &AddedWorkload| one.kind == workload.kind && one.name == workload.name;
            if given[..index].iter().any(same) {
                let (kind, name) = (workload.kind.as_str(), &workload.name);
                return Err(format!("there are two {kind}s {name}"));
            }
        }
        return Ok(given.iter().cloned().map(added).collect());
    }
    if let Some(row) = row {
        return Ok(row.workloads().iter().map(OfferedWorkload::Table).collect());
    }
    // As the tables have it for add-ons of which nobody has published what
    // they install.
    let name = usual_name(&definition.name);
    let mut named = versions
        .iter()
        .filter_map(|version| version.pod_identity()?.first());
    let account = named.next().map(|entry| entry.service_account.as_str());
    let account = account.filter(|account| is_label(account)).unwrap_or(&name);
    Ok(vec![added(AddedWorkload::deployment(&name, account))])
}

/// The name of an add-on as Kubernetes bears it.
fn usual_name(addon_name: &str) -> String {
    let name = addon_name.replace('_', "-");
    name.chars()
        .take(63)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

/// Those of the tables, of the pods and of pod identity, each once.
fn service_accounts(
    row: Option<&'static Addon>,
    workloads: &[OfferedWorkload],
    versions: &[AddedVersion],
) -> Vec<String> {
    let of_row = row.map(Addon::service_accounts).unwrap_or_default();
    let of_pods = workloads
        .iter()
        .filter_map(OfferedWorkload::service_account);
    let of_versions = versions
        .iter()
        .filter_map(AddedVersion::pod_identity)
        .flatten()
        .map(|entry| entry.service_account.as_str());
    let mut all: Vec<String> = Vec::new();
    for name in of_row.iter().copied().chain(of_pods).chain(of_versions) {
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    all
}
