//! What runs on a cluster, seen over HTTP.

use eks_emulator::lifecycle::Profile;
use serde_json::{Value, json};

use crate::client::{Demo, names};

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[test]
fn pods_are_listed_and_narrowed() {
    let demo = Demo::start();
    demo.create_addon("metrics-server", json!({}));
    demo.create_addon("coredns", json!({}));
    let pods = |query: &str| demo.get(&format!("/clusters/demo/pods{query}"))["pods"].take();
    assert_eq!(count(&pods("")), 8);
    assert_eq!(count(&pods("?namespace=kube-system")), 8);
    assert_eq!(count(&pods("?namespace=default")), 0);
    let coredns = pods("?owner=addon/coredns");
    assert!(
        names(&coredns)
            .iter()
            .all(|name| name.starts_with("coredns-"))
    );
    assert_eq!(count(&coredns), 2);
    // What EKS put there by itself is no add-on's.
    assert_eq!(count(&pods("?owner=addon/vpc-cni")), 0);
    assert_eq!(count(&pods("?owner=addon/absent")), 0);
    assert_eq!(count(&pods("?owner=addon/coredns&namespace=default")), 0);
    for owner in ["coredns", "", "deployment/coredns"] {
        let refused = demo.refused("GET", &format!("/clusters/demo/pods?owner={owner}"), "");
        assert_eq!(refused, "400 BadRequest: owner has to be addon/NAME");
    }
}

#[test]
fn the_other_objects_are_listed() {
    let demo = Demo::start();
    let workloads = demo.get("/clusters/demo/workloads")["workloads"].take();
    let kinds: Vec<&Value> = workloads
        .as_array()
        .unwrap()
        .iter()
        .map(|object| &object["kind"])
        .collect();
    assert_eq!(
        kinds,
        [
            "Deployment",
            "ReplicaSet",
            "DaemonSet",
            "ControllerRevision",
            "DaemonSet",
            "ControllerRevision",
        ]
    );
    let accounts = demo.get("/clusters/demo/service-accounts")["serviceAccounts"].take();
    assert_eq!(
        names(&accounts),
        [
            "aws-node",
            "coredns",
            "default",
            "default",
            "default",
            "default",
            "kube-proxy"
        ]
    );
    let namespaces = demo.get("/clusters/demo/namespaces")["namespaces"].take();
    assert_eq!(
        names(&namespaces),
        ["default", "kube-node-lease", "kube-public", "kube-system"]
    );
    assert_eq!(count(&demo.get("/clusters/demo/nodes")["nodes"]), 2);
    let events = |query: &str| {
        demo.get(&format!("/clusters/demo/kubernetes-events{query}"))["events"].take()
    };
    assert!(count(&events("")) > 20);
    assert_eq!(events(""), events("?namespace=kube-system"));
    assert_eq!(count(&events("?namespace=default")), 0);
}

#[test]
fn a_workload_is_restarted() {
    let demo = Demo::start();
    let pods = || names(&demo.get("/clusters/demo/pods")["pods"]);
    let before = pods();
    for kind in ["Deployment", "deployments"] {
        let path = format!("/clusters/demo/workloads/kube-system/{kind}/coredns/restart");
        let answer = demo.ask("POST", &path, "");
        assert_eq!((answer.status, answer.json()), (202, json!({})));
    }
    let after = pods();
    let is_new = |name: &&String| !before.contains(name);
    assert_eq!(after.iter().filter(is_new).count(), 2);
    assert_eq!(after.len(), 6);
    for path in [
        "kube-system/Deployment/absent",
        "default/Deployment/coredns",
        "kube-system/Pod/coredns",
    ] {
        let refused = demo.refused(
            "POST",
            &format!("/clusters/demo/workloads/{path}/restart"),
            "",
        );
        assert_eq!(
            refused,
            format!("404 NotFound: There is no workload {path} in cluster demo.")
        );
    }
}

