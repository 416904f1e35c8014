//! JSON values as YAML: blocks, with quotes wherever a text could be taken for
//! something else.

use serde_json::Value;

use super::ordered::Ordered;

/// Writes a value as a YAML document.
pub(crate) fn write(value: &Ordered) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.trim_start().to_owned()
}

/// Writes a value behind a key or a dash.
fn block(text: &mut String, value: &Ordered, depth: usize) {
    match value {
        Ordered::Object(members) if !members.is_empty() => {
            text.push('\n');
            mapping(text, members, depth);
        }
        Ordered::Array(items) if !items.is_empty() => {
            for item in items {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                indent(text, depth);
                text.push('-');
                element(text, item, depth + 1);
            }
        }
        scalar => {
            text.push(' ');
            text.push_str(&flow(scalar));
            text.push('\n');
        }
    }
}

fn mapping(text: &mut String, members: &[(String, Ordered)], depth: usize) {
    for (key, value) in members {
        indent(text, depth);
        member(text, key, value, depth);
    }
}

fn member(text: &mut String, key: &str, value: &Ordered, depth: usize) {
    text.push_str(&scalar(key));
    text.push(':');
    block(text, value, depth + 1);
}

/// An element of a list: a mapping begins on the line of its dash.
fn element(text: &mut String, item: &Ordered, depth: usize) {
    let Ordered::Object(members) = item else {
        return block(text, item, depth);
    };
    if members.is_empty() {
        return block(text, item, depth);
    }
    for (index, (key, value)) in members.iter().enumerate() {
        match index {
            0 => text.push(' '),
            _ => indent(text, depth),
        }
        member(text, key, value, depth);
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// What fits on a line.
fn flow(value: &Ordered) -> String {
    match value {
        Ordered::Object(_) => "{}".to_owned(),
        Ordered::Array(_) => "[]".to_owned(),
        Ordered::Scalar(Value::String(value)) => scalar(value),
        Ordered::Scalar(value) => value.to_string(),
    }
}

/// A text, in quotes unless it can only be a text.
fn scalar(text: &str) -> String {
    let is_inner = |one: char| one.is_ascii_alphanumeric() || "-_./".contains(one);
    let is_word = text.starts_with(|one: char| one.is_ascii_alphabetic())
        && text.chars().all(is_inner)
        && !is_other_word(text);
    match is_word {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// Words that readers of some YAML take for values.
fn is_other_word(text: &str) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    words.contains(&text.to_ascii_lowercase().as_str())
}

/// In double quotes, whose escapes YAML shares with JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for one in Value::from(text).to_string().chars() {
        match one {
            // YAML takes these for line breaks or refuses them.
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(one)));
            }
            one => quoted.push(one),
        }
    }
    quoted
}
