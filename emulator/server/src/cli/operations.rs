//! `eks-emulator operations`.

use std::io::Write;

use serde_json::json;

use super::Failure;
use crate::support::{self, Support};

/// Prints every operation with its support.
pub(super) fn print(as_json: bool) -> Result<(), Failure> {
    let text = if as_json { list_json() } else { list_text() };
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::running(format!("cannot print: {error}")))
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
