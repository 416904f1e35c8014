//! `UpdateClusterConfig`: what is refused, and with which words.

use serde_json::{Value, json};

use crate::support::{Driver, text};

const ONE_KIND: &str = "InvalidParameterException: Only one type of update can be allowed.";

#[track_caller]
fn refused(input: Value) -> String {
    Driver::active().refused("UpdateClusterConfig", input)
}

/// One change of each kind.
fn one_of_each() -> Vec<(&'static str, Value)> {
    vec![
        (
            "EndpointAccessUpdate",
            json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true } }),
        ),
        (
            "VpcConfigUpdate",
            json!({ "resourcesVpcConfig": { "securityGroupIds": ["sg-1"] } }),
        ),
        (
            "ControlPlaneEgressUpdate",
            json!({ "resourcesVpcConfig": { "controlPlaneEgressMode": "CUSTOMER_ROUTED" } }),
        ),
        (
            "LoggingUpdate",
            json!({ "logging": { "clusterLogging": [{ "types": ["api"], "enabled": true }] } }),
        ),
        (
            "AccessConfigUpdate",
            json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }),
        ),
        (
            "UpgradePolicyUpdate",
            json!({ "upgradePolicy": { "supportType": "STANDARD" } }),
        ),
        (
            "ZonalShiftConfigUpdate",
            json!({ "zonalShiftConfig": { "enabled": true } }),
        ),
        (
            "AutoModeUpdate",
            json!({ "computeConfig": { "enabled": true } }),
        ),
        (
            "RemoteNetworkConfigUpdate",
            json!({ "remoteNetworkConfig": { "remoteNodeNetworks": [
                { "cidrs": ["10.200.0.0/16"] },
            ] } }),
        ),
        (
            "DeletionProtectionUpdate",
            json!({ "deletionProtection": true }),
        ),
        (
            "ControlPlaneScalingConfigUpdate",
            json!({ "controlPlaneScalingConfig": { "tier": "tier-xl" } }),
        ),
        (
            "ControlPlaneComponentConfigUpdate",
            json!({ "kubeApiServerConfig": { "eventTtl": "30m" } }),
        ),
    ]
}

/// Both inputs in one, members of the network joined.
fn both(first: &Value, second: &Value) -> Value {
    let mut all = first.clone();
    for (member, value) in second.as_object().into_iter().flatten() {
        if member == "resourcesVpcConfig" && all[member].is_object() {
            for (inner, value) in value.as_object().into_iter().flatten() {
                all[member][inner] = value.clone();
            }
        } else {
            all[member] = value.clone();
        }
    }
    all
}

#[test]
fn any_two_kinds_in_one_call_are_refused() {
    let kinds = one_of_each();
    for (index, (first_kind, first)) in kinds.iter().enumerate() {
        for (second_kind, second) in &kinds[index + 1..] {
            let refused = refused(both(first, second));
            assert_eq!(refused, ONE_KIND, "{first_kind} and {second_kind}");
        }
    }
}

#[test]
fn an_update_of_nothing_is_refused() {
    for input in [json!({}), json!({ "resourcesVpcConfig": {} })] {
        let refused = refused(input);
        assert!(
            refused.starts_with("InvalidParameterException: "),
            "{refused}"
        );
    }
}

#[test]
fn a_second_update_names_its_own_kind_and_the_running_one() {
    let mut driver = Driver::active().told();
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = text(&answer["update"]["id"]);
    for (kind, input) in one_of_each() {
        assert_eq!(
            driver.refused("UpdateClusterConfig", input.clone()),
            format!(
                "ResourceInUseException: Cannot {kind} because cluster demo currently has update {id} in progress"
            )
        );
        let members = driver.refused_members("UpdateClusterConfig", input);
        assert_eq!(members, json!({ "clusterName": "demo" }));
    }
}

#[test]
fn a_cluster_that_is_not_active_is_not_updated() {
    let mut creating = Driver::empty().told();
    creating.create_cluster(json!({})).unwrap();
    let mut deleting = Driver::active().told();
    deleting.ok("DeleteCluster", json!({}));
    for mut driver in [creating, deleting] {
        assert_eq!(
            driver.refused("UpdateClusterConfig", json!({ "deletionProtection": true })),
            "InvalidRequestException: Cluster 'demo' is not in ACTIVE status"
        );
    }
}

