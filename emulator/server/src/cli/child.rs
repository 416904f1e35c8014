//! A command that this program runs for somebody: it is told of the signals
//! that this program gets, and its end is this program's.

use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::process::{ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;

/// Starts a command.
///
/// Errors: the exit codes of shells, 127 if there is no such command and 126
/// if it cannot be run.
pub(super) fn spawn(command: &mut Command, name: &OsStr) -> Result<Child, Failure> {
    command.spawn().map_err(|error| Failure {
        label: "error: ",
        sentence: format!("cannot run {}: {error}", name.to_string_lossy()),
        code: match error.kind() {
            ErrorKind::NotFound => 127,
            _ => 126,
        },
    })
}

/// Waits for the end of a command, and tells it of signals meanwhile.
pub(super) async fn wait(
    child: &mut Child,
    signals: &mut Signals,
) -> Result<ExitStatus, std::io::Error> {
    loop {
        tokio::select! {
            signal = signals.next() => pass_on(child, signal),
            status = child.wait() => return status,
        }
    }
}

/// The code of a shell: 128 and the signal for a command that a signal ended.
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(signal);
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// Signals that would end this program before its command.
pub(super) struct Signals {
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches them from now on.
    pub(super) fn catch() -> Result<Self, Failure> {
        let catch = |kind| {
            signal(kind).map_err(|error| Failure::running(format!("cannot catch signals: {error}")))
        };
        Ok(Self {
            hang_up: catch(SignalKind::hangup())?,
            interrupt: catch(SignalKind::interrupt())?,
            quit: catch(SignalKind::quit())?,
            terminate: catch(SignalKind::terminate())?,
        })
    }

    /// The next signal that the command has to be told of. What is typed on
    /// the terminal reaches the command as well: it is not told twice.
    pub(super) async fn next(&mut self) -> Signal {
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => return Signal::HUP,
                _ = self.terminate.recv() => return Signal::TERM,
                _ = self.interrupt.recv() => if !is_on_terminal() { return Signal::INT },
                _ = self.quit.recv() => if !is_on_terminal() { return Signal::QUIT },
            }
        }
    }
}

/// Whether the signals that are typed on a terminal reach this program's
/// process group, and so the command, which is in it.
fn is_on_terminal() -> bool {
    let terminal = File::open("/dev/tty").ok();
    terminal.is_some_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

/// Sends a signal to a command.
pub(super) fn pass_on(child: &Child, signal: Signal) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(Pid::from_raw) {
        // The command has just ended if this fails.
        let _ = kill_process(id, signal);
    }
}
