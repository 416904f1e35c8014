//! The sequences of calls that Terraform, eksctl and the guide's steps make.

use serde_json::{Value, json};

use crate::support::{
    Iam, POD_IDENTITY_TRUST, POD_IDENTITY_TRUST_ENCODED, READ_BUCKET, READ_BUCKET_ENCODED, column,
};

fn of_app() -> Value {
    json!({ "RoleName": "app" })
}

/// An account with what `aws_iam_role` creates.
fn with_aws_iam_role() -> Iam {
    let mut iam = Iam::strict();
    iam.ok(
        "CreateRole",
        json!({
            "RoleName": "app",
            "Path": "/",
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
            "MaxSessionDuration": 3600,
            "Tags": [{ "Key": "team", "Value": "x" }],
        }),
    );
    iam
}

/// `aws_iam_role` is read.
#[test]
fn aws_iam_role_is_read() {
    let mut iam = with_aws_iam_role();
    let role = iam.ok("GetRole", of_app());
    assert_eq!(
        role["Role"]["AssumeRolePolicyDocument"],
        POD_IDENTITY_TRUST_ENCODED
    );
    assert_eq!(
        iam.ok("ListRolePolicies", of_app())["PolicyNames"],
        json!([])
    );
    let attached = iam.ok("ListAttachedRolePolicies", of_app());
    assert_eq!(attached["AttachedPolicies"], json!([]));
}

