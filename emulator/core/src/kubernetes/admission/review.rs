//! The webhook on the wire: an `AdmissionReview` comes, one goes back.
//!
//! Both versions of the group (`v1beta1`, which EKS registers, and `v1`) have
//! the same members here; the answer repeats what the request says it is.
//!
//! Where this differs from the original: that one reads YAML too, so a body
//! that does not begin with a brace and is not JSON is a text to it more often
//! than not. Here it always is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use super::{Lookup, Mutation, Patch, PodIdentityWebhook, Reason};
use super::{json_syntax, pod_shape, service_account_name};

/// What Go's HTTP server says of an answer that names no type itself.
const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// An HTTP answer of the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAnswer {
    /// The status.
    pub status: u16,
    /// The header `Content-Type`. The webhook sets none with a review, and
    /// what its HTTP server then finds by looking at the body is plain text.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdmissionReview {
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    api_version: String,
    response: AdmissionResponse,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdmissionResponse {
    uid: String,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_type: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Status {
    metadata: Empty,
    message: String,
}

/// `{}`.
#[derive(Debug, Serialize)]
struct Empty {}

impl PodIdentityWebhook<'_> {
    /// Answers `POST /mutate`.
    ///
    /// `lookup` is asked for the namespace of the request and the service
    /// account of the pod, unless the request is refused before. The object
    /// selector plays no part: what comes here was sent here.
    pub fn review(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        lookup: impl FnOnce(&str, &str) -> Lookup,
    ) -> ReviewAnswer {
        if content_type != Some("application/json") {
            return ReviewAnswer {
                status: 415,
                content_type: PLAIN_TEXT,
                body: b"Invalid Content-Type, expected `application/json`\n".to_vec(),
            };
        }
        let mut review = AdmissionReview::default();
        review.response = match self.mutate_pod(body, &mut review, lookup) {
            Ok(patch) => AdmissionResponse {
                allowed: true,
                patch_type: patch.as_ref().map(|_| "JSONPatch"),
                patch: patch.map(|patch| STANDARD.encode(go_json(&patch))),
                uid: review.response.uid,
                status: None,
            },
            Err(message) => AdmissionResponse {
                status: Some(Status {
                    metadata: Empty {},
                    message,
                }),
                uid: review.response.uid,
                ..AdmissionResponse::default()
            },
        };
        ReviewAnswer {
            status: 200,
            content_type: PLAIN_TEXT,
            body: go_json(&review).into_bytes(),
        }
    }

    /// The patch, or why there can be none; what is to be repeated of the
    /// request is noted in the answer on the way.
    fn mutate_pod(
        &self,
        body: &[u8],
        answer: &mut AdmissionReview,
        lookup: impl FnOnce(&str, &str) -> Lookup,
    ) -> Result<Option<Patch>, String> {
        let document = decode(body)?;
        (answer.api_version, answer.kind) = type_of(&document)?;
        let request = match document.get("request") {
            None | Some(Value::Null) => return Err("bad content".to_owned()),
            Some(request) => request,
        };
        let uid = request.get("uid").and_then(Value::as_str);
        answer.response.uid = uid.unwrap_or_default().to_owned();
        check_request(request)?;
        let pod = match request.get("object") {
            None | Some(Value::Null) => return Err(END_OF_INPUT.to_owned()),
            Some(pod) => pod,
        };
        pod_shape::check(pod)?;
        let namespace = text_member(request, "namespace");
        let lookup = lookup(namespace, service_account_name(pod));
        match self.decide_decoded(namespace, pod, &lookup, &mut Vec::new()) {
            Mutation::PodIdentity { patch, .. } | Mutation::Irsa { patch, .. } => Ok(Some(patch)),
            Mutation::None {
                reason: Reason::NotDecodable { message },
            } => Err(message),
            Mutation::None { .. } => Ok(None),
        }
    }
}

const END_OF_INPUT: &str = "unexpected end of JSON input";

/// The document of a body; null for one that is empty.
fn decode(body: &[u8]) -> Result<Value, String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if !text.starts_with('{') {
        let scalar = serde_json::from_str(text);
        return Ok(scalar.unwrap_or_else(|_| Value::from(text)));
    }
    json_syntax::check(text.as_bytes()).map_err(|message| no_type(&message))?;
    // What remains is what this decoder bears less of than Go's: half
    // surrogates, numbers out of range, more than 127 levels.
    serde_json::from_str(text).map_err(|error| no_type(&format!("json: {error}")))
}

/// `apiVersion` and `kind`, which Go's decoder looks at first.
fn type_of(document: &Value) -> Result<(String, String), String> {
    if !document.is_object() && !document.is_null() {
        let kind = pod_shape::kind(document);
        return Err(no_type(&format!(
            "json: cannot unmarshal {kind} into Go value of type struct \
             {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
             Kind string \"json:\\\"kind,omitempty\\\"\" }}"
        )));
    }
    for member in ["apiVersion", "kind"] {
        if let Some(kind) = wrong_kind(document, member) {
            return Err(no_type(&format!(
                "json: cannot unmarshal {kind} into Go struct field .{member} of type string"
            )));
        }
    }
    let api_version = text_member(document, "apiVersion");
    if api_version.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {api_version}"));
    }
    let kind = text_member(document, "kind");
    Ok((api_version.to_owned(), kind.to_owned()))
}

/// Checks the members of the request that are read.
fn check_request(request: &Value) -> Result<(), String> {
    if !request.is_object() {
        let kind = pod_shape::kind(request);
        return Err(format!(
            "json: cannot unmarshal {kind} into Go struct field \
             AdmissionReview.request of type v1.AdmissionRequest"
        ));
    }
    for (member, go_type) in [("namespace", "string"), ("uid", "types.UID")] {
        if let Some(kind) = wrong_kind(request, member) {
            return Err(format!(
                "json: cannot unmarshal {kind} into Go struct field \
                 AdmissionRequest.request.{member} of type {go_type}"
            ));
        }
    }
    Ok(())
}

fn no_type(message: &str) -> String {
    format!("couldn't get version/kind; json parse error: {message}")
}

fn text_member<'a>(value: &'a Value, member: &str) -> &'a str {
    let text = value.get(member).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// What a member is, if it is something but neither a text nor null.
fn wrong_kind(value: &Value, member: &str) -> Option<&'static str> {
    let value = value.get(member)?;
    (!value.is_string() && !value.is_null()).then(|| pod_shape::kind(value))
}

/// JSON as Go writes it, with five characters of HTML and JavaScript escaped.
fn go_json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("names are texts and nothing here can fail");
    // They can only stand in texts, where an escape means the same.
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
