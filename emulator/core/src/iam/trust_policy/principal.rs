//! The `Principal` element: whom a statement is about.

use super::json::Json;
use super::malformed::MalformedPolicy;
use super::request::Principal;
use crate::arn::{Arn, is_account_id};

/// Identity providers that policies name by domain.
///
/// Source: IAM user guide, "AWS JSON policy elements: Principal".
const WELL_KNOWN_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// How the names of services end, over all partitions.
const SERVICE_SUFFIXES: [&str; 4] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazon.com",
    ".aws.internal",
];

/// One entry of a `Principal` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// `"*"` or `{"AWS": "*"}`, which mean the same: anyone at all.
    Everyone,
    /// All identities of an account, written as its id or as its root's ARN.
    ///
    /// On AWS the account's own policies must allow the call as well; they are
    /// not evaluated here.
    Account(String),
    /// One user, role (all of its sessions) or session by its ARN.
    Identity(String),
    /// A service of AWS.
    Service(String),
    /// An identity provider by its ARN or its domain.
    Federated(String),
    /// A canonical user of S3: accepted, but nobody who could call.
    CanonicalUser(String),
}

impl PrincipalPattern {
    /// Whether the entry means `principal`.
    pub fn covers(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (Self::Everyone, _) => true,
            (Self::Account(id), Principal::Aws { account_id, .. }) => id == account_id,
            (Self::Identity(named), Principal::Aws { arn, role_arn, .. }) => {
                named == arn || role_arn.as_ref() == Some(named)
            }
            (Self::Service(named), Principal::Service(name)) => named == name,
            (Self::Federated(named), Principal::Federated(provider)) => named == provider,
            _ => false,
        }
    }

    /// The entry in words, for explanations.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Everyone => "everyone".to_owned(),
            Self::Account(id) => format!("account {id}"),
            Self::Identity(arn) => arn.clone(),
            Self::Service(name) => format!("service {name}"),
            Self::Federated(provider) => format!("web identities of {provider}"),
            Self::CanonicalUser(id) => format!("canonical user {id}"),
        }
    }
}

/// Reads a whole `Principal` element.
pub(super) fn parse_principals(value: &Json) -> Result<Vec<PrincipalPattern>, MalformedPolicy> {
    match value {
        Json::Text(text) if text == "*" => return Ok(vec![PrincipalPattern::Everyone]),
        Json::Text(_) => return Err(MalformedPolicy::PrincipalNotAnObject),
        _ => {}
    }
    let kinds = value.members().ok_or(MalformedPolicy::Syntax)?;
    if kinds.is_empty() {
        return Err(MalformedPolicy::EmptyPrincipal);
    }
    let mut patterns = Vec::new();
    for (kind, values) in kinds {
        let parse = parser_of(kind)?;
        let values = values.texts().ok_or(MalformedPolicy::Syntax)?;
        if values.is_empty() {
            return Err(MalformedPolicy::EmptyPrincipalList);
        }
        for value in values {
            patterns.push(parse(value)?);
        }
    }
    Ok(patterns)
}

type Parser = fn(&str) -> Result<PrincipalPattern, MalformedPolicy>;

fn parser_of(kind: &str) -> Result<Parser, MalformedPolicy> {
    match kind {
        "AWS" => Ok(parse_aws),
        "Service" => Ok(parse_service),
        "Federated" => Ok(parse_federated),
        "CanonicalUser" => Ok(parse_canonical_user),
        unknown => Err(MalformedPolicy::UnknownPrincipalKind(unknown.to_owned())),
    }
}

fn invalid(kind: &'static str, value: &str) -> MalformedPolicy {
    MalformedPolicy::InvalidPrincipal {
        kind,
        value: value.to_owned(),
    }
}

/// An account, an ARN of it or everyone; parts of an ARN cannot be wildcards.
fn parse_aws(value: &str) -> Result<PrincipalPattern, MalformedPolicy> {
    if value == "*" {
        return Ok(PrincipalPattern::Everyone);
    }
    if is_account_id(value) {
        return Ok(PrincipalPattern::Account(value.to_owned()));
    }
    let arn = Arn::parse(value)
        .filter(|arn| arn.region.is_empty() && is_account_id(arn.account_id))
        .filter(|_| !value.contains(['*', '?']))
        .ok_or_else(|| invalid("AWS", value))?;
    let kind_and_name = arn.resource.split_once('/');
    match (arn.service, kind_and_name) {
        ("iam", None) if arn.resource == "root" => {
            Ok(PrincipalPattern::Account(arn.account_id.to_owned()))
        }
        ("iam", Some(("role" | "user", name)))
        | ("sts", Some(("assumed-role" | "federated-user", name)))
            if !name.is_empty() =>
        {
            Ok(PrincipalPattern::Identity(value.to_owned()))
        }
        _ => Err(invalid("AWS", value)),
    }
}

/// AWS has a list of its services; here the form decides.
fn parse_service(value: &str) -> Result<PrincipalPattern, MalformedPolicy> {
    let is_service = SERVICE_SUFFIXES
        .iter()
        .any(|suffix| value.strip_suffix(suffix).is_some_and(is_domain));
    if is_service {
        Ok(PrincipalPattern::Service(value.to_owned()))
    } else {
        Err(invalid("SERVICE", value))
    }
}

/// Labels of letters, digits and hyphens between dots.
fn is_domain(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(allowed))
}

fn parse_federated(value: &str) -> Result<PrincipalPattern, MalformedPolicy> {
    if WELL_KNOWN_PROVIDERS.contains(&value) || is_provider_arn(value) {
        Ok(PrincipalPattern::Federated(value.to_owned()))
    } else if value.contains('.') && is_domain(value) {
        Err(invalid("FEDERATED", value))
    } else {
        Err(MalformedPolicy::InvalidFederatedPrincipal)
    }
}

fn is_provider_arn(value: &str) -> bool {
    let Some(arn) = Arn::parse(value) else {
        return false;
    };
    let name = ["oidc-provider/", "saml-provider/"]
        .iter()
        .find_map(|kind| arn.resource.strip_prefix(kind));
    let is_named = name.is_some_and(|name| !name.is_empty() && !name.contains(['*', '?']));
    arn.service == "iam" && arn.region.is_empty() && is_account_id(arn.account_id) && is_named
}

fn parse_canonical_user(value: &str) -> Result<PrincipalPattern, MalformedPolicy> {
    let is_id = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id {
        Ok(PrincipalPattern::CanonicalUser(value.to_owned()))
    } else {
        Err(invalid("CANONICAL_USER", value))
    }
}
