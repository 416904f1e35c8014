//! Values that the model does not allow, and ones that count as absent.

use serde_json::{Value, json};

use crate::refusal::assert_raw_refusal;
use crate::support::{EBS, ROLE, TestEmulator};

const INVALID: &str = "InvalidParameterException";
const ADDONS: &str = "/clusters/c1/addons";
const ASSOCIATIONS: &str = "/clusters/c1/pod-identity-associations";

async fn assert_invalid(test: &TestEmulator, target: &str, body: &Value, message: &str) {
    let answer = test.raw("POST", target, &body.to_string()).await;
    assert_raw_refusal(&answer, 400, INVALID, message);
}

#[tokio::test]
async fn a_value_outside_its_set_is_refused_with_the_set() {
    let test = TestEmulator::with_cluster().await;
    test.addon(EBS).await;
    let message =
        "Invalid resolveConflicts: FORCE, must be one of these [OVERWRITE, NONE, PRESERVE]";
    let create = json!({ "addonName": "coredns", "resolveConflicts": "FORCE" });
    assert_invalid(&test, ADDONS, &create, message).await;
    let update = json!({ "resolveConflicts": "FORCE" });
    let target = "/clusters/c1/addons/aws-ebs-csi-driver/update";
    assert_invalid(&test, target, &update, message).await;
    let lower = json!({ "addonName": "coredns", "resolveConflicts": "overwrite" });
    let message =
        "Invalid resolveConflicts: overwrite, must be one of these [OVERWRITE, NONE, PRESERVE]";
    assert_invalid(&test, ADDONS, &lower, message).await;
}

#[tokio::test]
async fn required_members_of_add_ons_must_not_be_absent() {
    let test = TestEmulator::with_cluster().await;
    let message = "The parameter addonName must not be empty.";
    for body in [json!({}), json!({ "addonName": null })] {
        assert_invalid(&test, ADDONS, &body, message).await;
    }
    let entry = |entry: Value| json!({ "addonName": EBS, "podIdentityAssociations": [entry] });
    let message = "The parameter serviceAccount must not be empty.";
    assert_invalid(&test, ADDONS, &entry(json!({ "roleArn": ROLE })), message).await;
    let message = "The parameter roleArn must not be empty.";
    let body = entry(json!({ "serviceAccount": "ebs-csi-controller-sa" }));
    assert_invalid(&test, ADDONS, &body, message).await;
}

#[tokio::test]
async fn null_counts_as_absent_and_unknown_members_are_ignored() {
    let test = TestEmulator::with_cluster().await;
    let body = json!({
        "addonName": "coredns", "addonVersion": null, "serviceAccountRoleArn": null,
        "configurationValues": null, "podIdentityAssociations": null, "tags": null,
        "resolveConflicts": null, "namespaceConfig": null, "clientRequestToken": null,
        "unknown": { "member": [1, 2, 3] }, "clusterName": "another",
    });
    let answer = test.raw("POST", ADDONS, &body.to_string()).await;
    assert_eq!(answer.status, 200);
    let addon = answer.json()["addon"].take();
    assert_eq!(addon["clusterName"], "c1");
    assert_eq!(addon["podIdentityAssociations"], Value::Null);
    assert_eq!(addon["serviceAccountRoleArn"], Value::Null);
}

#[tokio::test]
async fn null_leaves_an_association_as_it_is() {
    let test = TestEmulator::with_cluster().await;
    let request = test.associate("default", "app").target_role_arn(ROLE);
    let association = request.send().await.unwrap().association.unwrap();
    let id = association.association_id().unwrap();
    let body = json!({ "targetRoleArn": null, "policy": null, "disableSessionTags": true });
    let answer = test
        .raw("POST", &format!("{ASSOCIATIONS}/{id}"), &body.to_string())
        .await;
    assert_eq!(answer.json()["association"]["targetRoleArn"], ROLE);
    let nothing = json!({ "targetRoleArn": null, "policy": null }).to_string();
    let answer = test
        .raw("POST", &format!("{ASSOCIATIONS}/{id}"), &nothing)
        .await;
    assert_eq!(
        answer.json()["message"],
        "At least one of roleArn, targetRoleArn, disableSessionTags or policy must be provided."
    );
}

#[tokio::test]
async fn values_of_the_wrong_type_are_turned_away() {
    let test = TestEmulator::with_cluster().await;
    for (value, detail) in [
        (json!(1), "NUMBER_VALUE can not be converted to a String"),
        (json!(true), "TRUE_VALUE can not be converted to a String"),
        (json!(["coredns"]), "Start of list found where not expected"),
        (
            json!({}),
            "Start of structure or map found where not expected.",
        ),
    ] {
        let body = json!({ "addonName": value }).to_string();
        let answer = test.raw("POST", ADDONS, &body).await;
        let message = format!("Could not parse request body into json: {detail}");
        assert_raw_refusal(&answer, 400, "SerializationException", &message);
    }
    let body = json!({ "addonName": "coredns", "tags": { "team": 1 } }).to_string();
    let answer = test.raw("POST", ADDONS, &body).await;
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("SerializationException")
    );
}

#[tokio::test]
async fn a_truth_value_in_the_query_is_true_or_false() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    for value in ["yes", "1", "TRUE", ""] {
        let target = format!("{ADDONS}/coredns?preserve={value}");
        let answer = test.raw("DELETE", &target, "").await;
        let message = format!("Invalid preserve: {value}, must be one of these [true, false]");
        assert_raw_refusal(&answer, 400, INVALID, &message);
    }
    let answer = test
        .raw("DELETE", &format!("{ADDONS}/coredns?preserve=true"), "")
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_namespace_has_between_1_and_63_characters() {
    let test = TestEmulator::with_cluster().await;
    let body = json!({ "addonName": EBS, "namespaceConfig": { "namespace": "a".repeat(64) } });
    let answer = test.raw("POST", ADDONS, &body.to_string()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("x-amzn-errortype"), Some(INVALID));
}

#[tokio::test]
async fn what_is_turned_away_changes_nothing() {
    let test = TestEmulator::with_cluster().await;
    let before = test.raw("GET", "/clusters/c1", "").await.body;
    for (target, body) in [
        (
            ADDONS,
            r#"{"addonName":"coredns","resolveConflicts":"FORCE"}"#,
        ),
        (ADDONS, r#"{"addonName":["coredns"]}"#),
        (
            ASSOCIATIONS,
            r#"{"namespace":"default","serviceAccount":"app"}"#,
        ),
        (
            "/clusters/c1/update-config",
            r#"{"deletionProtection":"yes"}"#,
        ),
        ("/clusters/c1/updates", "{}"),
    ] {
        let answer = test.raw("POST", target, body).await;
        assert_eq!(answer.status, 400, "{target} {body}");
    }
    assert_eq!(test.raw("GET", "/clusters/c1", "").await.body, before);
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.associations().await, []);
}
