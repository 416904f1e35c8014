//! Customer managed policies.

mod create;
mod delete;
mod read;
mod tag;
mod version;

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam;
use serde::{Deserialize, Serialize};

use super::policy_document::encoded;
use super::tag::Tags;
use crate::state::{pairs, whole_changes};

/// How often a policy is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Roles to which it is attached.
    pub(super) attachments: i32,
    /// Roles whose permissions boundary it is.
    pub(super) boundaries: i32,
}

/// A policy of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Policy {
    id: String,
    arn: String,
    path: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created: Timestamp,
    updated: Timestamp,
    tags: Tags,
    /// By number; numbers are not used again.
    #[serde(with = "pairs")]
    versions: BTreeMap<u32, Version>,
    default_version: u32,
    next_version: u32,
}

whole_changes!(Policy);

/// One version of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Version {
    document: String,
    created: Timestamp,
}

impl Policy {
    /// The name, in the case it was created with.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The ARN, path included.
    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    /// The path, from slash to slash.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The description.
    pub(super) fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The document of the version that counts.
    pub(super) fn default_document(&self) -> &str {
        let version = self.versions.get(&self.default_version);
        version.map_or("", |version| &version.document)
    }

    /// Keys and values of the tags.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter()
    }

    /// What holds of the versions.
    ///
    /// Errors: what does not, in words.
    pub(super) fn check_versions(&self) -> Result<(), String> {
        let has_default = self.versions.contains_key(&self.default_version);
        let is_next_free = self
            .versions
            .keys()
            .all(|number| *number < self.next_version);
        if has_default && is_next_free && self.versions.len() <= version::MAXIMUM_VERSIONS {
            return Ok(());
        }
        Err(format!("the versions of {} are not sound", self.arn))
    }

    /// As listings show it.
    pub(super) fn listed(&self, usage: Usage) -> iam::Policy {
        iam::Policy {
            policy_name: Some(self.name.clone()),
            policy_id: Some(self.id.clone()),
            arn: Some(self.arn.clone()),
            path: Some(self.path.clone()),
            default_version_id: Some(version_id(self.default_version)),
            attachment_count: Some(usage.attachments),
            permissions_boundary_usage_count: Some(usage.boundaries),
            is_attachable: Some(true),
            create_date: Some(self.created),
            update_date: Some(self.updated),
            ..Default::default()
        }
    }

    /// On its own. Without tags there is an empty list; source: LocalStack's
    /// comparisons with IAM.
    pub(super) fn described(&self, usage: Usage) -> iam::Policy {
        iam::Policy {
            description: self.description.clone(),
            tags: Some(self.tags.all()),
            ..self.listed(usage)
        }
    }

    /// One version, without its document.
    fn version_view(&self, number: u32, version: &Version) -> iam::PolicyVersion {
        iam::PolicyVersion {
            document: None,
            version_id: Some(version_id(number)),
            is_default_version: Some(number == self.default_version),
            create_date: Some(version.created),
        }
    }

    /// One version with its document.
    fn version_with_document(&self, id: &str) -> Option<iam::PolicyVersion> {
        let number = version_number(id)?;
        let version = self.versions.get(&number)?;
        Some(iam::PolicyVersion {
            document: Some(encoded(&version.document)),
            ..self.version_view(number, version)
        })
    }
}

fn version_id(number: u32) -> String {
    format!("v{number}")
}

/// `None` for what is no version's id here: `v01` is not `v1`.
fn version_number(id: &str) -> Option<u32> {
    let number = id.strip_prefix('v')?.parse().ok()?;
    (version_id(number) == id).then_some(number)
}
