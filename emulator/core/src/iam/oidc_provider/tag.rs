//! `TagOpenIDConnectProvider`, `UntagOpenIDConnectProvider`,
//! `ListOpenIDConnectProviderTags`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, ListOpenIDConnectProviderTagsRequest, ListOpenIDConnectProviderTagsResponse,
    TagOpenIDConnectProviderRequest, UntagOpenIDConnectProviderRequest,
};

use crate::iam::account::IamAccount;

impl IamAccount {
    /// `TagOpenIDConnectProvider`.
    pub fn tag_open_id_connect_provider(
        &mut self,
        _now: Timestamp,
        input: TagOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        let provider = self.oidc_provider_mut(&input.open_id_connect_provider_arn)?;
        provider.tags = provider.tags.with(input.tags)?;
        Ok(())
    }

    /// `UntagOpenIDConnectProvider`.
    pub fn untag_open_id_connect_provider(
        &mut self,
        _now: Timestamp,
        input: UntagOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        let provider = self.oidc_provider_mut(&input.open_id_connect_provider_arn)?;
        provider.tags.remove(&input.tag_keys);
        Ok(())
    }

    /// `ListOpenIDConnectProviderTags`.
    pub fn list_open_id_connect_provider_tags(
        &self,
        _now: Timestamp,
        input: ListOpenIDConnectProviderTagsRequest,
    ) -> Result<ListOpenIDConnectProviderTagsResponse, Error> {
        let provider = self.oidc_provider(&input.open_id_connect_provider_arn)?;
        let asked = (input.marker.as_deref(), input.max_items);
        let scope = format!("tags of {}", provider.arn);
        let listing = provider.tags.list(&scope, asked)?;
        Ok(ListOpenIDConnectProviderTagsResponse {
            is_truncated: Some(listing.is_truncated()),
            tags: listing.items,
            marker: listing.marker,
        })
    }
}
