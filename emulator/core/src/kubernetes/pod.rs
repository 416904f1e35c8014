//! Pods: how they come, become ready and go.

use std::collections::BTreeMap;
use std::sync::Arc;

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::control::PodStep;
use super::event::Happening;
use super::metadata::Metadata;
use super::template::{NAME_ALPHABET, PodTemplate};
use super::{Control, Kubernetes, NamespacedName, Step, WorkloadKey};
use crate::catalog::{Container, WorkloadKind};
use crate::event::EventKind;
use crate::ids::{IdKind, Ids};
use crate::state::{hex, json_text};

/// A pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pod {
    pub(super) metadata: Metadata,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<PodOwner>,
    pub(super) source: Source,
    pub(crate) service_account: String,
    pub(super) phase: Phase,
    /// Whether the scheduler has looked for a node in vain.
    pub(super) found_no_node: bool,
    /// Which of the nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) node: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scheduled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ready_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<Timestamp>,
    /// What its credentials were decided from when it was made.
    pub(crate) injection: Injection,
}

/// Where the specification of a pod comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Source {
    /// The template of its revision.
    Template(Arc<PodTemplate>),
    /// The user's manifest.
    Manifest(#[serde(with = "json_text")] Arc<Value>),
}

/// The revision that a pod was made for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PodOwner {
    pub(super) workload: WorkloadKey,
    /// The identity of what controls the pod: a ReplicaSet or the DaemonSet.
    pub(super) controller_uid: String,
    pub(super) hash: Arc<str>,
    pub(super) generation: i64,
}

/// What the credentials of a pod were decided from when it was made. They
/// never change afterwards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Injection {
    /// Whether container credentials were to be injected.
    pub(crate) has_association: bool,
    /// The annotations of the service account; `None` if it did not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) annotations: Option<Arc<BTreeMap<String, String>>>,
    /// The chance in the lifetime of its token.
    #[serde(with = "hex")]
    pub(crate) random: u64,
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PodContainer {
    /// Whether it runs before the others, and has ended when they run.
    pub(super) is_init: bool,
    pub(super) name: String,
    pub(super) image: String,
}

impl PodContainer {
    fn read(container: &Value, is_init: bool) -> Self {
        let text = |member: &str| container[member].as_str().unwrap_or_default().to_owned();
        Self {
            // One that restarts for ever is a sidecar and goes on running.
            is_init: is_init && container["restartPolicy"] != "Always",
            name: text("name"),
            image: text("image"),
        }
    }
}

/// How far a pod has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Phase {
    /// It waits for a node.
    Pending,
    /// It has a node, its containers are being made.
    Scheduled,
    /// Its containers run.
    Started,
    /// Its containers are ready.
    Ready,
    /// It is on its way out.
    Terminating,
}

impl Phase {
    /// Whether a step can happen to a pod that has come this far. Of two
    /// that were put down for the same thing, the second finds it done.
    fn allows(self, step: PodStep) -> bool {
        matches!(
            (self, step),
            (Self::Pending, PodStep::Schedule)
                | (Self::Scheduled, PodStep::Start)
                | (Self::Started, PodStep::Ready)
                | (Self::Terminating, PodStep::Remove)
        )
    }
}

impl Pod {
    pub(crate) fn is_terminating(&self) -> bool {
        self.phase == Phase::Terminating
    }

    pub(super) fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }
}

/// Five letters, as generated names end.
pub(super) fn name_suffix(ids: &mut Ids) -> String {
    let mut rest = ids.next(IdKind::PodName);
    let letters = (0..5).map(|_| {
        let letter = NAME_ALPHABET[(rest % NAME_ALPHABET.len() as u128) as usize];
        rest /= NAME_ALPHABET.len() as u128;
        char::from(letter)
    });
    letters.collect()
}

