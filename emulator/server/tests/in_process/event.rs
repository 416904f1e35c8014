//! Transitions that are told, and events that are waited for.

use std::time::Duration;

use eks_emulator::{EksEmulator, EmulatorControl, Error, Event};
use serde_json::{Value, json};

use crate::call::{block_on, create_addon, create_cluster};
use crate::control::on_both;

/// A wait that is not to come to its end lasts so long.
const LONG: Duration = Duration::from_secs(20);
/// A wait that is to come to its end.
const SHORT: Duration = Duration::from_millis(20);

const VPC_CNI: &str = "arn:aws:eks:us-east-1:123456789012:addon/demo/vpc-cni/";

/// The active cluster `demo`.
async fn cluster(emulator: &EksEmulator) {
    create_cluster(emulator, "demo").await;
    emulator.advance_until_idle();
}

#[tokio::test]
async fn moving_the_clock_gives_the_transitions_that_have_ended() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            create_addon(emulator, "vpc-cni").await;
            let began = emulator.now();
            let fired = control.advance(Duration::from_secs(3_600)).await.unwrap();
            let [fired] = &fired[..] else {
                panic!("one transition, not {fired:?}")
            };
            assert!(fired.resource_arn.starts_with(VPC_CNI), "{fired:?}");
            assert_eq!(fired.resource_type, "addon");
            assert_eq!(fired.account_id, "123456789012");
            assert_eq!(fired.region, "us-east-1");
            assert_eq!(fired.cluster_name, "demo");
            assert_eq!(fired.name, "vpc-cni");
            assert_eq!((&*fired.from, &*fired.to), ("CREATING", "ACTIVE"));
            assert!(fired.at > began && fired.at < emulator.now());
            assert_eq!(control.advance(LONG).await.unwrap(), []);
        },
    )
    .await;
}

#[tokio::test]
async fn a_clock_that_is_moved_to_rest_gives_the_transitions_in_order() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            for addon in ["vpc-cni", "kube-proxy"] {
                create_addon(emulator, addon).await;
                emulator.advance(Duration::from_secs(1));
            }
            let fired = control.advance_until_idle().await.unwrap();
            let names: Vec<&str> = fired.iter().map(|fired| fired.name.as_str()).collect();
            assert_eq!(names, ["vpc-cni", "kube-proxy"]);
        },
    )
    .await;
}

#[tokio::test]
async fn the_handle_of_the_clock_does_the_same_without_futures() {
    let emulator = crate::call::start();
    let clock = emulator.clock();
    clock.pause();
    assert_eq!(clock.rate(), 0.0);
    create_cluster(&emulator, "demo").await;
    let fired = clock.advance_blocking(Duration::from_secs(1));
    let ended: Vec<_> = fired.iter().map(|fired| &*fired.to).collect();
    assert_eq!(ended, ["ACTIVE"]);
    let now = clock.now();
    assert_eq!(clock.advance_to_blocking(now).unwrap(), []);
    assert_eq!(clock.advance_until_idle_blocking(), []);
    assert_eq!(clock.advance(Duration::ZERO).await, []);
    assert_eq!(clock.advance_to(now).await.unwrap(), []);
    assert_eq!(clock.advance_until_idle().await, []);
    clock.set_rate(100.0).unwrap();
    assert_eq!(clock.rate(), 100.0);
    clock.resume();
    assert_eq!(clock.rate(), 1.0);
}

#[tokio::test]
async fn a_clock_cannot_run_backwards_or_at_no_rate() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            for rate in [0.0, -1.0, f64::INFINITY] {
                let error = control.set_clock_rate(rate).await.unwrap_err();
                assert!(matches!(error, Error::InvalidClockRate(is) if is == rate));
            }
            control.set_clock_rate(50.0).await.unwrap();
            assert_eq!(emulator.clock().rate(), 50.0);
        },
    )
    .await;
}

