//! What the operations on pod identity associations refuse.

use eks_emulator::Limits;

use crate::refusal::{assert_raw_refusal, assert_refused, assert_role_refused};
use crate::support::{FOREIGN_ROLE, OTHER_ROLE, ROLE, TOLD, TestEmulator};

const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const OF_CLUSTER: [(&str, &str); 1] = [("clusterName", "c1")];

async fn with_association() -> (TestEmulator, String) {
    let test = TestEmulator::with_cluster().await;
    let id = test
        .association("default", "app")
        .await
        .association_id
        .unwrap();
    (test, id)
}

#[tokio::test]
async fn a_missing_cluster_is_named_by_every_operation() {
    let test = TestEmulator::start();
    let message = "No cluster found for name: c1.";
    let id = "a-stubassocid123456";
    let create = test.associate("default", "app").send().await;
    assert_refused(create, 404, NOT_FOUND, message, &OF_CLUSTER);
    let describe = test.describe_association(id).send().await;
    assert_refused(describe, 404, NOT_FOUND, message, &OF_CLUSTER);
    let list = test
        .client
        .list_pod_identity_associations()
        .cluster_name("c1")
        .send()
        .await;
    assert_refused(list, 404, NOT_FOUND, message, &OF_CLUSTER);
    let update = test.update_association(id).role_arn(ROLE).send().await;
    assert_refused(update, 404, NOT_FOUND, message, &OF_CLUSTER);
    let delete = test.delete_association(id).send().await;
    assert_refused(delete, 404, NOT_FOUND, message, &OF_CLUSTER);
}

#[tokio::test]
async fn a_service_account_has_one_association_at_most() {
    let (test, id) = with_association().await;
    let before = test.association_now(&id).await;
    assert_refused(
        test.associate("default", "app")
            .role_arn(OTHER_ROLE)
            .send()
            .await,
        409,
        "ResourceInUseException",
        &format!("Association already exists: {id}"),
        &OF_CLUSTER,
    );
    assert_eq!(test.association_now(&id).await, before);
}

#[tokio::test]
async fn roles_of_other_accounts_and_empty_ones_are_refused() {
    let (test, id) = with_association().await;
    for role in ["", FOREIGN_ROLE] {
        assert_role_refused(
            test.associate("default", "other")
                .role_arn(role)
                .send()
                .await,
        );
        assert_role_refused(test.update_association(&id).role_arn(role).send().await);
    }
    assert_eq!(test.associations().await.len(), 1);
    assert_eq!(test.association_now(&id).await.role_arn(), Some(ROLE));
}

#[tokio::test]
async fn malformed_roles_are_quoted() {
    let (test, id) = with_association().await;
    for role in [
        "reader",
        "arn:aws:iam::111122223333:user/reader",
        "arn:aws:s3:::bucket",
    ] {
        let message = format!("Invalid Role Arn: {role}");
        let create = test.associate("default", "other");
        for request in [create.clone().role_arn(role), create.target_role_arn(role)] {
            assert_refused(request.send().await, 400, INVALID, &message, &OF_CLUSTER);
        }
        let update = test.update_association(&id);
        for request in [update.clone().role_arn(role), update.target_role_arn(role)] {
            assert_refused(request.send().await, 400, INVALID, &message, &OF_CLUSTER);
        }
    }
}

#[tokio::test]
async fn an_id_that_is_not_19_characters_long_is_refused() {
    let (test, _) = with_association().await;
    let message = "The parameter associationId should be 19 characters long.";
    for id in ["None", "a-", "a-stubassocid1234567"] {
        let describe = test.describe_association(id).send().await;
        assert_refused(describe, 400, INVALID, message, &[]);
        let update = test.update_association(id).role_arn(ROLE).send().await;
        assert_refused(update, 400, INVALID, message, &[]);
        let delete = test.delete_association(id).send().await;
        assert_refused(delete, 400, INVALID, message, &[]);
    }
}

#[tokio::test]
async fn an_association_that_does_not_exist_is_not_found() {
    let (test, _) = with_association().await;
    let id = "a-stubassocid123456";
    let message = "No association found with id: a-stubassocid123456";
    let describe = test.describe_association(id).send().await;
    assert_refused(describe, 404, NOT_FOUND, message, &OF_CLUSTER);
    let update = test.update_association(id).role_arn(ROLE).send().await;
    assert_refused(update, 404, NOT_FOUND, message, &OF_CLUSTER);
    let delete = test.delete_association(id).send().await;
    assert_refused(delete, 404, NOT_FOUND, message, &OF_CLUSTER);
}

#[tokio::test]
async fn a_second_deletion_does_not_find_the_association() {
    let (test, id) = with_association().await;
    test.delete_association(&id).send().await.unwrap();
    let message = format!("No association found with id: {id}");
    let again = test.delete_association(&id).send().await;
    assert_refused(again, 404, NOT_FOUND, &message, &OF_CLUSTER);
}

