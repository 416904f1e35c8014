//! Calls that fail because a test wants them to.

use std::time::Duration;

use eks_emulator::fault::{
    ConnectionFault, FaultDelay, FaultEffect, FaultPreset, FaultRule, ShortDuration,
};
use eks_emulator::{EksEmulator, EmulatorControl, Error, Fault};
use http::Method;
use serde_json::{Value, json};

use crate::call::{Answer, call, clusters, create_cluster, start};
use crate::control::on_both;

async fn list(emulator: &EksEmulator) -> Answer {
    call(emulator, Method::GET, "/clusters", Value::Null).await
}

async fn describe(emulator: &EksEmulator, name: &str) -> Answer {
    call(
        emulator,
        Method::GET,
        &format!("/clusters/{name}"),
        Value::Null,
    )
    .await
}

#[tokio::test]
async fn a_fault_happens_as_often_as_it_is_said() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let throttled = Fault::on("ListClusters").throttle().times(2);
            control.put_fault("t", throttled).await.unwrap();
            let answers = [list(emulator).await, list(emulator).await];
            assert_eq!(answers.map(|answer| answer.status), [429, 429]);
            assert_eq!(list(emulator).await.status, 200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_fault_can_be_taken_back() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let fault = || Fault::on("*").unavailable();
            for name in ["one", "a/b"] {
                control.put_fault(name, fault()).await.unwrap();
                assert_eq!(list(emulator).await.status, 503);
                control.remove_fault(name).await.unwrap();
                control.remove_fault(name).await.unwrap();
                assert_eq!(list(emulator).await.status, 200);
            }
            control.put_fault("one", fault()).await.unwrap();
            control.put_fault("two", fault()).await.unwrap();
            control.clear_faults().await.unwrap();
            assert_eq!(list(emulator).await.status, 200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_fault_that_does_nothing_makes_no_sense() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        let error = control
            .put_fault("nothing", Fault::on("*"))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Invalid(_)));
        let sentence = "effect needs at least one of error, delay and connection";
        assert_eq!(error.to_string(), sentence);
    })
    .await;
}

#[tokio::test]
async fn a_guard_takes_its_fault_back() {
    let emulator = start();
    let guard = emulator
        .fault(Fault::on("ListClusters").server_error())
        .scoped()
        .unwrap();
    assert_eq!(list(&emulator).await.status, 500);
    assert_eq!(guard.fired(), 1);
    drop(guard);
    assert_eq!(list(&emulator).await.status, 200);
}

#[tokio::test]
async fn a_fault_that_is_kept_stays_until_a_reset() {
    let emulator = start();
    let name = emulator
        .fault(Fault::on("ListClusters").access_denied())
        .keep()
        .unwrap();
    assert_eq!(list(&emulator).await.status, 403);
    emulator.remove_fault(&name);
    assert_eq!(list(&emulator).await.status, 200);
    emulator
        .fault(Fault::on("*").expired_token())
        .keep()
        .unwrap();
    emulator.reset();
    assert_eq!(list(&emulator).await.status, 200);
}

#[test]
fn faults_get_names_of_their_own() {
    let emulator = start();
    let fault = || Fault::on("*").throttle();
    let one = emulator.fault(fault()).scoped().unwrap();
    let other = emulator.fault(fault()).scoped().unwrap();
    let named = emulator.fault(fault()).named("third").scoped().unwrap();
    assert_eq!(
        [one.name(), other.name(), named.name()],
        ["fault-1", "fault-2", "third"]
    );
}

#[tokio::test]
async fn a_guard_does_not_keep_its_emulator_running() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    let address = emulator.address();
    let guard = emulator.fault(Fault::on("*").throttle()).scoped().unwrap();
    drop(emulator);
    crate::start::assert_refuses_soon(address);
    assert_eq!(guard.fired(), 0);
}

#[tokio::test]
async fn a_fault_can_be_about_some_calls_only() {
    let emulator = start();
    create_cluster(&emulator, "one").await;
    create_cluster(&emulator, "other").await;
    let about = |fault: Fault| emulator.fault(fault.resource_in_use()).scoped().unwrap();
    let guard = about(
        Fault::on("Describe*")
            .cluster("one")
            .region("us-*")
            .account("1234*"),
    );
    assert_eq!(describe(&emulator, "one").await.status, 409);
    assert_eq!(describe(&emulator, "other").await.status, 200);
    drop(guard);
    let guard = about(
        Fault::on("DescribeCluster")
            .skip(1)
            .priority(1)
            .probability(1.0),
    );
    assert_eq!(describe(&emulator, "one").await.status, 200);
    assert_eq!(describe(&emulator, "one").await.status, 409);
    drop(guard);
    let _guard = about(Fault::on("DescribeAddon").resource("vpc-cni"));
    for (addon, status) in [("vpc-cni", 409), ("coredns", 404)] {
        let path = format!("/clusters/one/addons/{addon}");
        assert_eq!(
            call(&emulator, Method::GET, &path, Value::Null)
                .await
                .status,
            status
        );
    }
}

#[tokio::test]
async fn a_fault_ends_on_the_clock_of_its_emulator() {
    let emulator = start();
    emulator.clock().pause();
    let minute = Duration::from_secs(60);
    let fault = Fault::on("*").throttle().expires_after(minute);
    let _guard = emulator.fault(fault).scoped().unwrap();
    assert_eq!(list(&emulator).await.status, 429);
    emulator.advance(minute);
    assert_eq!(list(&emulator).await.status, 200);
}

#[tokio::test]
async fn an_error_has_the_code_the_message_and_the_status_that_it_is_given() {
    let emulator = start();
    let fault = Fault::on("*")
        .error("TeapotException", "short and stout")
        .status(418);
    let _guard = emulator.fault(fault).scoped().unwrap();
    let answer = list(&emulator).await;
    assert_eq!(answer.status, 418);
    assert_eq!(answer.body["message"], "short and stout");
}

#[tokio::test]
async fn a_call_can_seem_to_fail_although_it_took_effect() {
    let emulator = start();
    let fault = Fault::on("CreateCluster").server_error().after_commit();
    let _guard = emulator.fault(fault).scoped().unwrap();
    let body = json!({
        "name": "demo",
        "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let answer = call(&emulator, Method::POST, "/clusters", body).await;
    assert_eq!(answer.status, 500);
    assert_eq!(clusters(&emulator).await, json!(["demo"]));
}

#[tokio::test]
async fn a_rule_as_it_is_written_elsewhere_is_a_fault() {
    let emulator = start();
    let rule = FaultRule {
        times: Some(1),
        ..FaultRule::new(FaultEffect::preset(FaultPreset::Throttling))
    };
    assert_eq!(FaultRule::from(Fault::from(rule.clone())), rule);
    let late = Fault::on("*").delay(Duration::from_millis(20));
    let late = late.connection(ConnectionFault::Hang);
    let effect = FaultRule::from(late).effect;
    let fixed = ShortDuration(Duration::from_millis(20));
    assert_eq!(
        effect.delay,
        Some(FaultDelay {
            fixed,
            jitter: None
        })
    );
    assert_eq!(effect.connection, Some(ConnectionFault::Hang));
    let guard = emulator.fault(rule).scoped().unwrap();
    assert_eq!(list(&emulator).await.status, 429);
    assert_eq!(list(&emulator).await.status, 200);
    assert_eq!(guard.fired(), 1);
}
