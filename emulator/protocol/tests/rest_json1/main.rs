//! Requests and answers of every operation in the tables, end to end.

#![expect(
    clippy::unwrap_used,
    reason = "this is a test; its leaves are not marked as such one by one"
)]

mod binding;
mod breaking;
mod documents;
mod drawing;
mod malformed;
mod routes;
mod typed;
mod wire;

use eks_emulator_api::schema::{Location, Operation};
use eks_emulator_api::{eks, eks_auth};
use eks_emulator_protocol::rest_json1::Router;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// What the SDKs escape in a path segment or query parameter.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Both services: a router and its operations.
fn services() -> [(Router, &'static [&'static Operation]); 2] {
    [
        (Router::new(&eks::OPERATIONS), &eks::OPERATIONS),
        (Router::new(&eks_auth::OPERATIONS), &eks_auth::OPERATIONS),
    ]
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A request as it travels.
#[derive(Debug)]
struct WireRequest {
    path: String,
    query: String,
    body: Vec<u8>,
}

/// Writes an input as the SDKs do.
fn write_request(operation: &Operation, document: &Value) -> WireRequest {
    let mut path = operation.uri.to_owned();
    let mut query = Vec::new();
    let mut body = Map::new();
    for member in operation.input.members() {
        let Some(value) = document.get(member.name) else {
            continue;
        };
        match member.location {
            Location::Label(label) => {
                path = path.replace(&format!("{{{label}}}"), &escape(&text_of(value)))
            }
            Location::Query(name) => match value {
                Value::Array(items) => query.extend(items.iter().map(|item| parameter(name, item))),
                _ => query.push(parameter(name, value)),
            },
            Location::Body => {
                body.insert(member.name.to_owned(), value.clone());
            }
        }
    }
    let body = if body.is_empty() {
        Vec::new()
    } else {
        Value::Object(body).to_string().into_bytes()
    };
    WireRequest {
        path,
        query: query.join("&"),
        body,
    }
}

fn parameter(name: &str, value: &Value) -> String {
    format!("{}={}", escape(name), escape(&text_of(value)))
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
