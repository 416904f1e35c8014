//! A cluster without nodes, and what becomes of it when they come.

use eks_emulator_core::cluster::Compute;
use serde_json::{Value, json};

use crate::observe::{AGENT, CONTROLLER, EBS, associated, association};
use crate::rollout::REALISTIC;
use crate::support::{Driver, OTHER_ROLE, text};
use crate::transcript::members;

fn without_nodes() -> Driver {
    let mut driver = Driver::active();
    driver.set_compute(Compute::None);
    driver.settle();
    driver
}

fn too_few_replicas() -> Value {
    json!({ "issues": [{
        "code": "InsufficientNumberOfReplicas",
        "message": "The add-on is unhealthy because it doesn't have the desired number of replicas.",
        "resourceIds": null,
    }] })
}

/// Source: eksctl's integration test of add-ons on a cluster without nodes.
#[test]
fn without_nodes_deployments_degrade_and_daemon_sets_are_fine() {
    let mut driver = without_nodes();
    let expected = [
        ("coredns", "DEGRADED"),
        (EBS, "DEGRADED"),
        ("metrics-server", "DEGRADED"),
        ("kube-proxy", "ACTIVE"),
        ("vpc-cni", "ACTIVE"),
        (AGENT, "ACTIVE"),
    ];
    for (name, status) in expected {
        driver.create_addon(name, json!({}));
        let addon = driver.addon(name);
        assert_eq!(addon["status"], status, "{name}");
        let health = match status {
            "DEGRADED" => too_few_replicas(),
            _ => json!({ "issues": [] }),
        };
        assert_eq!(addon["health"], health, "{name}");
    }
    assert_eq!(
        driver.on_cluster(|cluster, _| cluster.nodes()),
        [] as [Value; 0]
    );
    let daemon_set = driver.object("DaemonSet", "aws-node");
    let counts = [
        "/status/desiredNumberScheduled",
        "/status/numberUnavailable",
    ];
    assert_eq!(members(&daemon_set, &counts), "0 0");
    let deployment = driver.object("Deployment", CONTROLLER);
    let counts = [
        "/status/replicas",
        "/status/availableReplicas",
        "/status/unavailableReplicas",
        "/status/conditions/0/status",
        "/status/conditions/0/reason",
    ];
    assert_eq!(
        members(&deployment, &counts),
        r#"2 0 2 "False" "MinimumReplicasUnavailable""#
    );
}

#[test]
fn pods_say_why_they_wait() {
    let mut driver = without_nodes();
    driver.create_ebs(json!({}));
    let pod = driver.pods_of(CONTROLLER).remove(0);
    assert_eq!(pod["status"]["phase"], "Pending");
    assert_eq!(
        pod["status"]["conditions"][3],
        json!({
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "no nodes available to schedule pods",
            "lastTransitionTime": "2026-07-25T17:20:00Z",
        })
    );
    let name = pod["metadata"]["name"].clone();
    let events = driver.kubernetes_events();
    let of_pod = events
        .iter()
        .filter(|event| event["involvedObject"]["name"] == name);
    let lines: Vec<String> = of_pod
        .map(|event| members(event, &["/type", "/reason", "/message"]))
        .collect();
    assert_eq!(
        lines,
        [r#""Warning" "FailedScheduling" "no nodes available to schedule pods""#]
    );
}

#[test]
fn a_degraded_add_on_heals_when_nodes_come() {
    let mut driver = without_nodes();
    driver.create_ebs(json!({}));
    let mut driver = driver.with(REALISTIC);
    driver.set_compute(Compute::Assumed);
    assert_eq!(driver.addon(EBS)["status"], "DEGRADED");
    driver.settle_all();
    let addon = driver.addon(EBS);
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["health"], json!({ "issues": [] }));
    assert_eq!(driver.pods_of("ebs-csi-node").len(), 2);
}

#[test]
fn an_active_add_on_degrades_when_nodes_go() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    driver.create_addon("kube-proxy", json!({}));
    driver.set_compute(Compute::None);
    assert_eq!(driver.addon(EBS)["status"], "DEGRADED");
    assert_eq!(driver.addon(EBS)["health"], too_few_replicas());
    assert_eq!(driver.addon("kube-proxy")["status"], "ACTIVE");
    driver.set_compute(Compute::Assumed);
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
}

