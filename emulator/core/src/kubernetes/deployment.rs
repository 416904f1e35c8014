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
        // What is given up on one side makes room on the other: pods on their
        // way out do not count.
        loop {
            let is_changed = self.scale_up_new(key, control) || self.scale_down_old(key, control);
            self.match_replica_sets(key, has_association, control);
            if !is_changed {
                break;
            }
        }
        self.check_completion(key, control);
    }

    /// The newest ReplicaSet grows up to the replicas and the surge. Gives
    /// whether it changed.
    fn scale_up_new(&mut self, key: &WorkloadKey, control: &mut Control<'_>) -> bool {
        let Some(workload) = self.workloads.get(key) else {
            return false;
        };
        let Some(newest) = workload.newest() else {
            return false;
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
        self.scale(key, last, wanted, control)
    }

    /// Older ReplicaSets shrink: first by what is not ready anyway, then by
    /// what may be missing. Gives whether any did.
    fn scale_down_old(&mut self, key: &WorkloadKey, control: &mut Control<'_>) -> bool {
        let Some(workload) = self.workloads.get(key) else {
            return false;
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
        let spare = total - least - new_missing;
        let unready = |kubernetes: &Self, revision: usize, replicas: i32| {
            (replicas - kubernetes.ready_pods(key, revision)).max(0)
        };
        let (spare, has_cleaned) = self.shrink(key, spare, unready, control);
        let all_ready: i32 = (0..=newest)
            .map(|revision| self.ready_pods(key, revision))
            .sum();
        let spare = spare.min(all_ready - least);
        let (_, has_shrunk) = self.shrink(key, spare, |_, _, replicas| replicas, control);
        has_cleaned || has_shrunk
    }

    /// Takes up to `spare` pods away from the older ReplicaSets, from each at
    /// most as many as `most` says. Gives what is left to take, and whether
    /// anything was taken.
    fn shrink(
        &mut self,
        key: &WorkloadKey,
        mut spare: i32,
        most: impl Fn(&Self, usize, i32) -> i32,
        control: &mut Control<'_>,
    ) -> (i32, bool) {
        let revisions = self.workloads.get(key).map(|workload| &workload.revisions);
        let replicas: Vec<i32> = revisions
            .into_iter()
            .flatten()
            .map(|revision| revision.replicas)
            .collect();
        let mut is_changed = false;
        let older = replicas.len().saturating_sub(1);
        for (revision, &replicas) in replicas.iter().enumerate().take(older) {
            let fewer = most(self, revision, replicas).min(spare.max(0));
            is_changed |= self.scale(key, revision, replicas - fewer, control);
            spare -= fewer;
        }
        (spare, is_changed)
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

    /// Asks a ReplicaSet for another number of pods. Gives whether it is
    /// another one.
    fn scale(
        &mut self,
        key: &WorkloadKey,
        revision: usize,
        replicas: i32,
        control: &mut Control<'_>,
    ) -> bool {
        let version = self.resource_version + 1;
        let Some(workload) = self.workloads.get_mut(key) else {
            return false;
        };
        let bounds = workload.bounds();
        let Some(revision) = workload.revisions.get_mut(revision) else {
            return false;
        };
        if revision.replicas == replicas {
            return false;
        }
        let happening = Happening::ReplicaSetScaled {
            replica_set: format!("{}-{}", key.name, revision.hash),
            from: revision.replicas,
            to: replicas,
        };
        revision.replicas = replicas;
        revision.noted = bounds;
        revision.metadata.generation += 1;
        revision.metadata.resource_version = version;
        self.resource_version = version;
        self.record_workload(key, happening, control.now);
        true
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
