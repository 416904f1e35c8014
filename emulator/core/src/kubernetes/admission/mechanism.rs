//! The two mechanisms: what each tells the SDK and where it puts the token.

use serde_json::{Value, json};

use super::{IpFamily, PodIdentityWebhook, TOKEN_VOLUMES};

/// One way for a pod to get credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mechanism {
    /// The variable that says where credentials come from, and its value.
    pub(super) source: (&'static str, String),
    /// The variable that says where the token lies.
    pub(super) token_file_variable: &'static str,
    /// The name of the volume, and of its mounts.
    pub(super) volume_name: &'static str,
    pub(super) mount_path: &'static str,
    /// The token's file below the mount.
    token_path: &'static str,
    audience: String,
    pub(super) jitter: Jitter,
    pub(super) mark: Mark,
}

/// Whether pods of a mechanism are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Label,
    None,
}

/// Whether a default life of the token is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jitter {
    OfDefault,
    Never,
}

impl Mechanism {
    /// Container credentials, from the pod identity agent.
    pub(super) fn pod_identity(webhook: &PodIdentityWebhook<'_>) -> Self {
        let url = match webhook.ip_family {
            IpFamily::Ipv4 => "http://169.254.170.23/v1/credentials",
            IpFamily::Ipv6 => "http://[fd00:ec2::23]/v1/credentials",
        };
        Self {
            source: ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.to_owned()),
            token_file_variable: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            volume_name: TOKEN_VOLUMES[0],
            mount_path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
            token_path: "eks-pod-identity-token",
            audience: "pods.eks.amazonaws.com".to_owned(),
            jitter: Jitter::OfDefault,
            mark: Mark::Label,
        }
    }

    /// Web identity, from STS.
    pub(super) fn web_identity(role_arn: &str, audience: &str) -> Self {
        Self {
            source: ("AWS_ROLE_ARN", role_arn.to_owned()),
            token_file_variable: "AWS_WEB_IDENTITY_TOKEN_FILE",
            volume_name: TOKEN_VOLUMES[1],
            mount_path: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
            token_path: "token",
            audience: audience.to_owned(),
            jitter: Jitter::Never,
            mark: Mark::None,
        }
    }

    /// The path of the token as a process in the pod names it.
    pub(super) fn token_file(&self, system: OperatingSystem) -> String {
        let path = format!("{}/{}", self.mount_path, self.token_path);
        match system {
            OperatingSystem::Other => path,
            OperatingSystem::Windows => format!("C:{}", path.replace('/', "\\")),
        }
    }

    pub(super) fn volume(&self, expiration_seconds: i64) -> Value {
        let mut token = json!({
            "expirationSeconds": expiration_seconds,
            "path": self.token_path,
        });
        // Go leaves an empty audience out; Kubernetes then takes its own.
        if !self.audience.is_empty() {
            token["audience"] = json!(self.audience);
        }
        json!({
            "name": self.volume_name,
            "projected": {"sources": [{"serviceAccountToken": token}]},
        })
    }

    pub(super) fn volume_mount(&self) -> Value {
        json!({
            "name": self.volume_name,
            "readOnly": true,
            "mountPath": self.mount_path,
        })
    }
}

/// The system a pod asks for by its node selector; affinity is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperatingSystem {
    Windows,
    Other,
}

impl OperatingSystem {
    pub(super) fn of(pod: &Value) -> Self {
        let selects_windows = |label| {
            let selector = pod.pointer("/spec/nodeSelector");
            selector.and_then(|all| all.get(label)?.as_str()) == Some("windows")
        };
        if selects_windows("beta.kubernetes.io/os") || selects_windows("kubernetes.io/os") {
            Self::Windows
        } else {
            Self::Other
        }
    }
}
