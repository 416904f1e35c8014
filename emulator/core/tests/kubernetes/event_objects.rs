//! Events in Kubernetes' own JSON form, and how long they are kept.

use serde_json::{Value, json};

use crate::shapes::legible;
use crate::support::{Driver, text};

const AT: &str = "2026-07-25T17:20:00Z";

/// The first event with this reason about a pod of kube-proxy, with its
/// generated names shown as words.
fn event_of_kube_proxy(reason: &str) -> Value {
    let mut driver = Driver::active();
    let pod = driver.pods_of("kube-proxy").remove(0);
    let name = text(&pod["metadata"]["name"]);
    let node = text(&pod["spec"]["nodeName"]);
    let events = driver.kubernetes_events();
    let about =
        |event: &&Value| event["reason"] == reason && event.to_string().contains(name.as_str());
    let event = events.iter().find(about).expect(reason);
    let event_name = text(&event["metadata"]["name"]);
    let (_, sequence) = event_name.rsplit_once('.').expect("a number ends it");
    assert_eq!(sequence.len(), 16);
    legible(
        event,
        &[(sequence, "SEQUENCE"), (&name, "POD"), (&node, "NODE")],
    )
}

fn metadata(name: &str) -> Value {
    json!({
        "name": format!("{name}.SEQUENCE"),
        "namespace": "kube-system",
        "uid": "UID",
        "resourceVersion": "VERSION",
        "creationTimestamp": AT,
    })
}

/// The pod, or a part of it.
fn involved(field_path: Option<&str>) -> Value {
    let mut involved = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "namespace": "kube-system",
        "name": "POD",
        "uid": "UID",
        "resourceVersion": "VERSION",
    });
    if let Some(field_path) = field_path {
        involved["fieldPath"] = json!(field_path);
    }
    involved
}

#[test]
fn the_kubelet_says_which_container() {
    assert_eq!(
        event_of_kube_proxy("Started"),
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": metadata("POD"),
            "involvedObject": involved(Some("spec.containers{kube-proxy}")),
            "reason": "Started",
            "message": "Started container kube-proxy",
            "type": "Normal",
            "source": { "component": "kubelet", "host": "NODE" },
            "count": 1,
            "eventTime": null,
            "firstTimestamp": AT,
            "lastTimestamp": AT,
            "reportingComponent": "kubelet",
            "reportingInstance": "NODE",
        })
    );
}

#[test]
fn a_controller_speaks_of_its_own_object() {
    let created = event_of_kube_proxy("SuccessfulCreate");
    assert_eq!(created["metadata"], metadata("kube-proxy"));
    assert_eq!(created["message"], "Created pod: POD");
    assert_eq!(created["involvedObject"]["kind"], "DaemonSet");
    assert_eq!(
        created["source"],
        json!({ "component": "daemonset-controller" })
    );
    assert_eq!(created["reportingComponent"], "daemonset-controller");
    assert_eq!(created["reportingInstance"], "");
}

/// It writes events of the newer kind.
#[test]
fn the_scheduler_says_where() {
    assert_eq!(
        event_of_kube_proxy("Scheduled"),
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": metadata("POD"),
            "involvedObject": involved(None),
            "reason": "Scheduled",
            "message": "Successfully assigned kube-system/POD to NODE",
            "action": "Binding",
            "type": "Normal",
            "source": {},
            "eventTime": "2026-07-25T17:20:00.000000Z",
            "firstTimestamp": null,
            "lastTimestamp": null,
            "reportingComponent": "default-scheduler",
            "reportingInstance": "",
        })
    );
}

/// Containers that run before the others have events of their own place, and
/// none when the pod is stopped: they have ended by then.
#[test]
fn init_containers_are_started_and_never_killed() {
    let mut driver = Driver::active();
    driver.restart("DaemonSet", "aws-node");
    let events = driver.kubernetes_events();
    let reasons = |container: &str| {
        let of = events.iter().filter(|event| {
            let message = event["message"].as_str().unwrap_or_default();
            message.ends_with(&format!(" container {container}"))
        });
        let mut reasons: Vec<String> = of.map(|event| text(&event["reason"])).collect();
        reasons.sort();
        reasons.dedup();
        reasons
    };
    assert_eq!(reasons("aws-vpc-cni-init"), ["Started"]);
    assert_eq!(reasons("aws-node"), ["Killing", "Started"]);
    let path = "spec.initContainers{aws-vpc-cni-init}";
    let of_init = events
        .iter()
        .filter(|event| event["involvedObject"]["fieldPath"] == path);
    // Pulled, created and started, in each of four pods.
    assert_eq!(of_init.count(), 12);
}

/// Events are kept for an hour.
#[test]
fn events_are_forgotten_after_an_hour() {
    let mut driver = Driver::active();
    let count = driver.kubernetes_events().len();
    assert!(count > 0);
    driver.wait_ms(3_600_000);
    assert_eq!(driver.kubernetes_events().len(), count);
    driver.wait_ms(1);
    assert_eq!(driver.kubernetes_events().len(), 0);
}
