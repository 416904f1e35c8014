//! What tests do with an emulator, in process and over HTTP: every scenario
//! here is told to both.

use std::time::Duration;

use eks_emulator::lifecycle::{
    AddonIssueCode, Change, Issue, Outcome, Profile, ResourceKind, RuleHome, TransitionRule,
};
use eks_emulator::{
    ClockStart, CredentialSource, EksEmulator, EmulatorControl, Error, RemoteEmulator, Timestamp,
    time,
};
use http::Method;
use serde_json::json;

use crate::call::{addon_status, call, create_addon, create_cluster};

/// Runs a scenario on an emulator that is controlled in process, and on one
/// that is controlled over HTTP. Their clocks stand at 2026-01-01.
pub(crate) async fn on_both(scenario: impl AsyncFn(&EksEmulator, &dyn EmulatorControl)) {
    let emulator = paused().await;
    scenario(&emulator, &emulator).await;
    let emulator = paused().await;
    let remote = RemoteEmulator::connect(&emulator.endpoint()).await.unwrap();
    scenario(&emulator, &remote).await;
}

async fn paused() -> EksEmulator {
    let builder = EksEmulator::builder().clock(ClockStart::PausedAt(at("2026-01-01T00:00:00Z")));
    let realistic = Profile::Realistic { time_scale: 1.0 };
    builder.lifecycle(realistic).start().await.unwrap()
}

fn at(text: &str) -> Timestamp {
    time::parse(text).unwrap()
}

#[tokio::test]
async fn both_have_the_same_endpoint() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            assert_eq!(control.endpoint(), emulator.endpoint());
        },
    )
    .await;
}

#[tokio::test]
async fn the_clock_moves_when_it_is_moved() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let by = Duration::from_millis(90_500);
            control.advance(by).await.unwrap();
            assert_eq!(control.now().await.unwrap(), at("2026-01-01T00:01:30.500Z"));
            let noon = at("2026-01-01T12:00:00Z");
            control.advance_to(noon).await.unwrap();
            assert_eq!(emulator.now(), noon);
        },
    )
    .await;
}

#[tokio::test]
async fn the_clock_cannot_go_back() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let error = control.advance_to(at("2025-12-31T23:59:59Z")).await;
            assert!(matches!(error, Err(Error::ClockCannotGoBack)));
            assert_eq!(emulator.now(), at("2026-01-01T00:00:00Z"));
        },
    )
    .await;
}

#[tokio::test]
async fn the_clock_can_be_let_go_and_stopped() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            control.resume().await.unwrap();
            while emulator.now() == at("2026-01-01T00:00:00Z") {
                std::thread::yield_now();
            }
            control.pause().await.unwrap();
            let stopped = control.now().await.unwrap();
            let begin = std::time::Instant::now();
            while begin.elapsed() < Duration::from_millis(5) {
                std::thread::yield_now();
            }
            assert_eq!(emulator.now(), stopped);
        },
    )
    .await;
}

#[tokio::test]
async fn what_falls_due_has_happened() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            create_addon(emulator, "coredns").await;
            assert_eq!(addon_status(emulator, "coredns").await, "CREATING");
            control.advance_until_idle().await.unwrap();
            assert_eq!(addon_status(emulator, "coredns").await, "ACTIVE");
        },
    )
    .await;
}

fn failing(name: Option<&str>) -> TransitionRule {
    TransitionRule {
        name: name.map(str::to_owned),
        home: RuleHome::default(),
        resource: ResourceKind::Addon,
        cluster_name: Some("demo".into()),
        addon_name: None,
        change: Change::Create,
        after: None,
        outcome: Outcome::Failure(vec![Issue {
            code: AddonIssueCode::ConfigurationConflict.into(),
            message: "somebody was there".into(),
            resource_ids: None,
        }]),
    }
}

#[tokio::test]
async fn a_transition_rule_holds_until_it_is_taken_back() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            control
                .put_transition_rule(failing(Some("a b")))
                .await
                .unwrap();
            create_addon(emulator, "coredns").await;
            control.advance_until_idle().await.unwrap();
            assert_eq!(addon_status(emulator, "coredns").await, "CREATE_FAILED");
            control.remove_transition_rule("a b").await.unwrap();
            control.remove_transition_rule("a b").await.unwrap();
            create_addon(emulator, "kube-proxy").await;
            control.advance_until_idle().await.unwrap();
            assert_eq!(addon_status(emulator, "kube-proxy").await, "ACTIVE");
        },
    )
    .await;
}

#[tokio::test]
async fn a_transition_rule_takes_the_place_of_the_one_of_its_name() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            control
                .put_transition_rule(failing(Some("rule")))
                .await
                .unwrap();
            let harmless = TransitionRule {
                outcome: Outcome::Success,
                ..failing(Some("rule"))
            };
            control.put_transition_rule(harmless).await.unwrap();
            create_addon(emulator, "coredns").await;
            control.advance_until_idle().await.unwrap();
            assert_eq!(addon_status(emulator, "coredns").await, "ACTIVE");
        },
    )
    .await;
}

