//! Add-ons and versions that a document lays over the catalogue.

use serde_json::{Value, json};

use crate::client::{eks, get, seed, seed_with, seeded, start};

const ACME: &str = r#"schema: 1
catalogue:
  - addonName: acme-agent
    versions: [{addonVersion: v1.0.0-eksbuild.1, clusterVersions: ["1.32"], default: true, podIdentityServiceAccounts: [acme]}]
"#;

fn versions(emulator: &eks_emulator::EksEmulator, query: &str) -> Value {
    get(emulator, &format!("/addons/supported-versions?{query}"))["addons"].clone()
}

#[test]
fn the_short_form_makes_an_add_on_that_the_api_shows() {
    let emulator = seeded(ACME);
    let acme = &versions(&emulator, "addonName=acme-agent")[0];
    assert_eq!(
        *acme,
        json!({
            "addonName": "acme-agent",
            "type": "infra-management",
            "publisher": "eks",
            "owner": "aws",
            "defaultNamespace": "kube-system",
            "marketplaceInformation": null,
            "addonVersions": [{
                "addonVersion": "v1.0.0-eksbuild.1",
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2"],
                "compatibilities": [
                    { "clusterVersion": "1.32", "platformVersions": ["*"], "defaultVersion": true },
                ],
                "requiresConfiguration": false,
                "requiresIamPermissions": true,
            }],
        })
    );
    assert_eq!(
        versions(&emulator, "addonName=acme-agent&kubernetesVersion=1.33"),
        json!([])
    );
    let path = "/addons/configuration-schemas?addonName=acme-agent&addonVersion=v1.0.0-eksbuild.1";
    assert_eq!(
        get(&emulator, path)["podIdentityConfiguration"],
        json!([{ "serviceAccount": "acme", "recommendedManagedPolicies": [] }])
    );
}

#[test]
fn clusters_of_the_same_document_are_given_what_it_adds() {
    let yaml = format!(
        "{ACME}clusters:\n  - name: demo\n    version: \"1.32\"\n    addons:\n      - addonName: acme-agent\n        podIdentityAssociations: [{{serviceAccount: acme, roleArn: role/acme}}]\n"
    );
    let emulator = seeded(&yaml);
    let addon = &get(&emulator, "/clusters/demo/addons/acme-agent")["addon"];
    assert_eq!(addon["addonVersion"], "v1.0.0-eksbuild.1");
    assert_eq!(addon["status"], "ACTIVE");
    let pods = get(
        &emulator,
        "/_emulator/v1/clusters/demo/pods?owner=addon/acme-agent",
    );
    assert_eq!(pods["pods"][0]["spec"]["serviceAccountName"], "acme");
}

#[test]
fn default_and_latest_are_those_of_the_whole_catalogue() {
    let emulator = seeded(
        r#"schema: 1
catalogue:
  - addonName: coredns
    versions:
      - {addonVersion: v99.0.0-eksbuild.1, clusterVersions: ["1.32"]}
      - {addonVersion: v98.0.0-eksbuild.1, clusterVersions: ["1.32"], default: true}
clusters:
  - {name: a, version: "1.32", addons: [{addonName: coredns, addonVersion: latest}]}
  - {name: b, version: "1.32", addons: [{addonName: coredns, addonVersion: default}]}
"#,
    );
    let version = |cluster: &str| {
        let path = format!("/clusters/{cluster}/addons/coredns");
        get(&emulator, &path)["addon"]["addonVersion"].clone()
    };
    assert_eq!(version("a"), "v99.0.0-eksbuild.1");
    assert_eq!(version("b"), "v98.0.0-eksbuild.1");
}

