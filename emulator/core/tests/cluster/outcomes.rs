//! Transitions that do not end as asked for.

use eks_emulator_api::eks::AddonIssueCode;
use eks_emulator_core::event::{Event, EventKind};
use eks_emulator_core::lifecycle::{Change, Issue, Outcome, ResourceKind};
use serde_json::{Value, json};

use crate::support::{Driver, issue};

const DENIED: &str = r#"namespaces "kube-system" is forbidden: User "eks:addon-manager" cannot patch resource "namespaces" in API group "" in the namespace "kube-system""#;
const TOO_FEW: &str =
    "The add-on is unhealthy because it doesn't have the desired number of replicas.";

fn failure() -> Outcome {
    Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, DENIED)])
}

fn degraded() -> Outcome {
    Outcome::Degraded(vec![issue(
        AddonIssueCode::InsufficientNumberOfReplicas,
        TOO_FEW,
    )])
}

fn issues(code: &str, message: &str) -> Value {
    json!({ "issues": [{ "code": code, "message": message, "resourceIds": null }] })
}

fn coredns() -> Value {
    json!({ "addonName": "coredns" })
}

fn with_coredns() -> Driver {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", coredns());
    driver.settle();
    driver
}

#[test]
fn a_failed_creation_leaves_an_add_on_that_says_why() {
    let mut driver = Driver::active();
    driver.rule(ResourceKind::Addon, Change::Create, failure());
    driver.ok("CreateAddon", coredns());
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "CREATE_FAILED");
    assert_eq!(addon["health"], issues("AccessDenied", DENIED));
}

#[test]
fn a_creation_over_a_failed_one_makes_the_add_on_anew() {
    let mut driver = Driver::active();
    driver.rule(ResourceKind::Addon, Change::Create, failure());
    driver.ok("CreateAddon", coredns());
    driver.settle();
    driver.lifecycle.rules.clear();
    driver.wait_ms(1_000);
    let input = json!({
        "addonName": "coredns", "addonVersion": "v1.14.3-eksbuild.9",
        "configurationValues": "{\"replicaCount\": 3}", "tags": { "team": "blue" },
    });
    let answer = driver.ok("CreateAddon", input);
    assert_eq!(answer["addon"]["status"], "CREATING");
    assert_eq!(answer["addon"]["health"], json!({ "issues": [] }));
    assert_eq!(answer["addon"]["createdAt"], 1_785_000_001.0);
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["addonVersion"], "v1.14.3-eksbuild.9");
    assert_eq!(addon["configurationValues"], "{\"replicaCount\": 3}");
    assert_eq!(addon["tags"], json!({ "team": "blue" }));
}

#[test]
fn an_add_on_whose_creation_failed_can_be_updated_and_deleted() {
    let mut driver = Driver::active();
    driver.rule(ResourceKind::Addon, Change::Create, failure());
    driver.ok("CreateAddon", coredns());
    driver.clone().ok("DeleteAddon", coredns());
    driver.ok("UpdateAddon", coredns());
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["health"], json!({ "issues": [] }));
}

#[test]
fn a_failed_update_says_why_and_takes_nothing_back() {
    let mut driver = with_coredns();
    driver.rule(ResourceKind::Addon, Change::Update, failure());
    let input = json!({ "addonName": "coredns", "addonVersion": "v1.14.3-eksbuild.9" });
    let answer = driver.ok("UpdateAddon", input);
    let update = driver.update(&answer["update"]["id"], Some("coredns"));
    assert_eq!(update["status"], "Failed");
    assert_eq!(
        update["errors"],
        json!([{ "errorCode": "AccessDenied", "errorMessage": DENIED, "resourceIds": null }])
    );
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "UPDATE_FAILED");
    assert_eq!(addon["health"], issues("AccessDenied", DENIED));
    assert_eq!(addon["addonVersion"], "v1.14.3-eksbuild.9");
}

#[test]
fn a_failed_update_can_be_followed_by_one_that_succeeds_but_not_by_a_creation() {
    let mut driver = with_coredns();
    driver.rule(ResourceKind::Addon, Change::Update, failure());
    driver.ok("UpdateAddon", coredns());
    driver.lifecycle.rules.clear();
    let refused = driver.refused("CreateAddon", coredns());
    assert_eq!(refused, "ResourceInUseException: Addon already exists.");
    driver.ok("UpdateAddon", coredns());
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn codes_that_updates_do_not_have_are_unknown_there() {
    let mut driver = with_coredns();
    let issues = vec![issue(AddonIssueCode::InternalFailure, "sorry")];
    driver.rule(
        ResourceKind::Addon,
        Change::Update,
        Outcome::Failure(issues),
    );
    let answer = driver.ok("UpdateAddon", coredns());
    let update = driver.update(&answer["update"]["id"], Some("coredns"));
    assert_eq!(update["errors"][0]["errorCode"], "Unknown");
    assert_eq!(
        driver.addon("coredns")["health"]["issues"][0]["code"],
        "InternalFailure"
    );
}

#[test]
fn objects_concerned_are_named_where_they_are_known() {
    let mut driver = Driver::active();
    let issues = vec![Issue {
        resource_ids: Some(vec!["deployment/coredns".into()]),
        ..issue(AddonIssueCode::AccessDenied, DENIED)
    }];
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(issues),
    );
    driver.ok("CreateAddon", coredns());
    let issues = driver.addon("coredns")["health"]["issues"].take();
    assert_eq!(issues[0]["resourceIds"], json!(["deployment/coredns"]));
}

