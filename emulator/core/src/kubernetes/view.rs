//! Objects as Kubernetes shows them. They are rendered here only.

use serde_json::{Map, Value, json};

use super::admission::{IpFamily, Lookup, PodIdentityWebhook};
use super::metadata::{Metadata, time};
use super::pod::{Phase, Pod, PodOwner, Source};
use super::template::PodTemplate;
use super::workload::{Revision, Workload, WorkloadKey, selector};
use super::{Kubernetes, NamespacedName};
use crate::catalog::{IntOrPercent, WorkloadKind};

/// What the rendering of pods depends on beside the pods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    /// The cluster's region.
    pub(crate) region: &'a str,
    /// The cluster's address family.
    pub(crate) ip_family: IpFamily,
}

impl Kubernetes {
    /// Deployments, DaemonSets, and what they are made of.
    pub(crate) fn render_workloads(&self, region: &str) -> Vec<Value> {
        let mut objects = Vec::new();
        for (key, workload) in &self.workloads {
            objects.push(self.render_workload(key, workload, region));
            for revision in &workload.revisions {
                objects.push(match key.kind {
                    WorkloadKind::Deployment => {
                        self.render_replica_set(key, workload, revision, region)
                    }
                    WorkloadKind::DaemonSet => {
                        render_controller_revision(key, workload, revision, region)
                    }
                });
            }
        }
        objects
    }

    /// Service accounts.
    pub(crate) fn render_service_accounts(&self) -> Vec<Value> {
        self.service_accounts
            .iter()
            .map(|(key, account)| account.render(key))
            .collect()
    }

    /// One service account.
    pub(crate) fn render_service_account(&self, key: &NamespacedName) -> Option<Value> {
        self.service_accounts
            .get(key)
            .map(|account| account.render(key))
    }

    /// Namespaces.
    pub(crate) fn render_namespaces(&self) -> Vec<Value> {
        let render = |(name, metadata): (&String, &Metadata)| {
            json!({
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": metadata.render(None, name),
                "spec": { "finalizers": ["kubernetes"] },
                "status": { "phase": "Active" },
            })
        };
        self.namespaces.iter().map(render).collect()
    }

    /// Nodes.
    pub(crate) fn render_nodes(&self) -> Vec<Value> {
        self.nodes.iter().map(|node| node.render()).collect()
    }

    /// The names of the pods, with the add-on that they belong to.
    pub(crate) fn pod_names(&self) -> impl Iterator<Item = (&NamespacedName, Option<&str>)> {
        self.pods
            .iter()
            .map(|(name, pod)| (name, self.addon_of(pod)))
    }

    /// The add-on that a pod belongs to.
    pub(crate) fn addon_of(&self, pod: &Pod) -> Option<&str> {
        let key = &pod.owner.as_ref()?.workload;
        match &self.workloads.get(key)?.owner {
            super::Owner::Addon(name) => Some(name),
            _ => None,
        }
    }

