//! Why a request did not become an operation's input, and what the client sees.

use std::borrow::Cow;

use eks_emulator_api::schema::{Exception, Operation};

use super::message;
use crate::percent::BadEncoding;
use crate::sigv4::CredentialError;
use crate::validate::{Constraint, Violation};

/// The exception with which EKS answers values that are not allowed.
pub(super) const INVALID_PARAMETER: &str = "InvalidParameterException";

/// The exception that operations without [`INVALID_PARAMETER`] may have instead.
const BAD_REQUEST: &str = "BadRequestException";

/// One cause for which a request is turned away before its operation runs.
#[derive(Clone, Debug)]
pub enum Rejection {
    /// No operation has this method on this path.
    UnknownRoute,
    /// The caller's identity is missing or cannot be read.
    Credential(CredentialError),
    /// The path or the query string has a broken escape or is not UTF-8.
    BadPercentEncoding,
    /// The body is larger than the front end takes.
    BodyTooLarge,
    /// The body is not JSON.
    MalformedBody {
        /// What the parser found, and where.
        detail: String,
    },
    /// The request has a member that the operation does not know, and
    /// whoever runs the emulator wants to be told.
    UnknownMember {
        /// The operation.
        operation: &'static str,
        /// Where the member is.
        path: String,
    },
    /// A JSON value has the wrong type.
    WrongType(Box<Violation>),
    /// A value breaks a constraint of the model.
    Constraint {
        /// Which value, and which constraint.
        violation: Box<Violation>,
        /// The exception that the operation has for it.
        exception: Option<&'static Exception>,
    },
}

/// What the client sees of a rejection.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The error code, for the `x-amzn-ErrorType` header.
    pub code: &'static str,
    /// The message.
    pub message: Cow<'static, str>,
    /// The exception whose members the body has. Without one the answer comes
    /// from the front end, and the body has only the message.
    pub exception: Option<&'static Exception>,
}

impl Rejection {
    /// The rejection for a violation of the given operation's shapes.
    pub(super) fn of_violation(
        violation: Box<Violation>,
        exception: Option<&'static Exception>,
    ) -> Self {
        match violation.constraint {
            Constraint::Type { .. } => Self::WrongType(violation),
            _ => Self::Constraint {
                violation,
                exception,
            },
        }
    }

    /// Status, code and message of a rejection: the only place that knows them.
    ///
    /// Source: the codes of Amazon API Gateway, which EKS's headers show in
    /// front of the service. The answer to a broken escape is proposed.
    pub fn answer(&self) -> Answer {
        match self {
            Self::UnknownRoute => front_end(
                403,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ),
            Self::Credential(error) => front_end(403, error.code(), error.message()),
            Self::BadPercentEncoding => front_end(400, BAD_REQUEST, "Bad Request"),
            Self::BodyTooLarge => {
                front_end(413, "RequestEntityTooLargeException", "Request Too Long")
            }
            Self::MalformedBody { detail } => {
                front_end(400, "SerializationException", message::unparsable(detail))
            }
            Self::UnknownMember { operation, path } => front_end(
                400,
                "UnknownMemberException",
                format!("{operation} has no {path}, and the emulator is strict."),
            ),
            Self::WrongType(violation) => {
                let detail = message::sentence(violation);
                front_end(400, "SerializationException", message::unparsable(&detail))
            }
            Self::Constraint {
                violation,
                exception,
            } => Answer {
                status: exception.map_or(400, |exception| exception.status),
                code: exception.map_or(INVALID_PARAMETER, |exception| exception.name),
                message: message::sentence(violation).into(),
                exception: *exception,
            },
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
        Self::BadPercentEncoding
    }
}

/// The exception with which an operation answers a value that is not allowed,
/// among those that the model lists for it.
pub(super) fn invalid_input_exception(operation: &Operation) -> Option<&'static Exception> {
    exception_of(operation, INVALID_PARAMETER).or_else(|| exception_of(operation, BAD_REQUEST))
}

/// An operation's exception of the given name.
pub(super) fn exception_of(operation: &Operation, name: &str) -> Option<&'static Exception> {
    operation
        .errors
        .iter()
        .copied()
        .find(|exception| exception.name == name)
}

fn front_end(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Answer {
    Answer {
        status,
        code,
        message: message.into(),
        exception: None,
    }
}
