//! How large documents and changes are.

use serde_json::json;

use crate::runs::{read, text};
use crate::support::{Driver, OTHER_ROLE};

fn with_associations(count: usize) -> (Driver, Vec<String>) {
    let mut driver = Driver::active();
    driver.limits.associations = count + 1;
    let ids = (0..count).map(|number| driver.associate("default", &format!("app-{number}")));
    let ids = ids.collect();
    driver.take_events();
    (driver, ids)
}

#[test]
fn one_changed_association_out_of_5_000_is_a_small_record() {
    let (mut driver, ids) = with_associations(5_000);
    let earlier = driver.slot.clone();
    let input = json!({ "associationId": ids[2_500], "roleArn": OTHER_ROLE });
    driver.ok("UpdatePodIdentityAssociation", input);
    driver.take_events();
    let changes = driver.slot.changes_since(&earlier);
    let record = text(&changes.expect("something has changed"));
    assert!(record.len() < 400, "{}: {record}", record.len());
    let earlier = driver.slot.clone();
    driver.associate("default", "another");
    driver.take_events();
    let changes = driver.slot.changes_since(&earlier);
    let record = text(&changes.expect("something has changed"));
    assert!(record.len() < 600, "{}: {record}", record.len());
}

#[test]
fn an_association_takes_little_room_in_a_document() {
    let (few, _) = with_associations(1);
    let (many, _) = with_associations(1_001);
    let each = (text(&many.slot).len() - text(&few.slot).len()) / 1_000;
    assert!(each < 220, "{each}");
    assert!(read::<eks_emulator_core::cluster::ClusterSlot>(&text(&many.slot)) == many.slot);
}

#[test]
fn a_cluster_with_an_add_on_is_a_small_document() {
    let mut driver = Driver::active();
    let bare = text(&driver.slot).len();
    assert!(bare < 20_000, "{bare}");
    driver.ok("CreateAddon", json!({ "addonName": "aws-ebs-csi-driver" }));
    driver.settle();
    driver.take_events();
    let with_addon = text(&driver.slot).len();
    assert!(with_addon < 32_000, "{with_addon}");
}
