//! Whether a document satisfies the shape that the model gives it.
//!
//! The whole document is checked for JSON types first and for constraints
//! second, each time in the model's member order, so that the first violation
//! is the same for the same document.

use eks_emulator_api::schema::{Kind, Member, Range, Shape, UNBOUNDED};
use serde_json::{Map, Value};

use super::pattern;

/// Checks a document against a shape and reports the first violation.
///
/// Members that the model does not know are ignored; `null` counts as absent.
/// Lengths are counted in UTF-16 code units, as a service written in Java
/// counts them. Whole numbers have to fit in 32 bits.
///
/// An empty list or map in a member that is *not* required passes, whatever
/// the smallest size: the model asks for at least one tag, yet the service
/// itself answers `"tags": {}`, and clients send that back.
pub fn validate(shape: &'static Shape, document: &Value) -> Result<(), Box<Violation>> {
    check_type(shape, document)?;
    check_constraints(shape, document)
}

/// The first thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: member names separated by dots, positions in brackets. Empty for
    /// the document itself.
    pub path: String,
    /// The name of the innermost member on the path.
    pub member: &'static str,
    /// What the value fails to be.
    pub constraint: Constraint,
}

/// What a value fails to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The JSON value has another type than the shape.
    Type {
        /// The type found.
        found: JsonType,
        /// What was expected, as the message names it: `Integer`, `List`.
        expected: &'static str,
    },
    /// A label or query parameter cannot be read as a value of its shape.
    Unreadable {
        /// The decoded text.
        value: String,
        /// What was expected, as in [`Constraint::Type`].
        expected: &'static str,
        /// The numbers allowed, if a number was expected.
        range: Range,
    },
    /// A required member is absent.
    Required,
    /// The value is not in the closed set.
    Enum {
        /// The value found.
        value: String,
        /// The name of the set's shape.
        shape: &'static str,
        /// The set, in the model's order.
        allowed: &'static [&'static str],
    },
    /// The string is too short or too long.
    Length(Range),
    /// The number is too small or too large.
    Value(Range),
    /// The list or map has too few or too many entries.
    Size(Range),
    /// The whole string does not match the regular expression.
    Pattern(&'static str),
}

/// The type of a JSON value, as far as messages tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Violation {
    /// A violation at the place where it was found; callers add the way there.
    fn of(constraint: Constraint) -> Box<Self> {
        Box::new(Self {
            path: String::new(),
            member: "",
            constraint,
        })
    }

    /// A label or query parameter that cannot be read as its shape.
    pub(super) fn unreadable(text: &str, shape: &Shape) -> Box<Self> {
        let range = match shape.kind {
            Kind::Integer { range } => range,
            _ => UNBOUNDED,
        };
        Self::of(Constraint::Unreadable {
            value: text.to_owned(),
            expected: expected_type(&shape.kind),
            range,
        })
    }

    /// A value of the wrong JSON type.
    pub(super) fn wrong_type(found: &Value, expected: &'static str) -> Box<Self> {
        let found = match found {
            Value::Null => JsonType::Null,
            Value::Bool(true) => JsonType::True,
            Value::Bool(false) => JsonType::False,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Array(_) => JsonType::Array,
            Value::Object(_) => JsonType::Object,
        };
        Self::of(Constraint::Type { found, expected })
    }

    /// The same violation, seen from the structure that has the member.
    pub(super) fn inside(mut self: Box<Self>, member: &'static str) -> Box<Self> {
        if self.member.is_empty() {
            self.member = member;
        }
        self.lead_with(member)
    }

    /// The same violation, seen from the list or map around the value.
    fn at(self: Box<Self>, step: &str) -> Box<Self> {
        self.lead_with(step)
    }

    fn lead_with(mut self: Box<Self>, step: &str) -> Box<Self> {
        let separator = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{step}{separator}{}", self.path);
        self
    }
}

fn check_type(shape: &'static Shape, value: &Value) -> Result<(), Box<Violation>> {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(entries)) => {
            members.iter().try_for_each(|member| {
                present(entries, member).map_or(Ok(()), |value| {
                    check_type(member.shape, value)
                        .map_err(|violation| violation.inside(member.name))
                })
            })
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            each_item(items, |item| check_type(member, item))
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            each_entry(entries, |_, value| check_type(shape, value))
        }
        (Kind::String { .. } | Kind::Enum(_), Value::String(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Timestamp, Value::Number(_)) => Ok(()),
        (Kind::Integer { .. }, Value::Number(_)) if integer(value).is_some() => Ok(()),
        (kind, _) => Err(Violation::wrong_type(value, expected_type(kind))),
    }
}

