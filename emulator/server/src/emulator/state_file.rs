//! The file that the state is in while the emulator does not run.

use std::path::PathBuf;

use crate::persistence;
use crate::service::Service;
use crate::state::Scope;

/// The file, and how often it is written.
#[derive(Clone, Debug)]
pub(super) struct StateFile {
    pub(super) path: PathBuf,
    /// Whether every change is written at once.
    pub(super) is_persisting: bool,
}

impl StateFile {
    /// Takes over what is in the file, if it is there, and begins to write to
    /// it where every change is written.
    pub(super) fn load(&self, service: &Service) -> Result<(), String> {
        if let Some(snapshot) = persistence::read(&self.path)? {
            service.restore(&Scope::default(), &snapshot)?;
        }
        if self.is_persisting {
            service.persist(&self.path)?;
        }
        Ok(())
    }

    /// Writes the state as it is when everything is over.
    pub(super) fn write(&self, service: &Service) {
        let written = match service.persistence() {
            Some(_) => service.end_persisting(),
            None => persistence::write(&self.path, &service.snapshot(&Scope::default())),
        };
        if let Err(error) = written {
            tracing::error!(error, "the state is lost");
            let _ = service.state_loss.set(error);
        }
    }
}
