//! Documents that the rules of the API refuse: all or nothing.

use serde_json::json;

use crate::client::{get, refused, seed, seeded, send, start};

/// A cluster whose add-ons are these.
fn with_addons(addons: &str) -> String {
    format!("schema: 1\nclusters:\n  - name: demo\n    version: \"1.32\"\n    addons:\n{addons}")
}

#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let emulator = start();
    let before = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    assert_eq!(refused(&emulator, yaml), expected, "{yaml}");
    let after = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    assert_eq!(before, after);
}

#[test]
fn an_unknown_addon_is_refused_at_its_name() {
    check(
        &with_addons("      - {addonName: coredns}\n      - {addonName: cordns}\n"),
        &[
            "7:10 /clusters/0/addons/1/addonName: InvalidParameterException: Addon cordns specified is not supported in 1.32 kubernetes version",
        ],
    );
}

#[test]
fn the_member_is_named_that_the_service_does_not_like() {
    check(
        &with_addons(
            "      - addonName: vpc-cni\n        addonVersion: v0.0.1\n      - addonName: coredns\n        configurationValues: '{\"replicas\": 3}'\n      - addonName: kube-proxy\n        serviceAccountRoleArn: nonsense\n",
        ),
        &[
            "7:9 /clusters/0/addons/0/addonVersion: InvalidParameterException: Addon version specified is not supported",
            "9:9 /clusters/0/addons/1/configurationValues: InvalidParameterException: ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.replicas: is not defined in the schema and the schema does not allow additional properties]",
            "11:9 /clusters/0/addons/2/serviceAccountRoleArn: InvalidParameterException: Invalid Role Arn: nonsense",
        ],
    );
}

#[test]
fn an_owned_association_is_named_that_the_service_does_not_like() {
    check(
        &with_addons(
            "      - addonName: vpc-cni\n        podIdentityAssociations:\n          - {serviceAccount: aws-node, roleArn: role/a}\n          - {serviceAccount: other, roleArn: role/b}\n",
        ),
        &[
            "9:13 /clusters/0/addons/0/podIdentityAssociations/1: InvalidParameterException: Service account other in pod identity configuration is not supported for addon vpc-cni",
        ],
    );
}

#[test]
fn clusters_and_associations_are_checked_as_well() {
    check(
        r#"schema: 1
clusters:
  - name: old
    version: "1.2"
  - name: short
    resourcesVpcConfig: {subnetIds: [subnet-1]}
  - name: demo
    podIdentityAssociations:
      - {namespace: app, serviceAccount: a, roleArn: nonsense}
      - {namespace: app, serviceAccount: b, roleArn: role/b, policy: "{}"}
      - {namespace: app, serviceAccount: c, roleArn: role/c}
      - {namespace: app, serviceAccount: c, roleArn: role/c}
  - name: demo
"#,
        &[
            "4:5 /clusters/0/version: InvalidParameterException: unsupported Kubernetes version",
            "6:5 /clusters/1/resourcesVpcConfig: InvalidParameterException: Subnets specified must be in at least two different AZs",
            "9:45 /clusters/2/podIdentityAssociations/0/roleArn: InvalidParameterException: Invalid Role Arn: nonsense",
            "10:62 /clusters/2/podIdentityAssociations/1/policy: InvalidParameterException: disableSessionTags must be set to true when policy is provided.",
            "12:9 /clusters/2/podIdentityAssociations/3: the service account app/c has an association already",
            "13:5 /clusters/3/name: the cluster demo is in the document already",
        ],
    );
}

