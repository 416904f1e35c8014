//! The identities of all accounts behind one lock.
//!
//! The lock is taken after a cluster's, never before, and held for one
//! command.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use eks_emulator_core::Timestamp;
use eks_emulator_core::iam::{
    AssumeRoleDenied, IamMode, IdentityStore, PodSessionRequest, RoleAuthority, RoleSession,
    RoleStanding,
};

use crate::persistence::{Change, Persistence};
use crate::state::Scope;

/// The identities of all accounts.
#[derive(Debug)]
pub(crate) struct SharedIdentity {
    mode: IamMode,
    seed: u64,
    persistence: Arc<OnceLock<Persistence>>,
    locked: Mutex<Locked>,
    /// Whether seeds have given out access keys: all that a call has to look
    /// at where they have not.
    has_access_keys: AtomicBool,
}

#[derive(Debug)]
struct Locked {
    store: IdentityStore,
    /// What the state file says, if there is one.
    persisted: Option<IdentityStore>,
}

impl SharedIdentity {
    pub(crate) fn new(mode: IamMode, seed: u64, persistence: Arc<OnceLock<Persistence>>) -> Self {
        Self {
            mode,
            seed,
            persistence,
            locked: Mutex::new(Locked {
                store: IdentityStore::new(mode, seed),
                persisted: None,
            }),
            has_access_keys: AtomicBool::new(false),
        }
    }

    /// Whether seeds have given out access keys.
    pub(crate) fn has_access_keys(&self) -> bool {
        self.has_access_keys.load(Ordering::Relaxed)
    }

    /// What there is now within a scope.
    pub(crate) fn snapshot(&self, scope: &Scope) -> IdentityStore {
        let mut snapshot = self.lock().clone();
        for (partition, account_id) in accounts(&snapshot) {
            if !scope.includes_account(&account_id) {
                snapshot.remove_account(&partition, &account_id);
            }
        }
        snapshot
    }

    /// No identities, that make the same identifiers and are written nowhere.
    pub(crate) fn empty_copy(&self) -> Self {
        Self::new(self.mode, self.seed, Arc::default())
    }

    /// The same identities once more, to be changed apart and written nowhere.
    pub(crate) fn copy(&self) -> Self {
        let copy = self.empty_copy();
        *copy.lock() = self.lock().clone();
        copy
    }

    /// Whether roles have to exist.
    pub(crate) fn is_strict(&self) -> bool {
        self.mode == IamMode::Strict
    }

    /// Puts what there was within a scope in the place of what there is. What
    /// is made of unknown roles stays.
    ///
    /// Errors: a sentence; nothing has changed then.
    pub(crate) fn restore(&self, scope: &Scope, snapshot: &IdentityStore) -> Result<(), String> {
        if scope.is_everything() {
            *self.lock() = snapshot.clone().in_mode(self.mode);
            return Ok(());
        }
        let mut restored = self.cleared(scope);
        for (partition, account_id) in accounts(snapshot) {
            let state = snapshot.export_account(&partition, &account_id);
            if let Some(state) = state.filter(|_| scope.includes_account(&account_id)) {
                let imported = restored.import_account(state);
                imported.map_err(|error| format!("identity: account {account_id}: {error}"))?;
            }
        }
        *self.lock() = restored;
        Ok(())
    }

    /// Forgets everything within a scope.
    pub(crate) fn clear(&self, scope: &Scope) {
        *self.lock() = self.cleared(scope);
    }

    /// What there would be without what lies within a scope.
    fn cleared(&self, scope: &Scope) -> IdentityStore {
        let mut cleared = self.lock().clone();
        for (partition, account_id) in accounts(&cleared) {
            if scope.includes_account(&account_id) {
                cleared.remove_account(&partition, &account_id);
            }
        }
        if scope.is_everything() {
            cleared = IdentityStore::new(self.mode, self.seed);
        }
        cleared
    }

    /// Takes it that everything is as the state file says.
    pub(crate) fn note_persisted(&self) {
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        locked.persisted = Some(locked.store.clone());
    }

    /// Locks the identities for one command; what it changed is in the state
    /// file before others see it.
    pub(crate) fn lock(&self) -> LockedIdentity<'_> {
        LockedIdentity {
            // A command that panicked changed nothing after its checks.
            locked: self.locked.lock().unwrap_or_else(PoisonError::into_inner),
            persistence: &self.persistence,
            has_access_keys: &self.has_access_keys,
        }
    }
}

/// The partitions and the ids of the accounts that have an identity.
pub(crate) fn accounts(store: &IdentityStore) -> Vec<(String, String)> {
    let owned =
        |(partition, account_id): (&str, &str)| (partition.to_owned(), account_id.to_owned());
    store.accounts().map(owned).collect()
}

/// The identities, locked for one command.
pub(crate) struct LockedIdentity<'a> {
    locked: MutexGuard<'a, Locked>,
    persistence: &'a OnceLock<Persistence>,
    has_access_keys: &'a AtomicBool,
}

impl Deref for LockedIdentity<'_> {
    type Target = IdentityStore;

    fn deref(&self) -> &IdentityStore {
        &self.locked.store
    }
}

impl DerefMut for LockedIdentity<'_> {
    fn deref_mut(&mut self) -> &mut IdentityStore {
        &mut self.locked.store
    }
}

impl Drop for LockedIdentity<'_> {
    fn drop(&mut self) {
        let has_access_keys = self.locked.store.has_access_keys();
        self.has_access_keys
            .store(has_access_keys, Ordering::Relaxed);
        let Some(persistence) = self.persistence.get() else {
            return;
        };
        let Some(persisted) = &self.locked.persisted else {
            return;
        };
        if let Some(changes) = self.locked.store.changes_since(persisted) {
            persistence.add(&Change::Identity(Box::new(changes)));
            self.locked.persisted = Some(self.locked.store.clone());
        }
    }
}

impl RoleAuthority for SharedIdentity {
    fn standing(&self, role_arn: &str) -> RoleStanding {
        self.lock().standing(role_arn)
    }

    fn trusts_eks(
        &self,
        now: Timestamp,
        role_arn: &str,
        source_arn: &str,
        source_account: &str,
    ) -> bool {
        self.lock()
            .trusts_eks(now, role_arn, source_arn, source_account)
    }

    fn assume_for_pod(
        &self,
        request: &PodSessionRequest<'_>,
    ) -> Result<RoleSession, AssumeRoleDenied> {
        let result = self.lock().assume_for_pod(request);
        if let Err(AssumeRoleDenied(why)) = &result {
            tracing::info!(role = request.role_arn, why, "the role cannot be assumed");
        }
        result
    }
}
