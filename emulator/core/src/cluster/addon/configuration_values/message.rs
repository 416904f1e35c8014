//! The texts of the service's JSON schema validator (networknt, 1.0 series).
//!
//! Two recorded traits bound the version: an unknown member is named in the path,
//! which ended with 1.1 of that library, and a sister service (OpenSearch
//! Serverless) prints `"not" : {…}` without a location, which 1.0.77 does and
//! 1.0.81 does not. The texts here are those of 1.0.77: its
//! `jsv-messages.properties`, compared message by message with that version's
//! output. Known differences:
//!
//! * equal texts are given once; that version repeats them if they come from
//!   different places of the schema,
//! * `1.0` passes as an integer,
//! * the patterns of formats other than `uri` are not quoted,
//! * below `oneOf` the order is that of the schema, not of a Java hash set.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Map, Value};

use super::order;

/// The regular expression that the library quotes when a `uri` does not match.
const URI_PATTERN: &str = r"^[A-Za-z][A-Za-z0-9+.-]*:(\/\/([A-Za-z0-9._~\-%!$&'()*+,;=:]*@)?[A-Za-z0-9._~\-!$&'()*+,;=%:\[\]]*(:[0-9]*)?)?[A-Za-z0-9._~\-%!$&'()*+,;=:@\/]*([?][A-Za-z0-9._~\-%!$&'()*+,;=:@\/?]*)?([#][A-Za-z0-9._~\-%!$&'()*+,;=:@\/?]*)?";

/// The message of every error, in the order of the walk, each text once.
pub(super) fn messages<'i>(
    schema: &Value,
    document: &Value,
    errors: impl Iterator<Item = ValidationError<'i>>,
) -> Vec<String> {
    let printer = Printer { schema, document };
    let errors: Vec<_> = errors.collect();
    let mut messages = Vec::new();
    printer.print_all(errors.iter(), &mut messages);
    let mut seen = std::collections::BTreeSet::new();
    messages.retain(|message| seen.insert(message.clone()));
    messages
}

struct Printer<'a> {
    schema: &'a Value,
    document: &'a Value,
}

