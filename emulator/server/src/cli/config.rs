//! From what users wrote to one checked configuration.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use eks_emulator_core::lifecycle::Profile;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use super::Failure;
use super::arguments::{AuthMode, Cache, ClockMode, Iam, LogFormat, ServeArguments};
use super::command_line::Origins;
use super::log::{self, Log, LogFilter};
use crate::configuration::{Origin, ShownConfiguration};
use crate::{
    AgentCache, Auth, ClockStart, EksEmulator, EksEmulatorBuilder, IamMode, profile, time,
};

/// More threads answer no faster than the sockets deliver.
const WORKERS: usize = 4;

/// What `serve` and `exec` do.
#[derive(Debug)]
pub(crate) struct Config {
    pub(super) builder: EksEmulatorBuilder,
    pub(super) seed: u64,
    pub(super) grace: Duration,
    pub(super) endpoint_file: Option<PathBuf>,
    /// Where the certificate of the emulator's authority is to be.
    pub(super) ca_file: Option<PathBuf>,
    pub(super) log: Log,
    /// Whether stderr is for errors only.
    pub(super) is_quiet: bool,
}

/// Where `serve` and `exec` differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults {
    pub(super) listen: &'static str,
    pub(super) log_level: &'static str,
    /// Whether somebody can ask how far the start has come.
    pub(super) is_known_while_starting: bool,
}

impl Config {
    /// Checks the flags. `chance` is the seed if they name none.
    pub(super) fn new(
        arguments: &ServeArguments,
        origins: &Origins,
        defaults: Defaults,
        chance: u64,
    ) -> Result<Self, Failure> {
        let mut listen = Vec::new();
        for address in listen_of(arguments, defaults) {
            listen.push(resolve(address)?);
        }
        if arguments.max_body == 0 {
            return Err(Failure::usage("--max-body: 0 would refuse every body"));
        }
        let seed = arguments.rng_seed.unwrap_or(chance);
        let auth = match arguments.auth {
            AuthMode::None => Auth::None,
            AuthMode::Scope => Auth::Scope,
            AuthMode::Verify => Auth::Verify,
        };
        let grace = &arguments.shutdown_grace;
        let grace = time::parse_duration(grace)
            .map_err(|error| Failure::usage(format!("--shutdown-grace: {error}")))?
            .min(Duration::from_secs(24 * 60 * 60));
        let mut builder = EksEmulator::builder()
            .listen(listen)
            .account(&arguments.account_id)
            .region(check_region(&arguments.region)?)
            .lifecycle(lifecycle(&arguments.lifecycle, arguments.time_scale)?)
            .hold_reads(arguments.hold_reads)
            .clock(clock(arguments)?)
            .rng_seed(seed)
            .auth(auth)
            .iam(match arguments.iam {
                Iam::Lenient => IamMode::Lenient,
                Iam::Strict => IamMode::Strict,
            })
            .agent_cache(match arguments.agent_cache {
                Cache::Invalidate => AgentCache::Invalidate,
                Cache::Faithful => AgentCache::Faithful,
            })
            .max_body(arguments.max_body)
            .journal_capacity(arguments.journal_capacity)
            .shutdown_grace(grace)
            .workers(workers(arguments))
            .shown_configuration(shown(arguments, origins, defaults, seed));
        builder = arguments.access.apply(builder)?;
        builder = arguments.tls.apply(builder)?;
        builder = with_seeds(builder, &arguments.seed_file, defaults)?;
        builder = with_traces(builder, arguments.otlp_endpoint.as_deref())?;
        if let Some(base) = &arguments.issuer_base {
            builder = builder.issuer_base(check_url("--issuer-base", base)?);
        }
        Ok(Self {
            builder,
            seed,
            grace,
            endpoint_file: arguments.endpoint_file.clone(),
            ca_file: arguments.tls.ca_file()?,
            is_quiet: is_quiet(arguments, origins),
            log: Log {
                filter: log_filter(arguments, origins, defaults)?,
                is_json: matches!(arguments.log_format, LogFormat::Json),
            },
        })
    }
}

