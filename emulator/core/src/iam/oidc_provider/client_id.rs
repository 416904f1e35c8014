//! `AddClientIDToOpenIDConnectProvider`,
//! `RemoveClientIDFromOpenIDConnectProvider`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    AddClientIDToOpenIDConnectProviderRequest, Error,
    RemoveClientIDFromOpenIDConnectProviderRequest,
};

use crate::iam::account::IamAccount;
use crate::iam::error;

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_CLIENT_IDS: usize = 100;

/// The client ids of a provider, each once.
///
/// Errors: there are too many.
pub(super) fn check_client_ids(given: Vec<String>) -> Result<Vec<String>, Error> {
    let mut client_ids = Vec::with_capacity(given.len());
    for client_id in given {
        if !client_ids.contains(&client_id) {
            client_ids.push(client_id);
        }
    }
    if client_ids.len() > MAXIMUM_CLIENT_IDS {
        return Err(error::quota_exceeded(
            "ClientIdsPerOpenIdConnectProvider",
            MAXIMUM_CLIENT_IDS,
        ));
    }
    Ok(client_ids)
}

impl IamAccount {
    /// `AddClientIDToOpenIDConnectProvider`: again is no error. Source, also
    /// for removing: IAM API reference.
    pub fn add_client_id_to_open_id_connect_provider(
        &mut self,
        _now: Timestamp,
        input: AddClientIDToOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        let provider = self.oidc_provider_mut(&input.open_id_connect_provider_arn)?;
        let mut client_ids = provider.client_ids.clone();
        client_ids.push(input.client_id);
        provider.client_ids = check_client_ids(client_ids)?;
        Ok(())
    }

    /// `RemoveClientIDFromOpenIDConnectProvider`: of one that is not there is
    /// no error.
    pub fn remove_client_id_from_open_id_connect_provider(
        &mut self,
        _now: Timestamp,
        input: RemoveClientIDFromOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        let provider = self.oidc_provider_mut(&input.open_id_connect_provider_arn)?;
        provider
            .client_ids
            .retain(|client_id| *client_id != input.client_id);
        Ok(())
    }
}
