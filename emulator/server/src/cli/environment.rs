//! The environment that leads a client of AWS to an emulator: one place, for
//! every command that hands it out.

use std::ffi::OsString;

use eks_emulator_core::arn::is_account_id;

use super::Failure;
use super::trust::Trust;
use crate::chance::chance;
use crate::emulator::{ENDPOINTS, OF_OTHER_KEYS, REMOVED};

/// The names of this machine.
const LOOPBACK: [&str; 2] = ["127.0.0.1", "localhost"];

/// A variable, and its value; `None` takes it away.
pub(super) type Change = (&'static str, Option<String>);

/// How clients are led to an emulator.
#[derive(Debug)]
pub(super) struct ClientEnvironment {
    /// The endpoint of the emulator.
    pub(super) endpoint: String,
    /// The endpoint by which it is controlled.
    pub(super) control_endpoint: String,
    /// The region of clients that have none.
    pub(super) region: String,
    /// Whether services that are not emulated are led there, too.
    pub(super) all_services: bool,
    /// The access key id that clients have, instead of their own or `test`.
    pub(super) access_key_id: Option<String>,
    /// What clients have to trust, if that is known.
    pub(super) trust: Option<Trust>,
}

impl ClientEnvironment {
    /// What to say of this program's environment, if anything.
    pub(super) fn warning(&self) -> Option<String> {
        let trust = self.trust.as_ref()?;
        trust.warning(|name| std::env::var_os(name))
    }

    /// What has to change in an environment; `is` looks a variable up. What
    /// SDKs take as absent is absent: an empty value.
    pub(super) fn changes(&self, is: impl Fn(&str) -> Option<OsString>) -> Vec<Change> {
        let is_set = |name: &str| is(name).is_some_and(|value| !value.is_empty());
        let mut changes: Vec<Change> = Vec::new();
        let mut set = |name, value: &str| changes.push((name, Some(value.to_owned())));
        for name in ENDPOINTS {
            let is_control = name == "EKS_EMULATOR_ENDPOINT";
            set(
                name,
                if is_control {
                    &self.control_endpoint
                } else {
                    &self.endpoint
                },
            );
        }
        if self.all_services {
            set("AWS_ENDPOINT_URL", &self.endpoint);
        }
        set("AWS_EC2_METADATA_DISABLED", "true");
        let id = self.access_key_id.as_deref();
        let is_own = id.is_none() && is_set("AWS_ACCESS_KEY_ID");
        if !is_own {
            set("AWS_ACCESS_KEY_ID", id.unwrap_or("test"));
        }
        if id.is_some() || !is_set("AWS_SECRET_ACCESS_KEY") {
            set("AWS_SECRET_ACCESS_KEY", "test");
        }
        let (region, default_region) = ("AWS_REGION", "AWS_DEFAULT_REGION");
        for (name, other) in [(region, default_region), (default_region, region)] {
            if !is_set(name) {
                let other = is(other).filter(|other| !other.is_empty());
                let other = other.map(|other| other.to_string_lossy().into_owned());
                set(name, other.as_deref().unwrap_or(&self.region));
            }
        }
        for name in ["NO_PROXY", "no_proxy"] {
            let already = is(name).map(|hosts| hosts.to_string_lossy().into_owned());
            let host = host_of(&self.endpoint);
            set(name, &without_proxy(already.as_deref(), host));
        }
        let trusting = self.trust.iter().flat_map(|trust| trust.changes(&is));
        changes.extend(trusting);
        let tokens = OF_OTHER_KEYS.into_iter().filter(|_| !is_own);
        let removed = REMOVED.into_iter().chain(tokens);
        changes.extend(
            removed
                .filter(|name| is(name).is_some())
                .map(|name| (name, None)),
        );
        changes
    }
}

/// The hosts that are asked without a proxy: those that are so already, this
/// machine, and `host`.
pub(super) fn without_proxy(already: Option<&str>, host: &str) -> String {
    let already = already.unwrap_or_default();
    let mut hosts: Vec<&str> = already
        .split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty())
        .collect();
    for host in LOOPBACK.into_iter().chain([host]) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts.join(",")
}

/// The host of an endpoint, without brackets.
pub(super) fn host_of(endpoint: &str) -> &str {
    let authority = endpoint.split_once("://").map_or(endpoint, |(_, it)| it);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_start_matches('[').trim_end_matches(']')
}

/// The access key id that `--account` asks for: the account itself, for
/// `auto` one that nobody has.
pub(super) fn access_key_id(account: Option<&str>) -> Result<Option<String>, Failure> {
    match account {
        None => Ok(None),
        Some("auto") => {
            let id = 100_000_000_000 + chance() % 900_000_000_000;
            Ok(Some(id.to_string()))
        }
        Some(id) if is_account_id(id) => Ok(Some(id.to_owned())),
        Some(id) => Err(Failure::usage(format!(
            "--account: {id:?} is neither auto nor twelve digits"
        ))),
    }
}
