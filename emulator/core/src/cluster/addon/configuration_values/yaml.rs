//! YAML text to a JSON document, the way the service's parser reads YAML.
//!
//! The crate `saphyr-parser` does the syntax (YAML 1.2 grammar, an iterative
//! state machine); this file gives the scalars their types. The service is
//! written in Java, and its usual YAML reader (Jackson on SnakeYAML) follows
//! YAML 1.1, so `yes`, `no`, `on` and `off` are booleans, `017` is octal and
//! `1_000` is a thousand. Measured against jackson-dataformat-yaml 2.15:
//!
//! * mapping keys are always strings, spelled as in the text (`1: x`, `true: y`),
//! * `<<` is an ordinary key, nothing is merged,
//! * `.inf` and `.nan` are errors, since JSON has no such number.
//!
//! Three things are stricter or kinder here: a repeated key and a second
//! document are errors, because each silently loses what the user wrote, and an
//! alias stands for a copy of what its anchor names.
//!
//! Nothing here recurses over the input. Nesting and the amount of text that
//! aliases may multiply are limited, so a small document cannot become a large one.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use serde_json::{Map, Value};

use super::yaml_scalar::{self, Resolved};

/// Deepest nesting accepted; the JSON parser has the same limit.
const MAX_DEPTH: usize = 128;
/// Most nodes and bytes that copies of anchored values may add up to.
const MAX_COPIED: usize = 1 << 20;

/// The only document of `text`; `None` if it contains no document at all.
///
/// Errors: a sentence saying what is wrong and where, for people.
pub(super) fn parse(text: &str) -> Result<Option<Value>, String> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error: ScanError| error.to_string())?;
        builder
            .event(event)
            .map_err(|problem| ScanError::new(span.start, problem).to_string())?;
    }
    Ok(builder.document.map(|node| node.value))
}

/// A finished value with what it costs to copy it.
#[derive(Clone)]
struct Node {
    value: Value,
    /// Nodes plus bytes of text.
    size: usize,
    /// Levels of collections, 0 for a scalar.
    height: usize,
}

