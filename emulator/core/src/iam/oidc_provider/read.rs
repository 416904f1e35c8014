//! `GetOpenIDConnectProvider`, `ListOpenIDConnectProviders`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    Error, GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse,
    ListOpenIDConnectProvidersRequest, ListOpenIDConnectProvidersResponse,
    OpenIDConnectProviderListEntry,
};

use crate::iam::account::IamAccount;

impl IamAccount {
    /// `GetOpenIDConnectProvider`: the URL comes without its scheme.
    pub fn get_open_id_connect_provider(
        &self,
        _now: Timestamp,
        input: GetOpenIDConnectProviderRequest,
    ) -> Result<GetOpenIDConnectProviderResponse, Error> {
        let provider = self.oidc_provider(&input.open_id_connect_provider_arn)?;
        Ok(GetOpenIDConnectProviderResponse {
            url: Some(provider.url.as_str().to_owned()),
            client_id_list: Some(provider.client_ids.clone()),
            thumbprint_list: Some(provider.thumbprints.clone()),
            create_date: Some(provider.created),
            tags: Some(provider.tags.all()),
        })
    }

    /// `ListOpenIDConnectProviders`: by URL, all at once.
    pub fn list_open_id_connect_providers(
        &self,
        _now: Timestamp,
        _input: ListOpenIDConnectProvidersRequest,
    ) -> Result<ListOpenIDConnectProvidersResponse, Error> {
        let providers = self.oidc_providers.values();
        let entries = providers.map(|provider| OpenIDConnectProviderListEntry {
            arn: Some(provider.arn.clone()),
        });
        Ok(ListOpenIDConnectProvidersResponse {
            open_id_connect_provider_list: Some(entries.collect()),
        })
    }
}
