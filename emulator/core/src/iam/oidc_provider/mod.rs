//! OpenID Connect providers: the issuers whose tokens the account's roles may
//! trust.

mod client_id;
mod create;
mod delete;
mod read;
mod tag;
mod thumbprint;
mod url;

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::Error;
use serde::{Deserialize, Serialize};

use super::account::IamAccount;
use super::error;
use super::seed::SeededProvider;
use super::tag::Tags;
use crate::arn::Arn;
use crate::state::whole_changes;

pub(super) use url::ProviderUrl;

/// A provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OidcProvider {
    arn: String,
    url: ProviderUrl,
    client_ids: Vec<String>,
    thumbprints: Vec<String>,
    created: Timestamp,
    tags: Tags,
}

whole_changes!(OidcProvider);

impl OidcProvider {
    /// The ARN, as trust policies name the provider.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// What identifies it.
    pub(super) fn url(&self) -> &ProviderUrl {
        &self.url
    }

    /// The provider as a seed would have it.
    pub(super) fn as_seed(&self) -> SeededProvider {
        let tag = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        SeededProvider {
            url: self.url.with_scheme(),
            client_ids: self.client_ids.clone(),
            thumbprints: self.thumbprints.clone(),
            tags: self.tags.iter().map(tag).collect(),
        }
    }

    /// The audiences whose tokens are taken.
    pub fn client_ids(&self) -> &[String] {
        &self.client_ids
    }
}

impl IamAccount {
    pub(super) fn oidc_provider(&self, arn: &str) -> Result<&OidcProvider, Error> {
        let url = self.provider_url(arn)?;
        self.oidc_providers
            .get(&url)
            .filter(|provider| provider.arn == arn)
            .ok_or_else(|| error::no_such_oidc_provider(arn))
    }

    pub(super) fn oidc_provider_mut(&mut self, arn: &str) -> Result<&mut OidcProvider, Error> {
        let url = self.provider_url(arn)?;
        self.oidc_providers
            .get_mut(&url)
            .filter(|provider| provider.arn == arn)
            .ok_or_else(|| error::no_such_oidc_provider(arn))
    }

    /// The URL in a provider's ARN.
    ///
    /// Errors: `ValidationError` for what is not one; source:
    /// versity/versitygw.
    fn provider_url(&self, arn: &str) -> Result<ProviderUrl, Error> {
        let parts = Arn::parse(arn)
            .filter(|parts| parts.service == "iam" && parts.partition == self.partition);
        parts
            .and_then(|parts| parts.resource.strip_prefix("oidc-provider/"))
            .and_then(ProviderUrl::of_resource)
            .ok_or_else(|| error::invalid_oidc_provider_arn(arn))
    }
}
