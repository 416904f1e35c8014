//! Rollouts in each lifecycle profile.

use eks_emulator_core::lifecycle::Profile;
use serde_json::{Value, json};

use crate::observe::{CONTROLLER, EBS, associated, association};
use crate::support::{Driver, OTHER_ROLE};
use crate::transcript::members;

const COUNTS: [&str; 4] = [
    "/metadata/generation",
    "/status/observedGeneration",
    "/status/updatedReplicas",
    "/status/readyReplicas",
];

fn ebs() -> Driver {
    let mut driver = Driver::active();
    driver.create_ebs(associated());
    driver
}

fn other_role() -> serde_json::Value {
    json!({ "addonName": EBS, "podIdentityAssociations": association(OTHER_ROLE) })
}

#[test]
fn instant_rollouts_are_complete_at_the_first_look() {
    let mut driver = ebs();
    let old = driver.pod_names(CONTROLLER);
    driver.ok("UpdateAddon", other_role());
    // No time passes.
    let new = driver.pod_names(CONTROLLER);
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|name| !old.contains(name)));
    assert_eq!(
        members(&driver.object("Deployment", CONTROLLER), &COUNTS),
        "2 2 2 2"
    );
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
}

/// How far the pods of the controller are.
fn pod_states(driver: &mut Driver) -> String {
    let mut states: Vec<&str> = driver.pods_of(CONTROLLER).iter().map(state_of).collect();
    states.sort_unstable();
    states.join(" ")
}

fn state_of(pod: &Value) -> &'static str {
    let status = &pod["status"];
    if pod["metadata"].get("deletionTimestamp").is_some() {
        "going"
    } else if status["conditions"][1]["status"] == "True" {
        "ready"
    } else if status["phase"] == "Running" {
        "started"
    } else if pod["spec"].get("nodeName").is_some() {
        "bound"
    } else {
        "pending"
    }
}

/// What the pods of a rollout show that may have one more and none less.
const EVERY_STEP: [&str; 9] = [
    "ready ready",
    "pending ready ready",
    "bound ready ready",
    "ready ready started",
    "going pending ready ready",
    "bound ready ready",
    "ready ready started",
    "going ready ready",
    "ready ready",
];

/// The states that repeated looks show until they show the last for good.
fn looks(driver: &mut Driver, mut look: impl FnMut(&mut Driver) -> String) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    for _ in 0..40 {
        let state = look(driver);
        if states.last() != Some(&state) {
            states.push(state);
        }
    }
    states
}

fn tell(driver: &mut Driver) {
    driver.on_cluster(|cluster, environment| cluster.complete_steps(environment));
}

#[test]
fn manual_rollouts_go_step_by_step_when_told() {
    let mut driver = ebs().told();
    driver.ok("UpdateAddon", other_role());
    let mut copy = driver.clone();
    let counts = looks(&mut copy, |driver| {
        let counts = members(&driver.object("Deployment", CONTROLLER), &COUNTS);
        tell(driver);
        counts
    });
    assert_eq!(counts, ["2 1 2 2", "2 2 1 2", "2 2 2 2"]);
    let states = looks(&mut driver, |driver| {
        let states = pod_states(driver);
        tell(driver);
        states
    });
    assert_eq!(states, EVERY_STEP);
    assert_eq!(driver.addon(EBS)["status"], "UPDATING");
    driver.complete(Some(EBS));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
}

#[test]
fn manual_rollouts_wait_to_be_told() {
    let mut driver = ebs().told();
    driver.ok("UpdateAddon", other_role());
    driver.wait_ms(3_600_000);
    assert_eq!(looks(&mut driver, pod_states), ["ready ready"]);
}

/// Each look at the objects shows a state once more, the next look the next.
#[test]
fn manual_rollouts_go_step_by_step_by_looking() {
    let mut driver = ebs().with(Profile::Manual { reads: Some(1) });
    driver.ok("UpdateAddon", other_role());
    assert_eq!(looks(&mut driver, pod_states), EVERY_STEP);
}

/// Whoever ends the update by a word does not wait for its pods.
#[test]
fn telling_the_add_on_takes_its_rollout_along() {
    let mut driver = ebs().told();
    let old = driver.pod_names(CONTROLLER);
    driver.ok("UpdateAddon", other_role());
    driver.complete(Some(EBS));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let states = members(&driver.object("Deployment", CONTROLLER), &COUNTS);
    assert_eq!(states, "2 2 2 2");
    let left = driver.pod_names(CONTROLLER);
    assert!(
        left.iter().filter(|name| !old.contains(name)).count() == 2,
        "{left:?}"
    );
}

#[test]
fn the_time_scale_is_that_of_steps_too() {
    let durations = [1.0, 10.0].map(|time_scale| {
        let mut driver = ebs().with(Profile::Realistic { time_scale });
        let start = driver.now.as_milliseconds();
        driver.restart("Deployment", CONTROLLER);
        driver.settle_all();
        driver.now.as_milliseconds() - start
    });
    assert_eq!(durations, [10_200, 1_020]);
}
