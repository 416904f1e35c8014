//! `UpdateOpenIDConnectProviderThumbprint`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{Error, UpdateOpenIDConnectProviderThumbprintRequest};

use crate::iam::account::IamAccount;
use crate::iam::error;

/// Source: IAM API reference, "CreateOpenIDConnectProvider".
const MAXIMUM_THUMBPRINTS: usize = 5;

/// The thumbprints of a provider, in lower case. Source: versity/versitygw.
///
/// Errors: there are too many.
pub(super) fn check_thumbprints(given: Vec<String>) -> Result<Vec<String>, Error> {
    if given.len() > MAXIMUM_THUMBPRINTS {
        return Err(error::too_many_thumbprints(MAXIMUM_THUMBPRINTS));
    }
    Ok(given.iter().map(|text| text.to_lowercase()).collect())
}

impl IamAccount {
    /// `UpdateOpenIDConnectProviderThumbprint`: the list replaces the one
    /// there is.
    pub fn update_open_id_connect_provider_thumbprint(
        &mut self,
        _now: Timestamp,
        input: UpdateOpenIDConnectProviderThumbprintRequest,
    ) -> Result<(), Error> {
        let provider = self.oidc_provider_mut(&input.open_id_connect_provider_arn)?;
        provider.thumbprints = check_thumbprints(input.thumbprint_list)?;
        Ok(())
    }
}
