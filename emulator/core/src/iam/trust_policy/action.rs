//! The actions of the token service and the patterns that name them.

use super::json::Json;
use super::malformed::MalformedPolicy;
use super::wildcard::{matches, symbols};

/// An action that a trust policy decides about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Take on the role.
    AssumeRole,
    /// Pass tags to the session.
    TagSession,
    /// Take on the role with a token of an identity provider.
    AssumeRoleWithWebIdentity,
    /// Name the source identity of the session.
    SetSourceIdentity,
}

impl Action {
    /// The name in policies and messages, for example `sts:AssumeRole`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssumeRole => "sts:AssumeRole",
            Self::TagSession => "sts:TagSession",
            Self::AssumeRoleWithWebIdentity => "sts:AssumeRoleWithWebIdentity",
            Self::SetSourceIdentity => "sts:SetSourceIdentity",
        }
    }
}

/// All actions that a trust policy may name; [`Action`] has those that this
/// model performs.
const NAMES: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// The `Action` or `NotAction` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ActionElement {
    /// The actions that fit one of the patterns.
    Only(Vec<String>),
    /// All actions but those.
    AllBut(Vec<String>),
}

impl ActionElement {
    /// Reads `Action`: each pattern must name an action of trust policies.
    pub(super) fn parse(value: &Json) -> Result<Self, MalformedPolicy> {
        let patterns = parse_patterns(value, "Action")?;
        let names_one = |pattern: &String| NAMES.iter().any(|name| fits(pattern, name));
        if patterns.iter().all(names_one) {
            Ok(Self::Only(patterns))
        } else {
            Err(MalformedPolicy::NotAnAssumeRoleAction)
        }
    }

    /// Reads `NotAction`.
    pub(super) fn parse_negated(value: &Json) -> Result<Self, MalformedPolicy> {
        Ok(Self::AllBut(parse_patterns(value, "NotAction")?))
    }

    /// Whether the statement is about `action`.
    pub(super) fn covers(&self, action: Action) -> bool {
        let is_named = |patterns: &[String]| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| fits(pattern, action.name()))
        };
        match self {
            Self::Only(patterns) => is_named(patterns),
            Self::AllBut(patterns) => !is_named(patterns),
        }
    }

    /// Why the statement is not about `action`.
    pub(super) fn explain_mismatch(&self, action: Action) -> String {
        let name = action.name();
        match self {
            Self::Only(patterns) => format!("{name} is not among {}", patterns.join(", ")),
            Self::AllBut(patterns) => format!("{name} is excepted by {}", patterns.join(", ")),
        }
    }
}

/// Patterns have to start with the service: a lone `*` is refused.
fn parse_patterns(value: &Json, element: &'static str) -> Result<Vec<String>, MalformedPolicy> {
    let patterns = value.texts().ok_or(MalformedPolicy::Syntax)?;
    if patterns.is_empty() {
        return Err(MalformedPolicy::MissingField(element));
    }
    let is_of_service = |pattern: &&str| pattern.to_ascii_lowercase().starts_with("sts:");
    if !patterns.iter().all(is_of_service) {
        return Err(MalformedPolicy::NotAnAssumeRoleAction);
    }
    Ok(patterns.into_iter().map(str::to_owned).collect())
}

/// Names of actions ignore case.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern = symbols(&pattern.to_ascii_lowercase());
    matches(&pattern, &name.to_ascii_lowercase())
}
