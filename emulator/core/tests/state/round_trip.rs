//! Writing state down and reading it back.

use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::iam::{AccountState, IdentityStore};
use eks_emulator_core::lifecycle::{After, Change, Lifecycle, Profile, ResourceKind};
use eks_emulator_core::region::AccountRegion;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::runs::{config, read, run, steps, text};
use crate::support::Driver;

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn a_cluster_that_is_read_back_is_equal_and_goes_on_alike(run in run(), further in steps()) {
        let mut driver = run.start();
        for step in &run.steps {
            step.perform(&mut driver);
        }
        let written = text(&driver.slot);
        let mut restored = driver.clone();
        restored.slot = read(&written);
        restored.lifecycle = read(&text(&driver.lifecycle));
        prop_assert!(restored.slot == driver.slot, "reading back loses something");
        prop_assert_eq!(&restored.lifecycle, &driver.lifecycle);
        prop_assert_eq!(text(&restored.slot), written);
        for step in &further {
            prop_assert_eq!(step.perform(&mut restored), step.perform(&mut driver));
        }
        prop_assert_eq!(text(&restored.slot), text(&driver.slot));
    }
}

/// Handles of state are shared between threads, and every part of it can be
/// written down and read back.
#[test]
fn state_can_be_shared_and_serialized() {
    fn is_state<T: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned>() {}
    is_state::<ClusterSlot>();
    is_state::<IdentityStore>();
    is_state::<AccountState>();
    is_state::<AccountRegion>();
    is_state::<Lifecycle>();
}

#[test]
fn what_is_derived_is_in_no_document_and_is_made_again() {
    let mut driver = Driver::active();
    let before = text(&driver.slot);
    let (shown, keys) = (driver.cluster(), key_set(&mut driver));
    assert_eq!(text(&driver.slot), before);
    driver.slot = read(&before);
    assert_eq!((driver.cluster(), key_set(&mut driver)), (shown, keys));
}

fn key_set(driver: &mut Driver) -> String {
    let cluster = driver.present().expect("the cluster exists");
    cluster.key_set().to_string()
}

#[test]
fn clusters_of_a_region_can_share_where_they_live() {
    let driver = Driver::active();
    let mut restored: ClusterSlot = read(&text(&driver.slot));
    assert_eq!(restored.name(), "demo");
    assert!(!std::sync::Arc::ptr_eq(restored.home(), driver.slot.home()));
    restored.share_home(driver.slot.home());
    assert!(std::sync::Arc::ptr_eq(restored.home(), driver.slot.home()));
    let elsewhere = std::sync::Arc::new(AccountRegion::default());
    restored.share_home(&elsewhere);
    assert!(restored == driver.slot, "another home is not taken over");
}

/// The user's own JSON is read back whatever is in it, even if it is nested as
/// deep as a reader of JSON bears.
#[test]
fn the_users_own_json_is_read_back_whatever_is_in_it() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let mut driver = Driver::active();
    let values = format!(
        r#"{{"affinity": {{"deep": {}, "number": 0.30000000000000004}}, "replicaCount": 3}}"#,
        deep(120)
    );
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "coredns", "configurationValues": values }),
    );
    let manifest = format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "mine"}},
            "spec": {{"containers": [{{"name": "app"}}], "surplus": {}}}, "tiny": 5e-324}}"#,
        deep(124)
    );
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    driver
        .on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest))
        .expect("the manifest is right");
    let written = text(&driver.slot);
    for own in [
        deep(120),
        deep(124),
        "0.30000000000000004".into(),
        "5e-324".into(),
    ] {
        assert!(written.contains(&own), "{written}");
    }
    assert!(read::<ClusterSlot>(&written) == driver.slot);
    assert_eq!(text(&read::<ClusterSlot>(&written)), written);
}

#[test]
fn an_add_on_that_waits_for_its_rollout_goes_on_waiting() {
    let mut driver = Driver::active().with(Profile::Realistic { time_scale: 1.0 });
    for (operation, change, replicas, awaits) in [
        (
            "CreateAddon",
            Change::Create,
            2,
            r#""awaitsRollout":"create""#,
        ),
        (
            "UpdateAddon",
            Change::Update,
            4,
            r#""awaitsRollout":{"update":"#,
        ),
    ] {
        driver.rule_after(ResourceKind::Addon, change, After::Immediately);
        let values = format!("controller: {{replicaCount: {replicas}}}");
        driver.ok(
            operation,
            json!({ "addonName": "aws-ebs-csi-driver", "configurationValues": values }),
        );
        driver.settle();
        let written = text(&driver.slot);
        assert!(written.contains(awaits), "{written}");
        let mut restored = driver.clone();
        restored.slot = read(&written);
        assert!(restored.slot == driver.slot);
        for driver in [&mut driver, &mut restored] {
            driver.wait_ms(60_000);
            assert_eq!(driver.addon("aws-ebs-csi-driver")["status"], "ACTIVE");
        }
        assert_eq!(text(&restored.slot), text(&driver.slot));
    }
}
