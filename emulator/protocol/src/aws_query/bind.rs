//! From parameters to one document with model names.
//!
//! `Tags.member.2.Key=team` is the member `Key` of the second element of the
//! member `Tags`. Parameters that the input does not have are ignored.

use std::collections::BTreeMap;

use eks_emulator_api::schema::{Kind, Shape};
use serde_json::Value;

use super::form::Form;
use super::rejection::Rejection;

/// Gathers an operation's input from its parameters.
///
/// Elements of a list are put in the order of their numbers; numbers left out
/// leave no gap. Of a repeated parameter, the first counts.
pub(super) fn bind(input: &'static Shape, form: &Form<'_>) -> Result<Value, Rejection> {
    let mut document = Draft::of(input);
    for (name, text) in form.pairs() {
        if let Some((way, shape)) = resolve(input, name, text) {
            document.put(&way, shape, text)?;
        }
    }
    Ok(document.finish(input))
}

/// One step from a structure or list to a value inside.
#[derive(Clone, Copy)]
struct Step {
    /// The member's place in the structure, or the element's number.
    place: u32,
    /// The shape of the value there.
    shape: &'static Shape,
}

/// The way to the value that a parameter carries, and its shape. The tables
/// have no structure inside itself, so a way is short however long the name.
fn resolve(input: &'static Shape, name: &str, text: &str) -> Option<(Vec<Step>, &'static Shape)> {
    let mut way = Vec::new();
    let mut shape = input;
    let mut segments = name.split('.');
    while let Some(segment) = segments.next() {
        let step = match &shape.kind {
            Kind::Structure(members) => {
                let place = members.iter().position(|member| member.name == segment)?;
                Step {
                    place: u32::try_from(place).ok()?,
                    shape: members[place].shape,
                }
            }
            Kind::List { member, .. } if segment == "member" => Step {
                place: segments.next()?.parse().ok()?,
                shape: member,
            },
            _ => return None,
        };
        shape = step.shape;
        way.push(step);
    }
    // A list that is given without elements is the empty list.
    let is_value = match shape.kind {
        Kind::Structure(_) | Kind::Map { .. } => false,
        Kind::List { .. } => text.is_empty(),
        _ => true,
    };
    is_value.then_some((way, shape))
}

/// A document in the making.
enum Draft {
    Scalar(Value),
    /// Members by their place in the structure, or elements by their number.
    Composite(BTreeMap<u32, Draft>),
}

impl Draft {
    /// A value before anything of it is known.
    fn of(shape: &Shape) -> Self {
        match shape.kind {
            Kind::Structure(_) | Kind::List { .. } => Self::Composite(BTreeMap::new()),
            _ => Self::Scalar(Value::Null),
        }
    }

    /// Puts the value that `text` stands for at the end of the way, unless
    /// there is one.
    fn put(&mut self, way: &[Step], shape: &Shape, text: &str) -> Result<(), Rejection> {
        match (self, way) {
            (Self::Composite(inner), [step, rest @ ..]) => inner
                .entry(step.place)
                .or_insert_with(|| Self::of(step.shape))
                .put(rest, shape, text),
            (Self::Scalar(value @ Value::Null), []) => {
                *value = read_text(shape, text)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(self, shape: &Shape) -> Value {
        match (self, &shape.kind) {
            (Self::Composite(inner), Kind::Structure(members)) => inner
                .into_iter()
                .map(|(place, draft)| {
                    let member = &members[place as usize];
                    (member.name.to_owned(), draft.finish(member.shape))
                })
                .collect(),
            (Self::Composite(inner), Kind::List { member, .. }) => inner
                .into_values()
                .map(|draft| draft.finish(member))
                .collect(),
            (Self::Scalar(value), _) => value,
            (Self::Composite(_), _) => Value::Null,
        }
    }
}

/// Reads a scalar. The inputs of the models have no timestamps, so one counts
/// as malformed.
///
/// Source: for numbers, answers recorded by a public probe of STS.
fn read_text(shape: &Shape, text: &str) -> Result<Value, Rejection> {
    let value = match shape.kind {
        Kind::String { .. } | Kind::Enum(_) => Some(Value::from(text)),
        Kind::Integer { .. } => text.parse::<i32>().ok().map(Value::from),
        Kind::Boolean if text.eq_ignore_ascii_case("true") => Some(Value::from(true)),
        Kind::Boolean if text.eq_ignore_ascii_case("false") => Some(Value::from(false)),
        _ => None,
    };
    value.ok_or(Rejection::MalformedInput {
        detail: match shape.kind {
            Kind::Integer { .. } if text.is_empty() => Some("missing value for decimal type"),
            _ => None,
        },
    })
}