/// Reads every document, to say at once what is wrong with them all.
fn with_seeds(
    mut builder: EksEmulatorBuilder,
    paths: &[PathBuf],
    defaults: Defaults,
) -> Result<EksEmulatorBuilder, Failure> {
    let mut errors = Vec::new();
    for path in paths {
        let builder_so_far = builder.clone();
        let read = match defaults.is_known_while_starting {
            true => builder_so_far.seed_file_while_starting(path),
            false => builder_so_far.seed_file(path),
        };
        match read {
            Ok(seeded) => builder = seeded,
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(builder),
        false => Err(Failure::mistakes(&errors, 2)),
    }
}

/// Traces for a collector. An empty variable is none, as OpenTelemetry has it.
#[cfg(feature = "otel")]
fn with_traces(
    builder: EksEmulatorBuilder,
    endpoint: Option<&str>,
) -> Result<EksEmulatorBuilder, Failure> {
    let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.is_empty()) else {
        return Ok(builder);
    };
    let endpoint = check_url("--otlp-endpoint", endpoint).map_err(|_| {
        Failure::usage(format!(
            "--otlp-endpoint: {endpoint:?} is not a URL, as in http://127.0.0.1:4318"
        ))
    })?;
    if endpoint.starts_with("https:") {
        return Err(Failure::usage(
            "--otlp-endpoint: only http is spoken; use a collector on this machine",
        ));
    }
    Ok(builder.otlp_endpoint(endpoint))
}

#[cfg(not(feature = "otel"))]
fn with_traces(
    builder: EksEmulatorBuilder,
    endpoint: Option<&str>,
) -> Result<EksEmulatorBuilder, Failure> {
    match endpoint {
        None => Ok(builder),
        Some(_) => Err(Failure::usage(
            "--otlp-endpoint: this program cannot export traces; build it with --features otel",
        )),
    }
}

fn listen_of(arguments: &ServeArguments, defaults: Defaults) -> Vec<&str> {
    if arguments.listen.is_empty() {
        return vec![defaults.listen];
    }
    arguments.listen.iter().map(String::as_str).collect()
}

fn workers(arguments: &ServeArguments) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = arguments.workers.map(usize::from);
    workers.unwrap_or_else(|| cores().min(WORKERS))
}

/// Every setting as it is in force.
fn shown(
    arguments: &ServeArguments,
    origins: &Origins,
    defaults: Defaults,
    seed: u64,
) -> ShownConfiguration {
    let level = arguments.log_level.as_deref();
    let file = |path: &Option<PathBuf>| json!(path.as_ref().map(|path| path.to_string_lossy()));
    let settings = [
        ("accountId", "account_id", json!(arguments.account_id)),
        ("agentCache", "agent_cache", word(arguments.agent_cache)),
        ("auth", "auth", word(arguments.auth)),
        ("clock", "clock", word(arguments.clock)),
        ("config", "config", file(&arguments.config)),
        (
            "endpointFile",
            "endpoint_file",
            file(&arguments.endpoint_file),
        ),
        ("iam", "iam", word(arguments.iam)),
        ("issuerBase", "issuer_base", json!(arguments.issuer_base)),
        (
            "holdReads",
            "hold_reads",
            json!(time::whole_milliseconds(arguments.hold_reads)),
        ),
        (
            "journalCapacity",
            "journal_capacity",
            json!(arguments.journal_capacity),
        ),
        ("lifecycle", "lifecycle", json!(arguments.lifecycle)),
        ("listen", "listen", json!(listen_of(arguments, defaults))),
        ("logFormat", "log_format", word(arguments.log_format)),
        (
            "logLevel",
            "log_level",
            json!(level.unwrap_or(defaults.log_level)),
        ),
        ("maxBody", "max_body", json!(arguments.max_body)),
        ("now", "now", json!(arguments.now)),
        (
            "otlpEndpoint",
            "otlp_endpoint",
            json!(arguments.otlp_endpoint),
        ),
        ("quiet", "quiet", json!(arguments.quiet)),
        ("region", "region", json!(arguments.region)),
        ("rngSeed", "rng_seed", json!(seed)),
        ("seedFile", "seed_file", json!(arguments.seed_file)),
        (
            "shutdownGrace",
            "shutdown_grace",
            json!(arguments.shutdown_grace),
        ),
        ("timeScale", "time_scale", json!(arguments.time_scale)),
        ("workers", "workers", json!(workers(arguments))),
    ];
    let of_access = arguments.access.shown();
    let settings = settings.into_iter().chain(of_access);
    let settings = settings.chain(arguments.tls.shown());
    let shown = settings.map(|(name, code, value)| (name, (value, origins.of(code))));
    shown.collect()
}

