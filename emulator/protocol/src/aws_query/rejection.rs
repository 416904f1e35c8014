//! Why a request did not become an operation's input, and what the client sees.

use std::borrow::Cow;

use crate::percent::BadEncoding;
use crate::sigv4::CredentialError;
use crate::sigv4::error::MISMATCH;

/// One cause for which a request is turned away before its operation runs.
#[derive(Clone, Debug)]
pub enum Rejection {
    /// The request has no `Action`.
    MissingAction {
        /// Its query string.
        raw_query: Option<String>,
    },
    /// The service has no such operation in the version asked for.
    UnknownAction {
        /// The operation asked for.
        action: String,
        /// The version asked for.
        version: Option<String>,
    },
    /// The caller's identity is missing or cannot be read.
    Credential(CredentialError),
    /// The parameters have a broken escape or are not UTF-8.
    BadEncoding,
    /// The body is larger than the front end takes.
    BodyTooLarge,
    /// A parameter cannot be read as a number or truth value.
    MalformedInput {
        /// What is said about it, if anything.
        detail: Option<&'static str>,
    },
    /// Values break constraints of the model.
    Invalid {
        /// The sentence about all of them.
        message: String,
    },
}

/// What the client sees of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The client is sent to a page about the service.
    Redirect {
        /// The page.
        location: String,
    },
    /// An error.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: &'static str,
        /// The message, if there is one.
        message: Option<Cow<'static, str>>,
        /// The XML namespace of the body.
        namespace: Namespace,
    },
}

/// The XML namespace of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// The service's own.
    Service,
    /// The one of errors that are older than the services.
    Fault,
}

/// Where requests without an action are sent.
const PAGE: &str = "https://aws.amazon.com/iam";

impl Rejection {
    /// Status, code and message of a rejection: the only place that knows them.
    ///
    /// Source: for actions, versions and malformed input, answers recorded by a
    /// public probe of STS; for credentials, "Common errors" of the IAM and STS
    /// API references. The answers to broken escapes and to large bodies are
    /// proposed.
    pub fn answer(&self) -> Answer {
        match self {
            Self::MissingAction { raw_query } => Answer::Redirect {
                location: match raw_query.as_deref() {
                    None | Some("") => PAGE.to_owned(),
                    Some(query) => format!("{PAGE}?{query}"),
                },
            },
            Self::UnknownAction { action, version } => Answer::Error {
                status: 400,
                code: "InvalidAction",
                message: Some(unknown_action(action, version.as_deref()).into()),
                namespace: Namespace::Fault,
            },
            Self::Credential(error) => {
                let (status, code) = credential(error);
                let message = match error {
                    CredentialError::Absent => "Request is missing Authentication Token".into(),
                    CredentialError::SignatureMismatch(_) => MISMATCH.to_owned(),
                    other => other.message(),
                };
                error_of_service(status, code, Some(message.into()))
            }
            Self::BadEncoding => error_of_service(
                404,
                "MalformedQueryString",
                Some("The query string contains a syntax error.".into()),
            ),
            Self::BodyTooLarge => error_of_service(
                413,
                "RequestEntityTooLarge",
                Some("Request Entity Too Large".into()),
            ),
            Self::MalformedInput { detail } => {
                error_of_service(400, "MalformedInput", detail.map(Cow::from))
            }
            Self::Invalid { message } => {
                error_of_service(400, "ValidationError", Some(message.clone().into()))
            }
        }
    }
}

impl From<CredentialError> for Rejection {
    fn from(error: CredentialError) -> Self {
        Self::Credential(error)
    }
}

impl From<BadEncoding> for Rejection {
    fn from(_: BadEncoding) -> Self {
        Self::BadEncoding
    }
}

fn unknown_action(action: &str, version: Option<&str>) -> String {
    let version = version.unwrap_or("NO_VERSION_SPECIFIED");
    format!("Could not find operation {action} for version {version}")
}

fn credential(error: &CredentialError) -> (u16, &'static str) {
    match error {
        CredentialError::Absent => (403, "MissingAuthenticationToken"),
        CredentialError::OtherAlgorithm { .. }
        | CredentialError::NotAPair { .. }
        | CredentialError::MissingParameters { .. }
        | CredentialError::WrongPartCount { .. }
        | CredentialError::MissingQueryParameters { .. }
        | CredentialError::MissingDate { .. }
        | CredentialError::MalformedDate { .. } => (400, "IncompleteSignature"),
        CredentialError::WrongTerminator { .. }
        | CredentialError::WrongRegion
        | CredentialError::WrongService { .. }
        | CredentialError::WrongDate { .. }
        | CredentialError::UnsignedHost
        | CredentialError::SignatureExpired(_)
        | CredentialError::SignatureNotYetCurrent(_)
        | CredentialError::SignatureMismatch(_) => (403, "SignatureDoesNotMatch"),
        CredentialError::InvalidToken => (403, "InvalidClientTokenId"),
        CredentialError::ExpiredToken => (403, "ExpiredToken"),
    }
}

fn error_of_service(status: u16, code: &'static str, message: Option<Cow<'static, str>>) -> Answer {
    Answer::Error {
        status,
        code,
        message,
        namespace: Namespace::Service,
    }
}
