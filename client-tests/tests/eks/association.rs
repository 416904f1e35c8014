//! Pod identity associations made, shown, changed and deleted by hand.

use std::time::Duration;

use serde_json::{Value, json};

use crate::refusal::assert_refused;
use crate::support::{FOREIGN_ROLE, OTHER_ROLE, ROLE, START_SECONDS, TOLD, TestEmulator};

const POLICY: &str = "{ \"Version\": \"2012-10-17\", \"Statement\": [] }";
const EXTERNAL_ID: &str = "us-west-2/111122223333/c1/default/app";

async fn raw_association(test: &TestEmulator, id: &str) -> Value {
    let target = format!("/clusters/c1/pod-identity-associations/{id}");
    test.raw("GET", &target, "").await.json()["association"].take()
}

#[tokio::test]
async fn a_new_association_on_the_wire() {
    let test = TestEmulator::with_cluster().await;
    let created = test.association("default", "app").await;
    let id = created.association_id().unwrap();
    assert_eq!(id.len(), 19);
    assert!(id.starts_with("a-"), "{id}");
    assert_eq!(
        raw_association(&test, id).await,
        json!({
            "clusterName": "c1", "namespace": "default", "serviceAccount": "app",
            "roleArn": ROLE,
            "associationArn": format!("arn:aws:eks:us-west-2:111122223333:podidentityassociation/c1/{id}"),
            "associationId": id, "tags": {},
            "createdAt": 1_782_864_000.0, "modifiedAt": 1_782_864_000.0, "ownerArn": null,
            "disableSessionTags": false, "targetRoleArn": null, "externalId": null, "policy": null,
        })
    );
}

#[tokio::test]
async fn the_answer_to_a_creation_is_what_is_described() {
    let test = TestEmulator::with_cluster().await;
    let request = test.associate("default", "app").tags("team", "blue");
    let request = request
        .disable_session_tags(true)
        .policy(POLICY)
        .target_role_arn(FOREIGN_ROLE);
    let created = request.send().await.unwrap().association.unwrap();
    assert_eq!(created.tags().unwrap()["team"], "blue");
    assert_eq!(created.disable_session_tags(), Some(true));
    assert_eq!(created.policy(), Some(POLICY));
    assert_eq!(created.target_role_arn(), Some(FOREIGN_ROLE));
    let id = created.association_id().unwrap();
    assert_eq!(test.association_now(id).await, created);
}

#[tokio::test]
async fn neither_namespace_nor_service_account_nor_agent_needs_to_exist() {
    let test = TestEmulator::with_cluster().await;
    test.association("no-such-namespace", "no-such-account")
        .await;
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.associations().await.len(), 1);
}

