//! The SDK's own retries over TCP, and what they make of the emulator's
//! faults.

use std::time::Duration;

use aws_sdk_eks::Client;
use aws_sdk_eks::config::retry::RetryConfig;
use aws_sdk_eks::error::ProvideErrorMetadata;
use eks_emulator::Fault;
use eks_emulator::fault::ConnectionFault;
use eks_emulator::journal::JournalEntry;

use crate::support::{ROLE, TestEmulator};

/// A client that makes three attempts, as SDKs do unless told otherwise, but
/// does not wait long between them.
fn three_attempts(test: &TestEmulator) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(1));
    test.client_with(|configuration| configuration.retry_config(retries))
}

/// One thing about each call of an operation, the oldest first.
fn journal<T>(test: &TestEmulator, operation: &str, thing: impl Fn(JournalEntry) -> T) -> Vec<T> {
    let calls = test.emulator.requests().operation(operation).entries();
    calls.into_iter().map(thing).collect()
}

fn token(call: JournalEntry) -> String {
    let token = call.body["clientRequestToken"].as_str();
    token.unwrap().to_owned()
}

#[tokio::test]
async fn three_attempts_are_enough_for_two_throttled_calls() {
    let test = TestEmulator::with_cluster().await;
    let fault = Fault::on("CreateAddon").throttle().times(2);
    let throttled = test.emulator.fault(fault).scoped().unwrap();
    let request = three_attempts(&test).create_addon();
    let created = request
        .cluster_name("c1")
        .addon_name("coredns")
        .send()
        .await;
    assert_eq!(
        created.unwrap().addon.unwrap().addon_name(),
        Some("coredns")
    );
    let fault = throttled.name();
    assert_eq!(
        journal(&test, "CreateAddon", |call| (call.status, call.faults)),
        [
            (Some(429), vec![fault.to_owned()]),
            (Some(429), vec![fault.to_owned()]),
            (Some(200), vec![]),
        ]
    );
    assert_eq!(test.addon_names().await, ["coredns"]);
}

#[tokio::test]
async fn three_attempts_are_not_enough_for_three_throttled_calls() {
    let test = TestEmulator::with_cluster().await;
    let fault = Fault::on("CreateAddon").throttle().times(3);
    let _throttled = test.emulator.fault(fault).scoped().unwrap();
    let request = three_attempts(&test).create_addon();
    let refused = request
        .cluster_name("c1")
        .addon_name("coredns")
        .send()
        .await;
    let error = refused.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ThrottlingException"));
    assert_eq!(test.addon_names().await, [] as [&str; 0]);
}

/// The answer of the next call of an operation is lost, after the operation.
fn lose_answer(test: &TestEmulator, operation: &str) {
    let lost = Fault::on(operation).connection(ConnectionFault::ResetAfterCommit);
    test.emulator.fault(lost.times(1)).keep().unwrap();
}

#[tokio::test]
async fn an_addon_whose_answer_was_lost_is_made_once_by_a_retry_with_its_token() {
    let test = TestEmulator::with_cluster().await;
    lose_answer(&test, "CreateAddon");
    let client = three_attempts(&test);
    let create = |token: &str| {
        let request = client.create_addon().cluster_name("c1");
        let request = request.addon_name("coredns").client_request_token(token);
        request.send()
    };
    let created = create("one").await.unwrap().addon.unwrap();
    assert_eq!(journal(&test, "CreateAddon", token), ["one", "one"]);
    assert_eq!(
        journal(&test, "CreateAddon", |call| call.status),
        [None, Some(200)]
    );
    assert_eq!(test.addon_names().await, ["coredns"]);
    let now = test.addon_now("coredns").await;
    assert_eq!(now.addon_arn(), created.addon_arn());
    // It is the token that made the retry succeed.
    let error = create("two").await.unwrap_err().into_service_error();
    assert!(error.is_resource_in_use_exception(), "{error:?}");
}

/// The SDK makes a token for each call and keeps it for the call's retries.
#[tokio::test]
async fn an_association_whose_answer_was_lost_is_made_once_with_a_token_of_the_sdk() {
    let test = TestEmulator::with_cluster().await;
    lose_answer(&test, "CreatePodIdentityAssociation");
    let client = three_attempts(&test);
    let create = || {
        let request = client.create_pod_identity_association().cluster_name("c1");
        let request = request.namespace("app").service_account("web");
        request.role_arn(ROLE).send()
    };
    let created = create().await.unwrap().association.unwrap();
    let tokens = journal(&test, "CreatePodIdentityAssociation", token);
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    let listed = test.associations().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].association_id(), created.association_id());
    let error = create().await.unwrap_err().into_service_error();
    assert!(error.is_resource_in_use_exception(), "{error:?}");
}
