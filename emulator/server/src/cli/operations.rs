//! `eks-emulator operations`.

use clap::Args;
use serde_json::json;

use super::Failure;
use crate::support::{self, Support};

// The flags of `operations`.
#[derive(Args, Debug)]
pub(super) struct OperationsArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints every operation with its support.
pub(super) fn print(arguments: &OperationsArguments) -> Result<(), Failure> {
    let list = if arguments.json { list_json } else { list_text };
    super::print(&list())
}

fn list_json() -> String {
    let rows: Vec<_> = support::operations()
        .map(|(operation, support)| {
            json!({ "operation": operation, "service": "eks", "support": support.as_str() })
        })
        .collect();
    format!("{}\n", json!(rows))
}

fn list_text() -> String {
    let rows: String = support::operations()
        .map(|(operation, support)| format!("{operation:<36}{}\n", support.as_str()))
        .collect();
    let full = support::operations()
        .filter(|(_, support)| *support == Support::Full)
        .count();
    let none = support::operations().count() - full;
    format!("{rows}\n{full} full, {none} none\n")
}
