//! From state to a document, and back.

use eks_emulator::{EksEmulator, EksEmulatorBuilder};
use serde_json::json;

use crate::client::{builder, eks, export, get, query, seed, seeded, send};
use crate::example::EXAMPLE;

/// Everything that reads of the EKS API show of the clusters, and of IAM the
/// roles.
pub(crate) fn reads(emulator: &EksEmulator) -> String {
    let mut all = String::new();
    let clusters = get(emulator, "/clusters")["clusters"].clone();
    for name in clusters.as_array().unwrap() {
        let cluster = format!("/clusters/{}", name.as_str().unwrap());
        let described = get(emulator, &cluster);
        let arn = described["cluster"]["arn"].as_str().unwrap();
        let account = arn.split(':').nth(4).unwrap().to_owned();
        all += &described.to_string();
        let addons = get(emulator, &format!("{cluster}/addons"))["addons"].clone();
        for addon in addons.as_array().unwrap() {
            all += &get(
                emulator,
                &format!("{cluster}/addons/{}", addon.as_str().unwrap()),
            )
            .to_string();
        }
        let path = format!("{cluster}/pod-identity-associations");
        let listing = get(emulator, &path)["associations"].clone();
        for one in listing.as_array().unwrap() {
            all += &get(
                emulator,
                &format!("{path}/{}", one["associationId"].as_str().unwrap()),
            )
            .to_string();
        }
        let accounts = format!("/_emulator/v1{cluster}/service-accounts?account={account}");
        let accounts = get(emulator, &accounts)["serviceAccounts"].clone();
        for account in accounts.as_array().unwrap() {
            all += &account["metadata"]["annotations"].to_string();
        }
    }
    for name in ["acme-agent", "coredns"] {
        let path = format!("/addons/supported-versions?addonName={name}");
        all += &get(emulator, &path).to_string();
    }
    let form = "Action=ListRoles&Version=2010-05-08";
    let roles = query(emulator, "iam", "123456789012", form);
    all + roles.split("<ResponseMetadata>").next().unwrap()
}

/// Seeding an empty emulator with what another exports makes an equal one,
/// whatever its seed for identifiers; and it exports the same bytes.
#[track_caller]
pub(crate) fn check_round_trip(emulator: &EksEmulator) -> EksEmulator {
    check_round_trip_into(emulator, builder(99))
}

/// The same, with the other emulator started so.
#[track_caller]
pub(crate) fn check_round_trip_into(
    emulator: &EksEmulator,
    other: EksEmulatorBuilder,
) -> EksEmulator {
    let exported = export(emulator);
    let other = other.start_blocking().unwrap();
    let answer = seed(&other, &exported);
    assert_eq!(answer.status, 200, "{}\n{exported}", answer.text);
    assert_eq!(reads(&other), reads(emulator), "{exported}");
    assert_eq!(export(&other), exported);
    let again = seed(&other, &exported).json();
    assert_eq!(again["created"], json!([]));
    assert_eq!(again["updated"], json!([]), "{exported}");
    other
}

#[test]
fn the_example_survives_export_and_import() {
    check_round_trip(&seeded(EXAMPLE));
}

/// A cluster with some history.
fn made_by_calls() -> EksEmulator {
    let emulator = seeded("schema: 1\n");
    let cluster = json!({
        "name": "demo",
        "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"], "endpointPrivateAccess": true },
        "logging": { "clusterLogging": [{ "types": ["audit"], "enabled": true }] },
        "kubernetesNetworkConfig": { "ipFamily": "ipv6" },
        "accessConfig": { "authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false },
        "tags": { "a b": "c: d", "x": "" },
    });
    eks(&emulator, "POST", "/clusters", cluster);
    let values = "{\"replicaCount\": 3}";
    let addon = json!({ "addonName": "coredns", "configurationValues": values });
    eks(&emulator, "POST", "/clusters/demo/addons", addon);
    let addon = json!({
        "addonName": "vpc-cni",
        "podIdentityAssociations": [{ "serviceAccount": "aws-node", "roleArn": "arn:aws:iam::123456789012:role/cni" }],
    });
    eks(&emulator, "POST", "/clusters/demo/addons", addon);
    eks(
        &emulator,
        "POST",
        "/clusters/demo/addons/vpc-cni/update",
        json!({ "podIdentityAssociations": [] }),
    );
    eks(
        &emulator,
        "POST",
        "/clusters/demo/addons/coredns/update",
        json!({ "configurationValues": "replicaCount: 2\n" }),
    );
    let path = "/clusters/demo/pod-identity-associations";
    for name in ["one", "two", "three"] {
        let association = json!({
            "namespace": "app",
            "serviceAccount": name,
            "roleArn": "arn:aws:iam::123456789012:role/app",
            "targetRoleArn": "arn:aws:iam::999988887777:role/target",
            "disableSessionTags": true,
        });
        let made = eks(&emulator, "POST", path, association);
        if name == "one" {
            let id = made["association"]["associationId"]
                .as_str()
                .unwrap()
                .to_owned();
            eks(&emulator, "DELETE", &format!("{path}/{id}"), json!(null));
        }
    }
    emulator.advance_until_idle();
    emulator
}

