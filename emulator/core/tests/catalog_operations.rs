//! The operations that show the catalogue.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    DescribeAddonConfigurationRequest, DescribeAddonVersionsRequest, DescribeAddonVersionsResponse,
    DescribeClusterVersionsRequest, Error, Exception,
};
use eks_emulator_core::catalog::{self, Catalog};
use serde_json::json;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn names(response: DescribeAddonVersionsResponse) -> Vec<String> {
    let addons = response.addons.unwrap().into_iter();
    addons.map(|addon| addon.addon_name.unwrap()).collect()
}

fn addon_names(input: DescribeAddonVersionsRequest) -> Vec<String> {
    names(catalog::describe_addon_versions(&Catalog::tables(), input).unwrap())
}

/// The add-on, code and text of an `InvalidParameterException`.
fn invalid_parameter(error: Error) -> (Option<String>, String) {
    match error.exception() {
        Exception::InvalidParameterException(exception) => (
            exception.addon_name.clone(),
            exception.message.clone().unwrap(),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_filters_everything_comes_in_one_page() {
    let response =
        catalog::describe_addon_versions(&Catalog::tables(), Default::default()).unwrap();
    assert_eq!(response.next_token, None);
    let names = names(response);
    assert_eq!(names.len(), 84);
    assert!(names.is_sorted());
}

#[test]
fn an_entry_on_the_wire() {
    let input = DescribeAddonVersionsRequest {
        addon_name: some("VPC-CNI"),
        kubernetes_version: some("1.36"),
        ..Default::default()
    };
    let response = catalog::describe_addon_versions(&Catalog::tables(), input).unwrap();
    let mut response = serde_json::to_value(response).unwrap();
    let versions = response["addons"][0]["addonVersions"]
        .as_array_mut()
        .unwrap();
    versions.truncate(2);
    let version = |version: &str, default: bool| {
        json!({
            "addonVersion": version,
            "architecture": ["amd64", "arm64"],
            "computeTypes": ["ec2", "local-cluster"],
            "compatibilities": [
                {"clusterVersion": "1.36", "platformVersions": ["*"], "defaultVersion": default}
            ],
            "requiresConfiguration": false,
            "requiresIamPermissions": true
        })
    };
    assert_eq!(
        response["addons"],
        json!([{
            "addonName": "vpc-cni",
            "type": "networking",
            "addonVersions": [
                version("v1.23.0-eksbuild.1", false),
                version("v1.22.4-eksbuild.3", true),
            ],
            "publisher": "eks",
            "owner": "aws",
            "marketplaceInformation": null,
            "defaultNamespace": "kube-system"
        }])
    );
}

#[test]
fn compatibilities_are_newest_first() {
    let input = DescribeAddonVersionsRequest {
        addon_name: some("vpc-cni"),
        ..Default::default()
    };
    let response = catalog::describe_addon_versions(&Catalog::tables(), input).unwrap();
    let addons = response.addons.unwrap();
    let newest = &addons[0].addon_versions.as_ref().unwrap()[0];
    let compatibilities = newest.compatibilities.as_ref().unwrap().iter();
    let cluster_versions: Vec<&str> = compatibilities
        .map(|each| each.cluster_version.as_deref().unwrap())
        .collect();
    assert_eq!(
        cluster_versions,
        ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"]
    );
}

#[test]
fn filters_narrow_each_other_and_widen_within() {
    let owned_by = |owners: &[&str]| {
        addon_names(DescribeAddonVersionsRequest {
            owners: list(owners),
            ..Default::default()
        })
    };
    assert_eq!(owned_by(&["aws"]).len(), 23);
    assert_eq!(owned_by(&["community"]).len(), 6);
    assert_eq!(owned_by(&["aws", "community"]).len(), 29);
    assert_eq!(owned_by(&["AWS"]).len(), 0);
    assert_eq!(owned_by(&[]).len(), 84);
    let input = DescribeAddonVersionsRequest {
        types: list(&["networking", "storage"]),
        publishers: list(&["eks", "s3"]),
        owners: list(&["aws"]),
        ..Default::default()
    };
    assert_eq!(
        addon_names(input),
        [
            "aws-ebs-csi-driver",
            "aws-ec2-local-instance-store-csi-driver",
            "aws-efs-csi-driver",
            "aws-fsx-csi-driver",
            "aws-mountpoint-s3-csi-driver",
            "coredns",
            "kube-proxy",
            "snapshot-controller",
            "vpc-cni",
        ]
    );
}

#[test]
fn nothing_found_is_not_an_error() {
    let found = |addon_name: &str, kubernetes_version: &str| {
        addon_names(DescribeAddonVersionsRequest {
            addon_name: some(addon_name),
            kubernetes_version: some(kubernetes_version),
            ..Default::default()
        })
    };
    assert_eq!(found("no-such-addon", "1.36"), Vec::<String>::new());
    assert_eq!(found("vpc-cni", "1.99"), Vec::<String>::new());
    assert_eq!(found("vpc-cni", "1.36.0"), Vec::<String>::new());
    assert_eq!(
        found("upbound_universal-crossplane", "1.36"),
        Vec::<String>::new()
    );
    assert_eq!(found("vpc-cni", "1.36"), ["vpc-cni"]);
}

#[test]
fn pages_join_to_the_whole() {
    let mut joined = Vec::new();
    let mut sizes = Vec::new();
    let mut next_token = None;
    loop {
        let input = DescribeAddonVersionsRequest {
            max_results: Some(40),
            next_token,
            ..Default::default()
        };
        let response = catalog::describe_addon_versions(&Catalog::tables(), input).unwrap();
        next_token = response.next_token.clone();
        let page = names(response);
        sizes.push(page.len());
        joined.extend(page);
        if next_token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [40, 40, 4]);
    assert_eq!(joined, addon_names(Default::default()));
}

#[test]
fn a_strange_token_is_refused() {
    let input = DescribeAddonVersionsRequest {
        next_token: some("strange"),
        ..Default::default()
    };
    let error = catalog::describe_addon_versions(&Catalog::tables(), input).unwrap_err();
    assert_eq!(invalid_parameter(error).0, None);
}

fn configuration(partition: &str, addon_name: &str, addon_version: &str) -> serde_json::Value {
    let input = DescribeAddonConfigurationRequest {
        addon_name: addon_name.to_owned(),
        addon_version: addon_version.to_owned(),
    };
    let response =
        catalog::describe_addon_configuration(&Catalog::tables(), partition, input).unwrap();
    serde_json::to_value(response).unwrap()
}

#[test]
fn a_configuration_on_the_wire() {
    let response = configuration("aws", "AWS-EBS-CSI-Driver", "v1.64.0-eksbuild.1");
    assert_eq!(response["addonName"], "aws-ebs-csi-driver");
    assert_eq!(response["addonVersion"], "v1.64.0-eksbuild.1");
    assert_eq!(
        response["podIdentityConfiguration"],
        json!([{
            "serviceAccount": "ebs-csi-controller-sa",
            "recommendedManagedPolicies": [
                "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
            ]
        }])
    );
    let schema: serde_json::Value =
        serde_json::from_str(response["configurationSchema"].as_str().unwrap()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2019-09/schema"
    );
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn policies_are_those_of_the_callers_partition() {
    let response = configuration("aws-cn", "aws-ebs-csi-driver", "v1.64.0-eksbuild.1");
    assert_eq!(
        response["podIdentityConfiguration"][0]["recommendedManagedPolicies"][0],
        "arn:aws-cn:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    );
}

#[test]
fn nothing_to_recommend_is_an_empty_list() {
    let response = configuration("aws", "coredns", "v1.14.3-eksbuild.3");
    assert_eq!(response["podIdentityConfiguration"], json!([]));
}

#[test]
fn unknown_add_ons_and_versions_have_no_configuration() {
    let refusal = |addon_name: &str, addon_version: &str| {
        let input = DescribeAddonConfigurationRequest {
            addon_name: addon_name.to_owned(),
            addon_version: addon_version.to_owned(),
        };
        invalid_parameter(
            catalog::describe_addon_configuration(&Catalog::tables(), "aws", input).unwrap_err(),
        )
    };
    assert_eq!(
        refusal("nope", "v1.0.0-eksbuild.1"),
        (
            some("nope"),
            "Addon nope specified is not supported".to_owned()
        )
    );
    assert_eq!(
        refusal("vpc-cni", "latest"),
        (
            some("vpc-cni"),
            "Addon version specified is not supported".to_owned()
        )
    );
}

/// 2026-11-25T00:00:00Z.
const NOW: Timestamp = Timestamp::from_milliseconds(1_795_564_800_000);

fn cluster_versions(input: DescribeClusterVersionsRequest) -> Vec<String> {
    let response = catalog::describe_cluster_versions(NOW, input).unwrap();
    let versions = response.cluster_versions.unwrap().into_iter();
    versions
        .map(|version| version.cluster_version.unwrap())
        .collect()
}

#[test]
fn supported_cluster_versions_are_shown() {
    assert_eq!(
        cluster_versions(Default::default()),
        ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"]
    );
    let all = DescribeClusterVersionsRequest {
        include_all: Some(true),
        ..Default::default()
    };
    let all = cluster_versions(all);
    assert_eq!(all.len(), 14);
    assert_eq!(all[13], "1.23");
    let later = catalog::describe_cluster_versions(
        NOW.plus_milliseconds(2 * 86_400_000),
        Default::default(),
    );
    assert_eq!(later.unwrap().cluster_versions.unwrap().len(), 5);
}

#[test]
fn cluster_versions_are_filtered() {
    let cases = [
        (json!({"defaultOnly": true}), vec!["1.36"]),
        (
            json!({"defaultOnly": false, "clusterVersions": ["1.33", "1.28", "1.99"]}),
            vec!["1.33", "1.28"],
        ),
        (
            json!({"versionStatus": "EXTENDED_SUPPORT"}),
            vec!["1.33", "1.32", "1.31"],
        ),
        (
            json!({"status": "standard-support"}),
            vec!["1.36", "1.35", "1.34"],
        ),
        (
            json!({"status": "unsupported", "clusterVersions": ["1.30", "1.36"]}),
            vec!["1.30"],
        ),
        (
            json!({"versionStatus": "UNSUPPORTED", "status": "extended-support"}),
            vec![],
        ),
        (
            json!({"clusterType": "eks", "defaultOnly": true}),
            vec!["1.36"],
        ),
        (json!({"clusterType": "other"}), vec![]),
        (
            json!({"clusterVersions": [], "defaultOnly": true}),
            vec!["1.36"],
        ),
    ];
    for (input, expected) in cases {
        let request = serde_json::from_value(input.clone()).unwrap();
        assert_eq!(cluster_versions(request), expected, "{input}");
    }
}

#[test]
fn a_cluster_version_on_the_wire() {
    let input = DescribeClusterVersionsRequest {
        cluster_versions: list(&["1.34"]),
        ..Default::default()
    };
    let response = catalog::describe_cluster_versions(NOW, input).unwrap();
    let mut response = serde_json::to_value(response).unwrap();
    let entry = response["clusterVersions"][0].as_object_mut().unwrap();
    let tiers = entry.remove("controlPlaneScalingTiers").unwrap();
    let components = entry.remove("controlPlaneComponentConfig").unwrap();
    assert_eq!(
        response,
        json!({
            "nextToken": null,
            "clusterVersions": [{
                "clusterVersion": "1.34",
                "clusterType": "eks",
                "defaultPlatformVersion": "eks.27",
                "defaultVersion": false,
                "releaseDate": 1_759_363_200.0,
                "endOfStandardSupportDate": 1_796_169_600.0,
                "endOfExtendedSupportDate": 1_827_705_600.0,
                "status": "STANDARD_SUPPORT",
                "versionStatus": "STANDARD_SUPPORT",
                "kubernetesPatchVersion": "1.34.7"
            }]
        })
    );
    assert_eq!(
        tiers[0],
        json!({
            "tierName": "tier-xl",
            "apiRequestConcurrency": 2000,
            "podSchedulingRatePerSecond": 167,
            "clusterDatabaseSizeGb": 16,
            "controlPlaneComponentConfigOverrides": null
        })
    );
    assert_eq!(tiers.as_array().unwrap().len(), 4);
    assert_eq!(
        components["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"]["defaultValue"]["type"],
        "LeastAllocated"
    );
    assert_eq!(
        components["kubeApiServerConfig"]["eventTtl"]["defaultValue"],
        "60m"
    );
}

#[test]
fn old_control_planes_cannot_be_configured() {
    let configurable = |version: &str| {
        let input = DescribeClusterVersionsRequest {
            cluster_versions: list(&[version]),
            ..Default::default()
        };
        let response = catalog::describe_cluster_versions(NOW, input).unwrap();
        let entry = response.cluster_versions.unwrap().remove(0);
        entry.control_plane_component_config.is_some()
    };
    assert!(configurable("1.31"));
    assert!(!configurable("1.30"));
}

#[test]
fn pages_of_cluster_versions_join_to_the_whole() {
    let input = |next_token| DescribeClusterVersionsRequest {
        max_results: Some(4),
        next_token,
        ..Default::default()
    };
    let first = catalog::describe_cluster_versions(NOW, input(None)).unwrap();
    assert_eq!(first.cluster_versions.unwrap().len(), 4);
    assert_eq!(cluster_versions(input(first.next_token)), ["1.32", "1.31"]);
}
