//! What an emulator was told, and by whom, for those who want to see it.

use std::collections::BTreeMap;

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
}

impl Origin {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "env",
            Self::Flag => "flag",
        }
    }
}

/// Settings by their names, as in `accountId`, each with its origin.
pub type ShownConfiguration = BTreeMap<&'static str, (Value, Origin)>;
