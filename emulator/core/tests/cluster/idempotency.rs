//! Request tokens: a call that comes again gets the answer of the first.

use eks_emulator_core::lifecycle::{Change, Outcome, ResourceKind};
use serde_json::{Value, json};

use crate::support::{Driver, FOREIGN_ROLE, OTHER_ROLE, ROLE, merged, text};

const REUSED: &str = "InvalidParameterException: The clientRequestToken was already used by a request with different parameters.";

fn with_token(more: Value) -> Value {
    merged(json!({ "clientRequestToken": "token-1" }), more)
}

fn association() -> Value {
    with_token(json!({ "namespace": "default", "serviceAccount": "app", "roleArn": ROLE }))
}

fn coredns() -> Value {
    with_token(json!({ "addonName": "coredns" }))
}

/// The same call twice, some time apart: one answer and one effect.
#[track_caller]
fn assert_replayed(driver: &mut Driver, operation: &str, input: &Value) {
    let first = driver.ok(operation, input.clone());
    driver.settle();
    let before = driver.slot.clone();
    driver.wait_ms(1_000);
    assert_eq!(driver.ok(operation, input.clone()), first);
    assert!(driver.slot == before, "{operation} took effect twice");
}

#[test]
fn a_call_that_comes_again_gets_the_first_answer_and_changes_nothing() {
    let mut driver = Driver::empty();
    let cluster = with_token(json!({
        "version": "1.34", "roleArn": ROLE,
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    }));
    assert_replayed(&mut driver, "CreateCluster", &cluster);
    assert_replayed(&mut driver, "CreateAddon", &coredns());
    assert_replayed(&mut driver, "UpdateAddon", &coredns());
    assert_replayed(&mut driver, "CreatePodIdentityAssociation", &association());
    let id = driver.associations()[0]["associationId"].take();
    let update = with_token(json!({ "associationId": id, "roleArn": OTHER_ROLE }));
    assert_replayed(&mut driver, "UpdatePodIdentityAssociation", &update);
    let configuration = with_token(json!({ "deletionProtection": true }));
    assert_replayed(&mut driver, "UpdateClusterConfig", &configuration);
    let version = with_token(json!({ "version": "1.35" }));
    assert_replayed(&mut driver, "UpdateClusterVersion", &version);
}

#[test]
fn a_token_that_comes_with_other_parameters_is_refused() {
    let mut driver = Driver::empty();
    driver
        .create_cluster(with_token(json!({ "version": "1.34" })))
        .unwrap();
    let other = with_token(json!({
        "version": "1.35", "roleArn": ROLE,
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    }));
    assert_eq!(driver.refused("CreateCluster", other), REUSED);
    driver.ok("CreateAddon", coredns());
    let other = with_token(json!({ "addonName": "kube-proxy" }));
    assert_eq!(driver.refused("CreateAddon", other), REUSED);
    driver.ok("UpdateAddon", coredns());
    let other = merged(coredns(), json!({ "resolveConflicts": "NONE" }));
    assert_eq!(driver.refused("UpdateAddon", other), REUSED);
    driver.ok("CreatePodIdentityAssociation", association());
    let other = merged(association(), json!({ "roleArn": OTHER_ROLE }));
    assert_eq!(
        driver.refused("CreatePodIdentityAssociation", other),
        REUSED
    );
    driver.ok(
        "UpdateClusterConfig",
        with_token(json!({ "deletionProtection": true })),
    );
    let other = with_token(json!({ "deletionProtection": false }));
    assert_eq!(driver.refused("UpdateClusterConfig", other), REUSED);
    driver.ok(
        "UpdateClusterVersion",
        with_token(json!({ "version": "1.35" })),
    );
    let other = with_token(json!({ "version": "1.36" }));
    assert_eq!(driver.refused("UpdateClusterVersion", other), REUSED);
}

#[test]
fn a_call_that_fails_does_not_use_up_its_token() {
    let mut driver = Driver::empty();
    driver
        .create_cluster(with_token(json!({ "version": "2" })))
        .unwrap_err();
    driver.create_cluster(with_token(json!({}))).unwrap();
    let bad = merged(coredns(), json!({ "addonVersion": "v0" }));
    driver.refused("CreateAddon", bad.clone());
    driver.ok("CreateAddon", coredns());
    driver.refused("UpdateAddon", bad);
    driver.ok("UpdateAddon", coredns());
    let bad = merged(association(), json!({ "roleArn": FOREIGN_ROLE }));
    driver.refused("CreatePodIdentityAssociation", bad);
    driver.ok("CreatePodIdentityAssociation", association());
    driver.refused(
        "UpdateClusterConfig",
        with_token(json!({ "deletionProtection": false })),
    );
    driver.ok(
        "UpdateClusterConfig",
        with_token(json!({ "deletionProtection": true })),
    );
}

