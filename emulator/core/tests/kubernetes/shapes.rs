//! Objects in Kubernetes' own JSON form: one of each kind, whole.

use serde_json::{Value, json};

use crate::observe::{CONTROLLER_ACCOUNT, IRSA_ROLE};
use crate::support::{Driver, text};

/// The object with what is drawn by chance shown as words: identities,
/// versions, the hash and the suffix in names.
pub(crate) fn legible(object: &Value, replaced: &[(&str, &str)]) -> Value {
    let mut line = object.to_string();
    for (drawn, word) in replaced {
        line = line.replace(drawn, word);
    }
    let mut object: Value = serde_json::from_str(&line).expect("words keep JSON whole");
    hide(&mut object);
    object
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member.as_str()) {
                    ("uid", Some(uid)) => {
                        let uid = uuid(uid);
                        *member = json!(uid);
                    }
                    ("resourceVersion", Some(version)) => {
                        assert!(version.parse::<u64>().is_ok_and(|version| version > 0));
                        *member = json!("VERSION");
                    }
                    _ => hide(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(hide),
        _ => {}
    }
}

/// Checks that a text is a UUID of version 4.
fn uuid(text: &str) -> &'static str {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    assert_eq!(&text[14..15], "4", "{text}");
    "UID"
}

/// The object of a kind whose name begins so.
fn first(driver: &mut Driver, kind: &str, stem: &str) -> Value {
    let found = driver.workloads().into_iter().find(|object| {
        object["kind"] == kind && text(&object["metadata"]["name"]).starts_with(stem)
    });
    found.unwrap_or_else(|| panic!("no {kind} {stem}"))
}

const IMAGE: &str = "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3";

fn coredns_spec() -> Value {
    json!({
        "containers": [{
            "name": "coredns",
            "image": IMAGE,
            "imagePullPolicy": "IfNotPresent",
            "resources": {},
            "ports": [
                { "name": "dns", "containerPort": 53, "protocol": "UDP" },
                { "name": "dns-tcp", "containerPort": 53, "protocol": "TCP" },
                { "name": "metrics", "containerPort": 9153, "protocol": "TCP" },
            ],
        }],
        "serviceAccountName": "coredns",
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    })
}

#[test]
fn a_deployment() {
    let mut driver = Driver::active();
    let hash = hash(&mut driver, "ReplicaSet", "coredns");
    let found = legible(&driver.object("Deployment", "coredns"), &[(&hash, "HASH")]);
    let labels = json!({ "eks.amazonaws.com/component": "coredns", "k8s-app": "kube-dns" });
    let expected = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "coredns",
            "namespace": "kube-system",
            "uid": "UID",
            "resourceVersion": "VERSION",
            "generation": 1,
            "creationTimestamp": "2026-07-25T17:20:00Z",
            "labels": labels,
            "annotations": { "deployment.kubernetes.io/revision": "1" },
        },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": labels },
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": 1 },
            },
            "template": { "metadata": { "labels": labels }, "spec": coredns_spec() },
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
        },
        "status": {
            "observedGeneration": 1,
            "replicas": 2,
            "updatedReplicas": 2,
            "readyReplicas": 2,
            "availableReplicas": 2,
            "unavailableReplicas": 0,
            "conditions": [
                {
                    "type": "Available",
                    "status": "True",
                    "reason": "MinimumReplicasAvailable",
                    "message": "Deployment has minimum availability.",
                    "lastTransitionTime": "2026-07-25T17:20:00Z",
                    "lastUpdateTime": "2026-07-25T17:20:00Z",
                },
                {
                    "type": "Progressing",
                    "status": "True",
                    "reason": "NewReplicaSetAvailable",
                    "message": "ReplicaSet \"coredns-HASH\" has successfully progressed.",
                    "lastTransitionTime": "2026-07-25T17:20:00Z",
                    "lastUpdateTime": "2026-07-25T17:20:00Z",
                },
            ],
        },
    });
    assert_eq!(found, expected);
}

/// The hash at the end of the name of a ReplicaSet or a ControllerRevision:
/// eight to ten letters without vowels.
fn hash(driver: &mut Driver, kind: &str, workload: &str) -> String {
    let object = first(driver, kind, workload);
    let name = text(&object["metadata"]["name"]);
    let hash = name[workload.len() + 1..].to_owned();
    assert!((8..=10).contains(&hash.len()), "{name}");
    assert!(
        hash.bytes()
            .all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte)),
        "{name}"
    );
    hash
}

