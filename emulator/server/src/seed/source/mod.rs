//! The text of a document: what it says, and where it says so.

mod json;
mod yaml;

use std::collections::HashMap;

use serde_json::Value;

use super::mistake::Mistake;

/// Deepest nesting accepted.
const MAX_DEPTH: usize = 64;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON of RFC 8259.
    Json,
    /// YAML 1.2 with its core schema, which JSON is nearly a part of.
    Yaml,
}

/// Where something stands in a text, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    /// In characters.
    pub(crate) column: usize,
}

/// The places of keys and values by their JSON pointers.
#[derive(Debug, Default)]
pub(crate) struct Places {
    values: HashMap<String, Place>,
    keys: HashMap<String, Place>,
}

impl Places {
    /// Where a member begins with its key, or an element with its value. What
    /// is not there itself stands where the nearest thing around it does.
    pub(crate) fn of(&self, pointer: &str) -> Option<Place> {
        let mut pointer = pointer;
        loop {
            let found = self.keys.get(pointer).or_else(|| self.values.get(pointer));
            if found.is_some() || pointer.is_empty() {
                return found.copied();
            }
            pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }

    /// Where a value begins.
    pub(crate) fn of_value(&self, pointer: &str) -> Option<Place> {
        let found = self.values.get(pointer).copied();
        found.or_else(|| self.of(pointer))
    }

    fn put_value(&mut self, pointer: &str, place: Place) {
        self.values.insert(pointer.to_owned(), place);
    }

    /// Gives whether the key is new.
    fn put_key(&mut self, pointer: &str, place: Place) -> bool {
        match self.keys.contains_key(pointer) {
            true => false,
            false => self.keys.insert(pointer.to_owned(), place).is_none(),
        }
    }
}

/// What a text says, and where.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) value: Value,
    pub(crate) places: Places,
}

/// Why a text is no document.
#[derive(Debug)]
pub(crate) struct SourceError {
    pub(crate) mistakes: Vec<Mistake>,
    /// Whether it is not in the format at all.
    pub(crate) is_malformed: bool,
}

impl From<Vec<Mistake>> for SourceError {
    /// Of a text that is in the format.
    fn from(mistakes: Vec<Mistake>) -> Self {
        Self {
            mistakes,
            is_malformed: false,
        }
    }
}

impl SourceError {
    fn malformed(mistake: Mistake) -> Self {
        Self {
            mistakes: vec![mistake],
            is_malformed: true,
        }
    }
}

impl Source {
    /// Reads a text that has to be one document.
    ///
    /// Errors: what is wrong with its syntax, repeated keys included.
    pub(crate) fn read(text: &str, format: Format) -> Result<Self, SourceError> {
        match format {
            Format::Json => json::read(text),
            Format::Yaml => yaml::read(text),
        }
    }
}

/// A pointer to a member or an element of what `parent` points to.
pub(crate) fn pointer_to(parent: &str, token: &str) -> String {
    let token = token.replace('~', "~0").replace('/', "~1");
    format!("{parent}/{token}")
}

fn at(place: Place, pointer: &str, message: impl Into<String>) -> Mistake {
    Mistake {
        pointer: pointer.to_owned(),
        line: Some(place.line),
        column: Some(place.column),
        message: message.into(),
    }
}

fn repeated(place: Place, pointer: &str) -> Mistake {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    at(place, pointer, format!("the key {key} is there already"))
}
