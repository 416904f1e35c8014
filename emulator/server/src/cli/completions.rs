//! `eks-emulator completions`: what shells need to complete command lines.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::{Cli, Failure, print};

// The arguments of `completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for a shell.
pub(super) fn write(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(
        arguments.shell,
        &mut Cli::command(),
        "eks-emulator",
        &mut script,
    );
    let script = String::from_utf8_lossy(&script);
    // For bash, clap_complete 4.6 spells a program with a hyphen in two ways,
    // so that no command would be found.
    print(&script.replace("eks__subcmd__emulator", "eks__emulator"))
}
