//! A program with a cluster, for tests of what pods get from it.

use serde_json::{Value, json};

use crate::connection::{Answer, call, call_with};
use crate::program::Program;

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/pods";
pub(crate) const IRSA_ROLE: &str = "arn:aws:iam::123456789012:role/irsa";

/// Serves the cluster `demo` with the agent, the service account
/// `default/app` with an association, and `default/web` with an annotation.
pub(crate) fn serve(flags: &[&str]) -> Program {
    let program = Program::start(flags);
    let cluster = json!({
        "name": "demo",
        "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    send(&program, "POST", "/clusters", cluster);
    let agent = json!({ "addonName": "eks-pod-identity-agent" });
    send(&program, "POST", "/clusters/demo/addons", agent);
    put_service_account(&program, "app", json!({}));
    put_service_account(
        &program,
        "web",
        json!({ "eks.amazonaws.com/role-arn": IRSA_ROLE }),
    );
    associate(&program, "app");
    program
}

/// Associates a service account of `default` with `ROLE`.
pub(crate) fn associate(program: &Program, name: &str) {
    let body = json!({ "namespace": "default", "serviceAccount": name, "roleArn": ROLE });
    let target = "/clusters/demo/pod-identity-associations";
    send(program, "POST", target, body);
}

pub(crate) fn put_service_account(program: &Program, name: &str, annotations: Value) {
    let body = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": { "name": name, "namespace": "default", "annotations": annotations },
    });
    let target = format!("/_emulator/v1/clusters/demo/service-accounts/default/{name}");
    send(program, "PUT", &target, body);
}

/// Makes a pod of `default/app`.
pub(crate) fn make_pod(program: &Program, name: &str) {
    let body = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "default" },
        "spec": {
            "serviceAccountName": "app",
            "containers": [{ "name": "app", "image": "app" }],
        },
    });
    send(program, "POST", "/_emulator/v1/clusters/demo/pods", body);
}

/// A token of a service account of `default`.
pub(crate) fn token(program: &Program, name: &str, audience: &str) -> String {
    let body = json!({
        "cluster": "demo",
        "namespace": "default",
        "serviceAccount": name,
        "audience": audience,
    });
    let answer = send(program, "POST", "/_emulator/v1/tokens", body);
    answer["token"].as_str().unwrap().to_owned()
}

/// Asks an agent at an address.
pub(crate) fn ask_agent(address: std::net::SocketAddr, token: &str) -> Answer {
    let headers = [("authorization", token)];
    call_with(address, "GET", "/v1/credentials", &headers, "")
}

/// A call that succeeds.
#[track_caller]
pub(crate) fn send(program: &Program, method: &str, target: &str, body: Value) -> Value {
    let answer = call(program.address, method, target, &body.to_string());
    assert!(answer.status < 300, "{target}: {answer:?}");
    answer.json()
}
