//! The errors that faults give, in the terms of the service that is called.

use std::borrow::Cow;

use eks_emulator_api::schema::Exception;
use eks_emulator_core::Timestamp;

use super::REFUSED_BY_AGENT;
use super::check::modelled;
use super::rule::{FaultError, FaultPreset};
use crate::time;

/// The one operation of STS that is not signed.
const WITH_WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

/// Sentences that nobody has seen from these services: what is known are the
/// codes and statuses.
mod proposed {
    pub(super) const RATE_EXCEEDED: &str = "Rate exceeded";
    pub(super) const INTERNAL: &str = "Internal server error.";
    pub(super) const UNAVAILABLE: &str = "Service is unavailable.";
    pub(super) const IN_USE: &str = "The specified resource is in use.";
    pub(super) const CONCURRENT: &str =
        "The resource is being changed by another request. Try again later.";
}

/// The call that an error is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) caller_arn: &'a str,
    pub(crate) resource_arn: &'a str,
}

/// An error, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: Option<String>,
    /// The exception of the code, if the service's model has it.
    pub(crate) exception: Option<&'static Exception>,
}

/// What a call is answered with.
pub(crate) fn answer_of(error: &FaultError, situation: &Situation<'_>) -> Answer {
    let usual = error
        .preset
        .and_then(|preset| preset.code(situation).map(|code| (preset, code)));
    let code = match (&error.code, &usual) {
        (Some(code), _) => Cow::Owned(code.clone()),
        (None, Some((_, (code, _)))) => Cow::Borrowed(*code),
        // Rules without a code have a preset that the service has.
        (None, None) => Cow::Borrowed("InternalFailure"),
    };
    let exception = modelled(situation.service, &code);
    let status_of_code = exception.map(|exception| exception.status);
    let status_of_preset = usual.map(|(_, (_, status))| status);
    Answer {
        status: error
            .status_code
            .or(status_of_preset)
            .or(status_of_code)
            .unwrap_or(500),
        message: error
            .message
            .clone()
            .or_else(|| usual.map(|(preset, _)| preset.message(situation))),
        code,
        exception,
    }
}

impl FaultPreset {
    /// Whether a service has an error of this sort.
    pub(super) fn is_of(self, service: &str) -> bool {
        match self {
            Self::ResourceInUse => matches!(service, "eks" | "iam"),
            Self::ExpiredToken => service != "issuer",
            _ => true,
        }
    }

    /// What is said of a service that has no error of this sort.
    pub(super) fn refusal(self) -> String {
        match self {
            Self::ExpiredToken => "effect.error.preset expiredToken is not for issuer".to_owned(),
            _ => "effect.error.preset resourceInUse is for eks and iam only".to_owned(),
        }
    }

    /// The service's code for it, and the status.
    ///
    /// Sources: the models; for EKS's front end, the sentences of Amazon API
    /// Gateway; for IAM and STS, "Common errors" of their API references. IAM
    /// and STS throttle with 400, as pasted SDK errors show. The agent limits
    /// rates and looks at the end of tokens itself, by aws/eks-pod-identity-agent,
    /// and hands on all else from EKS Auth. An issuer is a plain web server.
    fn code(self, situation: &Situation<'_>) -> Option<(&'static str, u16)> {
        let is_web_identity = situation.operation == WITH_WEB_IDENTITY;
        Some(match (self, situation.service) {
            (Self::Throttling, "agent") => (REFUSED_BY_AGENT, 429),
            (Self::ExpiredToken, "agent") => (REFUSED_BY_AGENT, 400),
            (Self::Throttling, "issuer") => ("TooManyRequests", 429),
            (Self::ServerException, "issuer") => ("InternalServerError", 500),
            (Self::ServiceUnavailable, "issuer") => ("ServiceUnavailable", 503),
            (Self::AccessDenied, "issuer") => ("Forbidden", 403),
            (Self::ExpiredToken, "issuer") => return None,
            (Self::Throttling, "eks" | "eks-auth") => ("ThrottlingException", 429),
            (Self::Throttling, _) => ("Throttling", 400),
            (Self::ServerException, "eks") => ("ServerException", 500),
            (Self::ServerException, "eks-auth" | "agent") => ("InternalServerException", 500),
            (Self::ServerException, "iam") => ("ServiceFailure", 500),
            (Self::ServerException, _) => ("InternalFailure", 500),
            (Self::ServiceUnavailable, "eks" | "eks-auth" | "agent") => {
                ("ServiceUnavailableException", 503)
            }
            (Self::ServiceUnavailable, _) => ("ServiceUnavailable", 503),
            (Self::AccessDenied, "eks") => ("AccessDeniedException", 403),
            (Self::AccessDenied, "eks-auth" | "agent") => ("AccessDeniedException", 400),
            (Self::AccessDenied, _) => ("AccessDenied", 403),
            (Self::ExpiredToken, "eks") => ("ExpiredTokenException", 403),
            (Self::ExpiredToken, "eks-auth") => ("ExpiredTokenException", 400),
            (Self::ExpiredToken, _) if is_web_identity => ("ExpiredTokenException", 400),
            (Self::ExpiredToken, _) => ("ExpiredToken", 403),
            (Self::ResourceInUse, "eks") => ("ResourceInUseException", 409),
            (Self::ResourceInUse, "iam") => ("ConcurrentModification", 409),
            (Self::ResourceInUse, _) => return None,
        })
    }

