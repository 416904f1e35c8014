//! The identities of all accounts behind one lock.
//!
//! The lock is taken after a cluster's, never before, and held for one
//! command.

use std::sync::{Mutex, MutexGuard, PoisonError};

use eks_emulator_core::Timestamp;
use eks_emulator_core::iam::{
    AssumeRoleDenied, IamMode, IdentityStore, PodSessionRequest, RoleAuthority, RoleSession,
    RoleStanding,
};

/// The identities of all accounts.
#[derive(Debug)]
pub(crate) struct SharedIdentity {
    mode: IamMode,
    seed: u64,
    store: Mutex<IdentityStore>,
}

impl SharedIdentity {
    pub(crate) fn new(mode: IamMode, seed: u64) -> Self {
        Self {
            mode,
            seed,
            store: Mutex::new(IdentityStore::new(mode, seed)),
        }
    }

    /// What there is now.
    pub(crate) fn snapshot(&self) -> IdentityStore {
        self.lock().clone()
    }

    /// Puts what there was in the place of what there is.
    pub(crate) fn restore(&self, snapshot: &IdentityStore) {
        self.lock().clone_from(snapshot);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.lock() = IdentityStore::new(self.mode, self.seed);
    }

    /// A command that panicked changed nothing after its checks.
    pub(crate) fn lock(&self) -> MutexGuard<'_, IdentityStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
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
