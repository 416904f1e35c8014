//! What a request says that its operation does not know.
//!
//! The service overlooks such members, and so a typo of a client. Who wants
//! to find it asks here.

use eks_emulator_api::schema::{Kind, Location, Member, Shape};
use serde_json::{Map, Value};

use super::router::Route;
use crate::percent;

/// Where a request has a member or a parameter that its operation does not
/// know: a path such as `kubernetesNetworkConfig.ipFamly`. A request that
/// cannot be read has none.
pub fn find_unknown(route: &Route<'_, '_>, raw_query: Option<&str>, body: &[u8]) -> Option<String> {
    let members = route.operation().input.members();
    unknown_parameter(members, raw_query.unwrap_or_default()).or_else(|| {
        let Ok(Value::Object(entries)) = serde_json::from_slice(body) else {
            return None;
        };
        in_structure(members, &entries)
    })
}

/// Parameters of signatures belong to no operation.
fn unknown_parameter(members: &[Member], raw_query: &str) -> Option<String> {
    let names = percent::pairs(raw_query).filter_map(|(name, _)| percent::decode_form(name).ok());
    let is_known = |name: &str| {
        name.starts_with("X-Amz-")
            || members
                .iter()
                .any(|member| matches!(member.location, Location::Query(known) if known == name))
    };
    names
        .map(|name| name.to_string())
        .find(|name| !name.is_empty() && !is_known(name))
}

fn in_structure(members: &[Member], entries: &Map<String, Value>) -> Option<String> {
    entries.iter().find_map(|(name, value)| {
        let known = members
            .iter()
            .find(|member| member.name == name && member.location == Location::Body);
        match known {
            None => Some(name.clone()),
            Some(member) => within(member.shape, value).map(|rest| format!("{name}.{rest}")),
        }
    })
}

fn within(shape: &Shape, value: &Value) -> Option<String> {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(entries)) => in_structure(members, entries),
        (Kind::List { member, .. }, Value::Array(items)) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| Some(format!("{index}.{}", within(member, item)?)))
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            let mut entries = entries.iter();
            entries.find_map(|(key, value)| Some(format!("{key}.{}", within(shape, value)?)))
        }
        _ => None,
    }
}
