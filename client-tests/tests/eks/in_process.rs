//! The emulator as a library: starting, stopping, clocks and seeds.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use aws_sdk_eks::types::ClusterStatus;
use eks_emulator::{ClockStart, EksEmulator, Error, Timestamp};

use crate::refusal::assert_raw_refusal;
use crate::support::{EBS, START_SECONDS, TOLD, TestEmulator};

#[test]
fn an_emulator_starts_without_a_runtime_and_answers_at_once() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    TcpStream::connect(emulator.address()).unwrap();
    assert_eq!(
        emulator.endpoint(),
        format!("http://{}", emulator.address())
    );
    assert!(emulator.endpoint().starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn an_emulator_starts_inside_a_runtime_too() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    TcpStream::connect(emulator.address()).unwrap();
}

#[tokio::test]
async fn emulators_side_by_side_share_nothing() {
    let (one, other) = (TestEmulator::start(), TestEmulator::start());
    assert_ne!(one.emulator.address(), other.emulator.address());
    one.cluster().await;
    one.emulator.advance(Duration::from_secs(60));
    let clusters = other.client.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters, Some(vec![]));
    assert_eq!(
        other.emulator.now(),
        Timestamp::from_milliseconds(START_SECONDS * 1000)
    );
}

#[tokio::test]
async fn a_stopped_emulator_takes_no_connections() {
    let test = TestEmulator::start();
    let address = test.emulator.address();
    test.emulator.shutdown().await;
    TcpStream::connect(address).expect_err("nobody listens");
}

#[tokio::test]
async fn an_emulator_lives_as_long_as_a_handle_to_it() {
    let TestEmulator { emulator, client } = TestEmulator::start();
    let handle = emulator.clone();
    drop(emulator);
    client.list_clusters().send().await.unwrap();
    handle.shutdown().await;
}

#[test]
fn an_account_has_twelve_digits() {
    for account in ["", "123", "1234567890123", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢"] {
        let error = EksEmulator::builder()
            .account(account)
            .start_blocking()
            .unwrap_err();
        assert!(matches!(&error, Error::InvalidAccountId(id) if id == account));
        assert_eq!(
            error.to_string(),
            format!("the account id {account:?} is not twelve digits")
        );
    }
}

