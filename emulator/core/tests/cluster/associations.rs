//! Pod identity associations made without an add-on.

use serde_json::{Value, json};

use crate::support::{Driver, FOREIGN_ROLE, OTHER_ROLE, ROLE, merged, text};

const CROSS_ACCOUNT: &str = "AccessDeniedException: Cross-account pass role is not allowed.";
const POLICY: &str = "{\"Version\":\"2012-10-17\", \"Statement\":[]}";

fn input(more: Value) -> Value {
    let minimum = json!({ "namespace": "default", "serviceAccount": "app", "roleArn": ROLE });
    merged(minimum, more)
}

/// An association made with more than the minimum, and its id.
fn with(more: Value) -> (Driver, String) {
    let mut driver = Driver::active();
    let answer = driver.ok("CreatePodIdentityAssociation", input(more));
    let id = text(&answer["association"]["associationId"]);
    (driver, id)
}

#[track_caller]
fn refused(more: Value) -> String {
    Driver::active().refused("CreatePodIdentityAssociation", input(more))
}

fn change(id: &str, more: Value) -> Value {
    merged(json!({ "associationId": id }), more)
}

#[test]
fn a_new_association_is_shown_in_full() {
    let (mut driver, id) = with(json!({ "tags": { "team": "blue" } }));
    assert_eq!(id, "a-1flhiry09j7tcdi9s");
    assert_eq!(
        driver.association(&id),
        json!({
            "associationArn": "arn:aws:eks:us-east-1:111122223333:podidentityassociation/demo/a-1flhiry09j7tcdi9s",
            "associationId": "a-1flhiry09j7tcdi9s",
            "clusterName": "demo",
            "createdAt": 1_785_000_000.0,
            "disableSessionTags": false,
            "externalId": null,
            "modifiedAt": 1_785_000_000.0,
            "namespace": "default",
            "ownerArn": null,
            "policy": null,
            "roleArn": ROLE,
            "serviceAccount": "app",
            "tags": { "team": "blue" },
            "targetRoleArn": null,
        })
    );
    assert_eq!(
        driver.associations(),
        [json!({
            "associationArn": "arn:aws:eks:us-east-1:111122223333:podidentityassociation/demo/a-1flhiry09j7tcdi9s",
            "associationId": "a-1flhiry09j7tcdi9s",
            "clusterName": "demo",
            "namespace": "default",
            "ownerArn": null,
            "serviceAccount": "app",
        })]
    );
}

#[test]
fn a_service_account_has_one_association() {
    let (mut driver, id) = with(json!({}));
    let again = input(json!({ "roleArn": OTHER_ROLE }));
    assert_eq!(
        driver.refused("CreatePodIdentityAssociation", again.clone()),
        format!("ResourceInUseException: Association already exists: {id}")
    );
    let members = driver.refused_members("CreatePodIdentityAssociation", again.clone());
    assert_eq!(members, json!({ "clusterName": "demo" }));
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    let answer = driver.ok("CreatePodIdentityAssociation", again);
    assert_ne!(answer["association"]["associationId"], id.as_str());
}

#[test]
fn roles_of_other_accounts_and_empty_ones_cannot_be_passed() {
    let (mut driver, id) = with(json!({}));
    for role_arn in [FOREIGN_ROLE, ""] {
        assert_eq!(refused(json!({ "roleArn": role_arn })), CROSS_ACCOUNT);
        let update = change(&id, json!({ "roleArn": role_arn }));
        assert_eq!(
            driver.refused("UpdatePodIdentityAssociation", update),
            CROSS_ACCOUNT
        );
    }
    assert_eq!(
        refused(json!({ "roleArn": "reader" })),
        "InvalidParameterException: Invalid Role Arn: reader"
    );
    driver.ok(
        "UpdatePodIdentityAssociation",
        change(
            &id,
            json!({
                "roleArn": "arn:aws:iam::111122223333:role/team/blue/reader",
            }),
        ),
    );
}

#[test]
fn names_must_not_be_empty() {
    for member in ["namespace", "serviceAccount"] {
        assert_eq!(
            refused(json!({ member: "" })),
            format!("InvalidParameterException: The parameter {member} must not be empty.")
        );
    }
}

#[test]
fn ids_are_19_characters_long_and_known() {
    let mut driver = Driver::active();
    for operation in [
        "DescribePodIdentityAssociation",
        "UpdatePodIdentityAssociation",
        "DeletePodIdentityAssociation",
    ] {
        let mut refused =
            |id: &str| driver.refused(operation, json!({ "associationId": id, "roleArn": ROLE }));
        for id in ["None", "a-stubassocid12345", "a-stubassocid1234567"] {
            assert_eq!(
                refused(id),
                "InvalidParameterException: The parameter associationId should be 19 characters long."
            );
        }
        for id in ["a-stubassocid123456", "A-STUBASSOCID123456"] {
            assert_eq!(
                refused(id),
                format!("ResourceNotFoundException: No association found with id: {id}")
            );
        }
    }
}

#[test]
fn a_target_role_may_be_of_any_account_and_brings_the_external_id() {
    let (mut driver, id) = with(json!({ "targetRoleArn": FOREIGN_ROLE }));
    let association = driver.association(&id);
    assert_eq!(association["targetRoleArn"], FOREIGN_ROLE);
    assert_eq!(
        association["externalId"],
        "us-east-1/111122223333/demo/default/app"
    );
    assert_eq!(
        refused(json!({ "targetRoleArn": "reader" })),
        "InvalidParameterException: Invalid Role Arn: reader"
    );
}

