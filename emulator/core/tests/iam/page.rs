//! Pages of listings.

use serde_json::{Value, json};

use crate::support::{Iam, POD_IDENTITY_TRUST, READ_BUCKET};

/// An account in which every listing has three items.
fn account() -> Iam {
    let mut iam = Iam::lenient();
    for name in ["a", "b", "c"] {
        iam.role(name);
        iam.policy(name);
        iam.ok(
            "PutRolePolicy",
            json!({ "RoleName": "a", "PolicyName": name, "PolicyDocument": READ_BUCKET }),
        );
        let arn = format!("arn:aws:iam::111122223333:policy/{name}");
        iam.ok(
            "AttachRolePolicy",
            json!({ "RoleName": "a", "PolicyArn": arn }),
        );
    }
    let arn = "arn:aws:iam::111122223333:policy/a";
    for _ in 0..2 {
        iam.ok(
            "CreatePolicyVersion",
            json!({ "PolicyArn": arn, "PolicyDocument": READ_BUCKET }),
        );
    }
    iam.ok(
        "CreateOpenIDConnectProvider",
        json!({ "Url": "https://example.com" }),
    );
    let provider = "arn:aws:iam::111122223333:oidc-provider/example.com";
    let tags: Value = ["c", "a", "b"]
        .map(|key| json!({ "Key": key, "Value": "" }))
        .into_iter()
        .collect();
    iam.ok("TagRole", json!({ "RoleName": "a", "Tags": tags }));
    iam.ok("TagPolicy", json!({ "PolicyArn": arn, "Tags": tags }));
    iam.ok(
        "TagOpenIDConnectProvider",
        json!({ "OpenIDConnectProviderArn": provider, "Tags": tags }),
    );
    iam
}

/// Every listing with pages: its input and the list in its answer.
fn listings() -> [(&'static str, Value, &'static str); 8] {
    let policy = "arn:aws:iam::111122223333:policy/a";
    let provider = "arn:aws:iam::111122223333:oidc-provider/example.com";
    [
        ("ListRoles", json!({}), "Roles"),
        ("ListPolicies", json!({ "Scope": "Local" }), "Policies"),
        (
            "ListAttachedRolePolicies",
            json!({ "RoleName": "a" }),
            "AttachedPolicies",
        ),
        (
            "ListRolePolicies",
            json!({ "RoleName": "a" }),
            "PolicyNames",
        ),
        ("ListRoleTags", json!({ "RoleName": "a" }), "Tags"),
        ("ListPolicyTags", json!({ "PolicyArn": policy }), "Tags"),
        (
            "ListPolicyVersions",
            json!({ "PolicyArn": policy }),
            "Versions",
        ),
        (
            "ListOpenIDConnectProviderTags",
            json!({ "OpenIDConnectProviderArn": provider }),
            "Tags",
        ),
    ]
}

#[test]
fn pages_together_are_the_listing() {
    for (operation, mut input, list) in listings() {
        let mut iam = account();
        let all = iam.ok(operation, input.clone());
        assert_eq!(all["IsTruncated"], false, "{operation}");
        assert_eq!(all["Marker"], json!(null), "{operation}");
        let all = all[list].as_array().unwrap();
        assert_eq!(all.len(), 3, "{operation}");
        input["MaxItems"] = json!(1);
        for (index, item) in all.iter().enumerate() {
            let page = iam.ok(operation, input.clone());
            assert_eq!(page[list], json!([item]), "{operation}");
            assert_eq!(page["IsTruncated"], index < 2, "{operation}");
            assert_eq!(page["Marker"].is_string(), index < 2, "{operation}");
            input["Marker"] = page["Marker"].clone();
        }
    }
}

#[test]
fn markers_of_other_listings_are_refused() {
    let mut iam = account();
    let foreign = iam.ok("ListRoles", json!({ "MaxItems": 1, "PathPrefix": "/x/" }));
    assert_eq!(foreign["Roles"], json!([]));
    let foreign = iam.ok(
        "ListRolePolicies",
        json!({ "RoleName": "a", "MaxItems": 2 }),
    );
    for marker in [foreign["Marker"].clone(), json!("?")] {
        for (operation, mut input, _) in listings() {
            if operation == "ListRolePolicies" && marker != "?" {
                continue;
            }
            input["Marker"] = marker.clone();
            assert_eq!(
                iam.refused(operation, input),
                "ValidationError: Invalid Marker",
                "{operation}"
            );
        }
    }
    assert_eq!(
        iam.refused(
            "ListInstanceProfilesForRole",
            json!({ "RoleName": "a", "Marker": "?" })
        ),
        "ValidationError: Invalid Marker"
    );
}

#[test]
fn markers_stay_good_while_items_come_and_go() {
    let mut iam = account();
    let first = iam.ok("ListRoles", json!({ "MaxItems": 2 }));
    iam.ok("DeleteRole", json!({ "RoleName": "b" }));
    iam.role("bb");
    let second = iam.ok("ListRoles", json!({ "Marker": first["Marker"] }));
    assert_eq!(second["Roles"][0]["RoleName"], "bb");
    assert_eq!(second["Roles"][1]["RoleName"], "c");
}

#[test]
fn markers_of_long_keys_fit_into_requests() {
    let mut iam = account();
    let tags: Value = (0..5)
        .map(|number| json!({ "Key": format!("{}{number}", "\u{10348}".repeat(127)), "Value": "" }))
        .collect();
    iam.ok("TagRole", json!({ "RoleName": "b", "Tags": tags }));
    let mut seen = Vec::new();
    let mut input = json!({ "RoleName": "b", "MaxItems": 2 });
    loop {
        let page = iam.ok("ListRoleTags", input.clone());
        seen.extend(page["Tags"].as_array().unwrap().clone());
        let Some(marker) = page["Marker"].as_str() else {
            break;
        };
        assert!(marker.len() <= 320, "{} characters", marker.len());
        input["Marker"] = json!(marker);
    }
    seen.sort_by_key(|tag| tag["Key"].to_string());
    assert_eq!(Value::from(seen), tags);
}

#[test]
fn a_page_has_a_hundred_items_unless_said_otherwise() {
    let mut iam = Iam::lenient();
    for number in 0..101 {
        iam.ok(
            "CreateRole",
            json!({
                "RoleName": format!("role-{number:03}"),
                "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
            }),
        );
    }
    let page = iam.ok("ListRoles", json!({}));
    assert_eq!(page["Roles"].as_array().unwrap().len(), 100);
    assert_eq!(page["IsTruncated"], true);
    let page = iam.ok("ListRoles", json!({ "MaxItems": 1000 }));
    assert_eq!(page["Roles"].as_array().unwrap().len(), 101);
}
