//! What one container gets: variables and the mount of the token.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::mechanism::Mechanism;
use super::{Effect, Rule, Step};

const STS_VARIABLE: &str = "AWS_STS_REGIONAL_ENDPOINTS";
const REGION_VARIABLES: [&str; 2] = ["AWS_DEFAULT_REGION", "AWS_REGION"];

/// What every container of a pod gets that is not skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Injection<'a> {
    pub(super) mechanism: &'a Mechanism,
    pub(super) region: &'a str,
    pub(super) regional_sts: bool,
    pub(super) token_file: String,
}

/// The container after the injection, and the step that tells of it.
pub(super) fn inject(
    container: &Value,
    rule: Rule,
    skipped: &BTreeSet<String>,
    injection: &Injection<'_>,
) -> (Value, Step) {
    let name = name(container);
    let mut members = through_go_types(container);
    let (effect, text) = if skipped.contains(name) {
        (
            Effect::Keeps,
            "left alone, as an annotation asks".to_owned(),
        )
    } else {
        injection.apply(&mut members)
    };
    let kind = match rule {
        Rule::InitContainer => "init container",
        _ => "container",
    };
    let step = Step::new(rule, effect, format!("{kind} {name}: {text}")).of_container(name);
    (Value::Object(members), step)
}

/// The name of a container, volume, variable or mount; empty where there is none.
pub(super) fn name(value: &Value) -> &str {
    let name = value.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

/// The container's own members as Go's `core/v1` types write them out.
///
/// Empty members vanish, but for `name` and `resources`, which are always
/// there, and `restartPolicy`, which is a pointer there.
fn through_go_types(container: &Value) -> Map<String, Value> {
    let mut members = container.as_object().cloned().unwrap_or_default();
    members.retain(|member, value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty() || member == "restartPolicy",
        Value::Array(elements) => !elements.is_empty(),
        Value::Bool(flag) => *flag,
        Value::Number(_) | Value::Object(_) => true,
    });
    members.entry("name").or_insert_with(|| json!(""));
    members.entry("resources").or_insert_with(|| json!({}));
    members
}

impl Injection<'_> {
    /// Adds what is missing and says what that was.
    fn apply(&self, members: &mut Map<String, Value>) -> (Effect, String) {
        let present = Present::of(members, self.mechanism);
        if present.is_complete() {
            let text = "left alone, its credential, region and STS variables are set already";
            return (Effect::Keeps, text.to_owned());
        }
        let mut told = present.kept();
        let variables = self.missing(&present);
        told.extend(variables.iter().map(|(name, _)| format!("{name} added")));
        let mut changed = !variables.is_empty();
        append(members, "env", variables.into_iter().map(variable));

        let volume_name = self.mechanism.volume_name;
        if elements(members, "volumeMounts").any(|mount| name(mount) == volume_name) {
            told.push(format!("its mount {volume_name} is kept"));
        } else {
            let mount = self.mechanism.volume_mount();
            append(members, "volumeMounts", std::iter::once(mount));
            told.push(format!("{volume_name} mounted"));
            changed = true;
        }
        let effect = if changed {
            Effect::Changes
        } else {
            Effect::Keeps
        };
        (effect, told.join(", "))
    }

    /// The variables to append, in the webhook's order.
    fn missing(&self, present: &Present) -> Vec<(&'static str, &str)> {
        let mut variables = Vec::new();
        if self.regional_sts && present.sts.is_none() {
            variables.push((STS_VARIABLE, "regional"));
        }
        if !self.region.is_empty() && present.region.is_none() {
            variables.extend(REGION_VARIABLES.map(|name| (name, self.region)));
        }
        if present.credentials.is_none() {
            let (name, value) = &self.mechanism.source;
            variables.push((name, value));
            variables.push((self.mechanism.token_file_variable, &self.token_file));
        }
        variables
    }
}

/// The variables a container has already; only names count, not values.
struct Present {
    /// One of the mechanism's pair; one is enough.
    credentials: Option<String>,
    region: Option<String>,
    sts: Option<String>,
}

impl Present {
    fn of(members: &Map<String, Value>, mechanism: &Mechanism) -> Self {
        let first = |wanted: &[&str]| {
            let mut names = elements(members, "env").map(name);
            names.find(|name| wanted.contains(name)).map(str::to_owned)
        };
        Self {
            credentials: first(&[mechanism.source.0, mechanism.token_file_variable]),
            region: first(&REGION_VARIABLES),
            sts: first(&[STS_VARIABLE]),
        }
    }

    /// Then the container is left alone, without even the mount.
    fn is_complete(&self) -> bool {
        self.credentials.is_some() && self.region.is_some() && self.sts.is_some()
    }

    fn kept(&self) -> Vec<String> {
        let found = [&self.credentials, &self.region, &self.sts];
        let found = found.into_iter().flatten();
        found.map(|name| format!("{name} is set already")).collect()
    }
}

fn variable((name, value): (&str, &str)) -> Value {
    // Go leaves an empty value out.
    if value.is_empty() {
        json!({"name": name})
    } else {
        json!({"name": name, "value": value})
    }
}

fn elements<'a>(members: &'a Map<String, Value>, member: &str) -> impl Iterator<Item = &'a Value> {
    let list = members.get(member).and_then(Value::as_array);
    list.into_iter().flatten()
}

fn append(members: &mut Map<String, Value>, member: &str, added: impl Iterator<Item = Value>) {
    let mut added = added.peekable();
    if added.peek().is_none() {
        return;
    }
    let list = members.entry(member).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.extend(added);
    }
}