#[test]
fn a_replica_set() {
    let mut driver = Driver::active();
    let hash = hash(&mut driver, "ReplicaSet", "coredns");
    let found = legible(
        &first(&mut driver, "ReplicaSet", "coredns"),
        &[(&hash, "HASH")],
    );
    let labels = json!({
        "eks.amazonaws.com/component": "coredns",
        "k8s-app": "kube-dns",
        "pod-template-hash": "HASH",
    });
    let expected = json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": "coredns-HASH",
            "namespace": "kube-system",
            "uid": "UID",
            "resourceVersion": "VERSION",
            "generation": 1,
            "creationTimestamp": "2026-07-25T17:20:00Z",
            "labels": labels,
            "annotations": {
                "deployment.kubernetes.io/desired-replicas": "2",
                "deployment.kubernetes.io/max-replicas": "3",
                "deployment.kubernetes.io/revision": "1",
            },
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "coredns",
                "uid": "UID",
                "controller": true,
                "blockOwnerDeletion": true,
            }],
        },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": coredns_spec() },
        },
        "status": {
            "observedGeneration": 1,
            "replicas": 2,
            "fullyLabeledReplicas": 2,
            "readyReplicas": 2,
            "availableReplicas": 2,
        },
    });
    assert_eq!(found, expected);
}

/// The specification of a pod of coredns, as it is stored.
fn coredns_pod_spec() -> Value {
    let mut spec = coredns_spec();
    spec["serviceAccount"] = json!("coredns");
    spec["nodeName"] = json!("ip-192-168-10-249.ec2.internal");
    spec["containers"][0]["volumeMounts"] = json!([{
        "name": "kube-api-access-SUFFIX",
        "readOnly": true,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    }]);
    spec["volumes"] = json!([{
        "name": "kube-api-access-SUFFIX",
        "projected": {
            "defaultMode": 420,
            "sources": [
                { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
                { "configMap": {
                    "name": "kube-root-ca.crt",
                    "items": [{ "key": "ca.crt", "path": "ca.crt" }],
                } },
                { "downwardAPI": { "items": [{
                    "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.namespace" },
                    "path": "namespace",
                }] } },
            ],
        },
    }]);
    spec
}

/// The status of a pod of coredns that runs.
fn coredns_pod_status(since: &str, image_id: &str) -> Value {
    let condition =
        |kind: &str| json!({ "type": kind, "status": "True", "lastTransitionTime": since });
    json!({
        "phase": "Running",
        "qosClass": "BestEffort",
        "startTime": since,
        "hostIP": "192.168.10.249",
        "conditions": [
            condition("Initialized"),
            condition("Ready"),
            condition("ContainersReady"),
            condition("PodScheduled"),
        ],
        "containerStatuses": [{
            "name": "coredns",
            "image": IMAGE,
            "imageID": image_id,
            "ready": true,
            "started": true,
            "restartCount": 0,
            "state": { "running": { "startedAt": since } },
        }],
    })
}

#[test]
fn a_pod() {
    let mut driver = Driver::active();
    let hash = hash(&mut driver, "ReplicaSet", "coredns");
    let pod = driver.pods_of("coredns").remove(0);
    let name = text(&pod["metadata"]["name"]);
    let suffix = &name[name.len() - 5..];
    let found = legible(&pod, &[(&hash, "HASH"), (suffix, "SUFFIX")]);
    let image_id = text(&found["status"]["containerStatuses"][0]["imageID"]);
    let since = "2026-07-25T17:20:00Z";
    let expected = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "coredns-HASH-SUFFIX",
            "generateName": "coredns-HASH-",
            "namespace": "kube-system",
            "uid": "UID",
            "resourceVersion": "VERSION",
            "creationTimestamp": since,
            "labels": {
                "eks.amazonaws.com/component": "coredns",
                "k8s-app": "kube-dns",
                "pod-template-hash": "HASH",
            },
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "coredns-HASH",
                "uid": "UID",
                "controller": true,
                "blockOwnerDeletion": true,
            }],
        },
        "spec": coredns_pod_spec(),
        "status": coredns_pod_status(since, &image_id),
    });
    assert_eq!(found, expected);
    let (repository, digest) = image_id
        .split_once("@sha256:")
        .expect("it names the content");
    assert_eq!(
        repository,
        "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns"
    );
    assert_eq!(digest.len(), 64);
}