/// The document is right in one part and wrong in another.
#[test]
fn a_bad_addon_in_the_second_cluster_leaves_nothing() {
    let emulator = start();
    let yaml = r#"schema: 1
clock: {now: "2027-01-01T00:00:00Z"}
roles: [{name: reader}]
clusters:
  - {name: one, addons: [{addonName: vpc-cni}]}
  - {name: two, addons: [{addonName: nothing}]}
transitions: [{name: stuck, match: {resourceType: addon}, on: create, after: {kind: never}}]
"#;
    assert_eq!(seed(&emulator, yaml).status, 422);
    assert_eq!(get(&emulator, "/clusters")["clusters"], json!([]));
    assert_eq!(
        get(&emulator, "/_emulator/v1/clock")["now"],
        "2026-01-01T00:00:00.000Z"
    );
    let rules = get(&emulator, "/_emulator/v1/transitions/rules");
    assert_eq!(rules["rules"], json!([]));
    assert_eq!(get(&emulator, "/_emulator/v1/events")["events"], json!([]));
    let role = send(
        &emulator,
        "POST",
        "/?Action=GetRole&Version=2010-05-08&RoleName=reader",
        &[(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
        )],
        "",
    );
    assert_eq!(role.status, 404, "{}", role.text);
}

#[test]
fn roles_are_checked_as_iam_checks_them() {
    check(
        "schema: 1\nroles:\n  - {name: a, trust: \"{}\"}\n  - {name: b, trust: irsa}\n  - {name: c, trust: irsa, cluster: demo, serviceAccount: a/b}\n",
        &[
            "3:5 /roles/0: MalformedPolicyDocumentException: Syntax errors in policy.",
            "4:5 /roles/1: trust: irsa needs cluster",
            "5:28 /roles/2/cluster: there is no cluster demo with an issuer",
        ],
    );
}

#[test]
fn rules_and_faults_are_checked_as_their_endpoints_check_them() {
    check(
        "schema: 1\ntransitions:\n  - {name: a, match: {resourceType: cluster, cluster: b}, on: create}\nfaults:\n  - {name: b, effect: {}}\nclock: {mode: scaled}\n",
        &[
            "3:5 /transitions/0: match.cluster is for add-ons; a cluster has match.name",
            "5:5 /faults/0: effect needs at least one of error, delay and connection",
            "6:1 /clock: a scaled clock needs a rate",
        ],
    );
}

/// A fault that is there already goes on counting.
#[test]
fn the_same_fault_twice_is_one() {
    let yaml = "schema: 1\nfaults: [{name: once, match: {operation: ListClusters}, effect: {error: {preset: throttling}}, times: 1}]\n";
    let emulator = seeded(yaml);
    assert_eq!(send(&emulator, "GET", "/clusters", &[], "").status, 429);
    seed(&emulator, yaml);
    assert_eq!(send(&emulator, "GET", "/clusters", &[], "").status, 200);
}

#[test]
fn the_clock_does_not_go_back() {
    let emulator = seeded("schema: 1\nclock: {now: \"2026-06-01T00:00:00Z\"}\n");
    assert_eq!(
        refused(
            &emulator,
            "schema: 1\nclock: {now: \"2026-05-01T00:00:00Z\"}\n"
        ),
        ["2:9 /clock/now: the clock shows 2026-06-01T00:00:00.000Z already, and does not go back"]
    );
}

#[test]
fn the_namespace_of_an_addon_does_not_change() {
    let yaml = "schema: 1\nclusters:\n  - name: demo\n    addons:\n      - addonName: vpc-cni\n        namespaceConfig: {namespace: other}\n";
    let emulator = seeded("schema: 1\nclusters: [{name: demo, addons: [{addonName: vpc-cni}]}]\n");
    assert_eq!(
        refused(&emulator, yaml),
        [
            "6:27 /clusters/0/addons/0/namespaceConfig/namespace: the namespace of an add-on does not change: it is kube-system"
        ]
    );
}

#[test]
fn a_query_that_makes_no_sense_is_refused() {
    let emulator = start();
    for query in ["?mode=add", "?dryRun=maybe", "?dryrun=true"] {
        let path = format!("/_emulator/v1/seed{query}");
        let answer = send(&emulator, "POST", &path, &[], "schema: 1");
        assert_eq!(answer.status, 400, "{query}");
    }
}
