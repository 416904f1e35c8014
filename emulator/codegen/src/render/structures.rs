//! `structures.rs`: one struct per structure that is not an exception.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::{Reference, ServiceModel, ShapeModel};
use crate::naming;
use crate::render::rust_type;

pub(super) fn render(model: &ServiceModel) -> String {
    let mut text = String::from(IMPORTS);
    for (name, shape) in &model.shapes {
        if shape.r#type == "structure" && !shape.exception {
            text.push_str(&structure(model, name, shape));
        }
    }
    text
}

const IMPORTS: &str = "#[allow(unused_imports, reason = \"small services do not use all of them\")]
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[allow(unused_imports, reason = \"small services do not use all of them\")]
use super::enums::*;
#[allow(unused_imports, reason = \"small services do not use all of them\")]
use crate::{Sensitive, Timestamp};

";

/// The definition of one struct, exceptions included.
pub(super) fn structure(model: &ServiceModel, name: &str, shape: &ShapeModel) -> String {
    let type_name = naming::type_name(name);
    let mut derives = vec!["Clone", "PartialEq", "Serialize", "Deserialize"];
    if !shape.sensitive {
        derives.push("Debug");
    }
    if has_default(model, shape) {
        derives.push("Default");
    }
    let fields: String = shape
        .members
        .iter()
        .map(|member| field(model, shape, member))
        .collect();
    let mut text = format!(
        "#[derive({})]\npub struct {type_name} {{\n{fields}}}\n\n",
        derives.join(", ")
    );
    if shape.sensitive {
        write!(text, "{}", redacted_debug(&type_name)).expect("writing to a string does not fail");
    }
    text
}

fn field(model: &ServiceModel, shape: &ShapeModel, member: (&String, &Reference)) -> String {
    let (name, reference) = member;
    let field = naming::field(name);
    let plain = rust_type(model, reference);
    let of_type = if shape.required.contains(name) {
        plain
    } else {
        format!("Option<{plain}>")
    };
    let rename = if field == *name {
        String::new()
    } else {
        format!("    #[serde(rename = {name:?})]\n")
    };
    format!("{rename}    pub {field}: {of_type},\n")
}

/// Enums have no value that could stand for "not given".
fn has_default(model: &ServiceModel, shape: &ShapeModel) -> bool {
    let required: BTreeSet<&String> = shape.required.iter().collect();
    shape
        .members
        .iter()
        .filter(|(name, _)| required.contains(name))
        .all(|(_, reference)| {
            let of = &model.shapes[&reference.shape];
            match of.r#type.as_str() {
                "structure" => has_default(model, of),
                _ => of.r#enum.is_empty(),
            }
        })
}

fn redacted_debug(type_name: &str) -> String {
    format!(
        "impl std::fmt::Debug for {type_name} {{
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{
        formatter.write_str(\"{type_name}(*** sensitive ***)\")
    }}
}}

"
    )
}
