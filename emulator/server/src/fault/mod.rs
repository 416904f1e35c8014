//! Faults: calls that fail, are late, or lose their connection, by rules of
//! the emulator's owner.
//!
//! What happens to a call is one pure decision (`registry.rs`); time is handed
//! in and chance is drawn from the seed. Who performs it is the front.

mod check;
mod preset;
mod registry;
mod rule;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_emulator_core::Timestamp;

pub(crate) use preset::{Answer, Situation, answer_of};
pub use registry::FaultState;
pub(crate) use registry::{Call, Decision};
pub use rule::{
    CallMatch, CallNumbers, ConnectionFault, FaultDelay, FaultEffect, FaultError, FaultPhase,
    FaultPreset, FaultRule, ShortDuration,
};

use registry::Registry;

/// What a call of the pod identity agent is called.
pub(crate) const AGENT_OPERATION: &str = "GetPodCredentials";
/// What it is called to ask a cluster's issuer for its discovery document.
pub(crate) const DISCOVERY_OPERATION: &str = "GetDiscoveryDocument";
/// What it is called to ask a cluster's issuer for its keys.
pub(crate) const KEYS_OPERATION: &str = "GetKeySet";
/// The code of what the agent refuses itself, without asking EKS Auth.
pub(crate) const REFUSED_BY_AGENT: &str = "Refused";

/// The fault rules of one emulator.
#[derive(Debug)]
pub(crate) struct Faults {
    /// Whether there are rules: all that a call without any has to look at.
    is_any: AtomicBool,
    registry: Mutex<Registry>,
}

impl Faults {
    /// No rules. `seed` decides what chance brings.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            is_any: AtomicBool::new(false),
            registry: Mutex::new(Registry::new(seed)),
        }
    }

    /// Whether a rule can be put.
    ///
    /// Errors: a sentence that says what is wrong with the rule.
    pub(crate) fn check(rule: &FaultRule) -> Result<(), String> {
        check::check(rule)
    }

    /// Puts a rule in the place of the one of its name, or behind all others
    /// of its priority.
    ///
    /// Errors: a sentence that says what is wrong with the rule.
    pub(crate) fn put(
        &self,
        name: &str,
        rule: FaultRule,
        now: Timestamp,
    ) -> Result<FaultState, String> {
        check::check(&rule)?;
        let mut registry = self.lock();
        let state = registry.put(name, rule, now);
        self.is_any.store(true, Ordering::Relaxed);
        Ok(state)
    }

    /// The rules in the order in which they hold.
    pub(crate) fn list(&self, now: Timestamp) -> Vec<FaultState> {
        self.lock().list(now)
    }

    /// The rule of a name.
    pub(crate) fn get(&self, name: &str, now: Timestamp) -> Option<FaultState> {
        let mut states = self.list(now).into_iter();
        states.find(|state| state.name == name)
    }

    /// Takes a rule back; `false` if there is none of this name.
    pub(crate) fn remove(&self, name: &str) -> bool {
        let mut registry = self.lock();
        let was_there = registry.remove(name);
        self.is_any.store(!registry.is_empty(), Ordering::Relaxed);
        was_there
    }

    /// Takes every rule back.
    pub(crate) fn clear(&self) {
        let mut registry = self.lock();
        registry.clear();
        self.is_any.store(false, Ordering::Relaxed);
    }

    /// What becomes of a call; `None` if no rule has anything to say. `call`
    /// is asked for only if there are rules.
    pub(crate) fn decide<'a>(
        &self,
        now: Timestamp,
        call: impl FnOnce() -> Call<'a>,
    ) -> Option<Decision> {
        if !self.is_any.load(Ordering::Relaxed) {
            return None;
        }
        let decision = self.lock().decide(&call(), now);
        (!decision.fired.is_empty()).then_some(decision)
    }

    /// How often the rule of each name has fired, also those taken back.
    pub(crate) fn fired(&self) -> Vec<(Arc<str>, u64)> {
        self.lock().fired()
    }

    /// A panic elsewhere cannot leave the rules half changed.
    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
