//! Random documents: export and import are each other's opposite.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::client::{builder, seed};
use crate::export::check_round_trip;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,12}",
        "[äöü\u{1F600}\u{85}\u{2028}: #\"'\\\\\n\t-]{1,6}",
        Just("yes".to_owned()),
        Just("1.30".to_owned()),
        Just("- x".to_owned()),
    ]
}

fn tags() -> impl Strategy<Value = Value> {
    btree_map("[a-zA-Z][ -~]{0,8}", text(), 0..3)
        .prop_filter("reserved", |tags| {
            !tags
                .keys()
                .any(|key| key.to_lowercase().starts_with("aws:"))
        })
        .prop_map(|tags| json!(tags))
}

fn optional(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), value]
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(values).prop_map(|value| json!(value))
}

fn time() -> impl Strategy<Value = Value> {
    (0..4_000_000_000_000_i64).prop_map(|milliseconds| json!(milliseconds as f64 / 1000.0))
}

fn role() -> impl Strategy<Value = Value> {
    one_of(&["role/a", "role/b", "arn:aws:iam::123456789012:role/path/c"])
}

fn addon() -> impl Strategy<Value = Value> {
    let status = one_of(&[
        "ACTIVE",
        "CREATING",
        "CREATE_FAILED",
        "UPDATING",
        "DELETING",
        "DELETE_FAILED",
        "DEGRADED",
        "UPDATE_FAILED",
    ]);
    let issue = text().prop_map(|message| json!([{ "code": "AccessDenied", "message": message }]));
    let owned = role().prop_map(|role| json!([{ "serviceAccount": "aws-node", "roleArn": role }]));
    let parts = (
        one_of(&["vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent"]),
        one_of(&["default", "latest"]),
        optional(status),
        optional(issue),
        optional(tags()),
        optional(time()),
        optional(owned),
        optional(role()),
    );
    parts.prop_map(|(name, version, status, issues, tags, time, owned, role)| {
        let is_vpc_cni = name == "vpc-cni";
        json!({
            "addonName": name,
            "addonVersion": version,
            "status": status,
            "health": { "issues": issues },
            "tags": tags,
            "createdAt": time,
            "podIdentityAssociations": if is_vpc_cni { owned } else { Value::Null },
            "serviceAccountRoleArn": role,
        })
    })
}

fn association() -> impl Strategy<Value = Value> {
    let parts = (
        one_of(&["app", "web"]),
        one_of(&["api", "worker"]),
        role(),
        optional(tags()),
        optional(time()),
        any::<bool>(),
    );
    parts.prop_map(|(namespace, name, role, tags, time, disable)| {
        json!({
            "namespace": namespace,
            "serviceAccount": name,
            "roleArn": role,
            "tags": tags,
            "modifiedAt": time,
            "disableSessionTags": disable,
        })
    })
}

fn pod() -> impl Strategy<Value = Value> {
    (one_of(&["app", "web"]), "[a-c]", optional(one_of(&["api", "default"]))).prop_map(
        |(namespace, name, account)| {
            json!({ "namespace": namespace, "name": name, "serviceAccount": account })
        },
    )
}

fn catalogue_addon() -> impl Strategy<Value = Value> {
    let compatibilities =
        (any::<bool>(), one_of(&["*", "eks.1+"])).prop_map(|(is_default, platform)| {
            json!([
                // With `eks.3` alone the newest version may be one that no cluster can have.
                { "clusterVersion": "1.32", "platformVersions": ["eks.3", platform] },
                { "clusterVersion": "1.33", "defaultVersion": is_default },
            ])
        });
    let identity = text().prop_map(
        |policy| json!([{ "serviceAccount": "acme", "recommendedManagedPolicies": [policy] }]),
    );
    let schema = prop_oneof![
        Just(json!({ "type": "object", "properties": { "a": { "default": null } } })),
        Just(json!("{\"type\": \"object\"}")),
    ];
    let workload = one_of(&["Deployment", "DaemonSet"]).prop_map(
        |kind| json!([{ "kind": kind, "name": "acme", "replicas": 2, "image": "a/b:{addonVersion}" }]),
    );
    let parts = (
        one_of(&["acme-agent", "coredns", "vpc-cni"]),
        one_of(&["v0.9.0", "v1.11.3-eksbuild.1", "v99.0.0-eksbuild.2"]),
        optional(compatibilities),
        optional(identity),
        optional(schema),
        optional(workload),
        optional(text().prop_map(|publisher| json!(publisher))),
        optional(any::<bool>().prop_map(|flag| json!(flag))),
    );
    parts.prop_map(
        |(name, version, compatibilities, identity, schema, workloads, publisher, flag)| {
            json!({
                "addonName": name,
                "publisher": publisher,
                "addonVersions": [{
                    "addonVersion": version,
                    "compatibilities": compatibilities,
                    "podIdentityConfiguration": identity,
                    "configurationSchema": schema,
                    "requiresIamPermissions": flag,
                }],
                "workloads": workloads,
            })
        },
    )
}

