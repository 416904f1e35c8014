//! Validates an add-on's `configurationValues` against the schema of its version.
//!
//! Source of the sentence: messages quoted in cookpad/terraform-aws-eks#331 and
//! aws/containers-roadmap#2216, `InvalidParameterException` of `CreateAddon` and
//! `UpdateAddon`. The list in brackets is a Java set of messages of the
//! networknt JSON schema validator; see [`message`] for the texts.
//!
//! Decisions where nothing is recorded:
//!
//! * A text without any YAML document (empty, blanks, comments only) has no
//!   value at all. The Java validator calls the type of such a node `unknown`, so
//!   the answer is `[$: unknown found, object expected]`; a schema that does not
//!   ask for a type accepts it.
//! * A text that is neither JSON nor YAML gives the message of the YAML parser,
//!   which is this crate's own: the wording behind the prefix is not known.

mod message;
mod order;
mod yaml;
mod yaml_scalar;

use jsonschema::{Draft, Validator};
use serde_json::Value;

/// What every refusal starts with.
const NOT_SUPPORTED: &str = "ConfigurationValue provided in request is not supported: ";

/// How many malformed parts of a schema are dropped before it is given up.
const MAX_REPAIRS: usize = 64;

/// An add-on's schema, ready to validate any number of documents.
#[derive(Debug)]
pub(crate) struct Schema {
    document: Value,
    validator: Option<Validator>,
}

impl Schema {
    /// Prepares a schema of draft 4, 6, 7, 2019-09 or 2020-12.
    ///
    /// Never fails: a part that the draft does not allow is left out (one add-on
    /// has a draft-03 style `"required": true`), as the service accepts such
    /// schemas. One that stays unusable, say through a broken reference, accepts
    /// every document.
    pub(crate) fn compile(schema: &Value) -> Self {
        let draft = draft_of(schema);
        let mut document = schema.clone();
        for _ in 0..MAX_REPAIRS {
            let problem = match build(draft, &document) {
                Ok(validator) => {
                    return Self {
                        document,
                        validator: Some(validator),
                    };
                }
                Err(problem) => problem,
            };
            if !remove(&mut document, problem.instance_path().as_str()) {
                break;
            }
        }
        Self {
            document,
            validator: None,
        }
    }

    /// The parsed document, if `values` is JSON or YAML that the schema allows.
    ///
    /// Errors: the complete message of the `InvalidParameterException`.
    pub(crate) fn validate(&self, values: &str) -> Result<Value, String> {
        let parsed = parse(values).map_err(|problem| format!("{NOT_SUPPORTED}{problem}"))?;
        let messages = match &parsed {
            Some(document) => self.violations(document),
            None => self.violations_of_nothing(),
        };
        if messages.is_empty() {
            return Ok(parsed.unwrap_or(Value::Null));
        }
        Err(format!(
            "{NOT_SUPPORTED}Json schema validation failed with error: [{}]",
            messages.join(", ")
        ))
    }

    fn violations(&self, document: &Value) -> Vec<String> {
        match &self.validator {
            Some(validator) => {
                message::messages(&self.document, document, validator.iter_errors(document))
            }
            None => Vec::new(),
        }
    }

    /// As for `null`, but the type of a missing node is called `unknown`.
    fn violations_of_nothing(&self) -> Vec<String> {
        let mut messages = self.violations(&Value::Null);
        for message in &mut messages {
            if let Some(expectation) = message.strip_prefix("$: null found, ") {
                *message = format!("$: unknown found, {expectation}");
            }
        }
        messages
    }
}

/// [`Schema::compile`] and [`Schema::validate`] in one step.
pub(crate) fn validate(schema: &Value, values: &str) -> Result<Value, String> {
    Schema::compile(schema).validate(values)
}

/// Whether values can be held against all of a schema: nothing of it would be
/// left out.
///
/// Errors: a sentence.
pub(crate) fn check_schema(schema: &Value) -> Result<(), String> {
    build(draft_of(schema), schema)
        .map(drop)
        .map_err(|problem| match problem.instance_path().as_str() {
            "" => format!("the configuration schema is none: {problem}"),
            place => format!("the configuration schema is none: {place}: {problem}"),
        })
}

/// The document, of values that have been validated.
pub(crate) fn parsed(values: &str) -> Option<Value> {
    parse(values).ok().flatten()
}

/// JSON first; `None` if the text holds no document.
fn parse(values: &str) -> Result<Option<Value>, String> {
    match serde_json::from_str(values) {
        Ok(document) => Ok(Some(document)),
        Err(_) => yaml::parse(values),
    }
}

fn build(draft: Draft, schema: &Value) -> Result<Validator, jsonschema::ValidationError<'static>> {
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .offline()
        .build(schema)
}

/// The dialect, however `$schema` is spelled; add-ons vary in scheme and `#`.
fn draft_of(schema: &Value) -> Draft {
    let dialect = schema.get("$schema").and_then(Value::as_str).unwrap_or("");
    for (name, draft) in [
        ("draft-04", Draft::Draft4),
        ("draft-06", Draft::Draft6),
        ("draft-07", Draft::Draft7),
        ("2020-12", Draft::Draft202012),
    ] {
        if dialect.contains(name) {
            return draft;
        }
    }
    Draft::Draft201909
}

/// Removes what the JSON pointer names; `false` if there is nothing to remove.
fn remove(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return false;
    };
    let last = order::unescape(last);
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(&last).is_some(),
        Some(Value::Array(items)) => match last.parse::<usize>() {
            Ok(index) if index < items.len() => {
                items.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
