//! What has changed since an earlier time, and applying it.

use eks_emulator_core::cluster::{ClusterSlot, SlotChanges};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::runs::{config, read, run, text};
use crate::support::{Driver, OTHER_ROLE};

proptest! {
    #![proptest_config(config(250))]

    /// A log of changes leads from the beginning to the present, whatever
    /// came between two entries.
    #[test]
    fn the_earlier_state_and_the_changes_are_the_present_one(
        run in run(),
        every in 1..6_usize,
    ) {
        let mut driver = run.start();
        let mut earlier = driver.slot.clone();
        let mut replica: ClusterSlot = read(&text(&earlier));
        for steps in run.steps.chunks(every) {
            for step in steps {
                step.perform(&mut driver);
            }
            let changes = driver.slot.changes_since(&earlier);
            prop_assert_eq!(changes.is_none(), driver.slot == earlier);
            if let Some(changes) = changes {
                let changes: SlotChanges = read(&text(&changes));
                prop_assert_eq!(replica.apply(changes), Ok(()));
            }
            prop_assert!(replica == driver.slot, "the changes do not lead to the present");
            prop_assert_eq!(text(&replica), text(&driver.slot));
            prop_assert_eq!(replica.check_invariants(), Ok(()));
            earlier = driver.slot.clone();
            prop_assert!(driver.slot.changes_since(&earlier).is_none());
        }
    }
}

#[test]
fn a_name_and_what_becomes_of_its_cluster_are_changes() {
    let mut driver = Driver::empty();
    let vacant = driver.slot.clone();
    driver.create_cluster(json!({})).expect("the name is free");
    driver.take_events();
    let first = driver.slot.clone();
    driver.settle();
    driver.ok("DeleteCluster", json!({}));
    driver.settle();
    driver.take_events();
    let gone = driver.slot.clone();
    driver.create_cluster(json!({})).expect("the name is free");
    let second = driver.slot.clone();
    for (earlier, now) in [
        (&vacant, &first),
        (&first, &gone),
        (&gone, &second),
        (&first, &second),
        (&second, &vacant),
    ] {
        let changes = now.changes_since(earlier).expect("something has changed");
        let changes: SlotChanges = read(&text(&changes));
        let mut replica = earlier.clone();
        assert_eq!(replica.apply(changes), Ok(()));
        assert!(replica == *now);
    }
}

/// A key that was made before the cluster became another one is not its key.
#[test]
fn a_cluster_that_becomes_another_one_has_its_keys() {
    let mut driver = Driver::active();
    let key_set = |driver: &mut Driver| {
        let cluster = driver.present().expect("the cluster exists");
        cluster.key_set().to_string()
    };
    let (first, first_keys) = (driver.slot.clone(), key_set(&mut driver));
    driver.ok("DeleteCluster", json!({}));
    driver.settle();
    driver.create_cluster(json!({})).expect("the name is free");
    let second = driver.slot.clone();
    let second_keys = key_set(&mut driver);
    assert_ne!(first_keys, second_keys);
    let changes = second.changes_since(&first).expect("it is another one");
    driver.slot = first;
    assert_eq!(key_set(&mut driver), first_keys);
    driver.slot.apply(changes).expect("the changes are its own");
    assert_eq!(key_set(&mut driver), second_keys);
}

#[test]
fn changes_of_another_state_are_refused() {
    let mut driver = Driver::active();
    let id = driver.associate("default", "app");
    let earlier = driver.slot.clone();
    let input = json!({ "associationId": id, "roleArn": OTHER_ROLE });
    driver.ok("UpdatePodIdentityAssociation", input);
    let changes = driver.slot.changes_since(&earlier);
    let changes = changes.expect("something has changed");
    let error = Driver::active().slot.apply(changes.clone());
    let error = error.expect_err("there is no such association").to_string();
    assert_eq!(
        error,
        format!("cluster: associations: {id:?} is changed and is not there")
    );
    let error = Driver::empty().slot.apply(changes);
    let error = error.expect_err("there is no such cluster").to_string();
    assert_eq!(error, "cluster: it is changed and is not there");
}

/// The number of an update says how many there are, and which comes next.
#[test]
fn updates_are_numbered_from_one_on_and_have_ids_of_their_own() {
    let mut driver = Driver::active();
    let start = |driver: &mut Driver, enabled: bool| {
        let log_setup = json!({ "types": ["api"], "enabled": enabled });
        let logging = json!({ "logging": { "clusterLogging": [log_setup] } });
        driver.ok("UpdateClusterConfig", logging);
    };
    start(&mut driver, true);
    driver.settle();
    let earlier = driver.slot.clone();
    start(&mut driver, false);
    let changes = driver.slot.changes_since(&earlier);
    let changes = changes.expect("an update has started");
    let tampered = |pointer: &str, value: Value| {
        let mut document: Value = serde_json::from_str(&text(&changes)).expect("it is JSON");
        let added = "/cluster/changed/updates/added/0";
        let pointer = format!("{added}{pointer}");
        *document.pointer_mut(&pointer).expect("the place is there") = value;
        let mut replica = earlier.clone();
        let changes: SlotChanges = read(&document.to_string());
        replica
            .apply(changes)
            .map_err(|error| error.to_string())
            .and_then(|()| replica.check_invariants())
    };
    assert_eq!(tampered("/0", json!(2)), Ok(()));
    let gap = Err("updates are not numbered from one on".to_owned());
    assert_eq!(tampered("/0", json!(u64::MAX)), gap);
    assert_eq!(tampered("/0", json!(3)), gap);
    assert_eq!(tampered("/0", json!(0)), gap);
    let first: Value = serde_json::from_str(&text(&earlier)).expect("it is JSON");
    let first_id = first.pointer("/cluster/updates/0/id").expect("it is there");
    // The end that is ahead of the second is about nothing then, too.
    assert_eq!(
        tampered("/1/id", first_id.clone()),
        Err("two updates have the same id".to_owned())
    );
}
