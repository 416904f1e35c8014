//! A fault rule as users write it.

use std::num::NonZeroU64;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text_pattern::TextPattern;
use crate::time;

/// Which calls a fault happens to, and what it is.
///
/// Rules hold in the order of their priority, the highest first, and among
/// equals in the order in which they were put. All that match a call apply to
/// it: delays add up, and of the failures (errors and connections) the first
/// one wins.
///
/// ```
/// use eks_emulator::fault::{FaultEffect, FaultPreset, FaultRule};
///
/// let rule = FaultRule {
///     r#match: "CreateAddon".into(),
///     times: Some(2),
///     ..FaultRule::new(FaultEffect::preset(FaultPreset::Throttling))
/// };
/// # let _ = rule;
/// ```
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultRule {
    /// The calls that it happens to; by default to all.
    #[serde(default)]
    pub r#match: CallMatch,
    /// What happens to them.
    pub effect: FaultEffect,
    /// Whether it happens before the operation, which then does not take
    /// place if the call fails, or after it took effect. By default `before`;
    /// `after` if the effect is a connection that needs an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<FaultPhase>,
    /// How often it happens; by default without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How likely it happens to a call that matches, from 0 to 1; by default
    /// always. Two runs with one seed and the same calls are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How long the rule holds, on the emulator's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<ShortDuration>,
    /// Rules of a higher priority hold first.
    #[serde(default)]
    pub priority: i32,
}

/// The calls that a fault happens to. What is absent does not narrow; texts
/// may have `*` for anything.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CallMatch {
    /// The operation, for example `CreateAddon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<TextPattern>,
    /// `eks`, `eks-auth`, `iam`, `sts`, `agent` for the pod identity agent or
    /// `issuer` for the OpenID Connect providers of clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<TextPattern>,
    /// The region of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<TextPattern>,
    /// The account of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<TextPattern>,
    /// The cluster that the call names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<TextPattern>,
    /// What the call names besides: an add-on, the id of an association, a
    /// role, an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<TextPattern>,
    /// Which of the calls that match all else, counted from 1 since the rule
    /// was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_number: Option<CallNumbers>,
}

/// The first and the last call of a range.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CallNumbers {
    /// The first call.
    #[serde(default = "first_call")]
    pub from: NonZeroU64,
    /// The last call; absent, there is no last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NonZeroU64>,
}

const fn first_call() -> NonZeroU64 {
    NonZeroU64::MIN
}

/// What a fault does; at least one of its members is given.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultEffect {
    /// The call is answered with an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FaultError>,
    /// The answer is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<FaultDelay>,
    /// What becomes of the connection instead of a whole answer. An error
    /// besides it is seen in what is sent of the answer, if anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionFault>,
}

/// The error that a call is answered with. A preset fills in what is absent;
/// the status of a code that the service's model has may be absent, too.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultError {
    /// A usual error, in the service's own terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<FaultPreset>,
    /// The HTTP status, from 400 to 599.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// The error code, for example `ThrottlingException`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The message for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How late an answer is, in the machine's time: this is for the time-outs of
/// clients. The emulator's clock does not matter.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultDelay {
    /// The least delay.
    pub fixed: ShortDuration,
    /// Up to so much more, by chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<ShortDuration>,
}

/// The usual errors.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultPreset {
    /// Too many calls.
    Throttling,
    /// The service fails.
    ServerException,
    /// The service is not there for now.
    ServiceUnavailable,
    /// The caller may not do this.
    AccessDenied,
    /// The caller's credentials have ended. Not for issuers.
    ExpiredToken,
    /// Something else is under way, or there already. EKS and IAM only.
    ResourceInUse,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionFault {
    /// It is reset (TCP RST); the operation does not happen.
    ResetBeforeResponse,
    /// The operation happens, then the connection is reset.
    ResetAfterCommit,
    /// It is closed without an answer.
    EmptyResponse,
    /// It is closed after the head and half of the body. Without an error, or
    /// in phase `after`, that is the answer of the operation, which happens.
    TruncateBody,
    /// There is no answer until the client goes or the emulator stops.
    Hang,
}

/// When a fault happens.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultPhase {
    /// Before the operation: it does not happen if the call fails.
    Before,
    /// After the operation took effect.
    After,
}

/// A duration that is written like `90s`, `2m` or `250ms`.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord, Serialize,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ShortDuration(pub Duration);

impl TryFrom<String> for ShortDuration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        time::parse_duration(&text).map(Self)
    }
}

impl From<ShortDuration> for String {
    fn from(duration: ShortDuration) -> Self {
        let nanoseconds = duration.0.as_nanos();
        let units = [
            (60_000_000_000, "m"),
            (1_000_000_000, "s"),
            (1_000_000, "ms"),
            (1_000, "us"),
        ];
        let whole = units
            .iter()
            .find(|(unit, _)| nanoseconds.is_multiple_of(*unit));
        match whole {
            _ if nanoseconds == 0 => "0s".to_owned(),
            Some((unit, name)) => format!("{}{name}", nanoseconds / unit),
            None => format!("{nanoseconds}ns"),
        }
    }
}

impl FaultRule {
    /// A rule with an effect on every call.
    pub fn new(effect: FaultEffect) -> Self {
        Self {
            r#match: CallMatch::default(),
            effect,
            phase: None,
            times: None,
            probability: None,
            expires_after: None,
            priority: 0,
        }
    }

    /// When it happens, whether or not the rule says so.
    pub fn effective_phase(&self) -> FaultPhase {
        self.phase.unwrap_or(match self.effect.connection {
            Some(ConnectionFault::ResetAfterCommit) => FaultPhase::After,
            Some(ConnectionFault::TruncateBody) if self.effect.error.is_none() => FaultPhase::After,
            _ => FaultPhase::Before,
        })
    }
}

impl FaultEffect {
    /// A usual error.
    pub fn preset(preset: FaultPreset) -> Self {
        Self {
            error: Some(FaultError {
                preset: Some(preset),
                ..FaultError::default()
            }),
            ..Self::default()
        }
    }

    /// A delay.
    pub fn delay(fixed: Duration) -> Self {
        Self {
            delay: Some(FaultDelay {
                fixed: ShortDuration(fixed),
                jitter: None,
            }),
            ..Self::default()
        }
    }

    /// Something that becomes of the connection.
    pub fn connection(connection: ConnectionFault) -> Self {
        Self {
            connection: Some(connection),
            ..Self::default()
        }
    }

    /// Whether calls fail, other than by being late.
    pub(super) fn fails(&self) -> bool {
        self.error.is_some() || self.connection.is_some()
    }
}

impl From<&str> for CallMatch {
    /// The calls of an operation, which may have `*` for anything.
    fn from(operation: &str) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ShortDuration;

    #[test]
    fn durations_are_written_as_people_write_them() {
        for (text, written) in [
            ("90s", "90s"),
            ("2m", "2m"),
            ("120s", "2m"),
            ("250ms", "250ms"),
            ("1s 500ms", "1500ms"),
            ("0s", "0s"),
        ] {
            let read = ShortDuration::try_from(text.to_owned()).unwrap();
            assert_eq!(String::from(read), written);
        }
        assert_eq!(String::from(ShortDuration(Duration::from_nanos(7))), "7ns");
        assert!(ShortDuration::try_from("soon".to_owned()).is_err());
    }
}
