//! A second evaluator to compare with: naive, recursive, straight on the JSON.
//!
//! It shares no code with the real one and is built differently: wildcards by
//! recursion, variables by rewriting texts, dates from a table of literals,
//! addresses as texts of bits, set operators by counting.

use eks_emulator_core::iam::trust_policy::{Action, Decision, Principal};
use serde_json::Value;

/// Dates that random policies use, and their milliseconds since the epoch.
pub(crate) const DATES: [(&str, Option<i64>); 10] = [
    ("2026-01-01T00:00:00Z", Some(1_767_225_600_000)),
    ("2026-01-01", Some(1_767_225_600_000)),
    ("2026", Some(1_767_225_600_000)),
    ("2026-01-01T01:00:00+01:00", Some(1_767_225_600_000)),
    ("1767225600", Some(1_767_225_600_000)),
    ("2026-01-01T00:00:00.250Z", Some(1_767_225_600_250)),
    ("2025-12-31T23:59Z", Some(1_767_225_540_000)),
    ("2026-13-01", None),
    ("2026-01-01T00:00:00", None),
    ("", None),
];

/// Stand-ins for characters that are not wildcards.
const PLAIN_STAR: char = '\u{e000}';
const PLAIN_QUESTION: char = '\u{e001}';

/// Keys and values of a request; a key may occur more than once.
pub(crate) type Pairs = [(String, String)];

/// The decision of `policy`, which must be well-formed.
pub(crate) fn decide(
    policy: &Value,
    principal: &Principal,
    action: Action,
    pairs: &Pairs,
) -> Decision {
    let is_new = policy["Version"] == "2012-10-17";
    let applies = |effect: &str| {
        policy["Statement"].as_array().unwrap().iter().any(|one| {
            one["Effect"] == effect
                && is_about_principal(&one["Principal"], principal)
                && is_about_action(one, action)
                && conditions_hold(&one["Condition"], pairs, is_new)
        })
    };
    if applies("Deny") {
        Decision::ExplicitDeny
    } else if applies("Allow") {
        Decision::Allow
    } else {
        Decision::ImplicitDeny
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn is_about_principal(element: &Value, principal: &Principal) -> bool {
    if element == "*" || texts(&element["AWS"]).iter().any(|text| text == "*") {
        return true;
    }
    let mut names = Vec::new();
    let kind = match principal {
        Principal::Service(name) => {
            names.push(name.clone());
            "Service"
        }
        Principal::Federated(provider) => {
            names.push(provider.clone());
            "Federated"
        }
        Principal::Aws {
            account_id,
            arn,
            role_arn,
        } => {
            names.extend([account_id.clone(), arn.clone()]);
            names.push(format!("arn:aws:iam::{account_id}:root"));
            names.extend(role_arn.clone());
            "AWS"
        }
    };
    texts(&element[kind])
        .iter()
        .any(|text| names.contains(text))
}

fn is_about_action(statement: &Value, action: Action) -> bool {
    let is_named = |element: &Value| {
        texts(element).iter().any(|pattern| {
            let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
            let name: Vec<char> = action.name().to_lowercase().chars().collect();
            fits(&pattern, &name)
        })
    };
    if statement["Action"].is_null() {
        !is_named(&statement["NotAction"])
    } else {
        is_named(&statement["Action"])
    }
}

fn fits(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| fits(rest, &text[taken..])),
        Some(('?', rest)) => !text.is_empty() && fits(rest, &text[1..]),
        Some((character, rest)) => text.first() == Some(character) && fits(rest, &text[1..]),
    }
}

fn conditions_hold(block: &Value, pairs: &Pairs, is_new: bool) -> bool {
    let Some(block) = block.as_object() else {
        return true;
    };
    block.iter().all(|(operator, keys)| {
        keys.as_object()
            .unwrap()
            .iter()
            .all(|(key, expected)| condition_holds(operator, key, &texts(expected), pairs, is_new))
    })
}

fn values_of(key: &str, pairs: &Pairs) -> Vec<String> {
    let is_key = |(name, _): &&(String, String)| name.to_lowercase() == key.to_lowercase();
    pairs
        .iter()
        .filter(is_key)
        .map(|(_, value)| value.clone())
        .collect()
}

fn condition_holds(
    operator: &str,
    key: &str,
    expected: &[String],
    pairs: &Pairs,
    is_new: bool,
) -> bool {
    let (set, name) = operator.split_once(':').unwrap_or(("", operator));
    let mut actual = values_of(key, pairs);
    if name == "Null" {
        let wanted = if actual.is_empty() { "true" } else { "false" };
        return expected.iter().any(|text| text.to_lowercase() == wanted);
    }
    let base = name.replace("IfExists", "");
    let positive = base.replace("Not", "");
    let is_negated = positive != base;
    if actual.is_empty() {
        return name != base || set == "ForAllValues" || (set.is_empty() && is_negated);
    }
    if !set.is_empty() {
        actual.retain(|value| !value.is_empty());
    }
    let meets = |value: &&String| {
        expected
            .iter()
            .any(|text| meets(&positive, value, text, pairs, is_new))
    };
    let meeting = actual.iter().filter(meets).count();
    let passing = if is_negated {
        actual.len() - meeting
    } else {
        meeting
    };
    match (set, is_negated) {
        ("ForAllValues", _) | ("", true) => passing == actual.len(),
        _ => passing > 0,
    }
}

