//! A folder of files that are there for as long as a command runs.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use crate::chance::chance;

/// The folder, which only its owner can enter; dropping it removes it.
#[derive(Debug)]
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// A folder that nobody has, for `purpose`.
    pub(super) fn new(purpose: &str) -> std::io::Result<Self> {
        let name = format!("eks-emulator-{purpose}-{:016x}", chance());
        let folder = std::env::temp_dir().join(name);
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    /// Where the file of a name is in it, or would be.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Somebody has removed it already if this fails.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