fn check_constraints(shape: &'static Shape, value: &Value) -> Result<(), Box<Violation>> {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(entries)) => members
            .iter()
            .try_for_each(|member| check_member(member, entries)),
        (Kind::List { member, length }, Value::Array(items)) => {
            check_range(items.len() as i64, *length, Constraint::Size)?;
            each_item(items, |item| check_constraints(member, item))
        }
        (
            Kind::Map {
                key,
                value: shape,
                length,
            },
            Value::Object(entries),
        ) => {
            check_range(entries.len() as i64, *length, Constraint::Size)?;
            each_entry(entries, |name, value| {
                check_text(key, name)?;
                check_constraints(shape, value)
            })
        }
        (Kind::Integer { range }, Value::Number(_)) => integer(value).map_or(Ok(()), |number| {
            check_range(number, *range, Constraint::Value)
        }),
        (Kind::String { .. } | Kind::Enum(_), Value::String(text)) => check_text(shape, text),
        _ => Ok(()),
    }
}

fn check_member(
    member: &'static Member,
    entries: &Map<String, Value>,
) -> Result<(), Box<Violation>> {
    let outcome = match present(entries, member) {
        None if member.required => Err(Violation::of(Constraint::Required)),
        Some(value) if member.required || !is_empty(member.shape, value) => {
            check_constraints(member.shape, value)
        }
        _ => Ok(()),
    };
    outcome.map_err(|violation| violation.inside(member.name))
}

fn check_text(shape: &'static Shape, text: &str) -> Result<(), Box<Violation>> {
    match &shape.kind {
        Kind::Enum(allowed) if !allowed.contains(&text) => Err(Violation::of(Constraint::Enum {
            value: text.to_owned(),
            shape: shape.name,
            allowed,
        })),
        Kind::String { length, pattern } => {
            check_range(length_of(text), *length, Constraint::Length)?;
            match pattern {
                Some(pattern) if !pattern::matches(pattern, text) => {
                    Err(Violation::of(Constraint::Pattern(pattern)))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn check_range(
    number: i64,
    range: Range,
    constraint: fn(Range) -> Constraint,
) -> Result<(), Box<Violation>> {
    let too_small = range.min.is_some_and(|min| number < min);
    let too_large = range.max.is_some_and(|max| number > max);
    if too_small || too_large {
        Err(Violation::of(constraint(range)))
    } else {
        Ok(())
    }
}

fn each_item(
    items: &[Value],
    check: impl Fn(&Value) -> Result<(), Box<Violation>>,
) -> Result<(), Box<Violation>> {
    items.iter().enumerate().try_for_each(|(position, item)| {
        check(item).map_err(|violation| violation.at(&format!("[{position}]")))
    })
}

fn each_entry(
    entries: &Map<String, Value>,
    check: impl Fn(&str, &Value) -> Result<(), Box<Violation>>,
) -> Result<(), Box<Violation>> {
    entries
        .iter()
        .try_for_each(|(name, value)| check(name, value).map_err(|violation| violation.at(name)))
}

/// The value of a member, unless it is absent or `null`.
fn present<'document>(
    entries: &'document Map<String, Value>,
    member: &Member,
) -> Option<&'document Value> {
    entries.get(member.name).filter(|value| !value.is_null())
}

/// Whether a value is the empty list or map. An empty structure is a value.
fn is_empty(shape: &Shape, value: &Value) -> bool {
    match (&shape.kind, value) {
        (Kind::List { .. }, Value::Array(items)) => items.is_empty(),
        (Kind::Map { .. }, Value::Object(entries)) => entries.is_empty(),
        _ => false,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .filter(|number| i32::try_from(*number).is_ok())
}

fn length_of(text: &str) -> i64 {
    let units = if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    };
    units as i64
}

fn expected_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "Structure",
        Kind::List { .. } => "List",
        Kind::Map { .. } => "Map",
        Kind::String { .. } | Kind::Enum(_) => "String",
        Kind::Integer { .. } => "Integer",
        Kind::Boolean => "Boolean",
        Kind::Timestamp => "Timestamp",
    }
}
