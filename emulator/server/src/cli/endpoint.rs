//! Where the emulator is that a command talks to.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::Value;

use super::Failure;
use super::control_client::{ControlClient, Place};

/// Where help shows what most commands take: behind what is the command's own.
pub(super) const COMMON: usize = 900;

// The flags as they are written.
#[derive(Args, Debug)]
struct Flags {
    /// Where the emulator is
    #[arg(
        long,
        global = true,
        display_order = COMMON,
        env = "EKS_EMULATOR_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint: String,
    /// File that an emulator wrote its endpoint to; wins over --endpoint
    #[arg(
        long,
        global = true,
        display_order = COMMON,
        env = "EKS_EMULATOR_ENDPOINT_FILE",
        value_name = "PATH"
    )]
    endpoint_file: Option<PathBuf>,
    /// File with the certificates of the authorities to trust at an endpoint that begins with https [default: that which the endpoint file names, or those of the system]
    #[arg(
        long,
        global = true,
        display_order = COMMON,
        env = "EKS_EMULATOR_CA_FILE",
        value_name = "PATH"
    )]
    ca_file: Option<PathBuf>,
}

/// Where the emulator is, and whom to trust there.
#[derive(Debug)]
pub(super) struct Endpoint {
    named: Named,
    ca_file: Option<PathBuf>,
    /// Whether the command line names the authorities.
    ca_file_wins: bool,
}

/// Where the emulator is. A file in the environment does not win over an
/// endpoint on the command line.
#[derive(Debug)]
enum Named {
    Url(String),
    File(PathBuf),
}

impl FromArgMatches for Endpoint {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_flag = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        let url_wins = is_flag("endpoint") && !is_flag("endpoint_file");
        let ca_file_wins = is_flag("ca_file");
        let flags = Flags::from_arg_matches(matches)?;
        Ok(Self {
            named: match flags.endpoint_file {
                Some(path) if !url_wins => Named::File(path),
                _ => Named::Url(flags.endpoint),
            },
            ca_file: flags.ca_file,
            ca_file_wins,
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
    /// Where the emulator is, and the file with the authorities to trust, if
    /// there is one and it matters.
    ///
    /// Errors: the place makes no sense.
    pub(super) fn find(&self) -> Result<(Place, Option<PathBuf>), Failure> {
        let (url, of_file) = match &self.named {
            Named::Url(url) => (url.clone(), None),
            Named::File(path) => read(path)?,
        };
        let place = Place::new(&url).map_err(Failure::usage)?;
        let given = self.ca_file.clone();
        let ca_file = match self.ca_file_wins {
            true => given,
            false => of_file.or(given),
        };
        let ca_file = ca_file.filter(|_| place.is_https());
        Ok((place, ca_file))
    }

    /// A client of the emulator.
    ///
    /// Errors: the place makes no sense, or what it is to be trusted by.
    pub(super) fn client(&self) -> Result<ControlClient, Failure> {
        let (place, ca_file) = self.find()?;
        client(place, ca_file.as_deref())
    }
}

/// A client that trusts the authorities of a file, or those of the system.
pub(super) fn client(place: Place, ca_file: Option<&Path>) -> Result<ControlClient, Failure> {
    let Some(path) = ca_file.filter(|_| place.is_https()) else {
        return ControlClient::at(place, None).map_err(Failure::usage);
    };
    let wrong =
        |problem: String| Failure::usage(format!("--ca-file: {}: {problem}", path.display()));
    let text = std::fs::read(path).map_err(|error| {
        Failure::usage(format!(
            "--ca-file: cannot read {}: {error}",
            path.display()
        ))
    })?;
    ControlClient::at(place, Some(&text)).map_err(wrong)
}

/// What a file says of an endpoint: its URL, and whom to trust there.
fn read(path: &Path) -> Result<(String, Option<PathBuf>), Failure> {
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
    let ca_file = document["caFile"].as_str().map(PathBuf::from);
    Ok((endpoint.to_owned(), ca_file))
}
