//! What restarts the pods of an add-on and what does not (R11).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::observe::{AGENT, CONTROLLER, EBS, IRSA_ROLE, associated, association, injected};
use crate::rollout::REALISTIC;
use crate::support::{Driver, OTHER_ROLE, ROLE, merged, text};

/// The EBS driver with its association, at rest; from now on time matters.
fn ebs() -> Driver {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    let irsa = json!({ "serviceAccountRoleArn": IRSA_ROLE });
    driver.create_ebs(merged(irsa, associated()));
    driver.with(REALISTIC)
}

/// The names of the pods of the add-on, the controller's and the others'.
fn pods(driver: &mut Driver) -> (BTreeSet<String>, BTreeSet<String>) {
    let names = driver.pods_of_addon(EBS).into_iter();
    let names = names.map(|pod| text(&pod["metadata"]["name"]));
    names.partition(|name| name.starts_with(CONTROLLER))
}

/// Whether an update of the add-on replaces the controller's pods; those of
/// the other workload stay in any case.
#[track_caller]
fn restarts(driver: &mut Driver, update: Value) -> bool {
    let (controller, node) = pods(driver);
    let id = driver.update_addon(EBS, update);
    driver.settle_all();
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    assert_eq!(driver.update(&id, Some(EBS))["status"], "Successful");
    let (new_controller, new_node) = pods(driver);
    assert_eq!(new_node, node);
    let stayed = controller.intersection(&new_controller).count();
    assert!(stayed == 0 || new_controller == controller);
    stayed == 0
}

#[test]
fn another_role_restarts_the_workloads_that_use_the_account() {
    let update = json!({ "podIdentityAssociations": association(OTHER_ROLE) });
    assert!(restarts(&mut ebs(), update));
}

#[test]
fn an_empty_list_restarts() {
    let mut driver = ebs();
    assert!(restarts(
        &mut driver,
        json!({ "podIdentityAssociations": [] })
    ));
    for pod in driver.pods_of(CONTROLLER) {
        assert_eq!(injected(&pod), [""; 0]);
    }
}

#[test]
fn the_first_association_restarts() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    assert!(restarts(&mut driver.with(REALISTIC), associated()));
}

#[test]
fn an_empty_list_where_there_was_none_does_not_restart() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    let update = json!({ "podIdentityAssociations": [] });
    assert!(!restarts(&mut driver.with(REALISTIC), update));
}

#[test]
fn an_update_that_changes_nothing_does_not_restart() {
    let same = merged(json!({ "serviceAccountRoleArn": IRSA_ROLE }), associated());
    assert!(!restarts(&mut ebs(), same));
    assert!(!restarts(&mut ebs(), json!({})));
}

#[test]
fn another_irsa_role_alone_does_not_restart() {
    let mut driver = ebs();
    let update = json!({ "serviceAccountRoleArn": OTHER_ROLE });
    assert!(!restarts(&mut driver, update));
    let account = driver.object("ServiceAccount", "ebs-csi-controller-sa");
    let annotations = json!({ "eks.amazonaws.com/role-arn": OTHER_ROLE });
    assert_eq!(account["metadata"]["annotations"], annotations);
}

#[test]
fn a_change_of_the_association_itself_does_not_restart() {
    let mut driver = ebs();
    let before = pods(&mut driver);
    let id = driver.associations()[0]["associationId"].clone();
    let change = json!({ "associationId": id, "roleArn": OTHER_ROLE });
    driver.ok("UpdatePodIdentityAssociation", change);
    driver.settle_all();
    assert_eq!(pods(&mut driver), before);
    let gone = json!({ "associationId": id });
    driver.ok("DeletePodIdentityAssociation", gone);
    driver.settle_all();
    assert_eq!(pods(&mut driver), before);
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
}

/// Of the three workloads, those of the account whose role changes.
#[test]
fn only_the_users_of_the_affected_accounts_restart() {
    let mut driver = Driver::active();
    let both = |controller: &str| {
        json!({ "podIdentityAssociations": [
            { "serviceAccount": "efs-csi-controller-sa", "roleArn": controller },
            { "serviceAccount": "efs-csi-node-sa", "roleArn": ROLE },
        ] })
    };
    driver.create_addon("aws-efs-csi-driver", both(ROLE));
    let mut driver = driver.with(REALISTIC);
    let node = driver.pod_names("efs-csi-node");
    let controller = driver.pod_names("efs-csi-controller");
    driver.update_addon("aws-efs-csi-driver", both(OTHER_ROLE));
    driver.settle_all();
    assert_eq!(driver.pod_names("efs-csi-node"), node);
    let restarted = driver.pod_names("efs-csi-controller");
    assert!(restarted.iter().all(|name| !controller.contains(name)));
}

