//! `CreateOpenIDConnectProvider`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    CreateOpenIDConnectProviderRequest, CreateOpenIDConnectProviderResponse, Error,
};

use super::client_id::check_client_ids;
use super::thumbprint::check_thumbprints;
use super::{OidcProvider, ProviderUrl};
use crate::iam::account::IamAccount;
use crate::iam::error;
use crate::iam::tag::{KeyCase, Tags};

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_PROVIDERS: usize = 100;

/// What IAM would fetch for a provider without thumbprints: that of the
/// authority above the issuers of EKS. Source: EKS user guide and many modules
/// that carry the value.
const FETCHED_THUMBPRINT: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

impl IamAccount {
    /// `CreateOpenIDConnectProvider`. The issuer is not asked: there may be no
    /// network.
    pub fn create_open_id_connect_provider(
        &mut self,
        now: Timestamp,
        input: CreateOpenIDConnectProviderRequest,
    ) -> Result<CreateOpenIDConnectProviderResponse, Error> {
        let url = ProviderUrl::parse(&input.url)?;
        let client_ids = check_client_ids(input.client_id_list.unwrap_or_default())?;
        let mut thumbprints = check_thumbprints(input.thumbprint_list.unwrap_or_default())?;
        if thumbprints.is_empty() {
            thumbprints.push(FETCHED_THUMBPRINT.to_owned());
        }
        let tags = Tags::new(KeyCase::Sensitive, input.tags)?;
        if self.oidc_providers.contains_key(&url) {
            return Err(error::oidc_provider_already_exists(&url.with_scheme()));
        }
        if self.oidc_providers.len() >= MAXIMUM_PROVIDERS {
            return Err(error::quota_exceeded(
                "OpenIdConnectProvidersPerAccount",
                MAXIMUM_PROVIDERS,
            ));
        }
        let provider = OidcProvider {
            arn: self.arn("oidc-provider", "/", url.as_str()),
            url: url.clone(),
            client_ids,
            thumbprints,
            created: now,
            tags,
        };
        let response = CreateOpenIDConnectProviderResponse {
            open_id_connect_provider_arn: Some(provider.arn.clone()),
            tags: provider.tags.if_any(),
        };
        self.oidc_providers.insert(url, provider);
        Ok(response)
    }
}
