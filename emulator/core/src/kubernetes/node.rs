//! Nodes: the capacity that is assumed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::control::PodStep;
use super::metadata::Metadata;
use super::pod::Phase;
use super::{Control, Kubernetes, NamespacedName, Step};
use crate::ids::IdKind;
use crate::rfc3339;

/// The number of nodes of a cluster whose capacity is assumed.
pub(crate) const ASSUMED_NODES: usize = 2;

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Node {
    pub(super) name: String,
    /// Without labels: those follow from the name and the zone.
    metadata: Metadata,
    zone: String,
    address: String,
    instance_id: String,
    kubelet_version: String,
}

impl Kubernetes {
    /// Adds the nodes of a cluster whose capacity is assumed.
    pub(crate) fn add_assumed_nodes(&mut self, patch_version: &str, control: &mut Control<'_>) {
        for index in 0..ASSUMED_NODES {
            let chance = control.ids.next(IdKind::KubernetesObject);
            let (third, fourth) = (32 * index + 10, (chance % 250) as u8 + 4);
            let metadata = self.new_metadata(control);
            let name = match control.region {
                "us-east-1" => format!("ip-192-168-{third}-{fourth}.ec2.internal"),
                region => format!("ip-192-168-{third}-{fourth}.{region}.compute.internal"),
            };
            Arc::make_mut(&mut self.nodes).push(Node {
                name,
                metadata,
                zone: format!("{}{}", control.region, ["a", "b", "c"][index % 3]),
                address: format!("192.168.{third}.{fourth}"),
                instance_id: format!("i-{:017x}", chance >> 60),
                kubelet_version: format!("v{patch_version}-eks-{:07x}", 0x3c_fe0ce),
            });
        }
    }
}

impl Kubernetes {
    /// The nodes come: what waited for one finds it.
    pub(crate) fn bring_nodes(&mut self, patch_version: &str, control: &mut Control<'_>) {
        self.add_assumed_nodes(patch_version, control);
        let waiting: Vec<(NamespacedName, String)> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.phase == Phase::Pending)
            .map(|(name, pod)| (name.clone(), pod.metadata.uid()))
            .collect();
        for (pod, uid) in waiting {
            control.later.push(Step::Pod {
                pod,
                uid,
                step: PodStep::Schedule,
            });
        }
        self.look_at_everything(control);
    }

    /// The nodes go, and with them what ran there.
    pub(crate) fn take_nodes(&mut self, control: &mut Control<'_>) {
        self.nodes = Arc::default();
        let lost: Vec<(NamespacedName, String)> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.node.is_some())
            .map(|(name, pod)| (name.clone(), pod.metadata.uid()))
            .collect();
        for (name, uid) in lost {
            self.delete_pod(&name, control);
            self.perform_pod_step(&name, &uid, PodStep::Remove, control);
        }
        self.look_at_everything(control);
    }

    fn look_at_everything(&mut self, control: &mut Control<'_>) {
        let keys: Vec<_> = self.workloads.keys().cloned().collect();
        for key in keys {
            self.begin_rollout(&key, control);
        }
    }
}

impl Node {
    pub(super) fn uid(&self) -> String {
        self.metadata.uid()
    }

    fn labels(&self) -> Value {
        json!({
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": self.name,
            "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": "m5.large",
            "topology.kubernetes.io/region": self.zone.trim_end_matches(['a', 'b', 'c']),
            "topology.kubernetes.io/zone": self.zone,
        })
    }

    /// The node as Kubernetes shows it.
    pub(super) fn render(&self) -> Value {
        let mut metadata = self.metadata.render(None, &self.name);
        metadata.insert("labels".into(), self.labels());
        json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": metadata,
            "spec": { "providerID": format!("aws:///{}/{}", self.zone, self.instance_id) },
            "status": {
                "addresses": [
                    { "type": "InternalIP", "address": self.address },
                    { "type": "Hostname", "address": self.name },
                ],
                "conditions": [{
                    "type": "Ready",
                    "status": "True",
                    "reason": "KubeletReady",
                    "message": "kubelet is posting ready status",
                    "lastTransitionTime": rfc3339::seconds(self.metadata.created_at),
                }],
                "capacity": { "cpu": "2", "memory": "7934344Ki", "pods": "29" },
                "allocatable": { "cpu": "1930m", "memory": "7244168Ki", "pods": "29" },
                "nodeInfo": {
                    "architecture": "amd64",
                    "bootID": self.metadata.uid(),
                    "containerRuntimeVersion": "containerd://2.1.4",
                    "kernelVersion": "6.12.40-64.114.amzn2023.x86_64",
                    "kubeProxyVersion": "",
                    "kubeletVersion": self.kubelet_version,
                    "machineID": self.instance_id.replace("i-", "ec2"),
                    "operatingSystem": "linux",
                    "osImage": "Amazon Linux 2023",
                    "systemUUID": self.metadata.uid(),
                },
            },
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }
}