#[test]
fn an_empty_target_role_takes_it_away_and_an_absent_one_leaves_it() {
    let (mut driver, id) = with(json!({ "targetRoleArn": FOREIGN_ROLE }));
    driver.ok(
        "UpdatePodIdentityAssociation",
        change(&id, json!({ "roleArn": OTHER_ROLE })),
    );
    assert_eq!(driver.association(&id)["targetRoleArn"], FOREIGN_ROLE);
    driver.ok(
        "UpdatePodIdentityAssociation",
        change(&id, json!({ "targetRoleArn": "" })),
    );
    let association = driver.association(&id);
    assert_eq!(association["targetRoleArn"], json!(null));
    assert_eq!(association["externalId"], json!(null));
    assert_eq!(association["roleArn"], OTHER_ROLE);
}

#[test]
fn a_policy_needs_session_tags_to_be_off_in_the_end() {
    let needs = "InvalidParameterException: disableSessionTags must be set to true when policy is provided.";
    assert_eq!(refused(json!({ "policy": POLICY })), needs);
    assert_eq!(
        refused(json!({ "policy": POLICY, "disableSessionTags": false })),
        needs
    );
    let (mut driver, id) = with(json!({ "policy": POLICY, "disableSessionTags": true }));
    assert_eq!(driver.association(&id)["policy"], POLICY);
    driver.ok(
        "UpdatePodIdentityAssociation",
        change(&id, json!({ "policy": "{}" })),
    );
    let on = change(&id, json!({ "disableSessionTags": false }));
    assert_eq!(driver.refused("UpdatePodIdentityAssociation", on), needs);
    let both = json!({ "disableSessionTags": false, "policy": "" });
    driver.ok("UpdatePodIdentityAssociation", change(&id, both));
    let association = driver.association(&id);
    assert_eq!(association["policy"], json!(null));
    assert_eq!(association["disableSessionTags"], false);
}

#[test]
fn an_update_changes_something() {
    let (mut driver, id) = with(json!({}));
    assert_eq!(
        driver.refused("UpdatePodIdentityAssociation", change(&id, json!({}))),
        "InvalidParameterException: At least one of roleArn, targetRoleArn, disableSessionTags or policy must be provided."
    );
    driver.wait_ms(500);
    let same = change(&id, json!({ "roleArn": ROLE }));
    let answer = driver.ok("UpdatePodIdentityAssociation", same);
    assert_eq!(answer["association"]["modifiedAt"], 1_785_000_000.5);
    assert_eq!(answer["association"], driver.association(&id));
}

#[test]
fn a_deletion_shows_what_is_gone() {
    let (mut driver, id) = with(json!({}));
    let mut expected = driver.association(&id);
    driver.wait_ms(500);
    expected["modifiedAt"] = json!(1_785_000_000.5);
    let answer = driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    assert_eq!(answer["association"], expected);
    assert_eq!(
        driver.refused(
            "DeletePodIdentityAssociation",
            json!({ "associationId": id })
        ),
        format!("ResourceNotFoundException: No association found with id: {id}")
    );
}

#[test]
fn lists_are_filtered_by_namespace_service_account_or_both() {
    let mut driver = Driver::active();
    for (namespace, service_account) in [("a", "x"), ("a", "y"), ("b", "x"), ("ab", "xy")] {
        driver.associate(namespace, service_account);
    }
    let mut count = |filter: Value| {
        let listed = driver.ok("ListPodIdentityAssociations", filter);
        listed["associations"].as_array().map(Vec::len)
    };
    assert_eq!(count(json!({})), Some(4));
    assert_eq!(count(json!({ "namespace": "a" })), Some(2));
    assert_eq!(count(json!({ "serviceAccount": "x" })), Some(2));
    assert_eq!(
        count(json!({ "namespace": "a", "serviceAccount": "x" })),
        Some(1)
    );
    assert_eq!(
        count(json!({ "namespace": "b", "serviceAccount": "y" })),
        Some(0)
    );
    assert_eq!(count(json!({ "namespace": "c" })), Some(0));
}

#[test]
fn lists_are_in_ascending_order_of_id() {
    let mut driver = Driver::active();
    for index in 0..20 {
        driver.associate("default", &format!("app-{index}"));
    }
    let ids: Vec<String> = driver
        .associations()
        .iter()
        .map(|each| text(&each["associationId"]))
        .collect();
    assert_eq!(ids.len(), 20);
    assert!(ids.is_sorted_by(|before, after| before < after));
}

#[test]
fn the_quota_holds() {
    let mut driver = Driver::active();
    driver.limits.associations = 1;
    driver.associate("default", "one");
    let refused = driver.refused("CreatePodIdentityAssociation", input(json!({})));
    assert!(
        refused.starts_with("ResourceLimitExceededException: "),
        "{refused}"
    );
}

#[test]
fn a_cluster_that_is_not_active_takes_no_associations() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).unwrap();
    assert_eq!(
        driver.refused("CreatePodIdentityAssociation", input(json!({}))),
        "InvalidRequestException: Cluster 'demo' is not in ACTIVE status"
    );
}

#[test]
fn reserved_tags_are_refused() {
    let refused = refused(json!({ "tags": { "aws:team": "blue" } }));
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
}
