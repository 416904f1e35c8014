//! What rules make of calls, with the time handed in.

use std::time::Duration;

use eks_emulator_core::Timestamp;
use serde_json::{Value, json};

use super::{Call, Decision, Registry};
use crate::fault::rule::{ConnectionFault, FaultPhase, FaultRule};

const START: Timestamp = Timestamp::from_milliseconds(1_000_000);

const CREATE: Call<'static> = Call {
    service: "eks",
    operation: "CreateAddon",
    account: "123456789012",
    region: "us-east-1",
    cluster: Some("demo"),
    resource: Some("vpc-cni"),
};

fn rule(rule: Value) -> FaultRule {
    serde_json::from_value(rule).unwrap()
}

fn throttled() -> Value {
    json!({ "effect": { "error": { "preset": "throttling" } } })
}

fn with(mut rule: Value, member: &str, value: Value) -> Value {
    rule[member] = value;
    rule
}

/// A registry with rules of these names.
fn registry(rules: &[(&str, Value)]) -> Registry {
    let mut registry = Registry::new(7);
    for (name, written) in rules {
        registry.put(name, rule(written.clone()), START);
    }
    registry
}

fn fired(decision: &Decision) -> Vec<&str> {
    decision.fired.iter().map(|name| &**name).collect()
}

/// `x` for each call that a rule happened to, `.` for the others.
fn pattern(registry: &mut Registry, calls: usize) -> String {
    (0..calls)
        .map(|_| registry.decide(&CREATE, START))
        .map(|decision| if decision.fired.is_empty() { '.' } else { 'x' })
        .collect()
}

#[test]
fn a_rule_happens_to_the_calls_that_it_matches() {
    let narrow = json!({
        "operation": ["Create*"], "service": "eks", "region": "us-*", "account": "*",
        "cluster": "demo", "resource": "vpc-cni",
    });
    let mut registry = registry(&[("r", with(throttled(), "match", narrow))]);
    let others = [
        Call {
            operation: "DeleteAddon",
            ..CREATE
        },
        Call {
            service: "sts",
            ..CREATE
        },
        Call {
            region: "eu-west-1",
            ..CREATE
        },
        Call {
            cluster: Some("other"),
            ..CREATE
        },
        Call {
            cluster: None,
            ..CREATE
        },
        Call {
            resource: Some("coredns"),
            ..CREATE
        },
    ];
    for call in others {
        assert!(registry.decide(&call, START).fired.is_empty(), "{call:?}");
    }
    assert_eq!(fired(&registry.decide(&CREATE, START)), ["r"]);
}

#[test]
fn the_first_error_by_priority_then_order_wins_and_delays_add_up() {
    let slow = |fixed: &str| json!({ "effect": { "delay": { "fixed": fixed } } });
    let failing =
        |code: &str| json!({ "effect": { "error": { "code": code, "statusCode": 400 } } });
    let mut registry = registry(&[
        ("slow", slow("100ms")),
        ("first", failing("First")),
        ("second", failing("Second")),
        (
            "important",
            with(failing("Important"), "priority", json!(1)),
        ),
        ("slower", with(slow("50ms"), "priority", json!(-1))),
        ("late", with(slow("7ms"), "phase", json!("after"))),
    ]);
    let decision = registry.decide(&CREATE, START);
    assert_eq!(fired(&decision), ["important", "slow", "late", "slower"]);
    assert_eq!(decision.delay_before, Duration::from_millis(150));
    assert_eq!(decision.delay_after, Duration::from_millis(7));
    let error = decision.failure.unwrap().error.unwrap();
    assert_eq!(error.code.as_deref(), Some("Important"));
    registry.remove("important");
    let error = registry.decide(&CREATE, START).failure.unwrap().error;
    assert_eq!(error.unwrap().code.as_deref(), Some("First"));
    let states = registry.list(START);
    let second = states.iter().find(|state| state.name == "second").unwrap();
    assert_eq!(second.fired, 0);
}