#[tokio::test]
async fn a_transition_rule_of_another_account_does_not_hold() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            for (account, addon, end) in [
                ("111122223333", "coredns", "ACTIVE"),
                ("123456789012", "kube-proxy", "CREATE_FAILED"),
            ] {
                let limited = TransitionRule {
                    home: RuleHome::account(account),
                    ..failing(Some("limited"))
                };
                control.put_transition_rule(limited).await.unwrap();
                create_addon(emulator, addon).await;
                control.advance_until_idle().await.unwrap();
                assert_eq!(addon_status(emulator, addon).await, end);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_transition_rule_without_a_name_cannot_be_put() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        let error = control
            .put_transition_rule(failing(None))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Invalid(_)));
        let sentence = "a rule that can be replaced needs a name";
        assert_eq!(error.to_string(), sentence);
    })
    .await;
}

#[tokio::test]
async fn pods_say_where_their_credentials_come_from() {
    const ROLE: &str = "arn:aws:iam::123456789012:role/ebs";
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            create_addon(emulator, "eks-pod-identity-agent").await;
            let association =
                json!({ "namespace": "kube-system", "serviceAccount": "ebs-csi-controller-sa", "roleArn": ROLE });
            let path = "/clusters/demo/pod-identity-associations";
            let answer = call(emulator, Method::POST, path, association).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            create_addon(emulator, "aws-ebs-csi-driver").await;
            control.advance_until_idle().await.unwrap();
            let pods = control.pods("demo").await.unwrap();
            let controllers = pods.iter().filter(|pod| pod.service_account == "ebs-csi-controller-sa");
            let controllers: Vec<_> = controllers.collect();
            assert_eq!(controllers.len(), 2);
            for pod in controllers {
                assert!(pod.name.starts_with("ebs-csi-controller-"), "{}", pod.name);
                assert_eq!(pod.namespace, "kube-system");
                assert!(pod.is_ready);
                assert_eq!(pod.credential_source, CredentialSource::PodIdentity);
                assert_eq!(pod.role_arn.as_deref(), Some(ROLE));
                assert_eq!(pod.manifest["kind"], "Pod");
            }
            let agent = pods
                .iter()
                .find(|pod| pod.name.starts_with("eks-pod-identity-agent-"));
            assert_eq!(agent.unwrap().credential_source, CredentialSource::NodeRole);
            assert_eq!(agent.unwrap().role_arn, None);
        },
    )
    .await;
}

#[tokio::test]
async fn a_cluster_that_is_not_there_has_no_pods() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        let error = control.pods("demo").await.unwrap_err();
        assert!(matches!(error, Error::NotFound(_)));
        assert_eq!(error.to_string(), "There is no cluster demo.");
    })
    .await;
}

/// What has happened may be lost if the process ends now.
#[tokio::test]
async fn a_change_that_the_state_file_cannot_tell_of_is_an_error() {
    for is_remote in [false, true] {
        let folder = std::env::temp_dir().join(format!(
            "eks-emulator-control-{}-{is_remote}",
            std::process::id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let builder = EksEmulator::builder().persist(folder.join("state.json"));
        let emulator = builder.start().await.unwrap();
        let remote = RemoteEmulator::connect(&emulator.endpoint()).await.unwrap();
        let control: &dyn EmulatorControl = if is_remote { &remote } else { &emulator };
        control.reset().await.unwrap();
        assert!(emulator.persistence_error().is_none());
        std::fs::remove_dir_all(&folder).unwrap();
        let sentence = "the state file: it cannot be written";
        for _ in 0..2 {
            let error = control.reset().await.unwrap_err();
            assert!(matches!(error, Error::StateFile(_)), "{error:?}");
            assert_eq!(error.to_string(), sentence);
        }
        let error = control.pause().await.unwrap_err();
        assert_eq!(error.to_string(), sentence);
        assert!(control.now().await.is_ok());
        assert_eq!(emulator.persistence_error().unwrap().to_string(), sentence);
        // As soon as it can be written, all of it is.
        std::fs::create_dir_all(&folder).unwrap();
        control.pause().await.unwrap();
        assert!(emulator.persistence_error().is_none());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[tokio::test]
async fn a_pod_that_is_deleted_is_replaced() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            control.advance_until_idle().await.unwrap();
            let before = control.pods("demo").await.unwrap();
            let (namespace, name) = (&before[0].namespace, &before[0].name);
            control.delete_pod("demo", namespace, name).await.unwrap();
            control.advance_until_idle().await.unwrap();
            let after = control.pods("demo").await.unwrap();
            assert_eq!(after.len(), before.len());
            assert!(after.iter().all(|pod| pod.name != *name));
            let again = control.delete_pod("demo", namespace, name).await;
            assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
        },
    )
    .await;
}
