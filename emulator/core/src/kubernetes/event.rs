//! Kubernetes events: what the controllers, the scheduler and the kubelets
//! say about objects.
//!
//! What happened is kept in short; the event objects are rendered when
//! somebody looks. A start of several containers is one record and several
//! objects.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use serde_json::{Value, json};

use super::metadata::time;
use super::{Kubernetes, NamespacedName, WorkloadKey};

/// How long EKS keeps events. Source: EKS user guide, control plane settings.
const TIME_TO_LIVE_MS: i64 = 60 * 60 * 1_000;
/// The most records that are kept, whatever their age.
const CAPACITY: usize = 10_000;

/// The events of a cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Events {
    drawn: u64,
    records: BTreeMap<u64, Record>,
}

#[derive(Clone, Debug, PartialEq)]
struct Record {
    at: Timestamp,
    involved: Involved,
    happening: Happening,
}

/// The object that an event is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Involved {
    api_version: &'static str,
    kind: &'static str,
    namespace: String,
    name: String,
    uid: String,
}

impl Involved {
    pub(super) fn pod((namespace, name): &NamespacedName, uid: &str) -> Self {
        Self {
            api_version: "v1",
            kind: "Pod",
            namespace: namespace.clone(),
            name: name.clone(),
            uid: uid.to_owned(),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
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
        containers: Vec<(String, String)>,
    },
    Killing {
        node: String,
        containers: Vec<String>,
    },
}

impl Events {
    pub(super) fn record(&mut self, at: Timestamp, involved: Involved, happening: Happening) {
        self.drawn += 1;
        self.records.insert(
            self.drawn,
            Record {
                at,
                involved,
                happening,
            },
        );
        let expired = at.plus_milliseconds(-TIME_TO_LIVE_MS);
        while let Some(first) = self.records.first_entry() {
            if first.get().at >= expired && self.drawn - first.key() < CAPACITY as u64 {
                break;
            }
            first.remove();
        }
    }
}

impl Kubernetes {
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
        let involved = Involved {
            api_version: "apps/v1",
            kind: key.kind.as_str(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            uid: workload.metadata.uid(),
        };
        self.events.record(at, involved, happening);
    }

    /// An event about what makes pods: a ReplicaSet or a DaemonSet.
    pub(super) fn record_owner(
        &mut self,
        key: &WorkloadKey,
        hash: &str,
        happening: Happening,
        at: Timestamp,
    ) {
        if key.kind == crate::catalog::WorkloadKind::DaemonSet {
            return self.record_workload(key, happening, at);
        }
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let Some(set) = workload
            .revisions
            .iter()
            .find(|revision| &*revision.hash == hash)
        else {
            return;
        };
        let involved = Involved {
            api_version: "apps/v1",
            kind: "ReplicaSet",
            namespace: key.namespace.clone(),
            name: format!("{}-{hash}", key.name),
            uid: set.metadata.uid(),
        };
        self.events.record(at, involved, happening);
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
    container: Option<String>,
    kind: &'static str,
}

impl Line {
    fn new(reason: &'static str, message: String) -> Self {
        Self {
            reason,
            message,
            container: None,
            kind: "Normal",
        }
    }

    fn of_container(reason: &'static str, message: String, container: &str) -> Self {
        Self {
            container: Some(container.to_owned()),
            ..Self::new(reason, message)
        }
    }
}

impl Record {
    fn render(&self, sequence: u64) -> Vec<Value> {
        let lines = self.lines().into_iter().enumerate();
        lines
            .map(|(index, line)| self.render_line(sequence, index, line))
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
                vec![Line::new("Scheduled", message)]
            }
            Happening::Unschedulable => {
                let message = "no nodes available to schedule pods".to_owned();
                vec![Line {
                    kind: "Warning",
                    ..Line::new("FailedScheduling", message)
                }]
            }
            Happening::Started { containers, .. } => containers
                .iter()
                .flat_map(|(name, image)| started(name, image))
                .collect(),
            Happening::Killing { containers, .. } => containers
                .iter()
                .map(|name| {
                    Line::of_container("Killing", format!("Stopping container {name}"), name)
                })
                .collect(),
        }
    }

    fn component(&self) -> (&'static str, Option<&str>) {
        match &self.happening {
            Happening::ReplicaSetScaled { .. } => ("deployment-controller", None),
            Happening::PodCreated { .. } | Happening::PodDeleted { .. }
                if self.involved.kind == "ReplicaSet" =>
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

    fn render_line(&self, sequence: u64, index: usize, line: Line) -> Value {
        let involved = &self.involved;
        let (component, host) = self.component();
        let name = format!("{}.{:016x}", involved.name, sequence << 8 | index as u64);
        let mut object = json!({
            "apiVersion": involved.api_version,
            "kind": involved.kind,
            "namespace": involved.namespace,
            "name": involved.name,
            "uid": involved.uid,
        });
        if let Some(container) = line.container {
            object["fieldPath"] = json!(format!("spec.containers{{{container}}}"));
        }
        let mut source = json!({ "component": component });
        if let Some(host) = host {
            source["host"] = json!(host);
        }
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": name,
                "namespace": involved.namespace,
                "creationTimestamp": time(self.at),
            },
            "involvedObject": object,
            "reason": line.reason,
            "message": line.message,
            "source": source,
            "type": line.kind,
            "count": 1,
            "firstTimestamp": time(self.at),
            "lastTimestamp": time(self.at),
            "reportingComponent": component,
            "reportingInstance": host.unwrap_or_default(),
        })
    }
}

fn started(name: &str, image: &str) -> [Line; 3] {
    let pulled = format!("Container image \"{image}\" already present on machine");
    [
        Line::of_container("Pulled", pulled, name),
        Line::of_container("Created", format!("Created container: {name}"), name),
        Line::of_container("Started", format!("Started container {name}"), name),
    ]
}
