//! The JSON schema of an add-on version's configuration values.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use crate::cluster::addon::configuration_values;

/// A configuration schema, shared by all add-on versions that have the same.
#[derive(Debug)]
pub struct ConfigurationSchema {
    text: Cow<'static, str>,
    value: OnceLock<Value>,
}

/// A row of the schema table.
pub(super) const fn schema(text: &'static str) -> ConfigurationSchema {
    ConfigurationSchema {
        text: Cow::Borrowed(text),
        value: OnceLock::new(),
    }
}

/// The schema of add-ons that cannot be configured, as the recorded ones have
/// it.
pub(super) static NO_CONFIGURATION: ConfigurationSchema = schema(
    r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","additionalProperties":false,"type":"object"}"#,
);

/// How deep a schema may be nested: it is part of documents that are read
/// with a limit of their own.
const DEEPEST: usize = 100;

impl ConfigurationSchema {
    /// A schema that is in no table.
    ///
    /// Errors: a sentence; it is no JSON Schema that values can be held
    /// against.
    pub(super) fn new(value: Value) -> Result<Self, String> {
        if !value.is_object() {
            return Err("a configuration schema is an object".into());
        }
        if depth(&value) > DEEPEST {
            return Err(format!(
                "the configuration schema is nested deeper than {DEEPEST}"
            ));
        }
        configuration_values::check_schema(&value)?;
        Ok(Self {
            text: value.to_string().into(),
            value: OnceLock::from(value),
        })
    }

    /// Compact JSON with the keys of every object in ascending order, as
    /// `DescribeAddonConfiguration` gives it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parsed schema; parsed once, when first asked for.
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            serde_json::from_str(&self.text).expect("the generator writes schemas from JSON values")
        })
    }
}

fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Object(members) => members.values().map(depth).max(),
        Value::Array(items) => items.iter().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}
