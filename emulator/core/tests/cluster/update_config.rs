//! `UpdateClusterConfig`: the kinds of update, and what each shows and does.

use serde_json::{Value, json};

use crate::support::{Driver, text};

const AUTO_MODE: &str = r#"{"enabled":true,"nodePools":["system"],"nodeRoleArn":"arn:aws:iam::111122223333:role/node"}"#;

/// Starts the update; checks that it shows `kind` and `params`, and that it
/// takes effect at its end and not before.
#[track_caller]
fn assert_update(input: &Value, kind: &str, params: &[(&str, &str)], effect: (&str, Value)) {
    assert_update_of(Driver::active(), input, kind, params, effect);
}

#[track_caller]
fn assert_update_of(
    driver: Driver,
    input: &Value,
    kind: &str,
    params: &[(&str, &str)],
    (pointer, expected): (&str, Value),
) {
    let mut driver = driver.told();
    let before = driver.cluster();
    assert_ne!(
        before.pointer(pointer),
        Some(&expected),
        "the update changes nothing"
    );
    let update = driver.ok("UpdateClusterConfig", input.clone())["update"].take();
    let shown = params
        .iter()
        .map(|(kind, value)| json!({ "type": kind, "value": value }));
    assert_eq!(update["type"], kind);
    assert_eq!(update["params"], shown.collect::<Value>());
    assert_eq!(update["status"], "InProgress");
    assert_eq!(update["errors"], json!([]));
    let during = driver.cluster();
    assert_eq!(during["status"], "UPDATING");
    assert_eq!(during.pointer(pointer), before.pointer(pointer));
    driver.complete(None);
    assert_eq!(driver.update(&update["id"], None)["status"], "Successful");
    let after = driver.cluster();
    assert_eq!(after["status"], "ACTIVE");
    assert_eq!(after.pointer(pointer), Some(&expected));
}

#[test]
fn endpoint_access() {
    assert_update(
        &json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true } }),
        "EndpointAccessUpdate",
        &[
            ("EndpointPublicAccess", "true"),
            ("EndpointPrivateAccess", "true"),
        ],
        ("/resourcesVpcConfig/endpointPrivateAccess", json!(true)),
    );
    assert_update(
        &json!({ "resourcesVpcConfig": {
            "endpointPublicAccess": true, "endpointPrivateAccess": true,
            "publicAccessCidrs": ["203.0.113.5/32", "2001:db8::/32"],
        } }),
        "EndpointAccessUpdate",
        &[
            ("EndpointPublicAccess", "true"),
            ("EndpointPrivateAccess", "true"),
            ("PublicAccessCidrs", r#"["203.0.113.5/32","2001:db8::/32"]"#),
        ],
        (
            "/resourcesVpcConfig/publicAccessCidrs",
            json!(["203.0.113.5/32", "2001:db8::/32"]),
        ),
    );
}

#[test]
fn a_cluster_made_private_keeps_its_public_networks() {
    let private = json!({ "endpointPublicAccess": false, "endpointPrivateAccess": true });
    let mut driver = Driver::active();
    driver.ok(
        "UpdateClusterConfig",
        json!({ "resourcesVpcConfig": private }),
    );
    let network = driver.cluster()["resourcesVpcConfig"].take();
    assert_eq!(network["endpointPublicAccess"], false);
    assert_eq!(network["publicAccessCidrs"], json!(["0.0.0.0/0"]));
}

#[test]
fn no_public_networks_at_all_are_any_network() {
    let cidrs = |cidrs: Value| json!({ "resourcesVpcConfig": { "publicAccessCidrs": cidrs } });
    let mut driver = Driver::active();
    driver.ok("UpdateClusterConfig", cidrs(json!(["203.0.113.5/32"])));
    driver.ok("UpdateClusterConfig", cidrs(json!([])));
    let network = driver.cluster()["resourcesVpcConfig"].take();
    assert_eq!(network["publicAccessCidrs"], json!(["0.0.0.0/0"]));
}