#[tokio::test]
async fn an_association_of_another_cluster_is_not_found() {
    let (test, id) = with_association().await;
    test.cluster_named("c2").await;
    let request = test
        .client
        .describe_pod_identity_association()
        .cluster_name("c2");
    let message = format!("No association found with id: {id}");
    let result = request.association_id(&id).send().await;
    assert_refused(result, 404, NOT_FOUND, &message, &[("clusterName", "c2")]);
}

#[tokio::test]
async fn a_cluster_has_so_many_associations_and_no_more() {
    let limits = Limits {
        associations: 2,
        ..Limits::default()
    };
    let test = TestEmulator::with_cluster_and(|builder| builder.limits(limits)).await;
    let first = test.association("default", "first").await;
    test.association("default", "second").await;
    assert_refused(
        test.associate("default", "third").send().await,
        400,
        "ResourceLimitExceededException",
        "You have reached the maximum number of Pod Identity associations (2) for cluster c1.",
        &OF_CLUSTER,
    );
    test.delete_association(first.association_id().unwrap())
        .send()
        .await
        .unwrap();
    test.association("default", "third").await;
}

#[tokio::test]
async fn an_update_has_to_change_something() {
    let (test, id) = with_association().await;
    let message =
        "At least one of roleArn, targetRoleArn, disableSessionTags or policy must be provided.";
    let result = test.update_association(&id).send().await;
    assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
}

#[tokio::test]
async fn a_policy_needs_disabled_session_tags() {
    let (test, id) = with_association().await;
    let message = "disableSessionTags must be set to true when policy is provided.";
    let policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    let create = test.associate("default", "other").policy(policy);
    for request in [create.clone(), create.disable_session_tags(false)] {
        assert_refused(request.send().await, 400, INVALID, message, &OF_CLUSTER);
    }
    let update = test.update_association(&id).policy(policy).send().await;
    assert_refused(update, 400, INVALID, message, &OF_CLUSTER);
    let both = test
        .update_association(&id)
        .policy(policy)
        .disable_session_tags(true);
    both.send().await.unwrap();
    let back = test
        .update_association(&id)
        .disable_session_tags(false)
        .send()
        .await;
    assert_refused(back, 400, INVALID, message, &OF_CLUSTER);
    assert_eq!(
        test.association_now(&id).await.disable_session_tags(),
        Some(true)
    );
}

#[tokio::test]
async fn a_policy_is_a_json_object() {
    let (test, id) = with_association().await;
    let message = "The policy provided is not a valid JSON document.";
    for policy in ["{", "[]", "allow"] {
        let request = test
            .update_association(&id)
            .policy(policy)
            .disable_session_tags(true);
        assert_refused(request.send().await, 400, INVALID, message, &OF_CLUSTER);
    }
}

#[tokio::test]
async fn required_members_must_not_be_absent() {
    let test = TestEmulator::with_cluster().await;
    for (member, body) in [
        (
            "namespace",
            r#"{"serviceAccount":"app","roleArn":"arn:aws:iam::111122223333:role/first"}"#,
        ),
        (
            "serviceAccount",
            r#"{"namespace":"default","roleArn":"arn:aws:iam::111122223333:role/first"}"#,
        ),
        (
            "roleArn",
            r#"{"namespace":"default","serviceAccount":"app"}"#,
        ),
    ] {
        let answer = test
            .raw("POST", "/clusters/c1/pod-identity-associations", body)
            .await;
        let message = format!("The parameter {member} must not be empty.");
        assert_raw_refusal(&answer, 400, INVALID, &message);
    }
    assert_eq!(test.associations().await, []);
}

#[tokio::test]
async fn names_must_not_be_empty() {
    let test = TestEmulator::with_cluster().await;
    for (namespace, name, member) in [("", "app", "namespace"), ("default", "", "serviceAccount")] {
        let message = format!("The parameter {member} must not be empty.");
        let result = test.associate(namespace, name).send().await;
        assert_refused(result, 400, INVALID, &message, &OF_CLUSTER);
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_active_takes_no_associations() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    let assert_not_active = async || {
        let result = test.associate("default", "app").send().await;
        let message = "Cluster 'c1' is not in ACTIVE status";
        assert_refused(result, 400, "InvalidRequestException", message, &OF_CLUSTER);
    };
    test.create_cluster("c1").send().await.unwrap();
    assert_not_active().await;
    test.emulator.complete_all();
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    assert_not_active().await;
}

#[tokio::test]
async fn reserved_tags_are_refused() {
    let test = TestEmulator::with_cluster().await;
    let result = test
        .associate("default", "app")
        .tags("aws:team", "blue")
        .send()
        .await;
    let message = "Tag keys starting with aws: are reserved for system use.";
    assert_refused(result, 400, INVALID, message, &[]);
    assert_eq!(test.associations().await, []);
}
