//! `eks-emulator pod-env`: a command with the environment of a pod.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use super::control_client::ControlClient;
use super::{Failure, PodEnvArguments};

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
/// The names of this machine.
const LOOPBACK: &str = "127.0.0.1,localhost";

/// Runs the command; gives its exit code.
pub(super) fn run(arguments: &PodEnvArguments) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::running(format!("cannot start: {error}")))?;
    let client = ControlClient::new(&endpoint(arguments)?).map_err(Failure::usage)?;
    runtime
        .block_on(run_with(&client, arguments))
        .map_err(Failure::running)
}

fn endpoint(arguments: &PodEnvArguments) -> Result<String, Failure> {
    let Some(path) = &arguments.endpoint_file else {
        return Ok(arguments.endpoint.clone());
    };
    let cannot_read = |error: &dyn std::fmt::Display| {
        Failure::usage(format!(
            "--endpoint-file: cannot read {}: {error}",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|error| cannot_read(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| cannot_read(&error))?;
    let endpoint = document["endpoint"]
        .as_str()
        .ok_or_else(|| cannot_read(&"no endpoint in it"))?;
    Ok(endpoint.to_owned())
}

async fn run_with(client: &ControlClient, arguments: &PodEnvArguments) -> Result<u8, String> {
    let pod = Pod { client, arguments };
    // Before there is a token file that a signal could leave behind.
    let signals = Signals::catch().map_err(|error| format!("cannot catch signals: {error}"))?;
    let report = pod.credentials().await?;
    let source = report["credentialSource"].as_str().unwrap_or_default();
    let audience = match (source, report["audience"].as_str()) {
        ("podIdentity" | "irsa", Some(audience)) => audience,
        _ => return Err(explain(&report)),
    };
    let file = TokenFile::new().map_err(|error| format!("cannot make a token file: {error}"))?;
    file.write(&pod.token(audience).await?)?;
    let child = pod
        .command(source, &report, &file.path)
        .spawn()
        .map_err(|error| {
            format!(
                "cannot run {}: {error}",
                arguments.command[0].to_string_lossy()
            )
        })?;
    let status = pod.wait(child, signals, audience, &file).await?;
    Ok(exit_code(status))
}

/// Why there are no credentials, in the words of the emulator.
fn explain(report: &Value) -> String {
    let findings = report["why"].as_array().into_iter().flatten();
    let findings: Vec<&str> = findings
        .filter_map(|finding| finding["found"].as_str())
        .collect();
    format!("such a pod gets no credentials: {}", findings.join("; "))
}

/// The code of a shell: 128 and the signal for a command that a signal ended.
fn exit_code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().map(|signal| 128 + signal);
    u8::try_from(status.code().or(signal).unwrap_or(1)).unwrap_or(1)
}

/// The pod whose environment is wanted.
struct Pod<'a> {
    client: &'a ControlClient,
    arguments: &'a PodEnvArguments,
}

impl Pod<'_> {
    fn query(&self) -> String {
        let given = [
            ("account", &self.arguments.account),
            ("region", &self.arguments.region),
        ];
        let pairs = given
            .iter()
            .filter_map(|(key, value)| Some(format!("{key}={}", encoded((*value).as_ref()?))));
        let query: Vec<String> = pairs.collect();
        if query.is_empty() {
            String::new()
        } else {
            format!("?{}", query.join("&"))
        }
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
        let path = format!(
            "/_emulator/v1/clusters/{cluster}/{subject}/credentials{}",
            self.query()
        );
        self.client.call(Method::GET, &path, None).await
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
        let path = format!("/_emulator/v1/tokens{}", self.query());
        let answer = self.client.call(Method::POST, &path, Some(&body)).await?;
        Ok(answer["token"].as_str().unwrap_or_default().to_owned())
    }

    /// The command with what EKS would inject, adapted to this machine.
    fn command(&self, source: &str, report: &Value, token_file: &Path) -> Command {
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
        if source == "podIdentity" {
            let agent = format!("{endpoint}/v1/credentials");
            command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent);
            command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token_file);
        } else {
            command.env("AWS_WEB_IDENTITY_TOKEN_FILE", token_file);
        }
        for service in ["EKS", "EKS_AUTH", "IAM", "STS"] {
            command.env(format!("AWS_ENDPOINT_URL_{service}"), &endpoint);
        }
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        for name in ["NO_PROXY", "no_proxy"] {
            command.env(name, without_proxy(std::env::var(name).ok().as_deref()));
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
                signal = signals.next() => pass_on(&child, signal),
                status = child.wait() => return status.map_err(|error| error.to_string()),
                () = sleep_until(renew_at) => {
                    let renewed = self.token(audience).await.and_then(|token| file.write(&token));
                    renew_at = Instant::now() + renewed.map_or(RETRY_AFTER, |()| RENEW_AFTER);
                }
            }
        }
    }
}

/// Signals that would end this program before its command.
struct Signals {
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn catch() -> std::io::Result<Self> {
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next signal that the command has to be told of. The terminal
    /// interrupts the command as well: its end is waited for.
    async fn next(&mut self) -> Signal {
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => return Signal::HUP,
                _ = self.terminate.recv() => return Signal::TERM,
                _ = self.interrupt.recv() => {}
                _ = self.quit.recv() => {}
            }
        }
    }
}

fn pass_on(child: &Child, signal: Signal) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(Pid::from_raw) {
        // The command has just ended if this fails.
        let _ = kill_process(id, signal);
    }
}

/// The file with the token: only its owner can read it; it goes with the
/// command.
struct TokenFile {
    folder: PathBuf,
    path: PathBuf,
}

impl TokenFile {
    fn new() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let chance = RandomState::new().hash_one(std::process::id());
        let name = format!("eks-emulator-pod-{chance:016x}");
        let folder = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let path = folder.join("token");
        Ok(Self { folder, path })
    }

    /// Writes the token in one step and without a newline, which SDKs refuse.
    fn write(&self, token: &str) -> Result<(), String> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let unfinished = self.folder.join("token.new");
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

impl Drop for TokenFile {
    fn drop(&mut self) {
        // Somebody has removed it already if this fails.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A part of a URL.
fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

/// The hosts that are asked without a proxy: those that are so already, and
/// this machine, where the emulator is.
fn without_proxy(already: Option<&str>) -> String {
    match already {
        None | Some("") => LOOPBACK.to_owned(),
        Some(hosts) => format!("{hosts},{LOOPBACK}"),
    }
}
