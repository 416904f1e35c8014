//! A rolling restart watched step by step, the clock moved by hand.

use eks_emulator_core::lifecycle::Profile;
use serde_json::Value;

use crate::support::Driver;
use crate::transcript::{Names, members};

pub(crate) const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

const COREDNS: &str = "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3";
const KUBE_PROXY: &str =
    "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/kube-proxy:v1.36.0-minimal-eksbuild.14";

/// coredns has two replicas, of which one may be missing; one may be added.
#[test]
fn a_deployment_is_replaced_as_its_strategy_allows() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.restart("Deployment", "coredns");
    let lines = driver.events_to_come(&mut Names::of("coredns"));
    let pulled = format!("Container image \"{COREDNS}\" already present on machine");
    let expected = [
        "100 ScalingReplicaSet Scaled up replica set coredns-A from 0 to 1",
        "100 SuccessfulCreate Created pod: coredns-A-1",
        "100 ScalingReplicaSet Scaled down replica set coredns-B from 2 to 1",
        "100 SuccessfulDelete Deleted pod: coredns-B-1",
        "100 Killing coredns-B-1 Stopping container coredns",
        "100 ScalingReplicaSet Scaled up replica set coredns-A from 1 to 2",
        "100 SuccessfulCreate Created pod: coredns-A-2",
        "150 Scheduled Successfully assigned kube-system/coredns-A-1 to ip-192-168-10-249.ec2.internal",
        "150 Scheduled Successfully assigned kube-system/coredns-A-2 to ip-192-168-42-9.ec2.internal",
        &format!("1650 Pulled coredns-A-1 {pulled}"),
        "1650 Created coredns-A-1 Created container: coredns",
        "1650 Started coredns-A-1 Started container coredns",
        &format!("1650 Pulled coredns-A-2 {pulled}"),
        "1650 Created coredns-A-2 Created container: coredns",
        "1650 Started coredns-A-2 Started container coredns",
        "4650 ScalingReplicaSet Scaled down replica set coredns-B from 1 to 0",
        "4650 SuccessfulDelete Deleted pod: coredns-B-2",
        "4650 Killing coredns-B-2 Stopping container coredns",
    ];
    assert_eq!(lines, expected);
}

/// Node after node: the old pod is gone before the new one is made.
#[test]
fn a_daemon_set_is_replaced_node_by_node() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.restart("DaemonSet", "kube-proxy");
    let lines = driver.events_to_come(&mut Names::of("kube-proxy"));
    let pulled = format!("Container image \"{KUBE_PROXY}\" already present on machine");
    let expected = [
        "100 SuccessfulDelete Deleted pod: kube-proxy-1",
        "100 Killing kube-proxy-1 Stopping container kube-proxy",
        "1100 SuccessfulCreate Created pod: kube-proxy-2",
        "1150 Scheduled Successfully assigned kube-system/kube-proxy-2 to ip-192-168-10-249.ec2.internal",
        &format!("2650 Pulled kube-proxy-2 {pulled}"),
        "2650 Created kube-proxy-2 Created container: kube-proxy",
        "2650 Started kube-proxy-2 Started container kube-proxy",
        "5650 SuccessfulDelete Deleted pod: kube-proxy-3",
        "5650 Killing kube-proxy-3 Stopping container kube-proxy",
        "6650 SuccessfulCreate Created pod: kube-proxy-4",
        "6700 Scheduled Successfully assigned kube-system/kube-proxy-4 to ip-192-168-42-9.ec2.internal",
        &format!("8200 Pulled kube-proxy-4 {pulled}"),
        "8200 Created kube-proxy-4 Created container: kube-proxy",
        "8200 Started kube-proxy-4 Started container kube-proxy",
    ];
    assert_eq!(lines, expected);
}

/// Milliseconds from the restart on, and what `pointers` show at each instant
/// at which it changes.
fn states(driver: &mut Driver, kind: &str, name: &str, pointers: &[&str]) -> Vec<String> {
    let start = driver.now;
    driver.restart(kind, name);
    let mut states: Vec<String> = Vec::new();
    let mut last = String::new();
    driver.watch(|driver| {
        let elapsed = driver.now.as_milliseconds() - start.as_milliseconds();
        let state = members(&driver.object(kind, name), pointers);
        if state != last {
            states.push(format!("{elapsed}: {state}"));
            last = state;
        }
    });
    states
}

/// Generation moves at once, what the controller has observed only when it
/// looks.
#[test]
fn a_deployment_reports_each_step_in_its_status() {
    let mut driver = Driver::active().with(REALISTIC);
    let pointers = [
        "/metadata/generation",
        "/status/observedGeneration",
        "/status/replicas",
        "/status/updatedReplicas",
        "/status/availableReplicas",
        "/status/unavailableReplicas",
        "/status/conditions/0/status",
        "/status/conditions/1/reason",
    ];
    assert_eq!(
        states(&mut driver, "Deployment", "coredns", &pointers),
        [
            r#"0: 2 1 2 2 2 0 "True" "NewReplicaSetAvailable""#,
            r#"100: 2 2 3 2 1 2 "True" "ReplicaSetUpdated""#,
            r#"4650: 2 2 2 2 2 0 "True" "NewReplicaSetAvailable""#,
        ]
    );
}

