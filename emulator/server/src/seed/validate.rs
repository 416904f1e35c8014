//! Whether documents can be applied, without an emulator.

use std::path::PathBuf;
use std::sync::Arc;

use super::{SeedError, read_path};
use crate::IamMode;
use crate::emulator::service_configuration;
use crate::service::Service;

/// Applies documents to an emulator that nobody sees.
///
/// Errors: everything that is wrong with them.
pub(crate) fn validate(paths: &[PathBuf], iam: IamMode) -> Result<(), Vec<SeedError>> {
    let mut configuration = service_configuration();
    configuration.iam = iam;
    let mut errors = Vec::new();
    for path in paths {
        match read_path(path) {
            Ok(read) => configuration.seeds.extend(read.into_iter().map(Arc::new)),
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Service::new(configuration).seed_at_start(),
        false => Err(errors),
    }
}
