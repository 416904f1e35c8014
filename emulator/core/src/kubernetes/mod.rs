//! What runs on a cluster: Kubernetes objects and the controllers that move
//! them, deterministic and driven by the cluster's schedule.
//!
//! State is kept in small structs of our own that share what pods have in
//! common; the objects in Kubernetes' own JSON form are rendered when
//! somebody looks at them.

pub mod admission;
mod conflict;
mod control;
mod daemon_set;
mod deployment;
mod event;
mod identity;
mod install;
mod metadata;
mod node;
mod pod;
mod service_account;
mod state;
mod status;
mod template;
pub(crate) mod user_object;
pub(crate) mod view;
mod workload;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cluster::LAST_COUNT;

pub(crate) use conflict::LiveValues;
pub(crate) use control::{Control, Step};
pub(crate) use install::Desired;
pub(crate) use service_account::ROLE_ARN_ANNOTATION;
pub use user_object::ManifestError;
pub(crate) use workload::{Owner, Progress, WorkloadKey};

use event::Events;
use metadata::Metadata;
use node::Node;
use pod::{Pod, Source};
use service_account::ServiceAccount;
use user_object::NewPod;
use workload::Workload;

use crate::shared::SharedMap;

/// A namespace and a name in it.
pub(crate) type NamespacedName = (String, String);

/// The Kubernetes objects of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Kubernetes {
    resource_version: u64,
    /// Without labels: the only one is the name.
    namespaces: SharedMap<String, Metadata>,
    /// Namespaces that an add-on brought along.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    addon_namespaces: BTreeSet<String>,
    service_accounts: SharedMap<NamespacedName, ServiceAccount>,
    workloads: SharedMap<WorkloadKey, Workload>,
    pods: SharedMap<NamespacedName, Pod>,
    nodes: Arc<Vec<Node>>,
    events: Events,
}

/// What `resourceVersion` and `uid` a change gives.
impl Kubernetes {
    fn next_version(&mut self) -> u64 {
        self.resource_version += 1;
        self.resource_version
    }

    /// The pods of a workload that are not on their way out.
    fn active_pods_of<'a>(&'a self, key: &'a WorkloadKey) -> impl Iterator<Item = &'a Pod> {
        self.pods_of(key).filter(|pod| !pod.is_terminating())
    }

    fn pods_of<'a>(&'a self, key: &'a WorkloadKey) -> impl Iterator<Item = &'a Pod> {
        // Pods of a workload are named after it, so they lie side by side.
        let is_before = |(namespace, name): &NamespacedName| {
            let place = namespace.cmp(&key.namespace);
            place.then_with(|| match name.strip_prefix(&key.name) {
                Some(rest) => rest.cmp("-"),
                None => name.cmp(&key.name),
            }) == Ordering::Less
        };
        self.pods
            .skip_before(is_before)
            .take_while(|((namespace, name), _)| {
                *namespace == key.namespace && name.starts_with(&key.name)
            })
            .map(|(_, pod)| pod)
            .filter(move |pod| {
                pod.owner
                    .as_ref()
                    .is_some_and(|owner| owner.workload == *key)
            })
    }

    /// Whether everything of a workload has rolled out.
    fn progress(&self, key: &WorkloadKey) -> Progress {
        match self.workloads.get(key) {
            Some(workload) => self.progress_at(key, workload),
            None => Progress::Complete,
        }
    }

    fn progress_at(&self, key: &WorkloadKey, workload: &Workload) -> Progress {
        workload.progress(self.active_pods_of(key), self.nodes.len())
    }

    /// How far the slowest workload of an add-on has rolled out.
    pub(crate) fn progress_of_addon(&self, addon_name: &str) -> Progress {
        let is_of_addon = |owner: &Owner| matches!(owner, Owner::Addon(name) if name == addon_name);
        let workloads = self.workloads.iter();
        workloads
            .filter(|(_, workload)| is_of_addon(&workload.owner))
            .map(|(key, workload)| self.progress_at(key, workload))
            .max()
            .unwrap_or(Progress::Complete)
    }

    /// The workloads of an owner.
    pub(crate) fn workloads_of(&self, owner: &Owner) -> Vec<WorkloadKey> {
        self.workloads
            .iter()
            .filter(|(_, workload)| workload.owner == *owner)
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Whether any object belongs to an owner.
    pub(crate) fn owns_anything(&self, owner: &Owner) -> bool {
        self.workloads
            .values()
            .any(|workload| workload.owner == *owner)
            || self
                .service_accounts
                .values()
                .any(|account| account.owner == *owner)
    }

    fn check_counters(&self) -> Result<(), String> {
        let versions = self.events.versions().chain([self.resource_version]);
        let numbers = self.workloads.values().flat_map(|workload| {
            let revisions = workload.revisions.iter();
            let revisions = revisions.flat_map(|one| [one.number, one.metadata.generation]);
            revisions.chain([workload.metadata.generation])
        });
        let numbers = numbers.map(i64::unsigned_abs);
        if versions.chain(numbers).any(|count| count > LAST_COUNT) {
            return Err("a version is further than anybody counts".into());
        }
        Ok(())
    }

    /// What always holds of workloads and their pods.
    ///
    /// Errors: a sentence that says what does not.
    pub(crate) fn check_invariants(&self) -> Result<(), String> {
        self.check_counters()?;
        for ((namespace, name), pod) in self.pods.iter() {
            if let Source::Manifest(manifest) = &pod.source {
                let read = NewPod::read(manifest);
                read.map_err(|error| format!("{namespace}/{name}: {error}"))?;
            }
            let Some(owner) = &pod.owner else { continue };
            if !self.workloads.contains_key(&owner.workload) && !pod.is_terminating() {
                return Err(format!("{namespace}/{name} has outlived its workload"));
            }
        }
        for (key, workload) in self.workloads.iter() {
            if !workload.is_named(key) {
                return Err(format!("{key} is filed under another name"));
            }
            workload
                .check(self.active_pods_of(key))
                .map_err(|error| format!("{key:?}: {error}"))?;
        }
        Ok(())
    }
}
