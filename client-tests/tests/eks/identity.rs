//! Who calls: accounts, regions, and signatures.

use aws_sdk_eks::types::ClusterStatus;
use eks_emulator::Auth;

use crate::refusal::assert_raw_refusal;
use crate::support::{ACCOUNT, REGION, TestEmulator, create_cluster};

const OTHER_ACCOUNT: &str = "222233334444";
const ABSENT: (&str, &str) = (
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
);

fn strict() -> TestEmulator {
    TestEmulator::start_with(|builder| builder.auth(Auth::Scope))
}

fn signed(scope: &str) -> String {
    format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=00")
}

/// Asserts what a strict emulator says to a request with this header.
async fn assert_turned_away(header: &str, exception: &str, message: &str) {
    let test = strict();
    let headers = [("Authorization", header)];
    let answer = test.raw_with("GET", "/clusters", &headers, "").await;
    assert_raw_refusal(&answer, 403, exception, message);
}

#[tokio::test]
async fn an_access_key_id_of_twelve_digits_is_an_account_of_its_own() {
    let test = TestEmulator::with_cluster().await;
    let other = test.client_of(OTHER_ACCOUNT, REGION);
    assert_eq!(
        other.list_clusters().send().await.unwrap().clusters,
        Some(vec![])
    );
    other
        .describe_cluster()
        .name("c1")
        .send()
        .await
        .expect_err("another account's cluster");
    let made = create_cluster(&other, "c1")
        .role_arn("arn:aws:iam::222233334444:role/cluster")
        .send()
        .await
        .unwrap();
    let arn = "arn:aws:eks:us-west-2:222233334444:cluster/c1";
    assert_eq!(made.cluster().unwrap().arn(), Some(arn));
    other.delete_cluster().name("c1").send().await.unwrap();
    let first = test.describe_cluster("c1").await;
    assert_eq!(first.status(), Some(&ClusterStatus::Active));
    assert_eq!(
        first.arn(),
        Some("arn:aws:eks:us-west-2:111122223333:cluster/c1")
    );
}

#[tokio::test]
async fn any_other_access_key_id_is_the_default_account() {
    let test = TestEmulator::with_cluster().await;
    for access_key_id in ["AKIAI44QH8DHBEXAMPLE", "test", "12345678901", ACCOUNT] {
        let client = test.client_of(access_key_id, REGION);
        let clusters = client.list_clusters().send().await.unwrap();
        assert_eq!(clusters.clusters(), ["c1"], "{access_key_id}");
    }
}

#[tokio::test]
async fn a_region_has_clusters_of_its_own() {
    let test = TestEmulator::with_cluster().await;
    let other = test.client_of(ACCOUNT, "eu-central-1");
    assert_eq!(
        other.list_clusters().send().await.unwrap().clusters,
        Some(vec![])
    );
    let made = create_cluster(&other, "c1").send().await.unwrap();
    let arn = "arn:aws:eks:eu-central-1:111122223333:cluster/c1";
    assert_eq!(made.cluster().unwrap().arn(), Some(arn));
    let cluster = other
        .describe_cluster()
        .name("c1")
        .send()
        .await
        .unwrap()
        .cluster
        .unwrap();
    let endpoint = cluster.endpoint().unwrap();
    assert!(
        endpoint.ends_with(".eu-central-1.eks.amazonaws.com"),
        "{endpoint}"
    );
}

#[tokio::test]
async fn a_region_decides_the_partition_of_arns() {
    let test = TestEmulator::start();
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")] {
        let client = test.client_of(ACCOUNT, region);
        let role = format!("arn:{partition}:iam::111122223333:role/cluster");
        let made = create_cluster(&client, "c1")
            .role_arn(role)
            .send()
            .await
            .unwrap();
        let arn = format!("arn:{partition}:eks:{region}:111122223333:cluster/c1");
        assert_eq!(made.cluster().unwrap().arn(), Some(arn.as_str()));
    }
}

#[tokio::test]
async fn unsigned_requests_are_the_default_accounts() {
    let test = TestEmulator::with_cluster().await;
    for header in [
        "nonsense",
        "Basic dXNlcjpwYXNzd29yZA==",
        "AWS4-HMAC-SHA256 Credential=x",
    ] {
        let headers = [("Authorization", header)];
        let answer = test.raw_with("GET", "/clusters", &headers, "").await;
        assert_eq!(
            answer.json()["clusters"],
            serde_json::json!(["c1"]),
            "{header}"
        );
    }
    let answer = test.raw("GET", "/clusters", "").await;
    assert_eq!(answer.json()["clusters"], serde_json::json!(["c1"]));
}

#[tokio::test]
async fn with_scope_the_sdk_is_understood() {
    let test = strict();
    test.cluster().await;
    let other = test.client_of(OTHER_ACCOUNT, "eu-central-1");
    assert_eq!(
        other.list_clusters().send().await.unwrap().clusters,
        Some(vec![])
    );
}

#[tokio::test]
async fn with_scope_unsigned_requests_are_turned_away() {
    let test = strict();
    let answer = test.raw("GET", "/clusters", "").await;
    assert_raw_refusal(&answer, 403, ABSENT.0, ABSENT.1);
}

#[tokio::test]
async fn with_scope_a_credential_in_the_query_is_enough() {
    let test = strict();
    let target = "/clusters?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260701%2Fus-west-2%2Feks%2Faws4_request";
    assert_eq!(test.raw("GET", target, "").await.status, 200);
}

#[tokio::test]
async fn with_scope_a_signature_for_another_service_is_turned_away() {
    let header = signed("AKIAIOSFODNN7EXAMPLE/20260701/us-west-2/iam/aws4_request");
    let message = "Credential should be scoped to correct service: 'eks'.";
    assert_turned_away(&header, "InvalidSignatureException", message).await;
}

#[tokio::test]
async fn with_scope_a_signature_for_no_region_is_turned_away() {
    let header = signed("AKIAIOSFODNN7EXAMPLE/20260701/somewhere/eks/aws4_request");
    let message = "Credential should be scoped to a valid region.";
    assert_turned_away(&header, "InvalidSignatureException", message).await;
}

#[tokio::test]
async fn with_scope_headers_that_cannot_be_read_are_turned_away() {
    let exception = "IncompleteSignatureException";
    let message = "'nonsense' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 nonsense'.";
    assert_turned_away("AWS4-HMAC-SHA256 nonsense", exception, message).await;
    let header = "AWS4-HMAC-SHA256 Credential=x";
    let message = "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=x";
    assert_turned_away(header, exception, message).await;
}

#[tokio::test]
async fn with_scope_nothing_is_changed_by_who_is_turned_away() {
    let test = strict();
    test.cluster().await;
    let answer = test.raw("DELETE", "/clusters/c1", "").await;
    assert_raw_refusal(&answer, 403, ABSENT.0, ABSENT.1);
    let cluster = test.describe_cluster("c1").await;
    assert_eq!(cluster.status(), Some(&ClusterStatus::Active));
}
