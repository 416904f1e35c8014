//! `eks-emulator pod-env`: a command with the environment of a pod.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use clap::Args;
use http::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep_until};

use super::agent;
use super::child::{self, Signals};
use super::control_client::{ControlClient, encoded, with_query};
use super::endpoint::Endpoint;
use super::environment::{host_of, without_proxy};
use super::temporary_folder::TemporaryFolder;
use super::trust::Trust;
use super::{Failure, say};
use crate::emulator::ENDPOINTS;

// The flags of `pod-env`.
#[derive(Args, Debug)]
pub(super) struct PodEnvArguments {
    #[command(flatten)]
    endpoint: Endpoint,
    /// Cluster of the pod
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// Namespace of the pod
    #[arg(long, value_name = "NAME")]
    namespace: String,
    /// Service account of the pod
    #[arg(long, value_name = "NAME")]
    service_account: String,
    /// Pod of the cluster that it is; without one, as a new pod would be
    #[arg(long, value_name = "NAME")]
    pod: Option<String>,
    /// Account of the cluster, if several have one of the name
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Region of the cluster, if several have one of the name
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Where agents answer.
const CREDENTIALS: &str = "/v1/credentials";
/// How long tokens hold.
const TOKEN_LIFE: &str = "1h";
/// Tokens are renewed at four fifths of their life, as the kubelet does.
const RENEW_AFTER: Duration = Duration::from_secs(48 * 60);
/// How soon a renewal that failed is tried again: the old token still holds.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// Variables that would win over what a pod has, or lead elsewhere. Those of
/// the other mechanism are among them: a pod is given one, and SDKs that find
/// both use IRSA.
const REMOVED: [&str; 17] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
];

/// A pod has no home with files of a developer, which SDKs read before they
/// ask the agent.
const NO_FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

/// Runs the command; gives its exit code.
pub(super) fn run(arguments: &PodEnvArguments) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::running(format!("cannot start: {error}")))?;
    let (_, ca_file) = arguments.endpoint.find()?;
    let pod = Pod {
        client: &arguments.endpoint.client()?,
        trust: Trust::in_ca_file(ca_file.as_deref())?,
        arguments,
    };
    let trust = pod.trust.as_ref();
    if let Some(warning) = trust.and_then(|trust| trust.warning(|name| std::env::var_os(name))) {
        say(&format!("warning: {warning}"));
    }
    runtime.block_on(run_as(&pod))
}

async fn run_as(pod: &Pod<'_>) -> Result<ExitCode, Failure> {
    // Before there is a token file that a signal could leave behind.
    let signals = Signals::catch()?;
    let report = pod.credentials().await.map_err(Failure::running)?;
    let source = report["credentialSource"].as_str().unwrap_or_default();
    let audience = match (source, report["audience"].as_str()) {
        ("podIdentity" | "irsa", Some(audience)) => audience,
        _ => return Err(Failure::running(explain(&report))),
    };
    let file = TokenFile::new()
        .map_err(|error| Failure::running(format!("cannot make a token file: {error}")))?;
    let token = pod.token(audience).await.map_err(Failure::running)?;
    file.write(&token).map_err(Failure::running)?;
    let agent = match source {
        "podIdentity" => Some(pod.agent().await?),
        _ => None,
    };
    let mut command = pod.command(agent.as_deref(), &report, &file.path);
    let child = child::spawn(&mut command, &pod.arguments.command[0])?;
    let status = pod.wait(child, signals, audience, &file).await;
    Ok(child::exit_code(status.map_err(Failure::running)?))
}

/// Why there are no credentials, in the words of the emulator.
fn explain(report: &Value) -> String {
    let findings = report["why"].as_array().into_iter().flatten();
    let findings: Vec<&str> = findings
        .filter_map(|finding| finding["found"].as_str())
        .collect();
    format!("such a pod gets no credentials: {}", findings.join("; "))
}

/// The pod whose environment is wanted.
struct Pod<'a> {
    client: &'a ControlClient,
    trust: Option<Trust>,
    arguments: &'a PodEnvArguments,
}

