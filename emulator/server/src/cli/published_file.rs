//! A file that tells other programs something for as long as this one runs.

use std::path::{Path, PathBuf};

use super::Failure;

/// The file; dropping it removes it.
#[derive(Debug)]
pub(super) struct PublishedFile {
    path: PathBuf,
}

impl PublishedFile {
    /// Writes the file in one step: who sees it sees all of it. `flag` asked
    /// for it.
    pub(super) fn write(flag: &str, path: &Path, text: &str) -> Result<Self, Failure> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".{}", std::process::id()));
        std::fs::write(&unfinished, text)
            .and_then(|()| std::fs::rename(&unfinished, path))
            .map_err(|error| {
                let path = path.display();
                Failure::running(format!("{flag}: cannot write {path}: {error}"))
            })?;
        Ok(Self {
            path: path.to_owned(),
        })
    }
}

impl Drop for PublishedFile {
    fn drop(&mut self) {
        // Somebody has removed it already if this fails.
        let _ = std::fs::remove_file(&self.path);
    }
}