#[test]
fn times_are_counted_per_rule_and_an_exhausted_rule_stays_listed() {
    let mut registry = registry(&[
        ("twice", with(throttled(), "times", json!(2))),
        ("never", with(throttled(), "times", json!(0))),
    ]);
    assert_eq!(pattern(&mut registry, 4), "xx..");
    let states = registry.list(START);
    assert_eq!((states[0].fired, states[0].exhausted), (2, true));
    assert_eq!((states[1].fired, states[1].exhausted), (0, true));
    registry.put("twice", rule(with(throttled(), "times", json!(1))), START);
    assert_eq!(registry.list(START)[0].name, "twice");
    assert_eq!(pattern(&mut registry, 2), "x.");
}

#[test]
fn call_numbers_count_the_calls_that_match_all_else() {
    let numbers = json!({ "operation": "CreateAddon", "callNumber": { "from": 2, "to": 3 } });
    let mut registry = registry(&[("r", with(throttled(), "match", numbers))]);
    let other = Call {
        operation: "ListAddons",
        ..CREATE
    };
    assert!(registry.decide(&other, START).fired.is_empty());
    assert_eq!(pattern(&mut registry, 5), ".xx..");
}

#[test]
fn chance_repeats_with_the_seed_and_the_name() {
    let half = with(throttled(), "probability", json!(0.5));
    let mut one = registry(&[("r", half.clone())]);
    let mut again = registry(&[("r", half.clone())]);
    let mut other = registry(&[("s", half)]);
    let first = pattern(&mut one, 40);
    assert_eq!(first, pattern(&mut again, 40));
    assert_ne!(first, pattern(&mut other, 40));
    let hits = first.matches('x').count();
    assert!((10..=30).contains(&hits), "{first}");
    let mut never = registry(&[("n", with(throttled(), "probability", json!(0)))]);
    assert_eq!(pattern(&mut never, 3), "...");
}

#[test]
fn a_rule_expires_on_the_emulators_clock() {
    let mut registry = registry(&[("r", with(throttled(), "expiresAfter", json!("30s")))]);
    let almost = START.plus_milliseconds(29_999);
    assert_eq!(fired(&registry.decide(&CREATE, almost)), ["r"]);
    let end = START.plus_milliseconds(30_000);
    assert!(registry.decide(&CREATE, end).fired.is_empty());
    assert!(registry.list(end)[0].expired);
    assert!(!registry.list(almost)[0].expired);
}

#[test]
fn jitter_only_adds() {
    let delay = json!({ "effect": { "delay": { "fixed": "200ms", "jitter": "50ms" } } });
    let mut registry = registry(&[("r", delay)]);
    let delays: Vec<Duration> = (0..20)
        .map(|_| registry.decide(&CREATE, START).delay_before)
        .collect();
    let range = Duration::from_millis(200)..Duration::from_millis(250);
    assert!(
        delays.iter().all(|delay| range.contains(delay)),
        "{delays:?}"
    );
    assert!(delays.iter().any(|delay| *delay != delays[0]));
}

#[test]
fn what_a_service_does_not_have_does_not_happen_to_it() {
    let in_use = json!({ "effect": { "error": { "preset": "resourceInUse" } } });
    let mut registry = registry(&[("r", in_use)]);
    let assume = Call {
        service: "sts",
        operation: "AssumeRole",
        ..CREATE
    };
    assert!(registry.decide(&assume, START).fired.is_empty());
    assert_eq!(fired(&registry.decide(&CREATE, START)), ["r"]);
}

#[test]
fn the_phase_follows_from_the_connection() {
    for (effect, phase) in [
        (
            json!({ "connection": "resetAfterCommit" }),
            FaultPhase::After,
        ),
        (json!({ "connection": "truncateBody" }), FaultPhase::After),
        (
            json!({ "connection": "truncateBody", "error": { "preset": "throttling" } }),
            FaultPhase::Before,
        ),
        (json!({ "connection": "hang" }), FaultPhase::Before),
        (
            json!({ "error": { "preset": "throttling" } }),
            FaultPhase::Before,
        ),
    ] {
        let mut registry = registry(&[("r", json!({ "effect": effect }))]);
        let failure = registry.decide(&CREATE, START).failure.unwrap();
        assert_eq!(failure.phase, phase, "{effect}");
    }
    let reset = json!({ "effect": { "connection": "resetBeforeResponse" } });
    let failure = registry(&[("r", reset)]).decide(&CREATE, START).failure;
    let connection = failure.unwrap().connection;
    assert_eq!(connection, Some(ConnectionFault::ResetBeforeResponse));
}
