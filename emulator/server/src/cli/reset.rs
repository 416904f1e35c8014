//! `eks-emulator reset`: a running emulator back to its beginning.

use clap::{Args, ValueEnum};
use http::Method;
use serde_json::{Value, json};

use super::Failure;
use super::remote::{Remote, RemoteArguments, ScopeArguments, object};

// The flags of `reset`.
#[derive(Args, Debug)]
pub(super) struct ResetArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    scope: ScopeArguments,
    /// What stays although it is no state
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    keep: Vec<Kept>,
    /// Leave out the seed files of the start
    #[arg(long)]
    no_reseed: bool,
}

/// What a reset can keep.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kept {
    Faults,
    Clock,
    Journal,
}

/// Resets it.
pub(super) fn run(arguments: &ResetArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let keep: Vec<&str> = arguments
        .keep
        .iter()
        .map(|kept| match kept {
            Kept::Faults => "faults",
            Kept::Clock => "clock",
            Kept::Journal => "journal",
        })
        .collect();
    let body = object([
        (
            "account",
            arguments.scope.account.as_ref().map(|id| json!(id)),
        ),
        (
            "region",
            arguments.scope.region.as_ref().map(|region| json!(region)),
        ),
        ("keep", (!keep.is_empty()).then(|| json!(keep))),
        ("reseed", arguments.no_reseed.then_some(Value::Bool(false))),
    ]);
    let path = "/_emulator/v1/reset";
    remote
        .call(Method::POST, path, Some(&body.into()))
        .map(drop)
}
