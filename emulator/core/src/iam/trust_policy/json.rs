//! A JSON document that keeps the order of its members and sees duplicates.
//!
//! A policy that names a member twice is refused, which a map of members could
//! no longer tell; and explanations follow the order of the author.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// One JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A number, as text.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object: its members in the order written, duplicates included.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole document; `None` if `text` is not JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The members of an object without duplicates; `None` for anything else.
    pub(super) fn members(&self) -> Option<&[(String, Json)]> {
        let Self::Object(members) = self else {
            return None;
        };
        let is_first = |(index, (name, _)): (usize, &(String, Json))| {
            members[..index].iter().all(|(earlier, _)| earlier != name)
        };
        members
            .iter()
            .enumerate()
            .all(is_first)
            .then_some(members.as_slice())
    }

    /// The text of a string; `None` for anything else.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array, or the value itself as the only element: the
    /// policy language lets authors leave the brackets out.
    pub(super) fn one_or_many(&self) -> &[Json] {
        match self {
            Self::List(elements) => elements,
            single => std::slice::from_ref(single),
        }
    }

    /// A string or an array of strings; `None` for anything else.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        self.one_or_many().iter().map(Self::text).collect()
    }

    /// A scalar as the text that conditions compare; `None` for the rest.
    ///
    /// Source: IAM user guide, "Grammar of the IAM JSON policy language":
    /// values of conditions are strings, numbers or booleans.
    pub(super) fn scalar(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Truth(truth) => Some(truth.to_string()),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Truth(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element()? {
            elements.push(element);
        }
        Ok(Json::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
