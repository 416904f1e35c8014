//! What cannot be laid over the catalogue, and what cannot be taken away.

use serde_json::{Value, json};

use crate::client::{get, refused, seed_with, seeded, start, yaml_mistakes};

#[track_caller]
fn check(catalogue: &str, expected: &[&str]) {
    let emulator = start();
    let yaml = format!("schema: 1\ncatalogue:\n{catalogue}");
    assert_eq!(refused(&emulator, &yaml), expected, "{yaml}");
    let listing = get(&emulator, "/addons/supported-versions?addonName=acme");
    assert_eq!(listing["addons"], json!([]));
}

#[test]
fn the_form_of_names_and_versions_is_checked_when_the_document_is_read() {
    let mistakes = yaml_mistakes(
        r#"schema: 1
catalogue:
  - addonName: Acme
    versions:
      - {addonVersion: 1.0.0}
      - {addonVersion: v1.0.0, compatibilities: [{clusterVersion: "1.32", platformVersions: [five]}]}
    workloads:
      - {kind: Job, name: a}
      - {kind: Deployment, name: a, replicas: 501}
"#,
    );
    assert_eq!(
        mistakes,
        [
            "3:16 /catalogue/0/addonName: \"Acme\" does not match ^[a-z0-9][a-z0-9_-]{0,99}$",
            r#"5:24 /catalogue/0/versions/0/addonVersion: "1.0.0" does not match ^v[0-9]{1,15}\.[0-9]{1,15}\.[0-9]{1,15}(-eksbuild\.[0-9]{1,15})?$"#,
            r#"6:94 /catalogue/0/versions/1/compatibilities/0/platformVersions/0: "five" does not match ^(\*|eks\.[0-9]{1,9}\+?)$"#,
            "8:16 /catalogue/0/workloads/0/kind: \"Job\" is none of Deployment, DaemonSet",
            "9:47 /catalogue/0/workloads/1/replicas: 501 is more than 500",
        ]
    );
}

#[test]
fn cluster_versions_are_those_that_there_are_each_once() {
    check(
        r#"  - addonName: acme
    versions:
      - {addonVersion: v1.0.0, clusterVersions: ["1.32", "1.99", "1.32"]}
      - {addonVersion: v1.1.0, compatibilities: [{clusterVersion: "1.5"}]}
"#,
        &[
            "5:58 /catalogue/0/versions/0/clusterVersions/1: there is no cluster version 1.99",
            "5:66 /catalogue/0/versions/0/clusterVersions/2: the cluster version 1.32 is there already",
            "6:51 /catalogue/0/versions/1/compatibilities/0/clusterVersion: there is no cluster version 1.5",
        ],
    );
}

#[test]
fn a_cluster_version_has_one_default() {
    check(
        r#"  - addonName: acme
    versions:
      - {addonVersion: v1.0.0, clusterVersions: ["1.32", "1.33"], default: true}
      - {addonVersion: v1.1.0, clusterVersions: ["1.32"], default: true}
    addonVersions:
      - addonVersion: v1.2.0
        compatibilities:
          - {clusterVersion: "1.33", defaultVersion: true}
"#,
        &[
            "6:59 /catalogue/0/versions/1/default: v1.0.0 is the default on 1.32 already",
            "10:38 /catalogue/0/addonVersions/0/compatibilities/0/defaultVersion: v1.0.0 is the default on 1.33 already",
        ],
    );
}

#[test]
fn two_forms_of_the_same_contradict_each_other() {
    check(
        r#"  - addonName: acme
    versions:
      - {addonVersion: v1.0.0, clusterVersions: ["1.32"], compatibilities: []}
      - {addonVersion: v1.1.0, default: true}
      - addonVersion: v1.2.0
        podIdentityServiceAccounts: [a]
        podIdentityConfiguration: [{serviceAccount: a}]
"#,
        &[
            "5:32 /catalogue/0/versions/0/clusterVersions: compatibilities says it already, and not clusterVersions",
            "6:32 /catalogue/0/versions/1/default: clusterVersions has to say on which it is the default",
            "8:9 /catalogue/0/versions/2/podIdentityServiceAccounts: podIdentityConfiguration says it already",
        ],
    );
}

#[test]
fn an_add_on_that_is_new_needs_a_version() {
    check(
        "  - addonName: acme\n",
        &["3:5 /catalogue/0: the add-on acme needs a version"],
    );
}

