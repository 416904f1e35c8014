//! Creating, reading, changing and deleting roles.

use serde_json::json;

use crate::support::{
    Iam, POD_IDENTITY_TRUST, POD_IDENTITY_TRUST_ENCODED, START, START_MS, column,
};

#[test]
fn a_new_role_shows_what_it_was_given() {
    let mut iam = Iam::lenient();
    let answer = iam.ok(
        "CreateRole",
        json!({ "RoleName": "app", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST }),
    );
    assert_eq!(
        answer,
        json!({ "Role": {
            "Path": "/",
            "RoleName": "app",
            "RoleId": "AROAAPDK8PN32TH1GA5YY",
            "Arn": "arn:aws:iam::111122223333:role/app",
            "CreateDate": START,
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST_ENCODED,
        } })
    );
}

#[test]
fn get_role_shows_all_of_a_role() {
    let mut iam = Iam::lenient();
    iam.ok(
        "CreateRole",
        json!({
            "Path": "/team/x/",
            "RoleName": "app",
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
            "Description": "Reads.",
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "Tags": [{ "Key": "team", "Value": "x" }],
        }),
    );
    iam.wait_seconds(60);
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(
        answer,
        json!({ "Role": {
            "Path": "/team/x/",
            "RoleName": "app",
            "RoleId": "AROAAPDK8PN32TH1GA5YY",
            "Arn": "arn:aws:iam::111122223333:role/team/x/app",
            "CreateDate": START,
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST_ENCODED,
            "Description": "Reads.",
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            },
            "Tags": [{ "Key": "team", "Value": "x" }],
            "RoleLastUsed": {},
        } })
    );
}

#[test]
fn sessions_last_an_hour_unless_said_otherwise() {
    let mut iam = Iam::with_role();
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(answer["Role"]["MaxSessionDuration"], 3600);
    let arn = "arn:aws:iam::111122223333:role/app";
    let role = iam.account.role_by_arn(arn).expect("it exists");
    assert_eq!(role.max_session_duration_seconds(), 3600);
}

#[test]
fn names_are_unique_whatever_their_case_and_keep_it() {
    let mut iam = Iam::lenient();
    iam.role("App");
    assert_eq!(
        iam.refused(
            "CreateRole",
            json!({ "RoleName": "aPP", "Path": "/other/", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST }),
        ),
        "EntityAlreadyExists: Role with name aPP already exists."
    );
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(answer["Role"]["RoleName"], "App");
}

#[test]
fn roles_are_listed_by_name_under_a_path() {
    let mut iam = Iam::lenient();
    for (path, name) in [("/team/", "b"), ("/", "C"), ("/team/x/", "a")] {
        iam.ok(
            "CreateRole",
            json!({
                "Path": path,
                "RoleName": name,
                "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
                "Description": "One.",
                "Tags": [{ "Key": "team", "Value": "x" }],
            }),
        );
    }
    let all = iam.ok("ListRoles", json!({}));
    assert_eq!(column(&all, "Roles", "RoleName"), ["a", "b", "C"]);
    assert_eq!(all["IsTruncated"], false);
    assert_eq!(all["Roles"][0]["Description"], "One.");
    assert_eq!(all["Roles"][0]["Tags"], json!(null));
    let team = iam.ok("ListRoles", json!({ "PathPrefix": "/team/" }));
    assert_eq!(column(&team, "Roles", "RoleName"), ["a", "b"]);
}

#[test]
fn update_role_changes_what_it_names() {
    let mut iam = Iam::with_role();
    iam.ok(
        "UpdateRole",
        json!({ "RoleName": "app", "MaxSessionDuration": 43200 }),
    );
    iam.ok(
        "UpdateRole",
        json!({ "RoleName": "app", "Description": "Reads." }),
    );
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(answer["Role"]["MaxSessionDuration"], 43200);
    assert_eq!(answer["Role"]["Description"], "Reads.");
}

#[test]
fn update_role_description_answers_with_the_role() {
    let mut iam = Iam::with_role();
    let answer = iam.ok(
        "UpdateRoleDescription",
        json!({ "RoleName": "app", "Description": "Reads." }),
    );
    assert_eq!(answer["Role"]["Description"], "Reads.");
    assert_eq!(answer["Role"]["MaxSessionDuration"], json!(null));
    let answer = iam.ok(
        "UpdateRoleDescription",
        json!({ "RoleName": "app", "Description": "" }),
    );
    assert_eq!(answer["Role"]["Description"], json!(null));
}

#[test]
fn boundaries_are_put_replaced_and_deleted() {
    let mut iam = Iam::with_role();
    iam.policy("read");
    for arn in [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::111122223333:policy/read",
    ] {
        iam.ok(
            "PutRolePermissionsBoundary",
            json!({ "RoleName": "app", "PermissionsBoundary": arn }),
        );
        let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
        assert_eq!(
            answer["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"],
            arn
        );
    }
    for _ in 0..2 {
        iam.ok(
            "DeleteRolePermissionsBoundary",
            json!({ "RoleName": "app" }),
        );
        let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
        assert_eq!(answer["Role"]["PermissionsBoundary"], json!(null));
    }
}

#[test]
fn a_role_made_again_is_another_role() {
    let mut iam = Iam::with_role();
    iam.ok("DeleteRole", json!({ "RoleName": "APP" }));
    iam.wait_seconds(5);
    iam.role("app");
    let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
    assert_eq!(answer["Role"]["RoleId"], "AROA7TKD2C1R729DV0WC3");
    assert_eq!(
        answer["Role"]["CreateDate"],
        START_MS as f64 / 1_000.0 + 5.0
    );
}

#[test]
fn roles_are_found_by_their_whole_arn() {
    let mut iam = Iam::lenient();
    iam.ok(
        "CreateRole",
        json!({
            "Path": "/team/",
            "RoleName": "App",
            "AssumeRolePolicyDocument": POD_IDENTITY_TRUST,
            "Tags": [{ "Key": "team", "Value": "x" }],
        }),
    );
    let found = |arn: &str| iam.account.role_by_arn(arn).is_some();
    assert!(found("arn:aws:iam::111122223333:role/team/App"));
    assert!(!found("arn:aws:iam::111122223333:role/team/app"));
    assert!(!found("arn:aws:iam::111122223333:role/App"));
    assert!(!found("arn:aws:iam::999988887777:role/team/App"));
    assert!(!found("arn:aws-cn:iam::111122223333:role/team/App"));
    assert!(!found("App"));
    let role = iam
        .account
        .role_by_arn("arn:aws:iam::111122223333:role/team/App")
        .expect("it was found");
    assert_eq!(role.name(), "App");
    assert_eq!(role.id(), "AROAAPDK8PN32TH1GA5YY");
    assert_eq!(role.path(), "/team/");
    assert_eq!(role.arn(), "arn:aws:iam::111122223333:role/team/App");
    assert_eq!(role.tags().collect::<Vec<_>>(), [("team", "x")]);
    assert!(role.trust_policy().allows_pod_identity());
}

#[test]
fn an_account_has_no_instance_profiles() {
    let mut iam = Iam::with_role();
    let answer = iam.ok("ListInstanceProfilesForRole", json!({ "RoleName": "app" }));
    assert_eq!(
        answer,
        json!({ "InstanceProfiles": [], "IsTruncated": false })
    );
    assert_eq!(
        iam.refused(
            "RemoveRoleFromInstanceProfile",
            json!({ "RoleName": "app", "InstanceProfileName": "nodes" }),
        ),
        "NoSuchEntity: Instance Profile nodes cannot be found."
    );
}
