//! Faults in documents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;
use crate::fault::{CallMatch, FaultEffect, FaultPhase, FaultRule, FaultState, ShortDuration};

/// Which calls fail, are late, or lose their connection. It takes the place
/// of the fault of its name; one that is the same already goes on counting.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaultSeed {
    /// What it is called.
    pub name: String,
    /// The calls that it happens to; by default to all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub r#match: CallMatch,
    /// What happens to them.
    pub effect: FaultEffect,
    /// Whether it happens before the operation or after it took effect.
    pub phase: Option<FaultPhase>,
    /// How often it happens; by default without end.
    pub times: Option<u64>,
    /// How likely it happens to a call that matches, from 0 to 1.
    pub probability: Option<f64>,
    /// How long the rule holds, on the emulator's clock.
    pub expires_after: Option<ShortDuration>,
    /// Rules of a higher priority hold first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: i32,
}

impl FaultSeed {
    /// The rule without its name.
    pub(crate) fn rule(&self) -> FaultRule {
        FaultRule {
            r#match: self.r#match.clone(),
            effect: self.effect.clone(),
            phase: self.phase,
            times: self.times,
            probability: self.probability,
            expires_after: self.expires_after,
            priority: self.priority,
        }
    }

    /// A fault as a document has it.
    pub(crate) fn of(state: FaultState) -> Self {
        let FaultRule {
            r#match,
            effect,
            phase,
            times,
            probability,
            expires_after,
            priority,
        } = state.rule;
        Self {
            name: state.name,
            r#match,
            effect,
            phase,
            times,
            probability,
            expires_after,
            priority,
        }
    }
}