    /// The add-on that a service account belongs to.
    pub(crate) fn addon_of_service_account(&self, namespace: &str, name: &str) -> Option<&str> {
        let key = (namespace.to_owned(), name.to_owned());
        match &self.service_accounts.get(&key)?.owner {
            super::Owner::Addon(name) => Some(name),
            _ => None,
        }
    }

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
        let metadata = self.render_pod_metadata(name, pod, &rendered);
        rendered["apiVersion"] = json!("v1");
        rendered["kind"] = json!("Pod");
        rendered["metadata"] = Value::Object(metadata);
        if let Some(node) = pod.node.filter(|_| pod.phase != Phase::Pending)
            && let Some(node) = self.nodes.get(node)
        {
            rendered["spec"]["nodeName"] = json!(node.name);
        }
        rendered["status"] = self.render_pod_status(name, pod, surroundings.region);
        Some(rendered)
    }

    fn render_pod_metadata(
        &self,
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
            metadata.insert("deletionTimestamp".into(), json!(time(at)));
            metadata.insert("deletionGracePeriodSeconds".into(), json!(30));
        }
        if let Some(owner) = &pod.owner
            && let Some(reference) = self.owner_reference(owner)
        {
            metadata.insert("ownerReferences".into(), json!([reference]));
        }
        metadata
    }

    /// A ReplicaSet owns the pods of a Deployment, a DaemonSet its own.
    fn owner_reference(&self, owner: &PodOwner) -> Option<Value> {
        let key = &owner.workload;
        let workload = self.workloads.get(key)?;
        Some(match key.kind {
            WorkloadKind::DaemonSet => reference("DaemonSet", &key.name, &workload.metadata),
            WorkloadKind::Deployment => {
                let set = workload
                    .revisions
                    .iter()
                    .find(|one| one.hash == owner.hash)?;
                reference(
                    "ReplicaSet",
                    &format!("{}-{}", key.name, owner.hash),
                    &set.metadata,
                )
            }
        })
    }

    fn render_pod_status(&self, name: &NamespacedName, pod: &Pod, region: &str) -> Value {
        let is_running = pod.started_at.is_some();
        let is_ready = pod.is_ready();
        let truth = |truth: bool| if truth { "True" } else { "False" };
        let condition = |kind: &str, holds: bool, since: Option<_>| {
            let since = since.unwrap_or(pod.metadata.created_at);
            json!({ "type": kind, "status": truth(holds), "lastTransitionTime": time(since) })
        };
        let mut scheduled = condition("PodScheduled", pod.scheduled_at.is_some(), pod.scheduled_at);
        if pod.scheduled_at.is_none() && self.nodes.is_empty() {
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
            "qosClass": "BestEffort",
        });
        if let Some(at) = pod.scheduled_at {
            status["startTime"] = json!(time(at));
            status["containerStatuses"] = self.container_statuses(name, pod, region);
            if let Some(node) = pod.node.and_then(|node| self.nodes.get(node)) {
                status["hostIP"] = json!(node.address());
            }
        }
        status
    }

    fn container_statuses(&self, name: &NamespacedName, pod: &Pod, region: &str) -> Value {
        let init = match &pod.source {
            Source::Template(template) => template.workload.init_containers.len(),
            Source::Manifest(manifest) => manifest["spec"]["initContainers"]
                .as_array()
                .map_or(0, Vec::len),
        };
        let statuses = self.container_images(name, region).into_iter().skip(init);
        let statuses = statuses.map(|(container, image)| {
            let state = match pod.started_at {
                Some(at) => json!({ "running": { "startedAt": time(at) } }),
                None => json!({ "waiting": { "reason": "ContainerCreating" } }),
            };
            json!({
                "name": container,
                "image": image,
                "ready": pod.is_ready(),
                "started": pod.started_at.is_some(),
                "restartCount": 0,
                "state": state,
            })
        });
        statuses.collect()
    }

    fn render_workload(&self, key: &WorkloadKey, workload: &Workload, region: &str) -> Value {
        let mut metadata = workload.metadata.render(Some(&key.namespace), &key.name);
        if let (WorkloadKind::Deployment, Some(newest)) = (key.kind, workload.newest()) {
            let number = newest.number.to_string();
            metadata.insert(
                "annotations".into(),
                json!({ "deployment.kubernetes.io/revision": number }),
            );
        }
        let strategy = &workload.template.workload.strategy;
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
                self.deployment_status(key, workload)
            }
            WorkloadKind::DaemonSet => {
                spec["updateStrategy"] = limits(false);
                self.daemon_set_status(key, workload)
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

    fn deployment_status(&self, key: &WorkloadKey, workload: &Workload) -> Value {
        let newest = workload.newest().map(|newest| newest.hash.clone());
        let (mut replicas, mut updated, mut ready) = (0, 0, 0);
        for pod in self.active_pods_of(key) {
            replicas += 1;
            ready += i32::from(pod.is_ready());
            let hash = pod.owner.as_ref().map(|owner| owner.hash.clone());
            updated += i32::from(hash == newest);
        }
        let (_, unavailable) = workload.limits();
        let is_available = ready >= workload.replicas - unavailable;
        let is_complete = !workload.is_rolling;
        let since = workload
            .completed_at
            .unwrap_or(workload.metadata.created_at);
        let available = match is_available {
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
        let set = newest
            .map(|hash| format!("{}-{hash}", key.name))
            .unwrap_or_default();
        let progressing = match is_complete {
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
            "observedGeneration": workload.observed_generation,
            "replicas": replicas,
            "updatedReplicas": updated,
            "readyReplicas": ready,
            "availableReplicas": ready,
            "unavailableReplicas": (workload.replicas.max(replicas) - ready).max(0),
            "conditions": [
                {
                    "type": "Available",
                    "status": available.0,
                    "reason": available.1,
                    "message": available.2,
                    "lastTransitionTime": time(since),
                    "lastUpdateTime": time(since),
                },
                {
                    "type": "Progressing",
                    "status": "True",
                    "reason": progressing.0,
                    "message": progressing.1,
                    "lastTransitionTime": time(since),
                    "lastUpdateTime": time(since),
                },
            ],
        })
    }

    fn daemon_set_status(&self, key: &WorkloadKey, workload: &Workload) -> Value {
        let newest = workload.newest().map(|newest| newest.hash.clone());
        let nodes = self.nodes.len();
        let (mut current, mut updated, mut ready) = (0, 0, 0);
        for pod in self.active_pods_of(key) {
            current += 1;
            ready += usize::from(pod.is_ready());
            let hash = pod.owner.as_ref().map(|owner| owner.hash.clone());
            updated += usize::from(hash == newest);
        }
        json!({
            "observedGeneration": workload.observed_generation,
            "desiredNumberScheduled": nodes,
            "currentNumberScheduled": current,
            "updatedNumberScheduled": updated,
            "numberReady": ready,
            "numberAvailable": ready,
            "numberUnavailable": nodes.saturating_sub(ready),
            "numberMisscheduled": 0,
        })
    }

    fn render_replica_set(
        &self,
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
        let (surge, _) = workload.limits();
        metadata.insert(
            "annotations".into(),
            json!({
                "deployment.kubernetes.io/desired-replicas": workload.replicas.to_string(),
                "deployment.kubernetes.io/max-replicas": (workload.replicas + surge).to_string(),
                "deployment.kubernetes.io/revision": revision.number.to_string(),
            }),
        );
        let owner = reference("Deployment", &key.name, &workload.metadata);
        metadata.insert("ownerReferences".into(), json!([owner]));
        let pods = self.active_pods_of(key).filter(|pod| {
            pod.owner
                .as_ref()
                .is_some_and(|owner| owner.hash == revision.hash)
        });
        let (mut replicas, mut ready) = (0, 0);
        for pod in pods {
            replicas += 1;
            ready += i32::from(pod.is_ready());
        }
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
                "replicas": replicas,
                "fullyLabeledReplicas": replicas,
                "readyReplicas": ready,
                "availableReplicas": ready,
            },
        })
    }
}

fn render_controller_revision(
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
    let owner = reference("DaemonSet", &key.name, &workload.metadata);
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

fn reference(kind: &str, name: &str, metadata: &Metadata) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": kind,
        "name": name,
        "uid": metadata.uid(),
        "controller": true,
        "blockOwnerDeletion": true,
    })
}

fn int_or_percent(value: &IntOrPercent) -> Value {
    match value {
        IntOrPercent::Int(count) => json!(count),
        IntOrPercent::Percent(percent) => json!(format!("{percent}%")),
    }
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
    ) -> super::admission::Decision {
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

fn owner_labels(owner: &PodOwner, template: &PodTemplate) -> Vec<(&'static str, String)> {
    match template.workload.kind {
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
        for container in pod["spec"][list].as_array_mut().into_iter().flatten() {
            container["volumeMounts"] = json!([{
                "name": volume,
                "readOnly": true,
                "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            }]);
        }
    }
}