/// A collection whose end has not been seen.
struct Open {
    anchor: usize,
    size: usize,
    height: usize,
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
    anchors: BTreeMap<usize, Node>,
    copied: usize,
    document: Option<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocumentStart(_) if self.document.is_some() => {
                Err("expected a single document in the stream, but found another document".into())
            }
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    return self.key(text.into_owned(), anchor);
                }
                let value = scalar(&text, style, tag.as_deref())?;
                self.finish(leaf(value, text.len()), anchor)
            }
            Event::Alias(anchor) => self.alias(anchor),
            Event::SequenceStart(anchor, _) => self.start(anchor, Content::Sequence(Vec::new())),
            Event::MappingStart(anchor, _) => self.start(
                anchor,
                Content::Mapping {
                    members: Map::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn start(&mut self, anchor: usize, content: Content) -> Result<(), String> {
        if self.expects_key() {
            return Err("a mapping key must be a scalar".into());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.open.push(Open {
            anchor,
            size: 1,
            height: 1,
            content,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Err("unexpected end of a collection".into());
        };
        let value = match open.content {
            Content::Sequence(items) => Value::Array(items),
            Content::Mapping { members, .. } => Value::Object(members),
        };
        let node = Node {
            value,
            size: open.size,
            height: open.height,
        };
        self.finish(node, open.anchor)
    }

    /// An alias is a copy of its anchor's value; as a key it must be a string.
    fn alias(&mut self, anchor: usize) -> Result<(), String> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err("an alias refers to an anchor that is not complete".into());
        };
        if self.open.len() + node.height > MAX_DEPTH {
            return Err(too_deep());
        }
        self.copied = self.copied.saturating_add(node.size);
        if self.copied > MAX_COPIED {
            return Err("the document uses aliases excessively".into());
        }
        let node = node.clone();
        if !self.expects_key() {
            return self.finish(node, 0);
        }
        match node.value {
            Value::String(key) => self.key(key, 0),
            _ => Err("a mapping key must be a scalar".into()),
        }
    }

    fn key(&mut self, text: String, anchor: usize) -> Result<(), String> {
        self.remember(anchor, &leaf(Value::String(text.clone()), text.len()))?;
        let Some(Open {
            content: Content::Mapping { members, key },
            ..
        }) = self.open.last_mut()
        else {
            return Err("unexpected mapping key".into());
        };
        if members.contains_key(&text) {
            return Err(format!("found duplicate key {text}"));
        }
        *key = Some(text);
        Ok(())
    }

    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        self.remember(anchor, &node)?;
        let Some(parent) = self.open.last_mut() else {
            self.document = Some(node);
            return Ok(());
        };
        parent.size = parent.size.saturating_add(node.size);
        parent.height = parent.height.max(node.height + 1);
        match &mut parent.content {
            Content::Sequence(items) => items.push(node.value),
            Content::Mapping { members, key } => {
                // A key is always read before its value, see `expects_key`.
                let key = key.take().unwrap_or_default();
                parent.size = parent.size.saturating_add(key.len());
                members.insert(key, node.value);
            }
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Node) -> Result<(), String> {
        if anchor == 0 {
            return Ok(());
        }
        self.copied = self.copied.saturating_add(node.size);
        if self.copied > MAX_COPIED {
            return Err("the document uses anchors excessively".into());
        }
        self.anchors.insert(anchor, node.clone());
        Ok(())
    }
}

fn too_deep() -> String {
    format!("nesting deeper than {MAX_DEPTH} levels")
}

fn leaf(value: Value, length: usize) -> Node {
    Node {
        value,
        size: length.saturating_add(1),
        height: 0,
    }
}

/// Plain scalars without a tag get the type they look like, the rest are strings.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let resolved = match tag {
        Some(tag) if tag.is_yaml_core_schema() => yaml_scalar::tagged(text, &tag.suffix),
        Some(_) => Resolved::Text,
        None if style == ScalarStyle::Plain => yaml_scalar::plain(text),
        None => Resolved::Text,
    };
    match resolved {
        Resolved::Text => Ok(Value::String(text.to_owned())),
        Resolved::Value(value) => Ok(value),
        Resolved::NotANumber => Err(format!("malformed numeric value '{text}'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(text: &str) -> Value {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn collections() {
        assert_eq!(
            document("a:\n  - 1\n  - {b: c}\nd: |\n  x\n  y\n"),
            json!({"a": [1, {"b": "c"}], "d": "x\ny\n"})
        );
    }

    #[test]
    fn json_is_yaml() {
        assert_eq!(
            document("{\"a\": [1, \"2\", null]}"),
            json!({"a": [1, "2", null]})
        );
    }

    #[test]
    fn keys_are_strings() {
        assert_eq!(
            document("1: a\ntrue: b\nnull: c\n1.50: d\n~: e\n\"q\": f"),
            json!({"1": "a", "true": "b", "null": "c", "1.50": "d", "~": "e", "q": "f"})
        );
    }

    #[test]
    fn no_document() {
        for text in ["", "  \n", "# only a comment\n"] {
            assert_eq!(parse(text), Ok(None), "{text:?}");
        }
        assert_eq!(parse("---\n"), Ok(Some(Value::Null)));
    }

    #[test]
    fn anchors() {
        assert_eq!(
            document("a: &x {b: [1]}\nc: *x\n&k name: *k"),
            json!({"a": {"b": [1]}, "c": {"b": [1]}, "name": "name"})
        );
        assert_eq!(
            document("a: &x {b: 1}\nc:\n  <<: *x"),
            json!({"a": {"b": 1}, "c": {"<<": {"b": 1}}})
        );
    }

    #[test]
    fn refused() {
        for (text, message) in [
            (
                "a: 1\na: 2",
                "found duplicate key a at byte 5 line 2 column 1",
            ),
            (
                "{a: 1, a: 2}",
                "found duplicate key a at byte 7 line 1 column 8",
            ),
            (
                "a: 1\n---\nb: 2",
                "expected a single document in the stream, but found another document at byte 5 line 2 column 1",
            ),
            (
                "? [a]\n: b",
                "a mapping key must be a scalar at byte 2 line 1 column 3",
            ),
            (
                "a: .inf",
                "malformed numeric value '.inf' at byte 3 line 1 column 4",
            ),
            (
                "&a [*a]",
                "an alias refers to an anchor that is not complete at byte 4 line 1 column 5",
            ),
        ] {
            assert_eq!(parse(text), Err(message.to_owned()), "{text:?}");
        }
        for text in [
            "a: [", "{broken", "a: b: c", "a: 'x", "@x", "}", "a: *zz", "[1,2", "\0",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(
            document("[!!str 12, !!int \"12\", !!bool yes, !own 5, !!null x, !!float 1]"),
            json!(["12", 12, true, "5", null, 1.0])
        );
    }

    #[test]
    fn nesting_is_limited() {
        let deepest = format!("{}{}", "[".repeat(128), "]".repeat(128));
        assert!(parse(&deepest).is_ok());
        for text in [
            "[".repeat(129),
            "[".repeat(1_000_000),
            "- ".repeat(100_000),
            "{a: ".repeat(100_000),
        ] {
            assert!(parse(&text).is_err());
        }
        let stacked = format!(
            "a: &a {}1{}\nb: {}*a{}",
            "[".repeat(100),
            "]".repeat(100),
            "[".repeat(60),
            "]".repeat(60)
        );
        assert_eq!(
            parse(&stacked),
            Err("nesting deeper than 128 levels at byte 271 line 2 column 64".to_owned())
        );
    }

    #[test]
    fn aliases_cannot_multiply() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", vec![alias; 9].join(", "));
        }
        let message = parse(&text).unwrap_err();
        assert!(message.starts_with("the document uses a"), "{message}");
        let large = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), "*a,".repeat(1000));
        assert!(parse(&large).is_err());
    }
}
