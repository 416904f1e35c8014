//! `CreatePolicy`.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{self, CreatePolicyRequest, CreatePolicyResponse, Error};

use super::{Policy, Usage, Version};
use crate::iam::account::IamAccount;
use crate::iam::error;
use crate::iam::policy_document::{check_permissions, counted_length};
use crate::iam::tag::{KeyCase, Tags};

/// Source, also for the next: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_POLICIES: usize = 1_500;

/// Characters of one version.
const MAXIMUM_LENGTH: usize = 6_144;

/// Whether a document can be a version of a managed policy.
///
/// Errors: `MalformedPolicyDocument`, `LimitExceeded`.
pub(super) fn check_document(document: &str) -> Result<(), Error> {
    check_permissions(document)?;
    if counted_length(document) > MAXIMUM_LENGTH {
        return Err(error::quota_exceeded("PolicySize", MAXIMUM_LENGTH));
    }
    Ok(())
}

impl IamAccount {
    /// `CreatePolicy`. The answer leaves the description out; source:
    /// LocalStack's comparisons with IAM.
    pub fn create_policy(
        &mut self,
        now: Timestamp,
        input: CreatePolicyRequest,
    ) -> Result<CreatePolicyResponse, Error> {
        check_document(&input.policy_document)?;
        let tags = Tags::new(KeyCase::Sensitive, input.tags)?;
        let key = input.policy_name.to_lowercase();
        if self.policies.contains_key(&key) {
            return Err(error::policy_already_exists(&input.policy_name));
        }
        if self.policies.len() >= MAXIMUM_POLICIES {
            return Err(error::quota_exceeded(
                "PoliciesPerAccount",
                MAXIMUM_POLICIES,
            ));
        }
        let path = input.path.unwrap_or_else(|| "/".to_owned());
        let first = Version {
            document: input.policy_document,
            created: now,
        };
        let policy = Policy {
            id: self.next_policy_id(),
            arn: self.arn("policy", &path, &input.policy_name),
            path,
            name: input.policy_name,
            description: input.description.filter(|text| !text.is_empty()),
            created: now,
            updated: now,
            tags,
            versions: BTreeMap::from([(1, first)]),
            default_version: 1,
            next_version: 2,
        };
        let view = iam::Policy {
            tags: policy.tags.if_any(),
            ..policy.listed(Usage::default())
        };
        self.policies.insert(key, policy);
        Ok(CreatePolicyResponse { policy: Some(view) })
    }
}
