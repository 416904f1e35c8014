//! The state file as bytes.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Change;
use crate::chance::chance;
use crate::snapshot::Snapshot;
use crate::state::StateDocument;

/// What the names of files end with that are not whole yet.
const UNFINISHED: &str = ".unfinished";

/// Through how many links a path may lead; systems have similar limits.
const MOST_LINKS: usize = 40;

/// An open state file. It is locked: no other emulator writes to it.
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
        let failure = |error| format!("cannot write the state to {}: {error}", path.display());
        let target = behind_links(path).map_err(failure)?;
        let mut unfinished = target.clone().into_os_string();
        // Nobody else can have put anything where nobody knows the name.
        unfinished.push(format!(".{:016x}{UNFINISHED}", chance()));
        let unfinished = Path::new(&unfinished);
        let written = write_document(unfinished, snapshot).and_then(|written| {
            std::fs::rename(unfinished, &target)?;
            Ok(written)
        });
        let (file, document_bytes) = written.map_err(|error| {
            // What is left of the attempt is of no use.
            let _ = std::fs::remove_file(unfinished);
            failure(error)
        })?;
        Ok(Self {
            file,
            document_bytes,
            change_bytes: 0,
            line: Vec::new(),
        })
    }

    /// Lets others have the file.
    pub(super) fn release(&self) {
        // It was not locked where the file system knows no locks.
        let _ = self.file.unlock();
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

/// The path of the file that a path leads to through symbolic links, whether or
/// not it is there: the link is the user's, and stays.
fn behind_links(path: &Path) -> std::io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = std::fs::read_link(&target) else {
            return Ok(target);
        };
        // A link is read from where it stands.
        target = match target.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(std::io::Error::other("too many symbolic links"))
}

/// Claims what is at the path for as long as the result lives.
///
/// Errors: a sentence if another emulator writes to it.
pub(super) fn claim(path: &Path) -> Result<Option<File>, String> {
    let Ok(present) = File::open(path) else {
        return Ok(None);
    };
    match present.try_lock() {
        Ok(()) => Ok(Some(present)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{} is the state file of another emulator that runs",
            path.display()
        )),
        // Not every file system knows locks.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Removes what processes that were killed have left of their attempts to
/// write to the path: there are secrets in it.
pub(super) fn clear_away(path: &Path) {
    let Ok(path) = &behind_links(path) else {
        return;
    };
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new(".")));
    let Some(name) = path.file_name().map(OsStr::as_encoded_bytes) else {
        return;
    };
    for entry in entries.into_iter().flatten().flatten() {
        let found = entry.file_name();
        let process = found.as_encoded_bytes().strip_prefix(name);
        let process = process.and_then(|rest| rest.strip_suffix(UNFINISHED.as_bytes()));
        let is_attempt = process.is_some_and(|rest| rest.starts_with(b"."));
        if is_attempt && matches!(claim(&entry.path()), Ok(Some(_))) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Only the owner may read it: there are secrets in it.
fn write_document(path: &Path, snapshot: &Snapshot) -> std::io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // Not every file system knows locks.
    let _ = file.try_lock();
    let mut writer = BufWriter::new(file);
    serde_json::to_writer(&mut writer, &StateDocument::new(snapshot))?;
    writer.write_all(b"\n")?;
    let file = writer.into_inner().map_err(|error| error.into_error())?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}
