//! Which calls somebody asks for, and which ones nearly are them.

use std::borrow::Cow;

use eks_emulator_core::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::Entry;
use super::render::{self, JournalEntry};
use crate::support;
use crate::text_pattern::TextPattern;
use crate::time;

/// Which calls to look at. What is absent does not narrow; texts may have `*`
/// for anything.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RequestFilter {
    /// The operation, for example `CreateAddon`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<TextPattern>,
    /// The service, for example `eks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<TextPattern>,
    /// The account of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<TextPattern>,
    /// The region of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<TextPattern>,
    /// The cluster that the call names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<TextPattern>,
    /// The HTTP status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The error code of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<TextPattern>,
    /// Members that the body has, among others; inside, lists are compared
    /// whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// A fault that happened to the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<TextPattern>,
    /// From when on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// From when on calls are looked at.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(
    untagged,
    expecting = "since has to be the id of a request or a time such as 2026-01-01T00:00:00Z"
)]
pub enum Since {
    /// After the call with this id.
    Id(u64),
    /// At or after a time.
    Time(SinceTime),
}

/// A time of RFC 3339.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct SinceTime(pub Timestamp);

impl TryFrom<String> for SinceTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        time::parse(&text).map(Self)
    }
}

impl From<SinceTime> for String {
    fn from(SinceTime(time): SinceTime) -> Self {
        time::format(time)
    }
}

impl Since {
    /// Reads an id or a time.
    ///
    /// Errors: a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => SinceTime::try_from(text.to_owned())
                .map(Self::Time)
                .map_err(|_| {
                    format!("since {text} is neither the id of a request nor a time such as 2026-01-01T00:00:00Z")
                }),
        }
    }
}

/// How many calls are expected.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Expectation {
    /// So many.
    Exactly(u64),
    /// So many or more.
    AtLeast(u64),
    /// So many or less.
    AtMost(u64),
}

impl Expectation {
    /// Whether a number of calls is what is expected.
    pub fn holds(self, count: u64) -> bool {
        match self {
            Self::Exactly(expected) => count == expected,
            Self::AtLeast(least) => count >= least,
            Self::AtMost(most) => count <= most,
        }
    }
}

/// How many calls there were.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestCount {
    /// How many match.
    pub count: u64,
    /// Whether that is what was expected; always, if nothing was.
    pub ok: bool,
    /// If it is not, or none match: the newest of those that differ in the
    /// fewest members.
    pub near_misses: Vec<NearMiss>,
}

/// A call that nearly matches.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct NearMiss {
    /// The call.
    pub request: JournalEntry,
    /// The members of the filter that it does not match.
    pub differs: Vec<Cow<'static, str>>,
}

impl RequestFilter {
    /// Whether each operation that it names is one: there would seem to be no
    /// calls of one that was mistyped.
    ///
    /// Errors: a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Some(operation) = &self.operation else {
            return Ok(());
        };
        let names: Vec<&str> = support::calls().map(|(_, name)| name).collect();
        operation
            .check(&names, "no operation")
            .map_err(|error| format!("operation {error}"))
    }

    /// Whether a call is new enough.
    pub(super) fn is_since(&self, entry: &Entry) -> bool {
        match &self.since {
            None => true,
            Some(Since::Id(id)) => entry.number > *id,
            Some(Since::Time(SinceTime(time))) => entry.at >= *time,
        }
    }

    /// How many members narrow, other than `since`.
    pub(super) fn members(&self) -> usize {
        let texts = [
            &self.operation,
            &self.service,
            &self.account,
            &self.region,
            &self.cluster,
            &self.code,
            &self.fault,
        ];
        texts.iter().filter(|text| text.is_some()).count()
            + usize::from(self.status.is_some())
            + usize::from(self.body.is_some())
    }

    /// The members that a call does not match.
    pub(super) fn differs(&self, entry: &Entry) -> Vec<&'static str> {
        let home = entry.home.as_deref();
        let matches = |pattern: &Option<TextPattern>, text: Option<&str>| match pattern {
            None => true,
            Some(pattern) => text.is_some_and(|text| pattern.matches(text)),
        };
        let cluster = self.cluster.as_ref().and_then(|_| render::cluster(entry));
        let has_fault = self.fault.as_ref().is_none_or(|fault| {
            let mut faults = entry.faults.iter();
            faults.any(|name| fault.matches(name))
        });
        let has_body = self
            .body
            .as_ref()
            .is_none_or(|wanted| is_part(wanted, &render::body(entry)));
        let members = [
            ("operation", matches(&self.operation, entry.operation)),
            ("service", matches(&self.service, Some(entry.service))),
            (
                "account",
                matches(&self.account, home.map(|home| &*home.account_id)),
            ),
            (
                "region",
                matches(&self.region, home.map(|home| &*home.region)),
            ),
            ("cluster", matches(&self.cluster, cluster.as_deref())),
            (
                "status",
                self.status.is_none_or(|status| status == entry.status),
            ),
            ("code", matches(&self.code, entry.error_code.as_deref())),
            ("body", has_body),
            ("fault", has_fault),
        ];
        let differing = members.iter().filter(|(_, is_equal)| !is_equal);
        differing.map(|(name, _)| *name).collect()
    }
}

/// Whether everything in `wanted` is in `value`.
pub(crate) fn is_part(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Object(wanted), Value::Object(members)) => wanted.iter().all(|(name, wanted)| {
            members
                .get(name)
                .is_some_and(|value| is_part(wanted, value))
        }),
        (wanted, value) => wanted == value,
    }
}
