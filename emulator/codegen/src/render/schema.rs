//! `schema.rs`: one row per shape, one per exception.

use crate::model::{Reference, ServiceModel, ShapeModel};
use crate::naming;
use crate::render::exception_row_name;

pub(super) fn render(model: &ServiceModel) -> String {
    let shapes: String = model
        .shapes
        .iter()
        .map(|(name, shape)| shape_row(name, shape))
        .collect();
    let exceptions: String = model
        .shapes
        .iter()
        .filter(|(_, shape)| shape.exception)
        .map(|(name, shape)| exception_row(name, shape))
        .collect();
    format!(
        "#[allow(unused_imports, reason = \"small services do not use all of them\")]\nuse crate::schema::*;\n\n{shapes}\n{exceptions}"
    )
}

fn shape_row(name: &str, shape: &ShapeModel) -> String {
    let value = match shape.r#type.as_str() {
        "structure" => format!("structure({name:?}, &[{}])", members(shape)),
        "list" => format!(
            "list({name:?}, {}, {})",
            target(shape.member.as_ref()),
            range(shape)
        ),
        "map" => format!(
            "map({name:?}, {}, {}, {})",
            target(shape.key.as_ref()),
            target(shape.value.as_ref()),
            range(shape)
        ),
        "string" if !shape.r#enum.is_empty() => {
            format!("enumeration({name:?}, &{:?})", shape.r#enum)
        }
        "string" => format!("string({name:?}, {}, {:?})", range(shape), shape.pattern),
        "integer" => format!("integer({name:?}, {})", range(shape)),
        "boolean" => format!("boolean({name:?})"),
        "timestamp" => format!("timestamp({name:?})"),
        other => panic!("the generator does not know shapes of type {other}"),
    };
    let sensitive = if shape.sensitive { ".sensitive()" } else { "" };
    format!(
        "pub static {}: Shape = {value}{sensitive};\n",
        naming::constant(name)
    )
}

fn members(shape: &ShapeModel) -> String {
    if shape.members.is_empty() {
        return String::new();
    }
    let rows = shape.members.iter().map(|(name, reference)| {
        let required = if shape.required.contains(name) {
            ".required()"
        } else {
            ""
        };
        let token = if reference.idempotency_token {
            ".idempotency_token()"
        } else {
            ""
        };
        format!(
            "    member({name:?}, {}){required}{}{token},\n",
            target(Some(reference)),
            location(name, reference)
        )
    });
    format!("\n{}", rows.collect::<String>())
}

fn location(name: &str, reference: &Reference) -> String {
    let wire = reference.location_name.as_deref().unwrap_or(name);
    match reference.location.as_deref() {
        None => String::new(),
        Some("uri") => format!(".label({wire:?})"),
        Some("querystring") => format!(".query({wire:?})"),
        Some(other) => panic!("the generator does not know the location {other}"),
    }
}

fn target(reference: Option<&Reference>) -> String {
    let reference = reference.expect("lists and maps name their elements");
    format!("&{}", naming::constant(&reference.shape))
}

fn range(shape: &ShapeModel) -> String {
    match (shape.min, shape.max) {
        (None, None) => "UNBOUNDED".into(),
        (Some(min), None) => format!("at_least({min})"),
        (None, Some(max)) => format!("at_most({max})"),
        (Some(min), Some(max)) => format!("between({min}, {max})"),
    }
}

fn exception_row(name: &str, shape: &ShapeModel) -> String {
    let constant = naming::constant(name);
    let error = shape.error.as_ref();
    let status = error.map_or(400, |error| error.http_status_code);
    let code = error.and_then(|error| error.code.as_deref());
    let code = code
        .filter(|code| *code != name)
        .map(|code| format!(".code({code:?})"));
    format!(
        "pub static {row}: Exception = exception({name:?}, {status}, &{constant}){code};\n",
        row = exception_row_name(name),
        code = code.unwrap_or_default(),
    )
}
