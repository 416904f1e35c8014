//! Whether documents can be applied, without an emulator.

use std::path::PathBuf;

use super::{SeedError, StartSeed};
use crate::IamMode;
use crate::emulator::service_configuration;
use crate::service::Service;

/// Applies documents to an emulator that nobody sees.
///
/// Errors: everything that is wrong with them.
pub(crate) fn validate(paths: &[PathBuf], iam: IamMode) -> Result<(), Vec<SeedError>> {
    let mut configuration = service_configuration();
    configuration.iam = iam;
    let seeds = paths.iter().cloned().map(StartSeed::Unread);
    Service::new(configuration).seed_at_start(seeds.collect())
}
