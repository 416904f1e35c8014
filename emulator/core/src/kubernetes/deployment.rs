//! The Deployment controller: rolling updates by way of ReplicaSets.
//!
//! Source of the arithmetic: Kubernetes' deployment controller,
//! `NewRSNewReplicas`, `reconcileOldReplicaSets` and `cleanupUnhealthyReplicas`.

use super::event::Happening;
use super::pod::Pod;
use super::{Control, Kubernetes, NamespacedName, WorkloadKey};

impl Kubernetes {
    /// Brings the ReplicaSets and pods of a Deployment nearer to what was
    /// asked for, as far as the limits of the strategy allow now.
    pub(super) fn reconcile_deployment(
        &mut self,
        key: &WorkloadKey,
        has_association: bool,
        control: &mut Control<'_>,
    ) {
        self.scale_up_new(key, control);
        self.scale_down_old(key, control);
        self.match_replica_sets(key, has_association, control);
        self.check_completion(key, control);
    }

    /// The newest ReplicaSet grows up to the replicas and the surge.
    fn scale_up_new(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let Some(newest) = workload.newest() else {
            return;
        };
        let (surge, _) = workload.limits();
        let total: i32 = workload
            .revisions
            .iter()
            .map(|revision| revision.replicas)
            .sum();
        let room = workload.replicas + surge - total;
        let wanted = match newest.replicas > workload.replicas {
            true => workload.replicas,
            false => newest.replicas + room.clamp(0, workload.replicas - newest.replicas),
        };
        let last = workload.revisions.len() - 1;
        self.scale(key, last, wanted, control);
    }

    /// Older ReplicaSets shrink: first by what is not ready anyway, then by
    /// what may be missing.
    fn scale_down_old(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let (_, unavailable) = workload.limits();
        let least = workload.replicas - unavailable;
        let newest = workload.revisions.len().saturating_sub(1);
        let total: i32 = workload
            .revisions
            .iter()
            .map(|revision| revision.replicas)
            .sum();
        let available = |revision: usize| self.ready_pods(key, revision);
        let new_missing = workload
            .newest()
            .map_or(0, |revision| (revision.replicas - available(newest)).max(0));
        let mut spare = total - least - new_missing;
        for revision in 0..newest {
            let Some(workload) = self.workloads.get(key) else {
                return;
            };
            let replicas = workload.revisions[revision].replicas;
            let unready = (replicas - self.ready_pods(key, revision)).max(0);
            let fewer = unready.min(spare.max(0));
            self.scale(key, revision, replicas - fewer, control);
            spare -= fewer;
        }
        let all_ready: i32 = (0..=newest)
            .map(|revision| self.ready_pods(key, revision))
            .sum();
        let mut spare = spare.min(all_ready - least);
        for revision in 0..newest {
            let Some(workload) = self.workloads.get(key) else {
                return;
            };
            let replicas = workload.revisions[revision].replicas;
            let fewer = replicas.min(spare.max(0));
            self.scale(key, revision, replicas - fewer, control);
            spare -= fewer;
        }
    }

    fn ready_pods(&self, key: &WorkloadKey, revision: usize) -> i32 {
        let Some(workload) = self.workloads.get(key) else {
            return 0;
        };
        let Some(revision) = workload.revisions.get(revision) else {
            return 0;
        };
        let is_of = |pod: &&Pod| {
            pod.is_ready()
                && pod
                    .owner
                    .as_ref()
                    .is_some_and(|owner| owner.hash == revision.hash)
        };
        i32::try_from(self.active_pods_of(key).filter(is_of).count()).unwrap_or(i32::MAX)
    }

    fn scale(
        &mut self,
        key: &WorkloadKey,
        revision: usize,
        replicas: i32,
        control: &mut Control<'_>,
    ) {
        let version = self.resource_version + 1;
        let Some(workload) = self.workloads.get_mut(key) else {
            return;
        };
        let Some(revision) = workload.revisions.get_mut(revision) else {
            return;
        };
        if revision.replicas == replicas {
            return;
        }
        let happening = Happening::ReplicaSetScaled {
            replica_set: format!("{}-{}", key.name, revision.hash),
            from: revision.replicas,
            to: replicas,
        };
        revision.replicas = replicas;
        revision.metadata.generation += 1;
        revision.metadata.resource_version = version;
        self.resource_version = version;
        self.record_workload(key, happening, control.now);
    }

    /// The ReplicaSet controller: as many pods as each ReplicaSet is to have.
    fn match_replica_sets(
        &mut self,
        key: &WorkloadKey,
        has_association: bool,
        control: &mut Control<'_>,
    ) {
        let count = self
            .workloads
            .get(key)
            .map_or(0, |workload| workload.revisions.len());
        for revision in 0..count {
            let Some(workload) = self.workloads.get(key) else {
                return;
            };
            let (hash, wanted) = (
                workload.revisions[revision].hash.clone(),
                workload.revisions[revision].replicas,
            );
            let wanted = usize::try_from(wanted).unwrap_or(0);
            let mut present: Vec<(bool, u64, NamespacedName)> = self
                .pods
                .iter()
                .filter(|(_, pod)| {
                    let owner = pod.owner.as_ref();
                    !pod.is_terminating()
                        && owner.is_some_and(|owner| owner.workload == *key && owner.hash == hash)
                })
                .map(|(name, pod)| (pod.is_ready(), pod.metadata.resource_version, name.clone()))
                .collect();
            for _ in present.len()..wanted {
                self.create_pod(key, revision, None, has_association, control);
            }
            // What is not ready goes first.
            present.sort();
            let surplus = present.len().saturating_sub(wanted);
            for (_, _, name) in present.into_iter().take(surplus) {
                self.delete_pod(&name, control);
            }
        }
    }
}