/// The word that stands for a value on the command line.
fn word(value: impl ValueEnum) -> serde_json::Value {
    let value = value.to_possible_value();
    json!(value.as_ref().map(|value| value.get_name()))
}

/// Whether `--quiet` holds. Of it and `--log-level` whoever has the last word
/// wins, and `--quiet` if both have it.
fn is_quiet(arguments: &ServeArguments, origins: &Origins) -> bool {
    arguments.quiet && origins.of("quiet") >= origins.of("log_level")
}

/// What `--quiet` or `--log-level` say. Without either, what Rust programs
/// listen to.
fn log_filter(
    arguments: &ServeArguments,
    origins: &Origins,
    defaults: Defaults,
) -> Result<LogFilter, Failure> {
    let level = arguments.log_level.as_deref();
    let level = log_level(level.unwrap_or(defaults.log_level))?;
    if is_quiet(arguments, origins) {
        return Ok(LogFilter::level(LevelFilter::ERROR));
    }
    if origins.of("log_level") == Origin::Default
        && let Some(directives) = std::env::var_os("RUST_LOG").filter(|text| !text.is_empty())
    {
        return LogFilter::directives(&directives.to_string_lossy())
            .map_err(|error| Failure::usage(format!("RUST_LOG: {error}")));
    }
    Ok(LogFilter::level(level))
}

pub(super) fn resolve(address: &str) -> Result<SocketAddr, Failure> {
    let found = address
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next());
    found.ok_or_else(|| {
        Failure::usage(format!(
            "--listen: {address} is not HOST:PORT, as in 127.0.0.1:4566"
        ))
    })
}

pub(super) fn check_region(region: &str) -> Result<&str, Failure> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if region.is_empty() || !region.bytes().all(allowed) {
        return Err(Failure::usage(format!(
            "--region: {region:?} is not a region, as in us-east-1"
        )));
    }
    Ok(region)
}

pub(super) fn check_url<'a>(flag: &str, base: &'a str) -> Result<&'a str, Failure> {
    let url: Option<http::Uri> = base.parse().ok();
    let is_base = |url: http::Uri| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
            && url.query().is_none()
    };
    if !url.is_some_and(is_base) {
        return Err(Failure::usage(format!(
            "{flag}: {base:?} is not a URL, as in http://127.0.0.1:4566"
        )));
    }
    Ok(base)
}

fn lifecycle(text: &str, time_scale: Option<f64>) -> Result<Profile, Failure> {
    if time_scale.is_some() && text != "realistic" {
        return Err(Failure::usage(
            "--time-scale works with --lifecycle realistic only",
        ));
    }
    let scale = time_scale.unwrap_or(1.0);
    if !scale.is_finite() || scale <= 0.0 {
        return Err(Failure::usage(format!(
            "--time-scale: {scale} is not above zero"
        )));
    }
    match profile::parse(text) {
        Ok(Profile::Realistic { .. }) => Ok(Profile::Realistic { time_scale: scale }),
        Ok(profile) => Ok(profile),
        Err(error) => Err(Failure::usage(format!("--lifecycle: {error}"))),
    }
}

fn clock(arguments: &ServeArguments) -> Result<ClockStart, Failure> {
    let now = arguments.now.as_deref().map(time::parse).transpose();
    let now = now.map_err(|error| Failure::usage(format!("--now: {error}")))?;
    Ok(match (arguments.clock, now) {
        (ClockMode::Real, None) => ClockStart::Real,
        (ClockMode::Real, Some(now)) => ClockStart::RunningFrom(now),
        (ClockMode::Paused, None) => ClockStart::PausedNow,
        (ClockMode::Paused, Some(now)) => ClockStart::PausedAt(now),
    })
}

fn log_level(text: &str) -> Result<LevelFilter, Failure> {
    log::level(text).map_err(|error| Failure::usage(format!("--log-level: {error}")))
}
