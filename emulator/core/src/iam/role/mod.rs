//! Roles.

mod boundary;
mod create;
mod delete;
mod inline_policy;
mod policy_attachment;
mod read;
mod tag;
mod trust;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    self, AttachedPermissionsBoundary, PermissionsBoundaryAttachmentType, RoleLastUsed,
};
use serde::{Deserialize, Serialize};

use super::policy_document::encoded;
use super::seed::SeededRole;
use super::tag::Tags;
use super::trust_policy::TrustPolicy;
use crate::state::whole_changes;

pub(super) use create::NewRole;
use trust::Trust;

/// Source: IAM API reference, "CreateRole": an hour unless said otherwise.
const DEFAULT_SESSION_SECONDS: i32 = 3_600;

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    id: String,
    arn: String,
    path: String,
    name: String,
    created: Timestamp,
    trust: Trust,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_session_duration_seconds: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<String>,
    tags: Tags,
    /// ARNs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    attached_policies: BTreeSet<String>,
    /// Documents by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    inline_policies: BTreeMap<String, String>,
    /// The service that made the role for itself and alone may change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linked_service: Option<String>,
}

whole_changes!(Role);

/// Which members an answer shows of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoleView {
    /// As the answer that made it: what was not given is not shown.
    Created,
    /// All of it.
    Full,
    /// As in a listing.
    Listed,
    /// As `UpdateRoleDescription` answers.
    Described,
}

impl Role {
    /// The name, in the case it was created with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The unique id, which begins with `AROA`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was made.
    pub(super) fn created(&self) -> Timestamp {
        self.created
    }

    /// Says which service alone may change the role.
    pub(super) fn link(&mut self, service: Option<String>) {
        self.linked_service = service;
    }

    /// The role as a seed would have it.
    pub(super) fn as_seed(&self) -> SeededRole {
        let tag = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        SeededRole {
            name: self.name.clone(),
            path: self.path.clone(),
            trust_policy: self.trust.text().to_owned(),
            description: self.description.clone(),
            max_session_duration_seconds: self.max_session_duration_seconds,
            permissions_boundary: self.permissions_boundary.clone(),
            tags: self.tags.iter().map(tag).collect(),
            attached_policies: self.attached_policies.clone(),
            inline_policies: self.inline_policies.clone(),
            linked_service: self.linked_service.clone(),
            id: Some(self.id.clone()),
            created_at: Some(self.created),
        }
    }

    /// The ARN, path included.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The path, from slash to slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may take on the role.
    pub fn trust_policy(&self) -> &TrustPolicy {
        self.trust.policy()
    }

    /// The longest session that may be asked for.
    pub fn max_session_duration_seconds(&self) -> i32 {
        self.max_session_duration_seconds
            .unwrap_or(DEFAULT_SESSION_SECONDS)
    }

    /// Keys and values of the tags.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter()
    }

    /// Whether only a service may change the role.
    pub(super) fn is_service_linked(&self) -> bool {
        self.linked_service.is_some()
    }

    /// ARNs of the managed policies.
    pub(super) fn attached_policies(&self) -> impl Iterator<Item = &str> {
        self.attached_policies.iter().map(String::as_str)
    }

    /// The ARN of the permissions boundary.
    pub(super) fn permissions_boundary(&self) -> Option<&str> {
        self.permissions_boundary.as_deref()
    }

    /// Attaches a policy that is known to exist.
    pub(super) fn attach(&mut self, policy_arn: String) {
        self.attached_policies.insert(policy_arn);
    }

    /// The role as an answer shows it.
    ///
    /// Source for what is left out: AWS CLI examples and LocalStack's
    /// comparisons with IAM.
    pub(super) fn view(&self, view: RoleView) -> iam::Role {
        let listed = iam::Role {
            path: self.path.clone(),
            role_name: self.name.clone(),
            role_id: self.id.clone(),
            arn: self.arn.clone(),
            create_date: self.created,
            assume_role_policy_document: Some(encoded(self.trust.text())),
            description: self.description.clone(),
            max_session_duration: Some(self.max_session_duration_seconds()),
            ..Default::default()
        };
        let described = iam::Role {
            permissions_boundary: self.attached_boundary(),
            tags: self.tags.if_any(),
            ..listed.clone()
        };
        match view {
            RoleView::Listed => listed,
            RoleView::Created => iam::Role {
                max_session_duration: self.max_session_duration_seconds,
                ..described
            },
            RoleView::Described => iam::Role {
                max_session_duration: None,
                ..described
            },
            RoleView::Full => iam::Role {
                role_last_used: Some(RoleLastUsed::default()),
                ..described
            },
        }
    }

    fn attached_boundary(&self) -> Option<AttachedPermissionsBoundary> {
        let arn = self.permissions_boundary.clone()?;
        Some(AttachedPermissionsBoundary {
            permissions_boundary_type: Some(
                PermissionsBoundaryAttachmentType::PermissionsBoundaryPolicy,
            ),
            permissions_boundary_arn: Some(arn),
        })
    }
}