/// Keeps the first of those that are the same in these members.
fn unique(values: Vec<Value>, by: &[&str]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for value in values {
        let is_same = |other: &Value| by.iter().all(|member| other[*member] == value[*member]);
        if !kept.iter().any(is_same) {
            kept.push(value);
        }
    }
    kept
}

fn cluster() -> impl Strategy<Value = Value> {
    let network = (any::<bool>(), one_of(&["ipv4", "ipv6"])).prop_map(|(private, family)| {
        json!([
            { "endpointPrivateAccess": private, "endpointPublicAccess": true },
            { "ipFamily": family },
        ])
    });
    let parts = (
        one_of(&["one", "two"]),
        one_of(&["1.31", "1.32", "1.33", "latest"]),
        optional(one_of(&["ACTIVE", "FAILED", "UPDATING", "DELETING"])),
        network,
        optional(tags()),
        optional(time()),
        one_of(&["123456789012", "999988887777"]),
        vec(addon(), 0..4),
        vec(association(), 0..4),
        vec(pod(), 0..3),
    );
    parts.prop_map(
        |(name, version, status, network, tags, time, account, addons, associations, pods)| {
            let home = account == "123456789012";
            let parts =
                |all: Vec<Value>, by: &[&str]| if home { unique(all, by) } else { Vec::new() };
            json!({
                "name": name,
                "version": version,
                "status": status,
                "resourcesVpcConfig": network[0],
                "kubernetesNetworkConfig": network[1],
                "tags": tags,
                "createdAt": time,
                "addons": parts(addons, &["addonName"]),
                "podIdentityAssociations": parts(associations, &["namespace", "serviceAccount"]),
                "pods": parts(pods, &["namespace", "name"]),
                "x-emulator": { "account": account },
            })
        },
    )
}

fn roles() -> impl Strategy<Value = Vec<Value>> {
    let role = (
        one_of(&["a", "b", "d"]),
        one_of(&["pods", "ec2", "eks"]),
        optional(text().prop_map(|text| json!(text))),
        optional(time()),
    );
    let role = role.prop_map(|(name, trust, description, time)| {
        json!({ "name": name, "trust": trust, "description": description, "createDate": time })
    });
    // The roles of associations have to trust: these are not among them.
    vec(role, 0..3).prop_map(|roles| {
        let trusts = |role: &Value| role["name"] == "d" || role["trust"] == "pods";
        unique(roles.into_iter().filter(trusts).collect(), &["name"])
    })
}

#[test]
fn export_and_import_are_each_others_opposite() {
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let documents = (vec(cluster(), 0..3), roles(), vec(catalogue_addon(), 0..3));
    runner
        .run(&documents, |(clusters, roles, catalogue)| {
            let document = json!({
                "schema": 1,
                "roles": roles,
                "clusters": clusters_apart(clusters),
                "catalogue": unique(catalogue, &["addonName"]),
            });
            let emulator = builder(1).start_blocking().unwrap();
            let answer = seed(&emulator, &document.to_string());
            prop_assert_eq!(answer.status, 200, "{}\n{}", answer.text, document);
            check_round_trip(&emulator);
            Ok(())
        })
        .unwrap();
}

/// One cluster of a name in an account.
fn clusters_apart(clusters: Vec<Value>) -> Vec<Value> {
    unique(clusters, &["name", "x-emulator"])
}