#[test]
fn subnets_and_security_groups() {
    assert_update(
        &json!({ "resourcesVpcConfig": {
            "subnetIds": ["subnet-2", "subnet-3"], "securityGroupIds": ["sg-1"],
        } }),
        "VpcConfigUpdate",
        &[
            ("Subnets", r#"["subnet-2","subnet-3"]"#),
            ("SecurityGroups", r#"["sg-1"]"#),
        ],
        (
            "/resourcesVpcConfig/subnetIds",
            json!(["subnet-2", "subnet-3"]),
        ),
    );
    assert_update(
        &json!({ "resourcesVpcConfig": { "securityGroupIds": ["sg-1"] } }),
        "VpcConfigUpdate",
        &[("SecurityGroups", r#"["sg-1"]"#)],
        ("/resourcesVpcConfig/securityGroupIds", json!(["sg-1"])),
    );
}

#[test]
fn control_plane_egress() {
    assert_update(
        &json!({ "resourcesVpcConfig": { "controlPlaneEgressMode": "CUSTOMER_ROUTED" } }),
        "ControlPlaneEgressUpdate",
        &[("ControlPlaneEgressMode", "CUSTOMER_ROUTED")],
        (
            "/resourcesVpcConfig/controlPlaneEgressMode",
            json!("CUSTOMER_ROUTED"),
        ),
    );
}

#[test]
fn logging() {
    assert_update(
        &json!({ "logging": { "clusterLogging": [
            { "types": ["scheduler", "api"], "enabled": true },
            { "types": ["audit"], "enabled": false },
        ] } }),
        "LoggingUpdate",
        &[(
            "ClusterLogging",
            r#"{"clusterLogging":[{"types":["scheduler","api"],"enabled":true},{"types":["audit"],"enabled":false}]}"#,
        )],
        (
            "/logging/clusterLogging/0",
            json!({ "types": ["api", "scheduler"], "enabled": true }),
        ),
    );
}

#[test]
fn access_is_quoted_in_the_parameter() {
    assert_update(
        &json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }),
        "AccessConfigUpdate",
        &[("AuthenticationMode", "\"API_AND_CONFIG_MAP\"")],
        (
            "/accessConfig/authenticationMode",
            json!("API_AND_CONFIG_MAP"),
        ),
    );
}

#[test]
fn upgrade_policy() {
    assert_update(
        &json!({ "upgradePolicy": { "supportType": "STANDARD" } }),
        "UpgradePolicyUpdate",
        &[("UpgradePolicy", r#"{"supportType":"STANDARD"}"#)],
        ("/upgradePolicy/supportType", json!("STANDARD")),
    );
}

#[test]
fn zonal_shift() {
    assert_update(
        &json!({ "zonalShiftConfig": { "enabled": true } }),
        "ZonalShiftConfigUpdate",
        &[("ZonalShiftConfig", r#"{"enabled":true}"#)],
        ("/zonalShiftConfig/enabled", json!(true)),
    );
}

#[test]
fn auto_mode_is_one_kind() {
    let node_role = "arn:aws:iam::111122223333:role/node";
    let compute = json!({ "enabled": true, "nodePools": ["system"], "nodeRoleArn": node_role });
    assert_update_of(
        Driver::active_with(json!({ "accessConfig": { "authenticationMode": "API" } })),
        &json!({
            "computeConfig": compute,
            "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
            "storageConfig": { "blockStorage": { "enabled": true } },
        }),
        "AutoModeUpdate",
        &[
            ("ComputeConfig", AUTO_MODE),
            (
                "KubernetesNetworkConfig",
                r#"{"elasticLoadBalancing":{"enabled":true}}"#,
            ),
            ("StorageConfig", r#"{"blockStorage":{"enabled":true}}"#),
        ],
        ("/computeConfig", compute),
    );
}

#[test]
fn auto_mode_can_be_switched_off_again() {
    let switch = |enabled: bool| {
        json!({
            "computeConfig": { "enabled": enabled, "nodePools": if enabled { vec!["system"] } else { vec![] } },
            "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": enabled } },
            "storageConfig": { "blockStorage": { "enabled": enabled } },
        })
    };
    let api = json!({ "accessConfig": { "authenticationMode": "API" } });
    let mut driver = Driver::active_with(api);
    driver.ok("UpdateClusterConfig", switch(true));
    driver.ok("UpdateClusterConfig", switch(false));
    let cluster = driver.cluster();
    assert_eq!(cluster["computeConfig"]["enabled"], false);
    assert_eq!(cluster["computeConfig"]["nodePools"], json!([]));
    assert_eq!(
        cluster["storageConfig"],
        json!({ "blockStorage": { "enabled": false } })
    );
    assert_eq!(
        cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"],
        false
    );
}

#[test]
fn remote_networks_and_their_removal() {
    let networks = json!({
        "remoteNodeNetworks": [{ "cidrs": ["10.200.0.0/16"] }],
        "remotePodNetworks": [{ "cidrs": ["10.201.0.0/16"] }],
    });
    let param = r#"{"remoteNodeNetworks":[{"cidrs":["10.200.0.0/16"]}],"remotePodNetworks":[{"cidrs":["10.201.0.0/16"]}]}"#;
    assert_update(
        &json!({ "remoteNetworkConfig": networks }),
        "RemoteNetworkConfigUpdate",
        &[("RemoteNetworkConfig", param)],
        ("/remoteNetworkConfig", networks.clone()),
    );
    assert_update_of(
        Driver::active_with(json!({ "remoteNetworkConfig": networks })),
        &json!({ "remoteNetworkConfig": { "remoteNodeNetworks": [], "remotePodNetworks": [] } }),
        "RemoteNetworkConfigUpdate",
        &[(
            "RemoteNetworkConfig",
            r#"{"remoteNodeNetworks":[],"remotePodNetworks":[]}"#,
        )],
        ("/remoteNetworkConfig", json!(null)),
    );
}

#[test]
fn deletion_protection() {
    assert_update(
        &json!({ "deletionProtection": true }),
        "DeletionProtectionUpdate",
        &[("DeletionProtection", "true")],
        ("/deletionProtection", json!(true)),
    );
}

#[test]
fn scaling_tier() {
    assert_update(
        &json!({ "controlPlaneScalingConfig": { "tier": "tier-xl" } }),
        "ControlPlaneScalingConfigUpdate",
        &[("UpdatedTier", "tier-xl"), ("PreviousTier", "standard")],
        ("/controlPlaneScalingConfig/tier", json!("tier-xl")),
    );
}

#[test]
fn control_plane_components_are_one_kind() {
    assert_update(
        &json!({
            "kubeApiServerConfig": { "eventTtl": "30m" },
            "kubeSchedulerConfig": { "nodeResourcesFit": { "scoringStrategy": {
                "type": "MostAllocated",
            } } },
            "kubeControllerManagerConfig": { "podGcControllerConfig": {
                "terminatedPodGcThreshold": 100,
            } },
        }),
        "ControlPlaneComponentConfigUpdate",
        &[
            ("KubeApiServerConfig", r#"{"eventTtl":"30m"}"#),
            (
                "KubeSchedulerConfig",
                r#"{"nodeResourcesFit":{"scoringStrategy":{"type":"MostAllocated"}}}"#,
            ),
            (
                "KubeControllerManagerConfig",
                r#"{"podGcControllerConfig":{"terminatedPodGcThreshold":100}}"#,
            ),
        ],
        ("/kubeApiServerConfig/eventTtl", json!("30m")),
    );
}

#[test]
fn an_update_is_listed_and_shown() {
    let mut driver = Driver::active();
    driver.wait_ms(500);
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = text(&answer["update"]["id"]);
    assert_eq!(
        driver.ok("ListUpdates", json!({}))["updateIds"],
        json!([id])
    );
    assert_eq!(
        driver.update(&id.clone().into(), None),
        json!({
            "cancellation": null,
            "createdAt": 1_785_000_000.5,
            "errors": [],
            "id": id,
            "params": [{ "type": "DeletionProtection", "value": "true" }],
            "status": "Successful",
            "type": "DeletionProtectionUpdate",
        })
    );
}
