//! The sentences with which EKS refuses a value, one function for all of them.
//!
//! *Observed* sentences are quoted from public reports of the real service;
//! *proposed* ones keep their form for cases that nobody has reported. No other
//! file has a sentence about a value.

use eks_emulator_api::schema::Range;

use crate::validate::{Constraint, JsonType, Violation};

/// The pattern of names whose sentence has been observed.
const NAME_PATTERN: &str = r"^[0-9A-Za-z][A-Za-z0-9\-_]*";

/// The shapes whose values have a name of their own in an observed sentence.
/// Others go by the name of their member.
const OBSERVED_NAMES: &[(&str, &str)] = &[("TaintEffect", "taint effect")];

/// What the service says about a value that breaks a constraint.
pub(super) fn sentence(violation: &Violation) -> String {
    let member = violation.member;
    match &violation.constraint {
        Constraint::Required => empty(member),
        Constraint::Enum {
            value,
            shape,
            allowed,
        } => not_in_set(name_of(shape, member), value, allowed),
        Constraint::Length(range) => length(member, *range),
        Constraint::Value(range) => number(member, *range),
        Constraint::Size(range) => size(member, *range),
        Constraint::Pattern(pattern) => characters(member, pattern),
        Constraint::Unreadable {
            value,
            expected,
            range,
        } => unreadable(member, value, expected, *range),
        Constraint::Type { found, expected } => conversion(*found, expected),
    }
}

/// The front end's answer to a body that it cannot read.
///
/// Source: proposed, with the form of other AWS services; no report from EKS.
pub(super) fn unparsable(detail: &str) -> String {
    format!("Could not parse request body into json: {detail}")
}

/// The detail of a JSON value of the wrong type.
///
/// Source: proposed, with the words that other AWS services use for it.
pub(super) fn conversion(found: JsonType, expected: &str) -> String {
    let token = match found {
        JsonType::Object => {
            return "Start of structure or map found where not expected.".to_owned();
        }
        JsonType::Array => return "Start of list found where not expected".to_owned(),
        JsonType::Null => "NULL_VALUE",
        JsonType::True => "TRUE_VALUE",
        JsonType::False => "FALSE_VALUE",
        JsonType::Number => "NUMBER_VALUE",
        JsonType::String => "STRING_VALUE",
    };
    let article = if expected.starts_with('I') { "an" } else { "a" };
    format!("{token} can not be converted to {article} {expected}")
}

/// Source: proposed.
fn empty(member: &str) -> String {
    format!("The parameter {member} must not be empty.")
}

/// Source: observed for the effect of a taint (awsdocs/amazon-eks-user-guide,
/// pull request 617); proposed for every other set.
fn not_in_set(name: &str, value: &str, allowed: &[&str]) -> String {
    format!(
        "Invalid {name}: {value}, must be one of these [{}]",
        allowed.join(", ")
    )
}

/// Source: the form was observed for an exact length (eks-workshop-v2, issue
/// 882, `The parameter associationId should be 19 characters long.`); proposed
/// for the rest. A smallest length of one is a value that must not be empty
/// when it is the only bound.
fn length(member: &str, range: Range) -> String {
    let amount = match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (None, Some(max)) => format!("at most {max}"),
        (Some(1), None) | (None, None) => return empty(member),
        (Some(min), None) => format!("at least {min}"),
    };
    format!("The parameter {member} should be {amount} characters long.")
}

/// Source: proposed; no wording of EKS has been reported.
fn number(member: &str, range: Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{member} must be between {min} and {max}"),
        (Some(min), None) => format!("{member} must be at least {min}"),
        (None, Some(max)) => format!("{member} must be at most {max}"),
        (None, None) => format!("{member} must be an integer"),
    }
}

/// Source: proposed, with the form of the sentence about lengths.
fn size(member: &str, range: Range) -> String {
    let amount = match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (None, Some(max)) => format!("at most {max}"),
        (Some(1), None) | (None, None) => return empty(member),
        (Some(min), None) => format!("at least {min}"),
    };
    format!("The parameter {member} should have {amount} items.")
}

/// Source: observed for the pattern of names, with the missing space and the
/// expression without its backslash, and with another order of words for the
/// member `name` (surajincloud/kubectl-eks, issue 72); proposed for other
/// patterns.
fn characters(member: &str, pattern: &str) -> String {
    let subject = match member {
        "name" => "The parameter name".to_owned(),
        _ => format!("The {member} parameter"),
    };
    let is_name = pattern.trim_start_matches('^') == NAME_PATTERN.trim_start_matches('^');
    let rule = if is_name {
        NAME_RULE.to_owned()
    } else {
        format!("\"{pattern}\"")
    };
    format!(
        "{subject} contains invalid characters. It should conform to the regular expression {rule}"
    )
}

const NAME_RULE: &str = "\"^[0-9A-Za-z][A-Za-z0-9-_]*\"In other words, it should start with a number or letter, and \
                         can contain numbers, letters, dashes, and underscores.";

/// Source: proposed. A number that cannot be read is answered like one outside
/// its range, a truth value like one outside its set.
fn unreadable(member: &str, value: &str, expected: &str, range: Range) -> String {
    match expected {
        "Integer" => number(member, range),
        "Boolean" => not_in_set(member, value, &["true", "false"]),
        _ => format!("Invalid {member}: {value}"),
    }
}

fn name_of<'name>(shape: &str, member: &'name str) -> &'name str {
    OBSERVED_NAMES
        .iter()
        .find(|(known, _)| *known == shape)
        .map_or(member, |(_, name)| name)
}
