//! Instance profiles: an account has none, but tools ask for those of a role
//! before they delete it.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse,
    RemoveRoleFromInstanceProfileRequest,
};

use super::account::IamAccount;
use super::error;
use super::page::Listing;

impl IamAccount {
    /// `ListInstanceProfilesForRole`.
    pub fn list_instance_profiles_for_role(
        &self,
        _now: Timestamp,
        input: ListInstanceProfilesForRoleRequest,
    ) -> Result<ListInstanceProfilesForRoleResponse, Error> {
        let role = self.role(&input.role_name)?;
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("instance profiles of {}", role.id());
        let listing = Listing::cut(&scope, asked, std::iter::empty(), |_| String::new())?;
        Ok(ListInstanceProfilesForRoleResponse {
            is_truncated: Some(listing.is_truncated()),
            instance_profiles: listing.items,
            marker: listing.marker,
        })
    }

    /// `RemoveRoleFromInstanceProfile`.
    pub fn remove_role_from_instance_profile(
        &mut self,
        _now: Timestamp,
        input: RemoveRoleFromInstanceProfileRequest,
    ) -> Result<(), Error> {
        Err(error::no_such_instance_profile(
            &input.instance_profile_name,
        ))
    }
}
