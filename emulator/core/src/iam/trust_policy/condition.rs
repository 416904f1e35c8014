//! The `Condition` element: what must hold for a statement to apply.

use super::comparison::{Comparison, Expected, parse_truth};
use super::json::Json;
use super::malformed::MalformedPolicy;
use super::operator::{Operator, Quantifier, Test};
use super::request::Context;
use super::template::Variables;

/// One operator on one key; a statement needs all of its conditions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    /// The operator as the author wrote it, for explanations.
    operator_name: String,
    operator: Operator,
    key: String,
    /// The values of the policy, as written and ready to compare with.
    expected: Vec<(String, Expected)>,
}

/// Reads a whole `Condition` element.
pub(super) fn parse_conditions(
    value: &Json,
    variables: Variables,
) -> Result<Vec<Condition>, MalformedPolicy> {
    let mut conditions = Vec::new();
    for (operator_name, keys) in value.members().ok_or(MalformedPolicy::Syntax)? {
        let operator = Operator::parse(operator_name).ok_or(MalformedPolicy::Syntax)?;
        for (key, values) in keys.members().ok_or(MalformedPolicy::Syntax)? {
            conditions.push(Condition {
                operator_name: operator_name.clone(),
                operator,
                key: key.clone(),
                expected: parse_values(operator, values, variables)?,
            });
        }
    }
    Ok(conditions)
}

fn parse_values(
    operator: Operator,
    values: &Json,
    variables: Variables,
) -> Result<Vec<(String, Expected)>, MalformedPolicy> {
    let comparison = match operator.test {
        Test::Absence => Comparison::Truth,
        Test::Meets(comparison) | Test::MeetsNone(comparison) => comparison,
    };
    let prepare = |value: &Json| {
        let text = value.scalar().ok_or(MalformedPolicy::Syntax)?;
        let expected = comparison.expect(&text, variables);
        Ok((text, expected))
    };
    values.one_or_many().iter().map(prepare).collect()
}

impl Condition {
    /// Whether the condition holds for a request.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let values = context.values(&self.key);
        match self.operator.test {
            Test::Absence => self.expects_truth(values.is_empty()),
            Test::Meets(_) | Test::MeetsNone(_) if values.is_empty() => self.holds_without_key(),
            Test::Meets(comparison) => {
                self.quantify(values, |value| self.meets_one(comparison, value, context))
            }
            Test::MeetsNone(comparison) => {
                self.quantify(values, |value| !self.meets_one(comparison, value, context))
            }
        }
    }

    fn expects_truth(&self, truth: bool) -> bool {
        let mut expected = self.expected.iter();
        expected.any(|(text, _)| parse_truth(text) == Some(truth))
    }

    /// Source: IAM user guide, "IAM JSON policy elements: Condition
    /// operators" (negations hold without the key) and "Set operators for
    /// multivalued context keys".
    fn holds_without_key(&self) -> bool {
        let is_negation = matches!(self.operator.test, Test::MeetsNone(_));
        self.operator.if_exists
            || match self.operator.quantifier {
                Quantifier::Single => is_negation,
                Quantifier::ForAllValues => true,
                Quantifier::ForAnyValue => false,
            }
    }

    /// Whether enough `values` pass `test`.
    ///
    /// For the set operators an empty text is no value. Without one of them,
    /// several values count as their sort of test suggests: a positive one
    /// needs any, a negation needs all of them; AWS does not say, it wants a
    /// set operator there.
    fn quantify(&self, values: &[String], test: impl Fn(&str) -> bool) -> bool {
        let mut all = values.iter().map(String::as_str);
        let mut non_empty = values
            .iter()
            .map(String::as_str)
            .filter(|value| !value.is_empty());
        match (self.operator.quantifier, self.operator.test) {
            (Quantifier::ForAllValues, _) => non_empty.all(test),
            (Quantifier::ForAnyValue, _) => non_empty.any(test),
            (Quantifier::Single, Test::MeetsNone(_)) => all.all(test),
            (Quantifier::Single, _) => all.any(test),
        }
    }

    fn meets_one(&self, comparison: Comparison, value: &str, context: &Context) -> bool {
        let mut expected = self.expected.iter();
        expected.any(|(_, expected)| comparison.holds(value, expected, context))
    }

    /// The condition and what the request has instead, in words.
    pub(super) fn explain(&self, context: &Context) -> String {
        let wanted: Vec<&str> = self
            .expected
            .iter()
            .map(|(text, _)| text.as_str())
            .collect();
        let actual = match context.values(&self.key) {
            [] => "the request does not have the key".to_owned(),
            values => format!("the request has {values:?}"),
        };
        format!("{} {} {wanted:?}: {actual}", self.operator_name, self.key)
    }
}
