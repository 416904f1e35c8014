//! Identities as state: all of them or those of one account as a document,
//! and what has changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account::{IamAccount, IamMode};
use super::identity::{AccountKey, IdentityStore};
use super::seed::SeededAccessKey;
use super::session::{Session, Sessions};
use crate::state::{Change, MapChanges, StateError, hex, misses, whole_changes};

whole_changes!(SeededAccessKey, Session);

/// The identities of all accounts as a document.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct IdentityDocument {
    mode: IamMode,
    #[serde(with = "hex")]
    seed: u64,
    accounts: Vec<IamAccount>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    access_keys: BTreeMap<String, SeededAccessKey>,
    sessions: BTreeMap<String, Session>,
}

impl From<IdentityStore> for IdentityDocument {
    fn from(store: IdentityStore) -> Self {
        let sessions = store.sessions.by_key().iter();
        Self {
            mode: store.mode,
            seed: store.seed,
            accounts: store.accounts.values().cloned().collect(),
            access_keys: store.access_keys_where(|_| true),
            sessions: sessions
                .map(|(key, session)| (key.clone(), session.clone()))
                .collect(),
        }
    }
}

impl TryFrom<IdentityDocument> for IdentityStore {
    type Error = StateError;

    fn try_from(document: IdentityDocument) -> Result<Self, StateError> {
        let mut store = Self::new(document.mode, document.seed);
        for account in document.accounts {
            let key = account.key();
            if store.accounts.contains_key(&key) {
                return Err(StateError::new(format!("account {} is there twice", key.1)));
            }
            store.accounts.insert(key, account);
        }
        for (access_key_id, holder) in document.access_keys {
            store.access_keys.insert(access_key_id, holder);
        }
        for (access_key_id, session) in document.sessions {
            store.sessions.insert(access_key_id, session);
        }
        store.check_invariants().map_err(StateError::new)?;
        Ok(store)
    }
}

/// The identities of one account: what IAM has, and the sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountState {
    iam: IamAccount,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    access_keys: BTreeMap<String, SeededAccessKey>,
    sessions: BTreeMap<String, Session>,
}

impl AccountState {
    /// The account's partition and its id.
    pub fn account(&self) -> (&str, &str) {
        (&self.iam.partition, &self.iam.account_id)
    }
}

/// What has changed of the identities since an earlier time: as large as the
/// change, not as the identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accounts: Option<MapChanges<AccountKey, IamAccount>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sessions: Option<MapChanges<String, Session>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_keys: Option<MapChanges<String, SeededAccessKey>>,
}

impl IamAccount {
    fn key(&self) -> AccountKey {
        (self.partition.clone(), self.account_id.clone())
    }
}

impl Session {
    fn is_of(&self, (partition, account_id): (&str, &str)) -> bool {
        self.partition == partition && self.account_id == account_id
    }
}