#[test]
fn endpoints_as_they_are_are_quoted() {
    assert_eq!(
        refused(json!({ "resourcesVpcConfig": { "endpointPublicAccess": true } })),
        "InvalidParameterException: Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]"
    );
    let cidrs = json!(["203.0.113.5/32", "203.0.113.6/32"]);
    let network = json!({ "endpointPrivateAccess": true, "publicAccessCidrs": cidrs });
    let input = json!({ "resourcesVpcConfig": network });
    let mut driver = Driver::active();
    driver.ok("UpdateClusterConfig", input.clone());
    assert_eq!(
        driver.refused("UpdateClusterConfig", input.clone()),
        "InvalidParameterException: Cluster is already at the desired configuration with endpointPrivateAccess: true , endpointPublicAccess: true, and Public Endpoint Restrictions: [203.0.113.5/32, 203.0.113.6/32]"
    );
    let members = driver.refused_members("UpdateClusterConfig", input);
    assert_eq!(members, json!({ "clusterName": "demo" }));
}

#[test]
fn other_updates_that_change_nothing_are_refused_with_their_member() {
    let unchanged =
        |member: &str| format!("InvalidParameterException: No changes detected for {member}");
    let of = [
        (
            "resourcesVpcConfig",
            json!({ "resourcesVpcConfig": {
            "subnetIds": ["subnet-1", "subnet-2"],
        } }),
        ),
        (
            "controlPlaneEgressMode",
            json!({ "resourcesVpcConfig": {
            "controlPlaneEgressMode": "AWS_MANAGED",
        } }),
        ),
        (
            "upgradePolicy",
            json!({ "upgradePolicy": { "supportType": "EXTENDED" } }),
        ),
        (
            "zonalShiftConfig",
            json!({ "zonalShiftConfig": { "enabled": false } }),
        ),
        ("remoteNetworkConfig", json!({ "remoteNetworkConfig": {} })),
        ("deletionProtection", json!({ "deletionProtection": false })),
        (
            "controlPlaneScalingConfig",
            json!({ "controlPlaneScalingConfig": {
            "tier": "standard",
        } }),
        ),
    ];
    for (member, input) in of {
        assert_eq!(refused(input), unchanged(member));
    }
    let auto_mode = json!({ "kubernetesNetworkConfig": { "elasticLoadBalancing": {
        "enabled": false,
    } } });
    assert_eq!(refused(auto_mode), unchanged("computeConfig"));
    let components = json!({ "kubeApiServerConfig": { "eventTtl": "30m" } });
    let mut driver = Driver::active_with(components.clone());
    assert_eq!(
        driver.refused("UpdateClusterConfig", components),
        unchanged("kubeApiServerConfig")
    );
}

#[test]
fn logging_as_it_is_has_words_of_its_own() {
    let none = json!({ "logging": { "clusterLogging": [{ "types": ["api"], "enabled": false }] } });
    assert_eq!(
        refused(none),
        "InvalidParameterException: No changes needed for the logging config provided"
    );
}

#[test]
fn access_goes_from_the_config_map_over_both_to_entries_and_never_back() {
    let modes = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
    for from in modes {
        for to in modes {
            let mode = |mode: &str| json!({ "accessConfig": { "authenticationMode": mode } });
            let mut driver = Driver::active_with(mode(from));
            if let ("CONFIG_MAP", "API_AND_CONFIG_MAP") | ("API_AND_CONFIG_MAP", "API") = (from, to)
            {
                driver.ok("UpdateClusterConfig", mode(to));
                assert_eq!(driver.cluster()["accessConfig"]["authenticationMode"], to);
            } else {
                assert_eq!(
                    driver.refused("UpdateClusterConfig", mode(to)),
                    format!(
                        "InvalidParameterException: Unsupported authentication mode update from {from} to {to}"
                    )
                );
            }
        }
    }
}

#[test]
fn endpoints_and_subnets_are_checked_as_on_creation() {
    assert_eq!(
        refused(json!({ "resourcesVpcConfig": { "endpointPublicAccess": false } })),
        "InvalidParameterException: Both private and public endpoint access cannot be false"
    );
    assert_eq!(
        refused(json!({ "resourcesVpcConfig": { "subnetIds": ["subnet-1"] } })),
        "InvalidParameterException: Subnets specified must be in at least two different AZs"
    );
    let cidrs = json!({ "resourcesVpcConfig": { "publicAccessCidrs": ["everywhere"] } });
    assert!(refused(cidrs).contains("everywhere"));
}

