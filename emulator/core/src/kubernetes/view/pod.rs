//! Pods as Kubernetes shows them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Surroundings, controller};
use crate::catalog::WorkloadKind;
use crate::kubernetes::admission::{Decision, Lookup, PodIdentityWebhook};
use crate::kubernetes::pod::{Pod, PodContainer, PodOwner, Source};
use crate::kubernetes::template::PodTemplate;
use crate::kubernetes::{Kubernetes, NamespacedName};
use crate::rfc3339;

/// How long pods have to stop, by Kubernetes' default.
const GRACE_PERIOD_S: i64 = 30;

impl Kubernetes {
    /// A pod's state, for decisions about it.
    pub(crate) fn pod(&self, name: &NamespacedName) -> Option<&Pod> {
        self.pods.get(name)
    }

    /// One pod.
    pub(crate) fn render_pod(
        &self,
        name: &NamespacedName,
        surroundings: Surroundings<'_>,
    ) -> Option<Value> {
        let pod = self.pods.get(name)?;
        let mut rendered = pod.mutated(name, surroundings);
        let metadata = pod_metadata(name, pod, &rendered);
        rendered["apiVersion"] = json!("v1");
        rendered["kind"] = json!("Pod");
        rendered["metadata"] = Value::Object(metadata);
        if let Some(node) = pod.node.filter(|_| pod.scheduled_at.is_some())
            && let Some(node) = self.nodes.get(node)
        {
            rendered["spec"]["nodeName"] = json!(node.name);
        }
        let mut status = self.render_pod_status(name, pod, surroundings.region);
        status["qosClass"] = json!(quality_of_service(&rendered["spec"]));
        rendered["status"] = status;
        Some(rendered)
    }

    fn render_pod_status(&self, name: &NamespacedName, pod: &Pod, region: &str) -> Value {
        let is_running = pod.started_at.is_some();
        let is_ready = pod.is_ready();
        let truth = |truth: bool| if truth { "True" } else { "False" };
        let condition = |kind: &str, holds: bool, since: Option<_>| {
            let since = since.unwrap_or(pod.metadata.created_at);
            json!({ "type": kind, "status": truth(holds), "lastTransitionTime": rfc3339::seconds(since) })
        };
        let mut scheduled = condition("PodScheduled", pod.scheduled_at.is_some(), pod.scheduled_at);
        if pod.found_no_node {
            scheduled["reason"] = json!("Unschedulable");
            scheduled["message"] = json!("no nodes available to schedule pods");
        }
        let mut status = json!({
            "phase": if is_running { "Running" } else { "Pending" },
            "conditions": [
                condition("Initialized", is_running, pod.started_at),
                condition("Ready", is_ready, pod.ready_at),
                condition("ContainersReady", is_ready, pod.ready_at),
                scheduled,
            ],
        });
        if let Some(at) = pod.scheduled_at {
            status["startTime"] = json!(rfc3339::seconds(at));
            let containers = self.containers_of(name, region);
            status["containerStatuses"] = container_statuses(pod, &containers, false);
            if containers.iter().any(|container| container.is_init) {
                status["initContainerStatuses"] = container_statuses(pod, &containers, true);
            }
            if let Some(node) = pod.node.and_then(|node| self.nodes.get(node)) {
                status["hostIP"] = json!(node.address());
            }
        }
        status
    }
}

fn pod_metadata(
    (namespace, name): &NamespacedName,
    pod: &Pod,
    mutated: &Value,
) -> Map<String, Value> {
    let mut metadata = pod.metadata.render(Some(namespace), name);
    for member in ["labels", "annotations"] {
        if mutated["metadata"][member].is_object() {
            metadata.insert(member.to_owned(), mutated["metadata"][member].clone());
        }
    }
    if let Some(at) = pod.deleted_at {
        // It names the end of the grace period, not its beginning.
        let end = at.plus_milliseconds(GRACE_PERIOD_S * 1_000);
        metadata.insert("deletionTimestamp".into(), json!(rfc3339::seconds(end)));
        metadata.insert("deletionGracePeriodSeconds".into(), json!(GRACE_PERIOD_S));
    }
    if let Some(owner) = &pod.owner {
        let stem = name.rsplit_once('-').map_or("", |(stem, _)| stem);
        metadata.insert("generateName".into(), json!(format!("{stem}-")));
        metadata.insert("ownerReferences".into(), json!([owner_reference(owner)]));
    } else if let Source::Manifest(manifest) = &pod.source
        && let Some(generate_name) = manifest["metadata"].get("generateName")
    {
        metadata.insert("generateName".into(), generate_name.clone());
    }
    metadata
}

impl Pod {
    /// The pod as admission was sent it: the template with what names it.
    fn unmutated(&self, (namespace, name): &NamespacedName, region: &str) -> Value {
        let template = match &self.source {
            Source::Template(template) => template,
            Source::Manifest(manifest) => return (**manifest).clone(),
        };
        let mut pod = template.render(region);
        if let Some(owner) = &self.owner {
            for (key, value) in owner_labels(owner, template) {
                pod["metadata"]["labels"][key] = json!(value);
            }
        }
        pod["metadata"]["name"] = json!(name);
        pod["metadata"]["namespace"] = json!(namespace);
        pod["spec"]["serviceAccountName"] = json!(self.service_account);
        pod["spec"]["serviceAccount"] = json!(self.service_account);
        add_api_token(&mut pod, name);
        pod
    }

