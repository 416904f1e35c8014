//! `UpdateAddon`: what it changes, what it leaves, and the update it makes.

use aws_sdk_eks::types::{
    AddonPodIdentityAssociations, AddonStatus, ResolveConflicts, Update, UpdateParamType,
    UpdateStatus, UpdateType,
};

use crate::refusal::assert_refused;
use crate::support::{
    EBS, EBS_ACCOUNT, EBS_DEFAULT, EBS_OLDER, OTHER_ROLE, ROLE, TOLD, TestEmulator, asked,
};

const ADOT: &str = "adot";
const PROMETHEUS: &str = "adot-col-prom-metrics";
const OTLP: &str = "adot-col-otlp-ingest";

/// The add-on `adot` with one association for each of these service accounts.
async fn with_adot(service_accounts: &[&str]) -> TestEmulator {
    let test = TestEmulator::with_cluster().await;
    let entries = service_accounts
        .iter()
        .map(|name| asked(name, ROLE))
        .collect();
    let request = test
        .create_addon(ADOT)
        .set_pod_identity_associations(Some(entries));
    test.finish(request).await;
    test
}

/// Updates the associations of `adot`.
async fn replace(test: &TestEmulator, entries: Vec<AddonPodIdentityAssociations>) -> Update {
    let request = test
        .update_addon(ADOT)
        .set_pod_identity_associations(Some(entries));
    let update = request.send().await.unwrap().update.unwrap();
    test.emulator.advance_until_idle();
    update
}

fn params(update: &Update) -> Vec<(UpdateParamType, &str)> {
    let params = update.params().iter();
    params
        .map(|param| (param.r#type().unwrap().clone(), param.value().unwrap()))
        .collect()
}

#[tokio::test]
async fn an_add_on_is_updating_until_its_update_is_successful() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon(EBS)
        .addon_version(EBS_OLDER)
        .send()
        .await
        .unwrap();
    test.emulator.complete_all();
    let update = test
        .update_addon(EBS)
        .addon_version(EBS_DEFAULT)
        .send()
        .await
        .unwrap();
    let update = update.update.unwrap();
    assert_eq!(update.status(), Some(&UpdateStatus::InProgress));
    assert_eq!(update.r#type(), Some(&UpdateType::AddonUpdate));
    assert_eq!(update.errors(), []);
    let during = test.addon_now(EBS).await;
    assert_eq!(during.status(), Some(&AddonStatus::Updating));
    assert_eq!(during.addon_version(), Some(EBS_DEFAULT));
    test.emulator.complete("c1", Some(EBS));
    assert_eq!(
        test.addon_now(EBS).await.status(),
        Some(&AddonStatus::Active)
    );
    let ended = test.addon_update(EBS, update.id().unwrap()).await;
    assert_eq!(ended.status(), Some(&UpdateStatus::Successful));
}

#[tokio::test]
async fn the_parameters_are_what_the_caller_gave_in_a_fixed_order() {
    let test = TestEmulator::with_cluster().await;
    test.addon(EBS).await;
    let request = test
        .update_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE))
        .configuration_values("{ \"controller\": {} }")
        .resolve_conflicts(ResolveConflicts::Preserve)
        .service_account_role_arn(OTHER_ROLE)
        .addon_version(EBS_OLDER);
    let update = request.send().await.unwrap().update.unwrap();
    assert_eq!(
        params(&update),
        [
            (UpdateParamType::AddonVersion, EBS_OLDER),
            (UpdateParamType::ServiceAccountRoleArn, OTHER_ROLE),
            (UpdateParamType::ResolveConflicts, "PRESERVE"),
            (
                UpdateParamType::ConfigurationValues,
                "{ \"controller\": {} }"
            ),
            (
                UpdateParamType::PodIdentityAssociations,
                r#"[{"serviceAccount":"ebs-csi-controller-sa","roleArn":"arn:aws:iam::111122223333:role/first","namespace":"kube-system"}]"#
            ),
        ]
    );
}

#[tokio::test]
async fn an_update_of_nothing_is_an_update_without_parameters() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    assert_eq!(params(&update), []);
    let ended = test.addon_update("coredns", update.id().unwrap()).await;
    assert_eq!(ended.status(), Some(&UpdateStatus::Successful));
}