#[test]
fn a_daemon_set_reports_each_step_in_its_status() {
    let mut driver = Driver::active().with(REALISTIC);
    let pointers = [
        "/metadata/generation",
        "/status/observedGeneration",
        "/status/desiredNumberScheduled",
        "/status/currentNumberScheduled",
        "/status/updatedNumberScheduled",
        "/status/numberAvailable",
        "/status/numberUnavailable",
    ];
    assert_eq!(
        states(&mut driver, "DaemonSet", "kube-proxy", &pointers),
        [
            "0: 2 1 2 2 2 2 0",
            "100: 2 2 2 1 0 1 1",
            "1100: 2 2 2 2 1 1 1",
            "5650: 2 2 2 1 1 1 1",
            "6650: 2 2 2 2 2 1 1",
            "11200: 2 2 2 2 2 2 0",
        ]
    );
}

/// A pod of a Deployment from its making to its end, by what clients look at.
#[test]
fn a_pod_passes_through_every_state() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.settle();
    let old = driver.pod_names("coredns");
    driver.restart("Deployment", "coredns");
    let mut new_states = Vec::new();
    let mut old_states = Vec::new();
    driver.watch(|driver| {
        let pods = driver.pods_of("coredns");
        let first_new = pods
            .iter()
            .filter(|pod| !old.contains(&crate::support::text(&pod["metadata"]["name"])))
            .min_by_key(|pod| pod["metadata"]["uid"].to_string());
        let first_old = pods.iter().find(|pod| pod["metadata"]["name"] == old[0]);
        record(&mut new_states, first_new);
        record(&mut old_states, first_old);
    });
    assert_eq!(
        new_states,
        [
            "none",
            r#""Pending" - "False" -"#,
            r#""Pending" {"waiting":{"reason":"ContainerCreating"}} "False" -"#,
            r#""Running" {"running":{"startedAt":"2026-07-25T17:20:01Z"}} "False" -"#,
            r#""Running" {"running":{"startedAt":"2026-07-25T17:20:01Z"}} "True" -"#,
        ]
    );
    assert_eq!(
        old_states,
        [
            r#""Running" {"running":{"startedAt":"2026-07-25T17:20:00Z"}} "True" -"#,
            r#""Running" {"running":{"startedAt":"2026-07-25T17:20:00Z"}} "False" "2026-07-25T17:20:30Z""#,
            "none",
        ]
    );
}

fn record(states: &mut Vec<String>, pod: Option<&Value>) {
    let pointers = [
        "/status/phase",
        "/status/containerStatuses/0/state",
        "/status/conditions/1/status",
        "/metadata/deletionTimestamp",
    ];
    let state = pod.map_or("none".to_owned(), |pod| members(pod, &pointers));
    if states.last() != Some(&state) {
        states.push(state);
    }
}

/// The events of the emulator tell the same story.
#[test]
fn each_step_is_in_the_event_log() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.create_addon("kube-proxy", serde_json::json!({}));
    driver.settle_all();
    driver.take_events();
    let start = driver.now;
    driver.restart("DaemonSet", "kube-proxy");
    driver.settle_all();
    let mut names = Names::of("kube-proxy");
    let lines: Vec<String> = driver
        .take_events()
        .into_iter()
        .map(|event| {
            let elapsed = event.at.as_milliseconds() - start.as_milliseconds();
            let kind = format!("{:?}", event.kind).replace('"', " ");
            names.shorten(&format!("{elapsed} {kind}"))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "0 RolloutStarted { addon_name: Some( kube-proxy ), workload:  kube-system/DaemonSet/kube-proxy  }",
            "1100 PodDeleted { pod:  kube-system/kube-proxy-1  }",
            "1100 PodCreated { pod:  kube-system/kube-proxy-2 , service_account:  kube-proxy  }",
            "6650 PodDeleted { pod:  kube-system/kube-proxy-3  }",
            "6650 PodCreated { pod:  kube-system/kube-proxy-4 , service_account:  kube-proxy  }",
            "11200 RolloutCompleted { addon_name: Some( kube-proxy ), workload:  kube-system/DaemonSet/kube-proxy  }",
            "11200 PodsRestarted { addon_name: Some( kube-proxy ), workload:  kube-system/DaemonSet/kube-proxy , pods: 2 }",
        ]
    );
}

/// Two restarts at once are one rollout to the second template.
#[test]
fn a_second_restart_overtakes_the_first() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.restart("Deployment", "coredns");
    driver.wait_ms(2_000);
    driver.restart("Deployment", "coredns");
    driver.settle_all();
    let sets: Vec<String> = driver
        .workloads()
        .iter()
        .filter(|object| object["kind"] == "ReplicaSet")
        .map(|set| {
            members(
                set,
                &[
                    "/metadata/annotations/deployment.kubernetes.io~1revision",
                    "/status/replicas",
                ],
            )
        })
        .collect();
    assert_eq!(sets, [r#""1" 0"#, r#""2" 0"#, r#""3" 2"#]);
    assert_eq!(driver.pods_of("coredns").len(), 2);
}

#[test]
fn a_workload_that_does_not_exist_cannot_be_restarted() {
    let mut driver = Driver::active();
    for (kind, name) in [
        ("Deployment", "absent"),
        ("Deployment", "kube-proxy"),
        ("StatefulSet", "coredns"),
        ("", "coredns"),
    ] {
        let answer = driver.on_cluster(|cluster, environment| {
            cluster.restart_workload(environment, "kube-system", kind, name)
        });
        let error = answer.expect_err(name).to_string();
        let expected = format!(
            "ResourceNotFoundException: The cluster has no workload kube-system/{name} of that kind."
        );
        assert_eq!(error, expected, "{kind}");
    }
}
