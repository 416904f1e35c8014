//! Clusters: made, shown, listed and deleted.

use aws_sdk_eks::types::{
    AuthenticationMode, ClusterStatus, CreateAccessConfigRequest, VpcConfigRequest,
};
use eks_emulator::Limits;
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome};
use serde_json::{Value, json};

use crate::refusal::{assert_raw_refusal, assert_refused, assert_role_refused};
use crate::support::{FOREIGN_ROLE, TOLD, TestEmulator, cluster_rule, issue};

const INVALID: &str = "InvalidParameterException";
const OF_CLUSTER: [(&str, &str); 1] = [("clusterName", "c1")];

#[tokio::test]
async fn a_cluster_is_creating_at_first_and_active_at_the_next_look() {
    let test = TestEmulator::start();
    let created = test
        .create_cluster("c1")
        .send()
        .await
        .unwrap()
        .cluster
        .unwrap();
    assert_eq!(created.status(), Some(&ClusterStatus::Creating));
    assert_eq!(
        created.arn(),
        Some("arn:aws:eks:us-west-2:111122223333:cluster/c1")
    );
    assert_eq!(created.endpoint(), None);
    assert_eq!(created.version(), Some("1.36"));
    let now = test.describe_cluster("c1").await;
    assert_eq!(now.status(), Some(&ClusterStatus::Active));
}

#[tokio::test]
async fn an_active_cluster_has_an_endpoint_an_issuer_and_a_certificate_authority() {
    let test = TestEmulator::start();
    let cluster = test.cluster().await;
    let endpoint = cluster
        .endpoint()
        .unwrap()
        .strip_prefix("https://")
        .unwrap();
    let (id, rest) = endpoint.split_once('.').unwrap();
    assert_eq!(id.len(), 32);
    assert!(rest.ends_with(".us-west-2.eks.amazonaws.com"), "{rest}");
    let issuer = cluster
        .identity()
        .unwrap()
        .oidc()
        .unwrap()
        .issuer()
        .unwrap();
    assert_eq!(
        issuer,
        format!("https://oidc.eks.us-west-2.amazonaws.com/id/{id}")
    );
    let data = cluster.certificate_authority().unwrap().data().unwrap();
    assert!(
        data.starts_with("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tC"),
        "{data}"
    );
    let health = cluster.health().unwrap();
    assert_eq!(health.issues(), []);
}

#[tokio::test]
async fn a_cluster_in_creation_on_the_wire() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    test.create_cluster("c1").send().await.unwrap();
    let cluster = test.raw("GET", "/clusters/c1", "").await.json()["cluster"].take();
    for (member, expected) in [
        ("name", json!("c1")),
        ("status", json!("CREATING")),
        ("createdAt", json!(1_782_864_000.0)),
        ("endpoint", Value::Null),
        ("identity", Value::Null),
        ("health", Value::Null),
        ("clientRequestToken", Value::Null),
        ("platformVersion", json!("eks.13")),
        ("tags", json!({})),
        ("upgradePolicy", json!({ "supportType": "EXTENDED" })),
        ("deletionProtection", json!(false)),
        (
            "logging",
            json!({ "clusterLogging": [{
                "types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
                "enabled": false,
            }] }),
        ),
    ] {
        assert_eq!(cluster[member], expected, "{member}");
    }
    let access = json!({
        "authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": null,
    });
    assert_eq!(cluster["accessConfig"], access);
}

#[tokio::test]
async fn a_missing_cluster_is_not_found_and_nothing_is_named() {
    let test = TestEmulator::start();
    let message = "No cluster found for name: c1.";
    let exception = "ResourceNotFoundException";
    let describe = test.client.describe_cluster().name("c1").send().await;
    assert_refused(describe, 404, exception, message, &[]);
    let delete = test.client.delete_cluster().name("c1").send().await;
    assert_refused(delete, 404, exception, message, &[]);
    let update = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    assert_refused(update.send().await, 404, exception, message, &[]);
    let upgrade = test
        .client
        .update_cluster_version()
        .name("c1")
        .version("1.36");
    assert_refused(upgrade.send().await, 404, exception, message, &[]);
}

#[tokio::test]
async fn a_missing_cluster_is_named_where_its_parts_are_asked_for() {
    let test = TestEmulator::start();
    let message = "No cluster found for name: c1.";
    let exception = "ResourceNotFoundException";
    let describe = test.describe_addon("coredns").send().await;
    assert_refused(describe, 404, exception, message, &OF_CLUSTER);
    let delete = test.delete_addon("coredns").send().await;
    assert_refused(delete, 404, exception, message, &OF_CLUSTER);
    let list = test.client.list_updates().name("c1").send().await;
    assert_refused(list, 404, exception, message, &OF_CLUSTER);
    let update = test
        .client
        .describe_update()
        .name("c1")
        .update_id("u")
        .send()
        .await;
    assert_refused(update, 404, exception, message, &OF_CLUSTER);
}