impl IdentityStore {
    /// The accounts that have been used, as partition and id.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.accounts.keys();
        keys.map(|(partition, account_id)| (&**partition, &**account_id))
    }

    /// The identities of an account; `None` if it has never been used.
    pub fn export_account(&self, partition: &str, account_id: &str) -> Option<AccountState> {
        let iam = self.account_if_any(partition, account_id)?.clone();
        let all = self.sessions.by_key().iter();
        let own = all.filter(|(_, session)| session.is_of((partition, account_id)));
        let access_keys = self.access_keys_where(|holder| holder.is_of((partition, account_id)));
        Some(AccountState {
            iam,
            access_keys,
            sessions: own
                .map(|(key, session)| (key.clone(), session.clone()))
                .collect(),
        })
    }

    /// Puts the identities of an account in the place of what it has. What is
    /// made of roles that IAM does not have stays as it is here.
    ///
    /// Errors: the state is impossible; nothing has changed then.
    pub fn import_account(&mut self, state: AccountState) -> Result<(), StateError> {
        let AccountState {
            mut iam,
            access_keys,
            sessions,
        } = state;
        iam.mode = self.mode;
        let (partition, account_id) = iam.key();
        let mut imported = self.clone();
        imported.remove_account(&partition, &account_id);
        imported.accounts.insert(iam.key(), iam);
        for (access_key_id, holder) in access_keys {
            if !holder.is_of((&partition, &account_id)) {
                return Err(StateError::new(format!(
                    "{access_key_id} is a key of another account than {account_id}"
                )));
            }
            imported.access_keys.insert(access_key_id, holder);
        }
        for (access_key_id, session) in sessions {
            if !session.is_of((&partition, &account_id)) {
                let other = session.account_id;
                return Err(StateError::new(format!(
                    "{access_key_id} is a session of account {other}, not of {account_id}"
                )));
            }
            if imported.sessions.get(&access_key_id).is_some() {
                return Err(StateError::new(format!(
                    "{access_key_id} is a session of another account already"
                )));
            }
            imported.sessions.insert(access_key_id, session);
        }
        let account = imported.account_if_any(&partition, &account_id);
        let checked = account.map_or(Ok(()), IamAccount::check_invariants);
        checked.map_err(StateError::new)?;
        *self = imported;
        Ok(())
    }

    /// The same identities where `mode` says what is made of roles that IAM
    /// does not have.
    pub fn in_mode(mut self, mode: IamMode) -> Self {
        if self.mode != mode {
            self.mode = mode;
            let accounts: Vec<IamAccount> = self.accounts.values().cloned().collect();
            for mut account in accounts {
                account.mode = mode;
                self.accounts.insert(account.key(), account);
            }
        }
        self
    }

    /// Removes everything of an account, sessions included.
    pub fn remove_account(&mut self, partition: &str, account_id: &str) {
        let all = self.sessions.by_key().iter();
        let own = all.filter(|(_, session)| session.is_of((partition, account_id)));
        let keys: Vec<String> = own.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.sessions.remove(&key);
        }
        self.access_keys
            .retain(|_, holder| !holder.is_of((partition, account_id)));
        self.accounts
            .remove(&(partition.to_owned(), account_id.to_owned()));
    }

    fn access_keys_where(
        &self,
        is_wanted: impl Fn(&SeededAccessKey) -> bool,
    ) -> BTreeMap<String, SeededAccessKey> {
        let keys = self.access_keys.iter();
        keys.filter(|(_, holder)| is_wanted(holder))
            .map(|(id, holder)| (id.clone(), holder.clone()))
            .collect()
    }

    /// What has changed since `earlier`, an earlier clone; `None` if nothing
    /// has.
    pub fn changes_since(&self, earlier: &Self) -> Option<IdentityChanges> {
        let changes = IdentityChanges {
            accounts: self.accounts.changes_since(&earlier.accounts),
            sessions: self.sessions.changes_since(&earlier.sessions),
            access_keys: self.access_keys.changes_since(&earlier.access_keys),
        };
        let is_any = changes.accounts.is_some()
            || changes.sessions.is_some()
            || changes.access_keys.is_some();
        is_any.then_some(changes)
    }

    /// Makes of the state before the changes the one after them.
    ///
    /// [`Self::check_invariants`] is left to the caller, who may have more
    /// changes to apply first.
    ///
    /// Errors: the changes are not those of this state. What it is then is
    /// neither the one nor the other, and not to be used.
    pub fn apply(&mut self, changes: IdentityChanges) -> Result<(), StateError> {
        if let Some(accounts) = changes.accounts {
            let applied = self.accounts.apply(accounts);
            applied.map_err(|error| error.within("accounts"))?;
        }
        if let Some(sessions) = changes.sessions {
            let applied = Change::apply(&mut self.sessions, sessions);
            applied.map_err(|error| error.within("sessions"))?;
        }
        if let Some(access_keys) = changes.access_keys {
            let applied = self.access_keys.apply(access_keys);
            applied.map_err(|error| error.within("accessKeys"))?;
        }
        Ok(())
    }

    /// What always holds, and what a document may not deny.
    ///
    /// Errors: a sentence that says what does not.
    pub fn check_invariants(&self) -> Result<(), String> {
        for (key, account) in self.accounts.iter() {
            let checked = if account.key() == *key && account.mode == self.mode {
                account.check_invariants()
            } else {
                Err("it is another account's, or of another mode".into())
            };
            checked.map_err(|sentence| format!("account {}: {sentence}", key.1))?;
        }
        for (access_key_id, session) in self.sessions.by_key().iter() {
            let account = self.account_if_any(&session.partition, &session.account_id);
            if account.is_none() {
                return Err(format!(
                    "{access_key_id} is a session of account {}, which is not there",
                    session.account_id
                ));
            }
        }
        Ok(())
    }
}

impl Change for Sessions {
    type Changes = MapChanges<String, Session>;

    fn changes_since(&self, earlier: &Self) -> Option<Self::Changes> {
        self.by_key().changes_since(earlier.by_key())
    }

    fn apply(&mut self, changes: Self::Changes) -> Result<(), StateError> {
        let MapChanges {
            added,
            changed,
            removed,
        } = changes;
        for key in removed.iter().chain(changed.iter().map(|(key, _)| key)) {
            if !self.remove(key) {
                return Err(misses(key));
            }
        }
        for (key, session) in changed.into_iter().chain(added) {
            if self.get(&key).is_some() {
                return Err(StateError::new(format!("{key:?} is added and is there")));
            }
            self.insert(key, session);
        }
        Ok(())
    }
}