#[test]
fn calls_without_a_token_are_calls_of_their_own() {
    let mut driver = Driver::active();
    let input = json!({ "addonName": "coredns" });
    driver.ok("CreateAddon", input.clone());
    driver.refused("CreateAddon", input.clone());
    let first = driver.ok("UpdateAddon", input.clone());
    let second = driver.ok("UpdateAddon", input);
    assert_ne!(first["update"]["id"], second["update"]["id"]);
}

#[test]
fn the_answer_to_a_creation_is_the_first_one_even_after_changes() {
    let mut driver = Driver::active();
    let first = driver.ok("CreatePodIdentityAssociation", association());
    let id = &first["association"]["associationId"];
    let arn = &first["association"]["associationArn"];
    let tag = json!({ "resourceArn": arn, "tags": { "team": "blue" } });
    let change = json!({ "associationId": id, "roleArn": OTHER_ROLE });
    for (operation, input) in [
        ("TagResource", tag),
        ("UpdatePodIdentityAssociation", change),
    ] {
        let mut driver = driver.clone();
        driver.ok(operation, input);
        assert_eq!(
            driver.ok("CreatePodIdentityAssociation", association()),
            first
        );
    }
    let first = driver.ok("CreateAddon", coredns());
    driver.ok(
        "UpdateAddon",
        json!({ "addonName": "coredns", "resolveConflicts": "NONE" }),
    );
    assert_eq!(driver.ok("CreateAddon", coredns()), first);
}

#[test]
fn the_token_of_a_creation_is_free_again_after_the_deletion() {
    let mut driver = Driver::empty();
    driver.create_cluster(with_token(json!({}))).unwrap();
    driver.ok("DeleteCluster", json!({}));
    driver
        .create_cluster(with_token(json!({ "version": "1.35" })))
        .unwrap();
    let first = driver.ok("CreateAddon", coredns());
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    let second = driver.ok("CreateAddon", coredns());
    assert_ne!(first["addon"]["addonArn"], second["addon"]["addonArn"]);
    let first = driver.ok("CreatePodIdentityAssociation", association());
    let id = &first["association"]["associationId"];
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    let second = driver.ok("CreatePodIdentityAssociation", association());
    assert_ne!(second["association"]["associationId"], *id);
}

#[test]
fn the_token_of_an_update_is_free_again_after_the_add_on_is_gone() {
    let mut driver = Driver::active();
    let input = json!({ "addonName": "coredns" });
    driver.ok("CreateAddon", input.clone());
    driver.ok("UpdateAddon", coredns());
    driver.ok("DeleteAddon", input.clone());
    driver.ok("CreateAddon", input);
    let answer = driver.ok("UpdateAddon", coredns());
    let update = driver.update(&answer["update"]["id"], Some("coredns"));
    assert_eq!(update["status"], "Successful");
}

#[test]
fn the_token_of_a_creation_that_failed_makes_the_add_on_again() {
    let mut driver = Driver::active();
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(Vec::new()),
    );
    driver.ok("CreateAddon", coredns());
    assert_eq!(driver.addon("coredns")["status"], "CREATE_FAILED");
    driver.lifecycle.rules.clear();
    driver.ok("CreateAddon", coredns());
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn update_ids_are_uuids_of_version_3_made_from_the_token() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let mut fork = driver.clone();
    let id = text(&driver.ok("UpdateAddon", coredns())["update"]["id"]);
    let parts: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert!(parts[2].starts_with('3'), "{id}");
    assert!(parts[3].starts_with(['8', '9', 'a', 'b']), "{id}");
    fork.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(
        fork.ok("UpdateAddon", coredns())["update"]["id"],
        id.as_str()
    );
    let other = merged(coredns(), json!({ "clientRequestToken": "token-2" }));
    assert_ne!(fork.ok("UpdateAddon", other)["update"]["id"], id.as_str());
}

#[test]
fn operations_with_the_same_token_have_updates_of_their_own() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    driver.ok("CreateAddon", coredns());
    let inputs = [
        ("UpdateAddon", coredns()),
        (
            "UpdateClusterConfig",
            with_token(json!({ "deletionProtection": true })),
        ),
        (
            "UpdateClusterVersion",
            with_token(json!({ "version": "1.35" })),
        ),
    ];
    let ids: std::collections::BTreeSet<String> = inputs
        .into_iter()
        .map(|(operation, input)| text(&driver.ok(operation, input)["update"]["id"]))
        .collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_replay_is_given_in_any_status() {
    let mut driver = Driver::active().told();
    let first = driver.ok("CreateAddon", coredns());
    assert_eq!(driver.ok("CreateAddon", coredns()), first);
    driver.complete_all();
    let first = driver.ok("UpdateAddon", coredns());
    assert_eq!(driver.ok("UpdateAddon", coredns()), first);
    let input = with_token(json!({ "deletionProtection": true }));
    let first = driver.ok("UpdateClusterConfig", input.clone());
    assert_eq!(driver.ok("UpdateClusterConfig", input), first);
}
