//! Managed policies of the account and of AWS.

use serde_json::json;

use crate::support::{Iam, READ_BUCKET, START, column};

const READ: &str = "arn:aws:iam::111122223333:policy/read";

#[test]
fn a_new_policy_has_one_version() {
    let mut iam = Iam::lenient();
    let answer = iam.ok(
        "CreatePolicy",
        json!({
            "PolicyName": "read",
            "Path": "/team/x/",
            "PolicyDocument": READ_BUCKET,
            "Description": "Reads.",
            "Tags": [{ "Key": "team", "Value": "x" }],
        }),
    );
    let mut expected = json!({
        "PolicyName": "read",
        "PolicyId": "ANPAE8PBHPW74YOC4208F",
        "Arn": "arn:aws:iam::111122223333:policy/team/x/read",
        "Path": "/team/x/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "CreateDate": START,
        "UpdateDate": START,
        "Tags": [{ "Key": "team", "Value": "x" }],
    });
    assert_eq!(answer, json!({ "Policy": expected }));
    let answer = iam.ok(
        "GetPolicy",
        json!({ "PolicyArn": "arn:aws:iam::111122223333:policy/team/x/read" }),
    );
    expected["Description"] = json!("Reads.");
    assert_eq!(answer, json!({ "Policy": expected }));
}

#[test]
fn names_are_unique_whatever_the_path_and_case() {
    assert_eq!(
        Iam::with_policy().refused(
            "CreatePolicy",
            json!({ "PolicyName": "READ", "Path": "/x/", "PolicyDocument": READ_BUCKET }),
        ),
        "EntityAlreadyExists: A policy called READ already exists. Duplicate names are not allowed."
    );
}

#[test]
fn policies_count_where_they_are_used() {
    let mut iam = Iam::with_policy();
    for role in ["a", "b"] {
        iam.role(role);
        iam.ok(
            "AttachRolePolicy",
            json!({ "RoleName": role, "PolicyArn": READ }),
        );
    }
    iam.ok(
        "PutRolePermissionsBoundary",
        json!({ "RoleName": "a", "PermissionsBoundary": READ }),
    );
    let answer = iam.ok("GetPolicy", json!({ "PolicyArn": READ }));
    assert_eq!(answer["Policy"]["AttachmentCount"], 2);
    assert_eq!(answer["Policy"]["PermissionsBoundaryUsageCount"], 1);
}

#[test]
fn only_unused_policies_are_deleted() {
    let mut iam = Iam::with_policy();
    iam.role("app");
    let in_use = "DeleteConflict: Cannot delete a policy attached to entities.";
    let attachment = json!({ "RoleName": "app", "PolicyArn": READ });
    iam.ok("AttachRolePolicy", attachment.clone());
    assert_eq!(
        iam.refused("DeletePolicy", json!({ "PolicyArn": READ })),
        in_use
    );
    iam.ok("DetachRolePolicy", attachment);
    iam.ok(
        "PutRolePermissionsBoundary",
        json!({ "RoleName": "app", "PermissionsBoundary": READ }),
    );
    assert_eq!(
        iam.refused("DeletePolicy", json!({ "PolicyArn": READ })),
        in_use
    );
    iam.ok("DeleteRole", json!({ "RoleName": "app" }));
    iam.ok("DeletePolicy", json!({ "PolicyArn": READ }));
    assert_eq!(
        iam.refused("GetPolicy", json!({ "PolicyArn": READ })),
        "NoSuchEntity: Policy arn:aws:iam::111122223333:policy/read was not found."
    );
}

#[test]
fn missing_policies_are_named() {
    let arn = "arn:aws:iam::111122223333:policy/gone";
    for (operation, mut input) in [
        ("GetPolicy", json!({})),
        ("DeletePolicy", json!({})),
        ("ListPolicyVersions", json!({})),
        ("ListPolicyTags", json!({})),
        ("TagPolicy", json!({ "Tags": [] })),
        ("UntagPolicy", json!({ "TagKeys": [] })),
        (
            "CreatePolicyVersion",
            json!({ "PolicyDocument": READ_BUCKET }),
        ),
        ("DeletePolicyVersion", json!({ "VersionId": "v1" })),
    ] {
        input["PolicyArn"] = json!(arn);
        assert_eq!(
            Iam::with_policy().refused(operation, input),
            "NoSuchEntity: Policy arn:aws:iam::111122223333:policy/gone was not found.",
            "{operation}"
        );
    }
}

