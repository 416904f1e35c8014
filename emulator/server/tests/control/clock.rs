//! The clock, seen and moved.

use eks_emulator::lifecycle::Profile;
use serde_json::{Value, json};

use crate::client::Demo;

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

fn clock() -> Value {
    json!({
        "now": "2026-01-01T00:00:00.000Z",
        "mode": "paused",
        "pendingTransitions": 0,
        "nextDue": null,
    })
}

#[test]
fn the_clock_is_shown() {
    assert_eq!(Demo::start().get("/clock"), clock());
}

#[test]
fn what_is_pending_is_shown() {
    let demo = Demo::with(REALISTIC);
    demo.create_addon("metrics-server", json!({}));
    let shown = demo.get("/clock");
    assert_eq!(shown["pendingTransitions"], 1);
    // A controller looks a tenth of a second later.
    assert_eq!(shown["now"], "2026-01-01T00:10:04.650Z");
    assert_eq!(shown["nextDue"], "2026-01-01T00:10:04.750Z");
}

#[test]
fn the_clock_runs_and_stands_still() {
    let demo = Demo::start();
    let answer = demo.ask("PATCH", "/clock", r#"{"mode":"real"}"#);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["mode"], "real");
    let answer = demo.ask("PATCH", "/clock", r#"{"mode":"paused"}"#).json();
    assert_eq!(answer["mode"], "paused");
    assert!(
        answer["now"]
            .as_str()
            .unwrap()
            .starts_with("2026-01-01T00:00:")
    );
    let answer = demo
        .ask("PATCH", "/clock", r#"{"now":"2026-02-03T04:05:06Z"}"#)
        .json();
    assert_eq!(answer["now"], "2026-02-03T04:05:06.000Z");
    assert_eq!(answer["mode"], "paused");
}

#[test]
fn an_empty_change_changes_nothing() {
    assert_eq!(Demo::start().ask("PATCH", "/clock", "{}").json(), clock());
}

#[test]
fn bad_changes_are_refused_and_change_nothing() {
    let demo = Demo::start();
    for (body, sentence) in [
        (
            r#"{"mode":"fast"}"#,
            "400 BadRequest: mode fast is neither real nor paused",
        ),
        (
            r#"{"mode":"fast","now":"2027-01-01T00:00:00Z"}"#,
            "400 BadRequest: mode fast is neither real nor paused",
        ),
        (
            r#"{"now":"2025-12-31T23:59:59Z","mode":"real"}"#,
            "409 ClockCannotGoBack: The clock cannot go back.",
        ),
    ] {
        assert_eq!(demo.refused("PATCH", "/clock", body), sentence);
    }
    for body in [
        "",
        "now",
        "[]",
        "5",
        r#"{"now":5}"#,
        r#"{"now":"soon"}"#,
        r#"{"rate":2}"#,
    ] {
        let refused = demo.refused("PATCH", "/clock", body);
        assert!(refused.starts_with("400 BadRequest: "), "{body}: {refused}");
    }
    assert_eq!(demo.get("/clock"), clock());
}

#[test]
fn the_clock_is_moved_by_a_duration_and_to_a_time() {
    let demo = Demo::start();
    let advance = |body: &str| demo.ask("POST", "/clock/advance", body).json()["now"].take();
    assert_eq!(advance(r#"{"by":"90s"}"#), "2026-01-01T00:01:30.000Z");
    assert_eq!(advance(r#"{"by":"250ms"}"#), "2026-01-01T00:01:30.250Z");
    assert_eq!(
        advance(r#"{"to":"2026-01-02T00:00:00Z"}"#),
        "2026-01-02T00:00:00.000Z"
    );
    assert_eq!(
        advance(r#"{"to":"2026-01-02T00:00:00Z"}"#),
        "2026-01-02T00:00:00.000Z"
    );
    assert_eq!(advance(r#"{"until":"idle"}"#), "2026-01-02T00:00:00.000Z");
}

#[test]
fn bad_moves_are_refused_and_move_nothing() {
    let demo = Demo::start();
    let one = r#"400 BadRequest: give exactly one of "by": "<duration>", "to": "<time>" and "until": "idle""#;
    for body in [
        "{}",
        r#"{"by":"1s","to":"2027-01-01T00:00:00Z"}"#,
        r#"{"by":"1s","until":"idle"}"#,
        r#"{"until":"noon"}"#,
    ] {
        assert_eq!(demo.refused("POST", "/clock/advance", body), one, "{body}");
    }
    for body in [
        "",
        "1s",
        "[]",
        r#"{"by":1}"#,
        r#"{"by":"-1s"}"#,
        r#"{"by":"soon"}"#,
        r#"{"for":"1s"}"#,
    ] {
        let refused = demo.refused("POST", "/clock/advance", body);
        assert!(refused.starts_with("400 BadRequest: "), "{body}: {refused}");
    }
    assert_eq!(
        demo.refused("POST", "/clock/advance", r#"{"to":"2020-01-01T00:00:00Z"}"#),
        "409 ClockCannotGoBack: The clock cannot go back."
    );
    assert_eq!(
        demo.refused("POST", "/clock/advance", r#"{"by":"9000years"}"#),
        "400 BadRequest: The clock ends with the year 9999."
    );
    assert_eq!(demo.get("/clock"), clock());
}

/// What falls due has happened when the answer comes, and the answer says
/// what.
#[test]
fn what_falls_due_has_happened_in_order() {
    let demo = Demo::with(REALISTIC);
    demo.create_addon("eks-pod-identity-agent", json!({}));
    let answer = demo.ask("POST", "/clock/advance", r#"{"by":"1h"}"#).json();
    let fired = answer["fired"].as_array().unwrap();
    let types: Vec<&str> = fired
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "pod.created",
            "pod.created",
            "addon.rolloutCompleted",
            "addon.statusChanged"
        ]
    );
    assert_eq!(fired[3]["status"], "ACTIVE");
    assert!(fired.is_sorted_by_key(|event| event["at"].as_str().unwrap()));
    assert_eq!(demo.get("/clock")["nextDue"], json!(null));
}

/// Idle is when nothing is pending, nor waits to be told.
#[test]
fn idle_is_when_nothing_is_pending() {
    for profile in [
        REALISTIC,
        Profile::Manual { reads: None },
        Profile::Manual { reads: Some(3) },
    ] {
        let demo = Demo::with(profile);
        demo.create_addon("metrics-server", json!({}));
        demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
        let addon = demo.eks("GET", "/clusters/demo/addons/metrics-server", json!(null));
        assert_eq!(addon["addon"]["status"], "ACTIVE");
        let clock = demo.get("/clock");
        assert_eq!(clock["pendingTransitions"], 0);
        assert_eq!(clock["nextDue"], json!(null));
    }
}

#[test]
fn the_body_has_to_be_an_object() {
    for body in [r#"["1s",null,null]"#, "[]", "\"1s\""] {
        assert_eq!(
            Demo::start().refused("POST", "/clock/advance", body),
            "400 BadRequest: the body has to be a JSON object"
        );
    }
}
