//! States by name.

use serde_json::{Value, json};

use crate::client::{Demo, ROLE};

/// All that the EKS API says of the cluster and what is on it.
fn everything(demo: &Demo) -> Vec<String> {
    let paths = [
        "/clusters",
        "/clusters/demo",
        "/clusters/demo/addons",
        "/clusters/demo/addons/coredns",
        "/clusters/demo/pod-identity-associations",
        "/clusters/demo/updates",
        "/_emulator/v1/clusters/demo/pods",
        "/_emulator/v1/clusters/demo/workloads",
        "/_emulator/v1/clock",
    ];
    let text = |path: &&str| demo.send("GET", path, "", b"").text;
    paths.iter().map(text).collect()
}

fn associate(demo: &Demo, service_account: &str) -> Value {
    let body = json!({ "namespace": "app", "serviceAccount": service_account, "roleArn": ROLE });
    demo.eks("POST", "/clusters/demo/pod-identity-associations", body)
}

#[test]
fn a_restored_snapshot_returns_every_byte() {
    let demo = Demo::start();
    demo.create_addon("coredns", json!({}));
    associate(&demo, "one");
    demo.ask("POST", "/clock/advance", r#"{"by":"1m"}"#);
    let before = everything(&demo);
    assert_eq!(demo.ask("PUT", "/snapshots/base", "").status, 200);
    associate(&demo, "two");
    demo.eks("DELETE", "/clusters/demo/addons/coredns", json!(null));
    demo.ask("POST", "/clock/advance", r#"{"by":"1h"}"#);
    demo.create_cluster("more", None);
    assert_ne!(everything(&demo), before);
    assert_eq!(demo.ask("POST", "/snapshots/base/restore", "").status, 204);
    assert_eq!(everything(&demo), before);
}

#[test]
fn a_snapshot_can_be_restored_again_and_again() {
    let demo = Demo::start();
    demo.ask("PUT", "/snapshots/base", "");
    let mut ids = Vec::new();
    for _ in 0..2 {
        demo.ask("POST", "/snapshots/base/restore", "");
        let association = associate(&demo, "one");
        ids.push(association["association"]["associationId"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].is_string());
}

#[test]
fn snapshots_are_listed_by_name_and_can_be_forgotten() {
    let demo = Demo::start();
    demo.ask("PUT", "/snapshots/later", "");
    demo.ask("PUT", "/snapshots/base", "");
    let list = json!({ "snapshots": [
        { "name": "base", "takenAt": "2026-01-01T00:00:00.000Z" },
        { "name": "later", "takenAt": "2026-01-01T00:00:00.000Z" },
    ] });
    assert_eq!(demo.get("/snapshots"), list);
    assert_eq!(demo.ask("DELETE", "/snapshots/later", "").status, 204);
    assert_eq!(demo.ask("DELETE", "/snapshots/later", "").status, 204);
    assert_eq!(
        demo.get("/snapshots")["snapshots"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        demo.refused("POST", "/snapshots/later/restore", ""),
        "404 NotFound: There is no snapshot later."
    );
}

#[test]
fn one_region_of_a_snapshot_can_be_restored() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("eu-west-1"));
    demo.ask("PUT", "/snapshots/base", "");
    demo.create_cluster("near", None);
    demo.create_cluster("farther", Some("eu-west-1"));
    demo.ask("POST", "/snapshots/base/restore?region=eu-west-1", "");
    assert_eq!(
        demo.eks("GET", "/clusters", json!(null))["clusters"],
        json!(["demo", "near"])
    );
    demo.refused("GET", "/clusters/farther/pods", "");
    demo.get("/clusters/far/pods");
}

/// Tokens name their issuer only: it has to be found again.
#[test]
fn tokens_of_a_restored_cluster_are_exchanged_again() {
    let demo = Demo::start();
    demo.create_addon("eks-pod-identity-agent", json!({}));
    associate(&demo, "one");
    let account = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "one", "namespace": "app" } });
    let path = "/clusters/demo/service-accounts/app/one";
    let put = demo.ask("PUT", path, account.to_string());
    assert_eq!(put.status, 200, "{}", put.text);
    demo.ask("PUT", "/snapshots/base", "");
    demo.ask("POST", "/reset", "");
    demo.ask("POST", "/snapshots/base/restore", "");
    let asked = json!({ "cluster": "demo", "namespace": "app", "serviceAccount": "one" });
    let token = demo.ask("POST", "/tokens", asked.to_string()).json();
    let header = format!("authorization: {}\r\n", token["token"].as_str().unwrap());
    let answer = demo.send("GET", "/v1/credentials", &header, b"");
    assert_eq!(answer.status, 200, "{}", answer.text);
}
