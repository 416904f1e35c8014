//! What seeds bring to IAM.

use serde_json::json;

use crate::client::{query, seed, seed_with, seeded, send};
use crate::export::check_round_trip;

const IDENTITIES: &str = r#"schema: 1
policies:
  - {name: read, path: /teams/, description: Reading, document: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}, tags: [{key: a, value: b}]}
oidcProviders:
  - {url: "https://issuer.example.com/id/1"}
roles:
  - name: reader
    path: /teams/
    trust: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]}
    description: Reads
    maxSessionDuration: 7200
    permissionsBoundary: policy/teams/read
    tags: [{key: z, value: "1"}, {key: a, value: "2"}]
    attachedPolicies: [policy/teams/read, "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]
    inlinePolicies: {more: "{\"Version\":\"2012-10-17\",  \"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"}
    roleId: AROA00000000000000001
    createDate: "2020-01-01T00:00:00Z"
  - {name: second, trust: ec2}
accessKeys:
  - {accessKeyId: AKIAUSER000000000001, principal: user/alice}
  - {accessKeyId: AKIAOTHER00000000001, account: "999988887777", secretAccessKey: "a/b+c"}
"#;

#[test]
fn a_role_has_everything_that_a_document_says() {
    let emulator = seeded(IDENTITIES);
    let form = "Action=GetRole&Version=2010-05-08&RoleName=reader";
    let role = query(&emulator, "iam", "123456789012", form);
    for part in [
        "<Arn>arn:aws:iam::123456789012:role/teams/reader</Arn>",
        "<RoleId>AROA00000000000000001</RoleId>",
        "<CreateDate>2020-01-01T00:00:00Z</CreateDate>",
        "<Description>Reads</Description>",
        "<MaxSessionDuration>7200</MaxSessionDuration>",
        "<PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/teams/read</PermissionsBoundaryArn>",
    ] {
        assert!(role.contains(part), "{part} in {role}");
    }
    let form = "Action=ListAttachedRolePolicies&Version=2010-05-08&RoleName=reader";
    let policies = query(&emulator, "iam", "123456789012", form);
    assert!(policies.contains("arn:aws:iam::123456789012:policy/teams/read"));
    assert!(policies.contains("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"));
}

#[test]
fn identities_survive_export_and_import() {
    check_round_trip(&seeded(IDENTITIES));
}

#[test]
fn what_a_document_does_not_name_of_a_role_stays() {
    let emulator = seeded(IDENTITIES);
    let report = seed(
        &emulator,
        "schema: 1\nroles: [{name: reader, description: Reads all}]\n",
    );
    assert_eq!(
        report.json()["updated"],
        json!(["arn:aws:iam::123456789012:role/teams/reader"])
    );
    let form = "Action=GetRole&Version=2010-05-08&RoleName=reader";
    let role = query(&emulator, "iam", "123456789012", form);
    assert!(role.contains("<Description>Reads all</Description>"));
    assert!(role.contains("<MaxSessionDuration>7200</MaxSessionDuration>"));
}

#[test]
fn an_access_key_says_who_calls() {
    let emulator = seeded(IDENTITIES);
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let caller = query(&emulator, "sts", "AKIAUSER000000000001", form);
    assert!(
        caller.contains("<Arn>arn:aws:iam::123456789012:user/alice</Arn>"),
        "{caller}"
    );
    let caller = query(&emulator, "sts", "AKIAOTHER00000000001", form);
    assert!(
        caller.contains("<Arn>arn:aws:iam::999988887777:root</Arn>"),
        "{caller}"
    );
}

/// The account of a key is the account of calls with it, of EKS as well.
#[test]
fn calls_with_an_access_key_are_its_accounts() {
    let emulator = seeded(
        "schema: 1\naccessKeys: [{accessKeyId: AKIAOTHER00000000001, account: \"999988887777\"}]\nclusters: [{name: theirs, x-emulator: {account: \"999988887777\"}}, {name: ours}]\n",
    );
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIAOTHER00000000001/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0";
    let headers = [("authorization", authorization)];
    let answer = send(&emulator, "GET", "/clusters", &headers, "").json();
    assert_eq!(answer["clusters"], json!(["theirs"]));
}

#[test]
fn replacing_takes_identities_away() {
    let emulator = seeded(IDENTITIES);
    let yaml = "schema: 1\ndefaults: {account: \"123456789012\"}\nroles: [{name: second}]\n";
    let report = seed_with(&emulator, "?mode=replace", yaml).json();
    assert_eq!(
        report["deleted"],
        json!([
            "arn:aws:iam::123456789012:role/teams/reader",
            "arn:aws:iam::123456789012:policy/teams/read",
            "arn:aws:iam::123456789012:oidc-provider/issuer.example.com/id/1",
            "accessKeys/AKIAUSER000000000001",
        ])
    );
}

/// A role of the document may trust one that comes after it.
#[test]
fn the_order_of_roles_does_not_matter() {
    let emulator = crate::client::builder(1)
        .iam(eks_emulator::IamMode::Strict)
        .start_blocking()
        .unwrap();
    let yaml = r#"schema: 1
roles:
  - name: first
    trust: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:role/second"}, Action: "sts:AssumeRole"}]}
  - {name: second, trust: ec2}
"#;
    let answer = seed(&emulator, yaml);
    assert_eq!(answer.status, 200, "{}", answer.text);
}