/// A pod of a DaemonSet, where it differs: owner, labels, init containers.
#[test]
fn a_pod_of_a_daemon_set() {
    let mut driver = Driver::active();
    let hash = hash(&mut driver, "ControllerRevision", "aws-node");
    let found = legible(&driver.pods_of("aws-node")[0], &[(&hash, "HASH")]);
    assert_eq!(found["metadata"]["generateName"], "aws-node-");
    let owner = &found["metadata"]["ownerReferences"][0];
    assert_eq!(
        (&owner["kind"], &owner["name"]),
        (&json!("DaemonSet"), &json!("aws-node"))
    );
    let labels = json!({
        "app.kubernetes.io/instance": "aws-vpc-cni",
        "app.kubernetes.io/name": "aws-node",
        "controller-revision-hash": "HASH",
        "k8s-app": "aws-node",
        "pod-template-generation": "1",
    });
    assert_eq!(found["metadata"]["labels"], labels);
    assert_eq!(found["spec"]["hostNetwork"], true);
    let since = "2026-07-25T17:20:00Z";
    let init = &found["status"]["initContainerStatuses"];
    assert_eq!(init[0]["name"], "aws-vpc-cni-init");
    let ended = json!({ "terminated": {
        "exitCode": 0, "reason": "Completed", "startedAt": since, "finishedAt": since,
    } });
    assert_eq!(init[0]["state"], ended);
    let names: Vec<&Value> = found["status"]["containerStatuses"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|status| &status["name"])
        .collect();
    assert_eq!(names, ["aws-node", "aws-eks-nodeagent"]);
}

#[test]
fn a_daemon_set() {
    let mut driver = Driver::active();
    let set = legible(&driver.object("DaemonSet", "kube-proxy"), &[]);
    let labels = json!({ "k8s-app": "kube-proxy" });
    assert_eq!(
        set["metadata"],
        json!({
            "name": "kube-proxy",
            "namespace": "kube-system",
            "uid": "UID",
            "resourceVersion": "VERSION",
            "generation": 1,
            "creationTimestamp": "2026-07-25T17:20:00Z",
            "labels": labels,
            "annotations": { "deprecated.daemonset.template.generation": "1" },
        })
    );
    assert_eq!(set["spec"]["selector"], json!({ "matchLabels": labels }));
    assert_eq!(
        set["spec"]["updateStrategy"],
        json!({ "type": "RollingUpdate", "rollingUpdate": { "maxUnavailable": "10%" } })
    );
    assert_eq!(
        set["status"],
        json!({
            "observedGeneration": 1,
            "desiredNumberScheduled": 2,
            "currentNumberScheduled": 2,
            "updatedNumberScheduled": 2,
            "numberReady": 2,
            "numberAvailable": 2,
            "numberUnavailable": 0,
            "numberMisscheduled": 0,
        })
    );
}

#[test]
fn a_controller_revision() {
    let mut driver = Driver::active();
    let hash = hash(&mut driver, "ControllerRevision", "kube-proxy");
    let set = driver.object("DaemonSet", "kube-proxy");
    let revision = first(&mut driver, "ControllerRevision", "kube-proxy");
    let revision = legible(&revision, &[(&hash, "HASH")]);
    let mut template = set["spec"]["template"].clone();
    template["$patch"] = json!("replace");
    assert_eq!(
        revision,
        json!({
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {
                "name": "kube-proxy-HASH",
                "namespace": "kube-system",
                "uid": "UID",
                "resourceVersion": "VERSION",
                "creationTimestamp": "2026-07-25T17:20:00Z",
                "labels": { "controller-revision-hash": "HASH", "k8s-app": "kube-proxy" },
                "ownerReferences": [{
                    "apiVersion": "apps/v1",
                    "kind": "DaemonSet",
                    "name": "kube-proxy",
                    "uid": "UID",
                    "controller": true,
                    "blockOwnerDeletion": true,
                }],
            },
            "data": { "spec": { "template": template } },
            "revision": 1,
        })
    );
}

