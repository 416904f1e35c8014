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

const ELSEWHERE: &str = "eu-west-1";

/// How the add-on of a new cluster in a region ends.
fn end_in(demo: &Demo, region: &str, cluster: &str) -> Value {
    demo.create_cluster(cluster, Some(region));
    let signature = format!(
        "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/{region}/eks/aws4_request, SignedHeaders=host, Signature=0\r\n"
    );
    let addons = format!("/clusters/{cluster}/addons");
    demo.send("POST", &addons, &signature, br#"{"addonName":"coredns"}"#);
    let addon = format!("{addons}/coredns");
    demo.send("GET", &addon, &signature, b"").json()["addon"]["status"].take()
}

fn anywhere() -> Value {
    json!({
        "match": { "resourceType": "addon" },
        "on": "create",
        "outcome": { "status": "CREATE_FAILED" },
    })
}

#[test]
fn a_rule_holds_in_the_accounts_and_regions_that_it_matches() {
    let demo = Demo::start();
    let mut rule = anywhere();
    rule["match"]["region"] = json!("eu-*");
    rule["match"]["account"] = json!(["111122223333", "1234*"]);
    assert_eq!(put(&demo, "europe", &rule)["match"], rule["match"]);
    assert_eq!(end_in(&demo, ELSEWHERE, "a"), "CREATE_FAILED");
    assert_eq!(end_in(&demo, "us-west-2", "b"), "ACTIVE");
    rule["match"]["account"] = json!("111122223333");
    put(&demo, "europe", &rule);
    assert_eq!(end_in(&demo, ELSEWHERE, "c"), "ACTIVE");
    rule["match"]["account"] = json!([]);
    assert_eq!(
        demo.refused("PUT", &format!("{RULES}/none"), rule.to_string()),
        "422 InvalidRule: match.account has no texts"
    );
}

#[test]
fn a_rule_that_is_put_for_an_account_or_region_is_limited_to_it() {
    let demo = Demo::start();
    let put_for = |limits: &str, rule: &Value| {
        demo.ask("PUT", &format!("{RULES}/limited{limits}"), rule.to_string())
    };
    let put = put_for("?region=eu-west-1", &anywhere()).json();
    assert_eq!(put["match"]["region"], "eu-west-1");
    assert_eq!(end_in(&demo, ELSEWHERE, "a"), "CREATE_FAILED");
    assert_eq!(end_in(&demo, "us-west-2", "b"), "ACTIVE");
    let mut contradiction = anywhere();
    contradiction["match"]["region"] = json!("us-*");
    assert_eq!(
        put_for("?region=eu-west-1", &contradiction).json(),
        json!({ "code": "InvalidRule", "message": "match.region and region of the call differ" })
    );
    let refused = put_for("?region=us-west-2", &anywhere());
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.json()["message"],
        "The rule limited is not one of this account and region alone."
    );
    let header = "x-emulator-account: 123456789012\r\n";
    let path = format!("/_emulator/v1{RULES}/mine");
    let mine = demo.send("PUT", &path, header, anywhere().to_string().as_bytes());
    assert_eq!(mine.json()["match"]["account"], "123456789012");
}

#[test]
fn the_rules_of_an_account_are_listed_and_taken_back_apart() {
    let demo = Demo::start();
    put(&demo, "general", &anywhere());
    for account in ["111122223333", "444455556666"] {
        let path = format!("{RULES}/of-{account}?account={account}");
        assert_eq!(demo.ask("PUT", &path, anywhere().to_string()).status, 200);
    }
    let names = |query: &str| {
        let rules = demo.get(&format!("{RULES}{query}"))["rules"].take();
        let rules = rules.as_array().unwrap().iter();
        let names: Vec<Value> = rules.map(|rule| rule["name"].clone()).collect();
        json!(names)
    };
    let delete = |path: &str| assert_eq!(demo.ask("DELETE", path, "").status, 204);
    assert_eq!(names("?account=111122223333"), json!(["of-111122223333"]));
    delete(&format!("{RULES}/general?account=111122223333"));
    delete(&format!("{RULES}?account=111122223333"));
    assert_eq!(names(""), json!(["general", "of-444455556666"]));
    delete(&format!("{RULES}/of-444455556666?account=444455556666"));
    assert_eq!(names(""), json!(["general"]));
}

#[test]
fn where_a_rule_holds_is_in_states_and_seeds() {
    let demo = Demo::start();
    let mut rule = anywhere();
    rule["match"]["account"] = json!(["1234*", "111122223333"]);
    rule["match"]["region"] = json!("eu-west-1");
    put(&demo, "limited", &rule);
    let state = demo.ask("GET", "/state", "").text;
    let seed = demo.get("/state?format=seed");
    assert_eq!(seed["transitions"][0]["match"], rule["match"]);
    for (method, path, body) in [
        ("PUT", "/state", state),
        ("POST", "/seed", seed.to_string()),
    ] {
        demo.ask("POST", "/reset", "");
        assert_eq!(demo.get(RULES), json!({ "rules": [] }));
        let answer = demo.ask(method, path, body);
        assert!(answer.status < 300, "{}", answer.text);
        assert_eq!(
            demo.get(RULES)["rules"][0]["match"],
            rule["match"],
            "{path}"
        );
    }
}

#[test]
fn an_unknown_issue_code_is_refused_with_the_codes_that_there_are() {
    let demo = Demo::start();
    let refused = |kind: &str, end: &str, code: &str| {
        let rule = json!({
            "match": { "resourceType": kind },
            "on": "create",
            "outcome": { "status": end, "issues": [{ "code": code, "message": "no" }] },
        });
        demo.refused("PUT", &format!("{RULES}/r"), rule.to_string())
    };
    assert_eq!(
        refused("addon", "CREATE_FAILED", "VpcNotFound"),
        "422 InvalidRule: outcome.issues[0].code VpcNotFound is none of AccessDenied, InternalFailure, ClusterUnreachable, InsufficientNumberOfReplicas, ConfigurationConflict, AdmissionRequestDenied, UnsupportedAddonModification, K8sResourceNotFound, AddonSubscriptionNeeded, AddonPermissionFailure"
    );
    let sentence = refused("cluster", "FAILED", "AddonPermissionFailure");
    let expected = "422 InvalidRule: outcome.issues[0].code AddonPermissionFailure is none of AccessDenied, ClusterUnreachable, ";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn a_cluster_fails_with_a_code_that_clusters_have() {
    let demo = Demo::start();
    let rule = json!({
        "match": { "resourceType": "cluster", "name": "doomed" },
        "on": "create",
        "outcome": {
            "status": "FAILED",
            "issues": [{ "code": "VpcNotFound", "message": "no network" }],
        },
    });
    assert_eq!(put(&demo, "doom", &rule)["outcome"], rule["outcome"]);
    demo.create_cluster("doomed", None);
    let issues = || {
        let cluster = demo.eks("GET", "/clusters/doomed", json!(null))["cluster"].take();
        assert_eq!(cluster["status"], "FAILED");
        cluster["health"]["issues"].clone()
    };
    let expected = json!([{ "code": "VpcNotFound", "message": "no network", "resourceIds": null }]);
    assert_eq!(issues(), expected);
    let state = demo.ask("GET", "/state", "").text;
    assert_eq!(demo.ask("PUT", "/state", state).status, 204);
    assert_eq!(issues(), expected);
}
