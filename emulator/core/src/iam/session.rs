//! Temporary credentials: sessions of roles, and who is behind an access key.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};

use super::authority::RoleSession;
use super::unique_id::{Prefix, unique_id};
use crate::ids::{IdKind, Ids};
use crate::shared::{SharedMap, SharedSet};

/// Temporary credentials that were given out.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Session {
    pub(super) partition: String,
    pub(super) account_id: String,
    pub(super) holder: Holder,
    /// Tags that the session carries, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
    /// The keys of tags that sessions assumed with this one inherit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) transitive_tag_keys: Vec<String>,
    session_token: String,
    /// State files from before signatures were checked do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_access_key: Option<String>,
    pub(super) expiration: Timestamp,
}

/// Who holds temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(super) enum Holder {
    /// A session of a role.
    Role {
        /// The role, path included.
        role_arn: String,
        role_name: String,
        role_id: String,
        session_name: String,
    },
    /// The root user of the account, by way of `GetSessionToken`.
    Root,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Session({:?}, *** sensitive ***)", self.holder)
    }
}

impl Session {
    /// The ARN of who holds the credentials, without the role's path.
    pub(super) fn arn(&self) -> String {
        let (partition, account_id) = (&self.partition, &self.account_id);
        match &self.holder {
            Holder::Role {
                role_name,
                session_name,
                ..
            } => role_session_arn(partition, account_id, role_name, session_name),
            Holder::Root => root_arn(partition, account_id),
        }
    }

    /// What requests are signed with, if that is known.
    pub(super) fn secret_access_key(&self) -> Option<&str> {
        self.secret_access_key.as_deref()
    }

    /// The unique id of who holds the credentials.
    pub(super) fn user_id(&self) -> String {
        match &self.holder {
            Holder::Role {
                role_id,
                session_name,
                ..
            } => format!("{role_id}:{session_name}"),
            Holder::Root => self.account_id.clone(),
        }
    }
}

/// The ARN of a session of a role, which leaves the role's path out.
pub(super) fn role_session_arn(
    partition: &str,
    account_id: &str,
    role_name: &str,
    session_name: &str,
) -> String {
    format!("arn:{partition}:sts::{account_id}:assumed-role/{role_name}/{session_name}")
}

/// The ARN of the root user of an account.
pub(super) fn root_arn(partition: &str, account_id: &str) -> String {
    format!("arn:{partition}:iam::{account_id}:root")
}

/// The texts of credentials.
pub(super) struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
}

impl Credentials {
    /// Draws them from the identifiers of the account.
    pub(super) fn draw(ids: &mut Ids) -> Self {
        Self {
            access_key_id: format!(
                "ASIA{}",
                text::<16>(ids, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            ),
            secret_access_key: text::<40>(ids, SECRET_ALPHABET),
            session_token: format!("IQoJb3JpZ2luX2Vj{}", text::<96>(ids, SECRET_ALPHABET)),
        }
    }
}

/// `N` characters of an alphabet of 32 or 64.
fn text<const N: usize>(ids: &mut Ids, alphabet: &[u8]) -> String {
    let mut text = String::with_capacity(N);
    while text.len() < N {
        let mut rest = ids.next(IdKind::Session);
        for _ in 0..20.min(N - text.len()) {
            text.push(char::from(
                alphabet[(rest % alphabet.len() as u128) as usize],
            ));
            rest /= alphabet.len() as u128;
        }
    }
    text
}

/// A session that is about to be given out.
pub(super) struct NewSession {
    pub(super) partition: String,
    pub(super) account_id: String,
    pub(super) holder: Holder,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) transitive_tag_keys: Vec<String>,
    pub(super) expiration: Timestamp,
}

/// The sessions of all accounts, by access key id.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sessions {
    by_key: SharedMap<String, Session>,
    by_expiration: SharedSet<(Timestamp, String)>,
}

/// How long sessions that have ended are remembered, so that those who go on
/// using them are told so.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;

impl Sessions {
    pub(super) fn get(&self, access_key_id: &str) -> Option<&Session> {
        self.by_key.get(access_key_id)
    }

    /// Whether a session token is the one of the session.
    pub(super) fn has_token(session: &Session, session_token: &str) -> bool {
        constant_time_eq(session.session_token.as_bytes(), session_token.as_bytes())
    }

    /// Gives out credentials.
    pub(super) fn open(
        &mut self,
        now: Timestamp,
        credentials: Credentials,
        new: NewSession,
    ) -> RoleSession {
        self.forget_ended(now);
        let Credentials {
            access_key_id,
            secret_access_key,
            session_token,
        } = credentials;
        let session = Session {
            partition: new.partition,
            account_id: new.account_id,
            holder: new.holder,
            tags: new.tags,
            transitive_tag_keys: new.transitive_tag_keys,
            session_token: session_token.clone(),
            secret_access_key: Some(secret_access_key.clone()),
            expiration: new.expiration,
        };
        let given = RoleSession {
            arn: session.arn(),
            assumed_role_id: session.user_id(),
            access_key_id: access_key_id.clone(),
            secret_access_key,
            session_token,
            expiration: session.expiration,
        };
        self.insert(access_key_id, session);
        given
    }

    fn forget_ended(&mut self, now: Timestamp) {
        let oldest = now.plus_milliseconds(-REMEMBERED_MS);
        while let Some((expiration, access_key_id)) = self.by_expiration.first()
            && *expiration <= oldest
        {
            let access_key_id = access_key_id.clone();
            self.remove(&access_key_id);
        }
    }

    /// All sessions, by access key id.
    pub(super) fn by_key(&self) -> &SharedMap<String, Session> {
        &self.by_key
    }

    /// Adds a session under an access key id that none has.
    pub(super) fn insert(&mut self, access_key_id: String, session: Session) {
        self.by_expiration
            .insert((session.expiration, access_key_id.clone()));
        self.by_key.insert(access_key_id, session);
    }

    /// Takes a session out; gives whether there was one.
    pub(super) fn remove(&mut self, access_key_id: &str) -> bool {
        let removed = self.by_key.remove(access_key_id);
        if let Some(session) = &removed {
            let entry = (session.expiration, access_key_id.to_owned());
            self.by_expiration.remove(&entry);
        }
        removed.is_some()
    }

    /// An id as roles have them.
    pub(super) fn stable_role_id(role_arn: &str) -> String {
        unique_id(Prefix::Role, Ids::new(0, role_arn).next(IdKind::Session))
    }
}

const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Compares secrets without telling by the time taken where they differ.
fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    one.ct_eq(other).into()
}
