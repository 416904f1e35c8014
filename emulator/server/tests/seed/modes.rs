//! Merging, replacing, and only looking.

use serde_json::{Value, json};

use crate::client::{get, members, seed, seed_with, seeded, send};

const TWO: &str = r#"schema: 1
roles: [{name: reader}, {name: writer}]
clusters:
  - name: one
    tags: {team: a}
    addons: [{addonName: vpc-cni}, {addonName: coredns, tags: {keep: me}}]
    podIdentityAssociations:
      - {namespace: app, serviceAccount: api, roleArn: role/reader}
      - {namespace: app, serviceAccount: web, roleArn: role/reader}
    serviceAccounts: [{namespace: app, name: api}]
    pods: [{namespace: app, name: api-0, serviceAccount: api}]
  - name: two
"#;

fn clusters(emulator: &eks_emulator::EksEmulator) -> Value {
    get(emulator, "/clusters")["clusters"].clone()
}

fn names(report: &Value, list: &str) -> Vec<String> {
    let arns = report[list].as_array().unwrap().iter();
    arns.map(|arn| arn.as_str().unwrap().replace("arn:aws:", ""))
        .collect()
}

#[test]
fn merging_changes_what_is_named_and_nothing_else() {
    let emulator = seeded(TWO);
    let before = get(&emulator, "/clusters/one")["cluster"].clone();
    let yaml = r#"schema: 1
clusters:
  - name: one
    resourcesVpcConfig: {endpointPrivateAccess: true}
    addons: [{addonName: vpc-cni, tags: {new: tag}}]
    podIdentityAssociations:
      - {namespace: app, serviceAccount: api, roleArn: role/writer}
"#;
    let report = seed(&emulator, yaml).json();
    assert_eq!(names(&report, "created"), [""; 0]);
    let updated = names(&report, "updated");
    assert_eq!(updated[0], "eks:us-east-1:123456789012:cluster/one");
    assert!(updated[1].starts_with("eks:us-east-1:123456789012:addon/one/vpc-cni/"));
    assert!(updated[2].starts_with("eks:us-east-1:123456789012:podidentityassociation/one/a-"));
    assert_eq!(updated.len(), 3);
    let after = get(&emulator, "/clusters/one")["cluster"].clone();
    let stays = [
        "version",
        "tags",
        "endpoint",
        "createdAt",
        "certificateAuthority",
    ];
    assert_eq!(members(&after, &stays), members(&before, &stays));
    assert_eq!(after["resourcesVpcConfig"]["endpointPrivateAccess"], true);
    assert_eq!(
        after["resourcesVpcConfig"]["subnetIds"],
        before["resourcesVpcConfig"]["subnetIds"]
    );
    assert_eq!(clusters(&emulator), json!(["one", "two"]));
    let coredns = &get(&emulator, "/clusters/one/addons/coredns")["addon"];
    assert_eq!(coredns["tags"], json!({ "keep": "me" }));
    let listing = get(&emulator, "/clusters/one/pod-identity-associations");
    assert_eq!(listing["associations"].as_array().unwrap().len(), 2);
}

#[test]
fn a_change_moves_the_modification_time_and_keeps_the_identifier() {
    let emulator = seeded(TWO);
    let id = |emulator| {
        let path = "/clusters/one/pod-identity-associations?serviceAccount=api";
        get(emulator, path)["associations"][0]["associationId"].clone()
    };
    let before = id(&emulator);
    let yaml = "schema: 1\nclusters:\n  - name: one\n    podIdentityAssociations:\n      - {namespace: app, serviceAccount: api, roleArn: role/writer}\n";
    seed(&emulator, yaml);
    assert_eq!(id(&emulator), before);
    let path = format!(
        "/clusters/one/pod-identity-associations/{}",
        before.as_str().unwrap()
    );
    let association = &get(&emulator, &path)["association"];
    assert_eq!(
        association["roleArn"],
        "arn:aws:iam::123456789012:role/writer"
    );
    assert_eq!(association["createdAt"], json!(1.7672256e9));
    assert_eq!(association["modifiedAt"], json!(1.767225600001e9));
}