#[tokio::test]
async fn events_are_listed_the_oldest_first() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            let events = control.events().await.unwrap();
            let first = &events[0];
            assert_eq!(first.kind, "cluster.statusChanged");
            assert_eq!(first.id, 1);
            assert_eq!(
                first.at,
                eks_emulator::time::parse("2026-01-01T00:00:00Z").unwrap()
            );
            assert_eq!(first.account_id.as_deref(), Some("123456789012"));
            assert_eq!(first.region.as_deref(), Some("us-east-1"));
            assert_eq!(first.cluster_name.as_deref(), Some("demo"));
            assert_eq!(first.details["status"], "CREATING");
            assert!(events.is_sorted_by_key(|event| event.id));
            let moved = events.iter().find(|event| event.kind == "clock.advanced");
            assert_eq!(moved.unwrap().cluster_name, None);
        },
    )
    .await;
}

#[tokio::test]
async fn an_event_that_has_happened_need_not_be_waited_for() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            let active = Event::cluster_status("demo", "ACTIVE");
            let event = control.wait_for(active.clone(), LONG).await.unwrap();
            assert_eq!(event.details["from"], "CREATING");
            let again = control.wait_for(active.after(event.id), SHORT).await;
            assert!(matches!(again, Err(Error::Timeout { .. })));
        },
    )
    .await;
}

#[tokio::test]
async fn an_event_to_come_is_waited_for() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            let active = Event::addon_status("demo", "vpc-cni", "ACTIVE");
            let waiting = control.wait_for(active, LONG);
            let acting = async {
                create_addon(emulator, "vpc-cni").await;
                emulator.advance_until_idle();
            };
            let (event, ()) = tokio::join!(waiting, acting);
            let event = event.unwrap();
            assert_eq!(event.kind, "addon.statusChanged");
            assert_eq!(event.details["addonName"], "vpc-cni");
        },
    )
    .await;
}

#[tokio::test]
async fn a_wait_that_was_in_vain_tells_what_came_close() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            cluster(emulator).await;
            create_addon(emulator, "vpc-cni").await;
            let active = Event::addon_status("demo", "vpc-cni", "ACTIVE");
            let error = control.wait_for(active, SHORT).await.unwrap_err();
            let Error::Timeout { message, closest } = &error else {
                panic!("{error:?}")
            };
            assert!(
                message.starts_with("No such event came within 20ms."),
                "{message}"
            );
            assert!(message.contains("The clock stands still"), "{message}");
            assert_eq!(closest[0]["event"]["status"], "CREATING");
            assert_eq!(closest[0]["differs"], json!(["status"]));
            assert!(error.to_string().contains("\nclose: {"), "{error}");
        },
    )
    .await;
}

#[tokio::test]
async fn no_event_is_like_an_object() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        let pattern = Event::of_type("pod.created").with("pod", json!({ "name": "x" }));
        let error = control.wait_for(pattern, LONG).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)));
        assert_eq!(
            error.to_string(),
            "match.pod is an object; no event has one"
        );
    })
    .await;
}

#[tokio::test]
async fn a_wait_ends_with_its_emulator() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    let waiting = emulator.wait_for(Event::of_type("pod.created"), LONG);
    let (ended, ()) = tokio::join!(waiting, emulator.shutdown());
    assert!(matches!(ended, Err(Error::Stopped)));
}

/// Neither a runtime of the caller's nor one that is in the way.
#[test]
fn a_wait_needs_no_runtime() {
    let emulator = crate::call::start();
    let nothing = || Event::of_type("pod.created");
    let error = emulator.wait_for_blocking(nothing(), SHORT).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }));
    let error = block_on(emulator.wait_for(nothing(), SHORT)).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }));
}

#[tokio::test]
async fn a_wait_that_blocks_may_be_called_in_a_runtime() {
    let emulator = crate::call::start();
    create_cluster(&emulator, "demo").await;
    let event = emulator.wait_for_blocking(Event::cluster_status("demo", "ACTIVE"), LONG);
    assert_eq!(
        event.unwrap().details.get("status"),
        Some(&Value::from("ACTIVE"))
    );
}
