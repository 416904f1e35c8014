//! Kubernetes events: what the controllers, the scheduler and the kubelets
//! say about objects.
//!
//! What happened is kept in short; the event objects are rendered when
//! somebody looks. A start of several containers is one record and several
//! objects.

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::metadata::Metadata;
use super::pod::PodContainer;
use super::{Kubernetes, NamespacedName, WorkloadKey};
use crate::catalog::WorkloadKind;
use crate::rfc3339;
use crate::shared::SharedMap;

/// How long EKS keeps events. Source: EKS user guide, control plane settings.
const TIME_TO_LIVE_MS: i64 = 60 * 60 * 1_000;
/// The most records that are kept, whatever their age.
const CAPACITY: usize = 10_000;

/// The events of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Events {
    pub(super) drawn: u64,
    pub(super) records: SharedMap<u64, Record>,
}

impl Events {
    /// The versions of all events, and how many there were.
    pub(super) fn versions(&self) -> impl Iterator<Item = u64> {
        let versions = self.records.values().map(|record| record.version);
        versions.chain([self.drawn])
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Record {
    at: Timestamp,
    /// The version of its first event; the others have those that follow.
    version: u64,
    involved: Involved,
    happening: Happening,
}

/// The object that an event is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Involved {
    kind: InvolvedKind,
    namespace: String,
    name: String,
    uid: String,
    version: u64,
}

/// What events are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum InvolvedKind {
    Pod,
    ReplicaSet,
    Deployment,
    DaemonSet,
}

impl InvolvedKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::ReplicaSet => "ReplicaSet",
            Self::Deployment => "Deployment",
            Self::DaemonSet => "DaemonSet",
        }
    }

    fn api_version(self) -> &'static str {
        match self {
            Self::Pod => "v1",
            Self::ReplicaSet | Self::Deployment | Self::DaemonSet => "apps/v1",
        }
    }
}

impl From<WorkloadKind> for InvolvedKind {
    fn from(kind: WorkloadKind) -> Self {
        match kind {
            WorkloadKind::Deployment => Self::Deployment,
            WorkloadKind::DaemonSet => Self::DaemonSet,
        }
    }
}

impl Involved {
    fn new(kind: InvolvedKind, (namespace, name): (&str, String), metadata: &Metadata) -> Self {
        Self {
            kind,
            namespace: namespace.to_owned(),
            name,
            uid: metadata.uid(),
            version: metadata.resource_version,
        }
    }

