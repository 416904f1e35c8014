//! Answers of `describe-*` calls, pasted into a document.

use serde_json::{Value, json};

use crate::client::{builder, get, refused, seed, start};

/// A cluster of AWS, as the AWS CLI shows it, with its times and nulls.
fn cluster() -> Value {
    json!({
        "name": "prod",
        "arn": "arn:aws:eks:eu-west-1:111122223333:cluster/prod",
        "createdAt": "2024-03-14T11:47:11.123000+01:00",
        "version": "1.31",
        "endpoint": "https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
        "roleArn": "arn:aws:iam::111122223333:role/eks",
        "resourcesVpcConfig": {
            "subnetIds": ["subnet-a", "subnet-b"],
            "securityGroupIds": [],
            "clusterSecurityGroupId": "sg-0123456789abcdef0",
            "vpcId": "vpc-0123456789abcdef0",
            "endpointPublicAccess": true,
            "endpointPrivateAccess": false,
            "publicAccessCidrs": ["0.0.0.0/0"],
        },
        "kubernetesNetworkConfig": { "serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4" },
        "logging": { "clusterLogging": [{ "types": ["api"], "enabled": true }] },
        "identity": {
            "oidc": {
                "issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
            },
        },
        "status": "ACTIVE",
        "certificateAuthority": { "data": "LS0tLS1CRUdJTg==" },
        "platformVersion": "eks.12",
        "tags": {},
        "health": { "issues": [] },
        "connectorConfig": null,
        "clientRequestToken": null,
    })
}

fn document(cluster: &Value) -> String {
    json!({ "schema": 1, "clusters": [cluster] }).to_string()
}

#[test]
fn a_pasted_cluster_looks_the_same() {
    let emulator = builder(1)
        .account("111122223333")
        .region("eu-west-1")
        .start_blocking()
        .unwrap();
    let pasted = cluster();
    let answer = seed(&emulator, &document(&pasted));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = &get(&emulator, "/clusters/prod")["cluster"];
    for member in [
        "arn", "version", "endpoint", "roleArn", "identity", "status", "tags",
    ] {
        assert_eq!(shown[member], pasted[member], "{member}");
    }
    assert_eq!(shown["createdAt"], json!(1_710_413_231.123));
    assert_eq!(shown["certificateAuthority"]["data"], "LS0tLS1CRUdJTg==");
    let network = &shown["resourcesVpcConfig"];
    assert_eq!(network["clusterSecurityGroupId"], "sg-0123456789abcdef0");
    assert_eq!(network["vpcId"], "vpc-0123456789abcdef0");
    let other = builder(99).account("111122223333").region("eu-west-1");
    crate::export::check_round_trip_into(&emulator, other);
}

#[test]
fn the_arn_says_where_a_cluster_is() {
    let emulator = start();
    let report = seed(&emulator, &document(&cluster())).json();
    assert_eq!(
        report["created"],
        json!(["arn:aws:eks:eu-west-1:111122223333:cluster/prod"])
    );
    assert_eq!(get(&emulator, "/clusters")["clusters"], json!([]));
}

#[test]
fn a_pasted_cluster_that_contradicts_itself_is_refused() {
    let wrong = [
        (
            "arn",
            json!("arn:aws:eks:eu-west-1:111122223333:cluster/other"),
        ),
        ("endpoint", json!("https://example.com")),
        (
            "identity",
            json!({ "oidc": { "issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/00000000000000000000000000000000" } }),
        ),
        ("x-emulator", json!({ "region": "us-east-1" })),
    ];
    let sentences: Vec<String> = wrong
        .into_iter()
        .map(|(member, value)| {
            let mut cluster = cluster();
            cluster[member] = value;
            let refusal = refused(&start(), &document(&cluster));
            refusal[0].split_once(' ').unwrap().1.to_owned()
        })
        .collect();
    assert_eq!(
        sentences,
        [
            "/clusters/0/arn: arn:aws:eks:eu-west-1:111122223333:cluster/other is not the ARN of a cluster prod",
            "/clusters/0/endpoint: https://example.com is not an endpoint of EKS",
            "/clusters/0/identity/oidc/issuer: the ids in the endpoint and in the issuer differ",
            "/clusters/0/arn: the ARN is elsewhere than x-emulator says",
        ]
    );
}

/// `DescribeAddon` names associations by their ARNs only.
#[test]
fn a_pasted_addon_owns_the_associations_that_name_it() {
    let emulator = start();
    let owner = "arn:aws:eks:us-east-1:123456789012:addon/demo/vpc-cni/11111111-2222-3333-4444-555555555555";
    let association =
        "arn:aws:eks:us-east-1:123456789012:podidentityassociation/demo/a-0123456789abcdefg";
    let document = json!({
        "schema": 1,
        "clusters": [{
            "name": "demo",
            "addons": [{
                "addonName": "vpc-cni",
                "clusterName": "demo",
                "addonVersion": "latest",
                "addonArn": owner,
                "publisher": null,
                "podIdentityAssociations": [association],
            }],
            "podIdentityAssociations": [{
                "clusterName": "demo",
                "namespace": "kube-system",
                "serviceAccount": "aws-node",
                "roleArn": "arn:aws:iam::123456789012:role/cni",
                "associationArn": association,
                "ownerArn": owner,
                "externalId": null,
            }],
        }],
    });
    let answer = seed(&emulator, &document.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    let addon = &get(&emulator, "/clusters/demo/addons/vpc-cni")["addon"];
    assert_eq!(addon["addonArn"], owner);
    assert_eq!(addon["podIdentityAssociations"], json!([association]));
    let path = "/clusters/demo/pod-identity-associations/a-0123456789abcdefg";
    assert_eq!(get(&emulator, path)["association"]["ownerArn"], owner);
    let mut lonely = document.clone();
    lonely["clusters"][0]["podIdentityAssociations"] = json!([]);
    let refusal = refused(&start(), &lonely.to_string());
    assert!(
        refusal[0].ends_with("/clusters/0/addons/0/podIdentityAssociations/0: the association has to stand under podIdentityAssociations of the cluster, with its ownerArn"),
        "{refusal:?}"
    );
}
