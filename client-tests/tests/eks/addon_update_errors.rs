//! What `UpdateAddon` refuses. A refused update changes nothing.

use aws_sdk_eks::operation::update_addon::builders::UpdateAddonFluentBuilder;
use aws_sdk_eks::types::AddonStatus;

use crate::refusal::{assert_refused, assert_role_refused};
use crate::support::{
    EBS, EBS_ACCOUNT, EBS_DEFAULT, FOREIGN_ROLE, ROLE, TOLD, TestEmulator, asked,
};

/// Asserts that an update is refused with both names, and changes nothing.
async fn assert_invalid(test: &TestEmulator, request: UpdateAddonFluentBuilder, message: &str) {
    let name = request.get_addon_name().clone().unwrap();
    let before = (test.addon_now(&name).await, test.associations().await);
    let members = [("clusterName", "c1"), ("addonName", name.as_str())];
    let exception = "InvalidParameterException";
    assert_refused(request.send().await, 400, exception, message, &members);
    assert_eq!(
        (test.addon_now(&name).await, test.associations().await),
        before
    );
    let updates = test
        .client
        .list_updates()
        .name("c1")
        .addon_name(name)
        .send()
        .await;
    assert_eq!(updates.unwrap().update_ids, Some(vec![]));
}

async fn with_addon(name: &str) -> TestEmulator {
    let test = TestEmulator::with_cluster().await;
    test.addon(name).await;
    test
}

#[tokio::test]
async fn a_missing_cluster_is_named() {
    let test = TestEmulator::start();
    assert_refused(
        test.update_addon("coredns").send().await,
        404,
        "ResourceNotFoundException",
        "No cluster found for name: c1.",
        &[("clusterName", "c1")],
    );
}

#[tokio::test]
async fn a_missing_add_on_is_named_with_its_cluster_by_every_operation() {
    let test = TestEmulator::with_cluster().await;
    let message = "No addon: coredns found in cluster: c1";
    let members = [("clusterName", "c1"), ("addonName", "coredns")];
    let exception = "ResourceNotFoundException";
    let update = test.update_addon("coredns").send().await;
    assert_refused(update, 404, exception, message, &members);
    let describe = test.describe_addon("coredns").send().await;
    assert_refused(describe, 404, exception, message, &members);
    let delete = test.delete_addon("coredns").send().await;
    assert_refused(delete, 404, exception, message, &members);
    let list = test
        .client
        .list_updates()
        .name("c1")
        .addon_name("coredns")
        .send()
        .await;
    assert_refused(list, 404, exception, message, &members);
    let request = test
        .client
        .describe_update()
        .name("c1")
        .addon_name("coredns");
    let id = "c00d2de2-c2e4-3d30-929e-46b8edec2ce4";
    assert_refused(
        request.update_id(id).send().await,
        404,
        exception,
        message,
        &members,
    );
}

#[tokio::test]
async fn a_busy_add_on_is_not_updated() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let assert_busy = async |status: &str| {
        assert_refused(
            test.update_addon("coredns").send().await,
            409,
            "ResourceInUseException",
            &format!("Addon coredns cannot be updated as it is currently in {status} state"),
            &[("clusterName", "c1"), ("addonName", "coredns")],
        );
    };
    test.create_addon("coredns").send().await.unwrap();
    assert_busy("CREATING").await;
    test.emulator.complete_all();
    test.update_addon("coredns").send().await.unwrap();
    assert_busy("UPDATING").await;
    test.delete_addon("coredns").send().await.unwrap();
    assert_busy("DELETING").await;
}

#[tokio::test]
async fn a_version_that_is_not_offered_is_refused() {
    let test = with_addon(EBS).await;
    for version in [
        "v1.63.1",
        "latest",
        "v0.0.0-eksbuild.1",
        "v1.51.1-eksbuild.1",
    ] {
        let request = test.update_addon(EBS).addon_version(version);
        assert_invalid(&test, request, "Addon version specified is not supported").await;
    }
    assert_eq!(test.addon_now(EBS).await.addon_version(), Some(EBS_DEFAULT));
}

