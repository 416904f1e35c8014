//! The catalogue's tables: rules that hold for all of them, and rows known by heart.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::VersionStatus;
use eks_emulator_core::catalog::{self, Addon, AddonVersion};
use serde_json::{Value, json};

const CURRENT: [&str; 8] = [
    "1.36", "1.35", "1.34", "1.33", "1.32", "1.31", "1.30", "1.29",
];

fn addon(name: &str) -> &'static Addon {
    catalog::addon(name).unwrap_or_else(|| panic!("no add-on {name}"))
}

fn version(addon_name: &str, version: &str) -> &'static AddonVersion {
    let found = addon(addon_name).version(version);
    found.unwrap_or_else(|| panic!("no version {version} of {addon_name}"))
}

fn default(addon_name: &str, kubernetes_version: &str) -> Option<&'static str> {
    let default = addon(addon_name).default_version(kubernetes_version);
    default.map(|version| version.version)
}

/// Service account and policies of a version, shortened to what differs.
fn pod_identity(addon_name: &str, of: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let configuration = version(addon_name, of).pod_identity_configuration();
    let short = |arn: &'static str| arn.strip_prefix("arn:aws:iam::aws:policy/").unwrap();
    configuration
        .iter()
        .map(|each| {
            let policies = each.recommended_managed_policies.iter();
            (
                each.service_account,
                policies.map(|arn| short(arn)).collect(),
            )
        })
        .collect()
}

#[test]
fn there_are_84_add_ons_in_ascending_order() {
    let names: Vec<&str> = catalog::addons().iter().map(|addon| addon.name).collect();
    assert_eq!(names.len(), 84);
    assert!(names.is_sorted_by(|left, right| left < right));
    let versions = catalog::addons().iter().map(|addon| addon.versions().len());
    assert_eq!(versions.sum::<usize>(), 1253);
}

#[test]
fn names_are_found_in_any_case() {
    for addon in catalog::addons() {
        let shouted = addon.name.to_ascii_uppercase();
        assert_eq!(catalog::addon(addon.name).unwrap().name, addon.name);
        assert_eq!(catalog::addon(&shouted).unwrap().name, addon.name);
    }
    for unknown in ["", "vpc", "vpc-cni ", "aws-privateca-issuer", "zzz"] {
        assert!(catalog::addon(unknown).is_none(), "{unknown:?}");
    }
}

#[test]
fn every_listed_cluster_version_has_one_default() {
    for addon in catalog::addons() {
        for minor in 0..64 {
            let cluster_version = format!("1.{minor}");
            let versions = addon.versions().iter();
            let defaults = versions.filter(|version| version.is_default_for(&cluster_version));
            let expected = usize::from(addon.is_offered_for(&cluster_version));
            assert_eq!(
                defaults.count(),
                expected,
                "{} on {cluster_version}",
                addon.name
            );
        }
    }
}

#[test]
fn a_default_runs_on_its_cluster_version() {
    for addon in catalog::addons() {
        for cluster_version in CURRENT {
            if let Some(default) = addon.default_version(cluster_version) {
                assert!(
                    default.supports(cluster_version),
                    "{} {cluster_version}",
                    addon.name
                );
            }
        }
    }
}

#[test]
fn nothing_runs_on_a_version_newer_than_the_newest() {
    assert_eq!(catalog::cluster_versions()[0].version, "1.36");
    for addon in catalog::addons() {
        assert!(!addon.is_offered_for("1.37"), "{}", addon.name);
    }
}

#[test]
fn versions_are_newest_first() {
    let numbers = |version: &AddonVersion| -> Vec<u64> {
        let digits = version
            .version
            .split(|character: char| !character.is_ascii_digit());
        digits
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().unwrap())
            .collect()
    };
    let out_of_order: Vec<&str> = catalog::addons()
        .iter()
        .filter(|addon| {
            !addon
                .versions()
                .is_sorted_by(|a, b| numbers(a) > numbers(b))
        })
        .map(|addon| addon.name)
        .collect();
    // One publisher puts dates into the patch number.
    assert_eq!(
        out_of_order,
        [
            "chainguard_aws-ebs-csi-driver-fips",
            "chainguard_aws-efs-csi-driver-fips",
            "chainguard_aws-vpc-cni-fips",
            "chainguard_coredns-fips",
            "chainguard_kube-proxy-fips",
        ]
    );
}

#[test]
fn kube_proxy_serves_its_own_minor_and_up_to_three_newer_ones() {
    for version in addon("kube-proxy").versions() {
        let own = version.version.split('.').nth(1).unwrap();
        let own: u8 = own.parse().unwrap();
        for minor in 20..64 {
            if version.supports(&format!("1.{minor}")) {
                assert!(
                    (own..=own + 3).contains(&minor),
                    "{} on 1.{minor}",
                    version.version
                );
            }
        }
    }
}

