//! All the ways to break a good document in exactly one place.

use eks_emulator_api::schema::{Kind, Member, Range, Shape};
use serde_json::{Value, json};

/// One change that makes a good document a bad one.
#[derive(Clone, Debug)]
pub(crate) struct Breakage {
    /// Where the change happens, as a JSON pointer.
    pointer: String,
    change: Change,
    /// Where the violation is.
    pub(crate) path: String,
    /// The kind of the violation.
    pub(crate) kind: &'static str,
}

#[derive(Clone, Debug)]
enum Change {
    Remove(&'static str),
    Replace(Value),
}

impl Breakage {
    /// The broken document.
    pub(crate) fn applied_to(&self, document: &Value) -> Value {
        let mut broken = document.clone();
        let target = broken.pointer_mut(&self.pointer).unwrap();
        match &self.change {
            Change::Remove(member) => {
                target.as_object_mut().unwrap().remove(*member);
            }
            Change::Replace(value) => *target = value.clone(),
        }
        broken
    }
}

/// Every breakage of a document that satisfies its shape.
pub(crate) fn breakages(shape: &'static Shape, document: &Value) -> Vec<Breakage> {
    let mut found = Vec::new();
    visit(
        &mut Place {
            pointer: String::new(),
            path: String::new(),
            required: true,
        },
        shape,
        document,
        &mut found,
    );
    found
}

#[derive(Clone)]
struct Place {
    pointer: String,
    path: String,
    required: bool,
}

impl Place {
    fn inner(&self, token: &str, step: &str, required: bool) -> Self {
        // Members and keys are written as they are, whatever they begin with.
        let is_position = step != token;
        let token = token.replace('~', "~0").replace('/', "~1");
        let separator = if self.path.is_empty() || is_position {
            ""
        } else {
            "."
        };
        Self {
            pointer: format!("{}/{token}", self.pointer),
            path: format!("{}{separator}{step}", self.path),
            required,
        }
    }

    fn replace(&self, value: Value, kind: &'static str) -> Breakage {
        Breakage {
            pointer: self.pointer.clone(),
            change: Change::Replace(value),
            path: self.path.clone(),
            kind,
        }
    }
}

fn visit(place: &mut Place, shape: &'static Shape, value: &Value, found: &mut Vec<Breakage>) {
    let wrong = if matches!(shape.kind, Kind::List { .. }) {
        json!({})
    } else {
        json!([])
    };
    found.push(place.replace(wrong, "type"));
    match &shape.kind {
        Kind::Structure(members) => members
            .iter()
            .for_each(|member| visit_member(place, member, value, found)),
        Kind::List { member, length } => {
            let items = value.as_array().unwrap();
            for (position, item) in items.iter().enumerate() {
                visit(
                    &mut place.inner(&position.to_string(), &format!("[{position}]"), true),
                    member,
                    item,
                    found,
                );
            }
            let sized = |count| {
                items
                    .first()
                    .map(|item| Value::Array(vec![item.clone(); count]))
            };
            found.extend(break_size(place, *length, json!([]), sized));
        }
        Kind::Map {
            value: inner,
            length,
            ..
        } => {
            let entries = value.as_object().unwrap();
            for (name, entry) in entries {
                visit(&mut place.inner(name, name, true), inner, entry, found);
            }
            let sized = |count| {
                let entry = entries.values().next()?;
                Some(Value::Object(
                    (0..count)
                        .map(|key| (format!("key{key}"), entry.clone()))
                        .collect(),
                ))
            };
            found.extend(break_size(place, *length, json!({}), sized));
        }
        Kind::String { length, pattern } => break_string(place, *length, *pattern, found),
        Kind::Enum(_) => found.push(place.replace(json!("Not-In-The-Set"), "enum")),
        Kind::Integer { range } => {
            found.push(place.replace(json!(2_147_483_648_i64), "type"));
            found.push(place.replace(json!(1.5), "type"));
            found.extend(range.min.map(|min| place.replace(json!(min - 1), "value")));
            found.extend(range.max.map(|max| place.replace(json!(max + 1), "value")));
        }
        Kind::Boolean => found.push(place.replace(json!("true"), "type")),
        Kind::Timestamp => found.push(place.replace(json!("2024-01-01"), "type")),
    }
}

fn visit_member(place: &Place, member: &'static Member, value: &Value, found: &mut Vec<Breakage>) {
    let mut inner = place.inner(member.name, member.name, member.required);
    if member.required {
        found.push(Breakage {
            pointer: place.pointer.clone(),
            change: Change::Remove(member.name),
            path: inner.path.clone(),
            kind: "required",
        });
    }
    if let Some(value) = value.get(member.name) {
        visit(&mut inner, member.shape, value, found);
    }
}

fn break_string(place: &Place, length: Range, pattern: Option<&str>, found: &mut Vec<Breakage>) {
    found.extend(
        length
            .max
            .map(|max| place.replace(json!("x".repeat(max as usize + 1)), "length")),
    );
    found.extend(
        length
            .min
            .filter(|min| *min > 0)
            .map(|_| place.replace(json!(""), "length")),
    );
    found.extend(pattern.map(|_| place.replace(json!("a\u{1F600}"), "pattern")));
}

fn break_size(
    place: &Place,
    length: Range,
    empty: Value,
    sized: impl Fn(usize) -> Option<Value>,
) -> Vec<Breakage> {
    let too_many = length.max.and_then(|max| sized(max as usize + 1));
    let too_few = length
        .min
        .filter(|min| *min > 0 && place.required)
        .map(|_| empty);
    too_many
        .into_iter()
        .chain(too_few)
        .map(|value| place.replace(value, "size"))
        .collect()
}
