//! `GetPolicy`, `ListPolicies`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    self, Error, GetPolicyRequest, GetPolicyResponse, ListPoliciesRequest, ListPoliciesResponse,
    PolicyScopeType, PolicyUsageType,
};

use super::Usage;
use crate::iam::account::{IamAccount, ManagedPolicy};
use crate::iam::managed_policy::AwsPolicy;
use crate::iam::page::Listing;

impl IamAccount {
    /// `GetPolicy`.
    pub fn get_policy(
        &self,
        _now: Timestamp,
        input: GetPolicyRequest,
    ) -> Result<GetPolicyResponse, Error> {
        let usage = self.usage_of(&input.policy_arn);
        let policy = match self.managed_policy(&input.policy_arn)? {
            ManagedPolicy::Customer(policy) => policy.described(usage),
            ManagedPolicy::Aws(policy) => policy.described(usage),
        };
        Ok(GetPolicyResponse {
            policy: Some(policy),
        })
    }

    /// `ListPolicies`: by ARN. Of AWS there are the policies known by name and
    /// those in use.
    pub fn list_policies(
        &self,
        _now: Timestamp,
        input: ListPoliciesRequest,
    ) -> Result<ListPoliciesResponse, Error> {
        let scope = input.scope.unwrap_or(PolicyScopeType::All);
        let policies = self.policies_of(scope).into_iter();
        let shown = policies.filter(|(policy, usage)| is_shown(policy, *usage, &input));
        let asked = (input.marker.as_deref(), input.max_items);
        let filters = (
            scope,
            input.only_attached,
            &input.path_prefix,
            input.policy_usage_filter,
        );
        let listing = Listing::cut(
            &format!("policies {filters:?}"),
            asked,
            shown,
            |(one, _)| one.arn.clone().unwrap_or_default(),
        )?;
        Ok(ListPoliciesResponse {
            is_truncated: Some(listing.is_truncated()),
            policies: Some(
                listing
                    .items
                    .into_iter()
                    .map(|(policy, _)| policy)
                    .collect(),
            ),
            marker: listing.marker,
        })
    }

    fn policies_of(&self, scope: PolicyScopeType) -> Vec<(iam::Policy, Usage)> {
        let usage = self.usage();
        let usage_of = |arn: &str| usage.get(arn).copied().unwrap_or_default();
        let mut policies = Vec::new();
        if scope != PolicyScopeType::Aws {
            policies.extend(self.policies.values().map(|policy| {
                let usage = usage_of(policy.arn());
                (policy.listed(usage), usage)
            }));
        }
        if scope != PolicyScopeType::Local {
            let named: Vec<AwsPolicy> = AwsPolicy::named(&self.partition).collect();
            let is_named = |arn: &str| named.iter().any(|policy| policy.arn == arn);
            let others = usage.keys().filter(|arn| !is_named(arn));
            let others = others.filter_map(|arn| match self.managed_policy(arn) {
                Ok(ManagedPolicy::Aws(policy)) => Some(policy),
                _ => None,
            });
            policies.extend(named.iter().cloned().chain(others).map(|policy| {
                let usage = usage_of(&policy.arn);
                (policy.listed(usage), usage)
            }));
        }
        policies
    }
}

/// Whether a policy passes the filters of a listing.
fn is_shown(policy: &iam::Policy, usage: Usage, input: &ListPoliciesRequest) -> bool {
    let path = policy.path.as_deref().unwrap_or_default();
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let is_in_use = match input.policy_usage_filter {
        Some(PolicyUsageType::PermissionsBoundary) if usage.boundaries == 0 => return false,
        Some(PolicyUsageType::PermissionsBoundary) => true,
        Some(PolicyUsageType::PermissionsPolicy) => usage.attachments > 0,
        None => usage != Usage::default(),
    };
    let is_wanted = is_in_use || input.only_attached != Some(true);
    path.starts_with(prefix) && is_wanted
}