#[test]
fn who_asks_for_permissions_says_for_which_service_account() {
    let silent: Vec<&str> = catalog::addons()
        .iter()
        .filter(|addon| {
            let newest = &addon.versions()[0];
            newest.requires_iam_permissions() && newest.pod_identity_configuration().is_empty()
        })
        .map(|addon| addon.name)
        .collect();
    // Marketplace add-ons whose service accounts are not public.
    assert_eq!(
        silent,
        [
            "calyptia_fluent-bit",
            "chainguard_aws-ebs-csi-driver-fips",
            "chainguard_aws-efs-csi-driver-fips",
            "chainguard_aws-vpc-cni-fips",
            "datree_engine-pro",
            "factorhouse_kpow",
            "haproxy-technologies_kubernetes-ingress-ee",
            "nirmata_nirmata-kyverno-payg",
        ]
    );
}

#[test]
fn defaults_known_by_heart() {
    assert_eq!(default("vpc-cni", "1.36"), Some("v1.22.4-eksbuild.3"));
    assert_eq!(addon("vpc-cni").versions()[0].version, "v1.23.0-eksbuild.1");
    assert_eq!(default("coredns", "1.34"), Some("v1.12.4-eksbuild.18"));
    assert_eq!(default("coredns", "1.36"), Some("v1.14.3-eksbuild.3"));
    assert_eq!(default("kube-proxy", "1.32"), Some("v1.32.13-eksbuild.21"));
    assert_eq!(
        default("aws-ebs-csi-driver", "1.32"),
        Some("v1.64.0-eksbuild.1")
    );
    assert_eq!(
        default("amazon-sagemaker-hyperpod-observability", "1.35"),
        Some("v1.0.10-eksbuild.3")
    );
    assert_eq!(
        default("amazon-sagemaker-hyperpod-observability", "1.36"),
        None
    );
    assert_eq!(default("upbound_universal-crossplane", "1.36"), None);
    assert_eq!(default("vpc-cni", "latest"), None);
}

#[test]
fn a_version_stops_where_it_was_not_listed_any_more() {
    let old = version("vpc-cni", "v1.18.1-eksbuild.3");
    assert!(old.supports("1.34"));
    assert!(!old.supports("1.35"));
    assert!(addon("vpc-cni").version("v1.18.1").is_none());
    assert!(addon("vpc-cni").version("latest").is_none());
}

#[test]
fn what_describes_a_version() {
    let vpc_cni = version("vpc-cni", "v1.23.0-eksbuild.1");
    assert_eq!(vpc_cni.architectures(), ["amd64", "arm64"]);
    assert_eq!(vpc_cni.compute_types(), ["ec2", "local-cluster"]);
    assert!(vpc_cni.requires_iam_permissions());
    assert!(!vpc_cni.requires_configuration());
    assert_eq!(vpc_cni.platform_versions(), ["*"]);
    let inference = &addon("amazon-sagemaker-hyperpod-inference").versions()[0];
    assert!(inference.requires_configuration());
    assert_eq!(inference.architectures(), ["amd64"]);
}

#[test]
fn marketplace_products() {
    let kubecost = addon("kubecost_kubecost").marketplace_information.unwrap();
    assert_eq!(kubecost.product_id, "753cea16-f450-4cfa-93eb-f55dcde11e91");
    for addon in catalog::addons() {
        let sold = addon.owner == "aws-marketplace";
        assert_eq!(
            addon.marketplace_information.is_some(),
            sold,
            "{}",
            addon.name
        );
    }
}

#[test]
fn pod_identity_begins_with_a_version() {
    let ebs = vec![(
        "ebs-csi-controller-sa",
        vec!["service-role/AmazonEBSCSIDriverPolicy"],
    )];
    assert_eq!(
        pod_identity("aws-ebs-csi-driver", "v1.64.0-eksbuild.1"),
        ebs
    );
    let cni = vec![("aws-node", vec!["AmazonEKS_CNI_Policy"])];
    assert_eq!(pod_identity("vpc-cni", "v1.15.5-eksbuild.1"), cni);
    assert_eq!(pod_identity("vpc-cni", "v1.15.4-eksbuild.1"), vec![]);
    assert_eq!(pod_identity("coredns", "v1.14.3-eksbuild.3"), vec![]);
}

#[test]
fn pod_identity_changes_with_versions() {
    let accounts = |addon_name: &str, of: &str| -> Vec<&str> {
        let all = pod_identity(addon_name, of);
        all.into_iter().map(|(account, _)| account).collect()
    };
    let efs = |of| accounts("aws-efs-csi-driver", of);
    assert_eq!(efs("v2.0.4-eksbuild.1"), Vec::<&str>::new());
    assert_eq!(efs("v2.0.5-eksbuild.1"), ["efs-csi-controller-sa"]);
    assert_eq!(efs("v2.3.1-eksbuild.1"), ["efs-csi-controller-sa"]);
    assert_eq!(
        efs("v3.0.0-eksbuild.1"),
        ["efs-csi-controller-sa", "efs-csi-node-sa"]
    );
    let flow_monitor = |of| accounts("aws-network-flow-monitoring-agent", of);
    assert_eq!(
        flow_monitor("v1.0.0-eksbuild.4"),
        ["aws-network-flow-monitoring-agent-service-account"]
    );
    assert_eq!(
        flow_monitor("v1.0.1-eksbuild.2"),
        ["aws-network-flow-monitor-agent-service-account"]
    );
}

