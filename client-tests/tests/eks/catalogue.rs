//! What can be installed, and in which versions.

use aws_sdk_eks::types::VersionStatus;
use serde_json::{Value, json};

use crate::refusal::{assert_raw_refusal, assert_refused};
use crate::support::{EBS, EBS_ACCOUNT, EBS_DEFAULT, TestEmulator};

const INVALID: &str = "InvalidParameterException";

#[tokio::test]
async fn an_add_on_and_its_versions_on_the_wire() {
    let test = TestEmulator::start();
    let target = "/addons/supported-versions?addonName=aws-ebs-csi-driver&kubernetesVersion=1.36";
    let mut answer = test.raw("GET", target, "").await.json();
    let versions = answer["addons"][0]["addonVersions"].take();
    assert_eq!(
        answer,
        json!({
            "addons": [{
                "addonName": "aws-ebs-csi-driver", "type": "storage", "addonVersions": null,
                "publisher": "eks", "owner": "aws", "marketplaceInformation": null,
                "defaultNamespace": "kube-system",
            }],
            "nextToken": null,
        })
    );
    assert_eq!(
        versions[0],
        json!({
            "addonVersion": "v1.64.0-eksbuild.1", "architecture": ["amd64", "arm64"],
            "computeTypes": ["ec2"],
            "compatibilities": [{
                "clusterVersion": "1.36", "platformVersions": ["*"], "defaultVersion": true,
            }],
            "requiresConfiguration": false, "requiresIamPermissions": true,
        })
    );
    assert_eq!(versions[1]["addonVersion"], "v1.63.1-eksbuild.1");
    assert_eq!(versions[1]["compatibilities"][0]["defaultVersion"], false);
}

#[tokio::test]
async fn filters_narrow_each_other_and_widen_within() {
    let test = TestEmulator::start();
    let request = test.client.describe_addon_versions();
    let request = request
        .types("networking")
        .types("storage")
        .publishers("eks")
        .owners("aws");
    let answer = request.send().await.unwrap();
    let names: Vec<&str> = answer
        .addons()
        .iter()
        .map(|one| one.addon_name().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "aws-ebs-csi-driver",
            "aws-ec2-local-instance-store-csi-driver",
            "aws-efs-csi-driver",
            "aws-fsx-csi-driver",
            "coredns",
            "kube-proxy",
            "snapshot-controller",
            "vpc-cni",
        ]
    );
}

#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let test = TestEmulator::start();
    for (name, version) in [
        ("no-such-addon", "1.36"),
        (EBS, "1.99"),
        ("akuity_agent", "1.36"),
    ] {
        let request = test.client.describe_addon_versions().addon_name(name);
        let answer = request.kubernetes_version(version).send().await.unwrap();
        assert_eq!(answer.addons, Some(vec![]));
    }
}

#[tokio::test]
async fn every_add_on_offered_for_a_version_can_be_installed_in_its_default_version() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .client
        .describe_addon_versions()
        .kubernetes_version("1.36");
    let answer = request.owners("aws").send().await.unwrap();
    let mut installed = 0;
    for offered in answer.addons() {
        let is_default = |version: &&aws_sdk_eks::types::AddonVersionInfo| {
            version
                .compatibilities()
                .iter()
                .any(|one| one.default_version())
        };
        let Some(default) = offered.addon_versions().iter().find(is_default) else {
            continue;
        };
        if default.requires_configuration() {
            continue;
        }
        let request = test.create_addon(offered.addon_name().unwrap());
        let addon = request.send().await.unwrap().addon.unwrap();
        assert_eq!(addon.addon_version(), default.addon_version());
        let namespace = addon.namespace_config().unwrap().namespace();
        assert_eq!(namespace, offered.default_namespace());
        installed += 1;
    }
    assert!(installed > 15, "{installed}");
}

#[tokio::test]
async fn a_configuration_names_service_accounts_and_policies() {
    let test = TestEmulator::start();
    let request = test.client.describe_addon_configuration();
    let answer = request
        .addon_name(EBS)
        .addon_version(EBS_DEFAULT)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.addon_name(), Some(EBS));
    assert_eq!(answer.addon_version(), Some(EBS_DEFAULT));
    let schema: Value = serde_json::from_str(answer.configuration_schema().unwrap()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2019-09/schema"
    );
    let [own] = answer.pod_identity_configuration() else {
        panic!("one service account")
    };
    assert_eq!(own.service_account(), Some(EBS_ACCOUNT));
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";
    assert_eq!(own.recommended_managed_policies(), [policy]);
}

#[tokio::test]
async fn a_version_without_pod_identity_has_an_empty_configuration_for_it() {
    let test = TestEmulator::start();
    let request = test
        .client
        .describe_addon_configuration()
        .addon_name("coredns");
    let answer = request
        .addon_version("v1.14.3-eksbuild.3")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.pod_identity_configuration, Some(vec![]));
}

#[tokio::test]
async fn an_unknown_add_on_or_version_has_no_configuration() {
    let test = TestEmulator::start();
    let request = test.client.describe_addon_configuration();
    let result = request
        .clone()
        .addon_name("nope")
        .addon_version(EBS_DEFAULT)
        .send()
        .await;
    let message = "Addon nope specified is not supported";
    assert_refused(result, 400, INVALID, message, &[("addonName", "nope")]);
    let result = request
        .addon_name(EBS)
        .addon_version("v1.64.0")
        .send()
        .await;
    let message = "Addon version specified is not supported";
    assert_refused(result, 400, INVALID, message, &[("addonName", EBS)]);
}

#[tokio::test]
async fn a_configuration_is_asked_for_with_name_and_version() {
    let test = TestEmulator::start();
    for (query, member) in [
        ("addonVersion=v1", "addonName"),
        ("addonName=coredns", "addonVersion"),
    ] {
        let target = format!("/addons/configuration-schemas?{query}");
        let answer = test.raw("GET", &target, "").await;
        let message = format!("The parameter {member} must not be empty.");
        assert_raw_refusal(&answer, 400, INVALID, &message);
    }
}

#[tokio::test]
async fn cluster_versions_follow_the_clock() {
    let test = TestEmulator::start();
    let versions = async || {
        let answer = test
            .client
            .describe_cluster_versions()
            .send()
            .await
            .unwrap();
        let versions = answer.cluster_versions.unwrap().into_iter();
        versions
            .map(|one| one.cluster_version.unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        versions().await,
        ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31", "1.30"]
    );
    // 1.30 goes out of support on 2026-07-23.
    test.emulator
        .advance(std::time::Duration::from_secs(22 * 24 * 60 * 60));
    assert_eq!(
        versions().await,
        ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"]
    );
}

#[tokio::test]
async fn cluster_versions_are_filtered() {
    let test = TestEmulator::start();
    let request = test.client.describe_cluster_versions();
    let default = request.clone().default_only(true).send().await.unwrap();
    let [default] = default.cluster_versions() else {
        panic!("one default")
    };
    assert_eq!(default.cluster_version(), Some("1.36"));
    assert!(default.default_version());
    let extended = request
        .version_status(VersionStatus::ExtendedSupport)
        .send()
        .await
        .unwrap();
    let names: Vec<&str> = extended
        .cluster_versions()
        .iter()
        .map(|one| one.cluster_version().unwrap())
        .collect();
    assert_eq!(names, ["1.32", "1.31", "1.30"]);
}