/// The template changes, not only the pods.
#[test]
fn a_restart_is_a_new_revision() {
    let mut driver = ebs();
    restarts(&mut driver, json!({ "podIdentityAssociations": [] }));
    let deployment = driver.object("Deployment", CONTROLLER);
    assert_eq!(deployment["metadata"]["generation"], 2);
    assert_eq!(
        deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
        "2"
    );
    let sets = driver.workloads().into_iter().filter(|object| {
        object["kind"] == "ReplicaSet"
            && object["metadata"]["ownerReferences"][0]["name"] == CONTROLLER
    });
    let replicas: Vec<Value> = sets.map(|set| set["spec"]["replicas"].clone()).collect();
    assert_eq!(replicas, [0, 2]);
}

/// Status of the add-on, of the update, and how many of the pods are new, at
/// each instant at which they change.
#[test]
fn the_add_on_is_updating_until_it_has_rolled_out() {
    let mut driver = ebs();
    let (old, _) = pods(&mut driver);
    let start = driver.now;
    let update = json!({ "podIdentityAssociations": association(OTHER_ROLE) });
    let id = driver.update_addon(EBS, update);
    let mut states: Vec<String> = Vec::new();
    driver.watch(|driver| {
        let addon = text(&driver.addon(EBS)["status"]);
        let update = text(&driver.update(&id, Some(EBS))["status"]);
        let (now, _) = pods(driver);
        let new = now.difference(&old).count();
        let state = format!("{addon} {update} {new} of {}", now.len());
        if states.last().is_none_or(|last| !last.ends_with(&state)) {
            let elapsed = driver.now.as_milliseconds() - start.as_milliseconds();
            states.push(format!("{elapsed}: {state}"));
        }
    });
    assert_eq!(
        states,
        [
            "0: UPDATING InProgress 0 of 2",
            "100: UPDATING InProgress 1 of 3",
            "4650: UPDATING InProgress 2 of 4",
            "5650: UPDATING InProgress 2 of 3",
            "9200: ACTIVE Successful 2 of 3",
            "10200: ACTIVE Successful 2 of 2",
        ]
    );
}

/// The controller may have one more and none less: one by one.
#[test]
fn pods_roll_one_by_one_and_carry_the_new_environment() {
    let mut driver = Driver::active();
    let irsa = json!({ "serviceAccountRoleArn": IRSA_ROLE });
    driver.create_ebs(merged(irsa, associated()));
    driver.create_addon(AGENT, json!({}));
    let mut driver = driver.with(REALISTIC);
    let update = json!({
        "serviceAccountRoleArn": IRSA_ROLE,
        "podIdentityAssociations": association(OTHER_ROLE),
    });
    driver.update_addon(EBS, update);
    let mut mixes: Vec<String> = Vec::new();
    driver.watch(|driver| {
        let pods = driver.pods_of(CONTROLLER);
        let ready = pods
            .iter()
            .filter(|pod| pod["status"]["conditions"][1]["status"] == "True")
            .count();
        assert!(ready >= 2, "{ready} are ready");
        let mix: Vec<&str> = pods.iter().map(mechanism).collect();
        let with = |one: &str| mix.iter().filter(|each| **each == one).count();
        let mix = format!(
            "{} IRSA, {} pod identity",
            with("irsa"),
            with("podIdentity")
        );
        if mixes.last() != Some(&mix) {
            mixes.push(mix);
        }
    });
    assert_eq!(
        mixes,
        [
            "2 IRSA, 0 pod identity",
            "2 IRSA, 1 pod identity",
            "2 IRSA, 2 pod identity",
            "1 IRSA, 2 pod identity",
            "0 IRSA, 2 pod identity",
        ]
    );
}

fn mechanism(pod: &Value) -> &'static str {
    match injected(pod).get(3).map(String::as_str) {
        Some("AWS_CONTAINER_CREDENTIALS_FULL_URI") => "podIdentity",
        Some("AWS_ROLE_ARN") => "irsa",
        _ => "nothing",
    }
}

/// The words of the log of an update that restarts.
#[test]
fn the_event_log_tells_of_the_restart() {
    let mut driver = ebs();
    driver.take_events();
    driver.update_addon(EBS, json!({ "podIdentityAssociations": [] }));
    driver.settle_all();
    let events = driver.take_events();
    let kinds = events.iter().map(|event| {
        let text = format!("{:?}", event.kind);
        let words = text.split([' ', '(']).next().unwrap_or_default();
        words.to_owned()
    });
    let kinds: Vec<String> = kinds.collect();
    assert_eq!(
        kinds,
        [
            "AssociationDeleted",
            "UpdateStatusChanged",
            "AddonStatusChanged",
            "RolloutStarted",
            "PodCreated",
            "PodCreated",
            "PodDeleted",
            "RolloutCompleted",
            "PodsRestarted",
            "UpdateStatusChanged",
            "AddonStatusChanged",
            "PodDeleted",
        ]
    );
}
