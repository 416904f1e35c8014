//! `PutRolePermissionsBoundary`, `DeleteRolePermissionsBoundary`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    DeleteRolePermissionsBoundaryRequest, Error, PutRolePermissionsBoundaryRequest,
};

use crate::iam::account::IamAccount;
use crate::iam::error;

impl IamAccount {
    /// `PutRolePermissionsBoundary`: replaces the one there is.
    pub fn put_role_permissions_boundary(
        &mut self,
        _now: Timestamp,
        input: PutRolePermissionsBoundaryRequest,
    ) -> Result<(), Error> {
        self.own_role(&input.role_name)?;
        self.check_boundary(&input.permissions_boundary)?;
        let role = self.role_mut(&input.role_name)?;
        role.permissions_boundary = Some(input.permissions_boundary);
        Ok(())
    }

    /// `DeleteRolePermissionsBoundary`: that there is none is no error
    /// (*proposed*).
    pub fn delete_role_permissions_boundary(
        &mut self,
        _now: Timestamp,
        input: DeleteRolePermissionsBoundaryRequest,
    ) -> Result<(), Error> {
        self.own_role(&input.role_name)?;
        self.role_mut(&input.role_name)?.permissions_boundary = None;
        Ok(())
    }

    /// Whether a policy can be a boundary: it must exist.
    pub(super) fn check_boundary(&self, policy_arn: &str) -> Result<(), Error> {
        match self.find_policy(policy_arn)? {
            Some(_) => Ok(()),
            None => Err(error::no_such_boundary(policy_arn)),
        }
    }
}
