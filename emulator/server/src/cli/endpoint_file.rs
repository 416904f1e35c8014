//! The file that tells other programs where the emulator is.

use std::path::Path;

use serde_json::json;

use super::Failure;
use super::published_file::PublishedFile;
use crate::EksEmulator;

/// Writes the file if the user wants one. `ca_file` has the authority of the
/// emulator's certificate, if anything has.
pub(super) fn write_if_wanted(
    path: Option<&Path>,
    ca_file: Option<&Path>,
    emulator: &EksEmulator,
) -> Result<Option<PublishedFile>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let mut document = json!({
        "endpoint": emulator.public_url(),
        "port": emulator.address().port(),
        "pid": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    if let Some(ca_file) = ca_file {
        document["caFile"] = json!(ca_file.to_string_lossy());
    }
    PublishedFile::write("--endpoint-file", path, &format!("{document}\n")).map(Some)
}
