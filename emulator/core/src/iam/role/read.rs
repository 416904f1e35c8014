//! `GetRole`, `ListRoles`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, GetRoleRequest, GetRoleResponse, ListRolesRequest, ListRolesResponse,
};

use super::RoleView;
use crate::iam::account::IamAccount;
use crate::iam::page::Listing;

impl IamAccount {
    /// `GetRole`.
    pub fn get_role(
        &self,
        _now: Timestamp,
        input: GetRoleRequest,
    ) -> Result<GetRoleResponse, Error> {
        Ok(GetRoleResponse {
            role: self.role(&input.role_name)?.view(RoleView::Full),
        })
    }

    /// `ListRoles`: by name, whatever the case.
    pub fn list_roles(
        &self,
        _now: Timestamp,
        input: ListRolesRequest,
    ) -> Result<ListRolesResponse, Error> {
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let roles = self
            .roles
            .iter()
            .filter(|(_, role)| role.path.starts_with(prefix));
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("roles under {prefix}");
        let listing = Listing::cut(&scope, asked, roles, |(key, _)| (*key).clone())?;
        Ok(ListRolesResponse {
            is_truncated: Some(listing.is_truncated()),
            roles: listing
                .items
                .iter()
                .map(|(_, role)| role.view(RoleView::Listed))
                .collect(),
            marker: listing.marker,
        })
    }
}
