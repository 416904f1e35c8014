//! Which events somebody wants to see.

use serde_json::{Map, Value};

use super::{Entry, kind};
use crate::state::Scope;
use crate::text_pattern::TextPattern;

/// Which events to look at; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventFilter {
    /// Events about an account and a region.
    pub(crate) scope: Scope,
    /// Events of a cluster.
    pub(crate) cluster_name: Option<String>,
    /// Events of these types, such as `pod.created` or `addon.*`.
    pub(crate) kind: Option<TextPattern>,
}

impl EventFilter {
    /// Whether an event is one of them.
    pub(crate) fn admits(&self, entry: &Entry) -> bool {
        let [_, _, cluster_name] = entry.place();
        let is_of_kind = |kind: &TextPattern| kind.matches(entry.kind());
        self.kind.as_ref().is_none_or(is_of_kind)
            && (self.cluster_name.is_none() || self.cluster_name.as_deref() == cluster_name)
            && entry.is_within(&self.scope)
    }
}

/// Members that an event has to have: a value, or a list of which it has to
/// have one. In texts, `*` stands for anything.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventMatch {
    kind: Option<TextPattern>,
    members: Vec<(String, Wanted)>,
}

/// What a member has to be.
#[derive(Clone, Debug)]
enum Wanted {
    Text(TextPattern),
    Other(Value),
}

impl EventMatch {
    /// Reads members and their values.
    ///
    /// Errors: a sentence.
    pub(crate) fn new(members: Map<String, Value>) -> Result<Self, String> {
        let mut read = Self::default();
        for (name, value) in members {
            let wanted = Wanted::read(&name, value)?;
            match wanted {
                Wanted::Text(kinds) if name == "type" => {
                    kind::check(&kinds).map_err(|error| format!("match.{error}"))?;
                    read.kind = Some(kinds);
                }
                wanted => read.members.push((name, wanted)),
            }
        }
        Ok(read)
    }

    /// Whether an event matches.
    pub(crate) fn admits(&self, entry: &Entry) -> bool {
        let is_of_kind = |kind: &TextPattern| kind.matches(entry.kind());
        if !self.kind.as_ref().is_none_or(is_of_kind) {
            return false;
        }
        self.members.is_empty() || {
            let shown = entry.to_json();
            let is_as_wanted =
                |(name, wanted): &(String, Wanted)| wanted.admits(shown.get(name.as_str()));
            self.members.iter().all(is_as_wanted)
        }
    }

    /// The names of the members in which an event, as it is shown, does not
    /// match.
    pub(super) fn differences(&self, shown: &Value) -> Vec<&str> {
        let is_of_kind =
            |kind: &TextPattern| shown["type"].as_str().is_some_and(|is| kind.matches(is));
        let of_kind = self.kind.iter().filter(|kind| !is_of_kind(kind));
        let members = self.members.iter();
        let differing = members.filter(|(name, wanted)| !wanted.admits(shown.get(name.as_str())));
        let differing = differing.map(|(name, _)| name.as_str());
        of_kind.map(|_| "type").chain(differing).collect()
    }

    /// How many members it names.
    pub(super) fn len(&self) -> usize {
        self.members.len() + usize::from(self.kind.is_some())
    }
}

impl Wanted {
    fn read(name: &str, value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(Self::Text(TextPattern::One(text))),
            Value::Array(values) => {
                let text = |value: Value| match value {
                    Value::String(text) => Ok(text),
                    _ => Err(format!("match.{name} is a list, but not of texts")),
                };
                let texts = values.into_iter().map(text).collect::<Result<_, _>>()?;
                Ok(Self::Text(TextPattern::AnyOf(texts)))
            }
            Value::Object(_) => Err(format!("match.{name} is an object; no event has one")),
            value if name == "type" => Err(format!("match.type is {value} and not a text")),
            value => Ok(Self::Other(value)),
        }
    }

    fn admits(&self, is: Option<&Value>) -> bool {
        let is = is.unwrap_or(&Value::Null);
        match self {
            Self::Text(wanted) => is.as_str().is_some_and(|is| wanted.matches(is)),
            Self::Other(wanted) => wanted == is,
        }
    }
}