/// Source: aws/containers-roadmap issue 2242.
#[test]
fn an_update_that_cannot_roll_out_stays_in_progress() {
    let mut driver = Driver::active();
    driver.create_ebs(associated());
    driver.set_compute(Compute::None);
    driver.settle();
    let update = json!({ "podIdentityAssociations": association(OTHER_ROLE) });
    let id = driver.update_addon(EBS, update);
    let addon = driver.addon(EBS);
    assert_eq!(addon["status"], "DEGRADED");
    assert_eq!(addon["health"], too_few_replicas());
    assert_eq!(driver.update(&id, Some(EBS))["status"], "InProgress");
    driver.wait_ms(20 * 60_000);
    assert_eq!(driver.update(&id, Some(EBS))["status"], "InProgress");
    driver.set_compute(Compute::Assumed);
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let update = driver.update(&id, Some(EBS));
    assert_eq!(update["status"], "Successful");
    assert_eq!(update["errors"], json!([]));
}

/// Neither of two updates is forgotten.
#[test]
fn every_update_that_was_stuck_ends_when_nodes_come() {
    let mut driver = without_nodes();
    driver.create_ebs(associated());
    let first = driver.update_addon(EBS, json!({ "podIdentityAssociations": [] }));
    let second = driver.update_addon(EBS, associated());
    for id in [&first, &second] {
        assert_eq!(driver.update(id, Some(EBS))["status"], "InProgress");
    }
    driver.set_compute(Compute::Assumed);
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    for id in [&first, &second] {
        assert_eq!(driver.update(id, Some(EBS))["status"], "Successful");
    }
}

/// A pod that is waiting to be scheduled when nodes come is scheduled once.
#[test]
fn a_pod_is_never_started_twice() {
    let mut driver = without_nodes().with(REALISTIC);
    driver.create_ebs(json!({}));
    driver.wait_ms(120);
    driver.settle();
    assert_eq!(driver.pods_of(CONTROLLER).len(), 2);
    driver.set_compute(Compute::Assumed);
    let mut was_ready: Vec<String> = Vec::new();
    driver.watch(|driver| {
        for pod in driver.pods_of(CONTROLLER) {
            let name = text(&pod["metadata"]["name"]);
            let is_ready = pod["status"]["conditions"][1]["status"] == "True";
            assert!(
                is_ready || !was_ready.contains(&name),
                "{name} is no longer ready"
            );
            if is_ready && !was_ready.contains(&name) {
                was_ready.push(name);
            }
        }
    });
    assert_eq!(was_ready.len(), 2);
    let events = driver.kubernetes_events();
    let scheduled = events.iter().filter(|event| {
        event["reason"] == "Scheduled" && text(&event["message"]).contains(CONTROLLER)
    });
    assert_eq!(scheduled.count(), 2);
}

#[test]
fn a_cluster_comes_up_without_nodes_if_told_before() {
    let mut driver = Driver::empty().with(REALISTIC);
    driver.create_cluster(json!({})).expect("the name is free");
    driver.set_compute(Compute::None);
    driver.settle_all();
    assert_eq!(
        driver.on_cluster(|cluster, _| cluster.nodes()),
        [] as [Value; 0]
    );
    let phases: Vec<Value> = driver
        .pods()
        .iter()
        .map(|pod| pod["status"]["phase"].clone())
        .collect();
    assert_eq!(phases, ["Pending", "Pending"]);
}

/// What was not yet on a node does not go with the nodes.
#[test]
fn a_pod_without_a_node_outlives_the_nodes() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.post_pod("default", "waiting", "default");
    driver.set_compute(Compute::None);
    driver.settle_all();
    let mut pods = driver.pods();
    pods.retain(|pod| pod["metadata"]["name"] == "waiting");
    assert_eq!(pods.len(), 1);
    assert_eq!(pods[0]["status"]["phase"], "Pending");
}
