//! Who calls: `GetCallerIdentity`, and `GetSessionToken`.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::sts::{
    Credentials, Error, GetCallerIdentityResponse, GetSessionTokenRequest, GetSessionTokenResponse,
};

use super::error;
use crate::arn::Arn;
use crate::iam::authority::RoleSession;
use crate::iam::identity::{Found, IdentityStore, whole_seconds};
use crate::iam::seed::SeededAccessKey;
use crate::iam::session::{Holder, NewSession, Sessions, role_session_arn, root_arn};
use crate::iam::trust_policy::Principal;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The partition, for example `aws`.
    pub partition: String,
    /// The account.
    pub account_id: String,
    /// The ARN, without the path of a role.
    pub arn: String,
    /// The unique id.
    pub user_id: String,
    /// The role, path included, if it is a session.
    role_arn: Option<String>,
    is_session: bool,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) transitive_tag_keys: Vec<String>,
}

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerError {
    /// The access key is temporary and not known, or its token is wrong.
    InvalidToken,
    /// The session has ended.
    ExpiredToken,
}

impl Caller {
    pub(super) fn principal(&self) -> Principal {
        Principal::Aws {
            account_id: self.account_id.clone(),
            arn: self.arn.clone(),
            role_arn: self.role_arn.clone(),
        }
    }

    /// Whether the credentials are those of a role already.
    pub(super) fn is_role_session(&self) -> bool {
        self.role_arn.is_some()
    }

    /// The root user of an account: whoever uses an access key that nobody
    /// gave out.
    fn root(partition: &str, account_id: &str) -> Self {
        Self {
            partition: partition.to_owned(),
            account_id: account_id.to_owned(),
            arn: root_arn(partition, account_id),
            user_id: account_id.to_owned(),
            role_arn: None,
            is_session: false,
            tags: BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
        }
    }
}

impl IdentityStore {
    /// Who calls with an access key: the holder of a session, or the root
    /// user of `account_id`.
    ///
    /// Errors: the session is not known, has another token, or has ended.
    pub fn caller(
        &self,
        now: Timestamp,
        access_key_id: &str,
        session_token: Option<&str>,
        (partition, account_id): (&str, &str),
    ) -> Result<Caller, CallerError> {
        if let Some(holder) = self.access_keys.get(access_key_id) {
            return Ok(self.holder(access_key_id, holder));
        }
        let Some(session) = self.sessions.get(access_key_id) else {
            let is_temporary = access_key_id.len() == 20 && access_key_id.starts_with("ASIA");
            if is_temporary && self.is_strict() {
                return Err(CallerError::InvalidToken);
            }
            return Ok(Caller::root(partition, account_id));
        };
        if !session_token.is_some_and(|token| Sessions::has_token(session, token)) {
            return Err(CallerError::InvalidToken);
        }
        if now >= session.expiration {
            return Err(CallerError::ExpiredToken);
        }
        let role_arn = match &session.holder {
            Holder::Role { role_arn, .. } => Some(role_arn.clone()),
            Holder::Root => None,
        };
        Ok(Caller {
            partition: session.partition.clone(),
            account_id: session.account_id.clone(),
            arn: session.arn(),
            user_id: session.user_id(),
            role_arn,
            is_session: true,
            tags: session.tags.clone(),
            transitive_tag_keys: session.transitive_tag_keys.clone(),
        })
    }

    /// Who a seed gave an access key to. A role has no access keys of its
    /// own: whoever uses one is in a session that the key names.
    fn holder(&self, access_key_id: &str, holder: &SeededAccessKey) -> Caller {
        let SeededAccessKey {
            partition,
            account_id,
            principal_arn,
            ..
        } = holder;
        let root = Caller::root(partition, account_id);
        let resource = Arn::parse(principal_arn).map_or("root", |arn| arn.resource);
        let name = resource.rsplit('/').next().unwrap_or_default();
        if resource.starts_with("role/") {
            let role_id = match self.find(principal_arn) {
                Found::Role(role) => role.id().to_owned(),
                _ => Sessions::stable_role_id(principal_arn),
            };
            return Caller {
                arn: role_session_arn(partition, account_id, name, access_key_id),
                user_id: format!("{role_id}:{access_key_id}"),
                role_arn: Some(principal_arn.clone()),
                is_session: true,
                ..root
            };
        }
        if resource.starts_with("user/") {
            let role_id = Sessions::stable_role_id(principal_arn);
            return Caller {
                arn: principal_arn.clone(),
                user_id: role_id.replacen("AROA", "AIDA", 1),
                ..root
            };
        }
        root
    }

    /// Says who calls. No permission is needed.
    pub fn get_caller_identity(&self, caller: &Caller) -> GetCallerIdentityResponse {
        GetCallerIdentityResponse {
            arn: Some(caller.arn.clone()),
            user_id: Some(caller.user_id.clone()),
            account: Some(caller.account_id.clone()),
        }
    }

    /// Opens a session of the caller itself.
    ///
    /// Errors: `AccessDenied` for a caller that is a session already;
    /// `ValidationError` for a duration out of bounds.
    pub fn get_session_token(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        input: &GetSessionTokenRequest,
    ) -> Result<GetSessionTokenResponse, Error> {
        if caller.is_session {
            let message = "Cannot call GetSessionToken with session credentials";
            return Err(eks_emulator_api::sts::AccessDenied {
                message: Some(message.into()),
            }
            .into());
        }
        let seconds = input.duration_seconds.unwrap_or(43_200);
        if !(900..=129_600).contains(&seconds) {
            return Err(error::validation(
                "The requested DurationSeconds is not between 900 and 129600.",
            ));
        }
        let new = NewSession {
            partition: caller.partition.clone(),
            account_id: caller.account_id.clone(),
            holder: Holder::Root,
            tags: BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
            expiration: whole_seconds(now.plus_milliseconds(i64::from(seconds) * 1_000)),
        };
        let session = self.open_session(now, new);
        Ok(GetSessionTokenResponse {
            credentials: Some(credentials(session)),
            ..Default::default()
        })
    }
}

/// The credentials of a session, as STS shows them.
pub(super) fn credentials(session: RoleSession) -> Credentials {
    Credentials {
        access_key_id: session.access_key_id,
        secret_access_key: eks_emulator_api::Sensitive(session.secret_access_key),
        session_token: eks_emulator_api::Sensitive(session.session_token),
        expiration: session.expiration,
    }
}
