//! Documents of permission policies: enough of their grammar to refuse what
//! IAM refuses, and the form in which answers carry documents.
//!
//! What a policy permits is not evaluated, so nothing but the text is kept.
//! Sources of sentences and order: the validators of moto and LocalStack, and
//! versity/versitygw, all of which compare with IAM.

use eks_emulator_api::iam::Error;
use serde_json::{Map, Value};

use super::error;

const DOCUMENT_FIELDS: [&str; 3] = ["Version", "Id", "Statement"];

const STATEMENT_FIELDS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

const SYNTAX: &str = "Syntax errors in policy.";
const OLD_VERSION: &str = "Policy document must be version 2012-10-17 or greater.";
const NO_PRINCIPAL: &str = "Policy document should not specify a principal.";
const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";
const REPEATED_SID: &str = "Statement IDs (SID) in a single policy must be unique.";
const NO_VENDOR: &str =
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const TWO_COLONS: &str = "Actions/Condition can contain only one colon.";

type Fields = Map<String, Value>;

/// Checks the document of an inline or managed policy.
///
/// Errors: `MalformedPolicyDocument`.
pub(super) fn check_permissions(text: &str) -> Result<(), Error> {
    reason_against(text).map_or(Ok(()), |reason| Err(error::malformed_policy(reason)))
}

/// Characters that count against quotas: white space does not.
///
/// Source: IAM user guide, "IAM and AWS STS quotas".
pub(super) fn counted_length(text: &str) -> usize {
    let counts = |character: &char| !character.is_whitespace();
    text.chars().filter(counts).count()
}

/// The document as answers carry it: percent-encoded per RFC 3986.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    encoded
}

fn reason_against(text: &str) -> Option<String> {
    let Some((version, statements)) = read(text) else {
        return Some(SYNTAX.to_owned());
    };
    if version.as_deref() != Some("2012-10-17") {
        return Some(OLD_VERSION.to_owned());
    }
    let any = |test: fn(&Fields) -> bool| statements.iter().any(test);
    let fixed = [
        (any(names_a_principal), NO_PRINCIPAL),
        (has_repeated_sid(&statements), REPEATED_SID),
        (any(|fields| texts(fields, ACTION).is_empty()), NO_ACTIONS),
        (
            any(|fields| texts(fields, RESOURCE).is_empty()),
            NO_RESOURCES,
        ),
    ];
    let fixed = fixed.iter().find(|(is_so, _)| *is_so);
    if let Some((_, sentence)) = fixed {
        return Some((*sentence).to_owned());
    }
    let all = |pair: Pair| statements.iter().flat_map(move |one| texts(one, pair));
    all(RESOURCE)
        .find_map(reason_against_resource)
        .or_else(|| all(ACTION).find_map(reason_against_action))
}

/// A member and its negation, of which a statement has one.
type Pair = [&'static str; 2];
const ACTION: Pair = ["Action", "NotAction"];
const RESOURCE: Pair = ["Resource", "NotResource"];

/// The version and the statements of a document; `None` for one that breaks
/// the grammar.
fn read(text: &str) -> Option<(Option<String>, Vec<Fields>)> {
    let Value::Object(mut document) = serde_json::from_str(text).ok()? else {
        return None;
    };
    if !has_only(&document, &DOCUMENT_FIELDS) || !is_text_or_absent(document.get("Id")) {
        return None;
    }
    let version = match document.remove("Version") {
        None => None,
        Some(Value::String(version)) if ["2008-10-17", "2012-10-17"].contains(&&*version) => {
            Some(version)
        }
        Some(_) => return None,
    };
    let statements = match document.remove("Statement")? {
        Value::Array(statements) if !statements.is_empty() => statements,
        statement @ Value::Object(_) => vec![statement],
        _ => return None,
    };
    let statements: Option<Vec<Fields>> = statements.into_iter().map(read_statement).collect();
    Some((version, statements?))
}

fn read_statement(value: Value) -> Option<Fields> {
    let Value::Object(fields) = value else {
        return None;
    };
    let has_effect = matches!(
        fields.get("Effect").and_then(Value::as_str),
        Some("Allow" | "Deny")
    );
    let is_exclusive = |pair: Pair| pair.iter().any(|name| !fields.contains_key(*name));
    let are_texts = |pair: Pair| pair.iter().all(|name| is_texts(fields.get(*name)));
    let is_sound = has_only(&fields, &STATEMENT_FIELDS)
        && has_effect
        && is_text_or_absent(fields.get("Sid"))
        && [ACTION, RESOURCE].into_iter().all(is_exclusive)
        && [ACTION, RESOURCE].into_iter().all(are_texts)
        && fields.get("Condition").is_none_or(is_condition);
    is_sound.then_some(fields)
}

fn has_only(fields: &Fields, known: &[&str]) -> bool {
    fields.keys().all(|name| known.contains(&name.as_str()))
}

fn is_text_or_absent(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_string)
}

fn is_texts(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::String(_)) => true,
        Some(Value::Array(values)) => values.iter().all(Value::is_string),
        Some(_) => false,
    }
}

/// Operators with keys with values.
fn is_condition(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|operators| operators.values().all(Value::is_object))
}

/// The values of the member or its negation.
fn texts(fields: &Fields, pair: Pair) -> Vec<&str> {
    let value = pair.iter().find_map(|name| fields.get(*name));
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn names_a_principal(fields: &Fields) -> bool {
    fields.contains_key("Principal") || fields.contains_key("NotPrincipal")
}

fn has_repeated_sid(statements: &[Fields]) -> bool {
    let sid = |fields: &Fields| {
        let sid = fields
            .get("Sid")
            .and_then(Value::as_str)
            .unwrap_or_default();
        sid.to_owned()
    };
    let sids: Vec<String> = statements.iter().map(sid).collect();
    sids.iter()
        .enumerate()
        .any(|(index, sid)| !sid.is_empty() && sids[..index].contains(sid))
}

/// `*`, or a vendor, a colon and a name.
fn reason_against_action(action: &str) -> Option<String> {
    if action == "*" {
        return None;
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return Some(NO_VENDOR.to_owned());
    };
    if name.contains(':') {
        return Some(TWO_COLONS.to_owned());
    }
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    let is_vendor = !vendor.is_empty() && vendor.bytes().all(is_allowed);
    (!is_vendor && vendor != "*").then(|| format!("Vendor {vendor} is not valid"))
}

/// `*`, or something like an ARN of a known partition.
fn reason_against_resource(resource: &str) -> Option<String> {
    if resource == "*" {
        return None;
    }
    let Some((_, rest)) = resource.split_once(':') else {
        return Some(format!(
            "Resource {resource} must be in ARN format or \"*\"."
        ));
    };
    let mut parts = rest.splitn(5, ':');
    let partition = parts.next().unwrap_or_default();
    if partition == "*" || partition == "aws" || partition.starts_with("aws-") {
        return None;
    }
    let mut part = || parts.next().unwrap_or("*");
    let (service, region, account, name) = (part(), part(), part(), part());
    Some(format!(
        "Partition \"{partition}\" is not valid for resource \
         \"arn:{partition}:{service}:{region}:{account}:{name}\"."
    ))
}
