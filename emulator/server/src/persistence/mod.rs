//! The state file: what was acknowledged is found again, also after the
//! process was killed.
//!
//! The file begins with a document of the whole state, in one line; each line
//! behind it is a change, written before the call that made it is answered. A
//! line that is not complete was being written when the process ended: its
//! call was not answered, and it is dropped. When the changes outgrow the
//! document, the file is written anew beside and takes the place of the old
//! one in one step.
//!
//! The file is locked while an emulator writes to it: of two, each would lose
//! what the other has written.
//!
//! Promised: nothing that was answered is lost when the process ends, however
//! it ends. Not promised: that it survives the end of the machine; the file
//! is handed to the operating system, which writes it to the disk in its own
//! time.

mod change;
mod file;
mod read;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use change::Change;
pub(crate) use read::read;

use crate::snapshot::Snapshot;
use file::{StateFile, claim, clear_away};

/// What is said of changes that are not in the state file.
pub(crate) const NOT_PERSISTED: &str = "The emulator cannot write its state file.";

/// The changes may be this many times as large as the document before the
/// file is written anew.
const GROWTH: u64 = 4;
/// Below this size, in bytes, it is not worth it.
const LEAST_REWRITE: u64 = 8 * 1024 * 1024;

/// The state file of one emulator that writes every change to it.
#[derive(Debug)]
pub(crate) struct Persistence {
    path: PathBuf,
    file: Mutex<StateFile>,
    /// Whether a change could not be written: what happened then is not in
    /// the file until all of it is written anew.
    is_behind: AtomicBool,
}

impl Persistence {
    /// Begins a file with a state.
    ///
    /// Errors: a sentence.
    pub(crate) fn begin(path: &Path, snapshot: &Snapshot) -> Result<Self, String> {
        let _claim = claim(path)?;
        clear_away(path);
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(StateFile::write(path, snapshot)?),
            is_behind: AtomicBool::new(false),
        })
    }

    /// Adds a change. A failure is remembered: see [`Self::is_behind`]. From
    /// then on nothing is added: half a line may stand at the end.
    pub(crate) fn add(&self, change: &Change<'_>) {
        if self.is_behind() {
            return;
        }
        if let Err(error) = self.lock().append(change) {
            tracing::error!(path = %self.path.display(), %error, "a change cannot be written");
            self.is_behind.store(true, Ordering::Release);
        }
    }

    /// Whether what has happened is not all in the file: it must not be
    /// acknowledged.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Acquire)
    }

    /// Whether the file should be written anew.
    pub(crate) fn wants_rewrite(&self) -> bool {
        let file = self.lock();
        let limit = (file.document_bytes * GROWTH).max(LEAST_REWRITE);
        self.is_behind() || file.change_bytes > limit
    }

    /// Writes the file anew. The caller has the world to itself.
    pub(crate) fn rewrite(&self, snapshot: &Snapshot) {
        let mut file = self.lock();
        match StateFile::write(&self.path, snapshot) {
            Ok(anew) => {
                *file = anew;
                self.is_behind.store(false, Ordering::Release);
            }
            Err(error) => {
                tracing::error!(error, "the state cannot be written");
                self.is_behind.store(true, Ordering::Release);
            }
        }
    }

    /// Lets another emulator have the file.
    pub(crate) fn release(&self) {
        self.lock().release();
    }

    /// A panic elsewhere cannot leave the file half written.
    fn lock(&self) -> MutexGuard<'_, StateFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a state to a file, in one step: who reads it reads all of it.
///
/// Errors: a sentence.
pub(crate) fn write(path: &Path, snapshot: &Snapshot) -> Result<(), String> {
    let _claim = claim(path)?;
    StateFile::write(path, snapshot).map(drop)
}
