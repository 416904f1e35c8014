//! The clock, seen and moved.

use eks_emulator::lifecycle::Profile;
use eks_emulator::{ClockStart, EksEmulator, time};
use serde_json::{Value, json};

use crate::client::Demo;

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

fn clock() -> Value {
    json!({
        "now": "2026-01-01T00:00:00.000Z",
        "mode": "paused",
        "rate": 0.0,
        "offset": null,
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
            "422 InvalidBody: mode fast is none of real, paused and scaled",
        ),
        (
            r#"{"mode":"fast","now":"2027-01-01T00:00:00Z"}"#,
            "422 InvalidBody: mode fast is none of real, paused and scaled",
        ),
        (
            r#"{"now":"2025-12-31T23:59:59Z","mode":"real"}"#,
            "409 ClockCannotGoBack: The clock cannot go back.",
        ),
    ] {
        assert_eq!(demo.refused("PATCH", "/clock", body), sentence);
    }
    for (body, sentence) in [
        (r#"{"rate":2}"#, "only a scaled clock has a rate"),
        (
            r#"{"mode":"real","rate":2}"#,
            "only a scaled clock has a rate",
        ),
        (r#"{"mode":"scaled"}"#, "a scaled clock has a rate"),
        (
            r#"{"mode":"scaled","rate":0}"#,
            "rate has to be a number above zero",
        ),
        (
            r#"{"mode":"scaled","rate":-1,"now":"2027-01-01T00:00:00Z"}"#,
            "rate has to be a number above zero",
        ),
    ] {
        let refused = demo.refused("PATCH", "/clock", body);
        assert_eq!(refused, format!("422 InvalidBody: {sentence}"), "{body}");
    }
    for body in ["", "now", r#"{"mode":"scaled","rate":1e999}"#] {
        let refused = demo.refused("PATCH", "/clock", body);
        assert!(refused.starts_with("400 BadRequest: "), "{body}: {refused}");
    }
    for body in [
        "[]",
        "5",
        r#"{"now":5}"#,
        r#"{"now":"soon"}"#,
        r#"{"rate":"2"}"#,
        r#"{"speed":2}"#,
    ] {
        let refused = demo.refused("PATCH", "/clock", body);
        assert!(
            refused.starts_with("422 InvalidBody: "),
            "{body}: {refused}"
        );
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
    let one = r#"422 InvalidBody: give exactly one of "by": "<duration>", "to": "<time>" and "until": "idle""#;
    for body in [
        "{}",
        r#"{"by":"1s","to":"2027-01-01T00:00:00Z"}"#,
        r#"{"by":"1s","until":"idle"}"#,
        r#"{"until":"noon"}"#,
    ] {
        assert_eq!(demo.refused("POST", "/clock/advance", body), one, "{body}");
    }
    for body in ["", "1s"] {
        let refused = demo.refused("POST", "/clock/advance", body);
        assert!(refused.starts_with("400 BadRequest: "), "{body}: {refused}");
    }
    for body in [
        "[]",
        r#"{"by":1}"#,
        r#"{"by":"-1s"}"#,
        r#"{"by":"soon"}"#,
        r#"{"for":"1s"}"#,
    ] {
        let refused = demo.refused("POST", "/clock/advance", body);
        assert!(
            refused.starts_with("422 InvalidBody: "),
            "{body}: {refused}"
        );
    }
    assert_eq!(
        demo.refused("POST", "/clock/advance", r#"{"to":"2020-01-01T00:00:00Z"}"#),
        "409 ClockCannotGoBack: The clock cannot go back."
    );
    assert_eq!(
        demo.refused("POST", "/clock/advance", r#"{"by":"9000years"}"#),
        "422 InvalidBody: The clock ends with the year 9999."
    );
    assert_eq!(demo.get("/clock"), clock());
}

/// What falls due has happened when the answer comes, and the answer says
/// which transitions have ended.
#[test]
fn what_falls_due_has_happened_in_order() {
    let demo = Demo::with(REALISTIC);
    demo.create_addon("eks-pod-identity-agent", json!({}));
    let addon = demo.eks(
        "GET",
        "/clusters/demo/addons/eks-pod-identity-agent",
        json!(null),
    );
    let answer = demo.ask("POST", "/clock/advance", r#"{"by":"1h"}"#).json();
    assert_eq!(
        answer,
        json!({
            "now": "2026-01-01T01:10:04.650Z",
            "fired": [{
                "resource": addon["addon"]["addonArn"],
                "type": "addon",
                "account": "123456789012",
                "region": "us-east-1",
                "cluster": "demo",
                "name": "eks-pod-identity-agent",
                "from": "CREATING",
                "to": "ACTIVE",
                "at": "2026-01-01T00:10:24.650Z",
            }],
            "idle": true,
        })
    );
    let events = demo.get("/events?type=pod.created,addon.*,clock.*");
    let events = events["events"].as_array().unwrap();
    assert!(events.is_sorted_by_key(|event| event["at"].as_str().unwrap()));
    let types = events
        .iter()
        .rev()
        .map(|event| event["type"].as_str().unwrap());
    let types: Vec<&str> = types.take(5).collect();
    assert_eq!(
        types,
        [
            "clock.advanced",
            "addon.statusChanged",
            "addon.rolloutCompleted",
            "pod.created",
            "pod.created",
        ]
    );
    assert_eq!(demo.get("/clock")["nextDue"], json!(null));
}

fn fired(answer: &Value) -> Vec<String> {
    let fired = answer["fired"].as_array().unwrap().iter();
    fired
        .map(|fired| {
            let text = |member: &str| fired[member].as_str().unwrap();
            format!(
                "{} {} {} {} {}",
                &text("at")[11..19],
                text("region"),
                text("cluster"),
                text("name"),
                text("to")
            )
        })
        .collect()
}

/// Clusters of other regions are made later, by due later; ties are in the
/// order of account, region and cluster.
#[test]
fn what_ends_ends_in_order_of_time_across_clusters_and_regions() {
    let demo = Demo::with(REALISTIC);
    demo.create_cluster("b", Some("eu-west-1"));
    demo.create_cluster("z", Some("ap-south-1"));
    demo.create_cluster("a", Some("eu-west-1"));
    demo.ask("POST", "/clock/advance", r#"{"by":"590s"}"#);
    demo.create_addon("metrics-server", json!({}));
    let answer = demo
        .ask("POST", "/clock/advance", r#"{"until":"idle"}"#)
        .json();
    assert_eq!(
        fired(&answer),
        [
            "00:20:04 ap-south-1 z z ACTIVE",
            "00:20:04 eu-west-1 a a ACTIVE",
            "00:20:04 eu-west-1 b b ACTIVE",
            "00:20:14 us-east-1 demo metrics-server ACTIVE",
        ]
    );
    let events = demo.get("/events");
    let events = events["events"].as_array().unwrap();
    assert!(events.is_sorted_by_key(|event| event["at"].as_str().unwrap()));
}

fn events_of_a_run() -> Vec<Value> {
    let demo = Demo::with(REALISTIC);
    for (name, region) in [
        ("one", "eu-west-1"),
        ("two", "us-east-1"),
        ("three", "eu-west-1"),
    ] {
        demo.create_cluster(name, Some(region));
    }
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    demo.get("/events")["events"].as_array().unwrap().clone()
}

#[test]
fn two_runs_with_one_seed_tell_the_same_events() {
    let events = events_of_a_run();
    assert!(events.len() > 50, "{}", events.len());
    assert_eq!(events, events_of_a_run());
}

#[test]
fn the_way_to_idle_has_an_end() {
    let demo = Demo::with(REALISTIC);
    demo.create_cluster("slow", None);
    let answer = demo
        .ask("POST", "/clock/advance", r#"{"until":"idle","max":"599s"}"#)
        .json();
    assert_eq!(
        answer,
        json!({ "now": "2026-01-01T00:20:03.650Z", "fired": [], "idle": false })
    );
    let answer = demo
        .ask("POST", "/clock/advance", r#"{"until":"idle","max":"24h"}"#)
        .json();
    assert_eq!(answer["idle"], true);
    assert_eq!(fired(&answer), ["00:20:04 us-east-1 slow slow ACTIVE"]);
    for (body, refusal) in [
        (
            r#"{"by":"1s","max":"1h"}"#,
            r#"422 InvalidBody: max goes with "until": "idle" only"#,
        ),
        (
            r#"{"until":"idle","max":"soon"}"#,
            "422 InvalidBody: soon is not a duration such as 90s or 250ms: expected number at 0",
        ),
    ] {
        assert_eq!(demo.refused("POST", "/clock/advance", body), refusal);
    }
}

/// A hundred hours of the emulator pass in an hour of the machine.
#[test]
fn a_scaled_clock_goes_on_from_what_it_shows() {
    let demo = Demo::start();
    let answer = demo
        .ask(
            "PATCH",
            "/clock",
            r#"{"mode":"scaled","rate":0.001,"now":"2026-03-01T00:00:00Z"}"#,
        )
        .json();
    assert_eq!(answer["mode"], "scaled");
    assert_eq!(answer["rate"], 0.001);
    assert_eq!(answer["offset"], json!(null));
    // A test takes less than a quarter of an hour.
    let shown = answer["now"].as_str().unwrap();
    assert!(shown.starts_with("2026-03-01T00:00:00."), "{shown}");
    let faster = demo.ask("PATCH", "/clock", r#"{"rate":5}"#).json();
    assert_eq!(faster["rate"], 5.0);
    assert!(faster["now"].as_str().unwrap() >= shown);
    let real = demo.ask("PATCH", "/clock", r#"{"mode":"real"}"#).json();
    assert_eq!(real["rate"], 1.0);
    assert!(real["offset"].as_str().unwrap().starts_with('-'));
    assert!(real["now"].as_str().unwrap() >= faster["now"].as_str().unwrap());
}

#[test]
fn a_clock_that_was_not_moved_has_no_offset() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let clock = Demo::of(emulator).get("/clock");
    assert_eq!(clock["mode"], "real");
    assert_eq!(clock["rate"], 1.0);
    assert_eq!(clock["offset"], "0ms");
}

#[test]
fn an_emulator_starts_with_a_scaled_clock() {
    let emulator = |rate| {
        let start = time::parse("2026-01-01T00:00:00Z").unwrap();
        let clock = ClockStart::ScaledFrom(start, rate);
        EksEmulator::builder().clock(clock).start_blocking()
    };
    let clock = Demo::of(emulator(0.001).unwrap()).get("/clock");
    assert_eq!(clock["mode"], "scaled");
    assert_eq!(clock["rate"], 0.001);
    assert!(
        clock["now"]
            .as_str()
            .unwrap()
            .starts_with("2026-01-01T00:00:00.")
    );
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = emulator(rate).unwrap_err().to_string();
        let sentence = format!("the clock's rate {rate} is not a number above zero");
        assert_eq!(error, sentence);
    }
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
            "422 InvalidBody: the body has to be a JSON object"
        );
    }
}