#[test]
fn the_api_installs_and_updates_what_a_document_has_added() {
    let emulator = seeded(ACME);
    let cluster = json!({
        "name": "demo",
        "version": "1.32",
        "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    eks(&emulator, "POST", "/clusters", cluster);
    eks(
        &emulator,
        "POST",
        "/clusters/demo/addons",
        json!({ "addonName": "acme-agent" }),
    );
    seed(
        &emulator,
        r#"schema: 1
catalogue: [{addonName: acme-agent, versions: [{addonVersion: v1.1.0-eksbuild.1}]}]
"#,
    );
    let update = json!({ "addonVersion": "v1.1.0-eksbuild.1" });
    let path = "/clusters/demo/addons/acme-agent";
    eks(&emulator, "POST", &format!("{path}/update"), update);
    assert_eq!(
        get(&emulator, path)["addon"]["addonVersion"],
        "v1.1.0-eksbuild.1"
    );
}

/// An answer of `describe-addon-versions` of one emulator is what another is
/// to have.
#[test]
fn an_answer_of_describe_addon_versions_can_be_pasted() {
    let source = seeded(ACME);
    for name in ["acme-agent", "vpc-cni", "akuity_agent"] {
        let shown = versions(&source, &format!("addonName={name}"));
        let other = start();
        let document = json!({ "schema": 1, "catalogue": shown });
        let answer = seed(&other, &document.to_string());
        assert_eq!(
            answer.json()["created"],
            json!([format!("catalogue/{name}")])
        );
        assert_eq!(versions(&other, &format!("addonName={name}")), shown);
        let again = seed(&other, &document.to_string()).json();
        assert_eq!(again["unchanged"], json!([format!("catalogue/{name}")]));
    }
}

#[test]
fn the_whole_catalogue_can_be_pasted_and_is_what_it_was() {
    let emulator = start();
    let shown = versions(&emulator, "maxResults=100");
    assert_eq!(shown.as_array().unwrap().len(), 84);
    let document = json!({ "schema": 1, "catalogue": shown });
    let answer = seed(&emulator, &document.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(versions(&emulator, "maxResults=100"), shown);
}

#[test]
fn every_account_and_region_has_the_same_catalogue() {
    let emulator = seeded(ACME);
    let authorization = "AWS4-HMAC-SHA256 Credential=999988887777/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0";
    let answer = crate::client::send(
        &emulator,
        "GET",
        "/addons/supported-versions?addonName=acme-agent",
        &[("authorization", authorization)],
        "",
    );
    assert_eq!(answer.json()["addons"][0]["addonName"], "acme-agent");
}

#[test]
fn the_report_has_an_add_on_by_its_name_and_no_arn() {
    let emulator = start();
    let all = |created: Value, updated: Value, unchanged: Value| json!({ "created": created, "updated": updated, "unchanged": unchanged });
    let acme = json!(["catalogue/acme-agent"]);
    let none = json!([]);
    let dry = seed_with(&emulator, "?dryRun=true", ACME).json();
    assert_eq!(dry, all(acme.clone(), none.clone(), none.clone()));
    assert_eq!(versions(&emulator, "addonName=acme-agent"), none);
    let report = seed(&emulator, ACME).json();
    assert_eq!(report, all(acme.clone(), none.clone(), none.clone()));
    let report = seed(&emulator, ACME).json();
    assert_eq!(report, all(none.clone(), none.clone(), acme.clone()));
    let changed = ACME.replace("[acme]", "[other]");
    let report = seed(&emulator, &changed).json();
    assert_eq!(report, all(none.clone(), acme, none));
}

#[test]
fn merging_adds_versions_and_takes_nothing_away() {
    let emulator = seeded(ACME);
    let more = r#"schema: 1
catalogue:
  - addonName: acme-agent
    publisher: acme
    versions: [{addonVersion: v1.1.0-eksbuild.1, clusterVersions: ["1.32", "1.33"], default: true}]
"#;
    assert_eq!(
        seed(&emulator, more).json()["updated"],
        json!(["catalogue/acme-agent"])
    );
    let acme = &versions(&emulator, "addonName=acme-agent&kubernetesVersion=1.32")[0];
    assert_eq!(acme["publisher"], "acme");
    let all = acme["addonVersions"].as_array().unwrap().iter();
    let all: Vec<(&str, bool)> = all
        .map(|one| {
            let is_default = &one["compatibilities"][0]["defaultVersion"];
            (
                one["addonVersion"].as_str().unwrap(),
                is_default.as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        all,
        [("v1.1.0-eksbuild.1", true), ("v1.0.0-eksbuild.1", false)]
    );
}

#[test]
fn replacing_takes_away_what_is_not_named() {
    let emulator = seeded(ACME);
    let other = "schema: 1\ncatalogue: [{addonName: other, versions: [{addonVersion: v1.0.0}]}]\n";
    let report = seed_with(&emulator, "?mode=replace", other).json();
    assert_eq!(report["deleted"], json!(["catalogue/acme-agent"]));
    assert_eq!(report["created"], json!(["catalogue/other"]));
    assert_eq!(versions(&emulator, "addonName=acme-agent"), json!([]));
    let fewer = "schema: 1\ncatalogue: [{addonName: other, versions: [{addonVersion: v2.0.0}]}]\n";
    let report = seed_with(&emulator, "?mode=replace", fewer).json();
    assert_eq!(report["updated"], json!(["catalogue/other"]));
    let left = &versions(&emulator, "addonName=other")[0]["addonVersions"];
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["addonVersion"], "v2.0.0");
}
