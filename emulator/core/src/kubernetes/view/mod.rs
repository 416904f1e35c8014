//! Objects as Kubernetes shows them. They are rendered here only.

mod pod;
mod workload;

use serde_json::{Value, json};

use super::admission::IpFamily;
use super::metadata::Metadata;
use super::pod::Pod;
use super::{Kubernetes, NamespacedName};
use crate::catalog::WorkloadKind;

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
        for (key, workload) in self.workloads.iter() {
            objects.push(workload::render_workload(key, workload, region));
            for revision in &workload.revisions {
                objects.push(match key.kind {
                    WorkloadKind::Deployment => {
                        workload::render_replica_set(key, workload, revision, region)
                    }
                    WorkloadKind::DaemonSet => {
                        workload::render_controller_revision(key, workload, revision, region)
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
            let mut metadata = metadata.render(None, name);
            let labels = json!({ "kubernetes.io/metadata.name": name });
            metadata.insert("labels".into(), labels);
            json!({
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": metadata,
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
}

/// The reference of an object to the workload, or the part of one, that
/// controls it.
fn controller(kind: &str, name: &str, uid: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": kind,
        "name": name,
        "uid": uid,
        "controller": true,
        "blockOwnerDeletion": true,
    })
}
