//! The journal: what was called, and how often.

use eks_emulator::{ClockStart, EksEmulator, time};
use serde_json::{Value, json};

use crate::client::Demo;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// An emulator with an empty journal of so many entries.
fn with_capacity(entries: usize) -> Demo {
    let now = time::parse("2026-01-01T00:00:00Z").unwrap();
    let builder = EksEmulator::builder().rng_seed(1).journal_capacity(entries);
    let builder = builder.clock(ClockStart::PausedAt(now));
    Demo::of(builder.start_blocking().unwrap())
}

fn list(demo: &Demo, query: &str) -> Vec<Value> {
    let requests = demo.get(&format!("/requests{query}"))["requests"].take();
    requests.as_array().unwrap().clone()
}

fn ids(requests: &[Value]) -> Vec<u64> {
    let id = |request: &Value| request["id"].as_u64().unwrap();
    requests.iter().map(id).collect()
}

fn count(demo: &Demo, asked: Value) -> Value {
    let answer = demo.ask("POST", "/requests/count", asked.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn get(demo: &Demo, path: &str) -> u16 {
    demo.send("GET", path, "", b"").status
}

#[test]
fn a_call_is_kept_in_the_terms_of_its_operation() {
    let demo = Demo::start();
    let headers = "user-agent: a test\r\n";
    let body = br#"{"serviceAccountRoleArn":"arn:aws:iam::123456789012:role/a"}"#;
    let path = "/clusters/demo/addons/vpc%2Dcni/update?x=a%20b&x=2&y";
    demo.send("POST", path, headers, body);
    let mut request = list(&demo, "?operation=UpdateAddon").remove(0);
    assert!(request["durationUs"].take().is_u64());
    assert_eq!(request["requestId"].take().as_str().unwrap().len(), 36);
    assert_eq!(
        request,
        json!({
            "id": 2,
            "at": "2026-01-01T00:00:00.000Z",
            "durationUs": null,
            "requestId": null,
            "account": "123456789012",
            "region": "us-east-1",
            "service": "eks",
            "operation": "UpdateAddon",
            "method": "POST",
            "path": "/clusters/demo/addons/vpc%2Dcni/update",
            "cluster": "demo",
            "pathParams": { "clusterName": "demo", "addonName": "vpc-cni" },
            "query": { "x": ["a b", "2"], "y": "" },
            "body": { "serviceAccountRoleArn": "arn:aws:iam::123456789012:role/a" },
            "status": 404,
            "errorCode": "ResourceNotFoundException",
            "faults": [],
            "userAgent": "a test",
        })
    );
}

#[test]
fn the_request_id_is_the_one_of_the_answer() {
    let demo = Demo::start();
    let answer = demo.send("GET", "/clusters", "", b"");
    let request = list(&demo, "?operation=ListClusters").remove(0);
    assert_eq!(
        request["requestId"].as_str(),
        answer.header("x-amzn-requestid")
    );
}

#[test]
fn a_call_of_the_query_protocol_has_its_parameters_as_an_object() {
    let demo = Demo::start();
    let body = b"Action=GetRole&Version=2010-05-08&RoleName=some+role";
    demo.send("POST", "/?z=1", FORM, body);
    let request = list(&demo, "?service=iam").remove(0);
    assert_eq!(
        request["body"],
        json!({ "Action": "GetRole", "Version": "2010-05-08", "RoleName": "some role" })
    );
    assert_eq!(request["query"], json!({ "z": "1" }));
    assert_eq!(request["account"], "123456789012");
    assert_eq!(request["operation"], "GetRole");
    assert_eq!(request["errorCode"], "ValidationError");
}

#[test]
fn a_new_clusters_name_is_the_one_in_the_body() {
    let demo = Demo::start();
    let request = list(&demo, "?operation=CreateCluster&cluster=demo").remove(0);
    assert_eq!(request["pathParams"], json!({}));
    assert_eq!(request["cluster"], "demo");
}

#[test]
fn what_leads_nowhere_is_kept_too() {
    let demo = with_capacity(100);
    demo.send("GET", "/nowhere", "", b"");
    demo.send("GET", "/clusters/demo/node-groups", "", b"");
    demo.send("GET", "/v1/credentials", "", b"");
    demo.send("GET", "/id/ABC/keys", "", b"");
    demo.send("POST", "/", FORM, b"Action=Frobnicate&Version=2011-06-15");
    let seen: Vec<Value> = list(&demo, "")
        .into_iter()
        .map(|mut request| {
            let mut member = |name: &str| request[name].take();
            json!([
                member("service"),
                member("operation"),
                member("status"),
                member("errorCode")
            ])
        })
        .collect();
    assert_eq!(
        seen,
        [
            json!(["eks", null, 403, "MissingAuthenticationTokenException"]),
            json!(["eks", "ListNodegroups", 501, "NotImplementedException"]),
            json!(["agent", "GetPodCredentials", 400, "Refused"]),
            json!(["issuer", null, 404, null]),
            json!(["sts", null, 400, "InvalidAction"]),
        ]
    );
}

/// They would only be in the way.
#[test]
fn the_emulators_own_endpoints_are_not_in_the_journal() {
    let demo = with_capacity(100);
    demo.get("/clock");
    demo.ask_unchecked("GET", "/_emulator/ready");
    assert_eq!(list(&demo, ""), [] as [Value; 0]);
}

#[test]
fn filters_narrow() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("eu-west-1"));
    get(&demo, "/clusters/demo");
    get(&demo, "/clusters/other");
    let found = |query: &str| ids(&list(&demo, query));
    assert_eq!(found(""), [1, 2, 3, 4]);
    assert_eq!(found("?operation=Describe*"), [3, 4]);
    assert_eq!(found("?operation=ListClusters,CreateCluster"), [1, 2]);
    assert_eq!(found("?region=eu-west-1"), [2]);
    assert_eq!(found("?account=123456789012&cluster=demo"), [1, 3]);
    assert_eq!(found("?account=999988887777"), [] as [u64; 0]);
    assert_eq!(found("?status=404"), [4]);
    assert_eq!(found("?code=ResourceNotFound*"), [4]);
    assert_eq!(found("?service=sts"), [] as [u64; 0]);
    assert_eq!(found("?since=2"), [3, 4]);
    demo.ask("POST", "/clock/advance", r#"{"by":"1m"}"#);
    get(&demo, "/clusters");
    assert_eq!(found("?since=2026-01-01T00:01:00Z"), [5]);
}

#[test]
fn pages_follow_each_other() {
    let demo = with_capacity(100);
    for _ in 0..5 {
        get(&demo, "/clusters");
    }
    let first = demo.get("/requests?limit=2");
    assert_eq!(ids(first["requests"].as_array().unwrap()), [1, 2]);
    assert_eq!(first["next"], "2");
    let second = demo.get("/requests?limit=2&cursor=2");
    assert_eq!(ids(second["requests"].as_array().unwrap()), [3, 4]);
    assert_eq!(second["next"], "4");
    let last = demo.get("/requests?limit=2&cursor=4");
    assert_eq!(ids(last["requests"].as_array().unwrap()), [5]);
    assert_eq!(last["next"], json!(null));
}

#[test]
fn the_newest_calls_are_kept_and_numbers_go_on() {
    let demo = with_capacity(3);
    for _ in 0..5 {
        get(&demo, "/clusters");
    }
    assert_eq!(ids(&list(&demo, "")), [3, 4, 5]);
    assert_eq!(demo.ask("DELETE", "/requests", "").status, 204);
    assert_eq!(list(&demo, ""), [] as [Value; 0]);
    get(&demo, "/clusters");
    assert_eq!(ids(&list(&demo, "")), [6]);
}

#[test]
fn without_a_capacity_there_is_no_journal() {
    let demo = with_capacity(0);
    get(&demo, "/clusters");
    assert_eq!(list(&demo, ""), [] as [Value; 0]);
}

#[test]
fn the_capacity_can_be_changed_while_it_runs() {
    let demo = with_capacity(10);
    for _ in 0..3 {
        get(&demo, "/clusters");
    }
    let answer = demo.ask("PATCH", "/config", r#"{"journal":{"capacity":2}}"#);
    assert_eq!(
        answer.json()["journalCapacity"],
        json!({ "value": 2, "origin": "api" })
    );
    assert_eq!(ids(&list(&demo, "")), [2, 3]);
    get(&demo, "/clusters");
    assert_eq!(ids(&list(&demo, "")), [3, 4]);
}

#[test]
fn two_runs_with_one_seed_have_the_same_journal_but_for_durations() {
    let run = || {
        let demo = Demo::start();
        demo.create_addon("coredns", json!({}));
        demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
        get(&demo, "/clusters/demo/addons/coredns");
        let mut requests = list(&demo, "");
        for request in &mut requests {
            assert!(request["durationUs"].take().is_u64());
        }
        requests
    };
    let first = run();
    assert_eq!(first.len(), 3);
    assert_eq!(first, run());
}

#[test]
fn the_calls_of_one_account_are_forgotten_alone() {
    let demo = Demo::start();
    let other = "authorization: AWS4-HMAC-SHA256 Credential=999988887777/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n";
    demo.send("GET", "/clusters", other, b"");
    assert_eq!(
        demo.ask("DELETE", "/requests?account=123456789012", "")
            .status,
        204
    );
    assert_eq!(ids(&list(&demo, "")), [2]);
    demo.ask("POST", "/reset", r#"{"keep":["journal"]}"#);
    assert_eq!(ids(&list(&demo, "")), [2]);
    demo.ask("POST", "/reset", r#"{"account":"999988887777"}"#);
    assert_eq!(list(&demo, ""), [] as [Value; 0]);
}

#[test]
fn a_long_body_is_kept_cut_with_a_mark() {
    let demo = with_capacity(10);
    let body = json!({ "name": "x".repeat(70_000) }).to_string();
    demo.send("POST", "/clusters", "", body.as_bytes());
    let kept = list(&demo, "").remove(0)["body"].take();
    assert_eq!(kept["cut"], true);
    assert_eq!(kept["bytes"], 70_011);
    assert_eq!(kept["start"].as_str().unwrap().len(), 65_536);
    demo.send("POST", "/clusters", "", b"{\"name\":");
    let kept = list(&demo, "?since=1").remove(0)["body"].take();
    assert_eq!(
        kept,
        json!({ "cut": false, "bytes": 8, "start": "{\"name\":" })
    );
}

#[test]
fn calls_are_counted_against_an_expectation() {
    let demo = Demo::start();
    demo.create_addon("coredns", json!({ "tags": { "a": "1", "b": "2" } }));
    let matching = json!({
        "operation": "CreateAddon", "service": "eks", "account": "123456789012", "region": "us-east-1",
        "cluster": "demo", "status": 200, "body": { "tags": { "b": "2" } }, "since": 1,
    });
    let asked = |expect: Value| count(&demo, json!({ "match": matching, "expect": expect }));
    let yes = json!({ "count": 1, "ok": true, "nearMisses": [] });
    assert_eq!(asked(json!({ "exactly": 1 })), yes);
    assert_eq!(asked(json!({ "atLeast": 1 })), yes);
    assert_eq!(asked(json!({ "atMost": 1 })), yes);
    assert_eq!(asked(json!({ "exactly": 2 }))["ok"], false);
    assert_eq!(asked(json!({ "atLeast": 2 }))["ok"], false);
    assert_eq!(asked(json!({ "atMost": 0 }))["ok"], false);
    assert_eq!(count(&demo, json!({}))["count"], 2);
}

#[test]
fn near_misses_differ_in_the_fewest_members() {
    let demo = Demo::start();
    for name in ["coredns", "kube-proxy", "metrics-server", "vpc-cni"] {
        demo.create_addon(name, json!({}));
    }
    get(&demo, "/clusters/demo");
    let asked = json!({
        "match": { "operation": "CreateAddon", "cluster": "demo", "body": { "addonName": "snapshot-controller" } },
        "expect": { "exactly": 1 },
    });
    let counted = count(&demo, asked);
    assert_eq!(
        (&counted["count"], &counted["ok"]),
        (&json!(0), &json!(false))
    );
    let misses = counted["nearMisses"].as_array().unwrap();
    let names: Vec<&Value> = misses
        .iter()
        .map(|miss| &miss["request"]["body"]["addonName"])
        .collect();
    assert_eq!(names, ["kube-proxy", "metrics-server", "vpc-cni"]);
    assert!(misses.iter().all(|miss| miss["differs"] == json!(["body"])));
}

#[test]
fn a_call_that_shares_nothing_is_no_near_miss() {
    let demo = Demo::start();
    let asked = json!({ "match": { "operation": "DeleteAddon" }, "expect": { "exactly": 1 } });
    let counted = count(&demo, asked);
    assert_eq!(
        counted,
        json!({ "count": 0, "ok": false, "nearMisses": [] })
    );
}

/// Nobody is to take it that there were no calls.
#[test]
fn an_operation_that_was_mistyped_is_refused() {
    let demo = Demo::start();
    let refused = |query: &str| demo.refused("GET", &format!("/requests{query}"), "");
    assert_eq!(
        refused("?operation=DeleteAddon,CreateAdon"),
        "400 BadRequest: operation CreateAdon is no operation; did you mean CreateAddon?"
    );
    assert_eq!(
        refused("?operation=Frob*"),
        "400 BadRequest: operation Frob* is no operation"
    );
    let body = r#"{"match": {"operation": "AsumeRole"}, "expect": {"exactly": 0}}"#;
    assert_eq!(
        demo.refused("POST", "/requests/count", body),
        "422 InvalidBody: match.operation AsumeRole is no operation; did you mean AssumeRole?"
    );
    for known in [
        "CreateNodegroup",
        "GetPodCredentials",
        "GetKeySet",
        "Untag*",
    ] {
        assert_eq!(list(&demo, &format!("?operation={known}")).len(), 0);
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let demo = Demo::start();
    let refused = |query: &str| demo.refused("GET", &format!("/requests{query}"), "");
    assert_eq!(
        refused("?status=ok"),
        "400 BadRequest: status has to be a number"
    );
    assert_eq!(
        refused("?limit=0"),
        "400 BadRequest: limit has to be above zero"
    );
    assert_eq!(
        refused("?since=yesterday"),
        "400 BadRequest: since yesterday is neither the id of a request nor a time such as 2026-01-01T00:00:00Z"
    );
    assert_eq!(
        refused("?operaton=x"),
        "400 BadRequest: There is no parameter operaton."
    );
    let refused = |body: &str| demo.refused("POST", "/requests/count", body);
    assert!(
        refused(r#"{"match":{"verb":"x"}}"#).starts_with("422 InvalidBody: unknown field `verb`")
    );
    assert!(refused(r#"{"expect":{"exactly":1,"atMost":2}}"#).starts_with("422 InvalidBody: "));
}
