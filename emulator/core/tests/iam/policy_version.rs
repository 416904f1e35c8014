//! Versions of customer managed policies.

use serde_json::{Value, json};

use crate::support::{Iam, READ_BUCKET, READ_BUCKET_ENCODED, START, column};

const READ: &str = "arn:aws:iam::111122223333:policy/read";

fn of(version_id: &str) -> Value {
    json!({ "PolicyArn": READ, "VersionId": version_id })
}

fn add(iam: &mut Iam, set_as_default: bool) -> Value {
    iam.ok(
        "CreatePolicyVersion",
        json!({
            "PolicyArn": READ,
            "PolicyDocument": READ_BUCKET.replace("Allow", "Deny"),
            "SetAsDefault": set_as_default,
        }),
    )
}

#[test]
fn a_new_version_is_the_default_only_if_asked_for() {
    let mut iam = Iam::with_policy();
    iam.wait_seconds(10);
    assert_eq!(
        add(&mut iam, false),
        json!({ "PolicyVersion": {
            "VersionId": "v2",
            "IsDefaultVersion": false,
            "CreateDate": START + 10.0,
        } })
    );
    let answer = iam.ok("GetPolicy", json!({ "PolicyArn": READ }));
    assert_eq!(answer["Policy"]["DefaultVersionId"], "v1");
    assert_eq!(answer["Policy"]["UpdateDate"], START);
    iam.wait_seconds(10);
    assert_eq!(
        add(&mut iam, true)["PolicyVersion"]["IsDefaultVersion"],
        true
    );
    let answer = iam.ok("GetPolicy", json!({ "PolicyArn": READ }));
    assert_eq!(answer["Policy"]["DefaultVersionId"], "v3");
    assert_eq!(answer["Policy"]["UpdateDate"], START + 20.0);
}

#[test]
fn versions_are_read_with_their_documents() {
    let mut iam = Iam::with_policy();
    add(&mut iam, true);
    assert_eq!(
        iam.ok("GetPolicyVersion", of("v1")),
        json!({ "PolicyVersion": {
            "Document": READ_BUCKET_ENCODED,
            "VersionId": "v1",
            "IsDefaultVersion": false,
            "CreateDate": START,
        } })
    );
    let second = iam.ok("GetPolicyVersion", of("v2"));
    assert_eq!(
        second["PolicyVersion"]["Document"],
        READ_BUCKET_ENCODED.replace("Allow", "Deny")
    );
}

#[test]
fn versions_are_listed_newest_first_without_documents() {
    let mut iam = Iam::with_policy();
    add(&mut iam, false);
    assert_eq!(
        iam.ok("ListPolicyVersions", json!({ "PolicyArn": READ })),
        json!({
            "Versions": [
                { "VersionId": "v2", "IsDefaultVersion": false, "CreateDate": START },
                { "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": START },
            ],
            "IsTruncated": false,
        })
    );
}

#[test]
fn numbers_go_on_after_a_version_was_deleted() {
    let mut iam = Iam::with_policy();
    for _ in 0..12 {
        let answer = add(&mut iam, false);
        let id = answer["PolicyVersion"]["VersionId"].as_str().unwrap();
        iam.ok("DeletePolicyVersion", of(id));
    }
    add(&mut iam, false);
    let answer = iam.ok("ListPolicyVersions", json!({ "PolicyArn": READ }));
    assert_eq!(column(&answer, "Versions", "VersionId"), ["v14", "v1"]);
}

#[test]
fn the_default_moves_and_cannot_be_deleted() {
    let mut iam = Iam::with_policy();
    add(&mut iam, false);
    iam.wait_seconds(10);
    iam.ok("SetDefaultPolicyVersion", of("v2"));
    let answer = iam.ok("GetPolicy", json!({ "PolicyArn": READ }));
    assert_eq!(answer["Policy"]["DefaultVersionId"], "v2");
    assert_eq!(answer["Policy"]["UpdateDate"], START + 10.0);
    assert_eq!(
        iam.refused("DeletePolicyVersion", of("v2")),
        "DeleteConflict: Cannot delete the default version of a policy."
    );
    iam.ok("DeletePolicyVersion", of("v1"));
}

#[test]
fn a_policy_has_five_versions_at_most() {
    let mut iam = Iam::with_policy();
    for _ in 0..4 {
        add(&mut iam, true);
    }
    assert_eq!(
        iam.refused(
            "CreatePolicyVersion",
            json!({ "PolicyArn": READ, "PolicyDocument": READ_BUCKET }),
        ),
        "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
    );
    assert_eq!(
        iam.refused("DeletePolicy", json!({ "PolicyArn": READ })),
        "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
    );
    for id in ["v1", "v2", "v3", "v4"] {
        iam.ok("DeletePolicyVersion", of(id));
    }
    iam.ok("DeletePolicy", json!({ "PolicyArn": READ }));
}

#[test]
fn missing_versions_are_named() {
    for operation in [
        "GetPolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicyVersion",
    ] {
        for id in ["v2", "v01", "v1.a"] {
            assert_eq!(
                Iam::with_policy().refused(operation, of(id)),
                format!(
                    "NoSuchEntity: Policy arn:aws:iam::111122223333:policy/read version {id} does not exist or is not attachable."
                )
            );
        }
    }
}

#[test]
fn versions_of_missing_policies_are_missing() {
    let gone = "arn:aws:iam::111122223333:policy/gone";
    for operation in ["GetPolicyVersion", "SetDefaultPolicyVersion"] {
        assert_eq!(
            Iam::lenient().refused(operation, json!({ "PolicyArn": gone, "VersionId": "v1" })),
            "NoSuchEntity: Policy arn:aws:iam::111122223333:policy/gone version v1 does not exist or is not attachable."
        );
    }
}
