//! `CreateAddon`: what a new add-on is, and what it owns.

use aws_sdk_eks::types::{AddonNamespaceConfigRequest, AddonStatus, ResolveConflicts};
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome};
use serde_json::{Value, json};

use crate::refusal::assert_refused;
use crate::support::{
    EBS, EBS_ACCOUNT, EBS_DEFAULT, EBS_OLDER, OTHER_ROLE, ROLE, TestEmulator, addon_rule, asked,
    issue,
};

#[tokio::test]
async fn an_add_on_is_creating_at_first_and_active_at_the_next_look() {
    let test = TestEmulator::with_cluster().await;
    let answer = test.create_addon("coredns").send().await.unwrap();
    let created = answer.addon.unwrap();
    assert_eq!(created.status(), Some(&AddonStatus::Creating));
    let now = test.addon_now("coredns").await;
    assert_eq!(now.status(), Some(&AddonStatus::Active));
    assert_eq!(now.addon_arn(), created.addon_arn());
}

#[tokio::test]
async fn a_new_add_on_on_the_wire() {
    let test = TestEmulator::with_cluster().await;
    test.create_addon("coredns").send().await.unwrap();
    let mut addon = test.raw_addon("coredns").await;
    let arn = addon["addonArn"].take();
    let start = "arn:aws:eks:us-west-2:111122223333:addon/c1/coredns/";
    let id = arn.as_str().unwrap().strip_prefix(start).unwrap();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(
        addon,
        json!({
            "addonName": "coredns", "clusterName": "c1", "status": "ACTIVE",
            "addonVersion": "v1.14.3-eksbuild.3", "health": { "issues": [] }, "addonArn": null,
            "createdAt": 1_782_864_000.0, "modifiedAt": 1_782_864_000.013,
            "serviceAccountRoleArn": null, "tags": {}, "publisher": null, "owner": null,
            "marketplaceInformation": null, "configurationValues": null,
            "podIdentityAssociations": null, "namespaceConfig": { "namespace": "kube-system" },
        })
    );
}

#[tokio::test]
async fn without_a_version_the_default_of_the_kubernetes_version_is_installed() {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .version("1.30")
        .send()
        .await
        .unwrap();
    let addon = test.addon(EBS).await;
    assert_eq!(addon.addon_version(), Some("v1.63.0-eksbuild.1"));
    test.create_cluster("c2").send().await.unwrap();
    let request = test
        .client
        .create_addon()
        .cluster_name("c2")
        .addon_name(EBS);
    let addon = request.send().await.unwrap().addon.unwrap();
    assert_eq!(addon.addon_version(), Some(EBS_DEFAULT));
}

#[tokio::test]
async fn the_version_asked_for_is_installed() {
    let test = TestEmulator::with_cluster().await;
    let addon = test
        .finish(test.create_addon(EBS).addon_version(EBS_OLDER))
        .await;
    assert_eq!(addon.addon_version(), Some(EBS_OLDER));
}

#[tokio::test]
async fn add_ons_are_found_however_their_names_are_capitalised() {
    let test = TestEmulator::with_cluster().await;
    let addon = test.addon("CoreDNS").await;
    assert_eq!(addon.addon_name(), Some("coredns"));
    assert_eq!(test.addon_names().await, ["coredns"]);
}

#[tokio::test]
async fn configuration_values_come_back_as_they_were_written() {
    for values in ["{ \"replicas\":  3 }\n", "{}", "replicas: 3 # three\n"] {
        let test = TestEmulator::with_cluster().await;
        let request = test
            .create_addon("metrics-server")
            .configuration_values(values);
        let addon = test.finish(request).await;
        assert_eq!(addon.configuration_values(), Some(values));
    }
}

#[tokio::test]
async fn every_way_to_resolve_conflicts_is_taken_on_creation() {
    for way in [
        ResolveConflicts::None,
        ResolveConflicts::Overwrite,
        ResolveConflicts::Preserve,
    ] {
        let test = TestEmulator::with_cluster().await;
        test.finish(test.create_addon("coredns").resolve_conflicts(way))
            .await;
    }
}

