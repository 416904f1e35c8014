//! Which rules a call meets, and what they make of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::ids::mix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::{
    CallMatch, CallNumbers, ConnectionFault, FaultDelay, FaultError, FaultPhase, FaultRule,
};
use crate::text_pattern::TextPattern;

/// The most names of rules whose firing is counted: more are not told apart.
const COUNTED_NAMES: usize = 1_000;

/// A call, as rules see it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Call<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) cluster: Option<&'a str>,
    pub(crate) resource: Option<&'a str>,
}

/// What becomes of a call.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// The rules that say so.
    pub(crate) fired: Vec<Arc<str>>,
    /// How long to wait before the operation.
    pub(crate) delay_before: Duration,
    /// How long to wait after it.
    pub(crate) delay_after: Duration,
    /// How it fails.
    pub(crate) failure: Option<Failure>,
}

/// How a call fails.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) phase: FaultPhase,
    pub(crate) error: Option<FaultError>,
    pub(crate) connection: Option<ConnectionFault>,
}

/// A rule, and what has become of it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultState {
    /// Its name.
    pub name: String,
    /// The rule itself.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// How many calls it happened to.
    pub fired: u64,
    /// Whether it has happened as often as it may.
    pub exhausted: bool,
    /// Whether its time is over.
    pub expired: bool,
}

/// All rules.
#[derive(Debug)]
pub(super) struct Registry {
    seed: u64,
    put: u64,
    /// In the order in which they hold.
    rules: Vec<Kept>,
    fired: BTreeMap<Arc<str>, u64>,
}

#[derive(Debug)]
struct Kept {
    name: Arc<str>,
    rule: FaultRule,
    /// The number of the rule, counted as rules with new names are put.
    number: u64,
    expires_at: Option<Timestamp>,
    dice: Dice,
    /// How many calls have matched, whatever their number.
    seen: u64,
    fired: u64,
}

/// What chance brings to a rule: the same again for the same seed and name.
#[derive(Debug)]
struct Dice {
    seed: u64,
    thrown: u64,
}

impl Registry {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            put: 0,
            rules: Vec::new(),
            fired: BTreeMap::new(),
        }
    }

    pub(super) fn put(&mut self, name: &str, rule: FaultRule, now: Timestamp) -> FaultState {
        let old = self.rules.iter().position(|kept| &*kept.name == name);
        let number = match old {
            Some(place) => self.rules.remove(place).number,
            None => {
                self.put += 1;
                self.put
            }
        };
        let kept = Kept {
            name: name.into(),
            number,
            expires_at: rule.expires_after.map(|after| later(now, after.0)),
            dice: Dice::of(self.seed, name),
            seen: 0,
            fired: 0,
            rule,
        };
        let state = kept.state(now);
        self.rules.push(kept);
        self.rules
            .sort_by_key(|kept| (Reverse(kept.rule.priority), kept.number));
        state
    }

    pub(super) fn list(&self, now: Timestamp) -> Vec<FaultState> {
        self.rules.iter().map(|kept| kept.state(now)).collect()
    }

    pub(super) fn remove(&mut self, name: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|kept| &*kept.name != name);
        self.rules.len() < before
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(super) fn fired(&self) -> Vec<(Arc<str>, u64)> {
        let count = |(name, fired): (&Arc<str>, &u64)| (name.clone(), *fired);
        self.fired.iter().map(count).collect()
    }

    /// Asks every rule in turn. One that would fail a call that fails already
    /// does not happen.
    pub(super) fn decide(&mut self, call: &Call<'_>, now: Timestamp) -> Decision {
        let mut decision = Decision::default();
        for kept in &mut self.rules {
            if kept.meets(call, now, decision.failure.is_some()) {
                kept.apply(&mut decision);
                if self.fired.len() < COUNTED_NAMES || self.fired.contains_key(&kept.name) {
                    *self.fired.entry(kept.name.clone()).or_default() += 1;
                }
            }
        }
        decision
    }
}

impl Kept {
    fn meets(&mut self, call: &Call<'_>, now: Timestamp, fails_already: bool) -> bool {
        if !self.rule.r#match.holds_for(call) || !self.has_error_for(call.service) {
            return false;
        }
        self.seen += 1;
        let numbers = self.rule.r#match.call_number;
        let has_number = numbers.is_none_or(|numbers| numbers.contain(self.seen));
        let is_late = fails_already && self.rule.effect.fails();
        has_number
            && !is_late
            && !self.is_exhausted()
            && !self.is_expired(now)
            && self.dice.permit(self.rule.probability.unwrap_or(1.0))
    }

    /// A usual error that a service does not have happens to none of its calls.
    fn has_error_for(&self, service: &str) -> bool {
        let error = self.rule.effect.error.as_ref();
        let preset = error.and_then(|error| error.preset);
        preset.is_none_or(|preset| preset.is_of(service))
    }

    fn apply(&mut self, decision: &mut Decision) {
        self.fired += 1;
        decision.fired.push(self.name.clone());
        let phase = self.rule.effective_phase();
        let delay = self
            .rule
            .effect
            .delay
            .map_or(Duration::ZERO, |delay| self.dice.length(delay));
        match phase {
            FaultPhase::Before => decision.delay_before += delay,
            FaultPhase::After => decision.delay_after += delay,
        }
        if self.rule.effect.fails() {
            decision.failure = Some(Failure {
                phase,
                error: self.rule.effect.error.clone(),
                connection: self.rule.effect.connection,
            });
        }
    }

    fn is_exhausted(&self) -> bool {
        self.rule.times.is_some_and(|times| self.fired >= times)
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }

    fn state(&self, now: Timestamp) -> FaultState {
        FaultState {
            name: self.name.as_ref().to_owned(),
            rule: self.rule.clone(),
            fired: self.fired,
            exhausted: self.is_exhausted(),
            expired: self.is_expired(now),
        }
    }
}

impl CallMatch {
    /// Whether a call is one of these, whatever its number.
    fn holds_for(&self, call: &Call<'_>) -> bool {
        let holds = |pattern: &Option<TextPattern>, text: Option<&str>| match pattern {
            None => true,
            Some(pattern) => text.is_some_and(|text| pattern.matches(text)),
        };
        holds(&self.operation, Some(call.operation))
            && holds(&self.service, Some(call.service))
            && holds(&self.region, Some(call.region))
            && holds(&self.account, Some(call.account))
            && holds(&self.cluster, call.cluster)
            && holds(&self.resource, call.resource)
    }
}

impl CallNumbers {
    fn contain(self, number: u64) -> bool {
        number >= self.from.get() && self.to.is_none_or(|to| number <= to.get())
    }
}

impl Dice {
    fn of(seed: u64, name: &str) -> Self {
        Self {
            seed: name
                .bytes()
                .fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte))),
            thrown: 0,
        }
    }

    /// A number from 0 up to, and without, 1.
    fn throw(&mut self) -> f64 {
        self.thrown += 1;
        // The upper 53 bits are as many as the fraction of a number has.
        (mix(self.seed ^ mix(self.thrown)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn permit(&mut self, probability: f64) -> bool {
        probability >= 1.0 || self.throw() < probability
    }

    fn length(&mut self, delay: FaultDelay) -> Duration {
        match delay.jitter {
            Some(jitter) => delay.fixed.0 + jitter.0.mul_f64(self.throw()),
            None => delay.fixed.0,
        }
    }
}

/// The time `by` after `time`, or the last there is.
fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_milliseconds(time.as_milliseconds().saturating_add(by_ms))
}

#[cfg(test)]
mod tests;
