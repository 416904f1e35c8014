//! Rules for transitions in documents.

use eks_emulator_core::lifecycle::TransitionRule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::transition_rule::{
    TransitionDelay, TransitionEnd, TransitionMatch, TransitionOn, TransitionRuleBody,
};

/// What makes a change slow, stuck, counted in reads, or fail. It takes the
/// place of the rule of its name, or holds behind all others.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TransitionSeed {
    /// What it is called.
    pub name: String,
    r#match: TransitionMatch,
    on: TransitionOn,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<TransitionDelay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<TransitionEnd>,
}

impl TransitionSeed {
    /// A rule with a name as a document has it; `None` if it has none.
    pub fn of(rule: &TransitionRule) -> Option<Self> {
        let TransitionRuleBody {
            r#match,
            on,
            after,
            outcome,
        } = TransitionRuleBody::of(rule);
        Some(Self {
            name: rule.name.clone()?,
            r#match,
            on,
            after,
            outcome,
        })
    }

    /// Errors: a sentence that says what is wrong with the rule.
    pub(crate) fn rule(&self) -> Result<TransitionRule, String> {
        let Self {
            name,
            r#match,
            on,
            after,
            outcome,
        } = self.clone();
        let body = TransitionRuleBody {
            r#match,
            on,
            after,
            outcome,
        };
        body.read(&name)
    }
}
