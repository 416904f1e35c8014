//! Where the emulator is that a command talks to.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::Value;

use super::Failure;
use super::control_client::ControlClient;

// The flags as they are written.
#[derive(Args, Debug)]
struct Flags {
    /// Where the emulator is
    #[arg(
        long,
        global = true,
        env = "EKS_EMULATOR_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint: String,
    /// File that an emulator wrote its endpoint to; wins over --endpoint
    #[arg(
        long,
        global = true,
        env = "EKS_EMULATOR_ENDPOINT_FILE",
        value_name = "PATH"
    )]
    endpoint_file: Option<PathBuf>,
}

/// Where the emulator is. A file in the environment does not win over an
/// endpoint on the command line.
#[derive(Debug)]
pub(super) enum Endpoint {
    Url(String),
    File(PathBuf),
}

impl FromArgMatches for Endpoint {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_flag = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        let url_wins = is_flag("endpoint") && !is_flag("endpoint_file");
        let flags = Flags::from_arg_matches(matches)?;
        Ok(match flags.endpoint_file {
            Some(path) if !url_wins => Self::File(path),
            _ => Self::Url(flags.endpoint),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Endpoint {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl Endpoint {
    /// A client of the emulator.
    ///
    /// Errors: the place makes no sense.
    pub(super) fn client(&self) -> Result<ControlClient, Failure> {
        let url = match self {
            Self::Url(url) => url.clone(),
            Self::File(path) => read(path)?,
        };
        ControlClient::new(&url).map_err(Failure::usage)
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let cannot_read = |error: &dyn std::fmt::Display| {
        Failure::usage(format!(
            "--endpoint-file: cannot read {}: {error}",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|error| cannot_read(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| cannot_read(&error))?;
    let endpoint = document["endpoint"]
        .as_str()
        .ok_or_else(|| cannot_read(&"no endpoint in it"))?;
    Ok(endpoint.to_owned())
}
