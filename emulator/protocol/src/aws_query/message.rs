//! The sentences with which IAM and STS refuse values, one function for all of
//! them.
//!
//! Both services use the sentences of one framework. STS shows the value; IAM
//! does not any more, and has sentences of its own for names and paths.
//!
//! Sources: for STS, answers recorded by a public probe; for IAM, reports in
//! aws/eks-hybrid pull request 113 and juspay/hyperswitch-suite pull request
//! 323. What is *proposed* says so.

use eks_emulator_api::schema::{Kind, QueryService, Range, Shape};
use eks_emulator_api::sts;
use serde_json::Value;

use crate::validate::{Constraint, Step, Violation, length_of};

/// The pattern of names in IAM.
const NAME_PATTERN: &str = r"[\w+=,.@-]+";

/// The pattern of paths in IAM.
const PATH_PATTERN: &str = r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)";

/// What a service says about a document that breaks constraints.
pub(super) fn sentence(
    service: &'static QueryService,
    input: &'static Shape,
    document: &Value,
    violations: &[Violation],
) -> String {
    let shows_values = std::ptr::eq(service, &sts::SERVICE);
    let mut clauses = Vec::new();
    let mut own = None;
    for violation in in_order(violations) {
        if let (false, Some(sentence)) = (shows_values, own_sentence(violation)) {
            own.get_or_insert(sentence);
            continue;
        }
        let clause = clause(&Place::of(input, document, violation), shows_values);
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    match (clauses.as_slice(), own) {
        ([], Some(sentence)) => sentence,
        ([only], _) => format!("1 validation error detected: {only}"),
        (all, _) => format!(
            "{} validation errors detected: {}",
            all.len(),
            all.join("; ")
        ),
    }
}

/// Of one value, the pattern comes before the length.
fn in_order(violations: &[Violation]) -> Vec<&Violation> {
    let mut ordered: Vec<&Violation> = violations.iter().collect();
    for index in 1..ordered.len() {
        let (first, second) = (ordered[index - 1], ordered[index]);
        let is_pattern = matches!(second.constraint, Constraint::Pattern(_));
        if is_pattern && first.path == second.path {
            ordered.swap(index - 1, index);
        }
    }
    ordered
}

/// The sentence of IAM's own checks, which come after those of the framework.
///
/// Source: for names, errors of the Terraform provider and of eksctl users in
/// many public reports; for paths, recorded answers in fog/fog-aws.
fn own_sentence(violation: &Violation) -> Option<String> {
    let Constraint::Pattern(pattern) = violation.constraint else {
        return None;
    };
    let rule = match pattern {
        NAME_PATTERN => {
            "It must contain only alphanumeric characters and/or the following: +=,.@_-"
        }
        PATH_PATTERN => {
            "It must begin and end with / and contain only alphanumeric characters and/or / characters."
        }
        _ => return None,
    };
    let member = uncapitalized(violation.member);
    Some(format!(
        "The specified value for {member} is invalid. {rule}"
    ))
}

/// Where a violation is reported, and what is there.
struct Place<'document> {
    path: String,
    value: &'document Value,
    /// Whether the value may be shown.
    sensitive: bool,
    constraint: String,
}

impl<'document> Place<'document> {
    /// A scalar in a list is reported at the list, with all that its elements
    /// have to satisfy; other values are reported where they are.
    fn of(input: &'static Shape, document: &'document Value, violation: &Violation) -> Self {
        let mut place = Self {
            path: String::new(),
            value: document,
            sensitive: false,
            constraint: String::new(),
        };
        let mut shape = input;
        for step in violation.path.steps() {
            if let (Step::Position(_), Kind::List { member, .. }) = (step, &shape.kind)
                && let Some(constraints) = element_constraints(member)
            {
                place.constraint = constraints;
                return place;
            }
            shape = place.enter(shape, step);
        }
        place.constraint = constraint(&violation.constraint, place.value);
        place
    }

    /// Goes one step further and gives the shape there.
    fn enter(&mut self, shape: &'static Shape, step: &Step) -> &'static Shape {
        let separator = if self.path.is_empty() { "" } else { "." };
        let (name, value, inner) = match step {
            Step::Member(name) => (
                uncapitalized(name),
                self.value.get(name),
                shape
                    .members()
                    .iter()
                    .find(|member| member.name == *name)
                    .map(|member| member.shape),
            ),
            Step::Position(position) => (
                format!("{}.member", position + 1),
                self.value.get(position),
                match shape.kind {
                    Kind::List { member, .. } => Some(member),
                    _ => None,
                },
            ),
            // The models have no maps.
            Step::Key(key) => (key.clone(), self.value.get(key), None),
        };
        let inner = inner.unwrap_or(shape);
        self.path = format!("{}{separator}{name}", self.path);
        self.value = value.unwrap_or(&Value::Null);
        self.sensitive |= inner.sensitive;
        inner
    }
}

fn clause(place: &Place<'_>, shows_values: bool) -> String {
    let value = match place.value {
        _ if place.sensitive || !shows_values => String::new(),
        Value::Null => " null".to_owned(),
        value => format!(" '{}'", shown(value)),
    };
    format!(
        "Value{value} at '{}' failed to satisfy constraint: {}",
        place.path, place.constraint
    )
}

fn constraint(constraint: &Constraint, value: &Value) -> String {
    match constraint {
        Constraint::Required => "Member must not be null".to_owned(),
        Constraint::Enum { allowed, .. } => {
            format!(
                "Member must satisfy enum value set: [{}]",
                allowed.join(", ")
            )
        }
        Constraint::Length(range) => bound("length", *range, value.as_str().map_or(0, length_of)),
        Constraint::Size(range) => bound(
            "length",
            *range,
            value.as_array().map_or(0, |items| items.len() as i64),
        ),
        Constraint::Value(range) => bound("value", *range, value.as_i64().unwrap_or(0)),
        Constraint::Pattern(pattern) => matching(pattern),
        // Documents made of parameters have the right types.
        Constraint::Type { .. } | Constraint::Unreadable { .. } => {
            "Member must be readable".to_owned()
        }
    }
}

/// Says which of the bounds `number` breaks.
fn bound(of: &str, range: Range, number: i64) -> String {
    match range {
        Range { max: Some(max), .. } if number > max => at_most(of, max),
        Range { min, .. } => at_least(of, min.unwrap_or(0)),
    }
}

fn at_most(of: &str, max: i64) -> String {
    format!("Member must have {of} less than or equal to {max}")
}

fn at_least(of: &str, min: i64) -> String {
    format!("Member must have {of} greater than or equal to {min}")
}

fn matching(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// What the elements of a list have to satisfy, if they are strings.
///
/// Source: the framework's sentence in answers of AWS Lambda; the same list
/// for IAM and STS is *proposed*.
fn element_constraints(element: &Shape) -> Option<String> {
    let Kind::String { length, pattern } = &element.kind else {
        return None;
    };
    let constraints = [
        length.max.map(|max| at_most("length", max)),
        length.min.map(|min| at_least("length", min)),
        pattern.map(matching),
        Some("Member must not be null".to_owned()),
    ];
    let constraints: Vec<String> = constraints.into_iter().flatten().collect();
    Some(format!(
        "Member must satisfy constraint: [{}]",
        constraints.join(", ")
    ))
}

/// A value as the framework shows it. For structures inside it shows their
/// address in memory; here they show their members (*proposed*).
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}={}", shown(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// `RoleName` → `roleName`: the sentences name members as Java does.
fn uncapitalized(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}