#[tokio::test]
async fn associations_are_replaced_by_those_of_the_update() {
    let test = with_adot(&[PROMETHEUS]).await;
    let before = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    let update = replace(&test, vec![asked(OTLP, OTHER_ROLE)]).await;
    let [now] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(now.service_account(), Some(OTLP));
    let addon = test.addon_now(ADOT).await;
    assert_eq!(now.owner_arn(), addon.addon_arn());
    assert_eq!(
        addon.pod_identity_associations(),
        [now.association_arn().unwrap()]
    );
    assert_refused(
        test.describe_association(&before).send().await,
        404,
        "ResourceNotFoundException",
        &format!("No association found with id: {before}"),
        &[("clusterName", "c1")],
    );
    assert_eq!(
        params(&update),
        [(
            UpdateParamType::PodIdentityAssociations,
            r#"[{"serviceAccount":"adot-col-otlp-ingest","roleArn":"arn:aws:iam::111122223333:role/second","namespace":"opentelemetry-operator-system"}]"#
        )]
    );
}

#[tokio::test]
async fn a_service_account_that_stays_keeps_its_association_with_the_new_role() {
    let test = with_adot(&[PROMETHEUS, OTLP]).await;
    let before = test.associations().await;
    let kept = before
        .iter()
        .find(|one| one.service_account() == Some(OTLP))
        .unwrap();
    test.emulator.advance(std::time::Duration::from_secs(60));
    replace(&test, vec![asked(OTLP, OTHER_ROLE)]).await;
    let [now] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(now, kept);
    let association = test.association_now(now.association_id().unwrap()).await;
    assert_eq!(association.role_arn(), Some(OTHER_ROLE));
    let modified = association.modified_at().unwrap().secs();
    assert_eq!(modified - association.created_at().unwrap().secs(), 60);
}

#[tokio::test]
async fn an_empty_list_deletes_all_owned_associations() {
    let test = with_adot(&[PROMETHEUS, OTLP]).await;
    test.association("default", "app").await;
    let update = replace(&test, vec![]).await;
    let [left] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(left.service_account(), Some("app"));
    let addon = test.addon_now(ADOT).await;
    assert_eq!(addon.pod_identity_associations, Some(vec![]));
    assert_eq!(
        params(&update),
        [(UpdateParamType::PodIdentityAssociations, "[]")]
    );
}

#[tokio::test]
async fn associations_are_changed_when_the_call_returns_not_when_the_update_ends() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    test.finish(request).await;
    let request = test
        .update_addon(EBS)
        .set_pod_identity_associations(Some(vec![]));
    request.send().await.unwrap();
    assert_eq!(test.associations().await, []);
    let addon = test.addon_now(EBS).await;
    assert_eq!(addon.status(), Some(&AddonStatus::Updating));
    assert_eq!(addon.pod_identity_associations, Some(vec![]));
}

#[tokio::test]
async fn without_the_member_associations_stay() {
    let test = TestEmulator::with_cluster().await;
    let before = test.addon_with_association().await;
    test.update_addon(EBS)
        .addon_version(EBS_OLDER)
        .send()
        .await
        .unwrap();
    let after = test.addon_now(EBS).await;
    assert_eq!(after.addon_version(), Some(EBS_OLDER));
    assert_eq!(
        after.pod_identity_associations(),
        before.pod_identity_associations()
    );
    assert_eq!(test.associations().await.len(), 1);
}

#[tokio::test]
async fn an_add_on_without_associations_lists_none_once_it_has_been_updated() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    assert!(test.raw_addon("coredns").await["podIdentityAssociations"].is_null());
    test.update_addon("coredns")
        .configuration_values("{}")
        .send()
        .await
        .unwrap();
    let now = test.raw_addon("coredns").await;
    assert_eq!(now["podIdentityAssociations"], serde_json::json!([]));
}

