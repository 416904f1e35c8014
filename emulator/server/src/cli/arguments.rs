//! The flags of `serve`, which `exec` has as well.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::access::AccessArguments;
use super::tls::TlsArguments;
use crate::time;

// The flags of `serve`. Each has an environment twin, which it wins over.
#[derive(Args, Debug)]
pub(super) struct ServeArguments {
    /// File of YAML or JSON with settings: flags win over it, and so does the environment
    #[arg(long, env = "EKS_EMULATOR_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Address to listen on; port 0 takes any free port; may be repeated [default: 127.0.0.1:4566, of exec 127.0.0.1:0]
    #[arg(
        long,
        env = "EKS_EMULATOR_LISTEN",
        value_name = "HOST:PORT",
        value_delimiter = ','
    )]
    pub(super) listen: Vec<String>,
    /// File to write the endpoint to as JSON once it answers
    #[arg(long, env = "EKS_EMULATOR_ENDPOINT_FILE", value_name = "PATH")]
    pub(super) endpoint_file: Option<PathBuf>,
    /// Account of callers whose access key id is not an account id
    #[arg(
        long,
        env = "EKS_EMULATOR_ACCOUNT_ID",
        value_name = "ID",
        default_value = "123456789012"
    )]
    pub(super) account_id: String,
    /// Region of callers that do not sign
    #[arg(
        long,
        env = "EKS_EMULATOR_REGION",
        value_name = "REGION",
        default_value = "us-east-1"
    )]
    pub(super) region: String,
    /// How statuses move: instant, realistic, manual, or manual:READS
    #[arg(
        long,
        env = "EKS_EMULATOR_LIFECYCLE",
        value_name = "PROFILE",
        default_value = "instant"
    )]
    pub(super) lifecycle: String,
    /// How many times faster than on AWS the realistic lifecycle is
    #[arg(
        long,
        env = "EKS_EMULATOR_TIME_SCALE",
        value_name = "N",
        allow_negative_numbers = true
    )]
    pub(super) time_scale: Option<f64>,
    /// How long a look at something that changes waits for the end of the change, as in 20s; a bare number is milliseconds
    #[arg(
        long,
        env = "EKS_EMULATOR_HOLD_READS",
        value_name = "DURATION",
        default_value = "0",
        value_parser = time::parse_milliseconds
    )]
    pub(super) hold_reads: Duration,
    /// Whether the clock runs
    #[arg(long, env = "EKS_EMULATOR_CLOCK", value_enum, default_value_t = ClockMode::Real)]
    pub(super) clock: ClockMode,
    /// Time that the clock shows at the start, as in 2026-01-01T00:00:00Z
    #[arg(long, env = "EKS_EMULATOR_NOW", value_name = "RFC3339")]
    pub(super) now: Option<String>,
    /// Seed of every identifier: the same seed and calls give the same [default: random]
    #[arg(long, env = "EKS_EMULATOR_RNG_SEED", value_name = "N")]
    pub(super) rng_seed: Option<u64>,
    /// How strictly callers have to identify themselves
    #[arg(long, env = "EKS_EMULATOR_AUTH", value_enum, default_value_t = AuthMode::None)]
    pub(super) auth: AuthMode,
    /// Largest body of a request
    #[arg(
        long,
        env = "EKS_EMULATOR_MAX_BODY",
        value_name = "BYTES",
        default_value_t = 1_048_576
    )]
    pub(super) max_body: usize,
    /// How many requests the journal keeps, the newest ones; 0 keeps none
    #[arg(
        long,
        env = "EKS_EMULATOR_JOURNAL_CAPACITY",
        value_name = "N",
        default_value_t = 10_000
    )]
    pub(super) journal_capacity: usize,
    /// Which log lines to write to stderr: error, warn, info, debug, trace or off; without it, what RUST_LOG says [default: info, of exec warn]
    #[arg(long, env = "EKS_EMULATOR_LOG_LEVEL", value_name = "LEVEL")]
    pub(super) log_level: Option<String>,
    /// Write nothing but errors to stderr
    #[arg(long, env = "EKS_EMULATOR_QUIET", value_parser = BoolishValueParser::new())]
    pub(super) quiet: bool,
    /// Collector to export traces of calls to, as in http://127.0.0.1:4318
    #[cfg_attr(
        feature = "otel",
        arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")
    )]
    // A variable of other tools, too: it must not disturb who cannot heed it.
    #[cfg_attr(
        not(feature = "otel"),
        arg(
            long,
            value_name = "URL",
            help = "Collector to export traces of calls to; needs a program that is built with the feature otel, without which OTEL_EXPORTER_OTLP_ENDPOINT is ignored"
        )
    )]
    pub(super) otlp_endpoint: Option<String>,
    /// Form of the log lines
    #[arg(long, env = "EKS_EMULATOR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// What is made of roles that IAM does not have: lenient takes them as existing
    #[arg(long, env = "EKS_EMULATOR_IAM", value_enum, default_value_t = Iam::Lenient)]
    pub(super) iam: Iam,
    /// What the issuers' URLs begin with, as in http://127.0.0.1:4566 [default: the host that EKS uses]
    #[arg(long, env = "EKS_EMULATOR_ISSUER_BASE", value_name = "URL")]
    pub(super) issuer_base: Option<String>,
    /// What becomes of the agent's cached credentials when associations change
    #[arg(
        long,
        env = "EKS_EMULATOR_AGENT_CACHE",
        value_enum,
        default_value_t = Cache::Invalidate
    )]
    pub(super) agent_cache: Cache,
    /// Threads that answer requests [default: one for each core, at most 4]
    #[arg(
        long,
        env = "EKS_EMULATOR_WORKERS",
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=512)
    )]
    pub(super) workers: Option<u16>,
    /// How long requests under way may take to end when it is stopped
    #[arg(
        long,
        env = "EKS_EMULATOR_SHUTDOWN_GRACE",
        value_name = "DURATION",
        default_value = "5s"
    )]
    pub(super) shutdown_grace: String,
    /// What there is from the start: documents, folders of them, or - for standard input; may be repeated
    #[arg(
        long,
        env = "EKS_EMULATOR_SEED_FILE",
        value_name = "PATH",
        value_delimiter = ','
    )]
    pub(super) seed_file: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) access: AccessArguments,
    #[command(flatten)]
    pub(super) tls: TlsArguments,
}

/// Whether the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ClockMode {
    /// It runs
    Real,
    /// It stands still until it is moved
    Paused,
}

/// How strictly callers have to identify themselves.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AuthMode {
    /// Unsigned requests are the default account's
    None,
    /// Requests have to be signed for EKS; signatures are not checked
    Scope,
    /// Signatures have to be those of the keys of seeds and of sessions; the secret of test, and of ids of accounts, is test
    Verify,
}

/// What is made of roles that IAM does not have.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Iam {
    /// They are taken as existing and trusting
    Lenient,
    /// They do not exist
    Strict,
}

/// What becomes of the agent's cached credentials when associations change.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Cache {
    /// They are forgotten
    Invalidate,
    /// They are kept for up to three hours, as by the real agent
    Faithful,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}
