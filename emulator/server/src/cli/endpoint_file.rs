//! The file that tells other programs where the emulator is.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Failure;
use crate::EksEmulator;

/// The file; dropping it removes it.
#[derive(Debug)]
pub(super) struct EndpointFile {
    path: PathBuf,
}

impl EndpointFile {
    /// Writes the file if the user wants one.
    pub(super) fn write_if_wanted(
        path: Option<&Path>,
        emulator: &EksEmulator,
    ) -> Result<Option<Self>, Failure> {
        let file = path.map(|path| Self::write(path, emulator));
        file.transpose().map_err(Failure::running)
    }

    /// Writes the file in one step: who sees it sees all of it.
    ///
    /// Errors: a sentence.
    fn write(path: &Path, emulator: &EksEmulator) -> Result<Self, String> {
        let text = json!({
            "endpoint": emulator.public_url(),
            "port": emulator.address().port(),
            "pid": std::process::id(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".{}", std::process::id()));
        std::fs::write(&unfinished, format!("{text}\n"))
            .and_then(|()| std::fs::rename(&unfinished, path))
            .map_err(|error| {
                format!("--endpoint-file: cannot write {}: {error}", path.display())
            })?;
        Ok(Self {
            path: path.to_owned(),
        })
    }
}

impl Drop for EndpointFile {
    fn drop(&mut self) {
        // Somebody has removed it already if this fails.
        let _ = std::fs::remove_file(&self.path);
    }
}