#[tokio::test]
async fn an_update_without_the_service_accounts_role_clears_it() {
    for associations in [None, Some(vec![asked(EBS_ACCOUNT, ROLE)])] {
        let test = TestEmulator::with_cluster().await;
        test.finish(test.create_addon(EBS).service_account_role_arn(OTHER_ROLE))
            .await;
        let request = test
            .update_addon(EBS)
            .set_pod_identity_associations(associations);
        request.send().await.unwrap();
        assert_eq!(test.addon_now(EBS).await.service_account_role_arn(), None);
    }
}

#[tokio::test]
async fn both_kinds_of_role_may_be_given_in_an_update() {
    let test = TestEmulator::with_cluster().await;
    test.addon(EBS).await;
    let request = test.update_addon(EBS).service_account_role_arn(OTHER_ROLE);
    request
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE))
        .send()
        .await
        .unwrap();
    let addon = test.addon_now(EBS).await;
    assert_eq!(addon.service_account_role_arn(), Some(OTHER_ROLE));
    assert_eq!(addon.pod_identity_associations().len(), 1);
}

#[tokio::test]
async fn configuration_values_stay_until_others_are_given() {
    let name = "metrics-server";
    let test = TestEmulator::with_cluster().await;
    let values = "replicas: 3\n";
    test.finish(test.create_addon(name).configuration_values(values))
        .await;
    test.update_addon(name).send().await.unwrap();
    assert_eq!(
        test.addon_now(name).await.configuration_values(),
        Some(values)
    );
    test.update_addon(name)
        .configuration_values("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(
        test.addon_now(name).await.configuration_values(),
        Some("{}")
    );
}

#[tokio::test]
async fn older_and_equal_versions_are_taken() {
    let test = TestEmulator::with_cluster().await;
    test.addon(EBS).await;
    for version in [EBS_OLDER, EBS_OLDER, EBS_DEFAULT] {
        test.update_addon(EBS)
            .addon_version(version)
            .send()
            .await
            .unwrap();
        assert_eq!(test.addon_now(EBS).await.addon_version(), Some(version));
    }
}

#[tokio::test]
async fn an_update_is_found_with_its_add_on_only() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    let id = update.id().unwrap();
    assert_eq!(test.addon_update("coredns", id).await.id(), Some(id));
    assert_refused(
        test.client
            .describe_update()
            .name("c1")
            .update_id(id)
            .send()
            .await,
        404,
        "ResourceNotFoundException",
        &format!("No update found for ID: {id}"),
        &[("clusterName", "c1")],
    );
    let of_addon = test
        .client
        .list_updates()
        .name("c1")
        .addon_name("coredns")
        .send()
        .await;
    assert_eq!(of_addon.unwrap().update_ids(), [id]);
    let of_cluster = test.client.list_updates().name("c1").send().await.unwrap();
    assert_eq!(of_cluster.update_ids, Some(vec![]));
}

#[tokio::test]
async fn ids_of_updates_are_name_based_uuids() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    let id = update.id().unwrap();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(&id[14..15], "3");
}

#[tokio::test]
async fn an_update_that_comes_again_with_its_token_is_the_same_update() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let request = || test.update_addon("coredns").client_request_token("once");
    let first = request().send().await.unwrap().update;
    test.emulator.advance_until_idle();
    let second = request().send().await.unwrap().update;
    assert_eq!(first, second);
    let updates = test
        .client
        .list_updates()
        .name("c1")
        .addon_name("coredns")
        .send()
        .await;
    assert_eq!(updates.unwrap().update_ids().len(), 1);
    assert_refused(
        request().configuration_values("{}").send().await,
        400,
        "InvalidParameterException",
        "The clientRequestToken was already used by a request with different parameters.",
        &[],
    );
}

#[tokio::test]
async fn the_modification_time_moves_with_the_status() {
    let test = TestEmulator::with_cluster().await;
    let before = test.addon("coredns").await;
    test.emulator.advance(std::time::Duration::from_secs(5));
    test.update_addon("coredns").send().await.unwrap();
    let after = test.addon_now("coredns").await;
    assert_eq!(after.created_at(), before.created_at());
    assert_eq!(
        after.modified_at().unwrap().secs(),
        crate::support::START_SECONDS + 5
    );
}
