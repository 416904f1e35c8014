//! `DeleteCluster`.

use eks_emulator_core::event::EventKind;
use eks_emulator_core::lifecycle::{Change, Outcome, ResourceKind};
use serde_json::json;

use crate::support::{Driver, ROLE};

#[test]
fn a_cluster_is_deleting_before_it_is_gone() {
    let mut driver = Driver::active().told();
    let answer = driver.ok("DeleteCluster", json!({}));
    assert_eq!(answer["cluster"]["status"], "DELETING");
    assert_eq!(answer["cluster"]["health"], json!(null));
    assert!(answer["cluster"]["endpoint"].is_string());
    assert!(answer["cluster"]["certificateAuthority"]["data"].is_string());
    assert_eq!(driver.cluster()["status"], "DELETING");
    let again = driver.ok("DeleteCluster", json!({}));
    assert_eq!(again["cluster"]["status"], "DELETING");
    driver.complete(None);
    let missing = "ResourceNotFoundException: No cluster found for name: demo.";
    assert_eq!(driver.refused("DescribeCluster", json!({})), missing);
    assert_eq!(driver.refused("DeleteCluster", json!({})), missing);
    assert_eq!(
        driver.refused_members("DescribeCluster", json!({})),
        json!({})
    );
}

#[test]
fn operations_on_a_part_of_a_missing_cluster_name_it() {
    let mut driver = Driver::empty();
    let input = json!({ "addonName": "coredns" });
    assert_eq!(
        driver.refused("CreateAddon", input.clone()),
        "ResourceNotFoundException: No cluster found for name: demo."
    );
    let members = driver.refused_members("CreateAddon", input);
    assert_eq!(members, json!({ "clusterName": "demo" }));
    assert_eq!(
        driver.refused("ListAddons", json!({})),
        "ResourceNotFoundException: No cluster found for name: demo"
    );
}

#[test]
fn add_ons_and_associations_do_not_stand_in_the_way_and_go_with_the_cluster() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "aws-ebs-csi-driver", "podIdentityAssociations": [
            { "serviceAccount": "ebs-csi-controller-sa", "roleArn": ROLE },
        ] }),
    );
    driver.associate("default", "app");
    driver.ok("DeleteCluster", json!({}));
    driver.create_cluster(json!({})).unwrap();
    assert_eq!(driver.ok("ListAddons", json!({}))["addons"], json!([]));
    assert_eq!(driver.associations(), [json!(null); 0]);
}

#[test]
fn a_running_update_stands_in_the_way() {
    let mut driver = Driver::active().told();
    driver.ok(
        "UpdateClusterConfig",
        json!({ "zonalShiftConfig": { "enabled": true } }),
    );
    assert_eq!(
        driver.refused("DeleteCluster", json!({})),
        "ResourceInUseException: Cannot delete because cluster demo currently has an update in progress"
    );
    let members = driver.refused_members("DeleteCluster", json!({}));
    assert_eq!(members, json!({ "clusterName": "demo" }));
    driver.complete(None);
    driver.ok("DeleteCluster", json!({}));
}

#[test]
fn protection_holds_while_the_cluster_is_active() {
    let mut driver = Driver::active_with(json!({ "deletionProtection": true }));
    let refused = driver.refused("DeleteCluster", json!({}));
    assert!(
        refused.starts_with("InvalidRequestException: "),
        "{refused}"
    );
    driver.ok(
        "UpdateClusterConfig",
        json!({ "deletionProtection": false }),
    );
    driver.ok("DeleteCluster", json!({}));
}

#[test]
fn protection_is_ignored_in_creation_and_after_a_failure() {
    let protected = json!({ "deletionProtection": true });
    let mut creating = Driver::empty().told();
    creating.create_cluster(protected.clone()).unwrap();
    creating.ok("DeleteCluster", json!({}));
    let mut failed = Driver::empty();
    failed.rule(
        ResourceKind::Cluster,
        Change::Create,
        Outcome::Failure(Vec::new()),
    );
    failed.create_cluster(protected).unwrap();
    assert_eq!(failed.cluster()["status"], "FAILED");
    failed.ok("DeleteCluster", json!({}));
}

#[test]
fn a_deletion_during_creation_ends_the_creation() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    driver.ok("DeleteCluster", json!({}));
    let pending = driver.present().unwrap().pending_transitions();
    assert_eq!(pending.len(), 1);
    driver.complete(None);
    assert!(driver.present().is_none());
}

#[test]
fn nothing_happens_to_a_cluster_that_is_gone() {
    let mut driver = Driver::active().told();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("DeleteCluster", json!({}));
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    driver.complete_all();
    let events = driver.take_events();
    assert_eq!(
        events.last().map(|event| &event.kind),
        Some(&EventKind::ClusterRemoved)
    );
}
