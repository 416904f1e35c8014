//! Policies inside roles.

use serde_json::json;

use crate::support::{Iam, READ_BUCKET, READ_BUCKET_ENCODED};

#[test]
fn inline_policies_are_put_read_listed_and_deleted() {
    let mut iam = Iam::with_role();
    for name in ["write", "read"] {
        iam.ok(
            "PutRolePolicy",
            json!({ "RoleName": "app", "PolicyName": name, "PolicyDocument": READ_BUCKET }),
        );
    }
    assert_eq!(
        iam.ok("ListRolePolicies", json!({ "RoleName": "app" })),
        json!({ "PolicyNames": ["read", "write"], "IsTruncated": false })
    );
    assert_eq!(
        iam.ok(
            "GetRolePolicy",
            json!({ "RoleName": "app", "PolicyName": "read" })
        ),
        json!({
            "RoleName": "app",
            "PolicyName": "read",
            "PolicyDocument": READ_BUCKET_ENCODED,
        })
    );
    iam.ok(
        "DeleteRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "read" }),
    );
    assert_eq!(
        iam.ok("ListRolePolicies", json!({ "RoleName": "app" })),
        json!({ "PolicyNames": ["write"], "IsTruncated": false })
    );
}

#[test]
fn putting_again_replaces() {
    let mut iam = Iam::with_role();
    let deny = READ_BUCKET.replace("Allow", "Deny");
    for document in [READ_BUCKET, &deny] {
        iam.ok(
            "PutRolePolicy",
            json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": document }),
        );
    }
    let answer = iam.ok(
        "GetRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "p" }),
    );
    assert_eq!(
        answer["PolicyDocument"],
        READ_BUCKET_ENCODED.replace("Allow", "Deny")
    );
}

#[test]
fn missing_inline_policies_are_named() {
    for operation in ["GetRolePolicy", "DeleteRolePolicy"] {
        assert_eq!(
            Iam::with_role().refused(
                operation,
                json!({ "RoleName": "app", "PolicyName": "gone" })
            ),
            "NoSuchEntity: The role policy with name gone cannot be found."
        );
    }
}

#[test]
fn malformed_documents_are_refused() {
    assert_eq!(
        Iam::with_role().refused(
            "PutRolePolicy",
            json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": "{" }),
        ),
        "MalformedPolicyDocument: Syntax errors in policy."
    );
}
