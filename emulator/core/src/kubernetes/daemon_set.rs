//! The DaemonSet controller: one pod on each node, replaced node by node.
//!
//! Source of the rules: Kubernetes' daemon set controller with the
//! `RollingUpdate` strategy and no surge, which no add-on of the catalogue
//! asks for.

use super::workload::{Rounding, share};
use super::{Control, Kubernetes, NamespacedName, WorkloadKey};

impl Kubernetes {
    /// Brings the pods of a DaemonSet nearer to what was asked for, as far as
    /// the limits of the strategy allow now.
    pub(super) fn reconcile_daemon_set(
        &mut self,
        key: &WorkloadKey,
        has_association: bool,
        control: &mut Control<'_>,
    ) {
        self.fill_nodes(key, has_association, control);
        self.replace_old(key, control);
        self.check_completion(key, control);
    }

    /// A node without a pod gets one; a pod on its way out keeps its place.
    fn fill_nodes(&mut self, key: &WorkloadKey, has_association: bool, control: &mut Control<'_>) {
        let Some(newest) = self
            .workloads
            .get(key)
            .map(|workload| workload.revisions.len())
        else {
            return;
        };
        for node in 0..self.nodes.len() {
            if newest > 0 && !self.pods_of(key).any(|pod| pod.node == Some(node)) {
                self.create_pod(key, newest - 1, Some(node), has_association, control);
            }
        }
    }

    /// Old pods that are not ready go at once, ready ones as long as not too
    /// many nodes are without a ready pod.
    fn replace_old(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let Some(newest) = workload.newest() else {
            return;
        };
        let hash = newest.hash.clone();
        let nodes = i32::try_from(self.nodes.len()).unwrap_or(i32::MAX);
        let strategy = workload.template.workload.strategy();
        let most_unavailable = share(strategy.max_unavailable, nodes, Rounding::Up).max(1);
        let ready = self
            .active_pods_of(key)
            .filter(|pod| pod.is_ready())
            .count();
        let unavailable = nodes - i32::try_from(ready).unwrap_or(i32::MAX);
        let mut budget = most_unavailable - unavailable;
        let old: Vec<(NamespacedName, bool)> = self
            .pods
            .iter()
            .filter(|(_, pod)| !pod.is_terminating())
            .filter(|(_, pod)| {
                let owner = pod.owner.as_ref();
                owner.is_some_and(|owner| owner.workload == *key && owner.hash != hash)
            })
            .map(|(name, pod)| (name.clone(), pod.is_ready()))
            .collect();
        for (name, is_ready) in old {
            if !is_ready {
                self.delete_pod(&name, control);
            } else if budget > 0 {
                budget -= 1;
                self.delete_pod(&name, control);
            }
        }
    }
}
