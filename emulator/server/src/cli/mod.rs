//! The command line: what users may write. What it means is in `config.rs`.

mod agent;
mod arguments;
mod child;
mod command_line;
mod completions;
pub(crate) mod config;
mod config_file;
mod control_client;
mod endpoint;
mod endpoint_file;
mod environment;
mod exec;
mod export;
mod log;
mod operations;
mod pod_env;
mod serve;
mod version;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use agent::AgentArguments;
use arguments::ServeArguments;
use command_line::Written;
use completions::CompletionsArguments;
use exec::ExecArguments;
use export::EnvArguments;
use operations::OperationsArguments;
use pod_env::PodEnvArguments;
use version::VersionArguments;

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

/// What it does. Only the arguments of the command that is named are made.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Answer the EKS API until stopped (the default)
    Serve(Box<ServeArguments>),
    /// Run a command against an emulator of its own
    Exec(Box<ExecArguments>),
    /// Print the environment that leads clients to a running emulator
    Env(EnvArguments),
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
        say(&format!("error: {}", failure.sentence));
        ExitCode::from(failure.code)
    })
}

fn perform(written: Written) -> Result<ExitCode, Failure> {
    let Written { command, origins } = written;
    match command {
        Command::Serve(arguments) => serve::serve(&arguments, &origins)?,
        Command::Exec(arguments) => return exec::run(&arguments, &origins),
        Command::Env(arguments) => export::export(&arguments)?,
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
    sentence: String,
    code: u8,
}

impl Failure {
    /// The user wrote something that makes no sense.
    fn usage(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            code: 2,
        }
    }

    /// Something went wrong while running.
    fn running(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            code: 1,
        }
    }
}

/// Prints what was asked for. Who has read enough may stop reading.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    let mut stdout = std::io::stdout();
    let printed = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::running(format!("cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where the program speaks to people"
)]
fn say(line: &str) {
    eprintln!("{line}");
}