#[test]
fn what_calls_have_made_survives_export_and_import() {
    check_round_trip(&made_by_calls());
}

#[test]
fn identifiers_that_a_seed_gave_are_not_drawn_again() {
    let other = check_round_trip(&made_by_calls());
    let path = "/clusters/demo/pod-identity-associations";
    for name in ["four", "five", "six", "seven"] {
        let association = json!({
            "namespace": "app",
            "serviceAccount": name,
            "roleArn": "arn:aws:iam::123456789012:role/app",
        });
        eks(&other, "POST", path, association);
    }
    let listing = get(&other, path);
    assert_eq!(listing["associations"].as_array().unwrap().len(), 6);
}

#[test]
fn statuses_and_states_that_the_api_refuses_survive() {
    for part in [
        "status: FAILED",
        "status: CREATING",
        "status: PENDING",
        "status: UPDATING, addons: [{addonName: coredns, status: UPDATE_FAILED, health: {issues: [{code: ConfigurationConflict, message: \"two\\nlines\"}]}}]",
        "status: DELETING, addons: [{addonName: coredns, status: CREATING}]",
        "version: \"1.7\", x-emulator: {force: true}",
        "x-emulator: {compute: none}, addons: [{addonName: coredns, x-emulator: {conflicts: [\"ConfigMap coredns - .data.Corefile\"]}}]",
        "addons: [{addonName: acme, addonVersion: v1, x-emulator: {force: true}}]",
        "podIdentityAssociations: [{namespace: a, serviceAccount: b, roleArn: nonsense, x-emulator: {force: true}}]",
        "pods: [{namespace: a, name: b, x-emulator: {manifest: {metadata: {labels: {x: \"1\"}}, spec: {containers: [{name: c, image: d}]}}}}]",
        "bootstrapSelfManagedAddons: false, deletionProtection: true, upgradePolicy: {supportType: STANDARD}, zonalShiftConfig: {enabled: true}",
    ] {
        let yaml = format!("schema: 1\nclusters: [{{name: demo, {part}}}]\n");
        check_round_trip(&seeded(&yaml));
    }
}

#[test]
fn an_exported_seed_is_short_and_in_the_order_of_its_types() {
    let emulator = seeded(
        "schema: 1\nclusters: [{name: demo, version: \"1.32\", addons: [{addonName: coredns}]}]\n",
    );
    let exported = export(&emulator);
    let without_values: Vec<&str> = exported
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        without_values,
        [
            "schema",
            "defaults:",
            "  account",
            "  region",
            "clock:",
            "  mode",
            "  now",
            "clusters:",
            "  - name",
            "    version",
            "    createdAt",
            "    roleArn",
            "    resourcesVpcConfig:",
            "      subnetIds:",
            "        - subnet-00000000000000001",
            "        - subnet-00000000000000002",
            "      securityGroupIds",
            "      clusterSecurityGroupId",
            "      vpcId",
            "      endpointPublicAccess",
            "      endpointPrivateAccess",
            "      publicAccessCidrs:",
            "        - \"0.0.0.0/0\"",
            "      controlPlaneEgressMode",
            "    endpoint",
            "    certificateAuthority:",
            "      active:",
            "        id",
            "        activatedBy",
            "    addons:",
            "      - addonName",
            "        addonVersion",
            "        addonArn",
            "        createdAt",
            "        modifiedAt",
            "    x-emulator:",
            "      certificateAuthority:",
            "        seed",
            "        serial",
            "      issuer",
        ]
    );
}

#[test]
fn a_scope_narrows_the_export() {
    let emulator = seeded(
        "schema: 1\nclusters:\n  - {name: here}\n  - {name: there, x-emulator: {account: \"999988887777\", region: eu-west-1}}\n",
    );
    let path = "/_emulator/v1/state?format=seed&account=999988887777&region=eu-west-1";
    let exported = get(&emulator, path);
    assert_eq!(
        exported["defaults"],
        json!({ "account": "999988887777", "region": "eu-west-1" })
    );
    assert_eq!(exported["clusters"][0]["name"], "there");
    assert_eq!(exported["clusters"].as_array().unwrap().len(), 1);
    assert_eq!(exported["clock"], json!(null));
    check_round_trip(&emulator);
}

#[test]
fn the_form_is_json_unless_yaml_is_asked_for() {
    let emulator = seeded(EXAMPLE);
    let path = "/_emulator/v1/state?format=seed";
    let as_json = send(&emulator, "GET", path, &[], "").text;
    assert!(as_json.starts_with("{\n  \"schema\": 1,"), "{as_json}");
    let as_yaml = export(&emulator);
    assert!(as_yaml.starts_with("schema: 1\n"), "{as_yaml}");
    let read = eks_emulator::seed::Seed::from_yaml(&as_yaml).unwrap();
    assert_eq!(read, eks_emulator::seed::Seed::from_json(&as_json).unwrap());
    let path = "/_emulator/v1/state?format=other";
    assert_eq!(send(&emulator, "GET", path, &[], "").status, 400);
}
