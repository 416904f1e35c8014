//! The JSON Schema of the document, and what it finds wrong with one.

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::document::Seed;
use super::mistake::Mistake;
use super::shape;
use super::source::{Source, pointer_to};

/// The JSON Schema (draft 2020-12) of the document.
pub(crate) fn document_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Seed>().to_value();
    schema["title"] = "Seed document of eks-emulator".into();
    schema
}

/// Compiled when the first document is read.
fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        jsonschema::draft202012::new(&document_schema()).expect("the schema is one; tests read it")
    })
}

/// Everything that is wrong with the structure of a document, in the order of
/// the text.
pub(super) fn check(source: &Source) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for error in validator().iter_errors(&source.value) {
        report(&error, source, &mut mistakes);
    }
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.dedup();
    mistakes
}

fn report(error: &ValidationError<'_>, source: &Source, mistakes: &mut Vec<Mistake>) {
    let pointer = error.instance_path().as_str();
    let value = source.value.pointer(pointer).unwrap_or(&Value::Null);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let message = format!("there is no member {key}{}", near(key, error));
                let mistake = Mistake::new(pointer_to(pointer, key), message);
                mistakes.push(mistake.located(&source.places));
            }
        }
        Kind::PropertyNames { error } => {
            mistakes.push(at_value(
                pointer,
                format!("the key {}: {error}", error.instance()),
                source,
            ));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            // What was meant is the form whose type fits.
            let is_meant = |errors: &&Vec<ValidationError<'static>>| {
                !errors.iter().any(|error| {
                    error.instance_path().as_str() == pointer
                        && matches!(error.kind(), Kind::Type { .. } | Kind::Constant { .. })
                })
            };
            match context.iter().find(is_meant) {
                Some(errors) if !errors.is_empty() => {
                    for error in errors {
                        report(error, source, mistakes);
                    }
                }
                _ => {
                    let message =
                        format!("{} has none of the forms that it can have", shown(value));
                    mistakes.push(at_value(pointer, message, source));
                }
            }
        }
        kind => mistakes.push(at_value(pointer, sentence(kind, pointer, value), source)),
    }
}

fn at_value(pointer: &str, message: String, source: &Source) -> Mistake {
    let mut mistake = Mistake::new(pointer, message);
    if let Some(place) = source.places.of_value(pointer) {
        mistake.line = Some(place.line);
        mistake.column = Some(place.column);
    }
    mistake
}

fn sentence(kind: &Kind, pointer: &str, value: &Value) -> String {
    let value = match value {
        Value::Object(_) | Value::Array(_) => "it".to_owned(),
        value => shown(value),
    };
    match kind {
        Kind::Type { kind } => wrong_type(kind, pointer, &value),
        Kind::Required { property } => {
            format!("{} is required", property.as_str().unwrap_or_default())
        }
        Kind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            let options: Vec<&str> = options.filter_map(Value::as_str).collect();
            format!("{value} is none of {}", options.join(", "))
        }
        Kind::Pattern { pattern } if pointer.ends_with("/trust") && pattern.contains("pods") => {
            format!("{value} is none of pods, irsa, ec2, eks and a policy document")
        }
        Kind::Pattern { pattern } => format!("{value} does not match {pattern}"),
        Kind::MaxItems { limit: 0 } => shape::NOT_BUILT.to_owned(),
        Kind::MaxItems { limit } => format!("it has more than {limit} elements"),
        Kind::MaxProperties { limit } => format!("it has more than {limit} members"),
        Kind::MinLength { limit } => format!("{value} is shorter than {limit}"),
        Kind::MaxLength { limit } => format!("{value} is longer than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{value} is not above {limit}"),
        Kind::Minimum { limit } if pointer == "/schema" => {
            format!("there is no schema {value}: the first is {limit}")
        }
        Kind::Minimum { limit } => format!("{value} is less than {limit}"),
        Kind::Maximum { limit } => format!("{value} is more than {limit}"),
        _ => format!("{value} is not as it has to be"),
    }
}

fn wrong_type(kind: &TypeKind, pointer: &str, value: &str) -> String {
    let wanted: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    };
    let wanted: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|one| *one != "null")
        .collect();
    let is_number = value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if wanted == ["string"] && is_number {
        let example = match pointer.rsplit('/').next() {
            Some("account") => "123456789012",
            _ => "1.30",
        };
        return format!(
            "{value} is a number; a text of digits has to stand in quotes, as in \"{example}\""
        );
    }
    let words = wanted.iter().map(|one| match *one {
        "string" => "a text",
        "object" => "a mapping",
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "nothing",
    });
    let words: Vec<&str> = words.collect();
    format!("{value} is not {}", words.join(" or "))
}

/// A value as a sentence shows it: not longer than a line.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The member whose name is nearly that of one that there is not.
fn near(key: &str, error: &ValidationError<'_>) -> String {
    let schema = document_schema();
    let path = error.schema_path().as_str();
    let object = path.strip_suffix("/additionalProperties").unwrap_or(path);
    let members = resolve(&schema, object)
        .and_then(|object| object["properties"].as_object())
        .into_iter()
        .flatten();
    let nearest = members
        .map(|(name, _)| {
            (
                strsim::levenshtein(&key.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, name)) if distance <= 1 + key.len() / 4 => format!("; is it {name}?"),
        _ => String::new(),
    }
}

/// What a path through a schema leads to, references followed.
fn resolve<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = schema;
    for token in path.split('/').skip(1) {
        at = match token {
            "$ref" => schema.pointer(at["$ref"].as_str()?.strip_prefix('#')?)?,
            token => {
                let token = token.replace("~1", "/").replace("~0", "~");
                match at {
                    Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                    at => at.get(&token)?,
                }
            }
        };
    }
    Some(at)
}
