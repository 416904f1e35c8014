//! Transitions that have not ended, and ending them one at a time.

use eks_emulator_core::Timestamp;
use eks_emulator_core::cluster::{Idle, PendingTransition};
use eks_emulator_core::event::EventKind;
use eks_emulator_core::lifecycle::{After, Change, Outcome, Profile, ResourceKind};
use serde_json::json;

use crate::support::{Driver, MINUTE_MS, SECOND_MS, START_MS};

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

fn at_ms(after_start: i64) -> Timestamp {
    Timestamp::from_milliseconds(START_MS + after_start)
}

fn pending(driver: &mut Driver) -> Vec<PendingTransition> {
    driver
        .present()
        .expect("the cluster exists")
        .pending_transitions()
}

fn complete(driver: &mut Driver, id: &str) -> bool {
    let (slot, environment) = driver.parts();
    let cluster = slot.cluster(&environment).expect("the cluster exists");
    cluster.complete_transition(&environment, id)
}

fn advance_until_idle(driver: &mut Driver, latest: Timestamp) -> Idle {
    let (slot, environment) = driver.parts();
    let cluster = slot.cluster(&environment).expect("the cluster exists");
    cluster.advance_until_idle(&environment, latest)
}

#[test]
fn pending_transitions_say_what_they_are_about_and_what_they_wait_for() {
    let mut driver = Driver::active().told();
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Reads(3));
    let addon = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let update = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    driver.addon("coredns");
    let pending = pending(&mut driver);
    let ids: Vec<&str> = pending.iter().map(|pending| &*pending.id).collect();
    assert!(
        ids[0].starts_with("111122223333.us-east-1.demo."),
        "{ids:?}"
    );
    assert_ne!(ids[0], ids[1]);
    let expected = [
        PendingTransition {
            id: ids[0].to_owned(),
            account_id: "111122223333".into(),
            region: "us-east-1".into(),
            cluster_name: "demo".into(),
            addon_name: Some("coredns".into()),
            update_id: None,
            resource_arn: addon["addon"]["addonArn"].as_str().unwrap().into(),
            from: "CREATING",
            to: "ACTIVE",
            due: None,
            reads_left: Some(2),
        },
        PendingTransition {
            id: ids[1].to_owned(),
            account_id: "111122223333".into(),
            region: "us-east-1".into(),
            cluster_name: "demo".into(),
            addon_name: None,
            update_id: update["update"]["id"].as_str().map(str::to_owned),
            resource_arn: "arn:aws:eks:us-east-1:111122223333:cluster/demo".into(),
            from: "UPDATING",
            to: "ACTIVE",
            due: None,
            reads_left: None,
        },
    ];
    assert_eq!(pending, expected);
    let count = driver.present().unwrap().count_pending_transitions();
    assert_eq!(count, 2);
}

#[test]
fn a_transition_says_when_it_is_due_and_how_it_will_end() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(vec![]),
    );
    driver.rule(
        ResourceKind::Addon,
        Change::Delete,
        Outcome::Failure(vec![]),
    );
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let [failing] = &pending(&mut driver)[..] else {
        panic!("one transition")
    };
    assert_eq!((failing.from, failing.to), ("CREATING", "CREATE_FAILED"));
    assert_eq!(failing.due, Some(at_ms(20 * SECOND_MS)));
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    let [failing] = &pending(&mut driver)[..] else {
        panic!("one transition")
    };
    assert_eq!((failing.from, failing.to), ("DELETING", "DELETE_FAILED"));
    driver.wait_ms(10 * SECOND_MS);
    driver.ok("DeleteCluster", json!({}));
    assert_eq!(driver.addon("coredns")["status"], "DELETE_FAILED");
}

#[test]
fn a_transition_is_ended_by_its_id_and_only_once() {
    let mut driver = Driver::active().told();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("CreateAddon", json!({ "addonName": "metrics-server" }));
    let id = pending(&mut driver)[0].id.clone();
    assert!(complete(&mut driver, &id));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(driver.addon("metrics-server")["status"], "CREATING");
    assert!(!complete(&mut driver, &id));
    assert!(!complete(&mut driver, "absent"));
    assert!(!complete(&mut driver, ""));
}

#[test]
fn a_transition_that_is_due_later_is_ended_now() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = pending(&mut driver)[0].id.clone();
    assert!(complete(&mut driver, &id));
    assert_eq!(driver.cluster()["status"], "ACTIVE");
    assert_eq!(driver.present().unwrap().next_due(), None);
}

/// The cluster that held the name before had transitions of its own.
#[test]
fn the_id_of_a_cluster_that_is_gone_ends_nothing() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    let before = pending(&mut driver)[0].id.clone();
    driver.complete(None);
    driver.ok("DeleteCluster", json!({}));
    driver.complete(None);
    driver.create_cluster(json!({})).unwrap();
    assert!(!complete(&mut driver, &before));
    assert_eq!(driver.cluster()["status"], "CREATING");
}

