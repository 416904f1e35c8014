//! `TagRole`, `UntagRole`, `ListRoleTags`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, ListRoleTagsRequest, ListRoleTagsResponse, TagRoleRequest, UntagRoleRequest,
};

use crate::iam::account::IamAccount;

impl IamAccount {
    /// `TagRole`: also of service-linked roles.
    pub fn tag_role(&mut self, _now: Timestamp, input: TagRoleRequest) -> Result<(), Error> {
        let tags = self.role(&input.role_name)?.tags.with(input.tags)?;
        self.role_mut(&input.role_name)?.tags = tags;
        Ok(())
    }

    /// `UntagRole`.
    pub fn untag_role(&mut self, _now: Timestamp, input: UntagRoleRequest) -> Result<(), Error> {
        let role = self.role_mut(&input.role_name)?;
        role.tags.remove(&input.tag_keys);
        Ok(())
    }

    /// `ListRoleTags`.
    pub fn list_role_tags(
        &self,
        _now: Timestamp,
        input: ListRoleTagsRequest,
    ) -> Result<ListRoleTagsResponse, Error> {
        let role = self.role(&input.role_name)?;
        let asked = (input.marker.as_deref(), input.max_items);
        let listing = role.tags.list(&format!("tags of {}", role.id), asked)?;
        Ok(ListRoleTagsResponse {
            is_truncated: Some(listing.is_truncated()),
            tags: listing.items,
            marker: listing.marker,
        })
    }
}
