//! `CreatePolicyVersion`, `GetPolicyVersion`, `ListPolicyVersions`,
//! `SetDefaultPolicyVersion`, `DeletePolicyVersion`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    self, CreatePolicyVersionRequest, CreatePolicyVersionResponse, DeletePolicyVersionRequest,
    Error, GetPolicyVersionRequest, GetPolicyVersionResponse, ListPolicyVersionsRequest,
    ListPolicyVersionsResponse, SetDefaultPolicyVersionRequest,
};

use super::create::check_document;
use super::{Version, version_number};
use crate::iam::account::{IamAccount, ManagedPolicy};
use crate::iam::error;
use crate::iam::page::Listing;

/// Source: IAM user guide, "IAM and AWS STS quotas".
pub(super) const MAXIMUM_VERSIONS: usize = 5;

impl IamAccount {
    /// `CreatePolicyVersion`.
    pub fn create_policy_version(
        &mut self,
        now: Timestamp,
        input: CreatePolicyVersionRequest,
    ) -> Result<CreatePolicyVersionResponse, Error> {
        check_document(&input.policy_document)?;
        if self.own_policy(&input.policy_arn)?.versions.len() >= MAXIMUM_VERSIONS {
            return Err(error::too_many_policy_versions(MAXIMUM_VERSIONS));
        }
        let policy = self.policy_mut(&input.policy_arn)?;
        let number = policy.next_version;
        let version = Version {
            document: input.policy_document,
            created: now,
        };
        policy.next_version += 1;
        if input.set_as_default == Some(true) {
            policy.default_version = number;
            policy.updated = now;
        }
        let view = policy.version_view(number, &version);
        policy.versions.insert(number, version);
        Ok(CreatePolicyVersionResponse {
            policy_version: Some(view),
        })
    }

    /// `GetPolicyVersion`: a missing policy is reported as a missing version.
    pub fn get_policy_version(
        &self,
        _now: Timestamp,
        input: GetPolicyVersionRequest,
    ) -> Result<GetPolicyVersionResponse, Error> {
        let missing = || error::no_such_policy_version(&input.policy_arn, &input.version_id);
        let policy = self.find_policy(&input.policy_arn)?;
        let version = match policy.ok_or_else(missing)? {
            ManagedPolicy::Customer(policy) => policy.version_with_document(&input.version_id),
            ManagedPolicy::Aws(policy) => policy.version(&input.version_id),
        };
        Ok(GetPolicyVersionResponse {
            policy_version: Some(version.ok_or_else(missing)?),
        })
    }

    /// `ListPolicyVersions`: the newest first.
    pub fn list_policy_versions(
        &self,
        _now: Timestamp,
        input: ListPolicyVersionsRequest,
    ) -> Result<ListPolicyVersionsResponse, Error> {
        let versions = match self.managed_policy(&input.policy_arn)? {
            ManagedPolicy::Customer(policy) => policy
                .versions
                .iter()
                .map(|(number, version)| policy.version_view(*number, version))
                .collect(),
            ManagedPolicy::Aws(policy) => policy.versions(),
        };
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("versions of {}", input.policy_arn);
        let listing = Listing::cut(&scope, asked, versions.into_iter(), newest_first)?;
        Ok(ListPolicyVersionsResponse {
            is_truncated: Some(listing.is_truncated()),
            versions: Some(listing.items),
            marker: listing.marker,
        })
    }

    /// `SetDefaultPolicyVersion`: a missing policy is reported as a missing
    /// version.
    pub fn set_default_policy_version(
        &mut self,
        now: Timestamp,
        input: SetDefaultPolicyVersionRequest,
    ) -> Result<(), Error> {
        let missing = || error::no_such_policy_version(&input.policy_arn, &input.version_id);
        self.find_policy(&input.policy_arn)?.ok_or_else(missing)?;
        let policy = self.policy_mut(&input.policy_arn)?;
        let number = version_number(&input.version_id)
            .filter(|number| policy.versions.contains_key(number))
            .ok_or_else(missing)?;
        policy.default_version = number;
        policy.updated = now;
        Ok(())
    }

    /// `DeletePolicyVersion`: of any but the default one.
    pub fn delete_policy_version(
        &mut self,
        _now: Timestamp,
        input: DeletePolicyVersionRequest,
    ) -> Result<(), Error> {
        let policy = self.policy_mut(&input.policy_arn)?;
        let number = version_number(&input.version_id)
            .filter(|number| policy.versions.contains_key(number))
            .ok_or_else(|| error::no_such_policy_version(&input.policy_arn, &input.version_id))?;
        if number == policy.default_version {
            return Err(error::version_is_default());
        }
        policy.versions.remove(&number);
        Ok(())
    }
}

/// The key that puts higher numbers first.
fn newest_first(version: &iam::PolicyVersion) -> String {
    let id = version.version_id.as_deref().unwrap_or_default();
    let number = version_number(id).unwrap_or_default();
    format!("{:010}", u32::MAX - number)
}
