//! The decision of a policy about a request, and why.

use super::document::{Effect, Statement};
use super::principal::PrincipalPattern;
use super::request::Request;

/// What a policy decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows and none denies.
    Allow,
    /// A statement denies; it does not matter what others say.
    ExplicitDeny,
    /// No statement applies.
    ImplicitDeny,
}

/// A decision and its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// What the policy decides.
    pub decision: Decision,
    /// One line per statement, in the order of the policy, and the verdict.
    ///
    /// For the developer's eyes (log, control API), never for an AWS message:
    /// the lines show values of the policy and of the request.
    pub why: Vec<String>,
}

impl Evaluation {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.decision == Decision::Allow
    }
}

/// Decides about a request; an explicit deny wins over any number of allows.
///
/// Source: IAM user guide, "Policy evaluation logic".
pub(super) fn evaluate(statements: &[Statement], request: &Request) -> Evaluation {
    let mut why = Vec::new();
    let (mut is_allowed, mut is_denied) = (false, false);
    for (index, statement) in statements.iter().enumerate() {
        let mismatches = mismatches(statement, request);
        let applies = mismatches.is_empty();
        is_allowed |= applies && statement.effect == Effect::Allow;
        is_denied |= applies && statement.effect == Effect::Deny;
        let outcome = if applies {
            "applies".to_owned()
        } else {
            format!("does not apply: {}", mismatches.join("; "))
        };
        why.push(format!("{} {outcome}", label(index, statement)));
    }
    let (decision, verdict) = match (is_denied, is_allowed) {
        (true, _) => (Decision::ExplicitDeny, "is denied by a statement"),
        (false, true) => (Decision::Allow, "is allowed"),
        (false, false) => (Decision::ImplicitDeny, "is not allowed by any statement"),
    };
    why.push(format!(
        "{} by {} {verdict}",
        request.action.name(),
        request.principal.describe()
    ));
    Evaluation { decision, why }
}

fn label(index: usize, statement: &Statement) -> String {
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    match &statement.sid {
        Some(sid) => format!("statement {} ({sid}, {effect})", index + 1),
        None => format!("statement {} ({effect})", index + 1),
    }
}

/// All the reasons why a statement does not apply; none if it does.
fn mismatches(statement: &Statement, request: &Request) -> Vec<String> {
    let mut mismatches = Vec::new();
    let mut principals = statement.principals.iter();
    if !principals.any(|pattern| pattern.covers(&request.principal)) {
        let listed: Vec<String> = statement
            .principals
            .iter()
            .map(PrincipalPattern::describe)
            .collect();
        mismatches.push(format!(
            "{} is not {}",
            request.principal.describe(),
            listed.join(" or ")
        ));
    }
    if !statement.actions.covers(request.action) {
        mismatches.push(statement.actions.explain_mismatch(request.action));
    }
    let failed = statement
        .conditions
        .iter()
        .filter(|condition| !condition.holds(&request.context));
    mismatches.extend(failed.map(|condition| condition.explain(&request.context)));
    mismatches
}
