//! The command line: what users may write. What it means is in `config.rs`.

mod agent;
pub(crate) mod config;
mod control_client;
mod endpoint_file;
mod operations;
mod pod_env;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// An offline Amazon EKS API: add-ons and EKS Pod Identity, faithfully.
#[derive(Debug, Parser)]
#[command(name = "eks-emulator", version, flatten_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer the EKS API until stopped (the default)
    Serve(Box<ServeArguments>),
    /// List the operations of the EKS API and how far each is supported
    Operations(OperationsArguments),
    /// Serve the pod identity agent's endpoint on an address of its own
    Agent(AgentArguments),
    /// Run a command with the environment and credentials of a pod
    PodEnv(Box<PodEnvArguments>),
}

/// The flags of `serve`. Each has an environment twin, which it wins over.
#[derive(Args, Debug)]
struct ServeArguments {
    /// Address to listen on; port 0 takes any free port; may be repeated
    #[arg(
        long,
        env = "EKS_EMULATOR_LISTEN",
        value_name = "HOST:PORT",
        value_delimiter = ',',
        default_value = "127.0.0.1:4566"
    )]
    listen: Vec<String>,
    /// File to write the endpoint to as JSON once it answers
    #[arg(long, env = "EKS_EMULATOR_ENDPOINT_FILE", value_name = "PATH")]
    endpoint_file: Option<PathBuf>,
    /// Account of callers whose access key id is not an account id
    #[arg(
        long,
        env = "EKS_EMULATOR_ACCOUNT_ID",
        value_name = "ID",
        default_value = "123456789012"
    )]
    account_id: String,
    /// Region of callers that do not sign
    #[arg(
        long,
        env = "EKS_EMULATOR_REGION",
        value_name = "REGION",
        default_value = "us-east-1"
    )]
    region: String,
    /// How statuses move: instant, realistic, manual, or manual:READS
    #[arg(
        long,
        env = "EKS_EMULATOR_LIFECYCLE",
        value_name = "PROFILE",
        default_value = "instant"
    )]
    lifecycle: String,
    /// How many times faster than on AWS the realistic lifecycle is
    #[arg(long, env = "EKS_EMULATOR_TIME_SCALE", value_name = "N")]
    time_scale: Option<f64>,
    /// Whether the clock runs
    #[arg(long, env = "EKS_EMULATOR_CLOCK", value_enum, default_value_t = ClockMode::Real)]
    clock: ClockMode,
    /// Time that the clock shows at the start, as in 2026-01-01T00:00:00Z
    #[arg(long, env = "EKS_EMULATOR_NOW", value_name = "RFC3339")]
    now: Option<String>,
    /// Seed of every identifier: the same seed and calls give the same [default: random]
    #[arg(long, env = "EKS_EMULATOR_RNG_SEED", value_name = "N")]
    rng_seed: Option<u64>,
    /// How strictly callers have to identify themselves
    #[arg(long, env = "EKS_EMULATOR_AUTH", value_enum, default_value_t = AuthMode::None)]
    auth: AuthMode,
    /// Largest body of a request
    #[arg(
        long,
        env = "EKS_EMULATOR_MAX_BODY",
        value_name = "BYTES",
        default_value_t = 1_048_576
    )]
    max_body: usize,
    /// Which log lines to write to stderr: error, warn, info, debug, trace or off
    #[arg(
        long,
        env = "EKS_EMULATOR_LOG_LEVEL",
        value_name = "LEVEL",
        default_value = "info"
    )]
    log_level: String,
    /// Form of the log lines
    #[arg(long, env = "EKS_EMULATOR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// What is made of roles that IAM does not have: lenient takes them as existing
    #[arg(long, env = "EKS_EMULATOR_IAM", value_enum, default_value_t = Iam::Lenient)]
    iam: Iam,
    /// What the issuers' URLs begin with, as in http://127.0.0.1:4566 [default: the host that EKS uses]
    #[arg(long, env = "EKS_EMULATOR_ISSUER_BASE", value_name = "URL")]
    issuer_base: Option<String>,
    /// What becomes of the agent's cached credentials when associations change
    #[arg(
        long,
        env = "EKS_EMULATOR_AGENT_CACHE",
        value_enum,
        default_value_t = Cache::Invalidate
    )]
    agent_cache: Cache,
    /// How long requests under way may take to end when it is stopped
    #[arg(
        long,
        env = "EKS_EMULATOR_SHUTDOWN_GRACE",
        value_name = "DURATION",
        default_value = "5s"
    )]
    shutdown_grace: String,
}

/// Whether the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ClockMode {
    /// It runs
    Real,
    /// It stands still until it is moved
    Paused,
}

/// How strictly callers have to identify themselves.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum AuthMode {
    /// Unsigned requests are the default account's
    None,
    /// Requests have to be signed for EKS; signatures are not checked
    Scope,
}

/// What is made of roles that IAM does not have.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Iam {
    /// They are taken as existing and trusting
    Lenient,
    /// They do not exist
    Strict,
}

/// What becomes of the agent's cached credentials when associations change.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cache {
    /// They are forgotten
    Invalidate,
    /// They are kept for up to three hours, as by the real agent
    Faithful,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Args, Debug)]
struct OperationsArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The flags of `agent`.
#[derive(Args, Debug)]
struct AgentArguments {
    /// Address to listen on: on a node that is 169.254.170.23:80
    #[arg(long, env = "EKS_EMULATOR_AGENT_LISTEN", value_name = "HOST:PORT")]
    listen: String,
    /// Where the emulator is
    #[arg(
        long,
        env = "EKS_EMULATOR_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint: String,
}

/// The flags of `pod-env`.
#[derive(Args, Debug)]
struct PodEnvArguments {
    /// Where the emulator is
    #[arg(
        long,
        env = "EKS_EMULATOR_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint: String,
    /// File that an emulator wrote its endpoint to; wins over --endpoint
    #[arg(long, env = "EKS_EMULATOR_ENDPOINT_FILE", value_name = "PATH")]
    endpoint_file: Option<PathBuf>,
    /// Cluster of the pod
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// Namespace of the pod
    #[arg(long, value_name = "NAME")]
    namespace: String,
    /// Service account of the pod
    #[arg(long, value_name = "NAME")]
    service_account: String,
    /// Pod of the cluster that it is; without one, as a new pod would be
    #[arg(long, value_name = "NAME")]
    pod: Option<String>,
    /// Account of the cluster, if several have one of the name
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Region of the cluster, if several have one of the name
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse_from(with_command(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let done = match cli.command {
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Operations(arguments) => operations::print(arguments.json),
        Command::Agent(arguments) => agent::serve(&arguments),
        Command::PodEnv(arguments) => match pod_env::run(&arguments) {
            Ok(code) => return ExitCode::from(code),
            Err(failure) => Err(failure),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("error: {}", failure.sentence));
            ExitCode::from(failure.code)
        }
    }
}

/// Puts the default command where none is named, so that only the command
/// that runs reads its part of the environment.
fn with_command(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let general = ["--help", "-h", "--version", "-V"];
    let is_flag = arguments.get(1).is_none_or(|first| {
        let first = first.to_string_lossy();
        first.starts_with('-') && !general.contains(&&*first)
    });
    if is_flag {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    arguments
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

/// Help and version as they are; a mistake in one line.
fn explain(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Nobody reads on if this fails.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let sentence: Vec<&str> = text
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    say(&format!(
        "{} (eks-emulator --help lists the flags)",
        sentence.join(" ")
    ));
    ExitCode::from(2)
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where the program speaks to people"
)]
fn say(line: &str) {
    eprintln!("{line}");
}
