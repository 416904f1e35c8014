//! `resolveConflicts`: every cell of its table.

use aws_sdk_eks::types::{
    Addon, AddonIssueCode, AddonStatus, ErrorCode, ResolveConflicts, Update, UpdateStatus,
};

use crate::support::TestEmulator;

const FIELDS: [&str; 2] = [
    "ConfigMap coredns - .data.Corefile",
    "Deployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image",
];
const MESSAGE: &str = "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\nConfigMap coredns - .data.Corefile\nDeployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image";

/// The add-on after its creation, in the face of `fields`.
async fn created(way: Option<ResolveConflicts>, fields: &[&str]) -> (TestEmulator, Addon) {
    let test = TestEmulator::with_cluster().await;
    test.emulator.set_addon_conflicts("c1", "coredns", fields);
    let request = test.create_addon("coredns").set_resolve_conflicts(way);
    request.send().await.unwrap();
    let addon = test.addon_now("coredns").await;
    (test, addon)
}

/// An update and its add-on after it, in the face of `fields`.
async fn updated(way: Option<ResolveConflicts>, fields: &[&str]) -> (TestEmulator, Addon, Update) {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    test.emulator.set_addon_conflicts("c1", "coredns", fields);
    let request = test.update_addon("coredns").set_resolve_conflicts(way);
    let update = request.send().await.unwrap().update.unwrap();
    let addon = test.addon_now("coredns").await;
    let update = test.addon_update("coredns", update.id().unwrap()).await;
    (test, addon, update)
}

fn assert_active(addon: &Addon) {
    assert_eq!(addon.status(), Some(&AddonStatus::Active));
    assert_eq!(addon.health().unwrap().issues(), []);
}

fn assert_in_conflict(addon: &Addon, status: &AddonStatus) {
    assert_eq!(addon.status(), Some(status));
    let [issue] = addon.health().unwrap().issues() else {
        panic!("one issue")
    };
    assert_eq!(issue.code(), Some(&AddonIssueCode::ConfigurationConflict));
    assert_eq!(issue.message(), Some(MESSAGE));
}

fn every_way() -> [Option<ResolveConflicts>; 4] {
    [
        None,
        Some(ResolveConflicts::None),
        Some(ResolveConflicts::Preserve),
        Some(ResolveConflicts::Overwrite),
    ]
}

#[tokio::test]
async fn without_conflicts_creations_end_well() {
    for way in every_way() {
        assert_active(&created(way, &[]).await.1);
    }
}

#[tokio::test]
async fn without_conflicts_updates_end_well() {
    for way in every_way() {
        let (_, addon, update) = updated(way, &[]).await;
        assert_active(&addon);
        assert_eq!(update.status(), Some(&UpdateStatus::Successful));
    }
}

#[tokio::test]
async fn a_creation_fails_on_conflicts_with_none_and_preserve() {
    for way in [
        None,
        Some(ResolveConflicts::None),
        Some(ResolveConflicts::Preserve),
    ] {
        let (_, addon) = created(way, &FIELDS).await;
        assert_in_conflict(&addon, &AddonStatus::CreateFailed);
    }
}

#[tokio::test]
async fn a_creation_that_overwrites_ends_well_and_the_conflicts_end_with_it() {
    let (test, addon) = created(Some(ResolveConflicts::Overwrite), &FIELDS).await;
    assert_active(&addon);
    test.update_addon("coredns").send().await.unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn an_update_fails_on_conflicts_with_none() {
    for way in [None, Some(ResolveConflicts::None)] {
        let (_, addon, update) = updated(way, &FIELDS).await;
        assert_in_conflict(&addon, &AddonStatus::UpdateFailed);
        assert_eq!(update.status(), Some(&UpdateStatus::Failed));
        let [error] = update.errors() else {
            panic!("one error")
        };
        assert_eq!(error.error_code(), Some(&ErrorCode::ConfigurationConflict));
        assert_eq!(error.error_message(), Some(MESSAGE));
    }
}

#[tokio::test]
async fn an_update_that_preserves_ends_well_and_leaves_the_conflicts() {
    let (test, addon, update) = updated(Some(ResolveConflicts::Preserve), &FIELDS).await;
    assert_active(&addon);
    assert_eq!(update.status(), Some(&UpdateStatus::Successful));
    test.update_addon("coredns").send().await.unwrap();
    assert_in_conflict(&test.addon_now("coredns").await, &AddonStatus::UpdateFailed);
}

#[tokio::test]
async fn an_update_that_overwrites_ends_well_and_the_conflicts_end_with_it() {
    let (test, addon, update) = updated(Some(ResolveConflicts::Overwrite), &FIELDS).await;
    assert_active(&addon);
    assert_eq!(update.status(), Some(&UpdateStatus::Successful));
    test.update_addon("coredns").send().await.unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn a_creation_that_failed_on_conflicts_is_repeated_with_overwrite() {
    let (test, failed) = created(None, &FIELDS).await;
    let again = test
        .create_addon("coredns")
        .resolve_conflicts(ResolveConflicts::Overwrite);
    let again = again.send().await.unwrap().addon.unwrap();
    assert_eq!(again.status(), Some(&AddonStatus::Creating));
    assert_eq!(failed.addon_name(), again.addon_name());
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn an_update_that_failed_on_conflicts_is_repeated_with_overwrite() {
    let (test, _, _) = updated(None, &FIELDS).await;
    let again = test
        .update_addon("coredns")
        .resolve_conflicts(ResolveConflicts::Overwrite);
    again.send().await.unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn a_creation_that_failed_on_conflicts_is_mended_by_an_update() {
    let (test, _) = created(None, &FIELDS).await;
    let update = test
        .update_addon("coredns")
        .resolve_conflicts(ResolveConflicts::Overwrite);
    update.send().await.unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn conflicts_can_be_taken_back_and_are_one_add_ons() {
    let (test, _, _) = updated(None, &FIELDS).await;
    test.addon("kube-proxy").await;
    test.emulator.set_addon_conflicts("c1", "coredns", &[]);
    test.update_addon("coredns").send().await.unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn what_eks_put_on_a_new_cluster_conflicts_with_an_add_on_that_differs() {
    let test = TestEmulator::with_cluster().await;
    let older = test
        .create_addon("coredns")
        .addon_version("v1.14.3-eksbuild.2");
    let request = older.configuration_values("{\"replicaCount\": 3}");
    request.clone().send().await.unwrap();
    let failed = test.addon_now("coredns").await;
    assert_eq!(failed.status(), Some(&AddonStatus::CreateFailed));
    let [issue] = failed.health().unwrap().issues() else {
        panic!("one issue")
    };
    assert_eq!(issue.code(), Some(&AddonIssueCode::ConfigurationConflict));
    let fields = "Deployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image\nDeployment.apps coredns - .spec.replicas";
    let message = format!(
        "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\n{fields}"
    );
    assert_eq!(issue.message(), Some(message.as_str()));
    request
        .resolve_conflicts(ResolveConflicts::Overwrite)
        .send()
        .await
        .unwrap();
    assert_active(&test.addon_now("coredns").await);
}

#[tokio::test]
async fn a_cluster_without_self_managed_add_ons_has_no_conflicts() {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .bootstrap_self_managed_addons(false)
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    let request = test
        .create_addon("coredns")
        .addon_version("v1.14.3-eksbuild.2");
    test.finish(request).await;
}