/// Every argument of `aws_iam_role` is changed.
#[test]
fn aws_iam_role_is_updated() {
    let mut iam = with_aws_iam_role();
    iam.ok(
        "UpdateAssumeRolePolicy",
        json!({ "RoleName": "app", "PolicyDocument": POD_IDENTITY_TRUST }),
    );
    iam.ok(
        "UpdateRoleDescription",
        json!({ "RoleName": "app", "Description": "Reads." }),
    );
    iam.ok(
        "UpdateRole",
        json!({ "RoleName": "app", "MaxSessionDuration": 7200 }),
    );
    iam.ok(
        "PutRolePermissionsBoundary",
        json!({ "RoleName": "app", "PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    );
    iam.ok("DeleteRolePermissionsBoundary", of_app());
    iam.ok(
        "UntagRole",
        json!({ "RoleName": "app", "TagKeys": ["team"] }),
    );
    iam.ok(
        "TagRole",
        json!({ "RoleName": "app", "Tags": [{ "Key": "team", "Value": "y" }] }),
    );
    let role = iam.ok("GetRole", of_app());
    assert_eq!(role["Role"]["Description"], "Reads.");
    assert_eq!(role["Role"]["MaxSessionDuration"], 7200);
    assert_eq!(
        role["Role"]["Tags"],
        json!([{ "Key": "team", "Value": "y" }])
    );
    assert_eq!(role["Role"]["PermissionsBoundary"], json!(null));
}

/// `aws_iam_role` is deleted, with `force_detach_policies`.
#[test]
fn aws_iam_role_is_deleted() {
    let mut iam = with_aws_iam_role();
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    iam.ok(
        "AttachRolePolicy",
        json!({ "RoleName": "app", "PolicyArn": arn }),
    );
    iam.ok(
        "PutRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "read", "PolicyDocument": READ_BUCKET }),
    );
    let profiles = iam.ok("ListInstanceProfilesForRole", of_app());
    assert_eq!(profiles["InstanceProfiles"], json!([]));
    let attached = iam.ok("ListAttachedRolePolicies", of_app());
    for arn in column(&attached, "AttachedPolicies", "PolicyArn") {
        iam.ok(
            "DetachRolePolicy",
            json!({ "RoleName": "app", "PolicyArn": arn }),
        );
    }
    let inline = iam.ok("ListRolePolicies", of_app());
    for name in inline["PolicyNames"].as_array().unwrap() {
        iam.ok(
            "DeleteRolePolicy",
            json!({ "RoleName": "app", "PolicyName": name }),
        );
    }
    iam.ok("DeleteRole", of_app());
    assert_eq!(
        iam.refused("GetRole", of_app()),
        "NoSuchEntity: The role with name app cannot be found."
    );
}

/// `aws_iam_role_policy_attachment`.
#[test]
fn aws_iam_role_policy_attachment() {
    let mut iam = Iam::strict();
    iam.role("nodes");
    let arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy";
    let attachment = json!({ "RoleName": "nodes", "PolicyArn": arn });
    iam.ok("AttachRolePolicy", attachment.clone());
    let answer = iam.ok("ListAttachedRolePolicies", json!({ "RoleName": "nodes" }));
    assert_eq!(column(&answer, "AttachedPolicies", "PolicyArn"), [arn]);
    iam.ok("DetachRolePolicy", attachment);
    let answer = iam.ok("ListAttachedRolePolicies", json!({ "RoleName": "nodes" }));
    assert_eq!(answer["AttachedPolicies"], json!([]));
}

/// `aws_iam_role_policy`.
#[test]
fn aws_iam_role_policy() {
    let mut iam = Iam::strict();
    iam.role("app");
    let policy = json!({ "RoleName": "app", "PolicyName": "read" });
    let mut put = policy.clone();
    put["PolicyDocument"] = json!(READ_BUCKET);
    iam.ok("PutRolePolicy", put);
    let answer = iam.ok("GetRolePolicy", policy.clone());
    assert_eq!(answer["PolicyDocument"], READ_BUCKET_ENCODED);
    iam.ok("DeleteRolePolicy", policy.clone());
    assert_eq!(
        iam.refused("GetRolePolicy", policy),
        "NoSuchEntity: The role policy with name read cannot be found."
    );
}

/// `aws_iam_policy`: an update makes a version and, when there are five,
/// deletes the oldest that is not the default before.
#[test]
fn aws_iam_policy() {
    let mut iam = Iam::strict();
    let created = iam.ok(
        "CreatePolicy",
        json!({ "PolicyName": "read", "Path": "/", "PolicyDocument": READ_BUCKET }),
    );
    let arn = created["Policy"]["Arn"].clone();
    let of_policy = json!({ "PolicyArn": arn });
    for round in 2..=8 {
        let policy = iam.ok("GetPolicy", of_policy.clone());
        let version = policy["Policy"]["DefaultVersionId"].clone();
        assert_eq!(version, format!("v{}", round - 1));
        iam.ok(
            "GetPolicyVersion",
            json!({ "PolicyArn": arn, "VersionId": version }),
        );
        let listed = iam.ok("ListPolicyVersions", of_policy.clone());
        let versions = column(&listed, "Versions", "VersionId");
        if versions.len() == 5 {
            let oldest = versions[4];
            iam.ok(
                "DeletePolicyVersion",
                json!({ "PolicyArn": arn, "VersionId": oldest }),
            );
        }
        iam.ok(
            "CreatePolicyVersion",
            json!({ "PolicyArn": arn, "PolicyDocument": READ_BUCKET, "SetAsDefault": true }),
        );
    }
    iam.ok(
        "TagPolicy",
        json!({ "PolicyArn": arn, "Tags": [{ "Key": "team", "Value": "x" }] }),
    );
    let listed = iam.ok("ListPolicyVersions", of_policy.clone());
    assert_eq!(
        column(&listed, "Versions", "VersionId"),
        ["v8", "v7", "v6", "v5", "v4"]
    );
    for id in ["v7", "v6", "v5", "v4"] {
        iam.ok(
            "DeletePolicyVersion",
            json!({ "PolicyArn": arn, "VersionId": id }),
        );
    }
    iam.ok("DeletePolicy", of_policy);
}

/// `aws_iam_openid_connect_provider`.
#[test]
fn aws_iam_openid_connect_provider() {
    let mut iam = Iam::strict();
    let created = iam.ok(
        "CreateOpenIDConnectProvider",
        json!({
            "Url": "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
            "ClientIDList": ["sts.amazonaws.com"],
        }),
    );
    let arn = created["OpenIDConnectProviderArn"].clone();
    let of_provider = json!({ "OpenIDConnectProviderArn": arn });
    let read = iam.ok("GetOpenIDConnectProvider", of_provider.clone());
    assert_eq!(read["Url"], "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE");
    let thumbprint = "a".repeat(40);
    iam.ok(
        "UpdateOpenIDConnectProviderThumbprint",
        json!({ "OpenIDConnectProviderArn": arn, "ThumbprintList": [thumbprint] }),
    );
    iam.ok(
        "AddClientIDToOpenIDConnectProvider",
        json!({ "OpenIDConnectProviderArn": arn, "ClientID": "mine" }),
    );
    iam.ok(
        "RemoveClientIDFromOpenIDConnectProvider",
        json!({ "OpenIDConnectProviderArn": arn, "ClientID": "sts.amazonaws.com" }),
    );
    let read = iam.ok("GetOpenIDConnectProvider", of_provider.clone());
    assert_eq!(read["ThumbprintList"], json!([thumbprint]));
    assert_eq!(read["ClientIDList"], json!(["mine"]));
    iam.ok("DeleteOpenIDConnectProvider", of_provider.clone());
    assert_eq!(
        iam.refused("GetOpenIDConnectProvider", of_provider),
        "NoSuchEntity: OpenIDConnect Provider not found for arn arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
    );
}

/// eksctl asks for the provider before it makes it, and names the port.
#[test]
fn eksctl_associate_iam_oidc_provider() {
    let mut iam = Iam::strict();
    let arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE";
    let of_provider = json!({ "OpenIDConnectProviderArn": arn });
    assert_eq!(
        iam.refused("GetOpenIDConnectProvider", of_provider.clone()),
        "NoSuchEntity: OpenIDConnect Provider not found for arn arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
    );
    let created = iam.ok(
        "CreateOpenIDConnectProvider",
        json!({
            "Url": "https://oidc.eks.us-west-2.amazonaws.com:443/id/EXAMPLE",
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
        }),
    );
    assert_eq!(created["OpenIDConnectProviderArn"], arn);
    iam.ok("GetOpenIDConnectProvider", of_provider.clone());
    iam.ok("DeleteOpenIDConnectProvider", of_provider);
}

/// The user guide's steps with the AWS CLI.
#[test]
fn a_role_for_pods_by_hand() {
    let mut iam = Iam::strict();
    iam.policy("read");
    iam.role("app");
    let arn = "arn:aws:iam::111122223333:policy/read";
    iam.ok(
        "AttachRolePolicy",
        json!({ "RoleName": "app", "PolicyArn": arn }),
    );
    let role = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(role["Role"]["Arn"], "arn:aws:iam::111122223333:role/app");
    let attached = iam.ok("ListAttachedRolePolicies", json!({ "RoleName": "app" }));
    assert_eq!(attached["AttachedPolicies"][0]["PolicyArn"], arn);
    let policy = iam.ok("GetPolicy", json!({ "PolicyArn": arn }));
    assert_eq!(policy["Policy"]["DefaultVersionId"], "v1");
    let version = iam.ok(
        "GetPolicyVersion",
        json!({ "PolicyArn": arn, "VersionId": "v1" }),
    );
    assert_eq!(version["PolicyVersion"]["Document"], READ_BUCKET_ENCODED);
}
