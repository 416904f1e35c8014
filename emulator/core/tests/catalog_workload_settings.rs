//! What configuration values ask of an add-on's workloads.

use std::collections::BTreeMap;

use eks_emulator_core::catalog::{self, WorkloadSettings};
use serde_json::{Value, json};

fn settings(addon_name: &str, workload_name: &str, values: Value) -> WorkloadSettings {
    let addon = catalog::addon(addon_name).unwrap_or_else(|| panic!("no add-on {addon_name}"));
    let mut workloads = addon.workloads().iter();
    let workload = workloads.find(|workload| workload.name == workload_name);
    let workload = workload.unwrap_or_else(|| panic!("no workload {workload_name}"));
    catalog::settings(addon, workload, &values)
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn coredns_takes_its_settings_from_the_root() {
    let values = json!({
        "replicaCount": 4,
        "resources": {"limits": {"memory": "170Mi", "cpu": 1}, "requests": {"cpu": 0.5}},
        "tolerations": [{"operator": "Exists"}],
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "affinity": {"nodeAffinity": {}},
        "topologySpreadConstraints": [{"maxSkew": 1}],
        "podAnnotations": {"team": "a"},
        "podLabels": {"tier": "dns"},
        "corefile": ".:53 {}",
    });
    let expected = WorkloadSettings {
        replicas: Some(4),
        resources: Some(
            json!({"limits": {"memory": "170Mi", "cpu": "1"}, "requests": {"cpu": "0.5"}}),
        ),
        tolerations: Some(json!([{"operator": "Exists"}])),
        node_selector: Some(json!({"kubernetes.io/os": "linux"})),
        affinity: Some(json!({"nodeAffinity": {}})),
        topology_spread_constraints: Some(json!([{"maxSkew": 1}])),
        priority_class_name: None,
        pod_annotations: texts(&[("team", "a")]),
        pod_labels: texts(&[("tier", "dns")]),
    };
    assert_eq!(settings("coredns", "coredns", values), expected);
}

#[test]
fn values_without_settings_ask_nothing() {
    for values in [json!({}), Value::Null, json!([]), json!("text")] {
        let settings = settings("coredns", "coredns", values);
        assert_eq!(settings, WorkloadSettings::default());
    }
}

#[test]
fn wrong_types_are_ignored() {
    let values = json!({
        "replicaCount": "4",
        "resources": [],
        "tolerations": {},
        "nodeSelector": null,
        "affinity": "here",
        "topologySpreadConstraints": {},
        "priorityClassName": "",
        "podAnnotations": {"number": 1, "text": "kept"},
        "podLabels": ["a"],
    });
    let expected = WorkloadSettings {
        pod_annotations: texts(&[("text", "kept")]),
        ..WorkloadSettings::default()
    };
    assert_eq!(
        settings("metrics-server", "metrics-server", values),
        expected
    );
    for replicas in [json!(-1), json!(2_147_483_648_u64), json!(1.5)] {
        let values = json!({"replicaCount": replicas});
        assert_eq!(settings("coredns", "coredns", values).replicas, None);
    }
}

/// Every pod is modelled.
#[test]
fn more_than_500_replicas_are_500() {
    for (asked, expected) in [(0, 0), (500, 500), (501, 500), (2_147_483_647, 500)] {
        let values = json!({"replicaCount": asked});
        let replicas = settings("coredns", "coredns", values).replicas;
        assert_eq!(replicas, Some(expected));
    }
}

#[test]
fn each_part_of_the_ebs_driver_has_its_block() {
    let values = json!({
        "controller": {
            "replicaCount": 3,
            "priorityClassName": "high",
            "podLabels": {"part": "controller"},
        },
        "node": {
            "replicaCount": 3,
            "tolerations": [],
            "resources": {"requests": {"cpu": "10m"}},
        },
        "sidecars": {"provisioner": {"resources": {"requests": {"cpu": "1m"}}}},
        "podLabels": {"part": "none"},
    });
    let controller = WorkloadSettings {
        replicas: Some(3),
        priority_class_name: Some(String::from("high")),
        pod_labels: texts(&[("part", "controller")]),
        ..WorkloadSettings::default()
    };
    // A DaemonSet has no number of pods of its own.
    let node = WorkloadSettings {
        tolerations: Some(json!([])),
        resources: Some(json!({"requests": {"cpu": "10m"}})),
        ..WorkloadSettings::default()
    };
    let of = |name| settings("aws-ebs-csi-driver", name, values.clone());
    assert_eq!(of("ebs-csi-controller"), controller);
    assert_eq!(of("ebs-csi-node"), node);
}

#[test]
fn the_root_of_vpc_cni_speaks_of_the_main_container() {
    let values = json!({
        "resources": {"requests": {"cpu": "25m"}},
        "init": {"resources": {"requests": {"cpu": "1m"}}},
        "nodeAgent": {"resources": {"requests": {"cpu": "2m"}}},
        "podAnnotations": {"restarted": "yes"},
    });
    let expected = WorkloadSettings {
        resources: Some(json!({"requests": {"cpu": "25m"}})),
        pod_annotations: texts(&[("restarted", "yes")]),
        ..WorkloadSettings::default()
    };
    assert_eq!(settings("vpc-cni", "aws-node", values), expected);
}

#[test]
fn some_charts_call_the_number_replicas() {
    let values = json!({"replicas": 5, "priorityClassName": "system-cluster-critical"});
    let expected = WorkloadSettings {
        replicas: Some(5),
        priority_class_name: Some(String::from("system-cluster-critical")),
        ..WorkloadSettings::default()
    };
    assert_eq!(
        settings("metrics-server", "metrics-server", values),
        expected
    );
}

#[test]
fn a_block_wins_over_the_root() {
    let values = json!({
        "tolerations": [{"key": "root"}],
        "agent": {"tolerations": [{"key": "agent"}]},
        "containerLogs": {"fluentBit": {"priorityClassName": "logs"}},
    });
    let of = |name| settings("amazon-cloudwatch-observability", name, values.clone());
    let agent = of("cloudwatch-agent");
    assert_eq!(agent.tolerations, Some(json!([{"key": "agent"}])));
    assert_eq!(agent.priority_class_name, None);
    let logs = of("fluent-bit");
    assert_eq!(logs.tolerations, Some(json!([{"key": "root"}])));
    assert_eq!(logs.priority_class_name.as_deref(), Some("logs"));
}

#[test]
fn adot_has_the_resources_in_a_block_and_the_rest_at_the_root() {
    let values = json!({
        "replicaCount": 2,
        "nodeSelector": {"role": "system"},
        "manager": {"resources": {"limits": {"cpu": "100m"}}},
        "kubeRBACProxy": {"resources": {"limits": {"cpu": "1m"}}},
    });
    let expected = WorkloadSettings {
        replicas: Some(2),
        node_selector: Some(json!({"role": "system"})),
        resources: Some(json!({"limits": {"cpu": "100m"}})),
        ..WorkloadSettings::default()
    };
    assert_eq!(settings("adot", "opentelemetry-operator", values), expected);
}

#[test]
fn the_root_of_cert_manager_speaks_of_the_controller() {
    let values = json!({
        "replicaCount": 2,
        "webhook": {"replicaCount": 3, "podLabels": {"part": "webhook"}},
        "global": {"priorityClassName": "shared"},
    });
    let of = |name| settings("cert-manager", name, values.clone());
    let shared = WorkloadSettings {
        priority_class_name: Some(String::from("shared")),
        ..WorkloadSettings::default()
    };
    assert_eq!(of("cert-manager").replicas, Some(2));
    assert_eq!(of("cert-manager-cainjector"), shared);
    let webhook = WorkloadSettings {
        replicas: Some(3),
        pod_labels: texts(&[("part", "webhook")]),
        ..shared
    };
    assert_eq!(of("cert-manager-webhook"), webhook);
}

#[test]
fn labels_of_two_blocks_add_up() {
    let values = json!({
        "global": {"podLabels": {"a": "global", "b": "global"}},
        "nodeAgent": {"podLabels": {"b": "agent"}},
        "dcgmAgent": {"podAnnotations": {"c": "dcgm"}},
    });
    let of = |name| settings("eks-node-monitoring-agent", name, values.clone());
    let agent = of("eks-node-monitoring-agent");
    assert_eq!(agent.pod_labels, texts(&[("a", "global"), ("b", "agent")]));
    assert_eq!(agent.pod_annotations, texts(&[]));
    assert_eq!(of("dcgm-server").pod_annotations, texts(&[("c", "dcgm")]));
}

#[test]
fn nested_blocks_are_found() {
    let values = json!({"hpTrainingControllerManager": {"manager": {"nodeSelector": {"a": "b"}}}});
    let addon_name = "amazon-sagemaker-hyperpod-training-operator";
    let found = settings(
        addon_name,
        "hp-training-operator-controller-manager",
        values,
    );
    assert_eq!(found.node_selector, Some(json!({"a": "b"})));

    let values = json!({"jupyter-k8s": {"controllerManager": {
        "container": {"resources": {"limits": {"cpu": "1"}}},
        "pod": {"annotations": {"a": "1"}, "labels": {"b": "2"}},
    }}});
    let of = |name| settings("amazon-sagemaker-spaces", name, values.clone());
    let expected = WorkloadSettings {
        resources: Some(json!({"limits": {"cpu": "1"}})),
        pod_annotations: texts(&[("a", "1")]),
        pod_labels: texts(&[("b", "2")]),
        ..WorkloadSettings::default()
    };
    assert_eq!(of("jupyter-k8s-controller-manager"), expected);
    assert_eq!(
        of("jupyter-k8s-authmiddleware"),
        WorkloadSettings::default()
    );
}

/// The GuardDuty agent's switch is no part of a container.
#[test]
fn switches_beside_the_resources_are_left_out() {
    let values = json!({"resources": {"disableCpuLimits": true, "limits": {"memory": "1Gi"}}});
    let found = settings("aws-guardduty-agent", "aws-guardduty-agent", values);
    assert_eq!(found.resources, Some(json!({"limits": {"memory": "1Gi"}})));
}
