//! Strategies that draw documents from the tables.

use eks_emulator_api::schema::{Kind, Member, Range, Shape};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};

/// Runs a property for one row of a table, and names the row if it fails.
pub(crate) fn for_all<S: Strategy>(
    row: &str,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(error) = TestRunner::new(config).run(strategy, property) {
        panic!("{row}: {error}");
    }
}

/// Documents that a shape accepts.
pub(crate) fn document(shape: &'static Shape) -> BoxedStrategy<Value> {
    match &shape.kind {
        Kind::Structure(members) => structure(members),
        Kind::List { member, length } => vec(document(member), sizes(*length))
            .prop_map(Value::Array)
            .boxed(),
        Kind::Map { key, value, length } => vec((document(key), document(value)), sizes(*length))
            .prop_map(|entries| {
                Value::Object(
                    entries
                        .into_iter()
                        .map(|(key, value)| (name(&key), value))
                        .collect(),
                )
            })
            .boxed(),
        Kind::String { length, pattern } => string(*length, *pattern),
        Kind::Enum(values) => select(*values).prop_map(Value::from).boxed(),
        Kind::Integer { range } => {
            let min = range.min.unwrap_or(i64::from(i32::MIN));
            let max = range.max.unwrap_or(i64::from(i32::MAX));
            (min..=max).prop_map(Value::from).boxed()
        }
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Timestamp => (0..4_000_000_000_000_i64)
            .prop_map(|milliseconds| Value::from(milliseconds as f64 / 1000.0))
            .boxed(),
    }
}

fn structure(members: &'static [Member]) -> BoxedStrategy<Value> {
    let entries: Vec<_> = members
        .iter()
        .map(|member| {
            let value = document(member.shape);
            let value = if member.required {
                value.prop_map(Some).boxed()
            } else {
                option::of(value).boxed()
            };
            value.prop_map(|value| value.map(|value| (member.name.to_owned(), value)))
        })
        .collect();
    entries
        .prop_map(|entries| Value::Object(entries.into_iter().flatten().collect::<Map<_, _>>()))
        .boxed()
}

/// Not empty: an empty label has no place in a path.
fn string(length: Range, pattern: Option<&'static str>) -> BoxedStrategy<Value> {
    let min = length.min.unwrap_or(1).max(1);
    let max = length.max.unwrap_or(i64::MAX);
    let Some(pattern) = pattern else {
        let most = max.min(min + 8);
        let expression = format!("[ -~äß漢]{{{min},{most}}}");
        return string_regex(&expression)
            .unwrap()
            .prop_map(Value::from)
            .boxed();
    };
    // The services' word characters and digits are ASCII.
    let pattern = pattern
        .trim_start_matches('^')
        .trim_end_matches('$')
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\d", "[0-9]");
    string_regex(&pattern)
        .unwrap()
        .prop_filter("within the length", move |text| {
            (min..=max).contains(&(text.encode_utf16().count() as i64))
        })
        .prop_map(Value::from)
        .boxed()
}

fn sizes(length: Range) -> std::ops::RangeInclusive<usize> {
    let min = length.min.unwrap_or(0);
    let max = length.max.unwrap_or(i64::MAX).min(min + 2);
    min as usize..=max as usize
}

fn name(key: &Value) -> String {
    key.as_str().unwrap().to_owned()
}
