//! `CreateCluster`: what is refused, and with which words.

use serde_json::{Value, json};

use crate::support::{Driver, FOREIGN_ROLE, ROLE, START_MS, merged};

/// The refusal of a request that is fine but for `more`.
#[track_caller]
fn refused(more: Value) -> String {
    Driver::empty().refused("CreateCluster", input(more))
}

fn input(more: Value) -> Value {
    let minimum = json!({
        "roleArn": "arn:aws:iam::111122223333:role/cluster",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    merged(minimum, more)
}

fn network(more: Value) -> Value {
    let subnets = json!({ "subnetIds": ["subnet-1", "subnet-2"] });
    json!({ "resourcesVpcConfig": merged(subnets, more) })
}

#[test]
fn a_name_is_taken_in_any_status() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    let taken = "ResourceInUseException: Cluster already exists with name: demo";
    assert_eq!(driver.refused("CreateCluster", input(json!({}))), taken);
    driver.complete(None);
    assert_eq!(driver.refused("CreateCluster", input(json!({}))), taken);
    driver.ok("DeleteCluster", json!({}));
    assert_eq!(driver.refused("CreateCluster", input(json!({}))), taken);
    let members = driver.refused_members("CreateCluster", input(json!({})));
    assert_eq!(members, json!({ "clusterName": "demo" }));
    driver.complete(None);
    driver.create_cluster(json!({})).unwrap();
}

#[test]
fn versions_that_are_not_offered_are_refused() {
    for version in ["1.30", "1.21.2", "1.36.2", "1.99", "latest", ""] {
        assert_eq!(
            refused(json!({ "version": version })),
            "InvalidParameterException: unsupported Kubernetes version",
            "{version}"
        );
    }
    let members =
        Driver::empty().refused_members("CreateCluster", input(json!({ "version": "2" })));
    assert_eq!(members, json!({ "clusterName": "demo" }));
}

#[test]
fn versions_in_extended_support_are_accepted_until_it_ends() {
    // 1.31 goes out of support on 2026-11-26.
    let last_moment_ms = 1_795_651_199_999;
    let mut driver = Driver::empty();
    driver.wait_ms(last_moment_ms - START_MS);
    driver
        .clone()
        .create_cluster(json!({ "version": "1.31" }))
        .unwrap();
    driver.wait_ms(1);
    let refused = driver.refused("CreateCluster", input(json!({ "version": "1.31" })));
    assert_eq!(
        refused,
        "InvalidParameterException: unsupported Kubernetes version"
    );
}

#[test]
fn a_malformed_role_is_quoted() {
    assert_eq!(
        refused(json!({ "roleArn": "reader" })),
        "InvalidParameterException: Invalid Role Arn: 'reader'"
    );
}

#[test]
fn a_role_of_another_account_cannot_be_passed() {
    assert_eq!(
        refused(json!({ "roleArn": FOREIGN_ROLE })),
        "AccessDeniedException: Cross-account pass role is not allowed."
    );
}

#[test]
fn one_subnet_is_not_enough() {
    for subnets in [
        json!([]),
        json!(["subnet-1"]),
        json!(["subnet-1", "subnet-1"]),
    ] {
        assert_eq!(
            refused(json!({ "resourcesVpcConfig": { "subnetIds": subnets } })),
            "InvalidParameterException: Subnets specified must be in at least two different AZs"
        );
    }
}

#[test]
fn one_endpoint_at_least_is_open() {
    assert_eq!(
        refused(network(json!({ "endpointPublicAccess": false }))),
        "InvalidParameterException: Both private and public endpoint access cannot be false"
    );
}

#[test]
fn public_networks_are_networks() {
    assert_eq!(
        refused(network(
            json!({ "publicAccessCidrs": ["203.0.113.5/32", "203.0.113.5/33"] })
        )),
        "InvalidParameterException: Invalid CIDR in publicAccessCidrs: 203.0.113.5/33"
    );
}

#[test]
fn the_config_map_needs_the_creator_to_be_an_administrator() {
    let access = |mode: Value| {
        json!({ "accessConfig": {
            "authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": false,
        } })
    };
    let expected = "InvalidParameterException: bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP";
    assert_eq!(refused(access("CONFIG_MAP".into())), expected);
    assert_eq!(refused(access(Value::Null)), expected);
    Driver::empty()
        .create_cluster(access("API_AND_CONFIG_MAP".into()))
        .unwrap();
}

#[test]
fn auto_mode_is_on_or_off_as_a_whole() {
    let all = [
        ("computeConfig", json!({ "enabled": true })),
        (
            "kubernetesNetworkConfig",
            json!({ "elasticLoadBalancing": { "enabled": true } }),
        ),
        (
            "storageConfig",
            json!({ "blockStorage": { "enabled": true } }),
        ),
    ];
    for left_out in 0..3 {
        let mut more = json!({});
        for (index, (member, value)) in all.iter().enumerate() {
            if index != left_out {
                more[member] = value.clone();
            }
        }
        assert_eq!(
            refused(more),
            "InvalidParameterException: For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
        );
    }
}

#[test]
fn auto_mode_needs_access_entries_and_no_self_managed_add_ons() {
    let auto_mode = json!({
        "computeConfig": { "enabled": true },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    });
    let api = json!({ "accessConfig": { "authenticationMode": "API" } });
    let bare = json!({ "bootstrapSelfManagedAddons": false });
    assert!(refused(merged(auto_mode.clone(), api.clone())).contains("bootstrapSelfManagedAddons"));
    assert!(refused(merged(auto_mode.clone(), bare.clone())).contains("authentication mode"));
    Driver::empty()
        .create_cluster(merged(merged(auto_mode, api), bare))
        .unwrap();
}

#[test]
fn details_of_compute_that_is_off_are_refused() {
    for compute in [
        json!({ "enabled": false, "nodeRoleArn": ROLE }),
        json!({ "enabled": false, "nodePools": ["system"] }),
        json!({ "nodePools": ["system"] }),
    ] {
        let refused = refused(json!({ "computeConfig": compute }));
        assert!(
            refused.starts_with("InvalidParameterException: "),
            "{refused}"
        );
    }
    let off = json!({ "computeConfig": { "enabled": false, "nodePools": [] } });
    Driver::empty().create_cluster(off).unwrap();
}

#[test]
fn an_encryption_key_is_a_key() {
    let encryption = |key_arn: &str, resource: &str| {
        json!({ "encryptionConfig": [
            { "resources": [resource], "provider": { "keyArn": key_arn } },
        ] })
    };
    assert_eq!(
        refused(encryption("key", "secrets")),
        "InvalidParameterException: The keyArn for encryptionConfig is invalid."
    );
    let key = "arn:aws:kms:us-east-1:111122223333:key/0";
    let refused = refused(encryption(key, "pods"));
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
    let mut driver = Driver::empty();
    let answer = driver.create_cluster(encryption(key, "secrets")).unwrap();
    assert_eq!(
        answer["cluster"]["encryptionConfig"],
        json!([{ "resources": ["secrets"], "provider": { "keyArn": key } }])
    );
}

#[test]
fn one_node_network_is_allowed() {
    let networks = json!([{ "cidrs": ["10.1.0.0/16"] }, { "cidrs": ["10.2.0.0/16"] }]);
    assert_eq!(
        refused(json!({ "remoteNetworkConfig": { "remoteNodeNetworks": networks } })),
        "InvalidParameterException: Only one remoteNodeNetwork is allowed"
    );
}

#[test]
fn service_networks_are_private_and_of_a_fair_size() {
    for cidr in ["11.0.0.0/16", "10.0.0.0/11", "10.0.0.0/25", "services"] {
        let more = json!({ "kubernetesNetworkConfig": { "serviceIpv4Cidr": cidr } });
        let refused = refused(more);
        assert!(
            refused.starts_with("InvalidParameterException: "),
            "{refused}"
        );
    }
    let more = json!({ "kubernetesNetworkConfig": { "serviceIpv4Cidr": "172.20.0.0/16" } });
    let answer = Driver::empty().create_cluster(more).unwrap();
    let services = &answer["cluster"]["kubernetesNetworkConfig"];
    assert_eq!(services["serviceIpv4Cidr"], "172.20.0.0/16");
}

#[test]
fn reserved_tags_are_refused() {
    for key in ["aws:team", "AWS:team", "Aws:"] {
        let refused = refused(json!({ "tags": { key: "blue" } }));
        assert!(
            refused.starts_with("InvalidParameterException: "),
            "{refused}"
        );
    }
}

#[test]
fn the_quota_of_the_region_holds() {
    let mut driver = Driver::empty();
    driver.clusters = 100;
    let refused = driver.refused("CreateCluster", input(json!({})));
    assert!(
        refused.starts_with("ResourceLimitExceededException: "),
        "{refused}"
    );
    driver.clusters = 99;
    driver.create_cluster(json!({})).unwrap();
}

#[test]
fn a_failed_creation_takes_no_name_and_no_number() {
    let mut tried = Driver::empty();
    tried.refused("CreateCluster", input(json!({ "version": "2" })));
    assert_eq!(tried.slot.holders(), 0);
    let mut fresh = Driver::empty();
    let input = json!({});
    assert_eq!(
        tried.create_cluster(input.clone()).unwrap(),
        fresh.create_cluster(input).unwrap()
    );
    assert_eq!(tried.slot.holders(), 1);
}