impl Printer<'_> {
    fn print_all<'e, 'i: 'e>(
        &self,
        errors: impl Iterator<Item = &'e ValidationError<'i>>,
        messages: &mut Vec<String>,
    ) {
        let mut errors: Vec<_> = errors.collect();
        errors.sort_by_cached_key(|error| order::walk(error));
        for error in errors {
            self.print(error, messages);
        }
    }

    fn print(&self, error: &ValidationError<'_>, messages: &mut Vec<String>) {
        let path = self.path(error);
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                messages.extend(unexpected.iter().map(|name| not_defined(&path, name)));
            }
            Kind::AdditionalItems { limit } => {
                let length = error.instance().as_array().map_or(0, Vec::len);
                messages.extend(
                    (*limit..length)
                        .map(|index| format!("{path}[{index}]: no validator found at this index")),
                );
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                for branch in context {
                    self.print_all(branch.iter(), messages);
                }
            }
            Kind::FalseSchema => self.print_false_schema(error, messages),
            Kind::PropertyNames { error: inner } => self.print_name(error, inner, messages),
            Kind::Required { property } if order::ends_at(error, "required") => {
                messages.push(format!(
                    "{path}.{}: is missing but it is required",
                    as_text(property)
                ))
            }
            Kind::UnevaluatedProperties { unexpected } => {
                let paths: Vec<_> = unexpected
                    .iter()
                    .map(|name| format!("{path}.{name}"))
                    .collect();
                messages.push(format!(
                    "There are unevaluated properties at following paths {}",
                    paths.join(", ")
                ));
            }
            _ => messages.push(format!("{path}: {}", self.sentence(error))),
        }
    }

    /// Without members of its own, a schema that forbids others is reported as `false`.
    fn print_false_schema(&self, error: &ValidationError<'_>, messages: &mut Vec<String>) {
        const SENTENCE: &str = "Boolean schema false is not valid";
        let path = self.path(error);
        let object = self.document.pointer(error.instance_path().as_str());
        let names = object
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::keys);
        if order::ends_at(error, "additionalProperties") {
            messages.extend(names.map(|name| not_defined(&path, name)));
        } else if order::ends_at(error, "propertyNames") {
            messages.extend(names.map(|name| invalid_name(&path, name, SENTENCE)));
        } else {
            messages.push(SENTENCE.to_owned());
        }
    }

    /// A violation by a member's name; its own path is left out of the text.
    fn print_name(
        &self,
        error: &ValidationError<'_>,
        inner: &ValidationError<'_>,
        messages: &mut Vec<String>,
    ) {
        let path = self.path(error);
        let prefix = format!("{}: ", self.path(inner));
        let name = as_text(inner.instance());
        let mut violations = Vec::new();
        self.print(inner, &mut violations);
        messages.extend(violations.iter().map(|violation| {
            let violation = violation.strip_prefix(&prefix).unwrap_or(violation);
            invalid_name(&path, &name, violation)
        }));
    }

    /// What follows the path.
    fn sentence(&self, error: &ValidationError<'_>) -> String {
        match error.kind() {
            Kind::Type { kind } => self.wrong_type(error, kind),
            Kind::Enum { options } => format!(
                "does not have a value in the enumeration [{}]",
                joined_texts(options)
            ),
            Kind::Constant { expected_value } => {
                format!("must be a constant value {}", as_text(expected_value))
            }
            Kind::Pattern { pattern } => format!("does not match the regex pattern {pattern}"),
            Kind::MinLength { limit } => format!("must be at least {limit} characters long"),
            Kind::MaxLength { limit } => format!("may only be {limit} characters long"),
            Kind::Minimum { limit } => format!("must have a minimum value of {limit}"),
            Kind::Maximum { limit } => format!("must have a maximum value of {limit}"),
            Kind::ExclusiveMinimum { limit } => {
                format!("must have an exclusive minimum value of {limit}")
            }
            Kind::ExclusiveMaximum { limit } => {
                format!("must have an exclusive maximum value of {limit}")
            }
            Kind::MultipleOf { multiple_of } => format!("must be multiple of {multiple_of:?}"),
            Kind::MinItems { limit } => {
                format!("there must be a minimum of {limit} items in the array")
            }
            Kind::MaxItems { limit } => {
                format!("there must be a maximum of {limit} items in the array")
            }
            Kind::UniqueItems => "the items in the array must be unique".to_owned(),
            Kind::MinProperties { limit } => format!("should have a minimum of {limit} properties"),
            Kind::MaxProperties { limit } => {
                format!("may only have a maximum of {limit} properties")
            }
            Kind::Not { schema } => format!("should not be valid to the schema \"not\" : {schema}"),
            Kind::Contains => self.contains(error),
            Kind::OneOfMultipleValid { context } => self.several_valid(error, context),
            Kind::Required { .. } => self.dependency(error),
            Kind::Format { format } => wrong_format(error.instance(), format),
            // The rest cannot come from the keywords that add-ons use.
            _ => error.to_string(),
        }
    }

    fn wrong_type(&self, error: &ValidationError<'_>, kind: &TypeKind) -> String {
        let found = type_name(error.instance());
        if let Value::Array(names) = self.keyword(error) {
            let names: Vec<_> = names.iter().map(as_text).collect();
            return format!("{found} found, but [{}] is required", names.join(", "));
        }
        match kind {
            TypeKind::Single(expected) => format!("{found} found, {expected} expected"),
            TypeKind::Multiple(expected) => {
                let names: Vec<_> = expected.iter().map(|name| name.to_string()).collect();
                format!("{found} found, but [{}] is required", names.join(", "))
            }
        }
    }

    /// `minContains` and `maxContains` are reported like `contains` next to them.
    fn contains(&self, error: &ValidationError<'_>) -> String {
        let location = error.schema_path().as_str();
        let (parent, _) = location.rsplit_once('/').unwrap_or_default();
        let schema = self.schema.pointer(&format!("{parent}/contains"));
        format!(
            "does not contain an element that passes these validations: {}",
            schema.unwrap_or(&Value::Null)
        )
    }

    fn several_valid(
        &self,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
    ) -> String {
        let branches = self.keyword(error).as_array().cloned().unwrap_or_default();
        let valid: String = branches
            .iter()
            .zip(context)
            .filter(|(_, errors)| errors.is_empty())
            .map(|(branch, _)| branch.to_string())
            .collect();
        format!(
            "should be valid to one and only one of schema, but more than one are valid: {valid}"
        )
    }

    /// A member that is required because of another; the whole keyword is printed.
    fn dependency(&self, error: &ValidationError<'_>) -> String {
        let mut pointer = error.schema_path().as_str();
        let (parent, keyword) = loop {
            match pointer.rsplit_once('/') {
                Some((parent, keyword @ ("dependentRequired" | "dependencies"))) => {
                    break (parent, keyword);
                }
                Some((parent, _)) => pointer = parent,
                None => break ("", "dependentRequired"),
            }
        };
        let lists = self.schema.pointer(&format!("{parent}/{keyword}"));
        let lists = lists.and_then(Value::as_object).into_iter().flatten();
        let lists: Vec<_> = lists
            .filter(|(_, names)| names.is_array())
            .map(|(name, names)| format!("{name}=[{}]", joined_texts(names)))
            .collect();
        let lists = lists.join(", ");
        match keyword {
            "dependencies" => format!("has an error with dependencies {{{lists}}}"),
            _ => format!("has a missing property which is dependent required {{{lists}}}"),
        }
    }

    /// The value of the violated keyword in the schema.
    fn keyword(&self, error: &ValidationError<'_>) -> &Value {
        self.schema
            .pointer(error.schema_path().as_str())
            .unwrap_or(&Value::Null)
    }

    /// `$.a.b[0]`; only the document tells an array's index from a numeric name.
    fn path(&self, error: &ValidationError<'_>) -> String {
        let mut path = "$".to_owned();
        let mut node = Some(self.document);
        for segment in order::segments(error.instance_path().as_str()) {
            if let Some(Value::Array(items)) = node {
                path += &format!("[{segment}]");
                node = segment
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index));
            } else {
                path.push('.');
                path += &segment;
                node = node.and_then(|value| value.get(&segment));
            }
        }
        path
    }
}

fn not_defined(path: &str, name: &str) -> String {
    format!(
        "{path}.{name}: is not defined in the schema and the schema does not allow additional properties"
    )
}

fn invalid_name(path: &str, name: &str, violation: &str) -> String {
    format!("Property name {path}.{name} is not valid for validation: {violation}")
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn wrong_format(instance: &Value, format: &str) -> String {
    let value = as_text(instance);
    match format {
        "uri" => format!("does not match the uri pattern {URI_PATTERN}"),
        "date" | "date-time" | "time" | "uuid" => format!("{value} is an invalid {format}"),
        // The library mixes up the two arguments here.
        "email" => format!("does not match the {value} pattern email"),
        _ => format!("does not match the {format} pattern {format}"),
    }
}

fn joined_texts(values: &Value) -> String {
    let texts: Vec<_> = values
        .as_array()
        .into_iter()
        .flatten()
        .map(as_text)
        .collect();
    texts.join(", ")
}

/// A scalar as bare text; collections have none.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => String::new(),
        scalar => scalar.to_string(),
    }
}
