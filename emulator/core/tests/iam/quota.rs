//! Quotas, in IAM's words.

use serde_json::json;

use crate::support::{Iam, POD_IDENTITY_TRUST, READ_BUCKET};

/// A document whose characters other than white space are `length`.
fn document(length: usize) -> String {
    let with_sid = |sid: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Sid":"{sid}","Effect":"Allow","Action":"*","Resource":"*"}}}}"#
        )
    };
    let document = with_sid(&"a".repeat(length - with_sid("").len()));
    assert_eq!(document.len(), length);
    document.replace(':', ":\n ")
}

#[test]
fn ten_policies_are_attached_to_a_role_at_most() {
    let mut iam = Iam::with_role();
    let of = |number: usize| {
        let arn = format!("arn:aws:iam::aws:policy/Access{number}");
        json!({ "RoleName": "app", "PolicyArn": arn })
    };
    for number in 0..10 {
        iam.ok("AttachRolePolicy", of(number));
    }
    iam.ok("AttachRolePolicy", of(3));
    assert_eq!(
        iam.refused("AttachRolePolicy", of(10)),
        "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    );
}

#[test]
fn managed_policies_are_at_most_6144_characters() {
    let mut iam = Iam::with_policy();
    iam.ok(
        "CreatePolicy",
        json!({ "PolicyName": "long", "PolicyDocument": document(6_144) }),
    );
    let said = "LimitExceeded: Cannot exceed quota for PolicySize: 6144";
    let long = document(6_145);
    assert_eq!(
        iam.refused(
            "CreatePolicy",
            json!({ "PolicyName": "longer", "PolicyDocument": long })
        ),
        said
    );
    let arn = "arn:aws:iam::111122223333:policy/read";
    assert_eq!(
        iam.refused(
            "CreatePolicyVersion",
            json!({ "PolicyArn": arn, "PolicyDocument": long })
        ),
        said
    );
}

#[test]
fn inline_policies_of_a_role_are_at_most_10240_characters_together() {
    let mut iam = Iam::with_role();
    let of = |name: &str, length: usize| json!({ "RoleName": "app", "PolicyName": name, "PolicyDocument": document(length) });
    iam.ok("PutRolePolicy", of("a", 10_000));
    iam.ok("PutRolePolicy", of("b", 240));
    iam.ok("PutRolePolicy", of("a", 10_000));
    for (name, length) in [("b", 241), ("c", 200)] {
        assert_eq!(
            iam.refused("PutRolePolicy", of(name, length)),
            "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role app"
        );
    }
}

#[test]
fn a_provider_has_a_hundred_client_ids_at_most() {
    let mut iam = Iam::lenient();
    let said = "LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    let client_ids = |count: usize| -> Vec<String> {
        (0..count)
            .map(|number| format!("client-{number}"))
            .collect()
    };
    let create =
        |count: usize| json!({ "Url": "https://example.com", "ClientIDList": client_ids(count) });
    assert_eq!(
        iam.refused("CreateOpenIDConnectProvider", create(101)),
        said
    );
    iam.ok("CreateOpenIDConnectProvider", create(100));
    let add = |client_id: &str| {
        json!({
            "OpenIDConnectProviderArn": "arn:aws:iam::111122223333:oidc-provider/example.com",
            "ClientID": client_id,
        })
    };
    iam.ok("AddClientIDToOpenIDConnectProvider", add("client-7"));
    assert_eq!(
        iam.refused("AddClientIDToOpenIDConnectProvider", add("client-100")),
        said
    );
}

#[test]
fn an_account_has_limits() {
    let mut iam = Iam::lenient();
    for number in 0..100 {
        let url = format!("https://example.com/{number}");
        iam.ok("CreateOpenIDConnectProvider", json!({ "Url": url }));
    }
    assert_eq!(
        iam.refused(
            "CreateOpenIDConnectProvider",
            json!({ "Url": "https://example.com" })
        ),
        "LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100"
    );
}

#[test]
fn an_account_has_a_thousand_roles_and_fifteen_hundred_policies_at_most() {
    let mut iam = Iam::lenient();
    let now = iam.now;
    let role = |number: usize| eks_emulator_api::iam::CreateRoleRequest {
        role_name: format!("role-{number}"),
        assume_role_policy_document: POD_IDENTITY_TRUST.to_owned(),
        ..Default::default()
    };
    let policy = |number: usize| eks_emulator_api::iam::CreatePolicyRequest {
        policy_name: format!("policy-{number}"),
        policy_document: READ_BUCKET.to_owned(),
        ..Default::default()
    };
    for number in 0..1_000 {
        iam.account.create_role(now, role(number)).unwrap();
    }
    for number in 0..1_500 {
        iam.account.create_policy(now, policy(number)).unwrap();
    }
    let of = json!({ "RoleName": "more", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST });
    assert_eq!(
        iam.refused("CreateRole", of),
        "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000"
    );
    let of = json!({ "PolicyName": "more", "PolicyDocument": READ_BUCKET });
    assert_eq!(
        iam.refused("CreatePolicy", of),
        "LimitExceeded: Cannot exceed quota for PoliciesPerAccount: 1500"
    );
}
