//! The secrets of access keys: what requests are signed with.

use super::identity::IdentityStore;
use super::session::Sessions;
use super::sts::CallerError;
use crate::arn::is_account_id;

/// The secret of access keys of which nobody says another: the one that tools
/// are given that have none.
const DEFAULT_SECRET_ACCESS_KEY: &str = "test";

/// The access key that tools are given that have none.
const DEFAULT_ACCESS_KEY_ID: &str = "test";

impl IdentityStore {
    /// What requests with an access key are signed with. Known are the keys of
    /// seeds and of sessions, and two kinds that nobody has to give out:
    /// `test`, and every id of an account.
    ///
    /// Errors: the key is not known, or the session token is not its own.
    pub fn secret_access_key(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
    ) -> Result<&str, CallerError> {
        if let Some(session) = self.sessions.get(access_key_id) {
            let has_token = |token| Sessions::has_token(session, token);
            let secret = session.secret_access_key();
            let secret = secret.filter(|_| session_token.is_some_and(has_token));
            return secret.ok_or(CallerError::InvalidToken);
        }
        let seeded = self.access_keys.get(access_key_id);
        let is_known = seeded.is_some() || is_well_known(access_key_id);
        if !is_known || session_token.is_some() {
            return Err(CallerError::InvalidToken);
        }
        let own = seeded.and_then(|seeded| seeded.secret_access_key.as_ref());
        Ok(own.map_or(DEFAULT_SECRET_ACCESS_KEY, |secret| &secret.0))
    }
}

fn is_well_known(access_key_id: &str) -> bool {
    is_account_id(access_key_id) || access_key_id == DEFAULT_ACCESS_KEY_ID
}