#[test]
fn a_service_account_and_a_namespace() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({ "serviceAccountRoleArn": IRSA_ROLE }));
    let account = legible(&driver.object("ServiceAccount", CONTROLLER_ACCOUNT), &[]);
    assert_eq!(
        account,
        json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": "ebs-csi-controller-sa",
                "namespace": "kube-system",
                "uid": "UID",
                "resourceVersion": "VERSION",
                "creationTimestamp": "2026-07-25T17:20:00Z",
                "annotations": { "eks.amazonaws.com/role-arn": IRSA_ROLE },
            },
        })
    );
    let namespace = legible(&driver.object("Namespace", "kube-system"), &[]);
    assert_eq!(
        namespace,
        json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": "kube-system",
                "uid": "UID",
                "resourceVersion": "VERSION",
                "creationTimestamp": "2026-07-25T17:20:00Z",
                "labels": { "kubernetes.io/metadata.name": "kube-system" },
            },
            "spec": { "finalizers": ["kubernetes"] },
            "status": { "phase": "Active" },
        })
    );
}

/// Kubernetes requires every member of `nodeInfo`.
#[test]
fn a_node() {
    let mut driver = Driver::active();
    let node = driver.on_cluster(|cluster, _| cluster.nodes().remove(0));
    let node = legible(&node, &[]);
    assert_eq!(node["apiVersion"], "v1");
    assert_eq!(node["kind"], "Node");
    assert_eq!(node["metadata"]["name"], "ip-192-168-10-249.ec2.internal");
    assert_eq!(node["metadata"]["uid"], "UID");
    assert_eq!(
        node["metadata"]["labels"],
        json!({
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": "ip-192-168-10-249.ec2.internal",
            "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": "m5.large",
            "topology.kubernetes.io/region": "us-east-1",
            "topology.kubernetes.io/zone": "us-east-1a",
        })
    );
    let provider_id = text(&node["spec"]["providerID"]);
    assert!(
        provider_id.starts_with("aws:///us-east-1a/i-"),
        "{provider_id}"
    );
    assert_eq!(provider_id.len(), "aws:///us-east-1a/i-".len() + 17);
    assert_eq!(node["status"]["conditions"][0]["type"], "Ready");
    assert_eq!(node["status"]["conditions"][0]["status"], "True");
    for member in [
        "architecture",
        "bootID",
        "containerRuntimeVersion",
        "kernelVersion",
        "kubeProxyVersion",
        "kubeletVersion",
        "machineID",
        "operatingSystem",
        "osImage",
        "systemUUID",
    ] {
        assert!(node["status"]["nodeInfo"][member].is_string(), "{member}");
    }
    let kubelet = text(&node["status"]["nodeInfo"]["kubeletVersion"]);
    assert!(
        kubelet.starts_with("v1.36.") && kubelet.contains("-eks-"),
        "{kubelet}"
    );
}

/// Source: Kubernetes documentation, "Pod Quality of Service Classes".
#[test]
fn the_quality_of_service_follows_from_the_resources() {
    let class = |containers: Value| {
        let mut driver = Driver::active();
        let manifest = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "a" },
            "spec": { "containers": containers },
        });
        let posted =
            driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
        text(&posted.expect("the manifest is right")["status"]["qosClass"])
    };
    let all = json!({ "cpu": "1", "memory": "1Gi" });
    let with = |resources: Value| json!({ "name": "a", "resources": resources });
    assert_eq!(class(json!([{ "name": "a" }])), "BestEffort");
    assert_eq!(
        class(json!([with(json!({ "requests": { "cpu": "1" } }))])),
        "Burstable"
    );
    assert_eq!(
        class(json!([with(json!({ "limits": { "memory": "1Gi" } }))])),
        "Burstable"
    );
    assert_eq!(class(json!([with(json!({ "limits": all }))])), "Guaranteed");
    let requests = json!({ "limits": all, "requests": { "cpu": "500m" } });
    assert_eq!(class(json!([with(requests)])), "Burstable");
    let second = json!([with(json!({ "limits": all })), { "name": "b" }]);
    assert_eq!(class(second), "Burstable");
}
