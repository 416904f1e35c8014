//! The state file as bytes.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::Change;
use crate::snapshot::Snapshot;
use crate::state::StateDocument;

/// An open state file.
#[derive(Debug)]
pub(super) struct StateFile {
    file: File,
    /// The size of the document that it begins with.
    pub(super) document_bytes: u64,
    /// The size of the changes behind it.
    pub(super) change_bytes: u64,
    line: Vec<u8>,
}

impl StateFile {
    /// Writes a state to the path, in the place of what is there.
    ///
    /// Errors: a sentence.
    pub(super) fn write(path: &Path, snapshot: &Snapshot) -> Result<Self, String> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".{}", std::process::id()));
        let unfinished = Path::new(&unfinished);
        let written = write_document(unfinished, snapshot).and_then(|written| {
            std::fs::rename(unfinished, path)?;
            Ok(written)
        });
        let (file, document_bytes) = written.map_err(|error| {
            // What is left of the attempt is of no use.
            let _ = std::fs::remove_file(unfinished);
            format!("cannot write the state to {}: {error}", path.display())
        })?;
        Ok(Self {
            file,
            document_bytes,
            change_bytes: 0,
            line: Vec::new(),
        })
    }

    /// Adds a change, as one line in one piece.
    pub(super) fn append(&mut self, change: &Change<'_>) -> std::io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, change)?;
        self.line.push(b'\n');
        self.file.write_all(&self.line)?;
        self.change_bytes += self.line.len() as u64;
        Ok(())
    }
}

/// Only the owner may read it: there are secrets in it.
fn write_document(path: &Path, snapshot: &Snapshot) -> std::io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut writer = BufWriter::new(options.open(path)?);
    serde_json::to_writer(&mut writer, &StateDocument::new(snapshot))?;
    writer.write_all(b"\n")?;
    let file = writer.into_inner().map_err(|error| error.into_error())?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}
