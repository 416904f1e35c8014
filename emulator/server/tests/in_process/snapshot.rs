//! States that are kept, brought back and forgotten.

use std::time::Duration;

use eks_emulator::{EksEmulator, EmulatorControl, Error};
use serde_json::json;

use crate::call::{clusters, create_cluster, start};
use crate::control::on_both;

#[tokio::test]
async fn a_snapshot_can_be_restored_as_often_as_wanted() {
    let emulator = start();
    create_cluster(&emulator, "kept").await;
    let snapshot = emulator.snapshot();
    for name in ["first", "fourth"] {
        create_cluster(&emulator, name).await;
        assert_eq!(clusters(&emulator).await, json!([name, "kept"]));
        emulator.restore(&snapshot);
        assert_eq!(clusters(&emulator).await, json!(["kept"]));
    }
}

#[tokio::test]
async fn a_state_can_be_kept_under_a_name() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            let before = emulator.now();
            control.save_snapshot("with a cluster").await.unwrap();
            control.advance(Duration::from_secs(60)).await.unwrap();
            control.reset().await.unwrap();
            assert_eq!(clusters(emulator).await, json!([]));
            control.restore_snapshot("with a cluster").await.unwrap();
            assert_eq!(clusters(emulator).await, json!(["demo"]));
            assert_eq!(emulator.now(), before);
        },
    )
    .await;
}

#[tokio::test]
async fn a_state_that_was_forgotten_cannot_be_restored() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        control.save_snapshot("s").await.unwrap();
        control.delete_snapshot("s").await.unwrap();
        control.delete_snapshot("s").await.unwrap();
        let error = control.restore_snapshot("s").await.unwrap_err();
        assert!(matches!(error, Error::NotFound(_)));
        assert_eq!(error.to_string(), "There is no snapshot s.");
    })
    .await;
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let start = emulator.now();
            create_cluster(emulator, "demo").await;
            control.advance(Duration::from_secs(60)).await.unwrap();
            control.reset().await.unwrap();
            assert_eq!(clusters(emulator).await, json!([]));
            assert_eq!(emulator.now(), start);
        },
    )
    .await;
}
