//! The command line: what users may write. What it means is in `config.rs`.

mod access;
mod agent;
mod arguments;
mod child;
mod clock;
mod command_line;
mod completions;
pub(crate) mod config;
mod config_file;
mod control_client;
mod endpoint;
mod endpoint_file;
mod environment;
mod events;
mod exec;
mod export;
mod fault;
mod log;
mod operations;
mod pod_env;
mod published_file;
mod remote;
mod requests;
mod reset;
mod seed;
mod serve;
mod snapshot;
mod state;
mod table;
mod temporary_folder;
#[cfg_attr(not(feature = "tls"), path = "tls_absent.rs")]
mod tls;
mod trust;
mod validate;
mod version;
mod wait;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::seed::SeedError;

use agent::AgentArguments;
use arguments::ServeArguments;
use clock::ClockArguments;
use command_line::Written;
use completions::CompletionsArguments;
use events::EventsArguments;
use exec::ExecArguments;
use export::EnvArguments;
use fault::FaultArguments;
use operations::OperationsArguments;
use pod_env::PodEnvArguments;
use requests::RequestsArguments;
use reset::ResetArguments;
use seed::SeedArguments;
use snapshot::SnapshotArguments;
use state::StateArguments;
use validate::ValidateArguments;
use version::VersionArguments;
use wait::WaitArguments;

/// An offline Amazon EKS API: add-ons and EKS Pod Identity, faithfully.
#[derive(Debug, Parser)]
#[command(
    name = "eks-emulator",
    version,
    after_help = "Without a command it serves: eks-emulator serve --help lists the flags."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

// What it does. Only the arguments of the command that is named are made.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Answer the EKS API until stopped (the default)
    Serve(Box<ServeArguments>),
    /// Run a command against an emulator of its own
    Exec(Box<ExecArguments>),
    /// Print the environment that leads clients to a running emulator
    Env(EnvArguments),
    /// Take a running emulator back to its beginning
    Reset(ResetArguments),
    /// Show or move the clock of a running emulator
    Clock(ClockArguments),
    /// Let calls of a running emulator fail
    Fault(FaultArguments),
    /// Show the calls that a running emulator has answered
    Requests(RequestsArguments),
    /// Show what has happened in a running emulator
    Events(EventsArguments),
    /// Wait until a running emulator is ready, or something has happened in it
    Wait(WaitArguments),
    /// Add what documents describe to a running emulator
    Seed(SeedArguments),
    /// Take the state of a running emulator out, or put one in
    State(StateArguments),
    /// Keep and restore states of a running emulator by name
    Snapshot(SnapshotArguments),
    /// Say what is wrong with seed documents, without an emulator
    Validate(ValidateArguments),
    /// List the operations of the EKS API and how far each is supported
    Operations(OperationsArguments),
    /// Serve the pod identity agent's endpoint on an address of its own
    Agent(AgentArguments),
    /// Run a command with the environment and credentials of a pod
    PodEnv(Box<PodEnvArguments>),
    /// Print the version
    Version(VersionArguments),
    /// Print the script with which a shell completes command lines
    Completions(CompletionsArguments),
}

/// Runs the program.
pub fn run() -> ExitCode {
    let written = match command_line::read(std::env::args_os()) {
        Ok(written) => written,
        Err(code) => return code,
    };
    perform(written).unwrap_or_else(|failure| {
        say(&format!("{}{}", failure.label, failure.sentence));
        ExitCode::from(failure.code)
    })
}

fn perform(written: Written) -> Result<ExitCode, Failure> {
    let Written { command, origins } = written;
    match command {
        Command::Serve(arguments) => serve::serve(&arguments, &origins)?,
        Command::Exec(arguments) => return exec::run(&arguments, &origins),
        Command::Env(arguments) => export::export(&arguments)?,
        Command::Reset(arguments) => reset::run(&arguments)?,
        Command::Clock(arguments) => clock::run(&arguments)?,
        Command::Fault(arguments) => fault::run(&arguments)?,
        Command::Requests(arguments) => requests::run(&arguments)?,
        Command::Events(arguments) => events::run(&arguments)?,
        Command::Wait(arguments) => wait::run(&arguments)?,
        Command::Seed(arguments) => seed::run(&arguments)?,
        Command::State(arguments) => state::run(&arguments)?,
        Command::Snapshot(arguments) => snapshot::run(&arguments)?,
        Command::Validate(arguments) => validate::run(&arguments)?,
        Command::Operations(arguments) => operations::print(&arguments)?,
        Command::Agent(arguments) => agent::serve(&arguments)?,
        Command::PodEnv(arguments) => return pod_env::run(&arguments),
        Command::Version(arguments) => version::show(&arguments)?,
        Command::Completions(arguments) => completions::write(&arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Why the program ends early: one line, and the exit code.
#[derive(Debug)]
struct Failure {
    /// What stands before it.
    label: &'static str,
    sentence: String,
    code: u8,
}

impl Failure {
    /// The user wrote something that makes no sense.
    fn usage(sentence: impl Into<String>) -> Self {
        Self {
            label: "error: ",
            sentence: sentence.into(),
            code: 2,
        }
    }

    /// Documents are wrong: a line for each mistake, which begins with its
    /// place as those of compilers do.
    fn mistakes(errors: &[SeedError], code: u8) -> Self {
        let lines: Vec<String> = errors.iter().map(SeedError::to_string).collect();
        Self {
            label: "",
            sentence: lines.join("\n"),
            code,
        }
    }

    /// Something went wrong while running.
    fn running(sentence: impl Into<String>) -> Self {
        Self {
            label: "error: ",
            sentence: sentence.into(),
            code: 1,
        }
    }
}

/// Prints what was asked for.
fn print(text: &str) -> Result<(), Failure> {
    emit(text).map(drop)
}

/// Prints something; gives whether somebody still reads. Who has read enough
/// may stop.
fn emit(text: &str) -> Result<bool, Failure> {
    use std::io::{ErrorKind, Write};
    let mut stdout = std::io::stdout();
    let printed = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match printed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::running(format!("cannot print: {error}"))),
    }
}

/// The one place where the program speaks to people.
fn say(line: &str) {
    use std::io::Write;
    // Whoever started the program need not listen.
    let _ = writeln!(std::io::stderr(), "{line}");
}
