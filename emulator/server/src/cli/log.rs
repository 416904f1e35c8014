//! The log: which lines go to stderr, and in which form.

use std::io::IsTerminal;

use tracing_subscriber::filter::{EnvFilter, LevelFilter, ParseError};

/// What is logged, and how.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) filter: LogFilter,
    pub(super) is_json: bool,
}

/// Which lines are written.
#[derive(Debug)]
pub(super) enum LogFilter {
    /// Those of a level and above.
    Level(LevelFilter),
    /// What the directives of `RUST_LOG` say.
    Directives(Box<EnvFilter>),
}

impl LogFilter {
    /// The filter that directives such as `eks_emulator=debug` describe.
    pub(super) fn directives(text: &str) -> Result<Self, ParseError> {
        EnvFilter::try_new(text).map(|filter| Self::Directives(Box::new(filter)))
    }
}

impl Log {
    /// Writes the log from now on.
    pub(super) fn start(self) {
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let log = tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_ansi(colours)
            .with_target(false);
        match (self.filter, self.is_json) {
            (LogFilter::Level(level), true) => log.with_max_level(level).json().init(),
            (LogFilter::Level(level), false) => log.with_max_level(level).init(),
            (LogFilter::Directives(filter), true) => log.with_env_filter(*filter).json().init(),
            (LogFilter::Directives(filter), false) => log.with_env_filter(*filter).init(),
        }
    }
}