#[test]
fn replacing_deletes_what_is_not_named() {
    let emulator = seeded(TWO);
    let yaml = r#"schema: 1
roles: [{name: reader}]
clusters:
  - name: one
    addons: [{addonName: vpc-cni}]
    podIdentityAssociations:
      - {namespace: app, serviceAccount: api, roleArn: role/reader}
"#;
    let report = seed_with(&emulator, "?mode=replace", yaml).json();
    let deleted = names(&report, "deleted");
    assert_eq!(deleted[0], "eks:us-east-1:123456789012:cluster/two");
    assert!(deleted[1].starts_with("eks:us-east-1:123456789012:addon/one/coredns/"));
    assert!(deleted[2].starts_with("eks:us-east-1:123456789012:podidentityassociation/one/a-"));
    assert_eq!(
        deleted[3..],
        [
            "eks:us-east-1:123456789012:cluster/one/pods/app/api-0",
            "eks:us-east-1:123456789012:cluster/one/serviceAccounts/app/api",
            "iam::123456789012:role/writer",
        ]
    );
    assert_eq!(names(&report, "updated"), [""; 0]);
    assert_eq!(clusters(&emulator), json!(["one"]));
    assert_eq!(
        get(&emulator, "/clusters/one/addons")["addons"],
        json!(["vpc-cni"])
    );
    let pods = get(&emulator, "/_emulator/v1/clusters/one/pods?namespace=app");
    assert_eq!(pods["pods"], json!([]));
}

#[test]
fn replacing_leaves_other_accounts_and_regions_alone() {
    let emulator = seeded(TWO);
    let elsewhere = "schema: 1\ndefaults: {account: \"999988887777\", region: eu-west-1}\nclusters: [{name: three}]\n";
    let report = seed_with(&emulator, "?mode=replace", elsewhere).json();
    assert_eq!(
        names(&report, "created"),
        ["eks:eu-west-1:999988887777:cluster/three"]
    );
    assert_eq!(report["deleted"], json!(null));
    assert_eq!(clusters(&emulator), json!(["one", "two"]));
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let emulator = seeded(TWO);
    let before = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    let events = get(&emulator, "/_emulator/v1/events");
    let yaml = "schema: 1\nclock: {now: \"2030-01-01T00:00:00Z\"}\nclusters: [{name: one, tags: {team: b}}, {name: new}]\n";
    let report = seed_with(&emulator, "?dryRun=true", yaml).json();
    assert_eq!(
        names(&report, "created"),
        ["eks:us-east-1:123456789012:cluster/new"]
    );
    assert_eq!(
        names(&report, "updated"),
        ["eks:us-east-1:123456789012:cluster/one"]
    );
    let after = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    assert_eq!(before, after);
    assert_eq!(get(&emulator, "/_emulator/v1/events"), events);
}

#[test]
fn tags_are_replaced_as_a_whole() {
    let emulator = seeded(TWO);
    seed(
        &emulator,
        "schema: 1\nclusters: [{name: one, tags: {owner: b}}]\n",
    );
    let cluster = &get(&emulator, "/clusters/one")["cluster"];
    assert_eq!(cluster["tags"], json!({ "owner": "b" }));
}

const RUNNING: &str =
    "schema: 1\nclock: {mode: real, now: \"2026-06-01T00:00:00Z\"}\nclusters: [{name: demo}]\n";

/// It would have to go back to where the document set it.
#[test]
fn the_same_document_again_leaves_a_running_clock_alone() {
    let emulator = seeded(RUNNING);
    emulator.advance(std::time::Duration::from_secs(3_600));
    let again = seed(&emulator, RUNNING);
    assert_eq!(again.status, 200, "{}", again.text);
    let arn = "arn:aws:eks:us-east-1:123456789012:cluster/demo";
    assert_eq!(
        again.json(),
        json!({ "created": [], "updated": [], "unchanged": [arn] })
    );
    let now = || get(&emulator, "/_emulator/v1/clock")["now"].take();
    assert!(now().as_str().unwrap().starts_with("2026-06-01T01:"));
    // Another document may not put it back, nor this one when somebody has
    // said otherwise since.
    assert_eq!(
        seed(&emulator, &RUNNING.replace("06-01", "05-01")).status,
        422
    );
    let paused = send(
        &emulator,
        "PATCH",
        "/_emulator/v1/clock",
        &[],
        r#"{"mode":"paused"}"#,
    );
    assert_eq!(paused.status, 200);
    assert_eq!(seed(&emulator, RUNNING).status, 422);
    assert!(now().as_str().unwrap().starts_with("2026-06-01T01:"));
}

#[test]
fn a_paused_clock_that_somebody_moved_is_not_as_the_document_says() {
    let paused = RUNNING.replace("real", "paused");
    let emulator = seeded(&paused);
    assert_eq!(seed(&emulator, &paused).status, 200);
    emulator.advance(std::time::Duration::from_secs(1));
    assert_eq!(seed(&emulator, &paused).status, 422);
}
