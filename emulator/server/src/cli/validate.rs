//! `eks-emulator validate`: what is wrong with documents, without an emulator.

use std::path::PathBuf;

use clap::Args;

use super::arguments::Iam;
use super::{Failure, print};
use crate::IamMode;
use crate::seed::{self, Seed};

// The arguments of `validate`.
#[derive(Args, Debug)]
pub(super) struct ValidateArguments {
    /// Print the JSON Schema of documents
    #[arg(long, exclusive = true)]
    print_schema: bool,
    /// What is made of roles that the documents do not have
    #[arg(long, env = "EKS_EMULATOR_IAM", value_enum, default_value_t = Iam::Lenient)]
    iam: Iam,
    /// Documents, folders of them, or - for standard input
    #[arg(required_unless_present = "print_schema", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Applies the documents to an emulator that goes away again: whatever it
/// refuses is a mistake, one line each.
pub(super) fn run(arguments: &ValidateArguments) -> Result<(), Failure> {
    if arguments.print_schema {
        let schema = serde_json::to_string_pretty(&Seed::json_schema());
        return print(&format!("{}\n", schema.unwrap_or_default()));
    }
    let iam = match arguments.iam {
        Iam::Lenient => IamMode::Lenient,
        Iam::Strict => IamMode::Strict,
    };
    let found = seed::validate(&arguments.files, iam);
    found.map_err(|errors| Failure::mistakes(&errors, 1))
}
