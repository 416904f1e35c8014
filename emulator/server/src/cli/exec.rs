//! `eks-emulator exec`: a command with an emulator of its own, for as long as
//! it runs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueHint};
use tokio::process::Command;

use super::arguments::ServeArguments;
use super::child::{self, Signals};
use super::command_line::Origins;
use super::config::{Config, Defaults};
use super::environment::{ClientEnvironment, access_key_id};
use super::{Failure, serve, tls};
use crate::EksEmulator;
use crate::chance::chance;

const DEFAULTS: Defaults = Defaults {
    listen: "127.0.0.1:0",
    log_level: "warn",
    is_known_while_starting: false,
};

// The flags of `exec`.
#[derive(Args, Debug)]
pub(super) struct ExecArguments {
    #[command(flatten)]
    serve: ServeArguments,
    /// Lead the services that are not emulated to the emulator, too
    #[arg(long, env = "EKS_EMULATOR_ALL_SERVICES", value_parser = BoolishValueParser::new())]
    all_services: bool,
    /// Account of the command: twelve digits, or auto for one that nobody has [default: that of its access key]
    #[arg(long, env = "EKS_EMULATOR_ACCOUNT", value_name = "ID")]
    account: Option<String>,
    /// Fail if the command succeeds after it called an operation that is not supported
    #[arg(
        long,
        env = "EKS_EMULATOR_FAIL_ON_UNMATCHED",
        value_parser = BoolishValueParser::new()
    )]
    fail_on_unmatched: bool,
    /// File to write the state to when the command has ended; secrets are in it
    #[arg(long, env = "EKS_EMULATOR_EXPORT_STATE", value_name = "PATH")]
    export_state: Option<PathBuf>,
    /// The command and its arguments
    #[arg(
        trailing_var_arg = true,
        required = true,
        value_name = "COMMAND",
        value_hint = ValueHint::CommandWithArguments
    )]
    command: Vec<OsString>,
}

/// Runs the command; gives its exit code.
pub(super) fn run(arguments: &ExecArguments, origins: &Origins) -> Result<ExitCode, Failure> {
    let config = Config::new(&arguments.serve, origins, DEFAULTS, chance())?;
    let access_key_id = access_key_id(arguments.account.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::running(format!("cannot start: {error}")))?;
    let log_level_change = config.log.start();
    runtime.block_on(async {
        // Before there is anything that a signal could leave behind.
        let mut signals = Signals::catch()?;
        let emulator = serve::start(config.builder.log_level_change(log_level_change))?;
        let (ca_file, endpoint_file) = (config.ca_file.as_deref(), config.endpoint_file.as_deref());
        let _files = serve::publish(ca_file, endpoint_file, &emulator)?;
        let trust_folder = tls::trust_folder(&emulator)?;
        serve::log_start(&emulator, config.seed);
        let address = emulator.address();
        let environment = ClientEnvironment {
            endpoint: emulator.url_of(address),
            control_endpoint: emulator.url_of(emulator.control_address().unwrap_or(address)),
            region: arguments.serve.region.clone(),
            all_services: arguments.all_services,
            access_key_id,
            trust: trust_folder.as_ref().map(|folder| folder.trust.clone()),
        };
        if let Some(warning) = environment.warning() {
            tracing::warn!("{warning}");
        }
        let mut command = command(arguments, &environment);
        let mut child = child::spawn(&mut command, &arguments.command[0])?;
        let status = child::wait(&mut child, &mut signals).await;
        let status = status
            .map_err(|error| Failure::running(format!("cannot wait for the command: {error}")))?;
        serve::stop(&emulator, config.grace).await;
        if let Some(path) = &arguments.export_state {
            let written = emulator.write_state(path);
            written.map_err(|error| Failure::running(format!("--export-state: {error}")))?;
        }
        if status.success() {
            serve::check_state(&emulator)?;
            check(arguments, &emulator)?;
        }
        Ok(child::exit_code(status))
    })
}

fn command(arguments: &ExecArguments, environment: &ClientEnvironment) -> Command {
    let mut command = Command::new(&arguments.command[0]);
    command.args(&arguments.command[1..]);
    for (name, value) in environment.changes(|name| std::env::var_os(name)) {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Whether a command that succeeded has done so without what is missing here.
fn check(arguments: &ExecArguments, emulator: &EksEmulator) -> Result<(), Failure> {
    let unsupported = emulator.unsupported_calls();
    if unsupported.is_empty() || !(arguments.fail_on_unmatched || arguments.serve.access.strict) {
        return Ok(());
    }
    Err(Failure::running(format!(
        "the command called operations that are not supported: {}",
        unsupported.join(", ")
    )))
}
