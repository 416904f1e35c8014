//! `DescribeUpdate` and `ListUpdates`.

use aws_sdk_eks::types::{ErrorCode, UpdateStatus};
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome};
use serde_json::json;

use crate::refusal::assert_refused;
use crate::support::{TestEmulator, addon_rule, issue};

const NOT_FOUND: &str = "ResourceNotFoundException";
const OF_CLUSTER: [(&str, &str); 1] = [("clusterName", "c1")];

/// Updates the add-on `coredns`, which is there; gives the update's id.
async fn update(test: &TestEmulator) -> String {
    let answer = test
        .update_addon("coredns")
        .configuration_values("{}")
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    answer.update.unwrap().id.unwrap()
}

#[tokio::test]
async fn an_update_of_an_add_on_on_the_wire() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let id = update(&test).await;
    let target = format!("/clusters/c1/updates/{id}?addonName=coredns");
    assert_eq!(
        test.raw("GET", &target, "").await.json(),
        json!({ "update": {
            "id": id, "status": "Successful", "type": "AddonUpdate",
            "params": [{ "type": "ConfigurationValues", "value": "{}" }],
            "createdAt": 1_782_864_000.0, "errors": [], "cancellation": null,
        } })
    );
}

#[tokio::test]
async fn an_unknown_update_is_not_found() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    for id in ["c00d2de2-c2e4-3d30-929e-46b8edec2ce4", "nothing"] {
        let message = format!("No update found for ID: {id}");
        let request = test.client.describe_update().name("c1").update_id(id);
        assert_refused(
            request.clone().send().await,
            404,
            NOT_FOUND,
            &message,
            &OF_CLUSTER,
        );
        let request = request.addon_name("coredns");
        assert_refused(request.send().await, 404, NOT_FOUND, &message, &OF_CLUSTER);
    }
}

#[tokio::test]
async fn an_update_of_the_cluster_is_not_the_add_ons() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let request = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    let id = request.send().await.unwrap().update.unwrap().id.unwrap();
    assert_eq!(test.cluster_update(&id).await.id(), Some(id.as_str()));
    let request = test
        .client
        .describe_update()
        .name("c1")
        .update_id(&id)
        .addon_name("coredns");
    let message = format!("No update found for ID: {id}");
    assert_refused(request.send().await, 404, NOT_FOUND, &message, &OF_CLUSTER);
}

#[tokio::test]
async fn an_update_of_one_add_on_is_not_the_others() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    test.addon("kube-proxy").await;
    let id = update(&test).await;
    let request = test
        .client
        .describe_update()
        .name("c1")
        .update_id(&id)
        .addon_name("kube-proxy");
    let message = format!("No update found for ID: {id}");
    assert_refused(request.send().await, 404, NOT_FOUND, &message, &OF_CLUSTER);
}

#[tokio::test]
async fn updates_are_listed_apart_in_the_order_of_their_start() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let ids = [
        update(&test).await,
        update(&test).await,
        update(&test).await,
    ];
    let request = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    let of_cluster = request.send().await.unwrap().update.unwrap().id.unwrap();
    let list = test.client.list_updates().name("c1");
    let listed = list.clone().addon_name("coredns").send().await.unwrap();
    assert_eq!(listed.update_ids(), ids);
    assert_eq!(list.send().await.unwrap().update_ids(), [of_cluster]);
}

#[tokio::test]
async fn updates_of_what_does_not_exist_are_not_found() {
    let test = TestEmulator::with_cluster().await;
    let list = test.client.list_updates().name("c1");
    let result = list.clone().nodegroup_name("workers").send().await;
    let members = [("clusterName", "c1"), ("nodegroupName", "workers")];
    let message = "No node group found for name: workers.";
    assert_refused(result, 404, NOT_FOUND, message, &members);
    let result = list.capability_name("argo").send().await;
    assert_refused(
        result,
        404,
        NOT_FOUND,
        "No capability found for name: argo",
        &OF_CLUSTER,
    );
}

#[tokio::test]
async fn a_failed_update_says_why_and_is_not_taken_back() {
    let reason = "clusterroles.rbac.authorization.k8s.io \"reader\" is forbidden";
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, reason)]);
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Update, failure));
    let id = update(&test).await;
    let failed = test.addon_update("coredns", &id).await;
    assert_eq!(failed.status(), Some(&UpdateStatus::Failed));
    let [error] = failed.errors() else {
        panic!("one error")
    };
    assert_eq!(error.error_code(), Some(&ErrorCode::AccessDenied));
    assert_eq!(error.error_message(), Some(reason));
    assert_eq!(
        test.addon_now("coredns").await.configuration_values(),
        Some("{}")
    );
}