impl Kubernetes {
    /// Makes a pod of the newest revision of a workload, bound to `node` if a
    /// DaemonSet makes it.
    pub(super) fn create_pod(
        &mut self,
        key: &WorkloadKey,
        revision: usize,
        node: Option<usize>,
        has_association: bool,
        control: &mut Control<'_>,
    ) {
        let Some(workload) = self.workloads.get(key) else {
            return;
        };
        let Some(revision) = workload.revisions.get(revision) else {
            return;
        };
        let (hash, template) = (revision.hash.clone(), revision.template.clone());
        let controller_uid = match key.kind {
            WorkloadKind::Deployment => revision.metadata.uid(),
            WorkloadKind::DaemonSet => workload.metadata.uid(),
        };
        let generation = workload.metadata.generation;
        let service_account = template
            .workload
            .service_account()
            .unwrap_or("default")
            .to_owned();
        let injection = Injection {
            has_association,
            annotations: self
                .annotations_of(&key.namespace, &service_account)
                .cloned(),
            random: control.ids.next(IdKind::TokenLifetime) as u64,
        };
        let stem = match key.kind {
            WorkloadKind::Deployment => format!("{}-{hash}", key.name),
            WorkloadKind::DaemonSet => key.name.clone(),
        };
        let name = self.new_pod_name(&key.namespace, &stem, control.ids);
        let metadata = self.new_metadata(control);
        let pod = Pod {
            metadata,
            owner: Some(PodOwner {
                workload: key.clone(),
                controller_uid,
                hash: hash.clone(),
                generation,
            }),
            source: Source::Template(template),
            service_account,
            phase: Phase::Pending,
            found_no_node: false,
            node,
            scheduled_at: None,
            started_at: None,
            ready_at: None,
            deleted_at: None,
            injection,
        };
        self.record_owner(
            key,
            &hash,
            Happening::PodCreated { pod: name.clone() },
            control.now,
        );
        self.add_pod((key.namespace.clone(), name), pod, control);
    }

    /// A name that no pod of the namespace has.
    fn new_pod_name(&self, namespace: &str, stem: &str, ids: &mut Ids) -> String {
        loop {
            let key = (namespace.to_owned(), format!("{stem}-{}", name_suffix(ids)));
            if !self.pods.contains_key(&key) {
                return key.1;
            }
        }
    }

    /// Adds a pod that has just been made.
    pub(super) fn add_pod(&mut self, name: NamespacedName, pod: Pod, control: &mut Control<'_>) {
        control.happened.push(EventKind::PodCreated {
            pod: format!("{}/{}", name.0, name.1),
            service_account: pod.service_account.clone(),
        });
        let uid = pod.metadata.uid();
        control.later.push(Step::Pod {
            pod: name.clone(),
            uid,
            step: PodStep::Schedule,
        });
        self.pods.insert(name, pod);
    }

    /// A pod comes one step further. Gives the workload that has to be looked
    /// at then.
    pub(super) fn perform_pod_step(
        &mut self,
        name: &NamespacedName,
        uid: &str,
        step: PodStep,
        control: &mut Control<'_>,
    ) -> Option<WorkloadKey> {
        let version = self.resource_version + 1;
        let nodes = self.nodes.len();
        let least_used = self.least_used_node();
        let pod = self
            .pods
            .get_mut(name)
            .filter(|pod| pod.phase.allows(step) && pod.metadata.uid() == uid)?;
        pod.metadata.resource_version = version;
        let next = match step {
            PodStep::Schedule if nodes == 0 => {
                pod.found_no_node = true;
                None
            }
            PodStep::Schedule => {
                pod.node = pod.node.or(least_used);
                pod.found_no_node = false;
                pod.scheduled_at = Some(control.now);
                pod.phase = Phase::Scheduled;
                Some(PodStep::Start)
            }
            PodStep::Start => {
                pod.started_at = Some(control.now);
                pod.phase = Phase::Started;
                Some(PodStep::Ready)
            }
            PodStep::Ready => {
                pod.ready_at = Some(control.now);
                pod.phase = Phase::Ready;
                None
            }
            PodStep::Remove => return self.remove_pod(name, control),
        };
        let workload = pod.owner.as_ref().map(|owner| owner.workload.clone());
        let node = pod.node;
        self.resource_version = version;
        self.record_pod_step(name, step, node, control);
        if let Some(step) = next {
            control.later.push(Step::Pod {
                pod: name.clone(),
                uid: uid.to_owned(),
                step,
            });
        }
        workload.filter(|_| step == PodStep::Ready)
    }

