//! `CreateRole`.

use std::collections::{BTreeMap, BTreeSet};

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{CreateRoleRequest, CreateRoleResponse, Error, Tag};

use super::{Role, RoleView, Trust};
use crate::iam::account::IamAccount;
use crate::iam::error;
use crate::iam::tag::{KeyCase, Tags};

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_ROLES: usize = 1_000;

/// What a new role is to be.
#[derive(Clone, Debug, Default)]
pub(in crate::iam) struct NewRole {
    /// From slash to slash.
    pub(in crate::iam) path: String,
    pub(in crate::iam) name: String,
    /// The text of the trust policy.
    pub(in crate::iam) trust_policy: String,
    pub(in crate::iam) description: Option<String>,
    pub(in crate::iam) max_session_duration_seconds: Option<i32>,
    pub(in crate::iam) permissions_boundary: Option<String>,
    pub(in crate::iam) tags: Option<Vec<Tag>>,
    pub(in crate::iam) linked_service: Option<String>,
}

impl NewRole {
    /// A role with a name and nothing else.
    pub(in crate::iam) fn named(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }
}

/// A new role with which nothing is wrong.
#[derive(Debug)]
pub(in crate::iam) struct CheckedRole {
    new: NewRole,
    trust: Trust,
    tags: Tags,
}

impl IamAccount {
    /// `CreateRole`.
    pub fn create_role(
        &mut self,
        now: Timestamp,
        input: CreateRoleRequest,
    ) -> Result<CreateRoleResponse, Error> {
        let checked = self.check_new_role(NewRole {
            path: input.path.unwrap_or_else(|| "/".to_owned()),
            name: input.role_name,
            trust_policy: input.assume_role_policy_document,
            description: input.description,
            max_session_duration_seconds: input.max_session_duration,
            permissions_boundary: input.permissions_boundary,
            tags: input.tags,
            linked_service: None,
        })?;
        let role = self.insert_role(now, checked);
        Ok(CreateRoleResponse {
            role: role.view(RoleView::Created),
        })
    }

    /// What is to hold before a role is made.
    pub(in crate::iam) fn check_new_role(&self, mut new: NewRole) -> Result<CheckedRole, Error> {
        let trust = self.read_trust(std::mem::take(&mut new.trust_policy))?;
        let tags = Tags::new(KeyCase::Ignored, new.tags.take())?;
        if let Some(arn) = &new.permissions_boundary {
            self.check_boundary(arn)?;
        }
        if self.role(&new.name).is_ok() {
            return Err(error::role_already_exists(&new.name));
        }
        if self.roles.len() >= MAXIMUM_ROLES {
            return Err(error::quota_exceeded("RolesPerAccount", MAXIMUM_ROLES));
        }
        Ok(CheckedRole { new, trust, tags })
    }

    /// Makes a role.
    pub(in crate::iam) fn insert_role(
        &mut self,
        now: Timestamp,
        checked: CheckedRole,
    ) -> &mut Role {
        self.insert_role_with(now, checked, None)
    }

    /// The same, with an id that is drawn if there is none.
    pub(in crate::iam) fn insert_role_with(
        &mut self,
        now: Timestamp,
        CheckedRole { new, trust, tags }: CheckedRole,
        id: Option<String>,
    ) -> &mut Role {
        let role = Role {
            id: id.unwrap_or_else(|| self.next_role_id()),
            arn: self.arn("role", &new.path, &new.name),
            path: new.path,
            name: new.name,
            created: now,
            trust,
            description: new.description.filter(|text| !text.is_empty()),
            max_session_duration_seconds: new.max_session_duration_seconds,
            permissions_boundary: new.permissions_boundary,
            tags,
            attached_policies: BTreeSet::new(),
            inline_policies: BTreeMap::new(),
            linked_service: new.linked_service,
        };
        let key = role.name.to_lowercase();
        self.roles.put(key, role)
    }
}
