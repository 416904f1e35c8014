//! What belongs to a cluster: objects of the user's, versions by name.

use serde_json::json;

use crate::client::{get, query, seed, seeded, send};

#[test]
fn versions_can_be_named_default_and_latest() {
    let emulator = seeded(
        "schema: 1\nclusters:\n  - {name: a, version: default, addons: [{addonName: vpc-cni, addonVersion: latest}, {addonName: coredns}]}\n  - {name: b, version: latest}\n",
    );
    let versions = get(&emulator, "/cluster-versions");
    let versions = versions["clusterVersions"].as_array().unwrap();
    let default = versions
        .iter()
        .find(|version| version["defaultVersion"] == true);
    let cluster = &get(&emulator, "/clusters/a")["cluster"];
    assert_eq!(cluster["version"], default.unwrap()["clusterVersion"]);
    let cluster = &get(&emulator, "/clusters/b")["cluster"];
    assert_eq!(cluster["version"], versions[0]["clusterVersion"]);
    let path = "/addons/supported-versions?addonName=vpc-cni";
    let offered = get(&emulator, path);
    let addon = &get(&emulator, "/clusters/a/addons/vpc-cni")["addon"];
    assert_eq!(
        addon["addonVersion"],
        offered["addons"][0]["addonVersions"][0]["addonVersion"]
    );
}

#[test]
fn the_default_version_of_clusters_can_be_said_once() {
    let emulator =
        seeded("schema: 1\ndefaults: {kubernetesVersion: \"1.31\"}\nclusters: [{name: demo}]\n");
    assert_eq!(
        get(&emulator, "/clusters/demo")["cluster"]["version"],
        "1.31"
    );
}

#[test]
fn the_namespace_and_service_account_of_a_pod_are_made() {
    let emulator = seeded(
        "schema: 1\nclusters: [{name: demo, pods: [{namespace: new, name: a, serviceAccount: api}, {namespace: other, name: b}]}]\n",
    );
    for (namespace, account) in [("new", "api"), ("other", "default")] {
        let pods = get(
            &emulator,
            &format!("/_emulator/v1/clusters/demo/pods?namespace={namespace}"),
        );
        assert_eq!(pods["pods"][0]["spec"]["serviceAccountName"], account);
    }
}

#[test]
fn a_pod_that_is_different_is_made_again() {
    let emulator =
        seeded("schema: 1\nclusters: [{name: demo, pods: [{namespace: app, name: a}]}]\n");
    let uid = |emulator| {
        get(emulator, "/_emulator/v1/clusters/demo/pods?namespace=app")["pods"][0]["metadata"]["uid"].clone()
    };
    let before = uid(&emulator);
    let yaml = "schema: 1\nclusters: [{name: demo, pods: [{namespace: app, name: a, serviceAccount: api}]}]\n";
    let report = seed(&emulator, yaml).json();
    assert_eq!(
        report["updated"],
        json!(["arn:aws:eks:us-east-1:123456789012:cluster/demo/pods/app/a"])
    );
    assert_ne!(uid(&emulator), before);
}

/// The provider of the issuer comes with the role, or nobody could take it on.
#[test]
fn a_role_for_irsa_can_be_assumed() {
    let emulator = seeded(
        "schema: 1\nroles: [{name: irsa, trust: irsa, cluster: demo, serviceAccount: app/api}]\nclusters: [{name: demo, serviceAccounts: [{namespace: app, name: api}]}]\n",
    );
    let body = json!({
        "cluster": "demo",
        "namespace": "app",
        "serviceAccount": "api",
        "audience": "sts.amazonaws.com",
    });
    let path = "/_emulator/v1/tokens";
    let token = send(&emulator, "POST", path, &[], body.to_string()).json()["token"].clone();
    let form = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=test&RoleArn=arn:aws:iam::123456789012:role/irsa&WebIdentityToken={}",
        token.as_str().unwrap()
    );
    let answer = query(&emulator, "sts", "123456789012", &form);
    assert!(answer.contains("<AccessKeyId>ASIA"), "{answer}");
}
