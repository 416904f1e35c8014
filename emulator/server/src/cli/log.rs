//! The log: which lines go to stderr, and in which form.

use std::io::{IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::PIPE_BUF;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, ParseError};

use crate::configuration::LogLevelChange;

/// What is logged, and how.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) filter: LogFilter,
    pub(super) is_json: bool,
}

/// Which lines are written.
#[derive(Debug)]
pub(super) struct LogFilter(EnvFilter);

impl LogFilter {
    /// The lines of a level and above.
    pub(super) fn level(level: LevelFilter) -> Self {
        Self(EnvFilter::default().add_directive(level.into()))
    }

    /// The filter that directives such as `eks_emulator=debug` describe.
    pub(super) fn directives(text: &str) -> Result<Self, ParseError> {
        EnvFilter::try_new(text).map(Self)
    }
}

/// Reads a level.
///
/// Errors: a sentence.
pub(super) fn level(text: &str) -> Result<LevelFilter, String> {
    text.parse()
        .map_err(|_| format!("{text} is none of error, warn, info, debug, trace and off"))
}

impl Log {
    /// Writes the log from now on. Gives the way to change its level.
    pub(super) fn start(self) -> LogLevelChange {
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let log = tracing_subscriber::fmt()
            .with_writer(|| ImpatientStderr)
            .with_ansi(colours)
            .with_target(false)
            // Whoever read the log may be gone, and with it the way to say so.
            .log_internal_errors(false)
            .with_env_filter(self.filter.0);
        if self.is_json {
            let log = log.json().with_filter_reloading();
            let handle = log.reload_handle();
            log.init();
            change_by(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
        } else {
            let log = log.with_filter_reloading();
            let handle = log.reload_handle();
            log.init();
            change_by(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
        }
    }
}

fn change_by(
    reload: impl Fn(EnvFilter) -> Result<(), String> + Send + Sync + 'static,
) -> LogLevelChange {
    LogLevelChange(Arc::new(move |text| {
        reload(LogFilter::level(level(text)?).0)
    }))
}

/// Stderr, for whoever does not wait for its reader: what there is no room for
/// is lost. Neither calls nor signals are to hang on a pipe that nobody reads.
struct ImpatientStderr;

impl Write for ImpatientStderr {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut stderr = std::io::stderr().lock();
        // So much goes into a pipe at once that has room for anything.
        for part in line.chunks(PIPE_BUF) {
            if !has_room(&stderr) {
                break;
            }
            stderr.write_all(part)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn has_room(stderr: &impl AsFd) -> bool {
    let mut asked = [PollFd::new(stderr, PollFlags::OUT)];
    // Where it cannot be asked, writing says what is wrong.
    let at_once = Timespec::default();
    !matches!(poll(&mut asked, Some(&at_once)), Ok(0))
}
