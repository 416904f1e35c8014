//! Whether a document decodes as a pod, with the words of Go's decoder if not.
//!
//! Checked are the types of the members that the webhook reads. The message is
//! about the first wrong member in the order of names, not of the text.

use serde_json::Value;

use self::Shape::{Flag, List, Object, Text, TextMap};

/// The type of a value in Go.
enum Shape {
    Text,
    Flag,
    TextMap,
    List(&'static Structure),
    Object(&'static Structure),
}

/// A structure of Go: its name, and the members that are checked.
struct Structure {
    name: &'static str,
    members: &'static [(&'static str, Shape)],
}

const POD: Structure = Structure {
    name: "Pod",
    members: &[
        ("apiVersion", Text),
        ("kind", Text),
        ("metadata", Object(&OBJECT_META)),
        ("spec", Object(&POD_SPEC)),
    ],
};

const OBJECT_META: Structure = Structure {
    name: "ObjectMeta",
    members: &[
        ("annotations", TextMap),
        ("generateName", Text),
        ("labels", TextMap),
        ("name", Text),
        ("namespace", Text),
    ],
};

const POD_SPEC: Structure = Structure {
    name: "PodSpec",
    members: &[
        ("containers", List(&CONTAINER)),
        ("initContainers", List(&CONTAINER)),
        ("nodeSelector", TextMap),
        ("serviceAccountName", Text),
        ("volumes", List(&VOLUME)),
    ],
};

const CONTAINER: Structure = Structure {
    name: "Container",
    members: &[
        ("env", List(&ENV_VAR)),
        ("image", Text),
        ("name", Text),
        ("resources", Object(&RESOURCE_REQUIREMENTS)),
        ("volumeMounts", List(&VOLUME_MOUNT)),
    ],
};

const ENV_VAR: Structure = Structure {
    name: "EnvVar",
    members: &[("name", Text), ("value", Text)],
};

const RESOURCE_REQUIREMENTS: Structure = Structure {
    name: "ResourceRequirements",
    members: &[],
};

const VOLUME: Structure = Structure {
    name: "Volume",
    members: &[("name", Text)],
};

const VOLUME_MOUNT: Structure = Structure {
    name: "VolumeMount",
    members: &[("mountPath", Text), ("name", Text), ("readOnly", Flag)],
};

/// Checks a document.
///
/// Errors: the message of Go's `encoding/json`.
pub(in crate::kubernetes) fn check(pod: &Value) -> Result<(), String> {
    if !pod.is_object() && !pod.is_null() {
        let kind = kind(pod);
        return Err(format!(
            "json: cannot unmarshal {kind} into Go value of type v1.Pod"
        ));
    }
    check_members(pod, &POD, "")
}

/// Where a value stands: the structure that has the member, and its path.
struct Place {
    structure: &'static str,
    path: String,
}

fn check_members(value: &Value, structure: &'static Structure, path: &str) -> Result<(), String> {
    for (member, shape) in structure.members {
        let Some(value) = value.get(member) else {
            continue;
        };
        // The two members of the type are embedded, and Go names that too.
        let embedded = matches!(*member, "apiVersion" | "kind");
        let prefix = if embedded { "TypeMeta" } else { path };
        let path = match prefix {
            "" => (*member).to_owned(),
            _ => format!("{prefix}.{member}"),
        };
        let structure = structure.name;
        check_value(value, shape, &Place { structure, path })?;
    }
    Ok(())
}

fn check_value(value: &Value, shape: &Shape, place: &Place) -> Result<(), String> {
    match (value, shape) {
        (Value::Null, _) | (Value::String(_), Text) | (Value::Bool(_), Flag) => Ok(()),
        (Value::Object(entries), TextMap) => {
            let wrong = entries
                .values()
                .find(|entry| !entry.is_string() && !entry.is_null());
            wrong.map_or(Ok(()), |entry| Err(mismatch(entry, "string", place)))
        }
        (Value::Object(_), Object(structure)) => check_members(value, structure, &place.path),
        (Value::Array(elements), List(structure)) => {
            let shape = Object(structure);
            elements
                .iter()
                .try_for_each(|each| check_value(each, &shape, place))
        }
        _ => Err(mismatch(value, &go_type(shape), place)),
    }
}

fn mismatch(value: &Value, go_type: &str, place: &Place) -> String {
    let kind = kind(value);
    let Place { structure, path } = place;
    format!(
        "json: cannot unmarshal {kind} into Go struct field {structure}.{path} of type {go_type}"
    )
}

fn go_type(shape: &Shape) -> String {
    match shape {
        Text => "string".to_owned(),
        Flag => "bool".to_owned(),
        TextMap => "map[string]string".to_owned(),
        Object(structure) => format!("v1.{}", structure.name),
        List(structure) => format!("[]v1.{}", structure.name),
    }
}

/// What Go's decoder calls a value.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
