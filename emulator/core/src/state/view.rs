//! Answers of the API that are kept to be given again. Their unset members
//! are left out, and members that they do not have are refused.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::Value;

pub(crate) fn serialize<T: Serialize, S: Serializer>(
    view: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let value = serde_json::to_value(view).map_err(ser::Error::custom)?;
    without_nulls(value).serialize(serializer)
}

pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Serialize + DeserializeOwned,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    let view = T::deserialize(&value).map_err(D::Error::custom)?;
    let known = serde_json::to_value(&view).map_err(D::Error::custom)?;
    match unknown_member(&value, &known) {
        Some(name) => Err(D::Error::custom(format!("unknown member {name:?}"))),
        None => Ok(view),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// A member of `given` that is lost on reading: `known` is what came of it.
fn unknown_member<'a>(given: &'a Value, known: &Value) -> Option<&'a str> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => {
            given
                .iter()
                .find_map(|(name, value)| match known.get(name) {
                    Some(known) => unknown_member(value, known),
                    None => Some(name),
                })
        }
        (Value::Array(given), Value::Array(known)) => {
            let mut pairs = given.iter().zip(known);
            pairs.find_map(|(given, known)| unknown_member(given, known))
        }
        _ => None,
    }
}