    fn record_pod_step(
        &mut self,
        name: &NamespacedName,
        step: PodStep,
        node: Option<usize>,
        control: &mut Control<'_>,
    ) {
        let node = node
            .and_then(|node| self.nodes.get(node))
            .map(|node| node.name.clone());
        let happening = match (step, node) {
            (PodStep::Schedule, Some(node)) => Happening::Scheduled { node },
            (PodStep::Schedule, None) => Happening::Unschedulable,
            (PodStep::Start, Some(node)) => Happening::Started {
                node,
                containers: self.containers_of(name, control.region),
            },
            _ => return,
        };
        self.record_pod(name, happening, control.now);
    }

    /// The containers of a pod, in the order they start.
    pub(super) fn containers_of(&self, name: &NamespacedName, region: &str) -> Vec<PodContainer> {
        match self.pods.get(name).map(|pod| &pod.source) {
            Some(Source::Template(template)) => {
                let of = |is_init| {
                    move |container: &Container<'_>| PodContainer {
                        is_init,
                        name: container.name.to_owned(),
                        image: container.image_for(&template.version, region),
                    }
                };
                let init = template.workload.init_containers().iter().map(of(true));
                let main = template.workload.containers();
                init.chain(main.iter().map(of(false))).collect()
            }
            Some(Source::Manifest(manifest)) => {
                let of = |list, is_init| {
                    let containers = manifest["spec"][list].as_array().into_iter().flatten();
                    containers.map(move |container| PodContainer::read(container, is_init))
                };
                of("initContainers", true)
                    .chain(of("containers", false))
                    .collect()
            }
            None => Vec::new(),
        }
    }

    fn least_used_node(&self) -> Option<usize> {
        let mut used = vec![0; self.nodes.len()];
        for node in self.pods.values().filter_map(|pod| pod.node) {
            if let Some(count) = used.get_mut(node) {
                *count += 1;
            }
        }
        (0..used.len()).min_by_key(|node| used[*node])
    }

    /// Sends a pod on its way out because somebody asks for it. Who controls the
    /// pod looks what it lacks then. Gives whether there is such a pod.
    pub(crate) fn delete_pod_on_request(
        &mut self,
        name: &NamespacedName,
        control: &mut Control<'_>,
    ) -> bool {
        let Some(pod) = self.pods.get(name) else {
            return false;
        };
        let owner = pod.owner.as_ref().filter(|_| !pod.is_terminating());
        let workload = owner.map(|owner| owner.workload.clone());
        self.send_out(name, control);
        control.later.extend(workload.map(Step::Observe));
        true
    }

    /// The controller of a pod sends it on its way out, and says so.
    pub(super) fn delete_pod(&mut self, name: &NamespacedName, control: &mut Control<'_>) {
        let pod = self.pods.get(name).filter(|pod| !pod.is_terminating());
        let owner = pod.and_then(|pod| pod.owner.clone());
        if let Some(owner) = owner {
            let happening = Happening::PodDeleted {
                pod: name.1.clone(),
            };
            self.record_owner(&owner.workload, &owner.hash, happening, control.now);
        }
        self.send_out(name, control);
    }

    fn send_out(&mut self, name: &NamespacedName, control: &mut Control<'_>) {
        let version = self.resource_version + 1;
        let Some(pod) = self.pods.get_mut(name).filter(|pod| !pod.is_terminating()) else {
            return;
        };
        let has_run = matches!(pod.phase, Phase::Started | Phase::Ready);
        pod.phase = Phase::Terminating;
        pod.deleted_at = Some(control.now);
        pod.metadata.resource_version = version;
        self.resource_version = version;
        let uid = pod.metadata.uid();
        let node = self.pods.get(name).and_then(|pod| pod.node);
        if let Some(node) = node
            .filter(|_| has_run)
            .and_then(|node| self.nodes.get(node))
        {
            let mut containers = self.containers_of(name, control.region);
            containers.retain(|container| !container.is_init);
            let happening = Happening::Killing {
                node: node.name.clone(),
                containers,
            };
            self.record_pod(name, happening, control.now);
        }
        control.later.push(Step::Pod {
            pod: name.clone(),
            uid,
            step: PodStep::Remove,
        });
    }

    fn remove_pod(
        &mut self,
        name: &NamespacedName,
        control: &mut Control<'_>,
    ) -> Option<WorkloadKey> {
        let pod = self.pods.remove(name)?;
        self.resource_version += 1;
        let text = format!("{}/{}", name.0, name.1);
        control.happened.push(EventKind::PodDeleted { pod: text });
        pod.owner.map(|owner| owner.workload)
    }
}
