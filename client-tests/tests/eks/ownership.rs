//! What may be done to associations that an add-on owns, and when they go.

use aws_sdk_eks::types::AddonStatus;
use std::time::Duration;

use crate::refusal::assert_refused;
use crate::support::{
    EBS, EBS_ACCOUNT, OTHER_ROLE, ROLE, START_SECONDS, TOLD, TestEmulator, asked,
};

async fn with_owned() -> (TestEmulator, String) {
    let test = TestEmulator::with_cluster().await;
    test.addon_with_association().await;
    let id = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    (test, id)
}

#[tokio::test]
async fn an_owned_association_can_be_updated_directly_and_stays_owned() {
    let (test, id) = with_owned().await;
    let addon = test.addon_now(EBS).await;
    test.emulator.advance(Duration::from_secs(60));
    let request = test.update_association(&id).role_arn(OTHER_ROLE);
    let updated = request.send().await.unwrap().association.unwrap();
    assert_eq!(updated.role_arn(), Some(OTHER_ROLE));
    assert_eq!(updated.owner_arn(), addon.addon_arn());
    assert_eq!(updated.created_at().unwrap().secs(), START_SECONDS);
    assert_eq!(updated.modified_at().unwrap().secs(), START_SECONDS + 60);
    assert_eq!(test.association_now(&id).await, updated);
    assert_eq!(test.addon_now(EBS).await, addon);
}

#[tokio::test]
async fn a_direct_update_starts_no_update_of_the_add_on() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    test.finish(request).await;
    let id = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    test.update_association(&id)
        .role_arn(OTHER_ROLE)
        .send()
        .await
        .unwrap();
    assert_eq!(
        test.addon_now(EBS).await.status(),
        Some(&AddonStatus::Active)
    );
    let updates = test
        .client
        .list_updates()
        .name("c1")
        .addon_name(EBS)
        .send()
        .await;
    assert_eq!(updates.unwrap().update_ids, Some(vec![]));
}

#[tokio::test]
async fn an_owned_association_can_be_deleted_directly_and_leaves_the_add_ons_list() {
    let (test, id) = with_owned().await;
    let before = test.addon_now(EBS).await;
    let deleted = test
        .delete_association(&id)
        .send()
        .await
        .unwrap()
        .association
        .unwrap();
    assert_eq!(deleted.association_id(), Some(id.as_str()));
    let after = test.addon_now(EBS).await;
    assert_eq!(after.pod_identity_associations(), [""; 0]);
    assert_eq!(after.status(), before.status());
    assert_eq!(after.modified_at(), before.modified_at());
    assert_eq!(test.associations().await, []);
}

#[tokio::test]
async fn a_service_account_whose_owned_association_was_deleted_is_free() {
    let (test, id) = with_owned().await;
    test.delete_association(&id).send().await.unwrap();
    let by_hand = test.association("kube-system", EBS_ACCOUNT).await;
    assert_eq!(by_hand.owner_arn(), None);
    assert_eq!(
        test.addon_now(EBS).await.pod_identity_associations(),
        [""; 0]
    );
}

#[tokio::test]
async fn every_arn_that_an_add_on_lists_resolves() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon("adot")
        .pod_identity_associations(asked("adot-col-prom-metrics", ROLE))
        .pod_identity_associations(asked("adot-col-otlp-ingest", OTHER_ROLE));
    let addon = test.finish(request).await;
    let mut seen = Vec::new();
    for arn in addon.pod_identity_associations() {
        let association = test.association_now(arn.rsplit('/').next().unwrap()).await;
        assert_eq!(association.owner_arn(), addon.addon_arn());
        seen.push((
            association.service_account().unwrap().to_owned(),
            association.role_arn().unwrap().to_owned(),
        ));
    }
    let expected = [
        ("adot-col-prom-metrics", ROLE),
        ("adot-col-otlp-ingest", OTHER_ROLE),
    ];
    assert_eq!(
        seen,
        expected.map(|(name, role)| (name.to_owned(), role.to_owned()))
    );
}

#[tokio::test]
async fn an_owned_association_is_in_the_way_of_one_made_by_hand() {
    let (test, id) = with_owned().await;
    assert_refused(
        test.associate("kube-system", EBS_ACCOUNT).send().await,
        409,
        "ResourceInUseException",
        &format!("Association already exists: {id}"),
        &[("clusterName", "c1")],
    );
    test.associate("default", EBS_ACCOUNT).send().await.unwrap();
}

#[tokio::test]
async fn deleting_a_cluster_deletes_its_add_ons_and_associations() {
    let (test, id) = with_owned().await;
    test.association("default", "app").await;
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    test.cluster().await;
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.associations().await, []);
    assert_refused(
        test.describe_association(&id).send().await,
        404,
        "ResourceNotFoundException",
        &format!("No association found with id: {id}"),
        &[("clusterName", "c1")],
    );
}

#[tokio::test]
async fn a_cluster_can_be_deleted_while_an_add_on_is_in_transition() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    test.emulator.complete_all();
    let clusters = test.client.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters, Some(vec![]));
}
