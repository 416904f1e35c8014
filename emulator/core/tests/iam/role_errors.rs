//! What is refused for roles, in IAM's words.

use serde_json::{Value, json};

use crate::support::{Iam, POD_IDENTITY_TRUST, READ_BUCKET};

#[test]
fn every_operation_on_a_missing_role_says_so() {
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let operations: [(&str, Value); 18] = [
        ("AttachRolePolicy", json!({ "PolicyArn": arn })),
        ("DeleteRole", json!({})),
        ("DeleteRolePermissionsBoundary", json!({})),
        ("DeleteRolePolicy", json!({ "PolicyName": "p" })),
        ("DetachRolePolicy", json!({ "PolicyArn": arn })),
        ("GetRole", json!({})),
        ("GetRolePolicy", json!({ "PolicyName": "p" })),
        ("ListAttachedRolePolicies", json!({})),
        ("ListInstanceProfilesForRole", json!({})),
        ("ListRolePolicies", json!({})),
        ("ListRoleTags", json!({})),
        (
            "PutRolePermissionsBoundary",
            json!({ "PermissionsBoundary": arn }),
        ),
        (
            "PutRolePolicy",
            json!({ "PolicyName": "p", "PolicyDocument": READ_BUCKET }),
        ),
        ("TagRole", json!({ "Tags": [] })),
        ("UntagRole", json!({ "TagKeys": [] })),
        (
            "UpdateAssumeRolePolicy",
            json!({ "PolicyDocument": POD_IDENTITY_TRUST }),
        ),
        ("UpdateRole", json!({ "MaxSessionDuration": 3600 })),
        ("UpdateRoleDescription", json!({ "Description": "" })),
    ];
    for (operation, mut input) in operations {
        input["RoleName"] = json!("gone");
        assert_eq!(
            Iam::with_role().refused(operation, input),
            "NoSuchEntity: The role with name gone cannot be found.",
            "{operation}"
        );
    }
}

#[test]
fn names_are_given_once() {
    assert_eq!(
        Iam::with_role().refused(
            "CreateRole",
            json!({ "RoleName": "app", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST }),
        ),
        "EntityAlreadyExists: Role with name app already exists."
    );
}

#[test]
fn a_role_with_policies_stays() {
    let mut iam = Iam::with_role();
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    iam.ok(
        "AttachRolePolicy",
        json!({ "RoleName": "app", "PolicyArn": arn }),
    );
    iam.ok(
        "PutRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": READ_BUCKET }),
    );
    assert_eq!(
        iam.refused("DeleteRole", json!({ "RoleName": "app" })),
        "DeleteConflict: Cannot delete entity, must detach all policies first."
    );
    iam.ok(
        "DetachRolePolicy",
        json!({ "RoleName": "app", "PolicyArn": arn }),
    );
    assert_eq!(
        iam.refused("DeleteRole", json!({ "RoleName": "app" })),
        "DeleteConflict: Cannot delete entity, must delete policies first."
    );
    iam.ok(
        "DeleteRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "p" }),
    );
    iam.ok("DeleteRole", json!({ "RoleName": "app" }));
}

#[test]
fn a_boundary_must_be_a_policy_that_exists() {
    for (arn, said) in [
        (
            "arn:aws:iam::111122223333:policy/gone",
            "NoSuchEntity: Scope ARN: arn:aws:iam::111122223333:policy/gone does not exist or is not attachable.",
        ),
        (
            "arn:aws:iam::111122223333:role/app",
            "InvalidInput: ARN arn:aws:iam::111122223333:role/app is not valid.",
        ),
    ] {
        let mut iam = Iam::with_role();
        let put = json!({ "RoleName": "app", "PermissionsBoundary": arn });
        assert_eq!(iam.refused("PutRolePermissionsBoundary", put), said);
        let create = json!({
            "RoleName": "new",
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
            "PermissionsBoundary": arn,
        });
        assert_eq!(iam.refused("CreateRole", create), said);
    }
}
