//! What `CreateAddon` refuses.

use aws_sdk_eks::operation::create_addon::builders::CreateAddonFluentBuilder;
use aws_sdk_eks::types::AddonNamespaceConfigRequest;
use eks_emulator::Limits;

use crate::refusal::{assert_refused, assert_role_refused};
use crate::support::{EBS, EBS_ACCOUNT, FOREIGN_ROLE, ROLE, TOLD, TestEmulator, asked};

const INVALID: &str = "InvalidParameterException";

/// Asserts that a creation is refused with both names, and makes nothing.
async fn assert_invalid(test: &TestEmulator, request: CreateAddonFluentBuilder, message: &str) {
    let name = request.get_addon_name().clone().unwrap();
    let members = [("clusterName", "c1"), ("addonName", name.as_str())];
    assert_refused(request.send().await, 400, INVALID, message, &members);
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.associations().await, []);
}

#[tokio::test]
async fn a_missing_cluster_is_named() {
    let test = TestEmulator::start();
    assert_refused(
        test.create_addon("coredns").send().await,
        404,
        "ResourceNotFoundException",
        "No cluster found for name: c1.",
        &[("clusterName", "c1")],
    );
}

#[tokio::test]
async fn an_add_on_that_exists_is_refused_without_names_in_every_state() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let assert_exists = async || {
        let again = test.create_addon("coredns").send().await;
        let exception = "ResourceInUseException";
        assert_refused(again, 409, exception, "Addon already exists.", &[]);
    };
    test.create_addon("coredns").send().await.unwrap();
    assert_exists().await;
    test.emulator.complete_all();
    assert_exists().await;
    test.update_addon("coredns").send().await.unwrap();
    assert_exists().await;
    test.delete_addon("coredns").send().await.unwrap();
    assert_exists().await;
}

#[tokio::test]
async fn an_add_on_that_the_kubernetes_version_does_not_have_is_refused() {
    let test = TestEmulator::with_cluster().await;
    for name in ["no-such-addon", "akuity_agent"] {
        let message = format!("Addon {name} specified is not supported in 1.36 kubernetes version");
        assert_invalid(&test, test.create_addon(name), &message).await;
    }
}

#[tokio::test]
async fn a_version_that_is_not_offered_is_refused() {
    let test = TestEmulator::with_cluster().await;
    for version in [
        "v1.63.1",
        "latest",
        "v0.0.0-eksbuild.1",
        "v1.51.1-eksbuild.1",
    ] {
        let request = test.create_addon(EBS).addon_version(version);
        assert_invalid(&test, request, "Addon version specified is not supported").await;
    }
}

#[tokio::test]
async fn configuration_values_that_do_not_fit_the_schema_are_refused() {
    let test = TestEmulator::with_cluster().await;
    let prefix = "ConfigurationValue provided in request is not supported: Json schema validation failed with error:";
    for (values, list) in [
        ("null", "[$: null found, object expected]"),
        (
            "{\"podAnnotation\": {}}",
            "[$.podAnnotation: is not defined in the schema and the schema does not allow additional properties]",
        ),
        (
            "replicaCount: many",
            "[$.replicaCount: string found, integer expected]",
        ),
    ] {
        let request = test.create_addon("coredns").configuration_values(values);
        assert_invalid(&test, request, &format!("{prefix} {list}")).await;
    }
}

#[tokio::test]
async fn associations_are_refused_for_a_version_without_pod_identity() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon("coredns")
        .pod_identity_associations(asked("coredns", ROLE));
    let message = "Pod Identity feature is not supported for addon version: v1.14.3-eksbuild.3";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn a_service_account_that_is_not_the_add_ons_is_refused() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE))
        .pod_identity_associations(asked("app", ROLE));
    let message = "Service account app in pod identity configuration is not supported for addon aws-ebs-csi-driver";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn a_service_account_that_is_named_twice_is_refused() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE))
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    let message = "Duplicate service account ebs-csi-controller-sa in pod identity configuration";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn an_existing_association_is_not_adopted() {
    let test = TestEmulator::with_cluster().await;
    let present = test.association("kube-system", EBS_ACCOUNT).await;
    let id = present.association_id().unwrap();
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    assert_refused(
        request.send().await,
        409,
        "ResourceInUseException",
        &format!("Association already exists: {id}"),
        &[("clusterName", "c1")],
    );
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.association_now(id).await, present);
}

