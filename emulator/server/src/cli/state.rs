//! `eks-emulator state`: the whole state of a running emulator, in and out.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use http::Method;

use super::control_client::with_query;
use super::remote::{Remote, RemoteArguments, ScopeArguments, read_file};
use super::{Failure, print};

const STATE: &str = "/_emulator/v1/state";

// The arguments of `state`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = false)]
pub(super) struct StateArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(subcommand)]
    action: StateAction,
}

// Which way.
#[derive(Debug, Subcommand)]
enum StateAction {
    /// Write the state to a file
    Get {
        /// The file, or - for standard output
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
        /// A snapshot, or a seed that people can edit
        #[arg(long, value_enum, default_value_t = Format::Snapshot)]
        format: Format,
        #[command(flatten)]
        scope: ScopeArguments,
    },
    /// Put the state of a file in the place of the present one
    Put {
        /// The file, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        scope: ScopeArguments,
    },
}

/// The form of a state.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Snapshot,
    Seed,
}

/// Gets or puts the state.
pub(super) fn run(arguments: &StateArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    match &arguments.action {
        StateAction::Get {
            file,
            format,
            scope,
        } => {
            let mut parameters = scope.parameters().to_vec();
            if matches!(format, Format::Seed) {
                parameters.push(("format", Some("seed")));
            }
            let path = with_query(STATE, &parameters);
            let state = remote.send(Method::GET, &path, "application/json", "")?;
            if file.as_os_str() == "-" {
                return print(&String::from_utf8_lossy(&state));
            }
            write(file, &state).map_err(|error| {
                Failure::running(format!("cannot write {}: {error}", file.display()))
            })
        }
        StateAction::Put { file, scope } => {
            let state = read_file(file)?;
            let path = with_query(STATE, &scope.parameters());
            let put = remote.send(Method::PUT, &path, "application/json", state);
            put.map(drop)
        }
    }
}

/// Only the owner may read a new file: there are secrets in it.
fn write(file: &Path, state: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(state)
}