fn all_versions() -> impl Iterator<Item = (&'static str, &'static AddonVersion)> {
    let addons = catalog::addons().iter();
    addons.flat_map(|addon| addon.versions().iter().map(|version| (addon.name, version)))
}

/// Collects every `$ref` of a schema.
fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.clone());
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_in_a_schema_resolves() {
    let mut resolved = 0;
    for (name, version) in all_versions() {
        let schema = version.configuration_schema();
        let mut found = Vec::new();
        references(schema, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(schema.pointer(pointer).is_some(), "{name}: {reference}");
            resolved += 1;
        }
    }
    assert!(resolved > 1000, "only {resolved} references");
}

#[test]
fn schemas_are_compact_and_parse_to_what_they_say() {
    for (name, version) in all_versions() {
        let text = version.configuration_schema_text();
        assert!(text.starts_with('{') && text.ends_with('}'), "{name}");
        // serde_json writes without spaces and, with its default map, sorted.
        assert_eq!(version.configuration_schema().to_string(), text, "{name}");
    }
}

#[test]
fn equal_schemas_are_the_same_text() {
    let newest = version("vpc-cni", "v1.23.0-eksbuild.1").configuration_schema_text();
    let default = version("vpc-cni", "v1.22.4-eksbuild.3").configuration_schema_text();
    assert!(std::ptr::eq(newest, default));
}

#[test]
fn schemas_obey_their_own_draft() {
    let mut invalid: Vec<&str> = catalog::addons()
        .iter()
        .filter(|addon| {
            let mut versions = addon.versions().iter();
            versions.any(|version| !jsonschema::meta::is_valid(version.configuration_schema()))
        })
        .map(|addon| addon.name)
        .collect();
    invalid.dedup();
    // Its real schema says `required: true`, as draft 3 did.
    assert_eq!(invalid, ["snyk_runtime-sensor"]);
}

#[test]
fn what_schemas_allow() {
    let vpc_cni =
        jsonschema::validator_for(version("vpc-cni", "v1.23.0-eksbuild.1").configuration_schema())
            .unwrap();
    assert!(vpc_cni.is_valid(&json!({"env": {"WARM_IP_TARGET": "5"}})));
    assert!(!vpc_cni.is_valid(&json!({"env": {"WARM_IP_TARGET": 5}})));
    assert!(!vpc_cni.is_valid(&json!({"unknown": true})));
    let nothing = &addon("amazon-sagemaker-hyperpod-taskgovernance").versions()[0];
    let nothing = jsonschema::validator_for(nothing.configuration_schema()).unwrap();
    assert!(nothing.is_valid(&json!({})));
    assert!(!nothing.is_valid(&json!({"replicaCount": 1})));
}

#[test]
fn access_policies_are_in_ascending_order() {
    let names = catalog::access_policies();
    assert_eq!(names.len(), 33);
    assert!(names.is_sorted());
    assert_eq!(names[0], "AIDevOpsAgentAccessPolicy");
    assert!(names.contains(&"AmazonEKSClusterAdminPolicy"));
}

/// Midnight UTC of 2026-11-24 plus a number of days.
fn november_2026(day: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_795_478_400_000 + (day - 24) * 86_400_000)
}

#[test]
fn support_follows_the_clock() {
    let status = |version: &str, now| catalog::cluster_version(version).unwrap().status(now);
    assert_eq!(
        status("1.31", november_2026(25)),
        VersionStatus::ExtendedSupport
    );
    assert_eq!(
        status("1.31", november_2026(26)),
        VersionStatus::Unsupported
    );
    assert_eq!(
        status("1.31", november_2026(27)),
        VersionStatus::Unsupported
    );
    assert_eq!(
        status("1.34", november_2026(25)),
        VersionStatus::StandardSupport
    );
    assert_eq!(
        status("1.34", november_2026(32)),
        VersionStatus::ExtendedSupport
    );
    assert_eq!(
        status("1.36", november_2026(25)),
        VersionStatus::StandardSupport
    );
    assert_eq!(
        status("1.36", Timestamp::default()),
        VersionStatus::StandardSupport
    );
}

#[test]
fn clusters_are_created_on_supported_versions() {
    let creatable = |now| -> Vec<&str> {
        let versions = catalog::cluster_versions().iter();
        versions
            .filter(|each| each.is_creatable(now))
            .map(|each| each.version)
            .collect()
    };
    let now = ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"];
    assert_eq!(creatable(november_2026(25)), now);
    assert_eq!(creatable(november_2026(26)), now[..5]);
    // A clock set back does not take today's versions away.
    assert_eq!(creatable(Timestamp::default()).len(), 14);
}

#[test]
fn the_newest_cluster_version_is_the_default() {
    assert_eq!(catalog::default_cluster_version().version, "1.36");
    let defaults = catalog::cluster_versions()
        .iter()
        .filter(|each| each.is_default());
    assert_eq!(defaults.count(), 1);
    assert!(catalog::cluster_version("1.37").is_none());
    assert!(catalog::cluster_version("1.036").is_none());
    assert_eq!(catalog::cluster_versions().last().unwrap().version, "1.23");
}
