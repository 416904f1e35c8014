//! Transitions that have not ended, listed and ended one at a time.

use eks_emulator::lifecycle::Profile;
use serde_json::{Value, json};

use crate::client::Demo;

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

fn transitions(demo: &Demo, parameters: &str) -> Vec<Value> {
    let path = format!("/transitions{parameters}");
    demo.get(&path)["transitions"].as_array().unwrap().clone()
}

fn names(demo: &Demo, parameters: &str) -> Vec<String> {
    let transitions = transitions(demo, parameters);
    let names = transitions
        .iter()
        .map(|transition| transition["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[test]
fn a_pending_transition_is_shown_with_both_statuses_and_its_due_time() {
    let demo = Demo::with(REALISTIC);
    assert_eq!(transitions(&demo, ""), Vec::<Value>::new());
    demo.create_addon("metrics-server", json!({}));
    let addon = demo.eks("GET", "/clusters/demo/addons/metrics-server", json!(null));
    let shown = transitions(&demo, "");
    let id = shown[0]["id"].as_str().unwrap();
    assert!(id.starts_with("123456789012.us-east-1.demo."), "{id}");
    assert_eq!(
        shown,
        [json!({
            "id": id,
            "resource": addon["addon"]["addonArn"],
            "type": "addon",
            "account": "123456789012",
            "region": "us-east-1",
            "cluster": "demo",
            "name": "metrics-server",
            "from": "CREATING",
            "to": "ACTIVE",
            "due": "2026-01-01T00:10:24.650Z",
        })]
    );
    // Its id stays as long as it is pending.
    demo.ask("POST", "/clock/advance", r#"{"by":"5s"}"#);
    assert_eq!(transitions(&demo, ""), shown);
    demo.ask("POST", "/clock/advance", r#"{"by":"1m"}"#);
    assert_eq!(transitions(&demo, ""), Vec::<Value>::new());
}

#[test]
fn reads_that_are_left_are_counted_down() {
    let demo = Demo::with(Profile::Manual { reads: Some(2) });
    demo.create_addon("metrics-server", json!({}));
    let left = |demo: &Demo| transitions(demo, "")[0]["readsLeft"].clone();
    assert_eq!(left(&demo), 2);
    demo.eks("GET", "/clusters/demo/addons/metrics-server", json!(null));
    assert_eq!(left(&demo), 1);
    let shown = &transitions(&demo, "")[0];
    assert_eq!(shown["due"], json!(null));
}

#[test]
fn transitions_are_narrowed_by_resource_cluster_account_and_region() {
    let demo = Demo::with(REALISTIC);
    demo.create_cluster("far", Some("eu-west-1"));
    demo.create_cluster("near", None);
    demo.create_addon("metrics-server", json!({}));
    // The earliest due comes first.
    assert_eq!(names(&demo, ""), ["metrics-server", "far", "near"]);
    assert_eq!(
        names(&demo, "?resource=addon/demo/metrics-server"),
        ["metrics-server"]
    );
    assert_eq!(names(&demo, "?resource=cluster/near"), ["near"]);
    let arn = "arn:aws:eks:eu-west-1:123456789012:cluster/far";
    assert_eq!(names(&demo, &format!("?resource={arn}")), ["far"]);
    assert_eq!(names(&demo, "?cluster=demo"), ["metrics-server"]);
    assert_eq!(names(&demo, "?region=eu-west-1"), ["far"]);
    assert_eq!(names(&demo, "?account=999999999999"), Vec::<String>::new());
    assert_eq!(
        names(&demo, "?resource=cluster/absent"),
        Vec::<String>::new()
    );
}

#[test]
fn a_transition_that_waits_to_be_told_is_told_over_http() {
    let demo = Demo::with(Profile::Manual { reads: None });
    demo.create_addon("metrics-server", json!({}));
    demo.create_addon("coredns", json!({}));
    let id = transitions(&demo, "?resource=addon/demo/coredns")[0]["id"].clone();
    let path = format!("/transitions/{}/complete", id.as_str().unwrap());
    let answer = demo.ask("POST", &path, "");
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let status = |name: &str| {
        let path = format!("/clusters/demo/addons/{name}");
        demo.eks("GET", &path, json!(null))["addon"]["status"].take()
    };
    assert_eq!(status("coredns"), "ACTIVE");
    assert_eq!(status("metrics-server"), "CREATING");
    assert_eq!(
        demo.refused("POST", &path, ""),
        format!(
            "404 TransitionNotFound: No transition {} is pending.",
            id.as_str().unwrap()
        )
    );
}

#[test]
fn a_transition_that_is_due_later_ends_when_it_is_told() {
    let demo = Demo::with(REALISTIC);
    demo.create_cluster("near", None);
    let id = transitions(&demo, "")[0]["id"].clone();
    let path = format!("/transitions/{}/complete", id.as_str().unwrap());
    assert_eq!(demo.ask("POST", &path, "").status, 204);
    let cluster = demo.eks("GET", "/clusters/near", json!(null));
    assert_eq!(cluster["cluster"]["status"], "ACTIVE");
}