fn meets(operator: &str, actual: &str, expected: &str, pairs: &Pairs, is_new: bool) -> bool {
    match operator {
        "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike" => {
            let Some(pattern) = rewritten(expected, pairs, is_new) else {
                return false;
            };
            text_meets(operator, &hidden(actual), &pattern)
        }
        "Bool" => {
            let (actual, expected) = (actual.to_lowercase(), expected.to_lowercase());
            actual == expected && (actual == "true" || actual == "false")
        }
        "BinaryEquals" => actual == expected,
        "IpAddress" => address_meets(actual, expected),
        _ => order_meets(operator, actual, expected),
    }
}

fn text_meets(operator: &str, actual: &str, pattern: &str) -> bool {
    let characters = |text: &str| text.chars().collect::<Vec<char>>();
    match operator {
        "StringEquals" => hidden(pattern) == actual,
        "StringEqualsIgnoreCase" => hidden(pattern).to_lowercase() == actual.to_lowercase(),
        "StringLike" => fits(&characters(pattern), &characters(actual)),
        _ => {
            let actual: Vec<&str> = actual.splitn(6, ':').collect();
            let patterns: Vec<&str> = pattern.splitn(6, ':').collect();
            let all_fit = actual
                .iter()
                .zip(&patterns)
                .all(|(part, pattern)| fits(&characters(pattern), &characters(part)));
            let is_arn = actual.len() == 6 && actual[0] == "arn";
            is_arn && (pattern == "*" || (patterns.len() == 6 && all_fit))
        }
    }
}

fn hidden(text: &str) -> String {
    text.replace('*', &PLAIN_STAR.to_string())
        .replace('?', &PLAIN_QUESTION.to_string())
}

/// The text with its variables replaced; `None` if one has no value.
fn rewritten(text: &str, pairs: &Pairs, is_new: bool) -> Option<String> {
    let Some((before, after)) = text.split_once("${").filter(|_| is_new) else {
        return Some(text.to_owned());
    };
    let Some((inside, rest)) = after.split_once('}') else {
        return Some(text.to_owned());
    };
    let value = match inside {
        "*" | "?" | "$" => inside.to_owned(),
        _ => {
            let (key, default) = match inside.split_once(", '") {
                Some((key, default)) => (key, Some(default.trim_end_matches('\'').to_owned())),
                None => (inside, None),
            };
            let mut values = values_of(key, pairs);
            if values.len() == 1 {
                values.pop()?
            } else {
                default?
            }
        }
    };
    let rest = rewritten(rest, pairs, is_new)?;
    Some(format!("{before}{}{rest}", hidden(&value)))
}

fn bits(address: &str) -> Option<String> {
    match address.parse().ok()? {
        std::net::IpAddr::V4(address) => Some(
            address
                .octets()
                .iter()
                .map(|byte| format!("{byte:08b}"))
                .collect(),
        ),
        std::net::IpAddr::V6(address) => Some(
            address
                .segments()
                .iter()
                .map(|part| format!("{part:016b}"))
                .collect(),
        ),
    }
}

fn address_meets(actual: &str, expected: &str) -> bool {
    let (network, length) = expected.split_once('/').unwrap_or((expected, "all"));
    let (Some(actual), Some(network)) = (bits(actual), bits(network)) else {
        return false;
    };
    let length = if length == "all" {
        network.len()
    } else {
        length.parse().unwrap()
    };
    actual.len() == network.len() && actual[..length] == network[..length]
}

fn order_meets(operator: &str, actual: &str, expected: &str) -> bool {
    let read = |text: &str| match operator.starts_with("Date") {
        true => DATES.iter().find(|(date, _)| *date == text).unwrap().1,
        // Random numbers have at most one digit after the point.
        false => text
            .parse::<f64>()
            .ok()
            .map(|number| (number * 10.0) as i64),
    };
    let (Some(actual), Some(expected)) = (read(actual), read(expected)) else {
        return false;
    };
    match operator
        .trim_start_matches("Date")
        .trim_start_matches("Numeric")
    {
        "Equals" => actual == expected,
        "LessThan" => actual < expected,
        "LessThanEquals" => actual <= expected,
        "GreaterThan" => actual > expected,
        "GreaterThanEquals" => actual >= expected,
        other => panic!("no such order: {other}"),
    }
}
