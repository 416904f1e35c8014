//! Why IAM refuses a trust policy: the messages of `MalformedPolicyDocument`.

use std::fmt;

/// The reason for `MalformedPolicyDocument`; its `Display` is the message.
///
/// The code and the status belong to the operation that answers with it.
/// Sources: reports of users about the terraform and CDK providers, and
/// versity/versitygw (`iamapi/policy`), which reproduces the texts of IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MalformedPolicy {
    /// The text is not JSON.
    InvalidJson,
    /// The JSON does not follow the grammar of policies.
    Syntax,
    /// `Version` is not a version of the policy language.
    InvalidVersion,
    /// There is no statement.
    EmptyStatement,
    /// Two statements have the same `Sid`.
    DuplicateSid,
    /// An element that the policy language does not know.
    UnknownField(String),
    /// An element that no trust policy may have: the role is the resource.
    ProhibitedResource,
    /// The same for the negated element.
    ProhibitedNotResource,
    /// An element that each statement needs.
    MissingField(&'static str),
    /// `Effect` is neither `Allow` nor `Deny`.
    InvalidEffect(String),
    /// `NotPrincipal` in a statement that allows.
    AllowWithNotPrincipal,
    /// `NotPrincipal` in a statement that denies.
    ProhibitedNotPrincipal,
    /// `Principal` is an object without members.
    EmptyPrincipal,
    /// `Principal` is neither `"*"` nor an object.
    PrincipalNotAnObject,
    /// A kind of principal without any value.
    EmptyPrincipalList,
    /// A kind of principal that the policy language does not know.
    UnknownPrincipalKind(String),
    /// A principal that cannot be one or, if the caller looks it up, that
    /// does not exist.
    InvalidPrincipal {
        /// The kind as the message has it: `AWS`, `SERVICE` or `FEDERATED`.
        kind: &'static str,
        /// The value of the policy.
        value: String,
    },
    /// A federated principal that is neither a domain nor a provider's ARN.
    InvalidFederatedPrincipal,
    /// An action that does not take on a role.
    NotAnAssumeRoleAction,
}

impl fmt::Display for MalformedPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixed = match self {
            Self::UnknownField(name) => return write!(formatter, "Unknown field {name}"),
            Self::MissingField(name) => return write!(formatter, "Missing required field {name}"),
            Self::InvalidEffect(value) => return write!(formatter, "Invalid effect: {value}"),
            Self::UnknownPrincipalKind(kind) => {
                return write!(formatter, "Invalid principal in policy: \"{kind}\"");
            }
            Self::InvalidPrincipal { kind, value } => {
                return write!(
                    formatter,
                    "Invalid principal in policy: \"{kind}\":\"{value}\""
                );
            }
            Self::InvalidJson => "This policy contains invalid Json",
            Self::Syntax => "Syntax errors in policy.",
            Self::InvalidVersion => "The policy must contain a valid version string",
            Self::EmptyStatement => "Could not parse the policy: Statement is empty!",
            Self::DuplicateSid => "The Statement Ids in the policy are not unique",
            Self::ProhibitedResource => "Has prohibited field Resource",
            Self::ProhibitedNotResource => "AssumeRole policy must not contain resources.",
            Self::AllowWithNotPrincipal => "Allow with NotPrincipal is not allowed.",
            Self::ProhibitedNotPrincipal => {
                "AssumeRole policy must not contain NotPrincipal field."
            }
            Self::EmptyPrincipal => "Missing required field Principal cannot be empty!",
            Self::PrincipalNotAnObject => "Principal must be a JSON object.",
            Self::EmptyPrincipalList => "Invalid principal in policy: \"\"",
            Self::InvalidFederatedPrincipal => {
                "Federated principals must be valid domain names or SAML metadata ARNs"
            }
            Self::NotAnAssumeRoleAction => {
                "AssumeRole policy may only specify STS AssumeRole actions."
            }
        };
        formatter.write_str(fixed)
    }
}

impl std::error::Error for MalformedPolicy {}
