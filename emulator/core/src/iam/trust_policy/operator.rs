//! The names of condition operators, taken apart.

use super::comparison::Comparison::{self, Address, Bytes, Date, Number, Pattern, Text, Truth};
use super::comparison::Order::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

/// What the name of an operator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    /// How the values of a key that has several count.
    pub(super) quantifier: Quantifier,
    /// What is tested.
    pub(super) test: Test,
    /// `…IfExists`: the condition holds without the key.
    pub(super) if_exists: bool,
}

/// How the values of a key count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    /// No prefix: for keys with one value.
    Single,
    /// `ForAllValues:`.
    ForAllValues,
    /// `ForAnyValue:`.
    ForAnyValue,
}

/// What an operator tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// `Null`: that the key is absent (`true`) or present (`false`).
    Absence,
    /// That a value meets one of the policy's.
    Meets(Comparison),
    /// That a value meets none of the policy's.
    MeetsNone(Comparison),
}

/// Comparisons and the names of the operators that ask for them and that
/// negate them.
///
/// Source: IAM user guide, "IAM JSON policy elements: Condition operators".
/// `ArnEquals` and `ArnLike` do the same.
#[rustfmt::skip]
const COMPARISONS: [(Comparison, &str, Option<&str>); 18] = [
    (Text, "StringEquals", Some("StringNotEquals")),
    (Comparison::TextIgnoringCase, "StringEqualsIgnoreCase", Some("StringNotEqualsIgnoreCase")),
    (Pattern, "StringLike", Some("StringNotLike")),
    (Comparison::Arn, "ArnEquals", Some("ArnNotEquals")),
    (Comparison::Arn, "ArnLike", Some("ArnNotLike")),
    (Number(Equal), "NumericEquals", Some("NumericNotEquals")),
    (Number(Less), "NumericLessThan", None),
    (Number(LessOrEqual), "NumericLessThanEquals", None),
    (Number(Greater), "NumericGreaterThan", None),
    (Number(GreaterOrEqual), "NumericGreaterThanEquals", None),
    (Date(Equal), "DateEquals", Some("DateNotEquals")),
    (Date(Less), "DateLessThan", None),
    (Date(LessOrEqual), "DateLessThanEquals", None),
    (Date(Greater), "DateGreaterThan", None),
    (Date(GreaterOrEqual), "DateGreaterThanEquals", None),
    (Truth, "Bool", None),
    (Address, "IpAddress", Some("NotIpAddress")),
    (Bytes, "BinaryEquals", None),
];

impl Operator {
    /// Reads the name of an operator, in any case; `None` if there is none.
    ///
    /// `Null` cannot have `IfExists`: it would ask whether the key exists, if
    /// the key exists.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = quantified(name);
        if rest.eq_ignore_ascii_case("Null") {
            return Some(Self {
                quantifier,
                test: Test::Absence,
                if_exists: false,
            });
        }
        let without_suffix = strip_suffix_ignoring_case(rest, "IfExists");
        Some(Self {
            quantifier,
            test: test_of(without_suffix.unwrap_or(rest))?,
            if_exists: without_suffix.is_some(),
        })
    }
}

fn quantified(name: &str) -> (Quantifier, &str) {
    match name.split_once(':') {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
            (Quantifier::ForAllValues, rest)
        }
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
            (Quantifier::ForAnyValue, rest)
        }
        _ => (Quantifier::Single, name),
    }
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let (head, tail) = text.split_at_checked(at)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

fn test_of(name: &str) -> Option<Test> {
    COMPARISONS
        .iter()
        .find_map(|(comparison, positive, negated)| {
            if positive.eq_ignore_ascii_case(name) {
                return Some(Test::Meets(*comparison));
            }
            let is_negation = negated.is_some_and(|negated| negated.eq_ignore_ascii_case(name));
            is_negation.then_some(Test::MeetsNone(*comparison))
        })
}
