//! The JSON patch of a mutation (RFC 6902); the webhook only ever adds.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Additions to a pod, in the order in which they are applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// The additions.
    pub operations: Vec<Operation>,
}

/// One `add` of a JSON patch.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Where, as a JSON pointer.
    pub path: String,
    /// What.
    pub value: Value,
}

/// An operation whose place the document does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchError {
    /// The path of the operation.
    pub path: String,
}

impl fmt::Display for PatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "nothing to add to at {}", self.path)
    }
}

impl std::error::Error for PatchError {}

impl Patch {
    /// The document after the patch.
    ///
    /// Errors: the first operation that does not fit; then nothing is applied.
    pub fn apply(&self, document: &Value) -> Result<Value, PatchError> {
        let mut document = document.clone();
        for operation in &self.operations {
            let path = &operation.path;
            add(&mut document, path, operation.value.clone())
                .ok_or_else(|| PatchError { path: path.clone() })?;
        }
        Ok(document)
    }

    pub(super) fn push(&mut self, path: impl Into<String>, value: Value) {
        let path = path.into();
        self.operations.push(Operation { path, value });
    }
}

impl Serialize for Patch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.operations.iter().map(|operation| Written {
            op: "add",
            path: &operation.path,
            value: &operation.value,
        }))
    }
}

/// An operation with the members and the order of the wire.
#[derive(Serialize)]
struct Written<'a> {
    op: &'static str,
    path: &'a str,
    value: &'a Value,
}

/// Adds a value; none if the parent is missing or has no such place.
fn add(document: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, key) = path.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent)? {
        Value::Object(members) => {
            members.insert(key, value);
            Some(())
        }
        Value::Array(elements) => {
            let index = key.parse().ok().filter(|index| *index <= elements.len())?;
            elements.insert(index, value);
            Some(())
        }
        _ => None,
    }
}
