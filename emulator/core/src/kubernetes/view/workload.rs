//! Deployments and DaemonSets, and what they are made of, as Kubernetes shows
//! them.

use serde_json::{Value, json};

use super::controller;
use crate::catalog::{IntOrPercent, WorkloadKind};
use crate::kubernetes::status::{PodCount, Seen};
use crate::kubernetes::workload::{Revision, Workload, WorkloadKey, selector};
use crate::rfc3339;

/// A Deployment or a DaemonSet.
pub(super) fn render_workload(key: &WorkloadKey, workload: &Workload, region: &str) -> Value {
    let mut metadata = workload.metadata.render(Some(&key.namespace), &key.name);
    let annotations = match (key.kind, workload.newest()) {
        (WorkloadKind::DaemonSet, _) => {
            let generation = workload.metadata.generation.to_string();
            json!({ "deprecated.daemonset.template.generation": generation })
        }
        (WorkloadKind::Deployment, Some(newest)) => {
            json!({ "deployment.kubernetes.io/revision": newest.number.to_string() })
        }
        (WorkloadKind::Deployment, None) => json!({}),
    };
    metadata.insert("annotations".into(), annotations);
    let strategy = workload.template.workload.strategy();
    let limits = |surge| {
        let mut limits = json!({ "maxUnavailable": int_or_percent(&strategy.max_unavailable) });
        if surge {
            limits["maxSurge"] = int_or_percent(&strategy.max_surge);
        }
        json!({ "type": "RollingUpdate", "rollingUpdate": limits })
    };
    let mut spec = json!({
        "selector": { "matchLabels": selector(&workload.template) },
        "template": workload.template.render(region),
        "revisionHistoryLimit": 10,
    });
    let status = match key.kind {
        WorkloadKind::Deployment => {
            spec["replicas"] = json!(workload.replicas);
            spec["strategy"] = limits(true);
            spec["progressDeadlineSeconds"] = json!(600);
            deployment_status(key, workload)
        }
        WorkloadKind::DaemonSet => {
            spec["updateStrategy"] = limits(false);
            daemon_set_status(&workload.status.seen)
        }
    };
    json!({
        "apiVersion": "apps/v1",
        "kind": key.kind.as_str(),
        "metadata": metadata,
        "spec": spec,
        "status": status,
    })
}

/// A ReplicaSet.
pub(super) fn render_replica_set(
    key: &WorkloadKey,
    workload: &Workload,
    revision: &Revision,
    region: &str,
) -> Value {
    let name = format!("{}-{}", key.name, revision.hash);
    let mut metadata = revision.metadata.render(Some(&key.namespace), &name);
    let mut labels = selector(&revision.template);
    labels.insert("pod-template-hash".into(), revision.hash.to_string());
    metadata.insert("labels".into(), json!(labels));
    metadata.insert(
        "annotations".into(),
        json!({
            "deployment.kubernetes.io/desired-replicas": revision.noted.desired.to_string(),
            "deployment.kubernetes.io/max-replicas": revision.noted.most.to_string(),
            "deployment.kubernetes.io/revision": revision.number.to_string(),
        }),
    );
    let owner = controller("Deployment", &key.name, &workload.metadata.uid());
    metadata.insert("ownerReferences".into(), json!([owner]));
    let PodCount { all, ready } = revision.pods;
    let mut template = revision.template.render(region);
    template["metadata"]["labels"]["pod-template-hash"] = json!(&*revision.hash);
    json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": metadata,
        "spec": {
            "replicas": revision.replicas,
            "selector": { "matchLabels": labels },
            "template": template,
        },
        "status": {
            "observedGeneration": revision.metadata.generation,
            "replicas": all,
            "fullyLabeledReplicas": all,
            "readyReplicas": ready,
            "availableReplicas": ready,
        },
    })
}

/// A Deployment that no controller has seen has no status.
fn deployment_status(key: &WorkloadKey, workload: &Workload) -> Value {
    let seen = &workload.status.seen;
    if seen.observed_generation == 0 {
        return json!({});
    }
    let PodCount { all, ready } = seen.pods;
    json!({
        "observedGeneration": seen.observed_generation,
        "replicas": all,
        "updatedReplicas": seen.updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": all.max(seen.wanted) - ready,
        "conditions": [
            available_condition(workload),
            progressing_condition(key, workload),
        ],
    })
}

/// Source of the texts: Kubernetes' deployment controller.
fn available_condition(workload: &Workload) -> Value {
    let (status, reason, message) = match workload.status.seen.is_available {
        true => (
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        ),
        false => (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        ),
    };
    json!({
        "type": "Available",
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": rfc3339::seconds(workload.status.available_since),
        "lastUpdateTime": rfc3339::seconds(workload.status.available_since),
    })
}

/// Source of the texts: Kubernetes' deployment controller. It makes good
/// progress from the first on: deadlines are not modelled.
fn progressing_condition(key: &WorkloadKey, workload: &Workload) -> Value {
    let hash = workload.newest().map(|newest| &*newest.hash);
    let set = format!("{}-{}", key.name, hash.unwrap_or_default());
    let (reason, message) = match workload.status.seen.is_complete {
        true => (
            "NewReplicaSetAvailable",
            format!("ReplicaSet \"{set}\" has successfully progressed."),
        ),
        false => (
            "ReplicaSetUpdated",
            format!("ReplicaSet \"{set}\" is progressing."),
        ),
    };
    json!({
        "type": "Progressing",
        "status": "True",
        "reason": reason,
        "message": message,
        "lastTransitionTime": rfc3339::seconds(workload.metadata.created_at),
        "lastUpdateTime": rfc3339::seconds(workload.status.progressed_at),
    })
}

fn daemon_set_status(seen: &Seen) -> Value {
    let PodCount { all, ready } = seen.pods;
    json!({
        "observedGeneration": seen.observed_generation,
        "desiredNumberScheduled": seen.wanted,
        "currentNumberScheduled": all,
        "updatedNumberScheduled": seen.updated,
        "numberReady": ready,
        "numberAvailable": ready,
        "numberUnavailable": (seen.wanted - ready).max(0),
        "numberMisscheduled": 0,
    })
}

/// A ControllerRevision.
pub(super) fn render_controller_revision(
    key: &WorkloadKey,
    workload: &Workload,
    revision: &Revision,
    region: &str,
) -> Value {
    let name = format!("{}-{}", key.name, revision.hash);
    let mut metadata = revision.metadata.render(Some(&key.namespace), &name);
    let mut labels = selector(&revision.template);
    labels.insert("controller-revision-hash".into(), revision.hash.to_string());
    metadata.insert("labels".into(), json!(labels));
    let owner = controller("DaemonSet", &key.name, &workload.metadata.uid());
    metadata.insert("ownerReferences".into(), json!([owner]));
    let mut template = revision.template.render(region);
    template["$patch"] = json!("replace");
    json!({
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": metadata,
        "data": { "spec": { "template": template } },
        "revision": revision.number,
    })
}

fn int_or_percent(value: &IntOrPercent) -> Value {
    match value {
        IntOrPercent::Int(count) => json!(count),
        IntOrPercent::Percent(percent) => json!(format!("{percent}%")),
    }
}
