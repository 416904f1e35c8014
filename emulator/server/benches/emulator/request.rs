//! Requests as the AWS CLI sends them.

/// Where the pieces of a request's signature come from does not matter: the
/// emulator reads the scope and lets the signature be.
const SIGNED: &str = "Accept-Encoding: identity\r\n\
    User-Agent: aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7 \
    md/pyimpl#CPython m/Z,b,E cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#eks\r\n\
    X-Amz-Date: 20260101T000000Z\r\n\
    Authorization: AWS4-HMAC-SHA256 \
    Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/eks/aws4_request, SignedHeaders=host;x-amz-date, \
    Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\r\n";

/// A read.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:4566\r\n{SIGNED}\r\n").into_bytes()
}

/// A write.
pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:4566\r\n{SIGNED}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A replacement.
pub(crate) fn put(path: &str, body: &str) -> Vec<u8> {
    let request = String::from_utf8(post(path, body)).expect("requests are text");
    request.replacen("POST", "PUT", 1).into_bytes()
}

pub(crate) fn create_cluster(name: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"name": "{name}", "version": "1.33", "roleArn": "arn:aws:iam::123456789012:role/cluster",
            "resourcesVpcConfig": {{"subnetIds": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]}},
            "tags": {{"team": "platform", "stage": "test"}},
            "clientRequestToken": "7c1f6a0e-3b57-4a52-9b60-1d2f2a7f9c01"}}"#
    );
    post("/clusters", &body)
}

pub(crate) fn describe_cluster(name: &str) -> Vec<u8> {
    get(&format!("/clusters/{name}"))
}

pub(crate) fn create_addon(cluster: &str) -> Vec<u8> {
    let body = r#"{"addonName": "coredns", "resolveConflicts": "OVERWRITE",
        "configurationValues": "{\"replicaCount\":3,\"resources\":{\"limits\":{\"memory\":\"256Mi\"}}}",
        "tags": {"team": "platform", "stage": "test"},
        "clientRequestToken": "7c1f6a0e-3b57-4a52-9b60-1d2f2a7f9c02"}"#;
    post(&format!("/clusters/{cluster}/addons"), body)
}

pub(crate) fn create_addon_named(cluster: &str, name: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"addonName": "{name}", "resolveConflicts": "OVERWRITE",
        "tags": {{"team": "platform", "stage": "test"}},
        "clientRequestToken": "7c1f6a0e-3b57-4a52-9b60-{name:->12}"}}"#
    );
    post(&format!("/clusters/{cluster}/addons"), &body)
}

pub(crate) fn describe_addon(cluster: &str) -> Vec<u8> {
    get(&format!("/clusters/{cluster}/addons/coredns"))
}

/// A write that keeps its cluster busy: the emulator has to parse and check
/// all these values.
pub(crate) fn update_addon_at_length(cluster: &str) -> Vec<u8> {
    let entries: Vec<String> = (0..10_000)
        .map(|number| format!(r#"\"label-{number}\":\"value\""#))
        .collect();
    let body = format!(
        r#"{{"configurationValues": "{{\"nodeSelector\":{{{}}}}}"}}"#,
        entries.join(",")
    );
    post(&format!("/clusters/{cluster}/addons/coredns/update"), &body)
}

/// `number` makes the association and its request token the only ones of
/// their kind.
pub(crate) fn create_association(cluster: &str, number: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"namespace": "namespace-{}", "serviceAccount": "service-account-{number}", "roleArn": "arn:aws:iam::123456789012:role/workload-{number}", "clientRequestToken": "7c1f6a0e-3b57-4a52-9b60-{number:012x}"}}"#,
        number % 50
    );
    post(&path_of_associations(cluster), &body)
}

pub(crate) fn path_of_associations(cluster: &str) -> String {
    format!("/clusters/{cluster}/pod-identity-associations")
}

pub(crate) fn delete(path: &str) -> Vec<u8> {
    format!("DELETE {path} HTTP/1.1\r\nHost: 127.0.0.1:4566\r\n{SIGNED}\r\n").into_bytes()
}

/// The service account of the association with this number.
pub(crate) fn put_service_account(cluster: &str, number: usize) -> Vec<u8> {
    let body = r#"{"apiVersion": "v1", "kind": "ServiceAccount"}"#;
    let path = format!(
        "/_emulator/v1/clusters/{cluster}/service-accounts/namespace-{}/service-account-{number}",
        number % 50
    );
    put(&path, body)
}

/// A token of the service account of the association with this number.
pub(crate) fn token(cluster: &str, number: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"cluster": "{cluster}", "namespace": "namespace-{}", "serviceAccount": "service-account-{number}"}}"#,
        number % 50
    );
    post("/_emulator/v1/tokens", &body)
}

/// What an SDK in a pod asks the agent.
pub(crate) fn agent(token: &str) -> Vec<u8> {
    format!(
        "GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1:4566\r\nAccept: */*\r\n\
         Accept-Encoding: identity\r\nUser-Agent: Boto3/1.40\r\nAuthorization: {token}\r\n\r\n"
    )
    .into_bytes()
}

/// What the agent asks EKS Auth.
pub(crate) fn assume_role_for_pod_identity(cluster: &str, token: &str) -> Vec<u8> {
    let path = format!("/clusters/{cluster}/assume-role-for-pod-identity");
    post(&path, &format!(r#"{{"token": "{token}"}}"#))
}
