//! `UpdateRole`, `UpdateRoleDescription`, `UpdateAssumeRolePolicy`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, UpdateAssumeRolePolicyRequest, UpdateRoleDescriptionRequest,
    UpdateRoleDescriptionResponse, UpdateRoleRequest, UpdateRoleResponse,
};

use super::RoleView;
use crate::iam::account::IamAccount;

impl IamAccount {
    /// `UpdateRole`: what is not given stays.
    ///
    /// Of a service-linked role only the description may change; source: IAM
    /// user guide, "Edit a service-linked role description".
    pub fn update_role(
        &mut self,
        _now: Timestamp,
        input: UpdateRoleRequest,
    ) -> Result<UpdateRoleResponse, Error> {
        if input.max_session_duration.is_some() {
            self.own_role(&input.role_name)?;
        }
        let role = self.role_mut(&input.role_name)?;
        if let Some(description) = input.description {
            role.describe_as(description);
        }
        if let Some(seconds) = input.max_session_duration {
            role.max_session_duration_seconds = Some(seconds);
        }
        Ok(UpdateRoleResponse {})
    }

    /// `UpdateRoleDescription`.
    pub fn update_role_description(
        &mut self,
        _now: Timestamp,
        input: UpdateRoleDescriptionRequest,
    ) -> Result<UpdateRoleDescriptionResponse, Error> {
        let role = self.role_mut(&input.role_name)?;
        role.describe_as(input.description);
        Ok(UpdateRoleDescriptionResponse {
            role: Some(role.view(RoleView::Described)),
        })
    }

    /// `UpdateAssumeRolePolicy`.
    pub fn update_assume_role_policy(
        &mut self,
        _now: Timestamp,
        input: UpdateAssumeRolePolicyRequest,
    ) -> Result<(), Error> {
        self.own_role(&input.role_name)?;
        let trust = self.read_trust(input.policy_document)?;
        self.role_mut(&input.role_name)?.trust = trust;
        Ok(())
    }
}

impl super::Role {
    fn describe_as(&mut self, description: String) {
        self.description = Some(description).filter(|text| !text.is_empty());
    }
}