#[tokio::test]
async fn any_well_formed_role_of_the_account_will_do() {
    let test = TestEmulator::with_cluster().await;
    for (name, role) in [
        ("plain", "arn:aws:iam::111122223333:role/nobody-made-this"),
        ("path", "arn:aws:iam::111122223333:role/with/a/path/reader"),
    ] {
        let request = test.associate("default", name).role_arn(role);
        let association = request.send().await.unwrap().association.unwrap();
        assert_eq!(association.role_arn(), Some(role));
        let id = association.association_id().unwrap();
        test.update_association(id)
            .role_arn(role)
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_cluster_that_is_being_updated_takes_associations() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let update = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    update.send().await.unwrap();
    test.association("default", "app").await;
}

#[tokio::test]
async fn an_update_changes_what_is_given_and_leaves_the_rest() {
    let test = TestEmulator::with_cluster().await;
    let request = test.associate("default", "app").tags("team", "blue");
    let request = request
        .disable_session_tags(true)
        .policy(POLICY)
        .target_role_arn(FOREIGN_ROLE);
    let before = request.send().await.unwrap().association.unwrap();
    let id = before.association_id().unwrap();
    test.emulator.advance(Duration::from_secs(60));
    let updated = test
        .update_association(id)
        .role_arn(OTHER_ROLE)
        .send()
        .await
        .unwrap();
    let updated = updated.association.unwrap();
    assert_eq!(updated.role_arn(), Some(OTHER_ROLE));
    assert_eq!(updated.target_role_arn(), Some(FOREIGN_ROLE));
    assert_eq!(updated.policy(), Some(POLICY));
    assert_eq!(updated.disable_session_tags(), Some(true));
    assert_eq!(updated.tags(), before.tags());
    assert_eq!(updated.created_at(), before.created_at());
    assert_eq!(updated.modified_at().unwrap().secs(), START_SECONDS + 60);
    assert_eq!(test.association_now(id).await, updated);
}

#[tokio::test]
async fn the_same_values_again_are_taken() {
    let test = TestEmulator::with_cluster().await;
    let association = test.association("default", "app").await;
    let id = association.association_id().unwrap();
    test.update_association(id)
        .role_arn(ROLE)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn the_external_id_comes_and_goes_with_the_target_role() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .associate("default", "app")
        .target_role_arn(FOREIGN_ROLE);
    let created = request.send().await.unwrap().association.unwrap();
    assert_eq!(created.external_id(), Some(EXTERNAL_ID));
    let id = created.association_id().unwrap();
    let kept = test
        .update_association(id)
        .role_arn(OTHER_ROLE)
        .send()
        .await
        .unwrap();
    assert_eq!(kept.association().unwrap().external_id(), Some(EXTERNAL_ID));
    test.update_association(id)
        .target_role_arn("")
        .send()
        .await
        .unwrap();
    let association = raw_association(&test, id).await;
    assert_eq!(association["targetRoleArn"], Value::Null);
    assert_eq!(association["externalId"], Value::Null);
    assert_eq!(association["roleArn"], OTHER_ROLE);
    let again = test
        .update_association(id)
        .target_role_arn(FOREIGN_ROLE)
        .send()
        .await
        .unwrap();
    assert_eq!(
        again.association().unwrap().external_id(),
        Some(EXTERNAL_ID)
    );
}

#[tokio::test]
async fn an_empty_policy_takes_the_policy_away() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .associate("default", "app")
        .disable_session_tags(true)
        .policy(POLICY);
    let created = request.send().await.unwrap().association.unwrap();
    let id = created.association_id().unwrap();
    test.update_association(id).policy("").send().await.unwrap();
    assert_eq!(raw_association(&test, id).await["policy"], Value::Null);
    let back = test
        .update_association(id)
        .disable_session_tags(false)
        .send()
        .await
        .unwrap();
    assert_eq!(
        back.association().unwrap().disable_session_tags(),
        Some(false)
    );
}

#[tokio::test]
async fn a_policy_alone_may_follow_on_disabled_session_tags() {
    let test = TestEmulator::with_cluster().await;
    let request = test.associate("default", "app").disable_session_tags(true);
    let created = request.send().await.unwrap().association.unwrap();
    let id = created.association_id().unwrap();
    let updated = test
        .update_association(id)
        .policy(POLICY)
        .send()
        .await
        .unwrap();
    assert_eq!(updated.association().unwrap().policy(), Some(POLICY));
}

#[tokio::test]
async fn the_answer_to_a_deletion_is_the_whole_association_stamped() {
    let test = TestEmulator::with_cluster().await;
    let before = test.association("default", "app").await;
    let id = before.association_id().unwrap();
    test.emulator.advance(Duration::from_secs(60));
    let deleted = test
        .delete_association(id)
        .send()
        .await
        .unwrap()
        .association
        .unwrap();
    assert_eq!(deleted.modified_at().unwrap().secs(), START_SECONDS + 60);
    assert_eq!(deleted.created_at(), before.created_at());
    assert_eq!(deleted.association_arn(), before.association_arn());
    assert_eq!(deleted.role_arn(), Some(ROLE));
    assert_eq!(test.associations().await, []);
}

#[tokio::test]
async fn a_deleted_association_frees_its_service_account_at_once() {
    let test = TestEmulator::with_cluster().await;
    let first = test.association("default", "app").await;
    test.delete_association(first.association_id().unwrap())
        .send()
        .await
        .unwrap();
    let second = test.association("default", "app").await;
    assert_ne!(first.association_id(), second.association_id());
}

