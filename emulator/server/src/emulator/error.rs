//! `Error`: what can go wrong between an emulator and its owner.

use std::net::SocketAddr;

use eks_emulator_core::arn::is_account_id;
use serde_json::Value;

use super::times::near_miss;
use crate::fault::ConnectionFault;
use crate::journal::NearMiss;
use crate::seed::SeedError;

/// What can go wrong between an emulator and its owner.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The account id is not twelve digits.
    InvalidAccountId(String),
    /// No clock can run at this rate: it is not a number above zero.
    InvalidClockRate(f64),
    /// An address could not be bound.
    Bind(SocketAddr, std::io::Error),
    /// The system has no thread or timer left.
    Runtime(std::io::Error),
    /// There is something wrong with a certificate, its key, or the names that
    /// one is to be made for: a sentence without a full stop.
    Tls(String),
    /// The state file cannot be read or written; a sentence.
    StateFile(String),
    /// Something is wrong with what there is to be from the start.
    Seed(Vec<SeedError>),
    /// The emulator has been stopped.
    Stopped,
    /// There is no such thing in the emulator: a sentence.
    NotFound(String),
    /// The time that the clock is to be moved to has passed.
    ClockCannotGoBack,
    /// What was asked makes no sense: a sentence.
    Invalid(String),
    /// What was waited for did not happen in time.
    Timeout {
        /// A sentence.
        message: String,
        /// Events that came close, each with the names of the members in
        /// which it differs.
        closest: Vec<Value>,
    },
    /// There were more or fewer calls than expected.
    Unexpected {
        /// A sentence.
        message: String,
        /// Calls that nearly match.
        near_misses: Vec<NearMiss>,
    },
    /// No emulator answers, or none that this version can talk to: a
    /// sentence.
    Unreachable(String),
    /// The emulator refuses for another reason: the code and the message of
    /// its answer.
    Refused {
        /// A code for programs.
        code: String,
        /// A sentence.
        message: String,
    },
    /// A fault has taken the connection away that a call would have had.
    Connection(ConnectionFault),
}

impl Error {
    pub(crate) fn rule_without_name() -> Self {
        Self::Invalid("a rule that can be replaced needs a name".into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidAccountId(id) => {
                write!(formatter, "the account id {id:?} is not twelve digits")
            }
            Self::InvalidClockRate(rate) => {
                write!(
                    formatter,
                    "the clock's rate {rate} is not a number above zero"
                )
            }
            Self::Bind(address, error) if error.kind() == std::io::ErrorKind::AddrInUse => write!(
                formatter,
                "{address} is in use; stop the other program or listen elsewhere (port 0 takes any free port)"
            ),
            Self::Bind(address, error) => write!(formatter, "cannot listen on {address}: {error}"),
            Self::Runtime(error) => write!(formatter, "cannot start: {error}"),
            Self::Tls(sentence) => write!(formatter, "TLS: {sentence}"),
            Self::StateFile(sentence) => write!(formatter, "the state file: {sentence}"),
            Self::NotFound(sentence)
            | Self::Invalid(sentence)
            | Self::Unreachable(sentence)
            | Self::Refused {
                message: sentence, ..
            } => formatter.write_str(sentence),
            Self::Timeout { message, closest } => {
                formatter.write_str(message)?;
                let mut close = closest.iter();
                close.try_for_each(|event| write!(formatter, "\nclose: {event}"))
            }
            Self::Unexpected {
                message,
                near_misses,
            } => {
                formatter.write_str(message)?;
                let mut misses = near_misses.iter().map(near_miss);
                misses.try_for_each(|miss| write!(formatter, "\n{miss}"))
            }
            Self::ClockCannotGoBack => write!(formatter, "the clock cannot go back"),
            Self::Connection(fault) => write!(formatter, "a fault ended the connection: {fault:?}"),
            Self::Seed(errors) => {
                for (index, error) in errors.iter().enumerate() {
                    let line_break = if index > 0 { "\n" } else { "" };
                    write!(formatter, "{line_break}{error}")?;
                }
                Ok(())
            }
            Self::Stopped => write!(formatter, "the emulator has been stopped"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind(_, error) | Self::Runtime(error) => Some(error),
            _ => None,
        }
    }
}

/// Errors: the id is not twelve digits.
pub(crate) fn check_account_id(account_id: &str) -> Result<(), Error> {
    if is_account_id(account_id) {
        Ok(())
    } else {
        Err(Error::InvalidAccountId(account_id.to_owned()))
    }
}
