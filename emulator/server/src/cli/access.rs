//! The flags of `serve` and `exec` that say who may reach the emulator, and
//! where its state is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::BoolishValueParser;
use serde_json::{Value, json};

use super::Failure;
use super::config::check_url;
use crate::{ControlAccess, EksEmulatorBuilder};

// Flags with an environment twin each, which they win over.
#[derive(Args, Debug)]
pub(super) struct AccessArguments {
    /// What clients reach the emulator as, where that is not what it listens on: in the endpoint file, and as the beginning of issuers' URLs
    #[arg(long, env = "EKS_EMULATOR_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Name under which the control endpoints may be called, beside addresses and localhost; may be repeated
    #[arg(
        long,
        env = "EKS_EMULATOR_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ','
    )]
    allow_host: Vec<String>,
    /// Port of their own for the control endpoints; 0 takes any free port
    #[arg(long, env = "EKS_EMULATOR_CONTROL_PORT", value_name = "PORT")]
    control_port: Option<u16>,
    /// Have no control endpoints, only health and readiness
    #[arg(
        long,
        env = "EKS_EMULATOR_NO_CONTROL",
        value_parser = BoolishValueParser::new()
    )]
    no_control: bool,
    /// Refuse members and parameters that an operation of EKS does not know; a command under exec fails if it called an operation that is not supported
    #[arg(long, env = "EKS_EMULATOR_STRICT", value_parser = BoolishValueParser::new())]
    pub(super) strict: bool,
    /// File to read the state from at the start, and to write it to at the end
    #[arg(long, env = "EKS_EMULATOR_STATE_FILE", value_name = "PATH")]
    state_file: Option<PathBuf>,
    /// Write every change to the state file before it is answered
    #[arg(
        long,
        env = "EKS_EMULATOR_PERSIST",
        value_parser = BoolishValueParser::new()
    )]
    persist: bool,
}

impl AccessArguments {
    /// Tells the builder.
    pub(super) fn apply(
        &self,
        mut builder: EksEmulatorBuilder,
    ) -> Result<EksEmulatorBuilder, Failure> {
        if let Some(url) = &self.public_url {
            builder = builder.public_url(check_url("--public-url", url)?);
        }
        for name in &self.allow_host {
            builder = builder.allow_host(name);
        }
        builder = match (self.control_port, self.no_control) {
            (Some(_), true) => {
                return Err(Failure::usage(
                    "--control-port and --no-control contradict each other",
                ));
            }
            (Some(port), false) => builder.control(ControlAccess::Port(port)),
            (None, true) => builder.control(ControlAccess::Off),
            (None, false) => builder,
        };
        if self.strict {
            builder = builder.strict();
        }
        if let Some(path) = &self.state_file {
            check_state_folder(path)?;
        }
        match (&self.state_file, self.persist) {
            (None, false) => Ok(builder),
            (None, true) => Err(Failure::usage("--persist needs --state-file")),
            (Some(path), false) => Ok(builder.state_file(path)),
            (Some(path), true) => Ok(builder.persist(path)),
        }
    }

    /// Every setting as it is in force: its name, its name in code, its value.
    pub(super) fn shown(&self) -> [(&'static str, &'static str, Value); 7] {
        [
            ("allowHost", "allow_host", json!(self.allow_host)),
            ("controlPort", "control_port", json!(self.control_port)),
            ("noControl", "no_control", json!(self.no_control)),
            ("persist", "persist", json!(self.persist)),
            ("publicUrl", "public_url", json!(self.public_url)),
            ("strict", "strict", json!(self.strict)),
            (
                "stateFile",
                "state_file",
                json!(self.state_file.as_ref().map(|path| path.to_string_lossy())),
            ),
        ]
    }
}

/// Whether there is a folder for the file: it may be written at the end only,
/// when it is too late to say so.
fn check_state_folder(path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => return Ok(()),
    };
    match folder.is_dir() {
        true => Ok(()),
        false => Err(Failure::usage(format!(
            "--state-file: there is no folder {}",
            folder.display()
        ))),
    }
}