#[test]
fn what_is_there_twice_is_a_mistake() {
    check(
        r#"  - addonName: acme
    versions: [{addonVersion: v1.0.0}]
    addonVersions: [{addonVersion: v1.0.0}]
    workloads: [{kind: Deployment, name: a}, {kind: DaemonSet, name: a}, {kind: Deployment, name: a}]
  - addonName: other
    versions: [{addonVersion: v1.0.0, podIdentityServiceAccounts: [a, a]}]
  - addonName: acme
"#,
        &[
            "5:22 /catalogue/0/addonVersions/0/addonVersion: the version v1.0.0 is there already",
            "6:93 /catalogue/0/workloads/2/name: the workload a is there already",
            "8:71 /catalogue/1/versions/0/podIdentityServiceAccounts/1: the service account a is there already",
            "9:5 /catalogue/2/addonName: the add-on acme is there already",
        ],
    );
}

#[test]
fn a_configuration_schema_has_to_be_one() {
    check(
        r#"  - addonName: acme
    versions:
      - {addonVersion: v1.0.0, configurationSchema: "{"}
      - {addonVersion: v1.1.0, configurationSchema: "[]"}
      - {addonVersion: v1.2.0, configurationSchema: {type: nonsense}}
"#,
        &[
            "5:32 /catalogue/0/versions/0/configurationSchema: the configuration schema is no JSON: EOF while parsing an object at line 1 column 1",
            "6:32 /catalogue/0/versions/1/configurationSchema: a configuration schema is an object",
            "7:32 /catalogue/0/versions/2/configurationSchema: the configuration schema is none: /type: \"nonsense\" is not valid under any of the schemas listed in the 'anyOf' keyword",
        ],
    );
}

const INSTALLED: &str = r#"schema: 1
catalogue:
  - addonName: acme
    versions: [{addonVersion: v1.0.0}, {addonVersion: v1.1.0}]
clusters:
  - {name: demo, addons: [{addonName: acme, addonVersion: v1.0.0}]}
"#;

fn details(answer: &crate::client::Answer) -> Value {
    assert_eq!(answer.status, 422, "{}", answer.text);
    answer.json()["details"].clone()
}

#[test]
fn replacing_does_not_take_away_what_a_cluster_elsewhere_has() {
    let emulator = seeded(INSTALLED);
    let elsewhere = r#"schema: 1
defaults: {account: "999988887777"}
catalogue:
  - {addonName: acme, versions: [{addonVersion: v1.1.0}]}
"#;
    let refused = details(&seed_with(&emulator, "?mode=replace", elsewhere));
    assert_eq!(
        refused,
        json!([{
            "pointer": "/catalogue",
            "line": 3,
            "column": 1,
            "message": "the cluster demo of account 123456789012 in us-east-1 has the add-on acme in version v1.0.0, which would not be in the catalogue",
        }])
    );
    let left = get(&emulator, "/addons/supported-versions?addonName=acme");
    let left = left["addons"][0]["addonVersions"].as_array().unwrap().len();
    assert_eq!(left, 2);
}

#[test]
fn replacing_does_not_take_away_what_its_own_clusters_keep() {
    let emulator = seeded(INSTALLED);
    let without = "schema: 1\nclusters: [{name: demo, addons: [{addonName: acme}]}]\n";
    let refused = details(&seed_with(&emulator, "?mode=replace", without));
    assert_eq!(refused.as_array().unwrap().len(), 1);
    assert_eq!(refused[0]["pointer"], "/catalogue");
}

#[test]
fn replacing_can_move_an_add_on_to_another_version_at_once() {
    let emulator = seeded(INSTALLED);
    let moved = INSTALLED
        .replace("{addonVersion: v1.0.0}, ", "")
        .replace("addonVersion: v1.0.0}]}", "addonVersion: v1.1.0}]}");
    let report = seed_with(&emulator, "?mode=replace", &moved);
    assert_eq!(report.status, 200, "{}", report.text);
    let addon = &get(&emulator, "/clusters/demo/addons/acme")["addon"];
    assert_eq!(addon["addonVersion"], "v1.1.0");
}

#[test]
fn replacing_can_take_the_clusters_away_with_it() {
    let emulator = seeded(INSTALLED);
    let nothing = "schema: 1\ndefaults: {account: \"123456789012\"}\n";
    let report = seed_with(&emulator, "?mode=replace", nothing).json();
    assert_eq!(
        report["deleted"],
        json!([
            "arn:aws:eks:us-east-1:123456789012:cluster/demo",
            "catalogue/acme"
        ])
    );
}

#[test]
fn an_add_on_that_was_forced_is_in_the_way_of_nothing() {
    let emulator = seeded(
        r#"schema: 1
catalogue: [{addonName: acme, versions: [{addonVersion: v1.0.0}]}]
clusters:
  - name: demo
    addons: [{addonName: other, addonVersion: v7.0.0, x-emulator: {force: true}}]
"#,
    );
    let elsewhere = "schema: 1\ndefaults: {account: \"999988887777\"}\n";
    let report = seed_with(&emulator, "?mode=replace", elsewhere).json();
    assert_eq!(report["deleted"], json!(["catalogue/acme"]));
}
