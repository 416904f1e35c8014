//! `eks-emulator serve`.

use std::hash::{BuildHasher, RandomState};
use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use super::config::Config;
use super::endpoint_file::EndpointFile;
use super::{Failure, ServeArguments, say};
use crate::{EksEmulator, Error};

/// More threads answer no faster than the sockets deliver.
const WORKERS: usize = 4;
/// How much longer than requests the rest of stopping may take.
const AFTER_GRACE: Duration = Duration::from_secs(1);

/// Serves until a signal says stop.
pub(super) fn serve(arguments: &ServeArguments) -> Result<(), Failure> {
    let config = Config::new(arguments, chance())?;
    start_log(config.log_level, config.log_as_json);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let started = config.builder.workers(cores.min(WORKERS)).start_blocking();
    let emulator = started.map_err(|error| match error {
        Error::InvalidAccountId(_) => Failure::usage(format!("--account-id: {error}")),
        error => Failure::running(error.to_string()),
    })?;
    let file = config.endpoint_file.as_deref();
    let file = file
        .map(|path| EndpointFile::write(path, &emulator))
        .transpose();
    let _file = file.map_err(Failure::running)?;
    run(&emulator, config.seed, config.grace)
        .map_err(|error| Failure::running(format!("cannot run: {error}")))
}

/// A seed for runs that name none. It is logged, so that a run can be repeated.
fn chance() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

fn start_log(level: LevelFilter, as_json: bool) {
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .with_max_level(level)
        .with_target(false);
    if as_json {
        log.json().init();
    } else {
        log.init();
    }
}

/// One line on stdout for programs, one on stderr for tools that wait for it.
fn announce(emulator: &EksEmulator, seed: u64) {
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
    let mut stdout = std::io::stdout();
    let line = format!("eks-emulator ready {}\n", emulator.endpoint());
    // Whoever started the program may have closed its end already.
    let _ = stdout
        .write_all(line.as_bytes())
        .and_then(|()| stdout.flush());
    say("Ready.");
}

/// Says that the emulator is ready and waits for a signal. Signals are caught
/// before anybody can know that there is somebody to stop.
fn run(emulator: &EksEmulator, seed: u64, grace: Duration) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        announce(emulator, seed);
        tokio::select! {
            () = emulator.stopping() => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        // A second signal, or a request that does not come to an end, does not
        // keep the program.
        tokio::select! {
            () = emulator.shutdown() => {}
            () = tokio::time::sleep(grace + AFTER_GRACE) => tracing::warn!("stopped requests under way"),
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}
