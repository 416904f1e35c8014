//! Writing state down and reading it back.

use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::iam::{AccountState, IdentityStore};
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;
use proptest::prelude::*;

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
    fn is_state<T: Clone + PartialEq + Send + Sync + serde::Serialize>()
    where
        T: serde::de::DeserializeOwned,
    {
    }
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
