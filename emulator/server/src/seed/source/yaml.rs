//! Documents in YAML.
//!
//! The crate `saphyr-parser` does the syntax; this file gives scalars their
//! types, by the core schema of YAML 1.2: `yes`, `no` and dates are texts. An
//! alias stands for a copy of what its anchor names; what copies may add up to
//! is limited, so that a small text cannot become a large document.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Number, Value};

use super::{MAX_DEPTH, Place, Places, Source, SourceError, at, pointer_to, repeated};
use crate::seed::mistake::Mistake;

/// Most values that copies of anchored ones may add up to.
const MAX_COPIED: usize = 10_000;

pub(super) fn read(text: &str) -> Result<Source, SourceError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (result, is_malformed) = match event {
            Ok((event, span)) => (builder.event(event, place(span)), false),
            Err(error) => {
                let place = marked(error.marker().line(), error.marker().col());
                (Err(at(place, &builder.pointer(), error.info())), true)
            }
        };
        if let Err(mistake) = result {
            builder.mistakes.push(mistake);
            return Err(SourceError {
                mistakes: builder.mistakes,
                is_malformed,
            });
        }
    }
    if !builder.mistakes.is_empty() {
        return Err(builder.mistakes.into());
    }
    Ok(Source {
        value: builder.document.unwrap_or(Value::Null),
        places: builder.places,
    })
}

fn place(span: Span) -> Place {
    marked(span.start.line(), span.start.col())
}

fn marked(line: usize, column: usize) -> Place {
    Place {
        line: line.max(1),
        column: column + 1,
    }
}

/// A collection whose end has not been seen.
struct Open {
    anchor: usize,
    pointer: String,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping {
        members: Map<String, Value>,
        /// The key whose value comes next.
        key: Option<String>,
    },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    copied: usize,
    document: Option<Value>,
    places: Places,
    mistakes: Vec<Mistake>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, place: Place) -> Result<(), Mistake> {
        match event {
            Event::DocumentStart(_) if self.document.is_some() => Err(at(
                place,
                "",
                "a second document begins here; one is all there can be",
            )),
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    return self.key(&text, place);
                }
                let pointer = self.pointer();
                let value = scalar(&text, style, tag.as_deref())
                    .map_err(|message| at(place, &pointer, message))?;
                self.places.put_value(&pointer, place);
                self.finish(value, anchor);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::SequenceStart(anchor, _) => {
                self.start(anchor, Content::Sequence(Vec::new()), place)
            }
            Event::MappingStart(anchor, _) => {
                let members = Map::new();
                self.start(anchor, Content::Mapping { members, key: None }, place)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The pointer to what comes next.
    fn pointer(&self) -> String {
        match self.open.last() {
            None => String::new(),
            Some(open) => match &open.content {
                Content::Sequence(items) => pointer_to(&open.pointer, &items.len().to_string()),
                Content::Mapping { key: Some(key), .. } => pointer_to(&open.pointer, key),
                Content::Mapping { key: None, .. } => open.pointer.clone(),
            },
        }
    }

    fn expects_key(&self) -> bool {
        let content = self.open.last().map(|open| &open.content);
        matches!(content, Some(Content::Mapping { key: None, .. }))
    }

    fn key(&mut self, text: &str, place: Place) -> Result<(), Mistake> {
        if let Some(open) = self.open.last_mut()
            && let Content::Mapping { key, .. } = &mut open.content
        {
            let pointer = pointer_to(&open.pointer, text);
            if !self.places.put_key(&pointer, place) {
                self.mistakes.push(repeated(place, &pointer));
            }
            *key = Some(text.to_owned());
        }
        Ok(())
    }

    fn start(&mut self, anchor: usize, content: Content, place: Place) -> Result<(), Mistake> {
        let pointer = self.pointer();
        if self.expects_key() {
            return Err(at(place, &pointer, "a key has to be a text"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(at(place, &pointer, "nested too deeply"));
        }
        self.places.put_value(&pointer, place);
        self.open.push(Open {
            anchor,
            pointer,
            content,
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let value = match open.content {
            Content::Sequence(items) => Value::Array(items),
            Content::Mapping { members, .. } => Value::Object(members),
        };
        self.finish(value, open.anchor);
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Mistake> {
        let pointer = self.pointer();
        let Some(value) = self.anchors.get(&anchor).filter(|_| !self.expects_key()) else {
            return Err(at(place, &pointer, "an alias cannot stand here"));
        };
        let (size, height) = measure(value);
        self.copied = self.copied.saturating_add(size);
        if self.copied > MAX_COPIED {
            return Err(at(place, &pointer, "aliases make the document too large"));
        }
        if self.open.len() + height > MAX_DEPTH {
            return Err(at(place, &pointer, "nested too deeply"));
        }
        let value = value.clone();
        self.places.put_value(&pointer, place);
        self.finish(value, 0);
        Ok(())
    }

    fn finish(&mut self, value: Value, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.document = Some(value),
            Some(Content::Sequence(items)) => items.push(value),
            Some(Content::Mapping { members, key }) => {
                if let Some(key) = key.take() {
                    members.insert(key, value);
                }
            }
        }
    }
}

/// The number of values in a value, itself included, and its levels.
fn measure(value: &Value) -> (usize, usize) {
    let sum = |(size, height): (usize, usize), inner: (usize, usize)| {
        (size.saturating_add(inner.0), height.max(inner.1 + 1))
    };
    match value {
        Value::Array(items) => items.iter().map(measure).fold((1, 1), sum),
        Value::Object(members) => members.values().map(measure).fold((1, 1), sum),
        _ => (1, 0),
    }
}

/// Errors: a sentence, for a tag that the text does not fit.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let kind = tag
        .filter(|tag| tag.handle == "tag:yaml.org,2002:")
        .map(|tag| &*tag.suffix);
    let plain = || match style {
        ScalarStyle::Plain => plain(text),
        _ => Value::from(text),
    };
    match (kind, self::plain(text)) {
        (None, _) => Ok(plain()),
        (Some("str"), _) => Ok(Value::from(text)),
        (Some("null"), value @ Value::Null)
        | (Some("bool"), value @ Value::Bool(_))
        | (Some("int" | "float"), value @ Value::Number(_)) => Ok(value),
        (Some(kind), _) => Err(format!("{text:?} is no !!{kind}")),
    }
}

/// A scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::from(text), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let allowed = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    if !digits.bytes().all(allowed)
        || !digits.starts_with(|one: char| one.is_ascii_digit() || one == '.')
    {
        return None;
    }
    let whole: Option<i64> = text.parse().ok();
    match whole {
        Some(whole) => Some(whole.into()),
        None => text.parse().ok().and_then(Number::from_f64),
    }
}
