//! What an emulator was told, and by whom, for those who want to see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// Who said what a setting is. Later ones win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody: it is as the emulator comes.
    #[default]
    Default,
    /// A configuration file.
    File,
    /// The environment.
    Environment,
    /// The command line.
    Flag,
    /// The control endpoint, while it runs.
    Api,
}

impl Origin {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "env",
            Self::Flag => "flag",
            Self::Api => "api",
        }
    }
}

/// Takes a level such as `debug`.
///
/// Errors: a sentence.
type SetLogLevel = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// Changes which lines the log has.
#[derive(Clone)]
pub struct LogLevelChange(pub Arc<SetLogLevel>);

impl std::fmt::Debug for LogLevelChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("LogLevelChange")
    }
}

/// Settings by their names, as in `accountId`, each with its origin.
pub type ShownConfiguration = BTreeMap<&'static str, (Value, Origin)>;