    /// What those say that are no services of AWS: the agent by its source, an
    /// issuer by the names that HTTP has for statuses.
    fn text_of_others(self, service: &str) -> Option<&'static str> {
        Some(match (self, service) {
            (Self::Throttling, "agent" | "issuer") => "Too Many Requests",
            (Self::ExpiredToken, "agent") => {
                "Service account token failed basic claim validations: token is expired"
            }
            (Self::ServerException, "issuer") => "Internal Server Error",
            (Self::ServiceUnavailable, "issuer") => "Service Unavailable",
            (Self::AccessDenied, "issuer") => "Forbidden",
            _ => return None,
        })
    }

    fn message(self, situation: &Situation<'_>) -> String {
        if let Some(text) = self.text_of_others(situation.service) {
            return text.to_owned();
        }
        match self {
            Self::Throttling => proposed::RATE_EXCEEDED.to_owned(),
            Self::ServerException => proposed::INTERNAL.to_owned(),
            Self::ServiceUnavailable => proposed::UNAVAILABLE.to_owned(),
            Self::AccessDenied => access_denied(situation),
            Self::ExpiredToken => expired_token(situation),
            Self::ResourceInUse if situation.service == "iam" => proposed::CONCURRENT.to_owned(),
            Self::ResourceInUse => proposed::IN_USE.to_owned(),
        }
    }
}

/// Sources: for the general form, error reports of all AWS services; for EKS
/// Auth and web identities, those that the core quotes.
fn access_denied(situation: &Situation<'_>) -> String {
    let Situation {
        service,
        operation,
        caller_arn,
        resource_arn,
        ..
    } = situation;
    match (*service, *operation) {
        ("eks-auth" | "agent", _) => {
            "Unauthorized Exception! EKS does not have permissions to assume the associated role."
                .to_owned()
        }
        (_, WITH_WEB_IDENTITY) => format!("Not authorized to perform sts:{WITH_WEB_IDENTITY}"),
        _ => format!(
            "User: {caller_arn} is not authorized to perform: {service}:{operation} on resource: {resource_arn}"
        ),
    }
}

/// The credentials ended a second ago. Sources: as above.
fn expired_token(situation: &Situation<'_>) -> String {
    let now = situation.now;
    let end = now.plus_milliseconds(-1_000);
    match (situation.service, situation.operation) {
        ("eks-auth", _) => format!(
            "The token included in the request is expired: current date/time {} must be before the expiration date/time {}.",
            time::format(now),
            time::format_seconds(end)
        ),
        (_, WITH_WEB_IDENTITY) => format!(
            "Token expired: current date/time {} must be before the expiration date/time{}",
            now.as_seconds(),
            end.as_seconds()
        ),
        _ => "The security token included in the request is expired".to_owned(),
    }
}
