//! What `serve` and `exec` have of HTTPS without the feature `tls`: nothing.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::Failure;
use super::published_file::PublishedFile;
use super::trust::TrustFolder;
use crate::{EksEmulator, EksEmulatorBuilder};

// No flags.
#[derive(Args, Debug)]
pub(super) struct TlsArguments {}

impl TlsArguments {
    pub(super) fn apply(&self, builder: EksEmulatorBuilder) -> Result<EksEmulatorBuilder, Failure> {
        Ok(builder)
    }

    pub(super) fn ca_file(&self) -> Result<Option<PathBuf>, Failure> {
        Ok(None)
    }

    pub(super) fn shown(&self) -> [(&'static str, &'static str, Value); 0] {
        []
    }
}

pub(super) fn write_ca_file(
    _: Option<&Path>,
    _: &EksEmulator,
) -> Result<Option<PublishedFile>, Failure> {
    Ok(None)
}

pub(super) fn trust_folder(_: &EksEmulator) -> Result<Option<TrustFolder>, Failure> {
    Ok(None)
}
