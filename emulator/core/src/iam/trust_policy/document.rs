//! From the text of a trust policy to its statements.

use super::action::ActionElement;
use super::condition::{Condition, parse_conditions};
use super::json::Json;
use super::malformed::MalformedPolicy;
use super::principal::{PrincipalPattern, parse_principals};
use super::template::Variables;

/// What a statement does when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Allow, unless another statement denies.
    Allow,
    /// Deny, whatever other statements say.
    Deny,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    /// The name its author gave it.
    pub(super) sid: Option<String>,
    /// Allow or deny.
    pub(super) effect: Effect,
    /// Whom it is about.
    pub(super) principals: Vec<PrincipalPattern>,
    /// Which actions it is about.
    pub(super) actions: ActionElement,
    /// What else must hold.
    pub(super) conditions: Vec<Condition>,
}

const POLICY_FIELDS: [&str; 3] = ["Version", "Id", "Statement"];

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

/// The members of one object of the policy.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [(String, Json)]);

impl<'a> Fields<'a> {
    /// Refuses anything but an object, duplicates and unknown members.
    fn of(value: &'a Json, known: &[&str]) -> Result<Self, MalformedPolicy> {
        let members = value.members().ok_or(MalformedPolicy::Syntax)?;
        let unknown = members
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()));
        match unknown {
            Some((name, _)) => Err(MalformedPolicy::UnknownField(name.clone())),
            None => Ok(Self(members)),
        }
    }

    fn get(self, name: &str) -> Option<&'a Json> {
        self.0
            .iter()
            .find_map(|(field, value)| (field == name).then_some(value))
    }

    /// The text of an optional member.
    fn text(self, name: &str) -> Result<Option<&'a str>, MalformedPolicy> {
        self.get(name)
            .map(|value| value.text().ok_or(MalformedPolicy::Syntax))
            .transpose()
    }
}

/// Reads a policy.
///
/// Without `Version` a policy is of 2008-10-17, where variables are text.
pub(super) fn parse_policy(text: &str) -> Result<Vec<Statement>, MalformedPolicy> {
    let document = Json::parse(text).ok_or(MalformedPolicy::InvalidJson)?;
    let fields = Fields::of(&document, &POLICY_FIELDS)?;
    fields.text("Id")?;
    let variables = match fields.text("Version")? {
        Some("2012-10-17") => Variables::Replace,
        Some("2008-10-17") | None => Variables::Literal,
        Some(_) => return Err(MalformedPolicy::InvalidVersion),
    };
    let statements = fields
        .get("Statement")
        .ok_or(MalformedPolicy::Syntax)?
        .one_or_many();
    if statements.is_empty() {
        return Err(MalformedPolicy::EmptyStatement);
    }
    let statements: Vec<Statement> = statements
        .iter()
        .map(|statement| parse_statement(statement, variables))
        .collect::<Result<_, _>>()?;
    check_sids(&statements)?;
    Ok(statements)
}

fn check_sids(statements: &[Statement]) -> Result<(), MalformedPolicy> {
    let is_repeated = |(index, statement): (usize, &Statement)| {
        let mut earlier = statements[..index].iter();
        statement.sid.is_some() && earlier.any(|earlier| earlier.sid == statement.sid)
    };
    if statements.iter().enumerate().any(is_repeated) {
        return Err(MalformedPolicy::DuplicateSid);
    }
    Ok(())
}

/// `Resource` is looked at first: what users most often hand in by mistake is
/// a permissions policy, and IAM answers with that field.
fn parse_statement(value: &Json, variables: Variables) -> Result<Statement, MalformedPolicy> {
    let fields = Fields::of(value, &STATEMENT_FIELDS)?;
    if fields.get("Resource").is_some() {
        return Err(MalformedPolicy::ProhibitedResource);
    }
    if fields.get("NotResource").is_some() {
        return Err(MalformedPolicy::ProhibitedNotResource);
    }
    let effect = parse_effect(fields)?;
    check_not_principal(fields, effect)?;
    let principals = fields
        .get("Principal")
        .ok_or(MalformedPolicy::MissingField("Principal"))?;
    Ok(Statement {
        sid: fields
            .text("Sid")?
            .filter(|sid| !sid.is_empty())
            .map(str::to_owned),
        effect,
        principals: parse_principals(principals)?,
        actions: parse_actions(fields)?,
        conditions: fields
            .get("Condition")
            .map_or(Ok(Vec::new()), |value| parse_conditions(value, variables))?,
    })
}

fn parse_effect(fields: Fields<'_>) -> Result<Effect, MalformedPolicy> {
    match fields.text("Effect")? {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        Some(other) => Err(MalformedPolicy::InvalidEffect(other.to_owned())),
        None => Err(MalformedPolicy::MissingField("Effect")),
    }
}

/// Source: IAM user guide, "AWS JSON policy elements: NotPrincipal": not in
/// role trust policies.
fn check_not_principal(fields: Fields<'_>, effect: Effect) -> Result<(), MalformedPolicy> {
    match (fields.get("NotPrincipal"), effect) {
        (None, _) => Ok(()),
        (Some(_), Effect::Allow) => Err(MalformedPolicy::AllowWithNotPrincipal),
        (Some(_), Effect::Deny) => Err(MalformedPolicy::ProhibitedNotPrincipal),
    }
}

fn parse_actions(fields: Fields<'_>) -> Result<ActionElement, MalformedPolicy> {
    match (fields.get("Action"), fields.get("NotAction")) {
        (Some(value), None) => ActionElement::parse(value),
        (None, Some(value)) => ActionElement::parse_negated(value),
        (Some(_), Some(_)) => Err(MalformedPolicy::Syntax),
        (None, None) => Err(MalformedPolicy::MissingField("Action")),
    }
}