#[tokio::test]
async fn lists_are_filtered_by_namespace_and_service_account() {
    let test = TestEmulator::with_cluster().await;
    for (namespace, name) in [("a", "x"), ("a", "y"), ("b", "x"), ("aa", "x")] {
        test.association(namespace, name).await;
    }
    let found = async |namespace: Option<&str>, name: Option<&str>| {
        let request = test
            .client
            .list_pod_identity_associations()
            .cluster_name("c1");
        let request = request.set_namespace(namespace.map(str::to_owned));
        let answer = request
            .set_service_account(name.map(str::to_owned))
            .send()
            .await
            .unwrap();
        let mut found: Vec<String> = answer
            .associations()
            .iter()
            .map(|one| {
                format!(
                    "{}/{}",
                    one.namespace().unwrap(),
                    one.service_account().unwrap()
                )
            })
            .collect();
        found.sort();
        found
    };
    assert_eq!(found(Some("a"), None).await, ["a/x", "a/y"]);
    assert_eq!(found(None, Some("x")).await, ["a/x", "aa/x", "b/x"]);
    assert_eq!(found(Some("b"), Some("x")).await, ["b/x"]);
    assert_eq!(found(Some("b"), Some("y")).await, [""; 0]);
    assert_eq!(found(Some("A"), None).await, [""; 0]);
    assert_eq!(found(None, None).await.len(), 4);
}

#[tokio::test]
async fn lists_are_in_the_order_of_ids_and_show_the_summary_only() {
    let test = TestEmulator::with_cluster().await;
    for name in ["d", "c", "b", "a"] {
        test.association("default", name).await;
    }
    let answer = test
        .raw("GET", "/clusters/c1/pod-identity-associations", "")
        .await
        .json();
    let associations = answer["associations"].as_array().unwrap();
    let ids: Vec<&str> = associations
        .iter()
        .map(|one| one["associationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.is_sorted(), "{ids:?}");
    let mut members: Vec<&String> = associations[0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "associationArn",
            "associationId",
            "clusterName",
            "namespace",
            "ownerArn",
            "serviceAccount"
        ]
    );
}

#[tokio::test]
async fn a_creation_that_comes_again_with_its_token_is_answered_alike() {
    let test = TestEmulator::with_cluster().await;
    let request = || {
        test.associate("default", "app")
            .client_request_token("once")
    };
    let first = request().send().await.unwrap().association.unwrap();
    assert_eq!(request().send().await.unwrap().association.unwrap(), first);
    assert_eq!(test.associations().await.len(), 1);
    assert_refused(
        request().role_arn(OTHER_ROLE).send().await,
        400,
        "InvalidParameterException",
        "The clientRequestToken was already used by a request with different parameters.",
        &[],
    );
    test.delete_association(first.association_id().unwrap())
        .send()
        .await
        .unwrap();
    let anew = request().send().await.unwrap().association.unwrap();
    assert_ne!(anew.association_id(), first.association_id());
}

#[tokio::test]
async fn a_refused_creation_does_not_use_up_its_token() {
    let test = TestEmulator::with_cluster().await;
    let request = test
        .associate("default", "app")
        .client_request_token("once");
    request
        .clone()
        .role_arn(FOREIGN_ROLE)
        .send()
        .await
        .expect_err("a foreign role");
    request.role_arn(ROLE).send().await.unwrap();
}

#[tokio::test]
async fn an_update_that_comes_again_with_its_token_is_answered_alike() {
    let test = TestEmulator::with_cluster().await;
    let created = test.association("default", "app").await;
    let id = created.association_id().unwrap();
    let request = || {
        test.update_association(id)
            .role_arn(OTHER_ROLE)
            .client_request_token("once")
    };
    let first = request().send().await.unwrap().association;
    test.emulator.advance(Duration::from_secs(60));
    assert_eq!(request().send().await.unwrap().association, first);
    assert_eq!(test.association_now(id).await, first.unwrap());
}