#[tokio::test]
async fn list_add_ons_reports_a_missing_cluster_without_a_full_stop() {
    let test = TestEmulator::start();
    assert_refused(
        test.client.list_addons().cluster_name("c1").send().await,
        404,
        "ResourceNotFoundException",
        "No cluster found for name: c1",
        &OF_CLUSTER,
    );
}

#[tokio::test]
async fn a_name_is_taken_in_every_state() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    let assert_taken = async || {
        let message = "Cluster already exists with name: c1";
        let result = test.create_cluster("c1").send().await;
        assert_refused(result, 409, "ResourceInUseException", message, &OF_CLUSTER);
    };
    test.create_cluster("c1").send().await.unwrap();
    assert_taken().await;
    test.emulator.complete("c1", None);
    assert_taken().await;
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    assert_taken().await;
    test.emulator.complete("c1", None);
    test.create_cluster("c1").send().await.unwrap();
}

#[tokio::test]
async fn a_creation_that_comes_again_with_its_token_is_answered_alike() {
    let test = TestEmulator::start();
    let request = || test.create_cluster("c1").client_request_token("once");
    let first = request().send().await.unwrap().cluster;
    assert_eq!(request().send().await.unwrap().cluster, first);
}

#[tokio::test]
async fn versions_that_are_not_offered_are_refused() {
    let test = TestEmulator::start();
    for version in ["1.29", "1.36.2", "1.99", "latest"] {
        let result = test.create_cluster("c1").version(version).send().await;
        let message = "unsupported Kubernetes version";
        assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
    }
}

#[tokio::test]
async fn roles_of_clusters_are_checked() {
    let test = TestEmulator::start();
    let malformed = test.create_cluster("c1").role_arn("reader").send().await;
    assert_refused(
        malformed,
        400,
        INVALID,
        "Invalid Role Arn: 'reader'",
        &OF_CLUSTER,
    );
    assert_role_refused(
        test.create_cluster("c1")
            .role_arn(FOREIGN_ROLE)
            .send()
            .await,
    );
}

#[tokio::test]
async fn one_subnet_and_no_endpoint_are_refused() {
    let test = TestEmulator::start();
    let network = VpcConfigRequest::builder()
        .subnet_ids("subnet-0123456789abcdef0")
        .build();
    let result = test
        .create_cluster("c1")
        .resources_vpc_config(network)
        .send()
        .await;
    let message = "Subnets specified must be in at least two different AZs";
    assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
    let network = VpcConfigRequest::builder()
        .subnet_ids("subnet-0123456789abcdef0")
        .subnet_ids("subnet-0123456789abcdef1")
        .endpoint_public_access(false)
        .build();
    let result = test
        .create_cluster("c1")
        .resources_vpc_config(network)
        .send()
        .await;
    let message = "Both private and public endpoint access cannot be false";
    assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
}

#[tokio::test]
async fn the_config_map_needs_the_creator_to_be_an_administrator() {
    let test = TestEmulator::start();
    let access = CreateAccessConfigRequest::builder()
        .authentication_mode(AuthenticationMode::ConfigMap)
        .bootstrap_cluster_creator_admin_permissions(false)
        .build();
    let result = test.create_cluster("c1").access_config(access).send().await;
    let message = "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP";
    assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
}

#[tokio::test]
async fn a_name_with_other_characters_is_refused() {
    let test = TestEmulator::start();
    let tail = "contains invalid characters. It should conform to the regular expression \"^[0-9A-Za-z][A-Za-z0-9-_]*\"In other words, it should start with a number or letter, and can contain numbers, letters, dashes, and underscores.";
    for name in ["-c1", "a.b", "ä"] {
        let message = format!("The parameter name {tail}");
        let result = test.create_cluster(name).send().await;
        assert_refused(result, 400, INVALID, &message, &[]);
    }
    let message = format!("The clusterName parameter {tail}");
    let result = test
        .client
        .create_addon()
        .cluster_name("a.b")
        .addon_name("coredns")
        .send()
        .await;
    assert_refused(result, 400, INVALID, &message, &[]);
}

