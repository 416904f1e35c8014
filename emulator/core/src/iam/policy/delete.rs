//! `DeletePolicy`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{DeletePolicyRequest, Error};

use super::Usage;
use crate::iam::account::IamAccount;
use crate::iam::error;

impl IamAccount {
    /// `DeletePolicy`: of a policy that is not used and has one version.
    pub fn delete_policy(
        &mut self,
        _now: Timestamp,
        input: DeletePolicyRequest,
    ) -> Result<(), Error> {
        let policy = self.own_policy(&input.policy_arn)?;
        if self.usage_of(policy.arn()) != Usage::default() {
            return Err(error::policy_is_attached());
        }
        if policy.versions.len() > 1 {
            return Err(error::policy_has_versions());
        }
        let key = policy.name.to_lowercase();
        self.policies.remove(&key);
        Ok(())
    }
}