#[test]
fn a_cluster_comes_to_rest_when_the_last_thing_has_happened() {
    let mut driver = Driver::empty().with(REALISTIC);
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Told);
    driver
        .create_cluster(json!({ "bootstrapSelfManagedAddons": false }))
        .unwrap();
    let idle = advance_until_idle(&mut driver, at_ms(60 * MINUTE_MS));
    assert_eq!(
        idle,
        Idle {
            since: at_ms(10 * MINUTE_MS),
            is_idle: true
        }
    );
    driver.wait_ms(10 * MINUTE_MS);
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let idle = advance_until_idle(&mut driver, at_ms(60 * MINUTE_MS));
    assert!(idle.is_idle);
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn what_falls_due_after_the_latest_time_stays_pending() {
    let mut driver = Driver::empty().with(REALISTIC);
    driver.create_cluster(json!({})).unwrap();
    let idle = advance_until_idle(&mut driver, at_ms(10 * MINUTE_MS - 1));
    assert_eq!(
        idle,
        Idle {
            since: at_ms(0),
            is_idle: false
        }
    );
    assert_eq!(driver.cluster()["status"], "CREATING");
}

/// Both ends of a status change, and whose it is.
#[test]
fn events_tell_the_status_that_was_left() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.settle();
    driver.take_events();
    let update = driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    driver.settle();
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    driver.settle();
    let arn = |event: &eks_emulator_core::event::Event| {
        let home = crate::support::home();
        event.resource_arn(&home)
    };
    let mut changes = Vec::new();
    for event in driver.take_events() {
        if let Some(change) = event.status_change() {
            assert!(arn(&event).contains(":addon/demo/coredns/"), "{event:?}");
            let text = format!("{} {} {}", change.resource_type, change.from, change.to);
            changes.push(text);
            if change.resource_type == "update" {
                assert_eq!(change.name, update["update"]["id"]);
            }
        }
    }
    assert_eq!(
        changes,
        [
            "addon ACTIVE UPDATING",
            "update InProgress Successful",
            "addon UPDATING ACTIVE",
            "addon ACTIVE DELETING",
            "addon DELETING DELETED",
        ]
    );
}

#[test]
fn a_new_role_of_an_association_is_told_as_one_restart() {
    const EBS: &str = "aws-ebs-csi-driver";
    let association = |role: &str| {
        json!({
            "addonName": EBS,
            "podIdentityAssociations": [{
                "serviceAccount": "ebs-csi-controller-sa",
                "roleArn": format!("arn:aws:iam::111122223333:role/{role}"),
            }],
        })
    };
    let mut driver = Driver::active();
    driver.ok("CreateAddon", association("first"));
    driver.settle();
    let restarts = |driver: &mut Driver| {
        let mut kinds = driver.take_events().into_iter().map(|event| event.kind);
        let is_restart = |kind: &EventKind| matches!(kind, EventKind::PodsRestarted { .. });
        kinds.by_ref().filter(is_restart).collect::<Vec<_>>()
    };
    assert_eq!(restarts(&mut driver), []);
    driver.ok("UpdateAddon", association("second"));
    driver.settle();
    assert_eq!(
        restarts(&mut driver),
        [EventKind::PodsRestarted {
            addon_name: Some(EBS.into()),
            workload: "kube-system/Deployment/ebs-csi-controller".into(),
            pods: 2,
        }]
    );
    driver.ok("UpdateAddon", json!({ "addonName": EBS }));
    driver.settle();
    assert_eq!(restarts(&mut driver), []);
}

/// What a read that is held waits for.
#[test]
fn a_change_says_when_it_comes_nearer_to_its_end() {
    let mut driver = Driver::active().with(REALISTIC);
    let settles_at = |driver: &mut Driver, addon_name: Option<&str>, update_id: Option<&str>| {
        let cluster = driver.present().unwrap();
        cluster.settles_at(addon_name, update_id)
    };
    assert_eq!(settles_at(&mut driver, None, None), None);
    driver.ok("CreateAddon", json!({ "addonName": "metrics-server" }));
    let addon = Some("metrics-server");
    assert_eq!(
        settles_at(&mut driver, addon, None),
        Some(at_ms(20 * SECOND_MS))
    );
    // Nothing changes but the add-on.
    assert_eq!(settles_at(&mut driver, None, None), None);
    assert_eq!(settles_at(&mut driver, Some("coredns"), None), None);
    driver.wait_ms(20 * SECOND_MS);
    assert_eq!(settles_at(&mut driver, addon, None), None);
    let update =
        json!({ "addonName": "metrics-server", "configurationValues": r#"{"replicas":3}"# });
    let update = driver.ok("UpdateAddon", update);
    let id = update["update"]["id"].as_str();
    assert_eq!(
        settles_at(&mut driver, None, id),
        Some(at_ms(27 * SECOND_MS))
    );
    assert_eq!(settles_at(&mut driver, None, Some("absent")), None);
    let update = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = update["update"]["id"].as_str();
    let end = Some(at_ms(20 * SECOND_MS + 3 * MINUTE_MS));
    assert_eq!(settles_at(&mut driver, None, id), end);
    assert_eq!(settles_at(&mut driver, None, None), end);
}

/// An add-on that waits for its pods comes nearer with each of their steps.
#[test]
fn a_rollout_comes_nearer_to_its_end_with_the_next_step() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Immediately);
    driver.ok("CreateAddon", json!({ "addonName": "metrics-server" }));
    let settles_at = |driver: &mut Driver| {
        let cluster = driver.present().unwrap();
        cluster.settles_at(Some("metrics-server"), None)
    };
    assert_eq!(settles_at(&mut driver), Some(at_ms(100)));
    driver.wait_ms(100);
    assert_eq!(driver.addon("metrics-server")["status"], "CREATING");
    assert_eq!(settles_at(&mut driver), Some(at_ms(150)));
    driver.wait_ms(MINUTE_MS);
    assert_eq!(driver.addon("metrics-server")["status"], "ACTIVE");
    assert_eq!(settles_at(&mut driver), None);
}
