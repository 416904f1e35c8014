//! The environment in which other programs find the emulator.

use std::process::Command;

use super::EksEmulator;

/// What the services are called in `AWS_ENDPOINT_URL_…`, and what eksctl
/// calls the endpoints that it has names of its own for.
pub(crate) const ENDPOINTS: [&str; 8] = [
    "AWS_ENDPOINT_URL_EKS",
    "AWS_ENDPOINT_URL_EKS_AUTH",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_EKS_ENDPOINT",
    "AWS_STS_ENDPOINT",
    "AWS_IAM_ENDPOINT",
    "EKS_EMULATOR_ENDPOINT",
];
/// Variables that would lead elsewhere: a profile wins over keys in some SDKs
/// and has to exist in others, endpoints that are configured can be ignored,
/// SDKs refuse endpoints of such kinds together with one that is given, and a
/// file in the environment wins over an endpoint there.
pub(crate) const REMOVED: [&str; 6] = [
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "EKS_EMULATOR_ENDPOINT_FILE",
];
/// What goes with an access key id that is replaced.
pub(crate) const OF_OTHER_KEYS: [&str; 2] = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"];

impl EksEmulator {
    /// The environment in which SDKs, the AWS CLI, eksctl and Terraform call
    /// the emulator, as its default account in its default region. See
    /// [`EmulatorAccount::env`](super::EmulatorAccount::env).
    pub fn env(&self) -> Vec<(String, String)> {
        self.default_account().env()
    }

    /// Gives a command that environment. See
    /// [`EmulatorAccount::apply_env`](super::EmulatorAccount::apply_env).
    pub fn apply_env<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        self.default_account().apply_env(command)
    }
}

/// A caller's access key id that has twelve digits is its account.
pub(super) fn variables(endpoint: &str, account_id: &str, region: &str) -> Vec<(String, String)> {
    let endpoints = ENDPOINTS.map(|name| (name, endpoint));
    let others = [
        ("AWS_ACCESS_KEY_ID", account_id),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    endpoints.into_iter().chain(others).map(owned).collect()
}

pub(super) fn apply(command: &mut Command, variables: Vec<(String, String)>) -> &mut Command {
    let is_given = |command: &Command, wanted: &str| {
        command
            .get_envs()
            .any(|(name, value)| name == wanted && value.is_some())
    };
    let has_credentials =
        is_given(command, "AWS_ACCESS_KEY_ID") || is_given(command, "AWS_PROFILE");
    let has_region = is_given(command, "AWS_REGION") || is_given(command, "AWS_DEFAULT_REGION");
    for name in REMOVED.into_iter().chain(OF_OTHER_KEYS) {
        if !is_given(command, name) {
            command.env_remove(name);
        }
    }
    for (name, value) in variables {
        let stays = match name.as_str() {
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => has_credentials,
            "AWS_REGION" | "AWS_DEFAULT_REGION" => has_region,
            _ => false,
        };
        if !stays {
            command.env(name, value);
        }
    }
    command
}
