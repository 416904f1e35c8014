//! Signatures that are checked: whose are accepted.

use std::time::Duration;

use eks_emulator::seed::Seed;
use eks_emulator::{Auth, ClockStart, EksEmulator, time};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::call::{Answer, create_cluster, send};
use crate::signer::{
    Call, GET_CALLER_IDENTITY, Key, LIST_CLUSTERS, LIST_ROLES, basic, call, presigned, send_with,
    sign,
};

pub(crate) const SEED: &str = "schema: 1
accessKeys:
  - {accessKeyId: AKIAEXAMPLE000000001, secretAccessKey: wJalrXUtnFEMI, principal: user/alice}
  - {accessKeyId: AKIAEXAMPLE000000002, account: \"999988887777\"}
  - {accessKeyId: \"1111222233334444\", secretAccessKey: other}
";

/// An emulator that checks signatures, and knows some keys.
pub(crate) fn start() -> EksEmulator {
    let builder = EksEmulator::builder().without_listener().auth(Auth::Verify);
    let builder = builder.seed(Seed::from_yaml(SEED).unwrap());
    builder.start_blocking().unwrap()
}

/// What the caller of a call is.
#[track_caller]
pub(crate) fn arn(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let response = &answer.body["GetCallerIdentityResponse"];
    let arn = response["GetCallerIdentityResult"]["Arn"].as_str();
    arn.unwrap().to_owned()
}

/// A session of the role `R`, by an answer of STS.
pub(crate) async fn assume(emulator: &EksEmulator) -> Key {
    let body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/R";
    let assume = Call {
        body,
        ..GET_CALLER_IDENTITY
    };
    let answer = call(emulator, &Key::new("test", "test"), assume).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let credentials = &answer.body["AssumeRoleResponse"]["AssumeRoleResult"]["Credentials"];
    Key::read(
        credentials,
        ["AccessKeyId", "SecretAccessKey", "SessionToken"],
    )
}

#[tokio::test]
async fn every_known_key_signs_calls_of_every_service() {
    let emulator = start();
    for (id, secret, expected) in [
        ("test", "test", "arn:aws:iam::123456789012:root"),
        ("444455556666", "test", "arn:aws:iam::444455556666:root"),
        (
            "AKIAEXAMPLE000000001",
            "wJalrXUtnFEMI",
            "arn:aws:iam::123456789012:user/alice",
        ),
        (
            "AKIAEXAMPLE000000002",
            "test",
            "arn:aws:iam::999988887777:root",
        ),
        (
            "1111222233334444",
            "other",
            "arn:aws:iam::123456789012:root",
        ),
    ] {
        let key = Key::new(id, secret);
        for one in [LIST_CLUSTERS, LIST_ROLES] {
            let answer = call(&emulator, &key, one).await;
            assert_eq!(answer.status, 200, "{id}: {}", answer.body);
        }
        let answer = call(&emulator, &key, GET_CALLER_IDENTITY).await;
        assert_eq!(arn(&answer), expected);
    }
}

#[tokio::test]
async fn query_and_body_are_signed() {
    let emulator = start();
    let key = Key::new("test", "test");
    let create = Call {
        method: "POST",
        body: r#"{"name":"demo","roleArn":"arn:aws:iam::123456789012:role/eks","resourcesVpcConfig":{"subnetIds":["subnet-1","subnet-2"]}}"#,
        ..LIST_CLUSTERS
    };
    assert_eq!(call(&emulator, &key, create).await.status, 200);
    let list = Call {
        target: "/clusters?maxResults=1",
        ..LIST_CLUSTERS
    };
    let answer = call(&emulator, &key, list).await;
    assert_eq!(answer.body["clusters"], json!(["demo"]));
}

#[tokio::test]
async fn a_session_signs_with_the_secret_it_was_given() {
    let emulator = start();
    let key = assume(&emulator).await;
    let answer = call(&emulator, &key, GET_CALLER_IDENTITY).await;
    assert_eq!(arn(&answer), "arn:aws:sts::123456789012:assumed-role/R/me");
    let answer = call(&emulator, &key, LIST_CLUSTERS).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_session_of_a_key_itself_signs_too() {
    let emulator = start();
    let body = "Action=GetSessionToken&Version=2011-06-15";
    let get = Call {
        body,
        ..GET_CALLER_IDENTITY
    };
    let answer = call(&emulator, &Key::new("test", "test"), get).await;
    let result = &answer.body["GetSessionTokenResponse"]["GetSessionTokenResult"];
    let names = ["AccessKeyId", "SecretAccessKey", "SessionToken"];
    let key = Key::read(&result["Credentials"], names);
    let answer = call(&emulator, &key, GET_CALLER_IDENTITY).await;
    assert_eq!(arn(&answer), "arn:aws:iam::123456789012:root");
}

/// As `aws eks get-token` makes it.
#[tokio::test]
async fn a_presigned_call_is_good_for_a_quarter_of_an_hour() {
    let emulator = start();
    let session = assume(&emulator).await;
    for (key, expected) in [
        (Key::new("test", "test"), "arn:aws:iam::123456789012:root"),
        (session, "arn:aws:sts::123456789012:assumed-role/R/me"),
    ] {
        let target = presigned(&key, -14 * 60);
        assert_eq!(
            arn(&get_presigned(&emulator, &target, "demo").await),
            expected
        );
        let other = get_presigned(&emulator, &target, "other").await;
        assert_eq!(other.body["Error"]["Code"], "SignatureDoesNotMatch");
    }
}

pub(crate) async fn get_presigned(emulator: &EksEmulator, target: &str, cluster: &str) -> Answer {
    let headers = [("host", "127.0.0.1:4566"), ("x-k8s-aws-id", cluster)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let get = Call {
        method: "GET",
        target,
        body: "",
        ..GET_CALLER_IDENTITY
    };
    send_with(emulator, get, &headers).await
}

/// The way of a pod: the agent signs what it asks of EKS Auth, the pod what it
/// does in the end.
#[tokio::test]
async fn the_agent_and_web_identities_need_no_signature() {
    let seed = "schema: 1
clusters:
  - name: demo
    podIdentityAssociations: [{namespace: app, serviceAccount: api, roleArn: role/R}]
    serviceAccounts: [{namespace: app, name: api}]
    addons: [{addonName: eks-pod-identity-agent}]
";
    let builder = EksEmulator::builder().without_listener().auth(Auth::Verify);
    let emulator = builder
        .seed(Seed::from_yaml(seed).unwrap())
        .start_blocking()
        .unwrap();
    let token = token(&emulator, "pods.eks.amazonaws.com").await;
    let request = Request::get("/v1/credentials").header("authorization", &token);
    let request = request.body(axum::body::Body::empty()).unwrap();
    let answer = send(&mut emulator.service(), request).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let key = Key::read(&answer.body, ["AccessKeyId", "SecretAccessKey", "Token"]);
    let answer = call(&emulator, &key, GET_CALLER_IDENTITY).await;
    assert!(
        arn(&answer).contains(":assumed-role/R/eks-demo-"),
        "{}",
        answer.body
    );
    let body = json!({ "token": token }).to_string();
    let exchange = Call {
        service: "eks-auth",
        method: "POST",
        target: "/clusters/demo/assume-role-for-pod-identity",
        body: &body,
        after: 0,
    };
    let answer = send_with(&emulator, exchange, &[]).await;
    assert_eq!(answer.body["message"], "Missing Authentication Token");
    let answer = call(&emulator, &Key::new("test", "wrong"), exchange).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    let answer = call(&emulator, &Key::new("test", "test"), exchange).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/R&WebIdentityToken={token}"
    );
    let web = Call {
        body: &body,
        ..GET_CALLER_IDENTITY
    };
    let answer = send_with(&emulator, web, &[]).await;
    assert_eq!(
        answer.body["Error"]["Code"], "InvalidIdentityToken",
        "{}",
        answer.body
    );
}

async fn token(emulator: &EksEmulator, audience: &str) -> String {
    let body = json!({ "cluster": "demo", "namespace": "app", "serviceAccount": "api", "audience": audience });
    let answer = crate::call::call(emulator, Method::POST, "/_emulator/v1/tokens", body).await;
    answer.body["token"].as_str().unwrap().to_owned()
}

/// The machine's clock is what callers sign with; the emulator's is what it
/// tells them, and some believe it.
#[tokio::test]
async fn a_signature_has_the_time_of_the_machine_or_of_the_emulator() {
    let start = time::parse("2020-01-01T00:00:00Z").unwrap();
    let builder = EksEmulator::builder().without_listener().auth(Auth::Verify);
    let emulator = builder
        .clock(ClockStart::PausedAt(start))
        .start_blocking()
        .unwrap();
    let key = Key::new("test", "test");
    let status = async |time: &str| {
        let headers = sign(&key, LIST_CLUSTERS, (time, "us-east-1"));
        send_with(&emulator, LIST_CLUSTERS, &headers).await.status
    };
    assert_eq!(call(&emulator, &key, LIST_CLUSTERS).await.status, 200);
    assert_eq!(status(&basic(start)).await, 200);
    emulator.clock().advance(Duration::from_secs(301)).await;
    assert_eq!(status(&basic(start)).await, 403);
    assert_eq!(status("20200101T000501Z").await, 200);
    assert_eq!(call(&emulator, &key, LIST_CLUSTERS).await.status, 200);
    // Of neither time: callers know the machine's, and are told of that.
    let headers = sign(&key, LIST_CLUSTERS, ("20210101T000000Z", "us-east-1"));
    let answer = send_with(&emulator, LIST_CLUSTERS, &headers).await;
    let message = answer.body["message"].as_str().unwrap();
    let start = "Signature expired: 20210101T000000Z is now earlier than ";
    assert!(message.starts_with(start), "{message}");
}

#[tokio::test]
async fn sessions_survive_a_snapshot() {
    let emulator = start();
    let key = assume(&emulator).await;
    let snapshot = emulator.snapshot();
    emulator.restore(&snapshot);
    let answer = call(&emulator, &key, LIST_CLUSTERS).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn nobody_checks_signatures_unless_told_to() {
    for auth in [Auth::None, Auth::Scope] {
        let builder = EksEmulator::builder().without_listener().auth(auth);
        let emulator = builder.start_blocking().unwrap();
        if auth == Auth::None {
            create_cluster(&emulator, "demo").await;
        }
        let key = Key::new("AKIAUNKNOWN000000001", "wrong");
        let old = Call {
            after: -100_000,
            ..LIST_CLUSTERS
        };
        let answer = call(&emulator, &key, old).await;
        assert_eq!(answer.status, 200, "{auth:?}: {}", answer.body);
        assert!(matches!(answer.body["clusters"], Value::Array(_)));
    }
}