#[tokio::test]
async fn associations_asked_for_at_creation_are_owned_by_the_add_on() {
    let test = TestEmulator::with_cluster().await;
    let addon = test.addon_with_association().await;
    let [summary] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(summary.owner_arn(), addon.addon_arn());
    let arn = summary.association_arn().unwrap();
    assert_eq!(addon.pod_identity_associations(), [arn]);
    let id = summary.association_id().unwrap();
    let expected = format!("arn:aws:eks:us-west-2:111122223333:podidentityassociation/c1/{id}");
    assert_eq!(arn, expected);
    let association = test.association_now(id).await;
    assert_eq!(association.owner_arn(), addon.addon_arn());
    assert_eq!(association.role_arn(), Some(ROLE));
    assert_eq!(association.namespace(), Some("kube-system"));
    assert_eq!(association.service_account(), Some(EBS_ACCOUNT));
    assert_eq!(association.disable_session_tags(), Some(false));
}

#[tokio::test]
async fn owned_associations_exist_when_the_creation_returns() {
    let test =
        TestEmulator::with_cluster_and(|builder| builder.lifecycle(crate::support::TOLD)).await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    let addon = request.send().await.unwrap().addon.unwrap();
    assert_eq!(addon.status(), Some(&AddonStatus::Creating));
    assert_eq!(addon.pod_identity_associations().len(), 1);
    assert_eq!(test.associations().await[0].owner_arn(), addon.addon_arn());
}

#[tokio::test]
async fn associations_made_by_hand_are_on_no_add_on_even_for_its_service_account() {
    let test = TestEmulator::with_cluster().await;
    test.association("kube-system", EBS_ACCOUNT).await;
    let addon = test.addon(EBS).await;
    assert_eq!(addon.pod_identity_associations, None);
    let [summary] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(summary.owner_arn(), None);
}

#[tokio::test]
async fn owned_associations_live_in_the_add_ons_namespace() {
    let test = TestEmulator::with_cluster().await;
    let own = AddonNamespaceConfigRequest::builder()
        .namespace("storage")
        .build();
    let request = test.create_addon(EBS).namespace_config(own);
    let addon = test
        .finish(request.pod_identity_associations(asked(EBS_ACCOUNT, ROLE)))
        .await;
    assert_eq!(
        addon.namespace_config().unwrap().namespace(),
        Some("storage")
    );
    assert_eq!(test.associations().await[0].namespace(), Some("storage"));

    let test = TestEmulator::with_cluster().await;
    let request = test.create_addon("adot");
    test.finish(request.pod_identity_associations(asked("adot-col-otlp-ingest", ROLE)))
        .await;
    let [summary] = &test.associations().await[..] else {
        panic!("one association")
    };
    assert_eq!(summary.namespace(), Some("opentelemetry-operator-system"));
}

#[tokio::test]
async fn both_kinds_of_role_may_be_given_at_creation() {
    let test = TestEmulator::with_cluster().await;
    let request = test.create_addon(EBS).service_account_role_arn(OTHER_ROLE);
    let addon = test
        .finish(request.pod_identity_associations(asked(EBS_ACCOUNT, ROLE)))
        .await;
    assert_eq!(addon.service_account_role_arn(), Some(OTHER_ROLE));
    assert_eq!(addon.pod_identity_associations().len(), 1);
    let id = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    assert_eq!(test.association_now(&id).await.role_arn(), Some(ROLE));
}

#[tokio::test]
async fn tags_of_an_add_on_are_not_tags_of_its_associations() {
    let test = TestEmulator::with_cluster().await;
    let request = test.create_addon(EBS).tags("team", "blue");
    let addon = test
        .finish(request.pod_identity_associations(asked(EBS_ACCOUNT, ROLE)))
        .await;
    assert_eq!(addon.tags().unwrap()["team"], "blue");
    let id = test.associations().await[0]
        .association_id()
        .unwrap()
        .to_owned();
    assert!(test.association_now(&id).await.tags().unwrap().is_empty());
}

