//! `DescribeCluster`: what is shown from the start and what only once the
//! cluster is active.

use serde_json::{Value, json};

use crate::support::{Driver, merged, text};

/// What a cluster shows that was made with the minimum of parameters.
fn from_the_start() -> Value {
    json!({
        "accessConfig": {
            "authenticationMode": "CONFIG_MAP",
            "bootstrapClusterCreatorAdminPermissions": null,
        },
        "arn": "arn:aws:eks:us-east-1:111122223333:cluster/demo",
        "certificateAuthority": { "active": null, "data": null },
        "clientRequestToken": null,
        "computeConfig": null,
        "connectorConfig": null,
        "controlPlaneScalingConfig": { "tier": "standard" },
        "createdAt": 1_785_000_000.0,
        "deletionProtection": false,
        "encryptionConfig": null,
        "endpoint": null,
        "health": null,
        "id": null,
        "identity": null,
        "kubeApiServerConfig": null,
        "kubeControllerManagerConfig": null,
        "kubeSchedulerConfig": null,
        "kubernetesNetworkConfig": {
            "elasticLoadBalancing": { "enabled": false, "gatewayApi": null },
            "ipFamily": "ipv4",
            "serviceIpv4Cidr": "10.100.0.0/16",
            "serviceIpv6Cidr": null,
        },
        "logging": { "clusterLogging": [{
            "enabled": false,
            "types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        }] },
        "name": "demo",
        "outpostConfig": null,
        "platformVersion": "eks.13",
        "remoteNetworkConfig": null,
        "resourcesVpcConfig": network(Value::Null),
        "roleArn": "arn:aws:iam::111122223333:role/cluster",
        "status": "CREATING",
        "storageConfig": null,
        "tags": {},
        "upgradePolicy": { "supportType": "EXTENDED" },
        "version": "1.36",
        "zonalShiftConfig": { "enabled": false },
    })
}

fn network(security_group_id: Value) -> Value {
    json!({
        "clusterSecurityGroupId": security_group_id,
        "controlPlaneEgressMode": "AWS_MANAGED",
        "endpointPrivateAccess": false,
        "endpointPublicAccess": true,
        "publicAccessCidrs": ["0.0.0.0/0"],
        "securityGroupIds": [],
        "subnetIds": ["subnet-1", "subnet-2"],
        "vpcId": "vpc-71c8a3c169e507093",
    })
}

#[test]
fn a_cluster_in_creation_has_no_endpoint_issuer_certificate_group_or_health() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    assert_eq!(driver.cluster(), from_the_start());
}

#[test]
fn the_answer_to_the_creation_shows_the_bootstrap_permissions_besides() {
    let mut driver = Driver::empty();
    let access = json!({
        "authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true,
    });
    let answer = driver.create_cluster(json!({})).unwrap();
    let expected = merged(from_the_start(), json!({ "accessConfig": access }));
    assert_eq!(answer["cluster"], expected);
}

#[test]
fn an_active_cluster_shows_everything() {
    let mut cluster = Driver::active().cluster();
    let data = text(&cluster["certificateAuthority"]["data"].take());
    assert!(
        data.starts_with("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tC"),
        "{data}"
    );
    let id = "E347AF430120C0351C6F232B52DFB5F5";
    let appeared = json!({
        "certificateAuthority": {
            "active": { "activatedBy": "EKS", "id": "e122bed8-6bf0-b104-e8df-5333145c2c0f" },
            "data": null,
        },
        "endpoint": format!("https://{id}.tcb.us-east-1.eks.amazonaws.com"),
        "health": { "issues": [] },
        "identity": { "oidc": {
            "issuer": format!("https://oidc.eks.us-east-1.amazonaws.com/id/{id}"),
        } },
        "resourcesVpcConfig": network("sg-f2e881ce398ed41fe".into()),
        "status": "ACTIVE",
    });
    assert_eq!(cluster, merged(from_the_start(), appeared));
}

#[test]
fn a_cluster_deleted_before_it_was_active_never_shows_an_endpoint() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    let deleted = driver.ok("DeleteCluster", json!({}));
    assert_eq!(deleted["cluster"]["status"], "DELETING");
    assert_eq!(deleted["cluster"]["endpoint"], json!(null));
    assert_eq!(deleted["cluster"]["identity"], json!(null));
}

#[test]
fn an_ipv6_cluster_has_an_ipv6_network_and_the_dual_stack_endpoint() {
    let network = json!({ "kubernetesNetworkConfig": { "ipFamily": "ipv6" } });
    let cluster = Driver::active_with(network).cluster();
    let services = &cluster["kubernetesNetworkConfig"];
    assert_eq!(services["serviceIpv4Cidr"], json!(null));
    let cidr = text(&services["serviceIpv6Cidr"]);
    assert!(cidr.starts_with("fd") && cidr.ends_with("::/108"), "{cidr}");
    let endpoint = text(&cluster["endpoint"]);
    assert!(
        endpoint.ends_with(".eks-cluster.us-east-1.api.aws"),
        "{endpoint}"
    );
}

#[test]
fn enabled_logs_come_first_and_both_groups_are_in_the_order_of_the_model() {
    let logging = |types: Value| json!({ "logging": { "clusterLogging": [{ "types": types, "enabled": true }] } });
    let mut driver = Driver::active_with(logging(json!(["scheduler", "api"])));
    assert_eq!(
        driver.cluster()["logging"]["clusterLogging"],
        json!([
            { "types": ["api", "scheduler"], "enabled": true },
            { "types": ["audit", "authenticator", "controllerManager"], "enabled": false },
        ])
    );
    let rest = json!(["audit", "authenticator", "controllerManager"]);
    driver.ok("UpdateClusterConfig", logging(rest));
    assert_eq!(
        driver.cluster()["logging"]["clusterLogging"],
        json!([{
            "types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            "enabled": true,
        }])
    );
}

#[test]
fn a_cluster_made_without_public_access_has_no_public_networks() {
    let network = json!({ "resourcesVpcConfig": {
        "subnetIds": ["subnet-1", "subnet-2"],
        "endpointPublicAccess": false,
        "endpointPrivateAccess": true,
    } });
    let cluster = Driver::active_with(network).cluster();
    assert_eq!(
        cluster["resourcesVpcConfig"]["publicAccessCidrs"],
        json!([])
    );
}

#[test]
fn auto_mode_shows_its_three_parts() {
    let cluster = Driver::active_with(json!({
        "accessConfig": { "authenticationMode": "API" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": {
            "enabled": true,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": "arn:aws:iam::111122223333:role/node",
        },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    }))
    .cluster();
    assert_eq!(
        cluster["computeConfig"],
        json!({
            "enabled": true,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": "arn:aws:iam::111122223333:role/node",
        })
    );
    assert_eq!(
        cluster["storageConfig"],
        json!({ "blockStorage": { "enabled": true } })
    );
    assert_eq!(
        cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"],
        true
    );
}

#[test]
fn component_settings_are_filled_up_once_one_is_given() {
    let cluster = Driver::active_with(json!({
        "kubeApiServerConfig": { "eventTtl": "30m" },
    }))
    .cluster();
    assert_eq!(
        cluster["kubeApiServerConfig"],
        json!({
            "eventTtl": "30m",
            "serviceNodePortRange": { "minPort": 30_000, "maxPort": 32_767 },
        })
    );
    assert_eq!(
        cluster["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"]["type"],
        "LeastAllocated"
    );
    let autoscaler = "horizontalPodAutoscalerControllerConfig";
    assert_eq!(
        cluster["kubeControllerManagerConfig"][autoscaler]["horizontalPodAutoscalerSyncPeriod"],
        "15s"
    );
}

#[test]
fn another_seed_gives_other_identifiers_and_nothing_else() {
    let mut one = Driver::new("demo", 1);
    let mut other = Driver::new("demo", 2);
    let mut described = [&mut one, &mut other].map(|driver| {
        driver.create_cluster(json!({})).unwrap();
        driver.cluster()
    });
    for member in ["endpoint", "identity", "certificateAuthority"] {
        assert_ne!(described[0][member], described[1][member], "{member}");
    }
    for cluster in &mut described {
        for member in ["endpoint", "identity", "certificateAuthority"] {
            cluster[member].take();
        }
        cluster["resourcesVpcConfig"]["clusterSecurityGroupId"].take();
    }
    assert_eq!(described[0], described[1]);
}

#[test]
fn a_cluster_that_is_made_again_is_another_one() {
    let mut driver = Driver::active();
    let first = driver.cluster();
    driver.ok("DeleteCluster", json!({}));
    driver.wait_ms(1);
    driver.create_cluster(json!({})).unwrap();
    let second = driver.cluster();
    assert_eq!(second["arn"], first["arn"]);
    for member in ["endpoint", "identity", "certificateAuthority", "createdAt"] {
        assert_ne!(second[member], first[member], "{member}");
    }
}
