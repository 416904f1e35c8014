//! From labels, query string and body to one document with model names.

use eks_emulator_api::schema::{Kind, Location, Member, Shape};
use serde_json::{Map, Value};

use super::rejection::Rejection;
use super::router::Route;
use crate::percent;
use crate::validate::Violation;

/// Gathers an operation's input from the three places it travels in.
///
/// A member bound to the path or the query string is not taken from the body.
/// Absent members, members that are `null` and members that the model does not
/// know are not in the document. The body of an operation without body members
/// is not looked at.
pub fn bind(
    route: &Route<'_, '_>,
    raw_query: Option<&str>,
    body: &[u8],
) -> Result<Value, Rejection> {
    let members = route.operation().input.members();
    let mut document = bind_body(members, body)?;
    bind_labels(route, members, &mut document)?;
    bind_query(route, members, raw_query.unwrap_or(""), &mut document)?;
    Ok(Value::Object(document))
}

fn bind_body(members: &[Member], body: &[u8]) -> Result<Map<String, Value>, Rejection> {
    let has_body = members
        .iter()
        .any(|member| member.location == Location::Body);
    if !has_body || body.is_empty() {
        return Ok(Map::new());
    }
    let document: Value =
        serde_json::from_slice(body).map_err(|error| Rejection::MalformedBody {
            detail: error.to_string(),
        })?;
    let Value::Object(mut entries) = document else {
        return Err(Rejection::of_violation(
            Violation::wrong_type(&document, "Structure"),
            None,
        ));
    };
    prune_structure(members, &mut entries);
    Ok(entries)
}

/// Keeps the members that the model has in bodies and that have a value.
fn prune_structure(members: &[Member], entries: &mut Map<String, Value>) {
    entries.retain(|name, value| {
        let known = members
            .iter()
            .find(|member| member.name == name && member.location == Location::Body);
        match known {
            Some(member) if !value.is_null() => {
                prune(member.shape, value);
                true
            }
            _ => false,
        }
    });
}

/// Prunes all structures in a value. A `null` in a list or map is no member
/// and stays, to be refused as a value of the wrong type.
fn prune(shape: &Shape, value: &mut Value) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(entries)) => prune_structure(members, entries),
        (Kind::List { member, .. }, Value::Array(items)) => {
            items.iter_mut().for_each(|item| prune(member, item));
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            entries.values_mut().for_each(|value| prune(shape, value));
        }
        _ => {}
    }
}

fn bind_labels(
    route: &Route<'_, '_>,
    members: &'static [Member],
    document: &mut Map<String, Value>,
) -> Result<(), Rejection> {
    for member in members {
        let Location::Label(label) = member.location else {
            continue;
        };
        if let Some(raw) = route.raw_label(label) {
            let text = percent::decode(raw)?;
            let value = read_text(member, member.shape, &text)
                .map_err(|violation| Rejection::of_violation(violation, route.invalid_input()))?;
            document.insert(member.name.to_owned(), value);
        }
    }
    Ok(())
}

/// Takes the modelled parameters; of a repeated one that is not a list, the
/// last counts.
fn bind_query(
    route: &Route<'_, '_>,
    members: &'static [Member],
    raw_query: &str,
    document: &mut Map<String, Value>,
) -> Result<(), Rejection> {
    for (raw_name, raw_value) in percent::pairs(raw_query) {
        let name = percent::decode_form(raw_name)?;
        let Some(member) = members.iter().find(|member| travels_as(member, &name)) else {
            continue;
        };
        let text = percent::decode_form(raw_value)?;
        add_parameter(member, &text, document)
            .map_err(|violation| Rejection::of_violation(violation, route.invalid_input()))?;
    }
    Ok(())
}

fn travels_as(member: &Member, parameter: &str) -> bool {
    matches!(member.location, Location::Query(name) if name == parameter)
}

fn add_parameter(
    member: &'static Member,
    text: &str,
    document: &mut Map<String, Value>,
) -> Result<(), Box<Violation>> {
    let Kind::List {
        member: element, ..
    } = &member.shape.kind
    else {
        document.insert(
            member.name.to_owned(),
            read_text(member, member.shape, text)?,
        );
        return Ok(());
    };
    let value = read_text(member, element, text)?;
    let list = document
        .entry(member.name)
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = list {
        items.push(value);
    }
    Ok(())
}

/// Reads a scalar out of a label or a query parameter.
///
/// The models have no timestamps and no structures there, so such a member
/// counts as unreadable.
fn read_text(
    member: &'static Member,
    shape: &'static Shape,
    text: &str,
) -> Result<Value, Box<Violation>> {
    let value = match &shape.kind {
        Kind::String { .. } | Kind::Enum(_) => Some(Value::from(text)),
        Kind::Integer { .. } => text.parse::<i32>().ok().map(Value::from),
        Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
        Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. } | Kind::Timestamp => None,
    };
    value.ok_or_else(|| Violation::unreadable(text, shape).inside(member.name))
}
