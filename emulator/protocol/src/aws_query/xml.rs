//! XML text laid out as IAM and STS lay it out: no declaration, two spaces per
//! level, a line break at the end.

use eks_emulator_api::Timestamp;
use eks_emulator_api::schema::{Kind, Shape};
use serde_json::Value;

use crate::date::iso_8601_date;

/// Writes elements one after the other.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    /// How many elements are open.
    depth: usize,
}

impl Writer {
    /// An element with a namespace and what `content` writes inside.
    pub(super) fn root(
        mut self,
        name: &str,
        namespace: &str,
        content: impl FnOnce(&mut Self),
    ) -> Vec<u8> {
        self.text
            .push_str(&format!("<{name} xmlns=\"{namespace}\">\n"));
        self.inside(name, content);
        self.text.into_bytes()
    }

    /// An element and what `content` writes inside.
    pub(super) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.start_line();
        self.text.push_str(&format!("<{name}>\n"));
        self.inside(name, content);
    }

    /// An element with text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.start_line();
        if text.is_empty() {
            self.text.push_str(&format!("<{name}/>\n"));
            return;
        }
        self.text.push_str(&format!("<{name}>"));
        text.chars().for_each(|character| self.escaped(character));
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// An element with a value of a shape; nothing for `null`.
    pub(super) fn value(&mut self, name: &str, shape: &Shape, value: &Value) {
        match (&shape.kind, value) {
            (_, Value::Null) => {}
            (Kind::Structure(members), Value::Object(entries)) => {
                let mut given = members
                    .iter()
                    .filter_map(|member| Some((member, entries.get(member.name)?)))
                    .filter(|(_, value)| !value.is_null())
                    .peekable();
                if given.peek().is_none() {
                    return self.leaf(name, "");
                }
                self.element(name, |writer| {
                    given.for_each(|(member, value)| {
                        writer.value(member.name, member.shape, value);
                    });
                });
            }
            (Kind::List { .. }, Value::Array(items)) if items.is_empty() => self.leaf(name, ""),
            (Kind::List { member, .. }, Value::Array(items)) => self.element(name, |writer| {
                items
                    .iter()
                    .for_each(|item| writer.value("member", member, item));
            }),
            (Kind::Timestamp, Value::Number(seconds)) => {
                let milliseconds = seconds.as_f64().unwrap_or(0.0) * 1000.0;
                let date = Timestamp::from_milliseconds(milliseconds.round() as i64);
                self.leaf(name, &iso_8601_date(date));
            }
            (_, Value::String(text)) => self.leaf(name, text),
            (_, other) => self.leaf(name, &other.to_string()),
        }
    }

    /// Writes the content and the end of an element whose start is written.
    fn inside(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.start_line();
        self.text.push_str(&format!("</{name}>\n"));
    }

    fn start_line(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// Characters that XML cannot carry at all become the replacement
    /// character; a carriage return would be read back as a line feed.
    fn escaped(&mut self, character: char) {
        match character {
            '&' => self.text.push_str("&amp;"),
            '<' => self.text.push_str("&lt;"),
            '>' => self.text.push_str("&gt;"),
            '"' => self.text.push_str("&quot;"),
            '\r' => self.text.push_str("&#xD;"),
            '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. => self.text.push(character),
            _ => self.text.push('\u{FFFD}'),
        }
    }
}
