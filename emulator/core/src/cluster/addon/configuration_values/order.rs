//! The order of violations: that in which the service's validator meets them.
//!
//! The validator walks schema and document together. At each schema it takes
//! `properties` first and then the other keywords by name; below `properties` it
//! follows the schema, below `items` and `additionalProperties` the document.
//! (Observed with networknt 1.0.77; the schemas of add-ons have sorted keys.)
//!
//! Members of the document come by name, as `serde_json` keeps them, where the
//! service takes them in the order of the text.

use jsonschema::ValidationError;

/// One step on the way from the root to a violation; steps compare in walking order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Position in an array of the schema or of the document.
    Index(usize),
    /// The keyword that is looked at before all others.
    Properties,
    /// Any other keyword.
    Keyword(String),
    /// A member of the document or of a keyword that maps names to schemas.
    Name(String),
}

/// Where the violation comes in the walk.
pub(super) fn walk(error: &ValidationError<'_>) -> Vec<Step> {
    let mut schema = segments(error.evaluation_path().as_str()).peekable();
    let mut document = segments(error.instance_path().as_str());
    let mut steps = Vec::new();
    while let Some(keyword) = schema.next() {
        match keyword.as_str() {
            "properties" => {
                steps.push(Step::Properties);
                steps.extend(schema.next().map(Step::Name));
                document.next();
            }
            "patternProperties" => {
                steps.push(Step::Keyword(keyword));
                steps.extend(document.next().map(Step::Name));
                steps.extend(schema.next().map(Step::Name));
            }
            "additionalProperties" | "unevaluatedProperties" => {
                steps.push(Step::Keyword(keyword));
                steps.extend(document.next().map(Step::Name));
            }
            "items" | "additionalItems" | "unevaluatedItems" | "prefixItems" => {
                steps.push(Step::Keyword(keyword));
                steps.extend(document.next().map(position));
                if schema
                    .peek()
                    .is_some_and(|next| next.parse::<usize>().is_ok())
                {
                    schema.next();
                }
            }
            "dependencies" | "dependentRequired" | "dependentSchemas" => {
                steps.push(Step::Keyword(keyword));
                steps.extend(schema.next().map(Step::Name));
            }
            "allOf" | "anyOf" | "oneOf" => {
                steps.push(Step::Keyword(keyword));
                steps.extend(schema.next().map(position));
            }
            // The validator reports both branches from within `if`.
            "then" | "else" => steps.push(Step::Keyword("if".to_owned())),
            _ => steps.push(Step::Keyword(keyword)),
        }
    }
    steps
}

/// Whether the walk ends at this keyword of a schema.
pub(super) fn ends_at(error: &ValidationError<'_>, keyword: &str) -> bool {
    matches!(walk(error).last(), Some(Step::Keyword(last)) if last == keyword)
}

fn position(segment: String) -> Step {
    match segment.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Name(segment),
    }
}

/// The parts of a JSON pointer.
pub(super) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// A part of a JSON pointer as the name it stands for.
pub(super) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
