//! `resolveConflicts`: every cell of its table.

use eks_emulator_core::lifecycle::{Change, Outcome, ResourceKind};
use serde_json::{Value, json};

use crate::support::Driver;

const FIELDS: [&str; 2] = [
    "ConfigMap coredns - .data.Corefile",
    "Deployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image",
];
const MESSAGE: &str = "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\nConfigMap coredns - .data.Corefile\nDeployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image";
const RESOLUTIONS: [Option<&str>; 4] = [None, Some("NONE"), Some("PRESERVE"), Some("OVERWRITE")];

fn input(resolution: Option<&str>) -> Value {
    json!({ "addonName": "coredns", "resolveConflicts": resolution })
}

/// The add-on after its creation in the face of conflicts.
fn created(resolution: Option<&str>) -> Driver {
    let mut driver = Driver::active();
    driver.set_conflicts("coredns", &FIELDS);
    driver.ok("CreateAddon", input(resolution));
    driver.settle();
    driver
}

/// The add-on after an update in the face of conflicts, and the update.
fn updated(resolution: Option<&str>) -> (Driver, Value) {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", input(None));
    driver.settle();
    driver.set_conflicts("coredns", &FIELDS);
    let answer = driver.ok("UpdateAddon", input(resolution));
    let update = driver.update(&answer["update"]["id"], Some("coredns"));
    (driver, update)
}

fn conflict() -> Value {
    json!({ "issues": [
        { "code": "ConfigurationConflict", "message": MESSAGE, "resourceIds": null },
    ] })
}

#[test]
fn without_conflicts_every_mode_ends_well() {
    for resolution in RESOLUTIONS {
        let mut driver = Driver::active();
        driver.ok("CreateAddon", input(resolution));
        assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
        driver.ok("UpdateAddon", input(resolution));
        assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    }
}

#[test]
fn a_creation_fails_on_conflicts_unless_it_overwrites() {
    for resolution in [None, Some("NONE"), Some("PRESERVE")] {
        let addon = created(resolution).addon("coredns");
        assert_eq!(addon["status"], "CREATE_FAILED", "{resolution:?}");
        assert_eq!(addon["health"], conflict());
    }
}

#[test]
fn a_creation_that_overwrites_ends_well_and_the_conflicts_with_it() {
    let mut driver = created(Some("OVERWRITE"));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    driver.ok("UpdateAddon", input(None));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn a_creation_that_failed_on_conflicts_can_be_repeated_with_overwrite() {
    let mut driver = created(None);
    driver.ok("CreateAddon", input(Some("OVERWRITE")));
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["health"], json!({ "issues": [] }));
}

#[test]
fn an_update_fails_on_conflicts_by_default() {
    for resolution in [None, Some("NONE")] {
        let (mut driver, update) = updated(resolution);
        assert_eq!(update["status"], "Failed", "{resolution:?}");
        assert_eq!(
            update["errors"],
            json!([{
                "errorCode": "ConfigurationConflict",
                "errorMessage": MESSAGE,
                "resourceIds": null,
            }])
        );
        let addon = driver.addon("coredns");
        assert_eq!(addon["status"], "UPDATE_FAILED");
        assert_eq!(addon["health"], conflict());
    }
}

#[test]
fn an_update_that_preserves_ends_well_and_the_conflicts_stay() {
    let (mut driver, update) = updated(Some("PRESERVE"));
    assert_eq!(update["status"], "Successful");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    driver.ok("UpdateAddon", input(None));
    assert_eq!(driver.addon("coredns")["status"], "UPDATE_FAILED");
}

#[test]
fn an_update_that_overwrites_ends_well_and_the_conflicts_with_it() {
    let (mut driver, update) = updated(Some("OVERWRITE"));
    assert_eq!(update["status"], "Successful");
    driver.ok("UpdateAddon", input(None));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn conflicts_can_be_taken_away() {
    let mut driver = created(None);
    driver.set_conflicts("coredns", &[]);
    driver.ok("UpdateAddon", input(None));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn conflicts_of_one_add_on_are_not_those_of_another() {
    let mut driver = Driver::active();
    driver.set_conflicts("kube-proxy", &FIELDS);
    driver.ok("CreateAddon", input(None));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn conflicts_go_before_a_rule_and_overwriting_does_not() {
    let mut driver = Driver::active();
    driver.set_conflicts("coredns", &FIELDS);
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Degraded(Vec::new()),
    );
    let mut refusing = driver.clone();
    refusing.ok("CreateAddon", input(None));
    assert_eq!(refusing.addon("coredns")["status"], "CREATE_FAILED");
    driver.ok("CreateAddon", input(Some("OVERWRITE")));
    assert_eq!(driver.addon("coredns")["status"], "DEGRADED");
}
