//! `eks-emulator serve`.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::arguments::ServeArguments;
use super::command_line::Origins;
use super::config::{Config, Defaults};
use super::published_file::PublishedFile;
use super::{Failure, endpoint_file, say, tls};
use crate::chance::chance;
use crate::{EksEmulator, EksEmulatorBuilder, Error};

const DEFAULTS: Defaults = Defaults {
    listen: "127.0.0.1:4566",
    log_level: "info",
    is_known_while_starting: true,
};
/// How long a start may go on after a signal before it is given up.
const LATE_START: Duration = Duration::from_millis(250);
/// How much longer than requests the rest of stopping may take.
const AFTER_GRACE: Duration = Duration::from_secs(1);

/// Serves until a signal says stop.
pub(super) fn serve(arguments: &ServeArguments, origins: &Origins) -> Result<(), Failure> {
    let config = Config::new(arguments, origins, DEFAULTS, chance())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(cannot_run)?;
    let served = runtime.block_on(run(config));
    // What still waits for a seed is not waited for.
    runtime.shutdown_background();
    served
}

/// Starts, says that the emulator is ready and waits for a signal. Signals are
/// caught before anybody can be answered: what was acknowledged is kept.
async fn run(config: Config) -> Result<(), Failure> {
    let mut signals = StopSignals::catch().map_err(cannot_run)?;
    let log_level_change = config.log.start();
    let builder = config.builder.log_level_change(log_level_change);
    let mut starting = tokio::task::spawn_blocking(move || start(builder));
    let mut is_asked_to_stop = false;
    let started = tokio::select! {
        started = &mut starting => started,
        () = signals.next() => {
            is_asked_to_stop = true;
            // Calls may have been answered a moment before.
            match tokio::time::timeout(LATE_START, starting).await {
                Ok(started) => started,
                Err(_) => return Ok(()),
            }
        }
    };
    let emulator = started.map_err(|error| cannot_run(error.into()))??;
    let _files = publish(
        config.ca_file.as_deref(),
        config.endpoint_file.as_deref(),
        &emulator,
    )?;
    announce(&emulator, config.seed, config.is_quiet);
    if !is_asked_to_stop {
        tokio::select! {
            () = emulator.stopping() => {}
            () = signals.next() => {}
        }
    }
    // A second signal does not wait for the end.
    tokio::select! {
        () = stop(&emulator, config.grace) => {}
        () = signals.next() => {}
    }
    check_state(&emulator)
}

fn cannot_run(error: std::io::Error) -> Failure {
    Failure::running(format!("cannot run: {error}"))
}

/// Signals that say stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Catches them from now on.
    fn catch() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The files that tell other programs of an emulator. The one that names the
/// other goes first.
pub(super) struct PublishedFiles {
    _endpoint: Option<PublishedFile>,
    _ca: Option<PublishedFile>,
}

/// Writes the files that the user wants.
pub(super) fn publish(
    ca_file: Option<&Path>,
    endpoint_file: Option<&Path>,
    emulator: &EksEmulator,
) -> Result<PublishedFiles, Failure> {
    Ok(PublishedFiles {
        _ca: tls::write_ca_file(ca_file, emulator)?,
        _endpoint: endpoint_file::write_if_wanted(endpoint_file, ca_file, emulator)?,
    })
}

/// Errors: the state is not in its file.
pub(super) fn check_state(emulator: &EksEmulator) -> Result<(), Failure> {
    match emulator.state_loss() {
        Some(error) => Err(Failure::running(format!("the state is lost: {error}"))),
        None => Ok(()),
    }
}

/// Starts an emulator; a value that it refuses is the user's mistake.
pub(super) fn start(builder: EksEmulatorBuilder) -> Result<EksEmulator, Failure> {
    builder.start_blocking().map_err(|error| match error {
        Error::Seed(errors) => Failure::mistakes(&errors, 2),
        Error::InvalidAccountId(_) => Failure::usage(format!("--account-id: {error}")),
        Error::Tls(_) => Failure::usage(error.to_string()),
        error => Failure::running(error.to_string()),
    })
}

/// Logs that an emulator has started, and how to repeat the run.
pub(super) fn log_start(emulator: &EksEmulator, seed: u64) {
    for address in emulator.addresses() {
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "anybody who reaches this address can use the emulator");
        }
    }
    tracing::info!(
        rng_seed = seed,
        version = env!("CARGO_PKG_VERSION"),
        "started"
    );
}

/// One line on stdout for programs, one on stderr for tools that wait for it,
/// unless nobody wants to hear but of errors.
fn announce(emulator: &EksEmulator, seed: u64, is_quiet: bool) {
    log_start(emulator, seed);
    let mut stdout = std::io::stdout();
    let line = format!("eks-emulator ready {}\n", emulator.endpoint());
    // Whoever started the program may have closed its end already.
    let _ = stdout
        .write_all(line.as_bytes())
        .and_then(|()| stdout.flush());
    if !is_quiet {
        say("Ready.");
    }
}

/// Stops an emulator. A request that does not come to an end does not keep the
/// program.
pub(super) async fn stop(emulator: &EksEmulator, grace: Duration) {
    tracing::info!("stopping");
    tokio::select! {
        () = emulator.shutdown() => {}
        () = tokio::time::sleep(grace + AFTER_GRACE) => tracing::warn!("stopped requests under way"),
    }
}
