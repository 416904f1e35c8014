//! `DeleteAddon`: what goes with an add-on, and what stays.

use aws_sdk_eks::types::AddonStatus;
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome};

use crate::refusal::assert_refused;
use crate::support::{EBS, EBS_ACCOUNT, ROLE, TOLD, TestEmulator, addon_rule, asked, issue};

async fn assert_gone(test: &TestEmulator, name: &str) {
    assert_refused(
        test.describe_addon(name).send().await,
        404,
        "ResourceNotFoundException",
        &format!("No addon: {name} found in cluster: c1"),
        &[("clusterName", "c1"), ("addonName", name)],
    );
    assert_eq!(test.addon_names().await, [""; 0]);
}

#[tokio::test]
async fn an_add_on_is_deleting_in_the_answer_and_gone_at_the_next_look() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let deleted = test
        .delete_addon("coredns")
        .send()
        .await
        .unwrap()
        .addon
        .unwrap();
    assert_eq!(deleted.status(), Some(&AddonStatus::Deleting));
    assert_eq!(deleted.addon_name(), Some("coredns"));
    assert_gone(&test, "coredns").await;
}

#[tokio::test]
async fn an_add_on_that_is_being_deleted_can_be_seen() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    test.delete_addon("coredns").send().await.unwrap();
    for _ in 0..3 {
        let addon = test.addon_now("coredns").await;
        assert_eq!(addon.status(), Some(&AddonStatus::Deleting));
    }
    assert_eq!(test.addon_names().await, ["coredns"]);
    test.emulator.complete("c1", Some("coredns"));
    assert_gone(&test, "coredns").await;
}

#[tokio::test]
async fn deleting_an_add_on_deletes_the_associations_it_owns_and_no_others() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let by_hand = test.association("kube-system", "by-hand").await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    request.send().await.unwrap();
    test.emulator.complete_all();
    assert_eq!(test.associations().await.len(), 2);
    let deleted = test.delete_addon(EBS).send().await.unwrap().addon.unwrap();
    assert_eq!(deleted.pod_identity_associations(), [""; 0]);
    // They are gone before the add-on is.
    let addon = test.addon_now(EBS).await;
    assert_eq!(addon.status(), Some(&AddonStatus::Deleting));
    assert_eq!(addon.pod_identity_associations(), [""; 0]);
    let [left] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(left.association_id(), by_hand.association_id());
}

#[tokio::test]
async fn preserve_false_is_the_same_as_nothing() {
    let test = TestEmulator::with_cluster().await;
    test.addon_with_association().await;
    test.delete_addon(EBS).preserve(false).send().await.unwrap();
    assert_eq!(test.associations().await, []);
    assert_gone(&test, EBS).await;
}

#[tokio::test]
async fn preserve_keeps_owned_associations_and_clears_their_owner() {
    let test = TestEmulator::with_cluster().await;
    test.addon_with_association().await;
    let before = test.associations().await.remove(0);
    test.delete_addon(EBS).preserve(true).send().await.unwrap();
    let [after] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(after.association_id(), before.association_id());
    assert_eq!(after.association_arn(), before.association_arn());
    assert_eq!(after.owner_arn(), None);
    let association = test.association_now(after.association_id().unwrap()).await;
    assert_eq!(association.owner_arn(), None);
    assert_eq!(association.role_arn(), Some(ROLE));
    assert_gone(&test, EBS).await;
}

#[tokio::test]
async fn preserve_clears_the_owner_while_the_add_on_is_being_deleted() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    request.send().await.unwrap();
    test.emulator.complete_all();
    let deleted = test
        .delete_addon(EBS)
        .preserve(true)
        .send()
        .await
        .unwrap()
        .addon
        .unwrap();
    assert_eq!(deleted.pod_identity_associations(), [""; 0]);
    assert_eq!(
        test.addon_now(EBS).await.status(),
        Some(&AddonStatus::Deleting)
    );
    assert_eq!(test.associations().await[0].owner_arn(), None);
}

#[tokio::test]
async fn a_preserved_association_is_in_the_way_of_the_same_add_on() {
    let test = TestEmulator::with_cluster().await;
    test.addon_with_association().await;
    test.delete_addon(EBS).preserve(true).send().await.unwrap();
    let id = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    assert_refused(
        request.clone().send().await,
        409,
        "ResourceInUseException",
        &format!("Association already exists: {id}"),
        &[("clusterName", "c1")],
    );
    assert_gone(&test, EBS).await;
    test.delete_association(&id).send().await.unwrap();
    test.finish(request).await;
}

#[tokio::test]
async fn a_preserved_association_stays_nobodys_beside_an_add_on_that_asks_for_none() {
    let test = TestEmulator::with_cluster().await;
    test.addon_with_association().await;
    test.delete_addon(EBS).preserve(true).send().await.unwrap();
    let before = test.associations().await;
    let addon = test.addon(EBS).await;
    assert_eq!(addon.pod_identity_associations(), [""; 0]);
    assert_eq!(test.associations().await, before);
}

#[tokio::test]
async fn a_second_deletion_changes_nothing() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    request.send().await.unwrap();
    test.emulator.complete_all();
    let first = test
        .delete_addon(EBS)
        .preserve(true)
        .send()
        .await
        .unwrap()
        .addon;
    let second = test.delete_addon(EBS).send().await.unwrap().addon;
    assert_eq!(first, second);
    assert_eq!(test.associations().await.len(), 1);
}

#[tokio::test]
async fn an_add_on_can_be_deleted_while_it_is_created_or_updated() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    assert_gone(&test, "coredns").await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    test.update_addon("coredns").send().await.unwrap();
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    assert_gone(&test, "coredns").await;
}

#[tokio::test]
async fn an_add_on_whose_creation_failed_can_be_deleted() {
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    let test = TestEmulator::with_cluster().await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Create, failure));
    test.create_addon("coredns").send().await.unwrap();
    let failed = test.addon_now("coredns").await;
    assert_eq!(failed.status(), Some(&AddonStatus::CreateFailed));
    test.delete_addon("coredns").send().await.unwrap();
    assert_gone(&test, "coredns").await;
}

#[tokio::test]
async fn a_deletion_that_fails_leaves_the_add_on_to_be_deleted_again() {
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::K8sResourceNotFound, "no")]);
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Delete, failure));
    test.delete_addon("coredns").send().await.unwrap();
    let addon = test.addon_now("coredns").await;
    assert_eq!(addon.status(), Some(&AddonStatus::DeleteFailed));
    assert_eq!(addon.health().unwrap().issues()[0].message(), Some("no"));
    test.emulator.clear_transition_rules();
    test.delete_addon("coredns").send().await.unwrap();
    assert_gone(&test, "coredns").await;
}

#[tokio::test]
async fn updates_of_an_add_on_go_with_it() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    test.emulator.advance_until_idle();
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.advance_until_idle();
    let request = test
        .client
        .describe_update()
        .name("c1")
        .addon_name("coredns");
    assert_refused(
        request.update_id(update.id().unwrap()).send().await,
        404,
        "ResourceNotFoundException",
        "No addon: coredns found in cluster: c1",
        &[("clusterName", "c1"), ("addonName", "coredns")],
    );
}
