//! Seeds of the start, and what a reset makes of them.

use std::path::PathBuf;

use eks_emulator::EksEmulator;
use serde_json::{Value, json};

use crate::client::{builder, eks, get, mistakes, seed, send};

/// A folder that is there for one test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path =
            std::env::temp_dir().join(format!("eks-emulator-seed-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for (name, text) in files {
            std::fs::write(path.join(name), text).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn clusters(emulator: &EksEmulator) -> Value {
    get(emulator, "/clusters")["clusters"].clone()
}

#[test]
fn the_documents_of_a_folder_are_applied_in_the_order_of_their_names() {
    let folder = Folder::with(
        "order",
        &[
            (
                "2.yaml",
                "schema: 1\nclusters: [{name: demo, tags: {from: second}}]\n",
            ),
            (
                "1.json",
                "{\"schema\": 1, \"clusters\": [{\"name\": \"demo\", \"tags\": {\"from\": \"first\"}}]}",
            ),
            ("3.yml", "schema: 1\nclusters: [{name: third}]\n"),
            ("notes.txt", "no document"),
        ],
    );
    let emulator = builder(1)
        .seed_file(&folder.0)
        .unwrap()
        .start_blocking()
        .unwrap();
    assert_eq!(clusters(&emulator), json!(["demo", "third"]));
    let cluster = &get(&emulator, "/clusters/demo")["cluster"];
    assert_eq!(cluster["tags"], json!({ "from": "second" }));
}

#[test]
fn a_file_that_is_no_document_is_refused_with_its_name() {
    let folder = Folder::with("wrong", &[("seed.yaml", "schema: 1\nclusters: {}\n")]);
    let path = folder.0.join("seed.yaml");
    let error = builder(1).seed_file(&path).unwrap_err();
    assert_eq!(error.name, Some(path.display().to_string()));
    assert_eq!(mistakes(&error), ["2:11 /clusters: it is not a list"]);
    assert_eq!(
        error.to_string(),
        format!("{}:2:11: /clusters: it is not a list", path.display())
    );
    assert!(builder(1).seed_file(folder.0.join("absent.yaml")).is_err());
}

const START: &str = "schema: 1\nclock: {mode: paused, now: \"2025-06-01T00:00:00Z\"}\nroles: [{name: app}]\nclusters:\n  - {name: demo, addons: [{addonName: coredns}]}\n  - {name: there, x-emulator: {region: eu-west-1}}\ntransitions: [{name: stuck, match: {resourceType: addon}, on: delete, after: {kind: never}}]\n";

fn with_start() -> EksEmulator {
    let seed = eks_emulator::seed::Seed::from_yaml(START).unwrap();
    builder(1).seed(seed).start_blocking().unwrap()
}

#[test]
fn the_clock_of_a_seed_of_the_start_holds_from_the_start() {
    let emulator = with_start();
    let clock = get(&emulator, "/_emulator/v1/clock");
    assert_eq!(clock["now"], "2025-06-01T00:00:00.000Z");
    let cluster = &get(&emulator, "/clusters/demo")["cluster"];
    assert_eq!(cluster["createdAt"], json!(1.7487360e9));
}

#[test]
fn a_reset_brings_back_what_there_was_at_the_start() {
    let emulator = with_start();
    let before = get(&emulator, "/clusters/demo");
    eks(&emulator, "DELETE", "/clusters/demo", Value::Null);
    seed(&emulator, "schema: 1\nclusters: [{name: other}]\n");
    emulator.advance(std::time::Duration::from_secs(60));
    assert_eq!(
        send(&emulator, "POST", "/_emulator/v1/reset", &[], "").status,
        204
    );
    assert_eq!(clusters(&emulator), json!(["demo"]));
    assert_eq!(get(&emulator, "/clusters/demo"), before);
    let clock = get(&emulator, "/_emulator/v1/clock");
    assert_eq!(clock["now"], "2025-06-01T00:00:00.000Z");
    let rules = get(&emulator, "/_emulator/v1/transitions/rules");
    assert_eq!(rules["rules"][0]["name"], "stuck");
}

#[test]
fn a_reset_can_leave_the_seeds_out() {
    let emulator = with_start();
    let answer = send(
        &emulator,
        "POST",
        "/_emulator/v1/reset",
        &[],
        "{\"reseed\": false}",
    );
    assert_eq!(answer.status, 204);
    assert_eq!(clusters(&emulator), json!([]));
}

#[test]
fn a_reset_of_a_region_brings_back_what_was_there() {
    let emulator = with_start();
    seed(
        &emulator,
        "schema: 1\nclusters: [{name: here}, {name: new, x-emulator: {region: eu-west-1}}]\n",
    );
    let answer = send(
        &emulator,
        "POST",
        "/_emulator/v1/reset?region=eu-west-1",
        &[],
        "",
    );
    assert_eq!(answer.status, 204);
    assert_eq!(clusters(&emulator), json!(["demo", "here"]));
    let listing = get(
        &emulator,
        "/_emulator/v1/state?format=seed&region=eu-west-1",
    );
    let names: Vec<&Value> = listing["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["there"]);
}
