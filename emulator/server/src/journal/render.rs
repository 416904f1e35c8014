//! One call as it is shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use eks_emulator_api::schema::{Location, Operation};
use eks_emulator_core::Timestamp;
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::entry::Entry;
use super::redact;
use crate::{support, time};

/// One call as it was made and answered. Secrets are not in it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JournalEntry {
    /// The number of the call, counted from one.
    pub id: u64,
    /// When it came, on the emulator's clock.
    #[serde(serialize_with = "rfc3339", deserialize_with = "read_rfc3339")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// How long it took, in the machine's time.
    pub duration_us: u64,
    /// The id in the answer.
    pub request_id: String,
    /// The account that it was for, if that could be told.
    pub account: Option<String>,
    /// The region that it was for, if that could be told.
    pub region: Option<String>,
    /// `eks`, `eks-auth`, `iam` or `sts`; `agent` is the pod identity agent,
    /// `issuer` the OpenID Connect provider of a cluster.
    pub service: Cow<'static, str>,
    /// The operation; absent if there is none at the path.
    pub operation: Option<Cow<'static, str>>,
    /// The HTTP method.
    pub method: String,
    /// The path as it came.
    pub path: String,
    /// The cluster that the call names.
    pub cluster: Option<String>,
    /// What the path says, by the names of the operation's members.
    pub path_params: BTreeMap<String, String>,
    /// The parameters of the query string. Those that are repeated are lists.
    pub query: Value,
    /// The JSON document, or the parameters as an object; `null` if the body
    /// is empty. What cannot be read, or is too long to be kept, has a mark.
    pub body: Value,
    /// The HTTP status of the answer; absent if there was none.
    pub status: Option<u16>,
    /// The error code of the answer.
    pub error_code: Option<String>,
    /// The names of the faults that happened to it.
    pub faults: Vec<String>,
    /// Who the client says it is.
    pub user_agent: Option<String>,
}

fn rfc3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time::format(*at))
}

fn read_rfc3339<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    time::parse(&text).map_err(serde::de::Error::custom)
}

pub(super) fn render(entry: &Entry) -> JournalEntry {
    let home = entry.home.as_deref();
    let user_agent = entry.user_agent();
    JournalEntry {
        id: entry.number,
        at: entry.at,
        duration_us: entry.duration_us,
        request_id: entry.request_id.clone(),
        account: home.map(|home| home.account_id.clone()),
        region: home.map(|home| home.region.clone()),
        service: entry.service.into(),
        operation: entry.operation.map(Cow::Borrowed),
        method: entry.method.as_str().to_owned(),
        path: entry.path().into_owned(),
        cluster: cluster(entry).map(Cow::into_owned),
        path_params: path_params(entry),
        query: parameters(&entry.query()),
        body: body(entry),
        status: (entry.status != 0).then_some(entry.status),
        error_code: entry.error_code.as_deref().map(str::to_owned),
        faults: entry
            .faults
            .iter()
            .map(|name| (**name).to_owned())
            .collect(),
        user_agent: (!user_agent.is_empty()).then(|| user_agent.into_owned()),
    }
}

/// The cluster that a call names.
pub(super) fn cluster(entry: &Entry) -> Option<Cow<'_, str>> {
    let raw = entry.cluster_name.as_deref()?;
    Some(percent_decode_str(raw).decode_utf8_lossy())
}

/// What the labels of the path say. One that has more segments than its label
/// is a resource name with slashes that somebody forgot to escape.
fn path_params(entry: &Entry) -> BTreeMap<String, String> {
    let operation = entry
        .operation
        .and_then(|name| support::find(entry.service, name));
    let Some(operation) = operation else {
        return BTreeMap::new();
    };
    let path = entry.path();
    let segments: Vec<&str> = path.split('/').collect();
    let template: Vec<&str> = operation.uri.split('/').collect();
    let Some(more) = segments.len().checked_sub(template.len()) else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    let mut place = 0;
    let mut more = more;
    for part in template {
        let label = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let is_name = label.is_some() && segments[place].starts_with("arn:");
        let length = if is_name {
            1 + std::mem::take(&mut more)
        } else {
            1
        };
        if let Some(label) = label {
            let value = segments[place..place + length].join("/");
            let value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            found.insert(member_of(operation, label).to_owned(), value);
        }
        place += length;
    }
    found
}

/// The member that a label is bound to.
fn member_of(operation: &Operation, label: &'static str) -> &'static str {
    let mut members = operation.input.members().iter();
    members
        .find(|member| member.location == Location::Label(label))
        .map_or(label, |member| member.name)
}

/// Parameters as an object.
fn parameters(text: &str) -> Value {
    let mut found = Map::new();
    for piece in text.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let (name, value) = (decode(name), decode(value));
        let shown = Value::from(redact::parameter(&name, value.into()));
        match found.get_mut(&name) {
            None => {
                found.insert(name, shown);
            }
            Some(Value::Array(values)) => values.push(shown),
            Some(first) => *first = json!([first.take(), shown]),
        }
    }
    found.into()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The body as it is shown.
pub(super) fn body(entry: &Entry) -> Value {
    let kept = entry.body();
    if entry.body_bytes == Some(0) {
        return Value::Null;
    }
    let shown = match entry.has_whole_body() {
        // The others take a document, whatever it is said to be.
        true if entry.is_form && matches!(entry.service, "iam" | "sts") => form(kept),
        true => document(entry, kept),
        false => None,
    };
    shown.unwrap_or_else(|| marked(entry))
}

/// Parameters; `None` if it is something else that is said to be some. Only
/// by their names can secrets be told.
fn form(kept: &[u8]) -> Option<Value> {
    let shown = parameters(&String::from_utf8_lossy(kept));
    let is_name = |name: &String| {
        let mut characters = name.chars();
        characters.all(|one| one.is_ascii_alphanumeric() || "._:-".contains(one))
    };
    let is_form = shown.as_object()?.keys().all(is_name);
    is_form.then_some(shown)
}

/// A document; `None` if it is none, or one that could be a secret itself.
fn document(entry: &Entry, kept: &[u8]) -> Option<Value> {
    let mut document = serde_json::from_slice(kept).ok()?;
    redact::document(&mut document);
    Some(document).filter(|document| document.is_object() || has_no_secrets(entry))
}

/// Whether no secrets belong into the body.
fn has_no_secrets(entry: &Entry) -> bool {
    matches!(entry.service, "eks" | "iam") && entry.operation.is_some()
}

/// A body that cannot be read, or of which not all is kept. Its text is shown
/// only where no secrets belong.
fn marked(entry: &Entry) -> Value {
    let start = has_no_secrets(entry).then(|| String::from_utf8_lossy(entry.body()));
    json!({
        "cut": !entry.has_whole_body(),
        "bytes": entry.body_bytes,
        "start": start,
    })
}