#[tokio::test]
async fn a_name_has_a_hundred_characters_at_most() {
    let test = TestEmulator::start();
    test.create_cluster(&"a".repeat(100)).send().await.unwrap();
    let message = "The parameter name should be between 1 and 100 characters long.";
    let result = test.create_cluster(&"a".repeat(101)).send().await;
    assert_refused(result, 400, INVALID, message, &[]);
}

#[tokio::test]
async fn required_members_must_not_be_absent() {
    let test = TestEmulator::start();
    for (member, body) in [
        ("name", r#"{"roleArn":"r","resourcesVpcConfig":{}}"#),
        ("roleArn", r#"{"name":"c1","resourcesVpcConfig":{}}"#),
        ("resourcesVpcConfig", r#"{"name":"c1","roleArn":"r"}"#),
    ] {
        let answer = test.raw("POST", "/clusters", body).await;
        let message = format!("The parameter {member} must not be empty.");
        assert_raw_refusal(&answer, 400, INVALID, &message);
    }
}

#[tokio::test]
async fn a_region_has_so_many_clusters_and_no_more() {
    let limits = Limits {
        clusters: 2,
        ..Limits::default()
    };
    let test = TestEmulator::start_with(|builder| builder.limits(limits));
    test.cluster_named("a").await;
    test.cluster_named("b").await;
    assert_refused(
        test.create_cluster("c1").send().await,
        400,
        "ResourceLimitExceededException",
        "You have reached the maximum number of clusters (2) in this region.",
        &OF_CLUSTER,
    );
    test.client.delete_cluster().name("a").send().await.unwrap();
    test.emulator.advance_until_idle();
    test.create_cluster("c1").send().await.unwrap();
}

#[tokio::test]
async fn clusters_are_listed_by_name_in_every_state() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    for name in ["b", "a", "c"] {
        test.create_cluster(name).send().await.unwrap();
    }
    test.emulator.complete("a", None);
    test.client.delete_cluster().name("c").send().await.unwrap();
    let clusters = test.client.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters(), ["a", "b", "c"]);
    let all = test
        .client
        .list_clusters()
        .include("all")
        .send()
        .await
        .unwrap();
    assert_eq!(all.clusters(), ["a", "b", "c"]);
    let result = test.client.list_clusters().include("some").send().await;
    assert_refused(
        result,
        400,
        INVALID,
        "Invalid include: some, must be one of these [all]",
        &[],
    );
}

#[tokio::test]
async fn a_deletion_shows_the_cluster_as_it_was() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let active = test.describe_cluster("c1").await;
    let deleted = test
        .client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap()
        .cluster
        .unwrap();
    assert_eq!(deleted.status(), Some(&ClusterStatus::Deleting));
    assert_eq!(deleted.endpoint(), active.endpoint());
    assert_eq!(deleted.health(), None);
    let now = test.describe_cluster("c1").await;
    assert_eq!(now.status(), Some(&ClusterStatus::Deleting));
    let again = test
        .client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap()
        .cluster
        .unwrap();
    assert_eq!(again.status(), Some(&ClusterStatus::Deleting));
    test.emulator.complete("c1", None);
    let gone = test.client.describe_cluster().name("c1").send().await;
    let message = "No cluster found for name: c1.";
    assert_refused(gone, 404, "ResourceNotFoundException", message, &[]);
}

#[tokio::test]
async fn a_protected_cluster_is_not_deleted_while_it_is_active() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    test.create_cluster("c1")
        .deletion_protection(true)
        .send()
        .await
        .unwrap();
    test.emulator.complete_all();
    assert_refused(
        test.client.delete_cluster().name("c1").send().await,
        400,
        "InvalidRequestException",
        "Cannot delete cluster c1 because deletion protection is enabled.",
        &OF_CLUSTER,
    );
    test.create_cluster("c2")
        .deletion_protection(true)
        .send()
        .await
        .unwrap();
    test.client
        .delete_cluster()
        .name("c2")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_cluster_made_again_is_another_one_under_the_same_arn() {
    let test = TestEmulator::start();
    let first = test.cluster().await;
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    let second = test.cluster().await;
    assert_eq!(first.arn(), second.arn());
    assert_ne!(first.endpoint(), second.endpoint());
}

#[tokio::test]
async fn a_creation_that_fails_leaves_a_failed_cluster_to_be_deleted() {
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::InternalFailure, "no")]);
    let test = TestEmulator::start();
    test.emulator
        .add_transition_rule(cluster_rule(Change::Create, failure));
    test.create_cluster("c1").send().await.unwrap();
    let cluster = test.describe_cluster("c1").await;
    assert_eq!(cluster.status(), Some(&ClusterStatus::Failed));
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    test.emulator.advance_until_idle();
    let clusters = test.client.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters, Some(vec![]));
}
