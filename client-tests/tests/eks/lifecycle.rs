//! How long transitions take, and how they end: the three profiles, and the
//! exceptions to them.

use std::time::Duration;

use aws_sdk_eks::types::{AddonIssueCode as Code, AddonStatus, ClusterStatus, UpdateStatus};
use eks_emulator::lifecycle::{AddonIssueCode, After, Change, Outcome, Profile, TransitionRule};

use crate::support::{TOLD, TestEmulator, addon_rule, cluster_rule, issue};

async fn status(test: &TestEmulator) -> AddonStatus {
    test.addon_now("coredns").await.status.unwrap()
}

async fn cluster_status(test: &TestEmulator) -> ClusterStatus {
    test.describe_cluster("c1").await.status.unwrap()
}

/// An active cluster whose transitions go at real speed, and faster.
async fn realistic(time_scale: f64) -> TestEmulator {
    let profile = Profile::Realistic { time_scale };
    TestEmulator::with_cluster_and(|builder| builder.lifecycle(profile)).await
}

#[tokio::test]
async fn instant_shows_the_end_at_the_first_read() {
    let test = TestEmulator::with_cluster().await;
    test.create_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::Active);
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    assert_eq!(update.status(), Some(&UpdateStatus::InProgress));
    let ended = test.addon_update("coredns", update.id().unwrap()).await;
    assert_eq!(ended.status(), Some(&UpdateStatus::Successful));
    test.delete_addon("coredns").send().await.unwrap();
    assert_eq!(test.addon_names().await, [""; 0]);
    assert_eq!(test.emulator.pending_transitions(), []);
}

#[tokio::test]
async fn realistic_takes_as_long_as_on_aws() {
    let test = realistic(1.0).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_millis(19_999));
    assert_eq!(status(&test).await, AddonStatus::Creating);
    test.emulator.advance(Duration::from_millis(1));
    assert_eq!(status(&test).await, AddonStatus::Active);
    test.update_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_millis(6_999));
    assert_eq!(status(&test).await, AddonStatus::Updating);
    test.emulator.advance(Duration::from_millis(1));
    assert_eq!(status(&test).await, AddonStatus::Active);
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_millis(9_999));
    assert_eq!(status(&test).await, AddonStatus::Deleting);
    test.emulator.advance(Duration::from_millis(1));
    assert_eq!(test.addon_names().await, [""; 0]);
}

#[tokio::test]
async fn realistic_takes_minutes_for_clusters() {
    let profile = Profile::Realistic { time_scale: 1.0 };
    let test = TestEmulator::start_with(|builder| builder.lifecycle(profile));
    test.create_cluster("c1").send().await.unwrap();
    test.emulator.advance(Duration::from_secs(599));
    assert_eq!(cluster_status(&test).await, ClusterStatus::Creating);
    test.emulator.advance(Duration::from_secs(1));
    assert_eq!(cluster_status(&test).await, ClusterStatus::Active);
    test.client
        .delete_cluster()
        .name("c1")
        .send()
        .await
        .unwrap();
    test.emulator.advance(Duration::from_secs(179));
    assert_eq!(cluster_status(&test).await, ClusterStatus::Deleting);
    test.emulator.advance(Duration::from_secs(1));
    test.client
        .describe_cluster()
        .name("c1")
        .send()
        .await
        .expect_err("the cluster is gone");
}

#[tokio::test]
async fn a_time_scale_divides_the_durations() {
    let test = realistic(20.0).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_millis(999));
    assert_eq!(status(&test).await, AddonStatus::Creating);
    test.emulator.advance(Duration::from_millis(1));
    assert_eq!(status(&test).await, AddonStatus::Active);
}

#[tokio::test]
async fn what_fell_due_is_stamped_with_its_own_time() {
    let test = realistic(1.0).await;
    let made = test
        .create_addon("coredns")
        .send()
        .await
        .unwrap()
        .addon
        .unwrap();
    test.emulator.advance(Duration::from_secs(3600));
    let modified = test.addon_now("coredns").await.modified_at.unwrap();
    assert_eq!(modified.secs() - made.created_at().unwrap().secs(), 20);
}

#[tokio::test]
async fn manual_shows_the_transition_for_so_many_reads() {
    let profile = Profile::Manual { reads: Some(2) };
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(profile)).await;
    test.create_addon("coredns").send().await.unwrap();
    for expected in [
        AddonStatus::Creating,
        AddonStatus::Creating,
        AddonStatus::Active,
    ] {
        assert_eq!(status(&test).await, expected);
    }
    test.delete_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::Deleting);
    assert_eq!(status(&test).await, AddonStatus::Deleting);
    test.describe_addon("coredns")
        .send()
        .await
        .expect_err("the add-on is gone");
}

#[tokio::test]
async fn manual_lets_time_pass_without_effect() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_secs(365 * 24 * 3600));
    assert_eq!(status(&test).await, AddonStatus::Creating);
}

#[tokio::test]
async fn a_transition_ends_when_it_is_told_and_no_other_does() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.create_addon("kube-proxy").send().await.unwrap();
    let protect = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    protect.send().await.unwrap();
    let pending = test.emulator.pending_transitions();
    let names: Vec<_> = pending
        .iter()
        .map(|one| one.addon_name.as_deref())
        .collect();
    assert_eq!(names, [Some("coredns"), Some("kube-proxy"), None]);
    test.emulator.complete("c1", Some("coredns"));
    assert_eq!(status(&test).await, AddonStatus::Active);
    let other = test.addon_now("kube-proxy").await;
    assert_eq!(other.status(), Some(&AddonStatus::Creating));
    assert_eq!(cluster_status(&test).await, ClusterStatus::Updating);
    test.emulator.complete("c1", None);
    assert_eq!(cluster_status(&test).await, ClusterStatus::Active);
    assert_eq!(test.emulator.pending_transitions().len(), 1);
    test.emulator.complete_all();
    assert_eq!(test.emulator.pending_transitions(), []);
}

