//! `AssumeRoleWithWebIdentity`: roles for service accounts (IRSA).

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::sts::{
    AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, AssumedRoleUser, Error,
};

use super::assume_role::{PACKED_SIZE, check_policy};
use super::caller::credentials;
use super::error;
use crate::arn::Arn;
use crate::credentials::issuer::Claims;
use crate::iam::identity::{Found, IdentityStore};
use crate::iam::trust_policy::{Action, Context, Principal, Request};

/// What is known of a web identity token, found out by whoever knows the
/// issuers.
#[derive(Clone, Debug, PartialEq)]
pub enum WebIdentity {
    /// It is no token at all.
    NotAToken,
    /// Nobody here issues such tokens: its keys cannot be had.
    UnknownIssuer(Box<Claims>),
    /// Its signature is not the issuer's.
    BadSignature(Box<Claims>),
    /// It is the issuer's. Its age and audience have not been looked at.
    Genuine(Box<Claims>),
}

impl WebIdentity {
    fn claims(&self) -> Option<&Claims> {
        match self {
            Self::NotAToken => None,
            Self::UnknownIssuer(claims) | Self::BadSignature(claims) | Self::Genuine(claims) => {
                Some(claims)
            }
        }
    }
}

impl IdentityStore {
    /// Opens a session of a role for a web identity.
    ///
    /// A role that IAM does not have and takes as existing needs no provider.
    ///
    /// Errors, in this order: `MalformedPolicyDocument`;
    /// `InvalidIdentityToken` for what is no token,
    /// `ExpiredTokenException`, `InvalidIdentityToken` for an issuer without
    /// a provider, another audience, keys that cannot be had and a bad
    /// signature; `AccessDenied` for a role that is missing or does not
    /// trust; `ValidationError` for a duration that is not allowed.
    pub fn assume_role_with_web_identity(
        &mut self,
        now: Timestamp,
        input: &AssumeRoleWithWebIdentityRequest,
        identity: &WebIdentity,
    ) -> Result<AssumeRoleWithWebIdentityResponse, Error> {
        check_policy(input.policy.as_deref())?;
        let claims = identity.claims().ok_or_else(|| {
            error::invalid_identity_token(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )
        })?;
        if now.as_seconds() >= claims.exp {
            return Err(error::expired(now.as_seconds(), claims.exp));
        }
        let provider_arn = self.check_provider(&input.role_arn, claims)?;
        check_genuine(identity)?;
        self.check_web_trust(now, input, claims, &provider_arn)?;
        let life_ms = self.life_ms(&input.role_arn, input.duration_seconds, false)?;
        let name = &input.role_session_name;
        let none = (BTreeMap::new(), Vec::new());
        let session = self.open_role_session(now, &input.role_arn, name, none, life_ms);
        Ok(AssumeRoleWithWebIdentityResponse {
            audience: claims.aud.first().cloned(),
            assumed_role_user: Some(AssumedRoleUser {
                assumed_role_id: session.assumed_role_id.clone(),
                arn: session.arn.clone(),
            }),
            provider: Some(provider_arn),
            subject_from_web_identity_token: Some(claims.sub.clone()),
            packed_policy_size: input.policy.is_some().then_some(PACKED_SIZE),
            credentials: Some(credentials(session)),
            ..Default::default()
        })
    }

    /// The ARN of the account's provider for the issuer.
    fn check_provider(&self, role_arn: &str, claims: &Claims) -> Result<String, Error> {
        let arn = Arn::parse(role_arn).ok_or_else(error::not_authorized_by_web_identity)?;
        let account = self.account_if_any(arn.partition, arn.account_id);
        let provider = account.and_then(|account| account.oidc_provider_for(&claims.iss));
        let Some(provider) = provider else {
            if matches!(self.find(role_arn), Found::Assumed) {
                let host = claims.iss.trim_start_matches("https://");
                let (partition, account_id) = (arn.partition, arn.account_id);
                return Ok(format!(
                    "arn:{partition}:iam::{account_id}:oidc-provider/{host}"
                ));
            }
            return Err(error::invalid_identity_token(format!(
                "No OpenIDConnect provider found in your account for {}",
                claims.iss
            )));
        };
        let is_for_client = claims
            .aud
            .iter()
            .any(|audience| provider.client_ids().contains(audience));
        if !is_for_client {
            return Err(error::invalid_identity_token("Incorrect token audience"));
        }
        Ok(provider.arn().to_owned())
    }

    fn check_web_trust(
        &self,
        now: Timestamp,
        input: &AssumeRoleWithWebIdentityRequest,
        claims: &Claims,
        provider_arn: &str,
    ) -> Result<(), Error> {
        let role = match self.find(&input.role_arn) {
            Found::Role(role) => role,
            Found::Assumed => return check_default_audience(claims),
            Found::Missing => return Err(error::not_authorized_by_web_identity()),
        };
        let issuer = claims.iss.trim_start_matches("https://");
        let mut context = Context::at(now)
            .with(&format!("{issuer}:sub"), &claims.sub)
            .with("sts:RoleSessionName", &input.role_session_name);
        for audience in &claims.aud {
            context.insert(&format!("{issuer}:aud"), audience);
        }
        let evaluation = role.trust_policy().evaluate(&Request {
            principal: Principal::Federated(provider_arn.to_owned()),
            action: Action::AssumeRoleWithWebIdentity,
            context,
        });
        match evaluation.is_allowed() {
            true => Ok(()),
            false => Err(error::not_authorized_by_web_identity()),
        }
    }
}

/// Without a provider, tokens have to be for STS, as those for IRSA are.
fn check_default_audience(claims: &Claims) -> Result<(), Error> {
    match claims
        .aud
        .iter()
        .any(|audience| audience == "sts.amazonaws.com")
    {
        true => Ok(()),
        false => Err(error::invalid_identity_token("Incorrect token audience")),
    }
}

fn check_genuine(identity: &WebIdentity) -> Result<(), Error> {
    match identity {
        WebIdentity::Genuine(_) => Ok(()),
        WebIdentity::BadSignature(_) => Err(error::invalid_identity_token(
            "The web identity token provided could not be validated",
        )),
        _ => Err(error::invalid_identity_token(
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
        )),
    }
}
