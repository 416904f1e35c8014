//! Exceptions to the lifecycle.

use serde_json::{Value, json};

use crate::client::Demo;

const RULES: &str = "/transitions/rules";

fn failing() -> Value {
    json!({
        "match": { "resourceType": "addon", "name": "coredns", "cluster": "demo" },
        "on": "create",
        "after": { "kind": "reads", "count": 1 },
        "outcome": {
            "status": "CREATE_FAILED",
            "issues": [{ "code": "InsufficientNumberOfReplicas", "message": "no nodes" }],
        },
    })
}

fn put(demo: &Demo, name: &str, rule: &Value) -> Value {
    let answer = demo.ask("PUT", &format!("{RULES}/{name}"), rule.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn addon(demo: &Demo, name: &str) -> Value {
    let path = format!("/clusters/demo/addons/{name}");
    demo.eks("GET", &path, json!(null))["addon"].take()
}

#[test]
fn a_creation_fails_with_the_issues_of_its_rule() {
    let demo = Demo::start();
    let mut expected = failing();
    expected["name"] = json!("no-dns");
    assert_eq!(put(&demo, "no-dns", &failing()), expected);
    assert_eq!(demo.get(RULES), json!({ "rules": [expected] }));
    demo.create_addon("coredns", json!({ "resolveConflicts": "OVERWRITE" }));
    assert_eq!(addon(&demo, "coredns")["status"], "CREATING");
    let failed = addon(&demo, "coredns");
    assert_eq!(failed["status"], "CREATE_FAILED");
    assert_eq!(
        failed["health"]["issues"],
        json!([{
            "code": "InsufficientNumberOfReplicas",
            "message": "no nodes",
            "resourceIds": null,
        }])
    );
    demo.create_addon("metrics-server", json!({}));
    assert_eq!(addon(&demo, "metrics-server")["status"], "ACTIVE");
}

#[test]
fn a_stuck_deletion_stays_until_the_clock_is_told_to_idle() {
    let demo = Demo::start();
    demo.create_addon("metrics-server", json!({}));
    let rule = json!({
        "match": { "resourceType": "addon" }, "on": "delete", "after": { "kind": "never" },
    });
    put(&demo, "stuck", &rule);
    let path = "/clusters/demo/addons/metrics-server";
    demo.eks("DELETE", path, json!(null));
    demo.ask("POST", "/clock/advance", r#"{"by":"24h"}"#);
    assert_eq!(addon(&demo, "metrics-server")["status"], "DELETING");
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    let addons = demo.eks("GET", "/clusters/demo/addons", json!(null));
    assert_eq!(addons["addons"], json!([]));
}

#[test]
fn a_rule_is_replaced_in_its_place_and_taken_back() {
    let demo = Demo::start();
    put(&demo, "first", &failing());
    put(&demo, "second", &failing());
    let mut slow = failing();
    slow["after"] = json!({ "kind": "time", "duration": "2m" });
    put(&demo, "first", &slow);
    let rules = demo.get(RULES)["rules"].take();
    assert_eq!(rules[0]["name"], "first");
    assert_eq!(
        rules[0]["after"],
        json!({ "kind": "time", "duration": "120000ms" })
    );
    assert_eq!(rules[1]["name"], "second");
    for _ in 0..2 {
        let answer = demo.ask("DELETE", &format!("{RULES}/first"), "");
        assert_eq!(answer.status, 204);
    }
    assert_eq!(demo.get(RULES)["rules"].as_array().unwrap().len(), 1);
    assert_eq!(demo.ask("DELETE", RULES, "").status, 204);
    assert_eq!(demo.get(RULES), json!({ "rules": [] }));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let demo = Demo::start();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut rule = failing();
        change(&mut rule);
        demo.refused("PUT", &format!("{RULES}/r"), rule.to_string())
    };
    assert_eq!(
        refused(&|rule| rule["outcome"]["status"] = json!("DELETE_FAILED")),
        "422 InvalidRule: outcome.status DELETE_FAILED is none of ACTIVE, CREATE_FAILED, DEGRADED"
    );
    assert_eq!(
        refused(&|rule| rule["outcome"]["status"] = json!("ACTIVE")),
        "422 InvalidRule: ACTIVE has no issues"
    );
    assert_eq!(
        refused(&|rule| rule["match"]["resourceType"] = json!("cluster")),
        "422 InvalidRule: match.cluster is for add-ons; a cluster has match.name"
    );
    let unknown = refused(&|rule| rule["wehn"] = json!("now"));
    assert!(
        unknown.starts_with("422 InvalidRule: unknown field `wehn`"),
        "{unknown}"
    );
    let duration = refused(&|rule| rule["after"] = json!({ "kind": "time", "duration": "soon" }));
    assert!(
        duration.starts_with("422 InvalidRule: soon is not a duration"),
        "{duration}"
    );
    assert_eq!(demo.get(RULES), json!({ "rules": [] }));
}

/// A duration beside `never` would not hold.
#[test]
fn a_delay_has_only_the_members_of_its_kind() {
    let demo = Demo::start();
    for (kind, member) in [("immediate", "count"), ("never", "duration")] {
        let body = json!({
            "match": { "resourceType": "addon" }, "on": "create",
            "after": { "kind": kind, member: "5s" },
        });
        let refusal = demo.refused("PUT", "/transitions/rules/a", body.to_string());
        let sentence = format!("422 InvalidRule: unknown field `{member}`");
        assert!(refusal.starts_with(&sentence), "{refusal}");
    }
    assert_eq!(demo.get("/transitions/rules"), json!({ "rules": [] }));
}
