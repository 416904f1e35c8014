//! What the controllers have written down about workloads: the status of
//! Deployments, ReplicaSets and DaemonSets. A status that changes is a new
//! version of its object.

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};

use super::pod::Pod;
use super::workload::Workload;
use super::{Kubernetes, WorkloadKey};
use crate::catalog::WorkloadKind;

/// The status of a workload, as its controller last wrote it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Status {
    pub(super) seen: Seen,
    /// Since when it has been available, or has not been.
    pub(super) available_since: Timestamp,
    /// When its rollout last came further.
    pub(super) progressed_at: Timestamp,
}

/// What a controller saw when it last looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Seen {
    pub(super) observed_generation: i64,
    /// The pods that there should be.
    pub(super) wanted: i32,
    pub(super) pods: PodCount,
    /// The pods of the newest revision.
    pub(super) updated: i32,
    /// Whether no more pods are missing than may be.
    pub(super) is_available: bool,
    pub(super) is_complete: bool,
}

/// How many pods there are, those on their way out left aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PodCount {
    pub(super) all: i32,
    pub(super) ready: i32,
}

impl PodCount {
    fn of<'a>(pods: impl Iterator<Item = &'a Pod>) -> Self {
        let mut count = Self::default();
        for pod in pods {
            count.all += 1;
            count.ready += i32::from(pod.is_ready());
        }
        count
    }
}

impl Kubernetes {
    /// The controllers write down what there is of a workload now.
    pub(super) fn write_status(&mut self, key: &WorkloadKey, now: Timestamp) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let hashes = workload.revisions.iter().map(|revision| &revision.hash);
        let counts: Vec<PodCount> = hashes
            .map(|hash| {
                PodCount::of(self.active_pods_of(key).filter(|pod| {
                    let owner = pod.owner.as_ref();
                    owner.is_some_and(|owner| owner.hash == *hash)
                }))
            })
            .collect();
        let seen = self.see(key, workload, counts.last().copied().unwrap_or_default());
        let mut version = self.resource_version;
        let Some(workload) = self.workloads.get_mut(key) else {
            return;
        };
        for (revision, pods) in workload.revisions.iter_mut().zip(counts) {
            if revision.pods != pods {
                revision.pods = pods;
                version += 1;
                revision.metadata.resource_version = version;
            }
        }
        let status = &mut workload.status;
        if status.seen != seen {
            if status.seen.is_available != seen.is_available {
                status.available_since = now;
            }
            status.progressed_at = now;
            status.seen = seen;
            version += 1;
            workload.metadata.resource_version = version;
        }
        self.resource_version = version;
    }

    fn see(&self, key: &WorkloadKey, workload: &Workload, newest: PodCount) -> Seen {
        let pods = PodCount::of(self.active_pods_of(key));
        let (wanted, may_be_missing) = match key.kind {
            WorkloadKind::Deployment => (workload.replicas, workload.limits().1),
            WorkloadKind::DaemonSet => (self.nodes.len() as i32, 0),
        };
        Seen {
            observed_generation: workload.observed_generation,
            wanted,
            pods,
            updated: newest.all,
            is_available: pods.ready >= wanted - may_be_missing,
            is_complete: !workload.is_rolling,
        }
    }
}
