//! The `eks-emulator` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    eks_emulator::cli::run()
}