#[test]
fn egress_through_the_customers_network_is_for_good() {
    let mode = |mode: &str| json!({ "resourcesVpcConfig": { "controlPlaneEgressMode": mode } });
    let mut driver = Driver::active();
    driver.ok("UpdateClusterConfig", mode("CUSTOMER_ROUTED"));
    let refused = driver.refused("UpdateClusterConfig", mode("AWS_MANAGED"));
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
}

#[test]
fn standard_support_is_for_versions_that_have_it() {
    let standard = json!({ "upgradePolicy": { "supportType": "STANDARD" } });
    let mut extended = Driver::active_with(json!({ "version": "1.32" }));
    let refused = extended.refused("UpdateClusterConfig", standard.clone());
    assert!(
        refused.starts_with("InvalidRequestException: "),
        "{refused}"
    );
    let mut standing = Driver::active_with(json!({ "version": "1.33" }));
    standing.ok("UpdateClusterConfig", standard);
}

#[test]
fn auto_mode_is_switched_as_a_whole_and_needs_access_entries() {
    let all = json!({
        "computeConfig": { "enabled": true },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    });
    let partly = "InvalidParameterException: For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.";
    assert_eq!(
        refused(json!({ "computeConfig": { "enabled": true } })),
        partly
    );
    assert!(refused(all.clone()).contains("authentication mode"));
    let mut driver =
        Driver::active_with(json!({ "accessConfig": { "authenticationMode": "API" } }));
    driver.ok("UpdateClusterConfig", all);
    let off = json!({ "computeConfig": { "enabled": false } });
    assert_eq!(driver.refused("UpdateClusterConfig", off), partly);
}

#[test]
fn the_node_role_and_the_service_network_stay() {
    let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
    let mut driver = Driver::active_with(json!({
        "accessConfig": { "authenticationMode": "API" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": { "enabled": true, "nodeRoleArn": role("node") },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    }));
    let other = json!({ "computeConfig": { "enabled": true, "nodeRoleArn": role("other") } });
    assert!(
        driver
            .refused("UpdateClusterConfig", other)
            .contains("nodeRoleArn")
    );
    let same = json!({ "computeConfig": {
        "enabled": true, "nodeRoleArn": role("node"), "nodePools": ["system"],
    } });
    driver.ok("UpdateClusterConfig", same);
    for member in ["ipFamily", "serviceIpv4Cidr"] {
        let value = if member == "ipFamily" {
            "ipv4"
        } else {
            "10.100.0.0/16"
        };
        let input = json!({ "kubernetesNetworkConfig": { member: value } });
        assert!(refused(input).contains(member));
    }
}

#[test]
fn one_network_of_each_kind_is_allowed() {
    let networks = json!([{ "cidrs": ["10.1.0.0/16"] }, { "cidrs": ["10.2.0.0/16"] }]);
    assert_eq!(
        refused(json!({ "remoteNetworkConfig": { "remoteNodeNetworks": networks } })),
        "InvalidParameterException: Only one remoteNodeNetwork is allowed"
    );
    let pods = refused(json!({ "remoteNetworkConfig": { "remotePodNetworks": networks } }));
    assert!(pods.starts_with("InvalidParameterException: "), "{pods}");
}

#[test]
fn the_autoscalers_period_needs_a_provisioned_tier() {
    let period = json!({ "kubeControllerManagerConfig": {
        "horizontalPodAutoscalerControllerConfig": { "horizontalPodAutoscalerSyncPeriod": "10s" },
    } });
    let refused = refused(period.clone());
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
    let tier = json!({ "controlPlaneScalingConfig": { "tier": "tier-xl" } });
    let mut driver = Driver::active_with(tier);
    driver.ok("UpdateClusterConfig", period);
    let config = driver.cluster()["kubeControllerManagerConfig"].take();
    let autoscaler = &config["horizontalPodAutoscalerControllerConfig"];
    assert_eq!(autoscaler["horizontalPodAutoscalerSyncPeriod"], "10s");
}