    /// What the webhook knew of the pod's service account.
    pub(crate) fn lookup(&self) -> Lookup {
        Lookup {
            association_exists: self.injection.has_association,
            service_account: self.injection.annotations.as_deref().cloned(),
            random: self.injection.random,
        }
    }

    /// The decision that was taken about the pod's credentials when it was
    /// made.
    pub(crate) fn decision(
        &self,
        name: &NamespacedName,
        surroundings: Surroundings<'_>,
    ) -> Decision {
        let webhook = PodIdentityWebhook::on_eks(surroundings.region, surroundings.ip_family);
        webhook.decide(
            &name.0,
            &self.unmutated(name, surroundings.region),
            &self.lookup(),
        )
    }

    fn mutated(&self, name: &NamespacedName, surroundings: Surroundings<'_>) -> Value {
        let pod = self.unmutated(name, surroundings.region);
        let webhook = PodIdentityWebhook::on_eks(surroundings.region, surroundings.ip_family);
        webhook
            .decide(&name.0, &pod, &self.lookup())
            .mutation
            .mutate(&pod)
    }
}

fn container_statuses(pod: &Pod, containers: &[PodContainer], is_init: bool) -> Value {
    let of_kind = containers
        .iter()
        .filter(|container| container.is_init == is_init);
    let statuses = of_kind.map(|container| {
        let (state, is_ready) = container_state(pod, is_init);
        let image_id = pod.started_at.map(|_| image_id(&container.image));
        json!({
            "name": container.name,
            "image": container.image,
            "imageID": image_id.unwrap_or_default(),
            "ready": is_ready,
            "started": pod.started_at.is_some() && !is_init,
            "restartCount": 0,
            "state": state,
        })
    });
    statuses.collect()
}

/// What a container does, and whether it is ready: one that runs before the
/// others has ended well when they run.
fn container_state(pod: &Pod, is_init: bool) -> (Value, bool) {
    let Some(at) = pod.started_at.map(rfc3339::seconds) else {
        let reason = if is_init {
            "PodInitializing"
        } else {
            "ContainerCreating"
        };
        return (json!({ "waiting": { "reason": reason } }), false);
    };
    if is_init {
        let ended = json!({
            "exitCode": 0, "reason": "Completed", "startedAt": at, "finishedAt": at,
        });
        return (json!({ "terminated": ended }), true);
    }
    (json!({ "running": { "startedAt": at } }), pod.is_ready())
}

/// What a node calls an image that it has: by its content.
fn image_id(image: &str) -> String {
    let tagged = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let repository = tagged.map_or(image, |(repository, _)| repository);
    let digest: String = Sha256::digest(image)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{repository}@sha256:{digest}")
}

/// Source: Kubernetes documentation, "Pod Quality of Service Classes".
fn quality_of_service(spec: &Value) -> &'static str {
    let containers = || {
        ["initContainers", "containers"]
            .into_iter()
            .filter_map(|list| spec[list].as_array())
            .flatten()
    };
    let amount = |container: &Value, kind: &str, resource: &str| {
        let amount = &container["resources"][kind][resource];
        (!amount.is_null()).then(|| amount.clone())
    };
    let resources = ["cpu", "memory"];
    let has_any = |container: &Value| {
        resources.iter().any(|resource| {
            let of = |kind| amount(container, kind, resource);
            of("limits").or(of("requests")).is_some()
        })
    };
    // Requests that are absent are taken from the limits.
    let is_fixed = |container: &Value| {
        resources.iter().all(|resource| {
            let limit = amount(container, "limits", resource);
            let request = amount(container, "requests", resource);
            limit.is_some() && request.is_none_or(|request| Some(request) == limit)
        })
    };
    if !containers().any(has_any) {
        "BestEffort"
    } else if containers().all(is_fixed) {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

/// A ReplicaSet controls the pods of a Deployment, a DaemonSet its own. One
/// that is gone is still named.
fn owner_reference(owner: &PodOwner) -> Value {
    let name = &owner.workload.name;
    let uid = &owner.controller_uid;
    match owner.workload.kind {
        WorkloadKind::DaemonSet => controller("DaemonSet", name, uid),
        WorkloadKind::Deployment => {
            controller("ReplicaSet", &format!("{name}-{}", owner.hash), uid)
        }
    }
}

fn owner_labels(owner: &PodOwner, template: &PodTemplate) -> Vec<(&'static str, String)> {
    match template.workload.kind() {
        WorkloadKind::Deployment => vec![("pod-template-hash", owner.hash.to_string())],
        WorkloadKind::DaemonSet => vec![
            ("controller-revision-hash", owner.hash.to_string()),
            ("pod-template-generation", owner.generation.to_string()),
        ],
    }
}

/// The token for the Kubernetes API, which admission adds before the webhook
/// sees the pod.
fn add_api_token(pod: &mut Value, pod_name: &str) {
    let suffix = pod_name.rsplit('-').next().unwrap_or_default();
    let volume = format!("kube-api-access-{suffix}");
    pod["spec"]["volumes"] = json!([{
        "name": volume,
        "projected": {
            "defaultMode": 420,
            "sources": [
                { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
                {
                    "configMap": {
                        "name": "kube-root-ca.crt",
                        "items": [{ "key": "ca.crt", "path": "ca.crt" }],
                    },
                },
                {
                    "downwardAPI": {
                        "items": [{
                            "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.namespace" },
                            "path": "namespace",
                        }],
                    },
                },
            ],
        },
    }]);
    for list in ["initContainers", "containers"] {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            container["volumeMounts"] = json!([{
                "name": volume,
                "readOnly": true,
                "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            }]);
        }
    }
}
