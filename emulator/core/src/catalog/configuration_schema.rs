//! The JSON schema of an add-on version's configuration values.

use std::sync::OnceLock;

use serde_json::Value;

/// A configuration schema, shared by all add-on versions that have the same.
#[derive(Debug)]
pub struct ConfigurationSchema {
    text: &'static str,
    value: OnceLock<Value>,
}

/// A row of the schema table.
pub(super) const fn schema(text: &'static str) -> ConfigurationSchema {
    ConfigurationSchema {
        text,
        value: OnceLock::new(),
    }
}

impl ConfigurationSchema {
    /// Compact JSON with the keys of every object in ascending order, as
    /// `DescribeAddonConfiguration` gives it.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The parsed schema; parsed once, when first asked for.
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            serde_json::from_str(self.text).expect("the generator writes schemas from JSON values")
        })
    }
}
