//! The pod identity agent: tokens in, credentials out, with a cache.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_emulator_core::Timestamp;

/// What becomes of cached credentials when associations change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgentCache {
    /// They are forgotten, so that tests see the change at once.
    #[default]
    Invalidate,
    /// They are kept as the real agent keeps them, for up to three hours.
    Faithful,
}

/// The agent's cache.
#[derive(Debug)]
pub(crate) struct Agent {
    mode: AgentCache,
    entries: Mutex<BTreeMap<String, Arc<Entry>>>,
}

/// Credentials that were given out.
pub(crate) struct Entry {
    /// The body of the answer.
    pub(crate) body: Vec<u8>,
    /// When the credentials end.
    pub(crate) expiration: Timestamp,
    /// When the agent asks for new ones.
    pub(crate) refresh_at: Timestamp,
    /// How often the cluster's associations had changed by then.
    pub(crate) associations_version: u64,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Entry({:?}, *** sensitive ***)", self.expiration)
    }
}

/// Credentials that end sooner are not given out. Source: the agent.
pub(crate) const LEAST_LIFE_MS: i64 = 15_000;
/// The agent asks for new credentials after this time. Source: the agent.
pub(crate) const REFRESH_MS: i64 = 3 * 60 * 60 * 1_000;
/// The most tokens that are remembered. Source: the agent.
const CAPACITY: usize = 2_000;

impl Agent {
    pub(crate) fn new(mode: AgentCache) -> Self {
        Self {
            mode,
            entries: Mutex::default(),
        }
    }

    /// The credentials that a token was exchanged for, if they still hold.
    /// `associations_version` is the cluster's now.
    pub(crate) fn cached(
        &self,
        token: &str,
        now: Timestamp,
        associations_version: u64,
    ) -> Option<Arc<Entry>> {
        let entry = self.lock().get(token).cloned()?;
        let is_current = match self.mode {
            AgentCache::Invalidate => entry.associations_version == associations_version,
            AgentCache::Faithful => now < entry.refresh_at,
        };
        let lives = entry.expiration > now.plus_milliseconds(LEAST_LIFE_MS);
        (is_current && lives).then_some(entry)
    }

    /// Remembers credentials. The ones that end first make room.
    pub(crate) fn remember(&self, token: &str, entry: Entry) {
        let mut entries = self.lock();
        if entries.len() >= CAPACITY && !entries.contains_key(token) {
            let first = entries.iter().min_by_key(|(_, entry)| entry.expiration);
            if let Some(token) = first.map(|(token, _)| token.clone()) {
                entries.remove(&token);
            }
        }
        entries.insert(token.to_owned(), Arc::new(entry));
    }

    /// Forgets a token whose exchange was refused.
    pub(crate) fn forget(&self, token: &str) {
        self.lock().remove(token);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// A panic elsewhere cannot leave the cache half changed.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
