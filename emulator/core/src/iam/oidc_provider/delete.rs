//! `DeleteOpenIDConnectProvider`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{DeleteOpenIDConnectProviderRequest, Error};

use crate::iam::account::IamAccount;

impl IamAccount {
    /// `DeleteOpenIDConnectProvider`: of one that does not exist is no error.
    /// Roles that trust it keep their policies. Source: IAM API reference.
    pub fn delete_open_id_connect_provider(
        &mut self,
        _now: Timestamp,
        input: DeleteOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        let arn = &input.open_id_connect_provider_arn;
        let url = self.provider_url(arn)?;
        let is_own = |provider: &super::OidcProvider| provider.arn == *arn;
        if self.oidc_providers.get(&url).is_some_and(is_own) {
            self.oidc_providers.remove(&url);
        }
        Ok(())
    }
}
