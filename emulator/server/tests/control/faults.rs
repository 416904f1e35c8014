//! Faults: which calls they happen to.

use std::time::{Duration, Instant};

use eks_emulator::{ClockStart, EksEmulator, time};
use serde_json::{Value, json};

use crate::client::{Answer, Demo, ROLE};

/// Puts a fault that makes sense.
#[track_caller]
pub(crate) fn put(demo: &Demo, name: &str, rule: Value) -> Value {
    let answer = demo.ask("PUT", &format!("/faults/{name}"), rule.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

pub(crate) fn throttled(r#match: Value) -> Value {
    json!({ "match": r#match, "effect": { "error": { "preset": "throttling" } } })
}

fn create_addon(demo: &Demo) -> Answer {
    let body = br#"{"addonName":"coredns"}"#;
    demo.send("POST", "/clusters/demo/addons", "", body)
}

fn describe(demo: &Demo) -> u16 {
    demo.send("GET", "/clusters/demo", "", b"").status
}

#[test]
fn a_call_is_throttled_twice_and_then_succeeds() {
    let demo = Demo::start();
    let mut rule = throttled(json!({ "operation": "CreateAddon" }));
    rule["times"] = json!(2);
    put(&demo, "slow-down", rule);
    let statuses: Vec<u16> = (0..3).map(|_| create_addon(&demo).status).collect();
    assert_eq!(statuses, [429, 429, 200]);
    let requests = demo.get("/requests?operation=CreateAddon")["requests"].take();
    let faults: Vec<&Value> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| &request["faults"])
        .collect();
    assert_eq!(
        faults,
        [&json!(["slow-down"]), &json!(["slow-down"]), &json!([])]
    );
    let state = demo.get("/faults/slow-down");
    assert_eq!(
        (&state["fired"], &state["exhausted"]),
        (&json!(2), &json!(true))
    );
}

#[test]
fn a_fault_is_shown_as_it_was_written_with_what_became_of_it() {
    let demo = Demo::start();
    let rule = json!({
        "match": {
            "operation": ["CreateAddon", "Update*"], "service": "eks", "region": "*", "account": "*",
            "cluster": "demo", "resource": "vpc-cni", "callNumber": { "from": 2, "to": 4 },
        },
        "effect": {
            "error": { "statusCode": 400, "code": "ThrottlingException", "message": "Rate exceeded" },
            "delay": { "fixed": "200ms", "jitter": "50ms" },
            "connection": "resetBeforeResponse",
        },
        "phase": "before", "times": 2, "probability": 1.0, "expiresAfter": "30s", "priority": 0,
    });
    let mut shown = rule.clone();
    shown["name"] = json!("all");
    shown["fired"] = json!(0);
    shown["exhausted"] = json!(false);
    shown["expired"] = json!(false);
    assert_eq!(put(&demo, "all", rule), shown);
    assert_eq!(demo.get("/faults/all"), shown);
    assert_eq!(demo.get("/faults"), json!({ "faults": [shown] }));
}

#[test]
fn a_fault_is_taken_back_and_one_that_is_not_there_is_no_error() {
    let demo = Demo::start();
    put(&demo, "a", throttled(json!({})));
    put(&demo, "b", throttled(json!({})));
    assert_eq!(describe(&demo), 429);
    for _ in 0..2 {
        assert_eq!(demo.ask("DELETE", "/faults/a", "").status, 204);
    }
    assert_eq!(
        demo.refused("GET", "/faults/a", ""),
        "404 NotFound: There is no fault a."
    );
    assert_eq!(describe(&demo), 429);
    assert_eq!(demo.ask("DELETE", "/faults", "").status, 204);
    assert_eq!(demo.get("/faults"), json!({ "faults": [] }));
    assert_eq!(describe(&demo), 200);
}

#[test]
fn a_fault_happens_in_the_region_and_to_the_resource_that_it_names() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("eu-west-1"));
    put(&demo, "region", throttled(json!({ "region": "eu-*" })));
    let far = "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n";
    assert_eq!(demo.send("GET", "/clusters/far", far, b"").status, 429);
    assert_eq!(describe(&demo), 200);
    put(&demo, "addon", throttled(json!({ "resource": "coredns" })));
    assert_eq!(create_addon(&demo).status, 429);
    let other = br#"{"addonName":"metrics-server"}"#;
    let answer = demo.send("POST", "/clusters/demo/addons", "", other);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn a_fault_happens_to_no_call_that_would_be_refused_anyway() {
    let demo = Demo::start();
    put(&demo, "r", throttled(json!({})));
    let answer = demo.send("POST", "/clusters/demo/addons", "", b"{}");
    assert_eq!(answer.status, 400);
    assert_eq!(demo.get("/faults/r")["fired"], 0);
}

#[test]
fn a_fault_after_the_operation_hides_that_it_happened() {
    let demo = Demo::start();
    let mut rule = throttled(json!({ "operation": "CreateAddon" }));
    rule["phase"] = json!("after");
    put(&demo, "late", rule);
    assert_eq!(create_addon(&demo).status, 429);
    let path = "/clusters/demo/addons/coredns";
    assert_eq!(demo.send("GET", path, "", b"").status, 200);
    demo.ask("DELETE", "/faults", "");
    put(
        &demo,
        "early",
        throttled(json!({ "operation": "DeleteAddon" })),
    );
    assert_eq!(demo.send("DELETE", path, "", b"").status, 429);
    assert_eq!(demo.send("GET", path, "", b"").status, 200);
}

#[test]
fn a_delay_is_in_real_time_and_delays_add_up() {
    let demo = Demo::start();
    let slow = |phase: &str| json!({ "effect": { "delay": { "fixed": "30ms" } }, "phase": phase, "match": { "operation": "DescribeCluster" } });
    put(&demo, "before", slow("before"));
    put(&demo, "after", slow("after"));
    let started = Instant::now();
    assert_eq!(describe(&demo), 200);
    assert!(started.elapsed() >= Duration::from_millis(60));
    let request = demo.get("/requests?operation=DescribeCluster")["requests"][0].take();
    assert_eq!(request["faults"], json!(["before", "after"]));
    assert!(request["durationUs"].as_u64().unwrap() >= 60_000);
}

#[test]
fn a_fault_that_has_happened_is_an_event() {
    let demo = Demo::start();
    put(&demo, "r", throttled(json!({ "operation": "CreateAddon" })));
    create_addon(&demo);
    let mut event = demo.get("/events?type=fault.fired")["events"][0].take();
    assert!(event["id"].take().is_u64());
    assert_eq!(
        event,
        json!({
            "id": null, "at": "2026-01-01T00:00:00.000Z", "type": "fault.fired",
            "account": "123456789012", "region": "us-east-1", "cluster": "demo",
            "fault": "r", "service": "eks", "operation": "CreateAddon",
        })
    );
}

/// A delayed call is begun anew: it must not be a second call for anybody.
#[test]
fn a_delayed_call_is_one_call() {
    let demo = Demo::start();
    let mut rule = json!({ "effect": { "delay": { "fixed": "1ms" } } });
    rule["times"] = json!(1);
    put(&demo, "slow", rule);
    assert_eq!(create_addon(&demo).status, 200);
    assert_eq!(demo.get("/faults/slow")["fired"], 1);
    let requests = demo.get("/requests?operation=CreateAddon")["requests"].take();
    assert_eq!(requests.as_array().unwrap().len(), 1);
}

#[test]
fn a_fault_expires_on_the_emulators_clock() {
    let demo = Demo::start();
    let mut rule = throttled(json!({}));
    rule["expiresAfter"] = json!("30s");
    put(&demo, "short", rule);
    demo.ask("POST", "/clock/advance", r#"{"by":"29s"}"#);
    assert_eq!(describe(&demo), 429);
    demo.ask("POST", "/clock/advance", r#"{"by":"1s"}"#);
    assert_eq!(describe(&demo), 200);
    assert_eq!(demo.get("/faults/short")["expired"], true);
}

#[test]
fn two_runs_with_one_seed_have_the_same_chance() {
    let run = |seed: u64| -> Vec<u16> {
        let now = time::parse("2026-01-01T00:00:00Z").unwrap();
        let builder = EksEmulator::builder().rng_seed(seed);
        let builder = builder.clock(ClockStart::PausedAt(now));
        let demo = Demo::of(builder.start_blocking().unwrap());
        let mut rule = throttled(json!({ "operation": "ListClusters" }));
        rule["probability"] = json!(0.5);
        put(&demo, "flaky", rule);
        let list = |_| demo.send("GET", "/clusters", "", b"").status;
        (0..24).map(list).collect()
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    assert!(first.contains(&200) && first.contains(&429), "{first:?}");
}

#[test]
fn a_reset_takes_faults_back_unless_they_are_kept() {
    let demo = Demo::start();
    put(&demo, "r", throttled(json!({})));
    demo.ask("POST", "/reset", r#"{"keep":["faults"]}"#);
    assert_eq!(demo.get("/faults/r")["name"], "r");
    demo.ask("POST", "/reset", r#"{"account":"123456789012"}"#);
    assert_eq!(demo.get("/faults/r")["name"], "r");
    demo.ask("POST", "/reset", "");
    assert_eq!(demo.get("/faults"), json!({ "faults": [] }));
}

#[test]
fn the_operations_of_iam_and_sts_fail_by_the_same_rules() {
    let demo = Demo::start();
    put(
        &demo,
        "r",
        throttled(json!({ "operation": "GetRole", "resource": "pods" })),
    );
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let body = b"Action=GetRole&Version=2010-05-08&RoleName=pods";
    let answer = demo.send("POST", "/", form, body);
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(
        answer.text.contains("<Code>Throttling</Code>"),
        "{}",
        answer.text
    );
    let other = b"Action=GetRole&Version=2010-05-08&RoleName=other";
    assert_eq!(demo.send("POST", "/", form, other).status, 404);
}

/// The only way to see what tokens are for.
#[test]
fn a_retry_with_the_same_token_after_a_lost_answer_makes_one_association() {
    let demo = Demo::start();
    let mut rule = throttled(json!({ "operation": "CreatePodIdentityAssociation" }));
    rule["phase"] = json!("after");
    rule["times"] = json!(1);
    put(&demo, "lost", rule);
    let body = json!({
        "namespace": "default", "serviceAccount": "web", "roleArn": ROLE,
        "clientRequestToken": "one",
    });
    let path = "/clusters/demo/pod-identity-associations";
    let create = || demo.send("POST", path, "", body.to_string().as_bytes());
    assert_eq!(create().status, 429);
    assert_eq!(create().status, 200);
    let listed = demo.eks("GET", path, json!(null));
    assert_eq!(listed["associations"].as_array().unwrap().len(), 1);
}

/// The refusal of a rule, of which nothing stays.
fn refused(rule: Value) -> String {
    let demo = Demo::start();
    let refusal = demo.refused("PUT", "/faults/r", rule.to_string());
    assert_eq!(demo.get("/faults"), json!({ "faults": [] }));
    refusal
}

#[test]
fn effects_that_make_no_sense_are_refused() {
    let error = |error: Value| refused(json!({ "effect": { "error": error } }));
    assert_eq!(
        refused(json!({ "effect": {} })),
        "422 InvalidRule: effect needs at least one of error, delay and connection"
    );
    assert_eq!(
        error(json!({ "code": "Oops", "statusCode": 200 })),
        "422 InvalidRule: effect.error.statusCode 200 is not between 400 and 599"
    );
    assert_eq!(
        error(json!({ "statusCode": 500 })),
        "422 InvalidRule: effect.error needs a code or a preset"
    );
    assert_eq!(
        error(json!({ "code": "Oops" })),
        "422 InvalidRule: effect.error.statusCode is needed: Oops is not in the model of every service that the rule is for"
    );
    assert_eq!(
        error(json!({ "code": "O<ops", "statusCode": 500 })),
        r#"422 InvalidRule: effect.error.code "O<ops" has to be letters, digits, dots and underscores"#
    );
}

#[test]
fn matches_that_make_no_sense_are_refused() {
    let matching = |r#match: Value| refused(throttled(r#match));
    assert_eq!(
        matching(json!({ "operation": ["CreateAddon", "CreateAdon"] })),
        "422 InvalidRule: match.operation CreateAdon is no operation; did you mean CreateAddon?"
    );
    assert_eq!(
        matching(json!({ "operation": "Frobnicate*" })),
        "422 InvalidRule: match.operation Frobnicate* is no operation"
    );
    assert_eq!(
        matching(json!({ "service": "s3" })),
        "422 InvalidRule: match.service s3 is none of eks, eks-auth, iam, sts, agent and issuer"
    );
    assert_eq!(
        matching(json!({ "callNumber": { "from": 3, "to": 2 } })),
        "422 InvalidRule: match.callNumber.to is before match.callNumber.from"
    );
    let mut likely = throttled(json!({}));
    likely["probability"] = json!(1.5);
    assert_eq!(
        refused(likely),
        "422 InvalidRule: probability 1.5 is not between 0 and 1"
    );
    assert_eq!(
        refused(
            json!({ "match": { "service": "sts" }, "effect": { "error": { "preset": "resourceInUse" } } })
        ),
        "422 InvalidRule: effect.error.preset resourceInUse is for eks and iam only"
    );
}

#[test]
fn contradictions_are_refused() {
    assert_eq!(
        refused(json!({ "effect": { "connection": "truncateBody" }, "phase": "before" })),
        "422 InvalidRule: truncateBody needs an answer to cut: effect.error, or phase after"
    );
    assert_eq!(
        refused(json!({ "effect": { "connection": "hang" }, "wehn": 1 }))
            .split('`')
            .next(),
        Some("422 InvalidRule: unknown field ")
    );
    let after =
        refused(json!({ "effect": { "connection": "resetBeforeResponse" }, "phase": "after" }));
    assert!(
        after.starts_with("422 InvalidRule: after resetBeforeResponse"),
        "{after}"
    );
    let before =
        refused(json!({ "effect": { "connection": "resetAfterCommit" }, "phase": "before" }));
    assert!(
        before.starts_with("422 InvalidRule: before resetAfterCommit"),
        "{before}"
    );
    let soon = refused(json!({ "effect": { "delay": { "fixed": "soon" } } }));
    assert!(
        soon.starts_with("422 InvalidRule: soon is not a duration"),
        "{soon}"
    );
}

#[test]
fn delays_that_no_clock_can_add_up_are_refused() {
    let demo = Demo::start();
    let longest = "18446744073709551615s";
    let effect = json!({ "delay": { "fixed": longest, "jitter": longest } });
    let body = json!({ "effect": effect }).to_string();
    assert_eq!(
        demo.refused("PUT", "/faults/slow", &body),
        "422 InvalidRule: effect.delay is longer than a day; effect.connection can be hang"
    );
    let seed = json!({ "schema": 1, "faults": [{ "name": "slow", "effect": effect }] });
    assert_eq!(demo.ask("POST", "/seed", seed.to_string()).status, 422);
    assert_eq!(demo.get("/faults"), json!({ "faults": [] }));
}
