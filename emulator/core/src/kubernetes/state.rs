//! The Kubernetes objects of a cluster as state: what has changed, and what
//! is shared again after it was read from a document.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::event::{Events, Record};
use super::metadata::Metadata;
use super::node::Node;
use super::pod::{Pod, Source};
use super::service_account::ServiceAccount;
use super::workload::Workload;
use super::{Kubernetes, NamespacedName, WorkloadKey};
use crate::shared::SharedMap;
use crate::state::{changes, whole_changes};

whole_changes!(Metadata, Pod, Record, ServiceAccount, Workload);

changes! {
    /// What has changed of the Kubernetes objects of a cluster.
    pub(crate) struct KubernetesChanges of Kubernetes {
        resource_version: u64,
        namespaces: SharedMap<String, Metadata>,
        addon_namespaces: BTreeSet<String>,
        service_accounts: SharedMap<NamespacedName, ServiceAccount>,
        workloads: SharedMap<WorkloadKey, Workload>,
        pods: SharedMap<NamespacedName, Pod>,
        nodes: Arc<Vec<Node>>,
        events: Events,
    }
}

changes! {
    /// What has changed of the events of a cluster.
    pub(super) struct EventsChanges of Events {
        drawn: u64,
        records: SharedMap<u64, Record>,
    }
}

impl Kubernetes {
    /// Pods share their template with the revision that they are of, and the
    /// annotations with their service account: so do those again that were
    /// read one by one.
    pub(crate) fn share_what_is_equal(&mut self) {
        let keys: Vec<WorkloadKey> = self.workloads.keys().cloned().collect();
        for key in keys {
            if let Some(workload) = self.workloads.get_mut(&key) {
                let template = workload.template.clone();
                for revision in &mut workload.revisions {
                    share(&mut revision.template, &template);
                }
            }
        }
        let names: Vec<NamespacedName> = self.pods.keys().cloned().collect();
        for name in names {
            let Some(pod) = self.pods.get_mut(&name) else {
                continue;
            };
            if let (Source::Template(template), Some(owner)) = (&mut pod.source, &pod.owner)
                && let Some(workload) = self.workloads.get(&owner.workload)
            {
                for revision in &workload.revisions {
                    share(template, &revision.template);
                }
            }
            let account = (name.0, pod.service_account.clone());
            if let Some(annotations) = &mut pod.injection.annotations
                && let Some(account) = self.service_accounts.get(&account)
            {
                share(annotations, &account.annotations);
            }
        }
    }
}

fn share<T: PartialEq>(one: &mut Arc<T>, other: &Arc<T>) {
    if one == other {
        *one = other.clone();
    }
}
