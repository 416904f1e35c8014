//! The operations of STS.

use eks_emulator_api::sts::*;
use eks_emulator_core::Timestamp;
use eks_emulator_core::iam::sts::{Caller, WebIdentity};

use crate::identity::SharedIdentity;

/// STS, for one call.
#[derive(Debug)]
pub(crate) struct StsContext<'a> {
    pub(crate) identity: &'a SharedIdentity,
    pub(crate) now: Timestamp,
    /// Who calls; `None` for calls that need not be signed.
    pub(crate) caller: Option<&'a Caller>,
    /// What the web identity token of the call is.
    pub(crate) web_identity: Option<WebIdentity>,
}

impl StsContext<'_> {
    fn caller(&self) -> Result<&Caller, Error> {
        self.caller.ok_or_else(|| {
            let message = "The security token included in the request is invalid.";
            InvalidClientTokenId {
                message: Some(message.into()),
            }
            .into()
        })
    }
}

impl Operations for StsContext<'_> {
    type Context = ();
    type Failure = Error;

    fn assume_role(&self, (): &(), input: AssumeRoleRequest) -> Result<AssumeRoleResponse, Error> {
        self.identity
            .lock()
            .assume_role(self.now, self.caller()?, &input)
    }

    fn assume_role_with_web_identity(
        &self,
        (): &(),
        input: AssumeRoleWithWebIdentityRequest,
    ) -> Result<AssumeRoleWithWebIdentityResponse, Error> {
        let identity = self
            .web_identity
            .as_ref()
            .unwrap_or(&WebIdentity::NotAToken);
        self.identity
            .lock()
            .assume_role_with_web_identity(self.now, &input, identity)
    }

    fn get_caller_identity(
        &self,
        (): &(),
        _input: GetCallerIdentityRequest,
    ) -> Result<GetCallerIdentityResponse, Error> {
        Ok(self.identity.lock().get_caller_identity(self.caller()?))
    }

    fn get_session_token(
        &self,
        (): &(),
        input: GetSessionTokenRequest,
    ) -> Result<GetSessionTokenResponse, Error> {
        self.identity
            .lock()
            .get_session_token(self.now, self.caller()?, &input)
    }
}
