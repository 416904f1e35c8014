//! The table of configuration schemas.

use serde_json::Value;

use super::interned::Interned;
use super::rust_text;

/// A schema as `DescribeAddonConfiguration` gives it, and who uses it first.
pub(super) struct Schema {
    pub(super) text: String,
    pub(super) first_user: String,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// Compact JSON with the keys of every object in ascending order, which is
/// how the service writes its schemas.
///
/// Sorted here rather than by the map type of the JSON library, because that
/// type depends on the features other crates switch on.
pub(super) fn sorted_text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| key.as_str());
            let members: Vec<String> = members
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), sorted_text(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted_text).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// `configuration_schemas.rs`.
pub(super) fn render(schemas: &Interned<Schema>) -> String {
    let rows = schemas.rows();
    let mut text = rust_text::header("fixtures/addon-catalog.json");
    text.push_str("use crate::catalog::configuration_schema::{ConfigurationSchema, schema};\n\n");
    text.push_str("/// Every distinct configuration schema.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static CONFIGURATION_SCHEMAS: [ConfigurationSchema; {}] = [\n",
        rows.len()
    ));
    for (index, row) in rows.iter().enumerate() {
        text.push_str(&format!("    // {index}: {}\n", row.first_user));
        text.push_str(&format!(
            "    schema({}),\n",
            rust_text::raw_string(&row.text)
        ));
    }
    text.push_str("];\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_at_every_level() {
        let value: Value = serde_json::from_str(r#"{"b":[{"z":1,"y":"\""}],"a":null}"#).unwrap();
        assert_eq!(sorted_text(&value), r#"{"a":null,"b":[{"y":"\"","z":1}]}"#);
    }
}
