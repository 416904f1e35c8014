//! What is laid over the catalogue is part of the state.

use eks_emulator::EksEmulator;
use serde_json::{Value, json};

use crate::client::{Answer, builder, export, get, seed, seed_with, seeded, send, start};
use crate::export::check_round_trip;

const INSTALLED: &str = r#"schema: 1
catalogue:
  - addonName: acme-agent
    defaultNamespace: acme
    versions:
      - addonVersion: v1.0.0-eksbuild.1
        compatibilities: [{clusterVersion: "1.32", platformVersions: [eks.1+], defaultVersion: true}]
        configurationSchema: {type: object, properties: {replicaCount: {type: integer, default: null}}}
        podIdentityConfiguration: [{serviceAccount: acme, recommendedManagedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}]
    workloads:
      - {kind: Deployment, name: controller, replicas: 2, serviceAccount: acme}
      - {kind: DaemonSet, name: node, image: "example.com/node:{addonVersion}"}
clusters:
  - {name: demo, version: "1.32", addons: [{addonName: acme-agent, configurationValues: "replicaCount: 3"}]}
"#;

fn offered(emulator: &EksEmulator) -> Value {
    let path = "/addons/supported-versions?addonName=acme-agent";
    let versions = get(emulator, path)["addons"][0]["addonVersions"].clone();
    versions[0]["addonVersion"].clone()
}

fn pods(emulator: &EksEmulator) -> usize {
    let path = "/_emulator/v1/clusters/demo/pods?owner=addon/acme-agent";
    get(emulator, path)["pods"].as_array().unwrap().len()
}

fn post(emulator: &EksEmulator, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    send(emulator, "POST", path, &headers, body.to_string())
}

#[test]
fn a_state_document_has_the_catalogue_and_what_runs_of_it() {
    let emulator = seeded(INSTALLED);
    assert_eq!(pods(&emulator), 5);
    let state = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    let other = start();
    let answer = send(&other, "PUT", "/_emulator/v1/state", &[], state.clone());
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(offered(&other), "v1.0.0-eksbuild.1");
    assert_eq!(pods(&other), 5);
    assert_eq!(
        send(&other, "GET", "/_emulator/v1/state", &[], "").text,
        state
    );
}

#[test]
fn a_state_document_without_additions_does_not_speak_of_the_catalogue() {
    let state = send(&start(), "GET", "/_emulator/v1/state", &[], "").json();
    assert_eq!(state.get("catalogue"), None);
}

#[test]
fn a_state_document_with_a_catalogue_that_cannot_be_is_refused() {
    let emulator = seeded(INSTALLED);
    let mut state = send(&emulator, "GET", "/_emulator/v1/state", &[], "").json();
    state["catalogue"][0]["versions"][0]["version"] = json!("1.0");
    let answer = send(
        &emulator,
        "PUT",
        "/_emulator/v1/state",
        &[],
        state.to_string(),
    );
    assert_eq!(answer.status, 422);
    let message = answer.json()["message"].to_string();
    let sentence = r#""catalogue: acme-agent: \"1.0\" is no version of an add-on at line"#;
    assert!(message.starts_with(sentence), "{message}");
}

#[test]
fn an_add_on_that_no_catalogue_has_survives_a_state_document() {
    let emulator = seeded(
        "schema: 1\nclusters:\n  - name: demo\n    addons: [{addonName: other, addonVersion: v7, x-emulator: {force: true}}]\n",
    );
    let state = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    let other = start();
    let answer = send(&other, "PUT", "/_emulator/v1/state", &[], state);
    assert_eq!(answer.status, 204, "{}", answer.text);
    let addon = &get(&other, "/clusters/demo/addons/other")["addon"];
    assert_eq!(addon["addonVersion"], "v7");
}

#[test]
fn a_seed_that_is_exported_has_the_catalogue() {
    let emulator = seeded(INSTALLED);
    let other = check_round_trip(&emulator);
    assert_eq!(pods(&other), 5);
    let exported = export(&emulator);
    assert!(
        exported.contains("\ncatalogue:\n  - addonName: acme-agent\n"),
        "{exported}"
    );
    assert_eq!(export(&start()).find("catalogue"), None);
}

#[test]
fn snapshots_bring_the_catalogue_back() {
    let emulator = seeded(INSTALLED);
    let snapshot = emulator.snapshot();
    let reset = json!({ "reseed": false });
    assert_eq!(post(&emulator, "/_emulator/v1/reset", &reset).status, 204);
    assert_eq!(offered(&emulator), json!(null));
    emulator.restore(&snapshot);
    assert_eq!(offered(&emulator), "v1.0.0-eksbuild.1");
    assert_eq!(pods(&emulator), 5);
}

#[test]
fn a_reset_takes_the_catalogue_back_to_the_seeds_of_the_start() {
    let emulator = builder(1)
        .seed(eks_emulator::seed::Seed::from_yaml(INSTALLED).unwrap())
        .start_blocking()
        .unwrap();
    let more =
        "schema: 1\ncatalogue: [{addonName: acme-agent, versions: [{addonVersion: v9.0.0}]}]\n";
    assert_eq!(seed(&emulator, more).status, 200);
    assert_eq!(offered(&emulator), "v9.0.0");
    assert_eq!(
        post(&emulator, "/_emulator/v1/reset", &json!({})).status,
        204
    );
    assert_eq!(offered(&emulator), "v1.0.0-eksbuild.1");
    assert_eq!(pods(&emulator), 5);
}

#[test]
fn a_reset_of_one_account_leaves_the_catalogue_to_the_others() {
    let emulator = seeded(INSTALLED);
    let account = json!({ "account": "999988887777" });
    assert_eq!(post(&emulator, "/_emulator/v1/reset", &account).status, 204);
    assert_eq!(offered(&emulator), "v1.0.0-eksbuild.1");
}

#[test]
fn one_account_is_not_brought_back_without_the_catalogue_that_it_needs() {
    let emulator = seeded(INSTALLED);
    let state = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    let nothing = "schema: 1\ndefaults: {account: \"123456789012\"}\n";
    assert_eq!(seed_with(&emulator, "?mode=replace", nothing).status, 200);
    let path = "/_emulator/v1/state?account=123456789012";
    let answer = send(&emulator, "PUT", path, &[], state);
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["message"],
        "the cluster demo of account 123456789012 in us-east-1 has the add-on acme-agent in version v1.0.0-eksbuild.1, which would not be in the catalogue"
    );
}

#[test]
fn a_state_file_has_the_catalogue() {
    let folder =
        std::env::temp_dir().join(format!("eks-emulator-catalogue-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("state.jsonl");
    let emulator = builder(1).persist(&path).start_blocking().unwrap();
    assert_eq!(seed(&emulator, INSTALLED).status, 200);
    let path_of_addon = "/clusters/demo/addons/acme-agent/update";
    let update = json!({ "configurationValues": "replicaCount: 1" });
    assert_eq!(post(&emulator, path_of_addon, &update).status, 200);
    let before = pods(&emulator);
    drop(emulator);
    let again = builder(1).persist(&path).start_blocking().unwrap();
    assert_eq!(offered(&again), "v1.0.0-eksbuild.1");
    assert_eq!(pods(&again), before);
    drop(again);
    std::fs::remove_dir_all(folder).unwrap();
}
