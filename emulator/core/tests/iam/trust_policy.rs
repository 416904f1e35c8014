//! Trust policies as roles take them.

use serde_json::json;

use crate::support::{Iam, POD_IDENTITY_TRUST};

/// Both operations that take a trust policy refuse one alike.
fn refused(iam: &mut Iam, document: &str) -> String {
    let create = json!({ "RoleName": "new", "AssumeRolePolicyDocument": document });
    let created = iam.refused("CreateRole", create);
    let update = json!({ "RoleName": "app", "PolicyDocument": document });
    assert_eq!(iam.refused("UpdateAssumeRolePolicy", update), created);
    created
}

fn statement(text: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#)
}

#[test]
fn malformed_trust_policies_are_refused() {
    let cases = [
        ("{".to_owned(), "This policy contains invalid Json"),
        (
            r#"{"Version":"2012-10-17"}"#.to_owned(),
            "Syntax errors in policy.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#),
            "Has prohibited field Resource",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#),
            "Missing required field Principal",
        ),
        (
            statement(
                r#"{"Effect":"Allow","Principal":{"Service":"nobody"},"Action":"sts:AssumeRole"}"#,
            ),
            r#"Invalid principal in policy: "SERVICE":"nobody""#,
        ),
        (
            statement(
                r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/x"},"Action":"sts:AssumeRole"}"#,
            ),
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::1:role/x""#,
        ),
        (
            statement(
                r#"{"Effect":"Allow","Principal":{"Federated":"idp.example.com"},"Action":"sts:AssumeRoleWithWebIdentity"}"#,
            ),
            r#"Invalid principal in policy: "FEDERATED":"idp.example.com""#,
        ),
        (
            statement(r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject"}"#),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            statement(
                r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Colour":"red"}"#,
            ),
            "Unknown field Colour",
        ),
    ];
    for (document, message) in cases {
        let said = format!("MalformedPolicyDocument: {message}");
        assert_eq!(
            refused(&mut Iam::with_role(), &document),
            said,
            "{document}"
        );
    }
}

#[test]
fn update_assume_role_policy_changes_who_is_trusted() {
    let mut iam = Iam::with_role();
    let nodes = statement(
        r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
    );
    let trusts = |iam: &Iam| {
        let arn = "arn:aws:iam::111122223333:role/app";
        let role = iam.account.role_by_arn(arn).expect("it exists");
        role.trust_policy().allows_pod_identity()
    };
    assert!(trusts(&iam));
    iam.ok(
        "UpdateAssumeRolePolicy",
        json!({ "RoleName": "app", "PolicyDocument": nodes }),
    );
    assert!(!trusts(&iam));
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(
        answer["Role"]["AssumeRolePolicyDocument"],
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D"
    );
}

fn trusting(arn: &str) -> String {
    statement(&format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"sts:AssumeRole"}}"#
    ))
}

#[test]
fn strict_accounts_know_which_of_their_roles_exist() {
    let document = trusting("arn:aws:iam::111122223333:role/other");
    let mut iam = Iam::strict();
    iam.role("app");
    assert_eq!(
        refused(&mut iam, &document),
        r#"MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/other""#
    );
    iam.role("other");
    iam.ok(
        "CreateRole",
        json!({ "RoleName": "new", "AssumeRolePolicyDocument": document }),
    );
}

#[test]
fn nobody_knows_the_roles_of_other_accounts_and_users() {
    for arn in [
        "arn:aws:iam::999988887777:role/other",
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:iam::111122223333:root",
        "arn:aws:sts::111122223333:assumed-role/other/session",
    ] {
        Iam::strict().ok(
            "CreateRole",
            json!({ "RoleName": "new", "AssumeRolePolicyDocument": trusting(arn) }),
        );
    }
}

#[test]
fn lenient_accounts_let_trust_policies_name_any_role() {
    let document = trusting("arn:aws:iam::111122223333:role/other");
    Iam::lenient().ok(
        "CreateRole",
        json!({ "RoleName": "new", "AssumeRolePolicyDocument": document }),
    );
}

#[test]
fn white_space_does_not_count_against_the_length() {
    let spaced = POD_IDENTITY_TRUST.replace(',', &format!(",{}", " \n\t".repeat(600)));
    Iam::lenient().ok(
        "CreateRole",
        json!({ "RoleName": "new", "AssumeRolePolicyDocument": spaced }),
    );
}

#[test]
fn trust_policies_are_at_most_2048_characters() {
    let with_sid = |length: usize| {
        let sid = "a".repeat(length);
        statement(&format!(
            r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole"}}"#
        ))
    };
    let longest = with_sid(2_048 - with_sid(0).len());
    Iam::with_role().ok(
        "UpdateAssumeRolePolicy",
        json!({ "RoleName": "app", "PolicyDocument": longest }),
    );
    assert_eq!(
        refused(&mut Iam::with_role(), &with_sid(2_049 - with_sid(0).len())),
        "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}
