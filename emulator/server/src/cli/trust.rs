//! What lets clients trust an emulator that serves HTTPS.
//!
//! Clients differ in what they read. `NODE_EXTRA_CA_CERTS` adds authorities;
//! the other variables replace all that a client knows, and so a client that
//! trusts the emulator would trust nobody else. A command of `exec` therefore
//! gets a file with the authorities of the system and that of the emulator;
//! where users have named a file of theirs, one with what is in it instead.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::Failure;
use super::environment::Change;
use super::temporary_folder::TemporaryFolder;

/// Where the commands of this program find an authority.
const OWN: &str = "EKS_EMULATOR_CA_FILE";
/// Node.js: authorities to trust beside those that it comes with.
const OF_NODE: &str = "NODE_EXTRA_CA_CERTS";
/// The AWS CLI and the SDKs for Python and Go, Terraform's provider: they
/// trust nobody else.
const OF_AWS: &str = "AWS_CA_BUNDLE";
/// Other programs in Python; programs in Go and Rust, and whatever uses
/// OpenSSL: they trust nobody else.
const OF_PROGRAMS: [&str; 2] = ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"];
/// All that lead clients to files of authorities.
const OF_CLIENTS: [&str; 4] = [OF_AWS, OF_NODE, OF_PROGRAMS[0], OF_PROGRAMS[1]];

/// Files of certificates in PEM form.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    /// The authority of the emulator.
    pub(super) ca_file: String,
    /// That and those of the system.
    bundle: Option<String>,
    /// Variables that users have set, with files that have what theirs has
    /// and the emulator's authority.
    extended: Vec<(&'static str, String)>,
}

impl Trust {
    /// The authority in the file that a command was told of.
    ///
    /// Errors: there is no such path.
    pub(super) fn in_ca_file(ca_file: Option<&Path>) -> Result<Option<Self>, Failure> {
        // Others read the path elsewhere.
        let path = ca_file.map(std::path::absolute).transpose();
        let path = path.map_err(|error| Failure::usage(format!("--ca-file: {error}")))?;
        Ok(path.as_deref().map(Self::in_file))
    }

    fn in_file(ca_file: &Path) -> Self {
        Self {
            ca_file: ca_file.to_string_lossy().into_owned(),
            bundle: None,
            extended: Vec::new(),
        }
    }

    /// What has to change in an environment; what users have set for other
    /// programs stays, unless there is a file with more in it.
    pub(super) fn changes(&self, is: impl Fn(&str) -> Option<OsString>) -> Vec<Change> {
        let missing = self.files().filter(|(name, _)| !is_set(&is, name));
        let change = |(name, file): (&'static str, &String)| (name, Some(file.clone()));
        let extended = self.extended.iter().map(|(name, file)| (*name, file));
        let own = (OWN, Some(self.ca_file.clone()));
        let others = missing.chain(extended).map(change);
        std::iter::once(own).chain(others).collect()
    }

    /// What to say of the variables that stay, if any does.
    pub(super) fn warning(&self, is: impl Fn(&str) -> Option<OsString>) -> Option<String> {
        let stays = |(name, file): &(&str, &String)| {
            let is_extended = self.extended.iter().any(|(extended, _)| extended == name);
            !is_extended && is_set(&is, name) && is(name).as_deref() != Some(OsStr::new(file))
        };
        let names: Vec<&str> = self.files().filter(stays).map(|(name, _)| name).collect();
        let names = (!names.is_empty()).then(|| names.join(", "))?;
        Some(format!(
            "set already, and so left alone: {names}; what reads them does not trust the emulator: unset them, or add the content of {} to the files that they name",
            self.ca_file
        ))
    }

    /// What clients read, and the file that is for them.
    fn files(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let of_aws = self.bundle.as_ref().unwrap_or(&self.ca_file);
        let of_programs = self.bundle.iter();
        let of_programs = of_programs.flat_map(|bundle| OF_PROGRAMS.map(|name| (name, bundle)));
        let others = [(OF_AWS, of_aws), (OF_NODE, &self.ca_file)];
        others.into_iter().chain(of_programs)
    }
}

/// What clients take as absent is absent: an empty value.
fn is_set(is: impl Fn(&str) -> Option<OsString>, name: &str) -> bool {
    is(name).is_some_and(|value| !value.is_empty())
}

/// A folder with what a command is to trust, for as long as it runs.
#[derive(Debug)]
pub(super) struct TrustFolder {
    folder: TemporaryFolder,
    pub(super) trust: Trust,
}

impl TrustFolder {
    /// Writes the emulator's authority and, behind those of the system and of
    /// each file that an environment names, once more.
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "without TLS there is no authority")
    )]
    pub(super) fn write(
        ca_certificate: &str,
        of_system: &str,
        is: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::running(format!("cannot write what to trust: {error}"))
        };
        let folder = TemporaryFolder::new("tls").map_err(failed)?;
        let (ca_file, bundle) = (folder.file("ca.pem"), folder.file("bundle.pem"));
        let mut written = Self {
            folder,
            trust: Trust {
                bundle: Some(bundle.to_string_lossy().into_owned()),
                ..Trust::in_file(&ca_file)
            },
        };
        std::fs::write(&ca_file, ca_certificate).map_err(failed)?;
        std::fs::write(&bundle, format!("{of_system}{ca_certificate}")).map_err(failed)?;
        for name in OF_CLIENTS {
            // A folder of authorities, or a file that is not there, stays.
            let of_user = is(name).and_then(|file| std::fs::read_to_string(file).ok());
            let Some(of_user) = of_user else { continue };
            let file = written.folder.file(&format!("{name}.pem"));
            std::fs::write(&file, format!("{}\n{ca_certificate}", of_user.trim_end()))
                .map_err(failed)?;
            let file = file.to_string_lossy().into_owned();
            written.trust.extended.push((name, file));
        }
        Ok(written)
    }
}
