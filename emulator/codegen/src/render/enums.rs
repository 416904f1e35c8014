//! `enums.rs`: the closed sets of strings.

use std::fmt::Write;

use crate::model::ServiceModel;
use crate::naming;

pub(super) fn render(model: &ServiceModel) -> String {
    let mut text = String::from("use crate::string_enum::string_enum;\n\n");
    let enums = model
        .shapes
        .iter()
        .filter(|(_, shape)| !shape.r#enum.is_empty());
    let mut found = false;
    for (name, shape) in enums {
        found = true;
        let rows: String = shape
            .r#enum
            .iter()
            .map(|value| format!("    {} = {value:?},\n", naming::variant(value)))
            .collect();
        writeln!(
            text,
            "string_enum!({} {{\n{rows}}});\n",
            naming::type_name(name)
        )
        .expect("writing to a string does not fail");
    }
    if found {
        text
    } else {
        "// This service has no enums.\n".into()
    }
}
