//! What has happened, asked for afterwards.

use serde_json::{Value, json};

use crate::client::Demo;

fn types(events: &Value) -> Vec<String> {
    let events = events["events"].as_array().unwrap().iter();
    events
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn events_are_numbered_and_told_since_one() {
    let demo = Demo::start();
    let all = demo.get("/events");
    let events = all["events"].as_array().unwrap();
    let ids: Vec<u64> = events
        .iter()
        .map(|event| event["id"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (1..=ids.len() as u64).collect();
    assert_eq!(ids, expected);
    assert_eq!(all["newest"], json!(ids.len()));
    assert_eq!(
        events[0],
        json!({
            "id": 1,
            "at": "2026-01-01T00:00:00.000Z",
            "account": "123456789012",
            "region": "us-east-1",
            "cluster": "demo",
            "type": "cluster.statusChanged",
            "resource": "arn:aws:eks:us-east-1:123456789012:cluster/demo",
            "status": "CREATING",
        })
    );
    let since = demo.get(&format!("/events?since={}", ids.len() - 1));
    assert_eq!(since["events"].as_array().unwrap().len(), 1);
    let later = demo.get("/events?since=1000000");
    assert_eq!(later["events"], json!([]));
    assert_eq!(later["newest"], json!(ids.len()));
}

#[test]
fn events_are_narrowed_by_cluster_and_type() {
    let demo = Demo::start();
    demo.create_cluster("other", None);
    assert_eq!(
        types(&demo.get("/events?cluster=other&type=cluster.statusChanged")),
        ["cluster.statusChanged", "cluster.statusChanged"]
    );
    let pods = demo.get("/events?cluster=demo&type=pod.created");
    assert_eq!(types(&pods), ["pod.created"; 6]);
    for event in pods["events"].as_array().unwrap() {
        assert!(event["pod"].as_str().unwrap().starts_with("kube-system/"));
        assert!(event["serviceAccount"].is_string());
    }
    assert_eq!(demo.get("/events?cluster=absent")["events"], json!([]));
    assert_eq!(demo.get("/events?type=fault.fired")["events"], json!([]));
}

#[test]
fn a_number_that_is_none_is_refused() {
    let demo = Demo::start();
    for since in ["-1", "first", "1.5", ""] {
        let refused = demo.refused("GET", &format!("/events?since={since}"), "");
        assert_eq!(
            refused, "400 BadRequest: since has to be the id of an event",
            "{since}"
        );
    }
}

#[test]
fn events_are_narrowed_by_several_types_and_by_what_types_begin_with() {
    let demo = Demo::start();
    let kinds = |wanted: &str| {
        let mut kinds = types(&demo.get(&format!("/events?type={wanted}")));
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds("cluster.*"), ["cluster.statusChanged"]);
    assert_eq!(
        kinds("cluster.statusChanged,addon.rolloutS*"),
        ["cluster.statusChanged", "addon.rolloutStarted"]
    );
    assert_eq!(kinds("*.created,fault.fired"), ["pod.created"]);
}

#[test]
fn events_are_narrowed_by_account_and_region() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("eu-west-1"));
    let clusters = |parameters: &str| {
        let events = demo.get(&format!("/events?type=cluster.*&{parameters}"));
        let events = events["events"].as_array().unwrap().iter();
        let mut clusters: Vec<String> = events
            .map(|event| event["cluster"].as_str().unwrap().to_owned())
            .collect();
        clusters.dedup();
        clusters
    };
    assert_eq!(clusters("region=eu-west-1"), ["far"]);
    assert_eq!(clusters("region=us-east-1"), ["demo"]);
    assert_eq!(clusters("account=123456789012"), ["demo", "far"]);
    assert_eq!(clusters("account=999999999999"), Vec::<String>::new());
}

#[test]
fn now_is_after_everything_that_has_happened() {
    let demo = Demo::start();
    assert_eq!(demo.get("/events?since=now")["events"], json!([]));
    let newest = demo.get("/events")["newest"].as_u64().unwrap();
    let header = format!("last-event-id: {}\r\n", newest - 1);
    let answer = demo.send("GET", "/_emulator/v1/events?since=1", &header, b"");
    assert_eq!(answer.json()["events"][0]["id"], newest);
}

#[test]
fn a_move_of_the_clock_and_a_reset_are_told() {
    let demo = Demo::start();
    demo.ask("POST", "/clock/advance", r#"{"by":"90s"}"#);
    demo.ask("POST", "/clock/advance", r#"{"by":"0s"}"#);
    demo.ask("PATCH", "/clock", r#"{"now":"2026-01-01T01:00:00Z"}"#);
    let events = demo.get("/events?type=clock.advanced")["events"].take();
    let [first, second] = &events.as_array().unwrap()[..] else {
        panic!("two moves: {events}");
    };
    assert_eq!(
        *first,
        json!({
            "id": first["id"],
            "at": "2026-01-01T00:01:30.000Z",
            "type": "clock.advanced",
            "from": "2026-01-01T00:00:00.000Z",
            "to": "2026-01-01T00:01:30.000Z",
        })
    );
    assert_eq!(second["to"], "2026-01-01T01:00:00.000Z");
    let reset = r#"{"account":"123456789012","region":"eu-west-1"}"#;
    demo.ask("POST", "/reset", reset);
    let events = demo.get("/events?type=state.*")["events"].take();
    assert_eq!(events[0]["account"], "123456789012");
    assert_eq!(events[0]["region"], "eu-west-1");
}

/// The words for everything that an add-on's life can bring.
#[test]
fn the_life_of_an_add_on_is_told() {
    let demo = Demo::start();
    let before = demo.get("/events")["newest"].as_u64().unwrap();
    let association =
        |role: &str| json!([{ "serviceAccount": "ebs-csi-controller-sa", "roleArn": role }]);
    let role = "arn:aws:iam::123456789012:role/a";
    let other = "arn:aws:iam::123456789012:role/b";
    demo.create_addon(
        "aws-ebs-csi-driver",
        json!({ "podIdentityAssociations": association(role) }),
    );
    demo.get("/clusters/demo/pods");
    let update = json!({ "podIdentityAssociations": association(other) });
    demo.eks(
        "POST",
        "/clusters/demo/addons/aws-ebs-csi-driver/update",
        update,
    );
    demo.get("/clusters/demo/pods");
    demo.eks(
        "DELETE",
        "/clusters/demo/addons/aws-ebs-csi-driver?preserve=true",
        json!(null),
    );
    let mut seen = types(&demo.get(&format!("/events?since={before}")));
    seen.sort();
    seen.dedup();
    assert_eq!(
        seen,
        [
            "addon.removed",
            "addon.rolloutCompleted",
            "addon.rolloutStarted",
            "addon.statusChanged",
            "association.created",
            "association.ownerChanged",
            "association.updated",
            "pod.created",
            "pod.deleted",
            "pods.restarted",
            "update.statusChanged",
        ]
    );
    let started = demo.get(&format!("/events?since={before}&type=addon.rolloutStarted"));
    let workloads: Vec<&Value> = started["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["workload"])
        .collect();
    assert_eq!(
        workloads,
        [
            "kube-system/Deployment/ebs-csi-controller",
            "kube-system/DaemonSet/ebs-csi-node",
            "kube-system/Deployment/ebs-csi-controller",
        ]
    );
}

/// Whoever waited for one would wait in vain.
#[test]
fn a_type_of_event_that_there_is_not_is_refused() {
    let demo = Demo::start();
    let sentence = "type adon.* is no type of event";
    assert_eq!(
        demo.refused("GET", "/events?type=pod.created,adon.*", ""),
        format!("400 BadRequest: {sentence}")
    );
    let body = r#"{"match":{"type":"addon.statusChange"},"timeout":"1ms"}"#;
    assert_eq!(
        demo.refused("POST", "/events/wait", body),
        "422 InvalidBody: match.type addon.statusChange is no type of event; did you mean addon.statusChanged?"
    );
}
