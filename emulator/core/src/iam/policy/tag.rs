//! `TagPolicy`, `UntagPolicy`, `ListPolicyTags`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, ListPolicyTagsRequest, ListPolicyTagsResponse, TagPolicyRequest, UntagPolicyRequest,
};

use crate::iam::account::{IamAccount, ManagedPolicy};
use crate::iam::page::Listing;

impl IamAccount {
    /// `TagPolicy`.
    pub fn tag_policy(&mut self, _now: Timestamp, input: TagPolicyRequest) -> Result<(), Error> {
        let tags = self.own_policy(&input.policy_arn)?.tags.with(input.tags)?;
        self.policy_mut(&input.policy_arn)?.tags = tags;
        Ok(())
    }

    /// `UntagPolicy`.
    pub fn untag_policy(
        &mut self,
        _now: Timestamp,
        input: UntagPolicyRequest,
    ) -> Result<(), Error> {
        let policy = self.policy_mut(&input.policy_arn)?;
        policy.tags.remove(&input.tag_keys);
        Ok(())
    }

    /// `ListPolicyTags`: policies of AWS have none.
    pub fn list_policy_tags(
        &self,
        _now: Timestamp,
        input: ListPolicyTagsRequest,
    ) -> Result<ListPolicyTagsResponse, Error> {
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("tags of {}", input.policy_arn);
        let listing = match self.managed_policy(&input.policy_arn)? {
            ManagedPolicy::Customer(policy) => policy.tags.list(&scope, asked)?,
            ManagedPolicy::Aws(_) => {
                Listing::cut(&scope, asked, std::iter::empty(), |_| String::new())?
            }
        };
        Ok(ListPolicyTagsResponse {
            is_truncated: Some(listing.is_truncated()),
            tags: listing.items,
            marker: listing.marker,
        })
    }
}