#[tokio::test]
async fn advancing_until_idle_moves_the_clock_no_further_than_the_last_end() {
    let test = realistic(1.0).await;
    let start = test.emulator.now();
    test.create_addon("coredns").send().await.unwrap();
    let end = test.emulator.advance_until_idle();
    assert_eq!(end.as_milliseconds() - start.as_milliseconds(), 20_000);
    assert_eq!(test.emulator.now(), end);
    assert_eq!(test.emulator.advance_until_idle(), end);
}

#[tokio::test]
async fn failures_end_in_the_status_for_them_with_their_issues() {
    let failure = || Outcome::Failure(vec![issue(AddonIssueCode::AdmissionRequestDenied, "no")]);
    let test = TestEmulator::with_cluster().await;
    let assert_failed = async |expected: AddonStatus| {
        let addon = test.addon_now("coredns").await;
        assert_eq!(addon.status(), Some(&expected));
        let [issue] = addon.health().unwrap().issues() else {
            panic!("one issue")
        };
        assert_eq!(issue.code(), Some(&Code::AdmissionRequestDenied));
        assert_eq!(issue.message(), Some("no"));
    };
    test.emulator
        .add_transition_rule(addon_rule(Change::Create, failure()));
    test.create_addon("coredns").send().await.unwrap();
    assert_failed(AddonStatus::CreateFailed).await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Update, failure()));
    test.update_addon("coredns").send().await.unwrap();
    assert_failed(AddonStatus::UpdateFailed).await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Delete, failure()));
    test.delete_addon("coredns").send().await.unwrap();
    assert_failed(AddonStatus::DeleteFailed).await;
}

#[tokio::test]
async fn an_update_mends_what_failed() {
    let failure = || Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    let test = TestEmulator::with_cluster().await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Create, failure()));
    test.emulator
        .add_transition_rule(addon_rule(Change::Update, failure()));
    test.create_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::CreateFailed);
    test.update_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::UpdateFailed);
    test.emulator.clear_transition_rules();
    test.update_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::Active);
    assert_eq!(
        test.addon_now("coredns").await.health().unwrap().issues(),
        []
    );
}

#[tokio::test]
async fn a_degraded_add_on_is_there_and_its_update_stays_in_progress() {
    let text = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
    let code = AddonIssueCode::InsufficientNumberOfReplicas;
    let degraded = || Outcome::Degraded(vec![issue(code, text)]);
    let test = TestEmulator::with_cluster().await;
    test.emulator
        .add_transition_rule(addon_rule(Change::Create, degraded()));
    test.emulator
        .add_transition_rule(addon_rule(Change::Update, degraded()));
    test.create_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::Degraded);
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    let addon = test.addon_now("coredns").await;
    assert_eq!(addon.status(), Some(&AddonStatus::Degraded));
    assert_eq!(addon.health().unwrap().issues()[0].message(), Some(text));
    let update = test.addon_update("coredns", update.id().unwrap()).await;
    assert_eq!(update.status(), Some(&UpdateStatus::InProgress));
}

#[tokio::test]
async fn rules_hold_for_what_they_name_and_the_first_holds() {
    let failure = || Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "no")]);
    let test = TestEmulator::with_cluster_and(|builder| {
        builder
            .transition_rule(TransitionRule {
                addon_name: Some("coredns".to_owned()),
                ..addon_rule(Change::Create, Outcome::Success)
            })
            .transition_rule(TransitionRule {
                cluster_name: Some("c1".to_owned()),
                ..addon_rule(Change::Create, failure())
            })
    })
    .await;
    test.create_addon("coredns").send().await.unwrap();
    assert_eq!(status(&test).await, AddonStatus::Active);
    test.create_addon("kube-proxy").send().await.unwrap();
    let other = test.addon_now("kube-proxy").await;
    assert_eq!(other.status(), Some(&AddonStatus::CreateFailed));
    test.cluster_named("c2").await;
    let request = test
        .client
        .create_addon()
        .cluster_name("c2")
        .addon_name("kube-proxy");
    request.send().await.unwrap();
    let request = test
        .client
        .describe_addon()
        .cluster_name("c2")
        .addon_name("kube-proxy");
    let elsewhere = request.send().await.unwrap().addon.unwrap();
    assert_eq!(elsewhere.status(), Some(&AddonStatus::Active));
}

#[tokio::test]
async fn a_rule_may_set_the_duration_too() {
    let test = TestEmulator::with_cluster().await;
    test.emulator.add_transition_rule(TransitionRule {
        after: Some(After::DurationMs(5_000)),
        ..addon_rule(Change::Create, Outcome::Success)
    });
    test.emulator.add_transition_rule(TransitionRule {
        after: Some(After::Reads(1)),
        ..cluster_rule(Change::Update, Outcome::Success)
    });
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.advance(Duration::from_millis(4_999));
    assert_eq!(status(&test).await, AddonStatus::Creating);
    test.emulator.advance(Duration::from_millis(1));
    assert_eq!(status(&test).await, AddonStatus::Active);
    let protect = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    protect.send().await.unwrap();
    assert_eq!(cluster_status(&test).await, ClusterStatus::Updating);
    assert_eq!(cluster_status(&test).await, ClusterStatus::Active);
}