#[test]
fn listings_filter_by_owner_use_and_path() {
    let mut iam = Iam::with_role();
    iam.policy("idle");
    iam.policy("used");
    iam.policy("fence");
    let used = "arn:aws:iam::111122223333:policy/used";
    let other = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
    for arn in [used, other] {
        iam.ok(
            "AttachRolePolicy",
            json!({ "RoleName": "app", "PolicyArn": arn }),
        );
    }
    let fence = "arn:aws:iam::111122223333:policy/fence";
    iam.ok(
        "PutRolePermissionsBoundary",
        json!({ "RoleName": "app", "PermissionsBoundary": fence }),
    );
    let mut names = |input| {
        let answer = iam.ok("ListPolicies", input);
        let names = column(&answer, "Policies", "PolicyName");
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        names(json!({ "Scope": "Local" })),
        ["fence", "idle", "used"]
    );
    assert_eq!(
        names(json!({ "Scope": "Local", "PathPrefix": "/x/" })),
        [""; 0]
    );
    assert_eq!(
        names(json!({ "OnlyAttached": true })),
        ["fence", "used", "AmazonSQSFullAccess"]
    );
    assert_eq!(
        names(json!({ "OnlyAttached": true, "PolicyUsageFilter": "PermissionsPolicy" })),
        ["used", "AmazonSQSFullAccess"]
    );
    assert_eq!(
        names(json!({ "PolicyUsageFilter": "PermissionsBoundary" })),
        ["fence"]
    );
    let service_roles = names(json!({ "Scope": "AWS", "PathPrefix": "/service-role/" }));
    assert_eq!(
        service_roles,
        ["AmazonEBSCSIDriverPolicy", "AmazonEFSCSIDriverPolicy"]
    );
    let all_of_aws = names(json!({ "Scope": "AWS" })).len();
    assert_eq!(names(json!({})).len(), all_of_aws + 3);
}

#[test]
fn policies_of_aws_are_described() {
    let mut iam = Iam::lenient();
    let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    let answer = iam.ok("GetPolicy", json!({ "PolicyArn": arn }));
    let id = answer["Policy"]["PolicyId"].as_str().unwrap().to_owned();
    assert_eq!(&id[..4], "ANPA");
    assert_eq!(id.len(), 21);
    assert_eq!(
        answer,
        json!({ "Policy": {
            "PolicyName": "AdministratorAccess",
            "PolicyId": id,
            "Arn": arn,
            "Path": "/",
            "DefaultVersionId": "v1",
            "AttachmentCount": 0,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "CreateDate": 1_527_455_174.0,
            "UpdateDate": 1_527_455_174.0,
            "Tags": [],
        } })
    );
    let answer = iam.ok(
        "GetPolicyVersion",
        json!({ "PolicyArn": arn, "VersionId": "v1" }),
    );
    assert_eq!(
        answer["PolicyVersion"]["Document"],
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"
    );
    let answer = iam.ok("ListPolicyVersions", json!({ "PolicyArn": arn }));
    assert_eq!(column(&answer, "Versions", "VersionId"), ["v1"]);
    let answer = iam.ok("ListPolicyTags", json!({ "PolicyArn": arn }));
    assert_eq!(answer, json!({ "Tags": [], "IsTruncated": false }));
}

#[test]
fn policies_of_aws_are_not_changed() {
    let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (operation, mut input) in [
        ("DeletePolicy", json!({})),
        ("TagPolicy", json!({ "Tags": [] })),
        ("UntagPolicy", json!({ "TagKeys": [] })),
        ("SetDefaultPolicyVersion", json!({ "VersionId": "v1" })),
        ("DeletePolicyVersion", json!({ "VersionId": "v1" })),
        (
            "CreatePolicyVersion",
            json!({ "PolicyDocument": READ_BUCKET }),
        ),
    ] {
        input["PolicyArn"] = json!(arn);
        assert_eq!(
            Iam::lenient().refused(operation, input),
            "AccessDenied: Cannot modify AWS managed policy arn:aws:iam::aws:policy/AdministratorAccess",
            "{operation}"
        );
    }
}