#[test]
fn a_degraded_creation_takes_effect_and_is_no_creation_that_failed() {
    let mut driver = Driver::active();
    driver.rule(ResourceKind::Addon, Change::Create, degraded());
    driver.ok("CreateAddon", coredns());
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "DEGRADED");
    assert_eq!(
        addon["health"],
        issues("InsufficientNumberOfReplicas", TOO_FEW)
    );
    let refused = driver.refused("CreateAddon", coredns());
    assert_eq!(refused, "ResourceInUseException: Addon already exists.");
    driver.ok("UpdateAddon", coredns());
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn an_update_that_cannot_roll_out_stays_in_progress() {
    let mut driver = with_coredns();
    driver.rule(ResourceKind::Addon, Change::Update, degraded());
    let answer = driver.ok("UpdateAddon", coredns());
    let update = driver.update(&answer["update"]["id"], Some("coredns"));
    assert_eq!(update["status"], "InProgress");
    assert_eq!(update["errors"], json!([]));
    assert_eq!(driver.addon("coredns")["status"], "DEGRADED");
    let is_about_update =
        |event: &Event| matches!(event.kind, EventKind::UpdateStatusChanged { .. });
    assert_eq!(
        driver
            .take_events()
            .iter()
            .filter(|event| is_about_update(event))
            .count(),
        1
    );
}

#[test]
fn a_failed_deletion_leaves_the_add_on_to_be_deleted_again() {
    let mut driver = with_coredns();
    driver.rule(ResourceKind::Addon, Change::Delete, failure());
    driver.ok("DeleteAddon", coredns());
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "DELETE_FAILED");
    assert_eq!(addon["health"], issues("AccessDenied", DENIED));
    let refused = driver.refused("CreateAddon", coredns());
    assert_eq!(refused, "ResourceInUseException: Addon already exists.");
    driver.clone().ok("UpdateAddon", coredns());
    driver.lifecycle.rules.clear();
    driver.ok("DeleteAddon", coredns());
    assert_eq!(driver.ok("ListAddons", json!({}))["addons"], json!([]));
}

#[test]
fn a_cluster_whose_creation_failed_takes_nothing_and_can_be_deleted() {
    let mut driver = Driver::empty();
    driver.rule(ResourceKind::Cluster, Change::Create, failure());
    driver.create_cluster(json!({})).unwrap();
    let cluster = driver.cluster();
    assert_eq!(cluster["status"], "FAILED");
    assert_eq!(cluster["health"], issues("AccessDenied", DENIED));
    assert_eq!(cluster["endpoint"], json!(null));
    assert_eq!(
        driver.refused("CreateAddon", coredns()),
        "InvalidRequestException: Cluster 'demo' is not in ACTIVE status"
    );
    assert_eq!(
        driver.refused("UpdateClusterConfig", json!({ "deletionProtection": true })),
        "InvalidRequestException: Cluster 'demo' is not in ACTIVE status"
    );
    driver.ok("DeleteCluster", json!({}));
    assert!(driver.present().is_none());
}

#[test]
fn issues_that_clusters_do_not_have_are_other_there() {
    let mut driver = Driver::empty();
    let issues = vec![issue(AddonIssueCode::AdmissionRequestDenied, "no")];
    driver.rule(
        ResourceKind::Cluster,
        Change::Create,
        Outcome::Failure(issues),
    );
    driver.create_cluster(json!({})).unwrap();
    assert_eq!(driver.cluster()["health"]["issues"][0]["code"], "Other");
}

#[test]
fn a_failed_update_of_a_cluster_changes_nothing_and_leaves_it_active() {
    let mut driver = Driver::active();
    let before = driver.cluster();
    driver.rule(ResourceKind::Cluster, Change::Update, failure());
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let update = driver.update(&answer["update"]["id"], None);
    assert_eq!(update["status"], "Failed");
    assert_eq!(update["errors"][0]["errorMessage"], DENIED);
    assert_eq!(driver.cluster(), before);
}

#[test]
fn a_failed_version_update_leaves_the_old_version() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    driver.rule(ResourceKind::Cluster, Change::Update, failure());
    driver.ok("UpdateClusterVersion", json!({ "version": "1.35" }));
    let cluster = driver.cluster();
    assert_eq!(cluster["version"], "1.34");
    assert_eq!(cluster["platformVersion"], "eks.27");
    assert_eq!(cluster["status"], "ACTIVE");
}

#[test]
fn a_cluster_that_cannot_be_deleted_is_failed_and_still_there() {
    let mut driver = Driver::active();
    let endpoint = driver.cluster()["endpoint"].take();
    driver.rule(ResourceKind::Cluster, Change::Delete, failure());
    driver.ok("DeleteCluster", json!({}));
    let cluster = driver.cluster();
    assert_eq!(cluster["status"], "FAILED");
    assert_eq!(cluster["endpoint"], endpoint);
    driver.lifecycle.rules.clear();
    driver.ok("DeleteCluster", json!({}));
    assert!(driver.present().is_none());
}