#[tokio::test]
async fn roles_of_other_accounts_and_empty_ones_are_refused() {
    let test = TestEmulator::with_cluster().await;
    for role in ["", FOREIGN_ROLE] {
        let request = test.create_addon(EBS);
        for request in [
            request.clone().service_account_role_arn(role),
            request.pod_identity_associations(asked(EBS_ACCOUNT, role)),
        ] {
            assert_role_refused(request.send().await);
        }
    }
    assert_eq!(test.addon_names().await, [""; 0]);
}

#[tokio::test]
async fn a_malformed_role_is_quoted() {
    let test = TestEmulator::with_cluster().await;
    for role in ["reader", "arn:aws:iam::111122223333:user/reader"] {
        let message = format!("Invalid Role Arn: {role}");
        let request = test.create_addon(EBS).service_account_role_arn(role);
        assert_invalid(&test, request, &message).await;
        let request = test
            .create_addon(EBS)
            .pod_identity_associations(asked(EBS_ACCOUNT, role));
        assert_invalid(&test, request, &message).await;
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_active_takes_no_add_ons() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    let assert_not_active = async || {
        let result = test.create_addon("coredns").send().await;
        let message = "Cluster 'c1' is not in ACTIVE status";
        let exception = "InvalidRequestException";
        assert_refused(result, 400, exception, message, &[("clusterName", "c1")]);
    };
    test.create_cluster("c1").send().await.unwrap();
    assert_not_active().await;
    test.emulator.complete_all();
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    assert_not_active().await;
}

#[tokio::test]
async fn a_cluster_that_is_being_updated_takes_add_ons() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let update = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    update.send().await.unwrap();
    test.create_addon("coredns").send().await.unwrap();
}

#[tokio::test]
async fn a_marketplace_add_on_takes_no_namespace() {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .version("1.35")
        .send()
        .await
        .unwrap();
    let namespace = AddonNamespaceConfigRequest::builder()
        .namespace("agent")
        .build();
    let request = test
        .create_addon("akuity_agent")
        .namespace_config(namespace);
    let message = "Namespace configuration is not supported for addon akuity_agent";
    assert_invalid(&test, request, message).await;
}

#[tokio::test]
async fn a_namespace_that_is_no_label_is_refused() {
    let test = TestEmulator::with_cluster().await;
    for namespace in ["Storage", "a.b", "-a"] {
        let own = AddonNamespaceConfigRequest::builder()
            .namespace(namespace)
            .build();
        let request = test.create_addon(EBS).namespace_config(own);
        let error = request
            .send()
            .await
            .expect_err("no label")
            .into_service_error();
        assert!(error.is_invalid_parameter_exception(), "{error:?}");
    }
}

#[tokio::test]
async fn a_full_cluster_refuses_an_add_on_that_brings_associations() {
    let limits = Limits {
        associations: 1,
        ..Limits::default()
    };
    let test = TestEmulator::with_cluster_and(|builder| builder.limits(limits)).await;
    test.association("default", "app").await;
    let request = test
        .create_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    assert_refused(
        request.send().await,
        400,
        "InvalidRequestException",
        "You have reached the maximum number of Pod Identity associations (1) for cluster c1.",
        &[("clusterName", "c1"), ("addonName", EBS)],
    );
    assert_eq!(test.addon_names().await, [""; 0]);
}

#[tokio::test]
async fn reserved_tags_are_refused() {
    let test = TestEmulator::with_cluster().await;
    assert_refused(
        test.create_addon("coredns")
            .tags("AWS:team", "blue")
            .send()
            .await,
        400,
        INVALID,
        "Tag keys starting with aws: are reserved for system use.",
        &[],
    );
}

#[tokio::test]
async fn what_is_checked_first_is_reported_first() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .create_addon("coredns")
        .pod_identity_associations(asked("app", ROLE));
    let support = "Pod Identity feature is not supported for addon version: v1.14.3-eksbuild.3";
    assert_invalid(&test, request.clone(), support).await;
    let request = request.service_account_role_arn("");
    assert_role_refused(request.clone().send().await);
    let request = request.configuration_values("null");
    let values = "ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$: null found, object expected]";
    assert_invalid(&test, request.clone(), values).await;
    let request = request.addon_version("latest");
    assert_invalid(&test, request, "Addon version specified is not supported").await;
}
