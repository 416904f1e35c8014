//! Requests and answers of every operation of IAM and STS, end to end.

#![expect(
    clippy::unwrap_used,
    reason = "this is a test; its leaves are not marked as such one by one"
)]

#[path = "../rest_json1/breaking.rs"]
mod breaking;
#[path = "../rest_json1/drawing.rs"]
mod drawing;
mod malformed;
mod parameters;
mod refusals;
mod typed;
mod wire;

use eks_emulator_api::Timestamp;
use eks_emulator_api::schema::{Operation, QueryService};
use eks_emulator_protocol::aws_query::{Envelope, Format, Rejection, read};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

const ENVELOPE: Envelope<'static> = Envelope {
    request_id: "0585fedb-0fa2-4ad0-9916-344273c73c9a",
    date: Timestamp::from_milliseconds(1_703_780_359_717),
    format: Format::Xml,
};

/// What the SDKs escape in parameters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Writes an input as the SDKs do.
fn form_of(service: &QueryService, operation: &Operation, document: &Value) -> String {
    let mut form = format!("Action={}&Version={}", operation.name, service.version);
    add_parameters("", document, &mut form);
    form
}

fn add_parameters(name: &str, value: &Value, form: &mut String) {
    let dot = if name.is_empty() { "" } else { "." };
    match value {
        Value::Object(members) => members.iter().for_each(|(member, value)| {
            add_parameters(&format!("{name}{dot}{member}"), value, form);
        }),
        Value::Array(items) if !items.is_empty() => {
            for (position, item) in items.iter().enumerate() {
                add_parameters(&format!("{name}.member.{}", position + 1), item, form);
            }
        }
        Value::Array(_) => form.push_str(&format!("&{name}=")),
        Value::String(text) => {
            form.push_str(&format!("&{name}={}", utf8_percent_encode(text, ESCAPED)));
        }
        other => form.push_str(&format!("&{name}={other}")),
    }
}

/// The same document without structures that have nothing inside: they leave
/// no trace in parameters.
fn representable(document: Value) -> Value {
    match document {
        Value::Array(items) => items
            .into_iter()
            .map(representable)
            .filter(|item| !is_empty_structure(item))
            .collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, representable(value)))
            .filter(|(_, value)| !is_empty_structure(value))
            .collect(),
        other => other,
    }
}

fn is_empty_structure(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.is_empty())
}

/// The document that parameters in a body are read to.
fn accepted(service: &'static QueryService, body: &str) -> Value {
    read(service, None, body.as_bytes())
        .expect("a good request")
        .1
}

fn rejected(service: &'static QueryService, body: &str) -> Rejection {
    read(service, None, body.as_bytes()).expect_err("a bad request")
}
