//! The SDK's waiters. They sleep by moving the emulator's clock.

use std::time::Duration;

use aws_sdk_eks::Client;
use aws_sdk_eks::client::Waiters;
use aws_sdk_eks::config::retry::RetryConfig;
use aws_sdk_eks::config::timeout::TimeoutConfig;
use aws_sdk_eks::config::{AsyncSleep, Sleep, StalledStreamProtectionConfig};
use eks_emulator::EksEmulator;
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome, Profile};

use crate::support::{RequestCount, TOLD, TestEmulator, addon_rule, cluster_rule, issue};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Moves an emulator's clock instead of sleeping.
#[derive(Debug)]
struct Clock(EksEmulator);

impl AsyncSleep for Clock {
    fn sleep(&self, duration: Duration) -> Sleep {
        let emulator = self.0.clone();
        Sleep::new(async move {
            emulator.advance(duration);
        })
    }
}

/// A client that waits in the emulator's time; a timeout would be over at once.
fn patient(test: &TestEmulator) -> Client {
    test.client_with(|configuration| {
        configuration
            .sleep_impl(Clock(test.emulator.clone()))
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
    })
}

/// A client that counts what it sends.
fn counting(test: &TestEmulator) -> (Client, RequestCount) {
    let count = RequestCount::default();
    let client = test.client_with(|configuration| configuration.interceptor(count.clone()));
    (client, count)
}

#[tokio::test]
async fn instant_ends_every_wait_at_the_first_poll() {
    let test = TestEmulator::start();
    let (client, count) = counting(&test);
    test.create_cluster("c1").send().await.unwrap();
    client
        .wait_until_cluster_active()
        .name("c1")
        .wait(SECOND)
        .await
        .unwrap();
    test.create_addon("coredns").send().await.unwrap();
    let wait = client
        .wait_until_addon_active()
        .cluster_name("c1")
        .addon_name("coredns");
    wait.wait(SECOND).await.unwrap();
    test.delete_addon("coredns").send().await.unwrap();
    let wait = client
        .wait_until_addon_deleted()
        .cluster_name("c1")
        .addon_name("coredns");
    wait.wait(SECOND).await.unwrap();
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    client
        .wait_until_cluster_deleted()
        .name("c1")
        .wait(SECOND)
        .await
        .unwrap();
    assert_eq!(count.get(), 4);
}

#[tokio::test]
async fn waits_last_as_long_as_transitions() {
    let profile = Profile::Realistic { time_scale: 1.0 };
    let test = TestEmulator::start_with(|builder| builder.lifecycle(profile));
    let start = test.emulator.now().as_milliseconds();
    let since = || test.emulator.now().as_milliseconds() - start;
    let client = patient(&test);
    test.create_cluster("c1").send().await.unwrap();
    client
        .wait_until_cluster_active()
        .name("c1")
        .wait(HOUR)
        .await
        .unwrap();
    assert!(since() >= 600_000, "{}", since());
    test.create_addon("coredns").send().await.unwrap();
    let wait = client
        .wait_until_addon_active()
        .cluster_name("c1")
        .addon_name("coredns");
    wait.wait(HOUR).await.unwrap();
    assert!(since() >= 620_000, "{}", since());
    test.delete_addon("coredns").send().await.unwrap();
    let wait = client
        .wait_until_addon_deleted()
        .cluster_name("c1")
        .addon_name("coredns");
    wait.wait(HOUR).await.unwrap();
    assert!(since() >= 630_000, "{}", since());
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    client
        .wait_until_cluster_deleted()
        .name("c1")
        .wait(HOUR)
        .await
        .unwrap();
    assert!(since() >= 810_000, "{}", since());
}

#[tokio::test]
async fn reads_end_a_wait() {
    let profile = Profile::Manual { reads: Some(3) };
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(profile)).await;
    let client = patient(&test);
    test.create_addon("coredns").send().await.unwrap();
    let wait = client
        .wait_until_addon_active()
        .cluster_name("c1")
        .addon_name("coredns");
    wait.wait(HOUR).await.unwrap();
}

#[tokio::test]
async fn waiting_for_an_active_add_on_fails_at_once_on_one_that_failed_or_is_degraded() {
    let issues = || vec![issue(AddonIssueCode::AccessDenied, "no")];
    for (outcome, status) in [
        (Outcome::Failure(issues()), "CreateFailed"),
        (Outcome::Degraded(issues()), "Degraded"),
    ] {
        let test = TestEmulator::with_cluster().await;
        test.emulator
            .add_transition_rule(addon_rule(Change::Create, outcome));
        test.create_addon("coredns").send().await.unwrap();
        let (client, count) = counting(&test);
        let wait = client
            .wait_until_addon_active()
            .cluster_name("c1")
            .addon_name("coredns");
        let error = format!("{:?}", wait.wait(SECOND).await.expect_err("a failure"));
        assert!(error.starts_with("FailureState"), "{error}");
        assert!(error.contains(status), "{error}");
        assert_eq!(count.get(), 1);
    }
}

#[tokio::test]
async fn waiting_for_a_deleted_add_on_fails_at_once_when_the_deletion_failed() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    test.emulator
        .add_transition_rule(addon_rule(Change::Delete, failure));
    test.delete_addon("coredns").send().await.unwrap();
    let (client, count) = counting(&test);
    let wait = client
        .wait_until_addon_deleted()
        .cluster_name("c1")
        .addon_name("coredns");
    let error = format!("{:?}", wait.wait(SECOND).await.expect_err("a failure"));
    assert!(error.starts_with("FailureState"), "{error}");
    assert!(error.contains("DeleteFailed"), "{error}");
    assert_eq!(count.get(), 1);
}

#[tokio::test]
async fn waiting_for_an_active_cluster_fails_at_once_when_the_creation_failed() {
    let test = TestEmulator::start();
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    test.emulator
        .add_transition_rule(cluster_rule(Change::Create, failure));
    test.create_cluster("c1").send().await.unwrap();
    let wait = test.client.wait_until_cluster_active().name("c1");
    let error = format!("{:?}", wait.wait(SECOND).await.expect_err("a failure"));
    assert!(error.starts_with("FailureState"), "{error}");
}

#[tokio::test]
async fn a_cluster_is_deleting_in_the_first_description_after_its_deletion() {
    // Waiting for a deleted cluster fails on one that is seen active.
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    let (client, count) = counting(&test);
    let wait = client.wait_until_cluster_deleted().name("c1");
    let error = format!(
        "{:?}",
        wait.wait(Duration::ZERO).await.expect_err("it lasts")
    );
    assert!(error.starts_with("ExceededMaxWait"), "{error}");
    assert_eq!(count.get(), 1);
    test.emulator.complete("c1", None);
    client
        .wait_until_cluster_deleted()
        .name("c1")
        .wait(SECOND)
        .await
        .unwrap();
}
