//! Random calls of IAM, from small pools of names so that they often meet.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{NAMES, POD_IDENTITY_TRUST, READ_BUCKET};

/// One call, with an input that has every member any operation wants.
pub(crate) type Call = (&'static str, Value);

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(values)
}

fn policy_arn() -> impl Strategy<Value = &'static str> {
    one_of(&[
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/b",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/Unheard",
        "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy",
        "not an arn at all, no",
    ])
}

fn document() -> impl Strategy<Value = &'static str> {
    one_of(&[
        READ_BUCKET,
        READ_BUCKET,
        READ_BUCKET,
        POD_IDENTITY_TRUST,
        "{",
    ])
}

fn tags() -> impl Strategy<Value = Value> {
    let key = one_of(&["a", "a", "b", "b", "c", "A", "aws:x"]);
    proptest::collection::vec(key, 0..3).prop_map(|keys| {
        let tags = keys.iter().map(|key| json!({ "Key": key, "Value": "" }));
        tags.collect()
    })
}

/// Members about roles and policies.
fn about_roles() -> impl Strategy<Value = Value> {
    (
        one_of(&["a", "a", "b", "A", "AWSServiceRoleForAmazonEKS"]),
        one_of(&["a", "b"]),
        policy_arn(),
        one_of(&[POD_IDENTITY_TRUST, POD_IDENTITY_TRUST, "{"]),
        document(),
        tags(),
        one_of(&["v1", "v2", "v3", "v9"]),
        any::<bool>(),
    )
        .prop_map(
            |(role, policy, arn, trust, document, tags, version, set_as_default)| {
                json!({
                    "RoleName": role,
                    "PolicyName": policy,
                    "PolicyArn": arn,
                    "PermissionsBoundary": arn,
                    "AssumeRolePolicyDocument": trust,
                    "PolicyDocument": document,
                    "Tags": tags,
                    "TagKeys": [policy],
                    "VersionId": version,
                    "SetAsDefault": set_as_default,
                    "Description": policy,
                    "InstanceProfileName": policy,
                })
            },
        )
}

/// Members about providers and pages.
fn about_providers() -> impl Strategy<Value = Value> {
    (
        one_of(&[
            "https://example.com",
            "https://example.com:443/a",
            "ftp://x",
        ]),
        one_of(&[
            "arn:aws:iam::111122223333:oidc-provider/example.com",
            "arn:aws:iam::111122223333:oidc-provider/example.com/a",
            "not an arn at all, no",
        ]),
        one_of(&["x", "y"]),
        one_of(&["eks.amazonaws.com", "batch.amazonaws.com", "nobody"]),
        proptest::option::of(1..3_i32),
    )
        .prop_map(|(url, arn, client_id, service, max_items)| {
            json!({
                "Url": url,
                "OpenIDConnectProviderArn": arn,
                "ClientID": client_id,
                "ThumbprintList": ["a".repeat(40)],
                "AWSServiceName": service,
                "MaxItems": max_items,
            })
        })
}

/// Any operation; those that make something more often, or there is nothing
/// for the others.
fn name() -> impl Strategy<Value = &'static str> {
    let makers = one_of(&[
        "CreateRole",
        "CreatePolicy",
        "CreatePolicyVersion",
        "CreateOpenIDConnectProvider",
        "CreateServiceLinkedRole",
        "AttachRolePolicy",
        "PutRolePolicy",
    ]);
    prop_oneof![1 => makers, 2 => proptest::sample::select(&NAMES[..])]
}

pub(crate) fn call() -> impl Strategy<Value = Call> {
    (name(), about_roles(), about_providers()).prop_map(|(name, mut input, more)| {
        let members = input.as_object_mut().expect("it is an object");
        members.extend(more.as_object().expect("it is an object").clone());
        // A new role has the boundary only sometimes, or too few are made.
        if name == "CreateRole" && members["SetAsDefault"] == true {
            members.remove("PermissionsBoundary");
        }
        (name, input)
    })
}