    fn pod((namespace, name): &NamespacedName, metadata: &Metadata) -> Self {
        Self::new(InvolvedKind::Pod, (namespace, name.clone()), metadata)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(super) enum Happening {
    ReplicaSetScaled {
        replica_set: String,
        from: i32,
        to: i32,
    },
    PodCreated {
        pod: String,
    },
    PodDeleted {
        pod: String,
    },
    Scheduled {
        node: String,
    },
    Unschedulable,
    /// Containers, with their images, started on a node that had the images.
    Started {
        node: String,
        containers: Vec<PodContainer>,
    },
    Killing {
        node: String,
        containers: Vec<PodContainer>,
    },
}

impl Happening {
    /// How many events it is.
    fn events(&self) -> u64 {
        match self {
            Self::Started { containers, .. } => 3 * containers.len() as u64,
            Self::Killing { containers, .. } => containers.len() as u64,
            _ => 1,
        }
    }
}

impl Events {
    fn record(&mut self, record: Record) {
        self.drawn += 1;
        let expired = record.at.plus_milliseconds(-TIME_TO_LIVE_MS);
        self.records.insert(self.drawn, record);
        while let Some((&number, first)) = self.records.first() {
            if first.at >= expired && self.drawn - number < CAPACITY as u64 {
                break;
            }
            self.records.remove(&number);
        }
    }
}

impl Kubernetes {
    fn record(&mut self, at: Timestamp, involved: Involved, happening: Happening) {
        let version = self.resource_version + 1;
        self.resource_version += happening.events();
        self.events.record(Record {
            at,
            version,
            involved,
            happening,
        });
    }

    /// An event about a pod.
    pub(super) fn record_pod(
        &mut self,
        name: &NamespacedName,
        happening: Happening,
        at: Timestamp,
    ) {
        if let Some(pod) = self.pods.get(name) {
            let involved = Involved::pod(name, &pod.metadata);
            self.record(at, involved, happening);
        }
    }

    /// An event about a workload.
    pub(super) fn record_workload(
        &mut self,
        key: &WorkloadKey,
        happening: Happening,
        at: Timestamp,
    ) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let name = (&*key.namespace, key.name.clone());
        let involved = Involved::new(key.kind.into(), name, &workload.metadata);
        self.record(at, involved, happening);
    }

    /// An event about what makes pods: a ReplicaSet or a DaemonSet.
    pub(super) fn record_owner(
        &mut self,
        key: &WorkloadKey,
        hash: &str,
        happening: Happening,
        at: Timestamp,
    ) {
        if key.kind == WorkloadKind::DaemonSet {
            return self.record_workload(key, happening, at);
        }
        let revisions = self.workloads.get(key).map(|workload| &workload.revisions);
        let mut revisions = revisions.into_iter().flatten();
        let Some(set) = revisions.find(|revision| &*revision.hash == hash) else {
            return;
        };
        let name = (&*key.namespace, format!("{}-{hash}", key.name));
        let involved = Involved::new(InvolvedKind::ReplicaSet, name, &set.metadata);
        self.record(at, involved, happening);
    }

    /// The events younger than an hour, the oldest first.
    pub(crate) fn render_events(&self, now: Timestamp, namespace: Option<&str>) -> Vec<Value> {
        let oldest = now.plus_milliseconds(-TIME_TO_LIVE_MS);
        let records = self.events.records.iter().filter(|(_, record)| {
            record.at >= oldest
                && namespace.is_none_or(|namespace| record.involved.namespace == namespace)
        });
        records
            .flat_map(|(sequence, record)| record.render(*sequence))
            .collect()
    }
}

/// One event object, but for what all of a record share.
struct Line {
    reason: &'static str,
    message: String,
    /// The part of the object that it is about.
    field_path: Option<String>,
    kind: &'static str,
    /// What the scheduler did.
    action: Option<&'static str>,
}

impl Line {
    fn new(reason: &'static str, message: String) -> Self {
        Self {
            reason,
            message,
            field_path: None,
            kind: "Normal",
            action: None,
        }
    }

    fn of_container(reason: &'static str, message: String, container: &PodContainer) -> Self {
        let list = match container.is_init {
            true => "spec.initContainers",
            false => "spec.containers",
        };
        Self {
            field_path: Some(format!("{list}{{{}}}", container.name)),
            ..Self::new(reason, message)
        }
    }
}

impl Record {
    fn render(&self, sequence: u64) -> Vec<Value> {
        let lines = self.lines().into_iter().enumerate();
        lines
            .map(|(index, line)| self.render_line(sequence, index as u64, line))
            .collect()
    }

    /// Source of the texts: Kubernetes' controllers, scheduler and kubelet;
    /// events pasted from EKS clusters.
    fn lines(&self) -> Vec<Line> {
        let involved = &self.involved;
        match &self.happening {
            Happening::ReplicaSetScaled {
                replica_set,
                from,
                to,
            } => {
                let direction = if to > from { "up" } else { "down" };
                let message =
                    format!("Scaled {direction} replica set {replica_set} from {from} to {to}");
                vec![Line::new("ScalingReplicaSet", message)]
            }
            Happening::PodCreated { pod } => {
                vec![Line::new("SuccessfulCreate", format!("Created pod: {pod}"))]
            }
            Happening::PodDeleted { pod } => {
                vec![Line::new("SuccessfulDelete", format!("Deleted pod: {pod}"))]
            }
            Happening::Scheduled { node } => {
                let (namespace, name) = (&involved.namespace, &involved.name);
                let message = format!("Successfully assigned {namespace}/{name} to {node}");
                vec![Line {
                    action: Some("Binding"),
                    ..Line::new("Scheduled", message)
                }]
            }
            Happening::Unschedulable => {
                let message = "no nodes available to schedule pods".to_owned();
                vec![Line {
                    kind: "Warning",
                    action: Some("Scheduling"),
                    ..Line::new("FailedScheduling", message)
                }]
            }
            Happening::Started { containers, .. } => containers.iter().flat_map(started).collect(),
            Happening::Killing { containers, .. } => containers
                .iter()
                .map(|container| {
                    let message = format!("Stopping container {}", container.name);
                    Line::of_container("Killing", message, container)
                })
                .collect(),
        }
    }