#[test]
fn an_address_in_use_is_named() {
    let first = EksEmulator::builder().start_blocking().unwrap();
    let address = first.address();
    let second = EksEmulator::builder().listen([address]).start_blocking();
    let error = second.unwrap_err();
    assert!(matches!(&error, Error::Bind(taken, _) if *taken == address));
    let expected = format!(
        "{address} is in use; stop the other program or listen elsewhere (port 0 takes any free port)"
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn an_emulator_listens_on_every_address_that_it_is_given() {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let test = TestEmulator::start_with(|builder| builder.listen([anywhere, anywhere]));
    let [first, second] = test.emulator.addresses() else {
        panic!("two addresses")
    };
    assert_eq!(test.emulator.address(), *first);
    test.cluster().await;
    let answer = crate::raw::send(*second, "GET", "/clusters", &[], "").await;
    assert_eq!(answer.json()["clusters"], serde_json::json!(["c1"]));
}

#[tokio::test]
async fn several_workers_answer_as_one_does() {
    let test = TestEmulator::start_with(|builder| builder.workers(3));
    let names: Vec<String> = (0..20)
        .map(|number| format!("cluster-{number:02}"))
        .collect();
    let mut calls = tokio::task::JoinSet::new();
    for name in &names {
        calls.spawn(test.create_cluster(name).send());
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
    let clusters = test.client.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters(), names);
}

#[tokio::test]
async fn of_many_creations_at_once_of_one_cluster_one_succeeds() {
    let test = TestEmulator::start_with(|builder| builder.workers(3));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        calls.spawn(test.create_cluster("c1").send());
    }
    let mut made = 0;
    while let Some(call) = calls.join_next().await {
        made += usize::from(call.unwrap().is_ok());
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn a_paused_clock_moves_when_it_is_moved() {
    let test = TestEmulator::start();
    let start = Timestamp::from_milliseconds(START_SECONDS * 1000);
    assert_eq!(test.emulator.now(), start);
    let moved = test.emulator.advance(Duration::from_millis(1500));
    assert_eq!(moved.as_milliseconds() - start.as_milliseconds(), 1500);
    assert_eq!(test.emulator.now(), moved);
    let cluster = test.cluster().await;
    assert_eq!(
        cluster.created_at().unwrap().as_secs_f64(),
        START_SECONDS as f64 + 1.5
    );
}

#[test]
fn a_running_clock_starts_where_it_is_told() {
    let start = Timestamp::from_milliseconds(START_SECONDS * 1000);
    let clock = ClockStart::RunningFrom(start);
    let emulator = EksEmulator::builder()
        .clock(clock)
        .start_blocking()
        .unwrap();
    let passed = emulator.now().as_milliseconds() - start.as_milliseconds();
    // Not a measurement: the machine's own time is months or years off.
    assert!((0..3_600_000).contains(&passed), "{passed}");
}

#[tokio::test]
async fn what_falls_due_has_happened_when_advancing_returns() {
    let profile = eks_emulator::lifecycle::Profile::Realistic { time_scale: 1.0 };
    let test = TestEmulator::start_with(|builder| builder.lifecycle(profile));
    test.create_cluster("c1").send().await.unwrap();
    assert_eq!(test.emulator.pending_transitions().len(), 1);
    test.emulator.advance(Duration::from_secs(600));
    assert_eq!(test.emulator.pending_transitions(), []);
    let status = test.describe_cluster("c1").await.status.unwrap();
    assert_eq!(status, ClusterStatus::Active);
}

#[tokio::test]
async fn pending_transitions_say_what_they_are_about() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    test.create_addon("coredns").send().await.unwrap();
    test.emulator.complete_all();
    let update = test
        .update_addon("coredns")
        .send()
        .await
        .unwrap()
        .update
        .unwrap();
    let [pending] = &test.emulator.pending_transitions()[..] else {
        panic!("one transition")
    };
    assert_eq!(pending.cluster_name, "c1");
    assert_eq!(pending.addon_name.as_deref(), Some("coredns"));
    assert_eq!(pending.update_id, update.id);
}

/// Everything that a few calls are answered, headers and all.
async fn transcript(seed: u64) -> Vec<String> {
    let test = TestEmulator::start_with(|builder| builder.rng_seed(seed));
    let cluster = r#"{"name":"c1","roleArn":"arn:aws:iam::111122223333:role/cluster","resourcesVpcConfig":{"subnetIds":["subnet-1","subnet-2"]}}"#;
    let association = r#"{"namespace":"default","serviceAccount":"app","roleArn":"arn:aws:iam::111122223333:role/first"}"#;
    let addon = format!(r#"{{"addonName":"{EBS}"}}"#);
    let mut answers = Vec::new();
    for (method, target, body) in [
        ("POST", "/clusters", cluster),
        ("GET", "/clusters/c1", ""),
        ("POST", "/clusters/c1/addons", addon.as_str()),
        (
            "POST",
            "/clusters/c1/addons/aws-ebs-csi-driver/update",
            "{}",
        ),
        ("GET", "/clusters/c1/addons/aws-ebs-csi-driver", ""),
        (
            "POST",
            "/clusters/c1/pod-identity-associations",
            association,
        ),
        ("GET", "/clusters/c1/pod-identity-associations", ""),
        ("GET", "/nowhere", ""),
    ] {
        answers.push(format!("{:?}", test.raw(method, target, body).await));
    }
    answers
}

#[tokio::test]
async fn the_same_seed_and_calls_are_answered_with_the_same_bytes() {
    let first = transcript(7).await;
    assert_eq!(first, transcript(7).await);
    let other = transcript(8).await;
    for (answer, other) in first.iter().zip(&other) {
        assert_ne!(answer, other);
    }
}

#[tokio::test]
async fn a_body_has_so_many_bytes_and_no_more() {
    let test = TestEmulator::start_with(|builder| builder.max_body(200));
    let body = |length: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(length - 8));
    let answer = test.raw("POST", "/clusters", &body(200)).await;
    let message = "The parameter name must not be empty.";
    assert_raw_refusal(&answer, 400, "InvalidParameterException", message);
    let answer = test.raw("POST", "/clusters", &body(201)).await;
    assert_raw_refusal(
        &answer,
        413,
        "RequestEntityTooLargeException",
        "Request Too Long",
    );
}
