//! Whether a document satisfies the shape that the model gives it.
//!
//! The whole document is checked for JSON types first and for constraints
//! second, each time in the model's member order, so that the violations are
//! the same for the same document. restJson1 reports the first of them, the
//! query protocol reports all broken constraints.

use std::fmt;

use eks_emulator_api::schema::{Kind, Member, Range, Shape, UNBOUNDED};
use serde_json::{Map, Value};

use crate::pattern;

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
    let mut findings = Findings::at_most(1);
    check_constraints(shape, document, &mut findings);
    findings
        .found
        .pop()
        .map_or(Ok(()), |violation| Err(Box::new(violation)))
}

/// Checks a document whose types are right against the constraints of a shape
/// and reports all violations, up to a limit that keeps answers small.
pub(crate) fn violations(shape: &'static Shape, document: &Value) -> Vec<Violation> {
    let mut findings = Findings::at_most(100);
    check_constraints(shape, document, &mut findings);
    findings.found
}

/// The first thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where, seen from the document.
    pub path: Path,
    /// The name of the innermost member on the path.
    pub member: &'static str,
    /// What the value fails to be.
    pub constraint: Constraint,
}

/// The way from a document to a value inside. Empty for the document itself.
///
/// Displayed with dots between the names of members and keys, and positions in
/// brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The last step first: paths are put together on the way out.
    reversed: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a member of a structure.
    Member(&'static str),
    /// To an element of a list.
    Position(usize),
    /// To the value under a key of a map.
    Key(String),
}

impl Path {
    /// The steps, the first one first.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.reversed.iter().rev()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps().enumerate() {
            let separator = if index == 0 { "" } else { "." };
            match step {
                Step::Member(name) => write!(formatter, "{separator}{name}")?,
                Step::Position(position) => write!(formatter, "[{position}]")?,
                Step::Key(key) => write!(formatter, "{separator}{key}")?,
            }
        }
        Ok(())
    }
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
    fn of(constraint: Constraint) -> Self {
        Self {
            path: Path::default(),
            member: "",
            constraint,
        }
    }

    /// A label or query parameter that cannot be read as its shape.
    pub(crate) fn unreadable(text: &str, shape: &Shape) -> Box<Self> {
        let range = match shape.kind {
            Kind::Integer { range } => range,
            _ => UNBOUNDED,
        };
        Box::new(Self::of(Constraint::Unreadable {
            value: text.to_owned(),
            expected: expected_type(&shape.kind),
            range,
        }))
    }

    /// A value of the wrong JSON type.
    pub(crate) fn wrong_type(found: &Value, expected: &'static str) -> Box<Self> {
        let found = match found {
            Value::Null => JsonType::Null,
            Value::Bool(true) => JsonType::True,
            Value::Bool(false) => JsonType::False,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Array(_) => JsonType::Array,
            Value::Object(_) => JsonType::Object,
        };
        Box::new(Self::of(Constraint::Type { found, expected }))
    }

    /// The same violation, seen from the structure that has the member.
    pub(crate) fn inside(self: Box<Self>, member: &'static str) -> Box<Self> {
        self.at(Step::Member(member))
    }

    /// The same violation, seen from one step further out.
    fn at(mut self: Box<Self>, step: Step) -> Box<Self> {
        self.lead_with(step);
        self
    }

    fn lead_with(&mut self, step: Step) {
        if let (Step::Member(member), "") = (&step, self.member) {
            self.member = member;
        }
        self.path.reversed.push(step);
    }
}

/// The constraints found to be broken so far.
struct Findings {
    found: Vec<Violation>,
    limit: usize,
}

impl Findings {
    fn at_most(limit: usize) -> Self {
        Self {
            found: Vec::new(),
            limit,
        }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    fn add(&mut self, constraint: Constraint) {
        if !self.is_full() {
            self.found.push(Violation::of(constraint));
        }
    }

    /// Checks one step further in: what `check` adds is seen from here.
    fn inside(&mut self, step: impl Fn() -> Step, check: impl FnOnce(&mut Self)) {
        if self.is_full() {
            return;
        }
        let before = self.found.len();
        check(self);
        for violation in &mut self.found[before..] {
            violation.lead_with(step());
        }
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
            items.iter().enumerate().try_for_each(|(position, item)| {
                check_type(member, item).map_err(|violation| violation.at(Step::Position(position)))
            })
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            entries.iter().try_for_each(|(name, value)| {
                check_type(shape, value).map_err(|violation| violation.at(Step::Key(name.clone())))
            })
        }
        (Kind::String { .. } | Kind::Enum(_), Value::String(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Timestamp, Value::Number(_)) => Ok(()),
        (Kind::Integer { .. }, Value::Number(_)) if integer(value).is_some() => Ok(()),
        (kind, _) => Err(Violation::wrong_type(value, expected_type(kind))),
    }
}

fn check_constraints(shape: &'static Shape, value: &Value, findings: &mut Findings) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(entries)) => {
            for member in *members {
                findings.inside(
                    || Step::Member(member.name),
                    |findings| check_member(member, entries, findings),
                );
            }
        }
        (Kind::List { member, length }, Value::Array(items)) => {
            check_range(items.len() as i64, *length, Constraint::Size, findings);
            for (position, item) in items.iter().enumerate() {
                findings.inside(
                    || Step::Position(position),
                    |findings| check_constraints(member, item, findings),
                );
            }
        }
        (
            Kind::Map {
                key,
                value: shape,
                length,
            },
            Value::Object(entries),
        ) => {
            check_range(entries.len() as i64, *length, Constraint::Size, findings);
            for (name, value) in entries {
                findings.inside(
                    || Step::Key(name.clone()),
                    |findings| {
                        check_text(key, name, findings);
                        check_constraints(shape, value, findings);
                    },
                );
            }
        }
        (Kind::Integer { range }, Value::Number(_)) => {
            if let Some(number) = integer(value) {
                check_range(number, *range, Constraint::Value, findings);
            }
        }
        (Kind::String { .. } | Kind::Enum(_), Value::String(text)) => {
            check_text(shape, text, findings);
        }
        _ => {}
    }
}

fn check_member(member: &'static Member, entries: &Map<String, Value>, findings: &mut Findings) {
    match present(entries, member) {
        None if member.required => findings.add(Constraint::Required),
        Some(value) if member.required || !is_empty(member.shape, value) => {
            check_constraints(member.shape, value, findings);
        }
        _ => {}
    }
}

fn check_text(shape: &'static Shape, text: &str, findings: &mut Findings) {
    match &shape.kind {
        Kind::Enum(allowed) if !allowed.contains(&text) => findings.add(Constraint::Enum {
            value: text.to_owned(),
            shape: shape.name,
            allowed,
        }),
        Kind::String { length, pattern } => {
            check_range(length_of(text), *length, Constraint::Length, findings);
            if let Some(pattern) = pattern
                && !findings.is_full()
                && !pattern::matches(pattern, text)
            {
                findings.add(Constraint::Pattern(pattern));
            }
        }
        _ => {}
    }
}

fn check_range(
    number: i64,
    range: Range,
    constraint: fn(Range) -> Constraint,
    findings: &mut Findings,
) {
    let too_small = range.min.is_some_and(|min| number < min);
    let too_large = range.max.is_some_and(|max| number > max);
    if too_small || too_large {
        findings.add(constraint(range));
    }
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

/// The length of a string as the constraints count it.
pub(crate) fn length_of(text: &str) -> i64 {
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