    fn component(&self) -> (&'static str, Option<&str>) {
        match &self.happening {
            Happening::ReplicaSetScaled { .. } => ("deployment-controller", None),
            Happening::PodCreated { .. } | Happening::PodDeleted { .. }
                if self.involved.kind == InvolvedKind::ReplicaSet =>
            {
                ("replicaset-controller", None)
            }
            Happening::PodCreated { .. } | Happening::PodDeleted { .. } => {
                ("daemonset-controller", None)
            }
            Happening::Scheduled { .. } | Happening::Unschedulable => ("default-scheduler", None),
            Happening::Started { node, .. } | Happening::Killing { node, .. } => {
                ("kubelet", Some(node))
            }
        }
    }

    /// The scheduler writes events of the newer kind, which know one time
    /// only and name who reports them elsewhere.
    fn render_line(&self, sequence: u64, index: u64, line: Line) -> Value {
        let involved = &self.involved;
        let (component, host) = self.component();
        let sequence = sequence << 8 | index;
        let name = format!("{}.{sequence:016x}", involved.name);
        let mut object = json!({
            "apiVersion": involved.kind.api_version(),
            "kind": involved.kind.as_str(),
            "namespace": involved.namespace,
            "name": involved.name,
            "uid": involved.uid,
            "resourceVersion": involved.version.to_string(),
        });
        if let Some(field_path) = line.field_path {
            object["fieldPath"] = json!(field_path);
        }
        let mut rendered = json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": name,
                "namespace": involved.namespace,
                "uid": uid(&name, &involved.uid),
                "resourceVersion": (self.version + index).to_string(),
                "creationTimestamp": rfc3339::seconds(self.at),
            },
            "involvedObject": object,
            "reason": line.reason,
            "message": line.message,
            "type": line.kind,
            "reportingComponent": component,
            "reportingInstance": host.unwrap_or_default(),
        });
        let more = match line.action {
            Some(action) => json!({
                "action": action,
                "source": {},
                "eventTime": rfc3339::microseconds(self.at),
                "firstTimestamp": null,
                "lastTimestamp": null,
            }),
            None => json!({
                "source": source(component, host),
                "count": 1,
                "eventTime": null,
                "firstTimestamp": rfc3339::seconds(self.at),
                "lastTimestamp": rfc3339::seconds(self.at),
            }),
        };
        if let (Some(rendered), Value::Object(more)) = (rendered.as_object_mut(), more) {
            rendered.extend(more);
        }
        rendered
    }
}

fn source(component: &str, host: Option<&str>) -> Value {
    match host {
        Some(host) => json!({ "component": component, "host": host }),
        None => json!({ "component": component }),
    }
}

/// An identity that follows from the name and from the object concerned.
fn uid(name: &str, involved_uid: &str) -> String {
    let digest = Sha256::digest(format!("{involved_uid}/{name}"));
    let bytes = std::array::from_fn(|index| digest[index]);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

fn started(container: &PodContainer) -> [Line; 3] {
    let PodContainer { name, image, .. } = container;
    let pulled = format!("Container image \"{image}\" already present on machine");
    [
        Line::of_container("Pulled", pulled, container),
        Line::of_container("Created", format!("Created container: {name}"), container),
        Line::of_container("Started", format!("Started container {name}"), container),
    ]
}