impl Pod<'_> {
    /// A path with what narrows to the pod's account and region.
    fn narrowed(&self, path: &str) -> String {
        let (account, region) = (&self.arguments.account, &self.arguments.region);
        let parameters = [
            ("account", account.as_deref()),
            ("region", region.as_deref()),
        ];
        with_query(path, &parameters)
    }

    /// Which role it gets, and what is injected.
    async fn credentials(&self) -> Result<Value, String> {
        let PodEnvArguments {
            cluster,
            namespace,
            service_account,
            pod,
            ..
        } = self.arguments;
        let subject = match pod {
            Some(pod) => format!("pods/{}/{}", encoded(namespace), encoded(pod)),
            None => {
                let (namespace, account) = (encoded(namespace), encoded(service_account));
                format!("service-accounts/{namespace}/{account}")
            }
        };
        let cluster = encoded(cluster);
        let path = self.narrowed(&format!(
            "/_emulator/v1/clusters/{cluster}/{subject}/credentials"
        ));
        Ok(self.client.call(Method::GET, &path, None).await?)
    }

    async fn token(&self, audience: &str) -> Result<String, String> {
        let body = json!({
            "cluster": self.arguments.cluster,
            "namespace": self.arguments.namespace,
            "serviceAccount": self.arguments.service_account,
            "pod": self.arguments.pod,
            "audience": audience,
            "expiresIn": TOKEN_LIFE,
        });
        let path = self.narrowed("/_emulator/v1/tokens");
        let answer = self.client.call(Method::POST, &path, Some(&body)).await?;
        Ok(answer["token"].as_str().unwrap_or_default().to_owned())
    }

    /// The URL of an agent, which never speaks HTTPS on a node: SDKs have no
    /// way to be told whom to trust there. So one is put before an emulator
    /// that does, for as long as the command runs.
    async fn agent(&self) -> Result<String, Failure> {
        if !self.client.is_https() {
            return Ok(format!("{}{CREDENTIALS}", self.client.endpoint()));
        }
        let failed = |error| Failure::running(format!("cannot serve an agent: {error}"));
        let here = (Ipv4Addr::LOCALHOST, 0);
        let listener = TcpListener::bind(here).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let client = self.client.clone();
        tokio::spawn(agent::answer(listener, client, std::future::pending()));
        Ok(format!("http://{address}{CREDENTIALS}"))
    }

    /// The command with what EKS would inject, adapted to this machine. The
    /// role comes by the agent, if there is one, and otherwise by IRSA.
    fn command(&self, agent: Option<&str>, report: &Value, token_file: &Path) -> Command {
        let mut command = Command::new(&self.arguments.command[0]);
        command
            .args(&self.arguments.command[1..])
            .kill_on_drop(true);
        for name in REMOVED {
            command.env_remove(name);
        }
        for name in NO_FILES {
            command.env(name, "/dev/null");
        }
        let containers = report["environment"].as_object().into_iter().flatten();
        let variables = containers
            .filter_map(|(_, variables)| variables.as_array())
            .next();
        for variable in variables.into_iter().flatten() {
            let text = |member: &str| variable[member].as_str().unwrap_or_default().to_owned();
            command.env(text("name"), text("value"));
        }
        let endpoint = self.client.endpoint();
        if let Some(agent) = agent {
            command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent);
            command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token_file);
        } else {
            command.env("AWS_WEB_IDENTITY_TOKEN_FILE", token_file);
        }
        let of_sdks = |name: &&str| name.starts_with("AWS_ENDPOINT_URL_");
        for name in ENDPOINTS.into_iter().filter(of_sdks) {
            command.env(name, &endpoint);
        }
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        let trust = self.trust.iter();
        let trusting = trust.flat_map(|trust| trust.changes(|name| std::env::var_os(name)));
        command.envs(trusting.filter_map(|(name, value)| Some((name, value?))));
        for name in ["NO_PROXY", "no_proxy"] {
            let already = std::env::var(name).ok();
            command.env(name, without_proxy(already.as_deref(), host_of(&endpoint)));
        }
        command
    }

    /// Waits for the command to end, and renews its token meanwhile.
    async fn wait(
        &self,
        mut child: Child,
        mut signals: Signals,
        audience: &str,
        file: &TokenFile,
    ) -> Result<ExitStatus, String> {
        let mut renew_at = Instant::now() + RENEW_AFTER;
        loop {
            tokio::select! {
                signal = signals.next() => child::pass_on(&child, signal),
                status = child.wait() => return status.map_err(|error| error.to_string()),
                () = sleep_until(renew_at) => {
                    let renewed = self.token(audience).await.and_then(|token| file.write(&token));
                    renew_at = Instant::now() + renewed.map_or(RETRY_AFTER, |()| RENEW_AFTER);
                }
            }
        }
    }
}

/// The file with the token: only its owner can read it; it goes with the
/// command.
struct TokenFile {
    folder: TemporaryFolder,
    path: PathBuf,
}

impl TokenFile {
    fn new() -> std::io::Result<Self> {
        let folder = TemporaryFolder::new("pod")?;
        let path = folder.file("token");
        Ok(Self { folder, path })
    }

    /// Writes the token in one step and without a newline, which SDKs refuse.
    fn write(&self, token: &str) -> Result<(), String> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let unfinished = self.folder.file("token.new");
        let mut options = std::fs::OpenOptions::new();
        let written = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .and_then(|mut file| file.write_all(token.as_bytes()))
            .and_then(|()| std::fs::rename(&unfinished, &self.path));
        written.map_err(|error| format!("cannot write {}: {error}", self.path.display()))
    }
}
