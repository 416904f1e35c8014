//! `eks-emulator version`.

use clap::Args;
use serde_json::json;

use super::{Failure, print};

const VERSION: &str = env!("CARGO_PKG_VERSION");

// The flags of `version`.
#[derive(Args, Debug)]
pub(super) struct VersionArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the version, and for what it was built.
pub(super) fn show(arguments: &VersionArguments) -> Result<(), Failure> {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    let text = if arguments.json {
        json!({ "version": VERSION, "os": system, "arch": processor }).to_string()
    } else {
        format!("eks-emulator {VERSION} ({system}, {processor})")
    };
    print(&format!("{text}\n"))
}