#[tokio::test]
async fn the_current_version_is_refused_once_the_cluster_has_outgrown_it() {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .version("1.34")
        .send()
        .await
        .unwrap();
    let outgrown = "v1.51.1-eksbuild.1";
    test.finish(test.create_addon(EBS).addon_version(outgrown))
        .await;
    test.client
        .update_cluster_version()
        .name("c1")
        .version("1.35")
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    let request = test.update_addon(EBS).addon_version(outgrown);
    assert_invalid(&test, request, "Addon version specified is not supported").await;
    test.update_addon(EBS).send().await.unwrap();
}

#[tokio::test]
async fn configuration_values_that_do_not_fit_the_schema_are_refused() {
    let test = with_addon("coredns").await;
    let request = test
        .update_addon("coredns")
        .configuration_values("{\"replicaCount\": \"3\"}");
    let message = "ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.replicaCount: string found, integer expected]";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn associations_are_refused_for_a_version_without_pod_identity() {
    let test = with_addon("coredns").await;
    let request = test
        .update_addon("coredns")
        .pod_identity_associations(asked("coredns", ROLE));
    let message = "Pod Identity feature is not supported for addon version: v1.14.3-eksbuild.3";
    assert_invalid(&test, request, message).await;
    let none = test
        .update_addon("coredns")
        .set_pod_identity_associations(Some(vec![]));
    none.send().await.unwrap();
}

#[tokio::test]
async fn a_service_account_that_is_not_the_add_ons_is_refused() {
    let test = with_addon(EBS).await;
    let request = test
        .update_addon(EBS)
        .pod_identity_associations(asked("app", ROLE));
    let message = "Service account app in pod identity configuration is not supported for addon aws-ebs-csi-driver";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn a_service_account_that_is_named_twice_is_refused() {
    let test = with_addon(EBS).await;
    let request = test
        .update_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE))
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    let message = "Duplicate service account ebs-csi-controller-sa in pod identity configuration";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn an_existing_association_is_not_adopted() {
    let test = with_addon(EBS).await;
    let present = test.association("kube-system", EBS_ACCOUNT).await;
    let id = present.association_id().unwrap();
    let before = test.addon_now(EBS).await;
    let request = test
        .update_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    assert_refused(
        request.send().await,
        409,
        "ResourceInUseException",
        &format!("Association already exists: {id}"),
        &[("clusterName", "c1")],
    );
    let after = test.addon_now(EBS).await;
    assert_eq!(after.status(), Some(&AddonStatus::Active));
    assert_eq!(after, before);
    assert_eq!(test.association_now(id).await, present);
}

#[tokio::test]
async fn roles_of_other_accounts_and_empty_ones_are_refused() {
    let test = with_addon(EBS).await;
    let before = test.addon_now(EBS).await;
    for role in ["", FOREIGN_ROLE] {
        let request = test.update_addon(EBS);
        assert_role_refused(request.clone().service_account_role_arn(role).send().await);
        let request = request.pod_identity_associations(asked(EBS_ACCOUNT, role));
        assert_role_refused(request.send().await);
    }
    assert_eq!(test.addon_now(EBS).await, before);
}

#[tokio::test]
async fn a_malformed_role_is_quoted() {
    let test = with_addon(EBS).await;
    let message = "Invalid Role Arn: reader";
    let request = test.update_addon(EBS).service_account_role_arn("reader");
    assert_invalid(&test, request, message).await;
    let request = test
        .update_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, "reader"));
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn a_cluster_that_is_being_deleted_has_no_add_ons_updated() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    let result = test.update_addon("coredns").send().await;
    let message = "Cluster 'c1' is not in ACTIVE status";
    let members = [("clusterName", "c1")];
    assert_refused(result, 400, "InvalidRequestException", message, &members);
}
