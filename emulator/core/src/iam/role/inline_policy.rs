//! `PutRolePolicy`, `GetRolePolicy`, `ListRolePolicies`, `DeleteRolePolicy`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    DeleteRolePolicyRequest, Error, GetRolePolicyRequest, GetRolePolicyResponse,
    ListRolePoliciesRequest, ListRolePoliciesResponse, PutRolePolicyRequest,
};

use crate::iam::account::IamAccount;
use crate::iam::error;
use crate::iam::page::Listing;
use crate::iam::policy_document::{check_permissions, counted_length, encoded};

/// All inline policies of a role together. Source: IAM user guide, "IAM and
/// AWS STS quotas".
const MAXIMUM_LENGTH: usize = 10_240;

impl IamAccount {
    /// `PutRolePolicy`: a policy of the same name is replaced.
    pub fn put_role_policy(
        &mut self,
        _now: Timestamp,
        input: PutRolePolicyRequest,
    ) -> Result<(), Error> {
        check_permissions(&input.policy_document)?;
        let role = self.own_role(&input.role_name)?;
        let others = role.inline_policies.iter();
        let others = others.filter(|(name, _)| **name != input.policy_name);
        let length = others
            .map(|(_, document)| counted_length(document))
            .sum::<usize>();
        if length + counted_length(&input.policy_document) > MAXIMUM_LENGTH {
            return Err(error::inline_policies_too_long(&role.name, MAXIMUM_LENGTH));
        }
        let role = self.role_mut(&input.role_name)?;
        role.inline_policies
            .insert(input.policy_name, input.policy_document);
        Ok(())
    }

    /// `GetRolePolicy`.
    pub fn get_role_policy(
        &self,
        _now: Timestamp,
        input: GetRolePolicyRequest,
    ) -> Result<GetRolePolicyResponse, Error> {
        let role = self.role(&input.role_name)?;
        let document = role
            .inline_policies
            .get(&input.policy_name)
            .ok_or_else(|| error::no_such_role_policy(&input.policy_name))?;
        Ok(GetRolePolicyResponse {
            role_name: role.name.clone(),
            policy_document: encoded(document),
            policy_name: input.policy_name,
        })
    }

    /// `ListRolePolicies`: by name.
    pub fn list_role_policies(
        &self,
        _now: Timestamp,
        input: ListRolePoliciesRequest,
    ) -> Result<ListRolePoliciesResponse, Error> {
        let role = self.role(&input.role_name)?;
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("inline policies of {}", role.id);
        let names = role.inline_policies.keys().cloned();
        let listing = Listing::cut(&scope, asked, names, Clone::clone)?;
        Ok(ListRolePoliciesResponse {
            is_truncated: Some(listing.is_truncated()),
            policy_names: listing.items,
            marker: listing.marker,
        })
    }

    /// `DeleteRolePolicy`.
    pub fn delete_role_policy(
        &mut self,
        _now: Timestamp,
        input: DeleteRolePolicyRequest,
    ) -> Result<(), Error> {
        self.own_role(&input.role_name)?;
        let role = self.role_mut(&input.role_name)?;
        match role.inline_policies.remove(&input.policy_name) {
            Some(_) => Ok(()),
            None => Err(error::no_such_role_policy(&input.policy_name)),
        }
    }
}