#[tokio::test]
async fn an_empty_list_of_associations_is_always_taken_and_shown() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon("coredns")
        .set_pod_identity_associations(Some(vec![]));
    let addon = test.finish(request).await;
    assert_eq!(addon.pod_identity_associations, Some(vec![]));
}

#[tokio::test]
async fn any_well_formed_role_of_the_account_will_do() {
    for role in [
        "arn:aws:iam::111122223333:role/nobody-made-this",
        "arn:aws:iam::111122223333:role/with/a/path/reader",
    ] {
        let test = TestEmulator::with_cluster().await;
        let request = test.create_addon(EBS).service_account_role_arn(role);
        test.finish(request.pod_identity_associations(asked(EBS_ACCOUNT, role)))
            .await;
    }
}

#[tokio::test]
async fn an_add_on_whose_creation_failed_is_created_again() {
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    let test = TestEmulator::with_cluster().await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Create, failure));
    test.create_addon("coredns").send().await.unwrap();
    let failed = test.addon_now("coredns").await;
    assert_eq!(failed.status(), Some(&AddonStatus::CreateFailed));
    test.emulator.clear_transition_rules();
    let request = test
        .create_addon("coredns")
        .addon_version("v1.14.3-eksbuild.2");
    let again = request.send().await.unwrap().addon.unwrap();
    assert_eq!(again.status(), Some(&AddonStatus::Creating));
    let now = test.addon_now("coredns").await;
    assert_eq!(now.status(), Some(&AddonStatus::Active));
    assert_eq!(now.addon_version(), Some("v1.14.3-eksbuild.2"));
    assert_eq!(now.health().unwrap().issues(), []);
}

#[tokio::test]
async fn an_add_on_made_again_is_another_one() {
    let test = TestEmulator::with_cluster().await;
    let first = test.addon("coredns").await;
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.advance_until_idle();
    let second = test.addon("coredns").await;
    assert_ne!(first.addon_arn(), second.addon_arn());
}

#[tokio::test]
async fn a_creation_that_comes_again_with_its_token_is_answered_alike() {
    let test = TestEmulator::with_cluster().await;
    let request = || test.create_addon("coredns").client_request_token("once");
    let first = request().send().await.unwrap().addon;
    let second = request().send().await.unwrap().addon;
    assert_eq!(first, second);
    assert_refused(
        request().addon_version("v1.14.3-eksbuild.2").send().await,
        400,
        "InvalidParameterException",
        "The clientRequestToken was already used by a request with different parameters.",
        &[],
    );
}

#[tokio::test]
async fn a_refused_creation_does_not_use_up_its_token() {
    let test = TestEmulator::with_cluster().await;
    let request = || test.create_addon(EBS).client_request_token("once");
    let foreign = "arn:aws:iam::999988887777:role/foreign";
    let refused = request().service_account_role_arn(foreign).send().await;
    refused.expect_err("a role of another account");
    test.finish(request().service_account_role_arn(ROLE)).await;
}

#[tokio::test]
async fn add_ons_are_listed_by_name() {
    let test = TestEmulator::with_cluster().await;
    for name in ["vpc-cni", "coredns", "kube-proxy"] {
        test.addon(name).await;
    }
    assert_eq!(
        test.addon_names().await,
        ["coredns", "kube-proxy", "vpc-cni"]
    );
    let answer = test.raw("GET", "/clusters/c1/addons", "").await.json();
    assert_eq!(answer["nextToken"], Value::Null);
}

#[tokio::test]
async fn a_marketplace_add_on_shows_its_publisher() {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .version("1.35")
        .send()
        .await
        .unwrap();
    let name = "chainguard_aws-ebs-csi-driver-fips";
    let addon = test.addon(name).await;
    assert_eq!(addon.publisher(), Some("Chainguard"));
    assert_eq!(addon.owner(), Some("aws-marketplace"));
    let product = addon.marketplace_information().unwrap();
    assert_eq!(product.product_id(), Some("prod-agtyqondb4jkk"));
}
