//! `AttachRolePolicy`, `DetachRolePolicy`, `ListAttachedRolePolicies`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    AttachRolePolicyRequest, AttachedPolicy, DetachRolePolicyRequest, Error,
    ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse,
};

use crate::iam::account::IamAccount;
use crate::iam::error;
use crate::iam::page::Listing;
use crate::iam::policy_arn::PolicyArn;

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_ATTACHED: usize = 10;

impl IamAccount {
    /// `AttachRolePolicy`: again is no error.
    pub fn attach_role_policy(
        &mut self,
        _now: Timestamp,
        input: AttachRolePolicyRequest,
    ) -> Result<(), Error> {
        let arn = PolicyArn::parse(&self.partition, &input.policy_arn)?;
        let role = self.own_role(&input.role_name)?;
        if self.find_policy(&input.policy_arn)?.is_none() {
            return Err(error::policy_not_attachable_or_missing(&input.policy_arn));
        }
        if arn.is_for_service_linked_roles() {
            return Err(error::service_role_policy());
        }
        let is_attached = role.attached_policies.contains(&input.policy_arn);
        if !is_attached && role.attached_policies.len() >= MAXIMUM_ATTACHED {
            return Err(error::quota_exceeded("PoliciesPerRole", MAXIMUM_ATTACHED));
        }
        self.role_mut(&input.role_name)?.attach(input.policy_arn);
        Ok(())
    }

    /// `DetachRolePolicy`: of a policy that is attached.
    pub fn detach_role_policy(
        &mut self,
        _now: Timestamp,
        input: DetachRolePolicyRequest,
    ) -> Result<(), Error> {
        PolicyArn::parse(&self.partition, &input.policy_arn)?;
        self.own_role(&input.role_name)?;
        let role = self.role_mut(&input.role_name)?;
        if !role.attached_policies.remove(&input.policy_arn) {
            return Err(error::no_such_policy(&input.policy_arn));
        }
        Ok(())
    }

    /// `ListAttachedRolePolicies`: by ARN.
    pub fn list_attached_role_policies(
        &self,
        _now: Timestamp,
        input: ListAttachedRolePoliciesRequest,
    ) -> Result<ListAttachedRolePoliciesResponse, Error> {
        let role = self.role(&input.role_name)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let policies = role.attached_policies.iter().filter_map(|arn| {
            let parts = PolicyArn::parse(&self.partition, arn).ok()?;
            let attached = AttachedPolicy {
                policy_name: Some(parts.name.to_owned()),
                policy_arn: Some(arn.clone()),
            };
            parts.path.starts_with(prefix).then_some((arn, attached))
        });
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("policies of {} under {prefix}", role.id);
        let listing = Listing::cut(&scope, asked, policies, |(arn, _)| (*arn).clone())?;
        Ok(ListAttachedRolePoliciesResponse {
            is_truncated: Some(listing.is_truncated()),
            attached_policies: Some(
                listing
                    .items
                    .into_iter()
                    .map(|(_, attached)| attached)
                    .collect(),
            ),
            marker: listing.marker,
        })
    }
}
