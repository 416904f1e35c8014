//! The pod identity webhook as an endpoint.

use serde_json::{Value, json};

use crate::client::{Answer, Demo, ROLE};

const PATH: &str = "/_emulator/v1/clusters/demo/mutate-pod";
const JSON: &str = "content-type: application/json\r\n";

fn review(version: &str, pod: Value) -> String {
    json!({
        "apiVersion": format!("admission.k8s.io/{version}"),
        "kind": "AdmissionReview",
        "request": { "uid": "u-1", "namespace": "web", "object": pod },
    })
    .to_string()
}

fn pod() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "a" },
        "spec": { "serviceAccountName": "app", "containers": [{ "name": "app" }] },
    })
}

fn ask(demo: &Demo, headers: &str, body: &str) -> Answer {
    demo.send("POST", PATH, headers, body.as_bytes())
}

fn associated() -> Demo {
    let demo = Demo::start();
    let association = json!({ "namespace": "web", "serviceAccount": "app", "roleArn": ROLE });
    demo.eks(
        "POST",
        "/clusters/demo/pod-identity-associations",
        association,
    );
    demo
}

/// The text of Base64 letters.
fn decoded(letters: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in letters.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter).unwrap();
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn both_versions_are_answered_in_kind() {
    let demo = associated();
    for version in ["v1", "v1beta1"] {
        let answer = ask(&demo, JSON, &review(version, pod()));
        assert_eq!(answer.status, 200);
        let answer = answer.json();
        assert_eq!(answer["apiVersion"], format!("admission.k8s.io/{version}"));
        assert_eq!(answer["kind"], "AdmissionReview");
        let response = &answer["response"];
        assert_eq!(response["uid"], "u-1");
        assert_eq!(response["allowed"], true);
        assert_eq!(response["patchType"], "JSONPatch");
        let patch: Value =
            serde_json::from_str(&decoded(response["patch"].as_str().unwrap())).unwrap();
        let paths: Vec<&Value> = patch
            .as_array()
            .unwrap()
            .iter()
            .map(|operation| &operation["path"])
            .collect();
        assert_eq!(
            paths,
            ["/metadata/labels", "/spec/volumes", "/spec/containers"]
        );
    }
}

#[test]
fn a_pod_without_an_identity_is_let_in_as_it_is() {
    let answer = ask(&Demo::start(), JSON, &review("v1", pod())).json();
    assert_eq!(answer["response"], json!({ "uid": "u-1", "allowed": true }));
}

/// The clusters' own service accounts count, as do the associations.
#[test]
fn the_role_of_a_service_account_counts() {
    let demo = Demo::start();
    let account = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": { "annotations": { "eks.amazonaws.com/role-arn": ROLE } },
    });
    let path = "/clusters/demo/service-accounts/web/app";
    assert_eq!(demo.ask("PUT", path, account.to_string()).status, 200);
    let answer = ask(&demo, JSON, &review("v1", pod())).json();
    let patch = decoded(answer["response"]["patch"].as_str().unwrap());
    assert!(patch.contains(ROLE), "{patch}");
}

#[test]
fn another_content_type_is_not_understood() {
    let demo = associated();
    for headers in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/json; charset=utf-8\r\n",
    ] {
        let answer = ask(&demo, headers, &review("v1", pod()));
        assert_eq!(answer.status, 415);
        assert_eq!(answer.content_type, "text/plain; charset=utf-8");
        assert_eq!(
            answer.text,
            "Invalid Content-Type, expected `application/json`\n"
        );
    }
}

#[test]
fn what_is_no_review_is_not_allowed() {
    let demo = associated();
    for body in ["", "{}"] {
        let answer = ask(&demo, JSON, body);
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.text,
            r#"{"response":{"uid":"","allowed":false,"status":{"metadata":{},"message":"bad content"}}}"#
        );
    }
    let message = |body: &str| {
        let answer = ask(&demo, JSON, body).json();
        assert_eq!(answer["response"]["allowed"], false);
        answer["response"]["status"]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        message("{"),
        "couldn't get version/kind; json parse error: unexpected end of JSON input"
    );
    assert_eq!(
        message(&review("v1", json!("pod"))),
        "json: cannot unmarshal string into Go value of type v1.Pod"
    );
}
