//! The default chain of the AWS SDK for Rust with a pod's environment.
//!
//! The environment belongs to a process, so the SDK runs in one of its own:
//! this program again, told to run `as_a_pod` only.

use std::path::PathBuf;
use std::process::Command;

use eks_emulator::{ClockStart, IamMode};
use serde_json::{Value, json};

use crate::stage::{PODS, STS, Stage, before_uuid};
use crate::support::{EBS, EBS_ACCOUNT, asked};
use crate::trust;

const PODS_ROLE: &str = "arn:aws:iam::111122223333:role/pods";
const IRSA_ROLE: &str = "arn:aws:iam::111122223333:role/irsa";
/// What the process writes before the ARN.
const MARK: &str = "identity: ";

/// Asks who it is, by nothing but the environment.
#[tokio::test]
#[ignore = "the other tests run it as a process of its own"]
async fn as_a_pod() {
    let version = aws_config::BehaviorVersion::latest();
    let configuration = aws_config::defaults(version)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;
    let client = aws_sdk_sts::Client::new(&configuration);
    let identity = client.get_caller_identity().send().await.unwrap();
    eprintln_identity(identity.arn().unwrap());
}

#[expect(clippy::print_stderr, reason = "how the process tells its parent")]
fn eprintln_identity(arn: &str) {
    eprintln!("{MARK}{arn}");
}

/// The ARN that the SDK has with the environment of the pod `name`.
async fn identity_of(stage: &Stage, name: &str) -> String {
    let target = format!("/_emulator/v1/clusters/c1/pods/kube-system/{name}/credentials");
    let report = stage.inner.raw("GET", &target, "").await.json();
    let variables = report["environment"]["ebs-plugin"].as_array().unwrap();
    let audience = match report["credentialSource"].as_str().unwrap() {
        "podIdentity" => PODS,
        _ => STS,
    };
    let token = stage
        .token_with(json!({
            "namespace": "kube-system",
            "serviceAccount": EBS_ACCOUNT,
            "pod": name,
            "audience": audience,
        }))
        .await;
    let file = token_file(name, audience);
    std::fs::write(&file, token).unwrap();
    let output = process(stage, variables, &file).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let found = stderr.lines().find_map(|line| line.strip_prefix(MARK));
    found
        .unwrap_or_else(|| panic!("no identity: {stderr}"))
        .to_owned()
}

fn token_file(name: &str, audience: &str) -> PathBuf {
    let name = format!("{}-{name}-{audience}", std::process::id());
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// What EKS injects, adapted to this machine.
fn process(stage: &Stage, variables: &[Value], token_file: &std::path::Path) -> Command {
    let endpoint = stage.inner.emulator.endpoint();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "sdk_chain::as_a_pod", "--ignored", "--nocapture"]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    for variable in variables {
        let text = |member: &str| variable[member].as_str().unwrap().to_owned();
        let value = match text("name").as_str() {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI" => format!("{endpoint}/v1/credentials"),
            name if name.ends_with("_TOKEN_FILE") => token_file.display().to_string(),
            _ => text("value"),
        };
        command.env(text("name"), value);
    }
    command
        .env("AWS_ENDPOINT_URL_STS", endpoint)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}

/// A pod of the add-on's controller.
async fn controller(stage: &Stage) -> String {
    let target = "/_emulator/v1/clusters/c1/pods?owner=addon/aws-ebs-csi-driver";
    let pods = stage.inner.raw("GET", target, "").await.json();
    let pods = pods["pods"].as_array().unwrap().iter();
    let mut names = pods.map(|pod| pod["metadata"]["name"].as_str().unwrap());
    let name = names.find(|name| name.starts_with("ebs-csi-controller-"));
    name.unwrap().to_owned()
}

/// The SDK knows only this machine's clock, so the emulator follows it.
async fn stage() -> Stage {
    let stage =
        Stage::start_with(|builder| builder.iam(IamMode::Strict).clock(ClockStart::Real)).await;
    let provider = stage.create_provider(STS).await;
    let subject = format!("{}:sub", stage.issuer().await);
    let condition = json!({ "StringEquals": {
        subject: "system:serviceaccount:kube-system:ebs-csi-controller-sa",
    }});
    stage
        .create_role("irsa", &trust::web_identity(&provider, condition))
        .await;
    stage.create_role("pods", &trust::pod_identity()).await;
    stage
}

#[tokio::test]
async fn a_pod_with_an_association_is_its_role() {
    let stage = stage().await;
    stage.inner.addon("eks-pod-identity-agent").await;
    let request = stage.inner.create_addon(EBS);
    let association = asked(EBS_ACCOUNT, PODS_ROLE);
    stage
        .inner
        .finish(request.pod_identity_associations(association))
        .await;
    let arn = identity_of(&stage, &controller(&stage).await).await;
    assert_eq!(
        before_uuid(&arn),
        "arn:aws:sts::111122223333:assumed-role/pods/eks-c1-ebs-csi-co-"
    );
}

#[tokio::test]
async fn a_pod_with_an_annotation_is_its_role() {
    let stage = stage().await;
    let request = stage.inner.create_addon(EBS);
    stage
        .inner
        .finish(request.service_account_role_arn(IRSA_ROLE))
        .await;
    let arn = identity_of(&stage, &controller(&stage).await).await;
    let expected = "arn:aws:sts::111122223333:assumed-role/irsa/web-identity-token-";
    assert!(arn.starts_with(expected), "{arn}");
}

#[tokio::test]
async fn the_role_changes_once_the_agent_is_there_and_the_pod_restarted() {
    let stage = stage().await;
    let request = stage.inner.create_addon(EBS);
    let request = request.service_account_role_arn(IRSA_ROLE);
    let association = asked(EBS_ACCOUNT, PODS_ROLE);
    stage
        .inner
        .finish(request.pod_identity_associations(association))
        .await;
    let irsa = "arn:aws:sts::111122223333:assumed-role/irsa/";
    let before = controller(&stage).await;
    assert!(identity_of(&stage, &before).await.starts_with(irsa));
    stage.inner.addon("eks-pod-identity-agent").await;
    assert!(identity_of(&stage, &before).await.starts_with(irsa));
    let restart =
        "/_emulator/v1/clusters/c1/workloads/kube-system/Deployment/ebs-csi-controller/restart";
    assert_eq!(stage.inner.raw("POST", restart, "").await.status, 202);
    stage.inner.emulator.advance_until_idle();
    let after = controller(&stage).await;
    assert_ne!(after, before);
    let arn = identity_of(&stage, &after).await;
    assert_eq!(
        before_uuid(&arn),
        "arn:aws:sts::111122223333:assumed-role/pods/eks-c1-ebs-csi-co-"
    );
}
