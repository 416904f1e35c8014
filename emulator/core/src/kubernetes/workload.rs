//! What Deployments and DaemonSets have in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::metadata::Metadata;
use super::pod::{Phase, Pod};
use super::status::{PodCount, Status};
use super::template::PodTemplate;
use super::{Control, Kubernetes, Step};
use crate::catalog::{IntOrPercent, MOST_REPLICAS, WorkloadKind};
use crate::event::EventKind;

/// Which workload of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorkloadKey {
    pub(crate) namespace: String,
    pub(crate) kind: WorkloadKind,
    pub(crate) name: String,
}

/// Whose an object is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Owner {
    /// An add-on's.
    Addon(String),
    /// What EKS puts on a new cluster, and what an add-on that was deleted
    /// with `preserve` left: nobody's.
    SelfManaged(String),
    /// The cluster's own.
    Cluster,
    /// The user's.
    User,
}

impl Owner {
    /// The add-on that it belongs to, or belonged to.
    pub(crate) fn addon_name(&self) -> Option<&str> {
        match self {
            Self::Addon(name) | Self::SelfManaged(name) => Some(name),
            Self::Cluster | Self::User => None,
        }
    }
}

/// How far a workload has rolled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    /// All pods are of the newest revision and ready.
    Complete,
    /// It goes on.
    Underway,
    /// It waits for something that does not come.
    Stuck,
}

/// A Deployment or a DaemonSet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Workload {
    pub(super) metadata: Metadata,
    pub(super) owner: Owner,
    /// The replicas asked for; without meaning for DaemonSets.
    pub(super) replicas: i32,
    pub(super) template: Arc<PodTemplate>,
    pub(super) observed_generation: i64,
    /// ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet, the
    /// oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) revisions: Vec<Revision>,
    /// Whether a rollout has started and not completed.
    pub(super) is_rolling: bool,
    /// Whether a restart has been asked for and its rollout not completed.
    pub(super) is_restarting: bool,
    pub(super) status: Status,
}

/// A ReplicaSet or a ControllerRevision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Revision {
    pub(super) metadata: Metadata,
    pub(super) number: i64,
    pub(super) hash: Arc<str>,
    pub(super) template: Arc<PodTemplate>,
    /// The pods that a ReplicaSet is to have.
    pub(super) replicas: i32,
    /// The pods that it has, as last written down.
    pub(super) pods: PodCount,
    /// The bounds that the Deployment noted on it when it last dealt with it.
    pub(super) noted: Bounds,
}

/// How many pods a Deployment asks for, and how many it bears in a rollout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Bounds {
    pub(super) desired: i32,
    pub(super) most: i32,
}

impl Workload {
    /// Whether it is what `key` names.
    pub(super) fn is_named(&self, key: &WorkloadKey) -> bool {
        let named = &self.template.workload;
        named.kind() == key.kind && named.name() == key.name
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds {
            desired: self.replicas,
            most: self.replicas + self.limits().0,
        }
    }

    /// The hash of the newest revision that the controller has seen.
    pub(super) fn newest(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    pub(super) fn progress<'a>(
        &self,
        pods: impl Iterator<Item = &'a Pod>,
        nodes: usize,
    ) -> Progress {
        let wanted = match self.template.workload.kind() {
            WorkloadKind::Deployment => usize::try_from(self.replicas).unwrap_or(0),
            WorkloadKind::DaemonSet => nodes,
        };
        let Some(newest) = self.newest() else {
            return Progress::Underway;
        };
        let (mut new, mut old, mut waiting) = (0, 0, 0);
        for pod in pods {
            let is_new = pod
                .owner
                .as_ref()
                .is_some_and(|owner| owner.hash == newest.hash);
            match pod.phase {
                Phase::Ready if is_new => new += 1,
                Phase::Pending if nodes == 0 => waiting += 1,
                _ if !is_new => old += 1,
                _ => {}
            }
        }
        let is_observed = self.observed_generation >= self.metadata.generation;
        if is_observed && new == wanted && old == 0 && waiting == 0 {
            Progress::Complete
        } else if is_observed && waiting > 0 {
            Progress::Stuck
        } else {
            Progress::Underway
        }
    }

    /// What holds of a workload at every instant: during a rollout there are
    /// no more pods than the strategy allows.
    pub(super) fn check<'a>(&self, pods: impl Iterator<Item = &'a Pod>) -> Result<(), String> {
        let asked = self.revisions.iter().map(|revision| revision.replicas);
        for replicas in asked.chain([self.replicas]) {
            // A revision may have those of a surge, too.
            if !(0..=2 * MOST_REPLICAS).contains(&replicas) {
                return Err(format!("nobody can ask for {replicas} replicas"));
            }
        }
        if self.template.workload.kind() == WorkloadKind::Deployment {
            let (surge, _) = self.limits();
            let most = usize::try_from(self.replicas + surge).unwrap_or(0);
            let desired: i32 = self
                .revisions
                .iter()
                .map(|revision| revision.replicas)
                .sum();
            let count = pods.count();
            if count > most.max(usize::try_from(desired).unwrap_or(0)) {
                return Err(format!("{count} pods where {most} are allowed"));
            }
        }
        Ok(())
    }

    /// How many pods there may be above the replicas, and how many may be
    /// missing, for a Deployment.
    ///
    /// Source: Kubernetes, `ResolveFenceposts`: surge is rounded up,
    /// unavailability down, and not both may be zero.
    pub(super) fn limits(&self) -> (i32, i32) {
        let strategy = self.template.workload.strategy();
        let surge = share(strategy.max_surge, self.replicas, Rounding::Up);
        let unavailable = share(strategy.max_unavailable, self.replicas, Rounding::Down);
        if surge == 0 && unavailable == 0 {
            (0, 1)
        } else {
            (surge, unavailable)
        }
    }
}

