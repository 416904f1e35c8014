//! `DeleteRole`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{DeleteRoleRequest, Error};

use crate::iam::account::IamAccount;
use crate::iam::error;

impl IamAccount {
    /// `DeleteRole`: of a role without policies. A permissions boundary goes
    /// with it.
    pub fn delete_role(&mut self, _now: Timestamp, input: DeleteRoleRequest) -> Result<(), Error> {
        let role = self.own_role(&input.role_name)?;
        if !role.attached_policies.is_empty() {
            return Err(error::role_has_attached_policies());
        }
        if !role.inline_policies.is_empty() {
            return Err(error::role_has_inline_policies());
        }
        self.roles.remove(&input.role_name.to_lowercase());
        Ok(())
    }
}
