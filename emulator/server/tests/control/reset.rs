//! Back to the beginning.

use serde_json::json;

use crate::client::Demo;

const OTHER: &str = "authorization: AWS4-HMAC-SHA256 Credential=999988887777/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n";

fn create(demo: &Demo, headers: &str) {
    let body = json!({
        "name": "other",
        "roleArn": "arn:aws:iam::999988887777:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let answer = demo.send("POST", "/clusters", headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn clusters(demo: &Demo, headers: &str) -> serde_json::Value {
    let answer = demo.send("GET", "/clusters", headers, b"");
    answer.json()["clusters"].clone()
}

#[test]
fn a_reset_forgets_everything() {
    let demo = Demo::start();
    create(&demo, OTHER);
    assert_eq!(demo.ask("POST", "/reset", "").status, 204);
    assert_eq!(clusters(&demo, ""), json!([]));
    assert_eq!(clusters(&demo, OTHER), json!([]));
    // All that has happened is the reset itself.
    let events = demo.get("/events");
    assert_eq!(
        events["events"],
        json!([{
            "id": events["newest"],
            "at": "2026-01-01T00:00:00.000Z",
            "type": "state.reset",
        }])
    );
}

#[test]
fn after_a_reset_the_same_calls_give_the_same_identifiers() {
    let demo = Demo::start();
    let first = demo.eks("GET", "/clusters/demo", json!(null));
    demo.ask("POST", "/reset", "{}");
    demo.create_cluster("demo", None);
    let second = demo.eks("GET", "/clusters/demo", json!(null));
    assert_eq!(first, second);
}

#[test]
fn a_reset_of_an_account_leaves_the_others_alone() {
    for (path, headers, body) in [
        ("/_emulator/v1/reset?account=123456789012", "", ""),
        (
            "/_emulator/v1/reset",
            "x-emulator-account: 123456789012\r\n",
            "",
        ),
        ("/_emulator/v1/reset", "", r#"{"account":"123456789012"}"#),
    ] {
        let demo = Demo::start();
        create(&demo, OTHER);
        assert_eq!(
            demo.send("POST", path, headers, body.as_bytes()).status,
            204
        );
        assert_eq!(clusters(&demo, ""), json!([]));
        assert_eq!(clusters(&demo, OTHER), json!(["other"]));
        let events = demo.get("/events");
        assert_eq!(events["events"][0]["cluster"], "other");
    }
}

#[test]
fn a_reset_of_a_region_leaves_the_others_alone() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("eu-west-1"));
    assert_eq!(demo.ask("POST", "/reset?region=eu-west-1", "").status, 204);
    assert_eq!(clusters(&demo, ""), json!(["demo"]));
    demo.refused("GET", "/clusters/far/pods?region=eu-west-1", "");
}

#[test]
fn the_clock_goes_back_to_its_start_unless_kept() {
    let demo = Demo::start();
    demo.ask("POST", "/clock/advance", r#"{"by":"1h"}"#);
    demo.ask("POST", "/reset", r#"{"keep":["clock"]}"#);
    assert_eq!(demo.get("/clock")["now"], "2026-01-01T01:00:00.000Z");
    demo.ask("POST", "/reset", r#"{"keep":["journal","faults"]}"#);
    assert_eq!(demo.get("/clock")["now"], "2026-01-01T00:00:00.000Z");
}

#[test]
fn transition_rules_go_unless_faults_are_kept() {
    let demo = Demo::start();
    let rule = json!({ "match": { "resourceType": "addon" }, "on": "create" });
    demo.ask("PUT", "/transitions/rules/one", rule.to_string());
    demo.ask("POST", "/reset", r#"{"keep":["faults"]}"#);
    assert_eq!(demo.get("/transitions/rules")["rules"][0]["name"], "one");
    demo.ask("POST", "/reset", "");
    assert_eq!(demo.get("/transitions/rules")["rules"], json!([]));
}

#[test]
fn events_go_unless_the_journal_is_kept() {
    let demo = Demo::start();
    let before = demo.get("/events");
    demo.ask("POST", "/reset", r#"{"keep":["journal"]}"#);
    assert_eq!(demo.get("/events")["events"][0], before["events"][0]);
}

#[test]
fn a_reset_says_what_it_does_not_understand() {
    let demo = Demo::start();
    for (path, body, refusal) in [
        (
            "/reset?account=1",
            "",
            "400 BadRequest: The account id \"1\" is not twelve digits.",
        ),
        (
            "/reset?acount=1",
            "",
            "400 BadRequest: There is no parameter acount.",
        ),
        (
            "/reset?account=123456789012",
            r#"{"account":"999988887777"}"#,
            "422 InvalidBody: account of the body and account of the query differ",
        ),
        (
            "/reset",
            "[]",
            "422 InvalidBody: the body has to be a JSON object",
        ),
        (
            "/reset",
            r#"{"keep":["clocks"]}"#,
            "422 InvalidBody: unknown variant `clocks`, expected one of `faults`, `clock`, `journal`",
        ),
        (
            "/reset",
            r#"{"all":true}"#,
            "422 InvalidBody: unknown field `all`, expected one of `account`, `region`, `keep`, `reseed`",
        ),
    ] {
        assert_eq!(demo.refused("POST", path, body), refusal);
    }
    assert_eq!(clusters(&demo, ""), json!(["demo"]));
}

#[test]
fn suites_for_moto_reset_as_they_are_used_to() {
    let demo = Demo::start();
    let answer = demo.send("POST", "/moto-api/reset", "", b"");
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
    assert_eq!(clusters(&demo, ""), json!([]));
}
