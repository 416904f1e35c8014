//! What an emulator does before it is ready: it reads its state and applies its
//! seeds.

use std::net::SocketAddr;
use std::sync::Arc;

use super::error::Error;
use super::state_file::StateFile;
use crate::readiness::Stage;
use crate::seed::StartSeed;
use crate::service::Service;

/// What there is to be from the start.
pub(super) struct Loading {
    pub(super) service: Arc<Service>,
    pub(super) state_file: Option<StateFile>,
    pub(super) seeds: Vec<StartSeed>,
}

impl Loading {
    /// Lets calls wait if there is anything to load.
    pub(super) fn announce(&self, addresses: &[SocketAddr]) {
        if let Some(address) = addresses.first()
            && self
                .seeds
                .iter()
                .any(|seed| matches!(seed, StartSeed::Unread(_)))
        {
            tracing::info!(%address, "listens, and waits for a seed to be ready");
        }
        if self.state_file.is_some() {
            self.wait_for("The state file is being read.");
        } else if !self.seeds.is_empty() {
            self.wait_for(SEEDS);
        }
    }

    fn wait_for(&self, reason: &'static str) {
        self.service.readiness.set(Stage::Waiting(reason));
    }

    /// Errors: the emulator will never be ready.
    pub(super) fn load(&mut self) -> Result<(), Error> {
        if self.service.readiness.is_ready() {
            return Ok(());
        }
        let loaded = self.load_all();
        self.service.readiness.set(match loaded {
            Ok(()) => Stage::Ready,
            Err(_) => Stage::Failed,
        });
        loaded
    }

    fn load_all(&mut self) -> Result<(), Error> {
        if let Some(file) = &self.state_file {
            file.load(&self.service).map_err(Error::StateFile)?;
            self.wait_for(SEEDS);
        }
        let seeds = std::mem::take(&mut self.seeds);
        self.service.seed_at_start(seeds).map_err(Error::Seed)
    }
}

/// Why an emulator is not ready that has its state already.
const SEEDS: &str = "The seeds are being applied.";