impl Kubernetes {
    /// Changes the specification of a workload; a controller will see it.
    pub(super) fn change_template(
        &mut self,
        key: &WorkloadKey,
        replicas: i32,
        template: PodTemplate,
        control: &mut Control<'_>,
    ) {
        let version = self.resource_version + 1;
        let Some(workload) = self.workloads.get_mut(key) else {
            return;
        };
        if workload.replicas == replicas && *workload.template == template {
            return;
        }
        self.resource_version = version;
        workload.replicas = replicas;
        workload.template = Arc::new(template);
        workload.metadata.generation += 1;
        workload.metadata.resource_version = version;
        self.begin_rollout(key, control);
    }

    /// A workload has to be looked at by its controller.
    pub(super) fn begin_rollout(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        let Some(workload) = self.workloads.get_mut(key) else {
            return;
        };
        if !std::mem::replace(&mut workload.is_rolling, true) {
            control.happened.push(EventKind::RolloutStarted {
                addon_name: workload.owner.addon_name().map(str::to_owned),
                workload: key.to_string(),
            });
        }
        control.later.push(Step::Observe(key.clone()));
    }

    /// Restarts the pods of a workload one by one, by a change of the template.
    pub(crate) fn restart(&mut self, key: &WorkloadKey, control: &mut Control<'_>) -> bool {
        let Some(workload) = self.workloads.get(key) else {
            return false;
        };
        let mut template = (*workload.template).clone();
        // A second restart within a second is one, too.
        let before = template.restarted_at.map(|at| at.plus_milliseconds(1_000));
        template.restarted_at = Some(before.map_or(control.now, |before| before.max(control.now)));
        let replicas = workload.replicas;
        self.change_template(key, replicas, template, control);
        if let Some(workload) = self.workloads.get_mut(key) {
            workload.is_restarting = true;
        }
        true
    }

    /// Looks whether a rollout has completed.
    pub(super) fn check_completion(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        if self.progress(key) != Progress::Complete {
            return;
        }
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let addon_name = || workload.owner.addon_name().map(str::to_owned);
        if workload.is_rolling {
            control.happened.push(EventKind::RolloutCompleted {
                addon_name: addon_name(),
                workload: key.to_string(),
            });
        }
        if workload.is_restarting {
            control.happened.push(EventKind::PodsRestarted {
                addon_name: addon_name(),
                workload: key.to_string(),
                pods: self.active_pods_of(key).count(),
            });
        }
        if (workload.is_rolling || workload.is_restarting)
            && let Some(workload) = self.workloads.get_mut(key)
        {
            (workload.is_rolling, workload.is_restarting) = (false, false);
        }
    }

    /// The controller's revision of the workload's template: an old one that
    /// is the same, or a new one.
    pub(super) fn observe(&mut self, key: &WorkloadKey, control: &mut Control<'_>) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let hash: Arc<str> = workload.template.hash(control.region).into();
        let generation = workload.metadata.generation;
        let number = workload.newest().map_or(0, |newest| newest.number) + 1;
        let template = workload.template.clone();
        let present = workload
            .revisions
            .iter()
            .position(|revision| revision.hash == hash);
        let is_newest = present.is_some_and(|index| index + 1 == workload.revisions.len());
        let metadata = self.new_metadata(control);
        let Some(workload) = self.workloads.get_mut(key) else {
            return;
        };
        workload.observed_generation = generation;
        let bounds = workload.bounds();
        if let Some(newest) = workload.revisions.last_mut().filter(|_| is_newest) {
            if newest.noted != bounds {
                newest.noted = bounds;
                newest.metadata.resource_version = metadata.resource_version;
            }
            return;
        }
        let revision = match present {
            Some(index) => {
                let mut present = workload.revisions.remove(index);
                present.number = number;
                present.noted = bounds;
                present.metadata.resource_version = metadata.resource_version;
                present
            }
            None => Revision {
                metadata,
                number,
                hash,
                template,
                replicas: 0,
                pods: PodCount::default(),
                noted: bounds,
            },
        };
        workload.revisions.push(revision);
        forget_old(workload);
    }
}

/// Old revisions without pods are kept up to this number.
///
/// Source: Kubernetes' default of `revisionHistoryLimit`.
const REVISION_HISTORY_LIMIT: usize = 10;

fn forget_old(workload: &mut Workload) {
    while workload.revisions.len() > REVISION_HISTORY_LIMIT + 1 {
        let old = &workload.revisions[..workload.revisions.len() - 1];
        let Some(empty) = old.iter().position(|old| old.replicas == 0) else {
            return;
        };
        workload.revisions.remove(empty);
    }
}

impl std::fmt::Display for WorkloadKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}/{}/{}",
            self.namespace,
            self.kind.as_str(),
            self.name
        )
    }
}

/// Which way a share of pods is rounded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rounding {
    Up,
    Down,
}

/// A number of pods, or their share of `all`.
pub(super) fn share(value: IntOrPercent, all: i32, rounding: Rounding) -> i32 {
    match (value, rounding) {
        (IntOrPercent::Int(count), _) => count,
        (IntOrPercent::Percent(percent), Rounding::Down) => all * percent / 100,
        (IntOrPercent::Percent(percent), Rounding::Up) => (all * percent + 99) / 100,
    }
}

/// The labels that select the pods of a workload.
pub(super) fn selector(template: &PodTemplate) -> BTreeMap<String, String> {
    let pairs = template.workload.pod_labels().into_iter();
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