#[test]
fn nodes_go_and_come() {
    let demo = Demo::start();
    demo.create_addon("metrics-server", json!({}));
    let compute = |body: &str| demo.ask("PUT", "/clusters/demo/compute", body);
    let status = || {
        let addon = demo.eks("GET", "/clusters/demo/addons/metrics-server", json!(null));
        addon["addon"]["status"].clone()
    };
    let answer = compute(r#"{"compute":"none"}"#);
    assert_eq!(answer.status, 200);
    assert_eq!(status(), "DEGRADED");
    assert_eq!(demo.get("/clusters/demo/nodes")["nodes"], json!([]));
    compute(r#"{"compute":"assumed"}"#);
    assert_eq!(status(), "ACTIVE");
    assert_eq!(count(&demo.get("/clusters/demo/nodes")["nodes"]), 2);
    for body in [
        "{}",
        "[]",
        "null",
        r#"{"compute":"some"}"#,
        r#"{"compute":1}"#,
        r#"{"compute":"none","nodes":1}"#,
    ] {
        let refused = demo.refused("PUT", "/clusters/demo/compute", body);
        assert!(
            refused.starts_with("422 InvalidBody: "),
            "{body}: {refused}"
        );
    }
    let refused = demo.refused("PUT", "/clusters/demo/compute", "none");
    assert!(
        refused.starts_with("400 BadRequest: the body is not JSON: "),
        "{refused}"
    );
}

/// With the lifecycle told by looks, looking at objects is what moves them.
#[test]
fn looking_moves_pods_on() {
    let demo = Demo::with(Profile::Manual { reads: Some(0) });
    let path = "/clusters/demo/workloads/kube-system/DaemonSet/kube-proxy/restart";
    demo.ask("POST", path, "");
    let states: Vec<usize> = (0..14)
        .map(|_| {
            let pods = demo.get("/clusters/demo/pods")["pods"].take();
            let ready = |pod: &&Value| pod["status"]["conditions"][1]["status"] == "True";
            pods.as_array().unwrap().iter().filter(ready).count()
        })
        .collect();
    assert_eq!(states, [5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6]);
}

/// As on a real cluster, what controls a pod sees that one is missing.
#[test]
fn a_deleted_pod_is_replaced_by_its_controller() {
    let demo = Demo::start();
    let pods = || names(&demo.get("/clusters/demo/pods")["pods"]);
    for stem in ["coredns-", "aws-node-"] {
        let before = pods();
        let gone = before.iter().find(|name| name.starts_with(stem)).unwrap();
        let path = format!("/clusters/demo/pods/kube-system/{gone}");
        assert_eq!(demo.ask("DELETE", &path, "").status, 204);
        let after = pods();
        assert_eq!(after.len(), before.len());
        assert!(!after.contains(gone));
        let new: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
        assert!(new.len() == 1 && new[0].starts_with(stem), "{new:?}");
        assert_eq!(
            demo.refused("DELETE", &path, ""),
            format!("404 NotFound: There is no pod kube-system/{gone}.")
        );
        let deleted = demo.get("/events?type=pod.deleted")["events"].take();
        let deleted = deleted.as_array().unwrap().last().unwrap();
        assert_eq!(deleted["pod"], format!("kube-system/{gone}"));
        let events = demo.get("/clusters/demo/kubernetes-events")["events"].take();
        let of = |reason: &str, message: &str| {
            let is_it = |event: &&Value| {
                event["reason"] == reason && event["message"].as_str().unwrap().contains(message)
            };
            events.as_array().unwrap().iter().filter(is_it).count()
        };
        assert_eq!(of("SuccessfulCreate", new[0]), 1);
        // The controller did not delete it.
        assert_eq!(of("SuccessfulDelete", gone), 0);
    }
    let absent = demo.refused("DELETE", "/clusters/demo/pods/default/absent", "");
    assert_eq!(absent, "404 NotFound: There is no pod default/absent.");
}

#[test]
fn a_deleted_pod_is_on_its_way_out_until_it_is_gone() {
    let demo = Demo::with(Profile::Realistic { time_scale: 1.0 });
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    let manifest = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "alone" },
        "spec": { "containers": [{ "name": "app", "image": "app:1" }] },
    });
    demo.ask("POST", "/clusters/demo/pods", manifest.to_string());
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    let path = "/clusters/demo/pods/default/alone";
    let pods = || demo.get("/clusters/demo/pods?namespace=default")["pods"].take();
    for _ in 0..2 {
        assert_eq!(demo.ask("DELETE", path, "").status, 204);
        assert_eq!(
            pods()[0]["metadata"]["deletionTimestamp"],
            "2026-01-01T00:10:39Z"
        );
    }
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    assert_eq!(pods(), json!([]));
    assert_eq!(demo.ask("DELETE", path, "").status, 404);
}
