//! The service's sentences about temporary credentials.

use eks_emulator_api::sts::{
    AccessDenied, Error, ExpiredTokenException, InvalidIdentityTokenException,
    MalformedPolicyDocumentException, ValidationError,
};

/// Source: pasted AWS CLI outputs; a role that does not exist is answered
/// alike.
pub(super) fn not_authorized(caller_arn: &str, action: &str, role_arn: &str) -> Error {
    let message = format!(
        "User: {caller_arn} is not authorized to perform: {action} on resource: {role_arn}"
    );
    AccessDenied {
        message: Some(message),
    }
    .into()
}

/// Source: pasted AWS SDK errors.
pub(super) fn not_authorized_by_web_identity() -> Error {
    let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    AccessDenied {
        message: Some(message.into()),
    }
    .into()
}

pub(super) fn validation(message: &str) -> Error {
    ValidationError {
        message: Some(message.into()),
    }
    .into()
}

pub(super) fn malformed_policy() -> Error {
    let message = "This policy contains invalid Json";
    MalformedPolicyDocumentException {
        message: Some(message.into()),
    }
    .into()
}

pub(super) fn invalid_identity_token(message: impl Into<String>) -> Error {
    InvalidIdentityTokenException {
        message: Some(message.into()),
    }
    .into()
}

/// Source: pasted AWS SDK errors; there is no space after "time".
pub(super) fn expired(now_seconds: i64, expired_seconds: i64) -> Error {
    let message = format!(
        "Token expired: current date/time {now_seconds} must be before the expiration date/time{expired_seconds}"
    );
    ExpiredTokenException {
        message: Some(message),
    }
    .into()
}
