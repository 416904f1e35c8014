//! The flags of `serve` and `exec` that say how HTTPS is served.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::BoolishValueParser;
use serde_json::{Value, json};

use super::Failure;
use super::published_file::PublishedFile;
use super::trust::TrustFolder;
use crate::tls::{Mistake, system_authorities};
use crate::{EksEmulator, EksEmulatorBuilder, Tls};

// Flags with an environment twin each, which they win over.
#[derive(Args, Debug)]
pub(super) struct TlsArguments {
    /// Serve HTTPS with this certificate, a PEM file; those between it and its authority may follow in it
    #[arg(long, env = "EKS_EMULATOR_TLS_CERT", value_name = "PATH")]
    tls_cert: Option<PathBuf>,
    /// Private key of that certificate, a PEM file
    #[arg(long, env = "EKS_EMULATOR_TLS_KEY", value_name = "PATH")]
    tls_key: Option<PathBuf>,
    /// Serve HTTPS with a certificate by an authority made for this run: /_emulator/ca.pem is what to trust
    #[arg(
        long,
        env = "EKS_EMULATOR_TLS_SELF_SIGNED",
        value_parser = BoolishValueParser::new()
    )]
    tls_self_signed: bool,
    /// File to write the certificate of that authority to while the emulator runs
    #[arg(long, env = "EKS_EMULATOR_TLS_CA_FILE", value_name = "PATH")]
    tls_ca_file: Option<PathBuf>,
}

impl TlsArguments {
    /// Tells the builder.
    pub(super) fn apply(&self, builder: EksEmulatorBuilder) -> Result<EksEmulatorBuilder, Failure> {
        if self.tls_ca_file.is_some() && !self.tls_self_signed {
            return Err(Failure::usage("--tls-ca-file needs --tls-self-signed"));
        }
        match (&self.tls_cert, &self.tls_key, self.tls_self_signed) {
            (None, None, false) => Ok(builder),
            (None, None, true) => Ok(builder.tls(Tls::self_signed())),
            (Some(certificate), Some(key), false) => Ok(builder.tls(given(certificate, key)?)),
            (Some(_), None, false) => Err(Failure::usage("--tls-cert needs --tls-key")),
            (None, Some(_), false) => Err(Failure::usage("--tls-key needs --tls-cert")),
            (Some(_), _, true) => Err(contradiction("--tls-cert")),
            (None, Some(_), true) => Err(contradiction("--tls-key")),
        }
    }

    /// Where the certificate of the emulator's authority is to be.
    pub(super) fn ca_file(&self) -> Result<Option<PathBuf>, Failure> {
        // Others read the path elsewhere.
        let path = self.tls_ca_file.as_ref().map(std::path::absolute);
        path.transpose()
            .map_err(|error| Failure::usage(format!("--tls-ca-file: {error}")))
    }

    /// Every setting as it is in force: its name, its name in code, its value.
    pub(super) fn shown(&self) -> [(&'static str, &'static str, Value); 4] {
        let file = |path: &Option<PathBuf>| json!(path.as_ref().map(|path| path.to_string_lossy()));
        [
            ("tlsCaFile", "tls_ca_file", file(&self.tls_ca_file)),
            ("tlsCert", "tls_cert", file(&self.tls_cert)),
            ("tlsKey", "tls_key", file(&self.tls_key)),
            (
                "tlsSelfSigned",
                "tls_self_signed",
                json!(self.tls_self_signed),
            ),
        ]
    }
}

fn contradiction(flag: &str) -> Failure {
    Failure::usage(format!(
        "{flag} and --tls-self-signed contradict each other"
    ))
}

fn given(certificate: &Path, key: &Path) -> Result<Tls, Failure> {
    let read = |flag: &str, path: &Path| {
        std::fs::read(path).map_err(|error| {
            Failure::usage(format!("{flag}: cannot read {}: {error}", path.display()))
        })
    };
    let (certificates, keys) = (read("--tls-cert", certificate)?, read("--tls-key", key)?);
    Tls::check(&certificates, &keys).map_err(|mistake| {
        let (flag, path, problem) = match mistake {
            Mistake::Certificate(problem) => ("--tls-cert", certificate, problem),
            Mistake::Key(problem) => ("--tls-key", key, problem),
        };
        Failure::usage(format!("{flag}: {}: {problem}", path.display()))
    })
}

/// Writes the certificate of the emulator's authority if the user wants that.
pub(super) fn write_ca_file(
    path: Option<&Path>,
    emulator: &EksEmulator,
) -> Result<Option<PublishedFile>, Failure> {
    let wanted = path.zip(emulator.ca_certificate());
    let file = wanted.map(|(path, text)| PublishedFile::write("--tls-ca-file", path, text));
    file.transpose()
}

/// What a command has to trust, in files, if the emulator has an authority.
pub(super) fn trust_folder(emulator: &EksEmulator) -> Result<Option<TrustFolder>, Failure> {
    let folder = emulator.ca_certificate().map(|ca_certificate| {
        let variable = |name: &str| std::env::var_os(name);
        TrustFolder::write(ca_certificate, &system_authorities(), variable)
    });
    folder.transpose()
}
