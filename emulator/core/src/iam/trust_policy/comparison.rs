//! How a condition compares one value of the request with one of the policy.

use std::cmp::Ordering;

use super::address::AddressRange;
use super::moment::parse_moment;
use super::request::Context;
use super::template::{Template, Variables, Wildcards};
use super::wildcard::{Symbol, matches};

/// The kinds of comparison, without negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Equal texts.
    Text,
    /// Equal texts but for case.
    TextIgnoringCase,
    /// A text that fits a pattern.
    Pattern,
    /// An ARN whose six parts fit those of a pattern.
    Arn,
    /// Numbers in this order.
    Number(Order),
    /// Dates in this order.
    Date(Order),
    /// Equal truth values.
    Truth,
    /// An address within a range.
    Address,
    /// Equal bytes, both in base64.
    Bytes,
}

/// An order of two values, the request's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Both are the same.
    Equal,
    /// The request's is less.
    Less,
    /// The request's is not greater.
    LessOrEqual,
    /// The request's is greater.
    Greater,
    /// The request's is not less.
    GreaterOrEqual,
}

impl Order {
    fn allows(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// A value of the policy, ready to be compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expected {
    /// Texts, patterns and ARNs.
    Template(Template),
    /// A number.
    Number(f64),
    /// Milliseconds since the epoch.
    Date(i64),
    /// A truth value.
    Truth(bool),
    /// A range of addresses.
    Addresses(AddressRange),
    /// Bytes in base64.
    Bytes(String),
    /// A text that is none of what the operator compares: nothing meets it.
    Nothing,
}

impl Comparison {
    /// Prepares a value of the policy. Only texts and ARNs have variables.
    pub(super) fn expect(self, text: &str, variables: Variables) -> Expected {
        let template = |wildcards| Expected::Template(Template::parse(text, wildcards, variables));
        match self {
            Self::Text | Self::TextIgnoringCase => template(Wildcards::Literal),
            Self::Pattern | Self::Arn => template(Wildcards::Match),
            Self::Number(_) => parse_number(text).map_or(Expected::Nothing, Expected::Number),
            Self::Date(_) => parse_moment(text).map_or(Expected::Nothing, Expected::Date),
            Self::Truth => parse_truth(text).map_or(Expected::Nothing, Expected::Truth),
            Self::Address => {
                AddressRange::parse(text).map_or(Expected::Nothing, Expected::Addresses)
            }
            Self::Bytes => Expected::Bytes(text.to_owned()),
        }
    }

    /// Whether `actual`, a value of the request, meets `expected`.
    pub(super) fn holds(self, actual: &str, expected: &Expected, context: &Context) -> bool {
        match expected {
            Expected::Template(template) => template
                .resolve(context)
                .is_some_and(|pattern| self.fits(actual, &pattern)),
            Expected::Number(number) => parse_number(actual)
                .and_then(|actual| actual.partial_cmp(number))
                .is_some_and(|ordering| self.allows(ordering)),
            Expected::Date(date) => {
                parse_moment(actual).is_some_and(|actual| self.allows(actual.cmp(date)))
            }
            Expected::Truth(truth) => parse_truth(actual) == Some(*truth),
            Expected::Addresses(range) => range.contains(actual),
            Expected::Bytes(bytes) => actual == bytes,
            Expected::Nothing => false,
        }
    }

    fn fits(self, actual: &str, pattern: &[Symbol]) -> bool {
        match self {
            Self::TextIgnoringCase => {
                let pattern: Vec<Symbol> = pattern.iter().flat_map(lower_case).collect();
                // Letter by letter on both sides: the lower case of a whole
                // text may depend on a letter's neighbours.
                let actual: String = actual.chars().flat_map(char::to_lowercase).collect();
                matches(&pattern, &actual)
            }
            Self::Arn => arn_fits(actual, pattern),
            _ => matches(pattern, actual),
        }
    }

    fn allows(self, ordering: Ordering) -> bool {
        match self {
            Self::Number(order) | Self::Date(order) => order.allows(ordering),
            _ => false,
        }
    }
}

fn lower_case(symbol: &Symbol) -> Vec<Symbol> {
    match symbol {
        Symbol::Character(character) => character.to_lowercase().map(Symbol::Character).collect(),
        wildcard => vec![*wildcard],
    }
}

/// Compares part by part, so that a wildcard never reaches over a colon (but
/// within the last part). A lone `*` stands for any ARN.
///
/// Source: IAM user guide, "Amazon Resource Name (ARN) condition operators";
/// the lone `*` is inferred.
fn arn_fits(actual: &str, pattern: &[Symbol]) -> bool {
    let parts: Vec<&str> = actual.splitn(6, ':').collect();
    if parts.len() != 6 || parts[0] != "arn" {
        return false;
    }
    if pattern == [Symbol::AnyMany] {
        return true;
    }
    let patterns: Vec<&[Symbol]> = pattern
        .splitn(6, |symbol| *symbol == Symbol::Character(':'))
        .collect();
    let fits = |(part, pattern): (&&str, &&[Symbol])| matches(pattern, part);
    patterns.len() == 6 && parts.iter().zip(&patterns).all(fits)
}

/// An optional sign, digits and at most one decimal point.
fn parse_number(text: &str) -> Option<f64> {
    let allowed = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    text.bytes().all(allowed).then(|| text.parse().ok())?
}

/// `true` or `false` in any case.
pub(super) fn parse_truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}
