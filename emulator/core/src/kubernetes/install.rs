//! Installing an add-on's objects, changing and removing them, and what EKS
//! puts on a new cluster.

use std::sync::Arc;

use super::conflict::LiveValues;
use super::status::Status;
use super::template::PodTemplate;
use super::workload::{Owner, Workload, WorkloadKey};
use super::{Control, Kubernetes, NamespacedName, Step};
use crate::catalog::{self, OfferedAddon, OfferedWorkload, WorkloadSettings};

/// What an add-on is to have on the cluster.
#[derive(Clone, Debug)]
pub(crate) struct Desired<'a> {
    pub(crate) addon: OfferedAddon<'a>,
    pub(crate) version: String,
    pub(crate) namespace: String,
    /// The role of the add-on's service accounts (IRSA).
    pub(crate) role_arn: Option<String>,
    pub(crate) workloads: Vec<DesiredWorkload>,
}

/// A workload that an add-on is to have.
#[derive(Clone, Debug)]
pub(crate) struct DesiredWorkload {
    pub(crate) workload: OfferedWorkload,
    pub(crate) settings: WorkloadSettings,
}

impl<'a> Desired<'a> {
    /// What an add-on of this version, namespace and configuration is to have.
    pub(crate) fn new(
        addon: OfferedAddon<'a>,
        version: &str,
        namespace: &str,
        role_arn: Option<&str>,
        values: Option<&serde_json::Value>,
    ) -> Self {
        let asked = |workload: &OfferedWorkload, values| {
            catalog::settings_of(addon.name(), workload.name(), workload.kind(), values)
        };
        let workloads = addon
            .workloads()
            .into_iter()
            .map(|workload| DesiredWorkload {
                settings: values
                    .map(|values| asked(&workload, values))
                    .unwrap_or_default(),
                workload,
            });
        Self {
            addon,
            version: version.to_owned(),
            namespace: namespace.to_owned(),
            role_arn: role_arn.map(str::to_owned),
            workloads: workloads.collect(),
        }
    }

    /// Whose its objects are.
    pub(super) fn owner(&self) -> Owner {
        Owner::Addon(self.addon.name().to_owned())
    }

    pub(super) fn key(&self, desired: &DesiredWorkload) -> WorkloadKey {
        WorkloadKey {
            namespace: self.namespace.clone(),
            kind: desired.workload.kind(),
            name: desired.workload.name().to_owned(),
        }
    }

    pub(super) fn template(&self, desired: &DesiredWorkload) -> PodTemplate {
        PodTemplate {
            workload: desired.workload.clone(),
            version: self.version.clone(),
            settings: desired.settings.clone(),
            restarted_at: None,
        }
    }

    pub(super) fn replicas(desired: &DesiredWorkload) -> i32 {
        desired
            .settings
            .replicas
            .unwrap_or(desired.workload.replicas())
    }

    /// The service accounts that get the role (IRSA): those that the
    /// catalogue says need one, otherwise all that workloads use.
    pub(super) fn accounts_with_role(&self) -> Vec<&'a str> {
        let version = self.addon.version(&self.version);
        let named = version
            .map(|version| version.pod_identity_service_accounts())
            .unwrap_or_default();
        if named.is_empty() {
            self.addon.service_accounts()
        } else {
            named
        }
    }
}

impl Kubernetes {
    /// What EKS puts on a new cluster, but for nodes and add-ons.
    pub(crate) fn start(&mut self, control: &mut Control<'_>) {
        for namespace in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            self.ensure_namespace(namespace, control);
        }
    }

    /// Makes the objects of an add-on, takes over those that are there, and
    /// brings them to what it is to have. Nothing is made twice.
    pub(crate) fn install(
        &mut self,
        owner: &Owner,
        desired: &Desired<'_>,
        live_values: LiveValues,
        control: &mut Control<'_>,
    ) {
        self.ensure_addon_namespace(&desired.namespace, control);
        let conflicting = self.roles_that_conflict(desired);
        for name in desired.addon.service_accounts() {
            self.ensure_service_account(&desired.namespace, name, owner.clone(), control);
        }
        for name in desired.accounts_with_role() {
            if live_values == LiveValues::Overwrite || !conflicting.contains(&name) {
                self.annotate_role(&desired.namespace, name, desired.role_arn.as_deref());
            }
        }
        for wanted in &desired.workloads {
            let key = desired.key(wanted);
            match self.workloads.get_mut(&key) {
                Some(live) if live_values == LiveValues::Keep && live.owner != *owner => {
                    live.owner = owner.clone();
                }
                _ => self.install_workload(owner, desired, wanted, control),
            }
        }
        let mut unwanted = self.workloads_of(owner);
        unwanted.retain(|key| {
            let mut wanted = desired.workloads.iter();
            !wanted.any(|wanted| desired.key(wanted) == *key)
        });
        self.remove_workloads(&unwanted, control);
    }

    fn ensure_addon_namespace(&mut self, namespace: &str, control: &mut Control<'_>) {
        if !self.namespaces.contains_key(namespace) {
            self.ensure_namespace(namespace, control);
            self.addon_namespaces.insert(namespace.to_owned());
        }
    }

    fn install_workload(
        &mut self,
        owner: &Owner,
        desired: &Desired<'_>,
        wanted: &DesiredWorkload,
        control: &mut Control<'_>,
    ) {
        let key = desired.key(wanted);
        let (replicas, mut template) = (Desired::replicas(wanted), desired.template(wanted));
        if let Some(live) = self.workloads.get_mut(&key) {
            live.owner = owner.clone();
            // A restart that happened is not undone.
            template.restarted_at = live.template.restarted_at;
            return self.change_template(&key, replicas, template, control);
        }
        let mut metadata = self.new_metadata(control);
        metadata.generation = 1;
        metadata.labels = super::workload::selector(&template);
        let workload = Workload {
            metadata,
            owner: owner.clone(),
            replicas,
            template: Arc::new(template),
            observed_generation: 0,
            revisions: Vec::new(),
            is_rolling: false,
            is_restarting: false,
            status: Status::default(),
        };
        self.workloads.insert(key.clone(), workload);
        self.begin_rollout(&key, control);
    }

    /// Removes the objects of an owner; its pods are on their way out then.
    pub(crate) fn uninstall(&mut self, owner: &Owner, control: &mut Control<'_>) {
        let workloads = self.workloads_of(owner);
        self.remove_workloads(&workloads, control);
        self.service_accounts
            .retain(|_, account| account.owner != *owner);
        self.resource_version += 1;
    }

    /// Removes workloads; their pods are on their way out then.
    fn remove_workloads(&mut self, workloads: &[WorkloadKey], control: &mut Control<'_>) {
        if workloads.is_empty() {
            return;
        }
        let pods: Vec<NamespacedName> = self
            .pods
            .iter()
            .filter(|(_, pod)| {
                pod.owner
                    .as_ref()
                    .is_some_and(|owner| workloads.contains(&owner.workload))
            })
            .map(|(name, _)| name.clone())
            .collect();
        for pod in pods {
            self.delete_pod(&pod, control);
        }
        self.workloads.retain(|key, _| !workloads.contains(key));
    }

    /// Removes what add-ons that are gone have left: pods on their way out,
    /// and namespaces that came with an add-on and are empty.
    pub(crate) fn sweep(&mut self, control: &mut Control<'_>) {
        let leftover: Vec<(NamespacedName, String)> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.is_terminating())
            .filter(|(_, pod)| {
                let key = pod.owner.as_ref().map(|owner| &owner.workload);
                key.is_some_and(|key| !self.workloads.contains_key(key))
            })
            .map(|(name, pod)| (name.clone(), pod.metadata.uid()))
            .collect();
        for (name, uid) in leftover {
            self.perform_pod_step(&name, &uid, super::control::PodStep::Remove, control);
        }
        for namespace in self.addon_namespaces.clone() {
            self.remove_namespace_if_empty(&namespace);
        }
    }

    fn remove_namespace_if_empty(&mut self, namespace: &str) {
        let has_account = self.service_accounts.iter().any(|((of, name), account)| {
            of == namespace && (name != "default" || account.owner != Owner::Cluster)
        });
        let has_workload = self.workloads.keys().any(|key| key.namespace == namespace);
        let has_pod = self.pods.keys().any(|(of, _)| of == namespace);
        if has_account || has_workload || has_pod {
            return;
        }
        self.addon_namespaces.remove(namespace);
        self.namespaces.remove(namespace);
        self.service_accounts.retain(|(of, _), _| of != namespace);
    }

    /// The objects of an add-on that is deleted with `preserve` stay; they
    /// are nobody's then.
    pub(crate) fn abandon(&mut self, owner: &Owner) {
        let Some(addon_name) = owner.addon_name() else {
            return;
        };
        let nobody = Owner::SelfManaged(addon_name.to_owned());
        for key in self.workloads_of(owner) {
            if let Some(workload) = self.workloads.get_mut(&key) {
                workload.owner = nobody.clone();
            }
        }
        let accounts = self.service_accounts.iter();
        let accounts = accounts.filter(|(_, account)| account.owner == *owner);
        let names: Vec<NamespacedName> = accounts.map(|(name, _)| name.clone()).collect();
        for name in names {
            if let Some(account) = self.service_accounts.get_mut(&name) {
                account.owner = nobody.clone();
            }
        }
    }

    /// The workload that a step is about, with its service account.
    pub(crate) fn subject_of(&self, step: &Step) -> Option<WorkloadKey> {
        match step {
            Step::Observe(key) => Some(key.clone()),
            Step::Pod { pod, .. } => self
                .pods
                .get(pod)?
                .owner
                .as_ref()
                .map(|owner| owner.workload.clone()),
        }
    }

    /// The service account that the pods of a workload use.
    pub(crate) fn service_account_of(&self, key: &WorkloadKey) -> Option<&str> {
        let workload = self.workloads.get(key)?;
        Some(
            workload
                .template
                .workload
                .service_account()
                .unwrap_or("default"),
        )
    }

    /// Whose a workload is.
    pub(crate) fn owner_of(&self, key: &WorkloadKey) -> Option<&Owner> {
        self.workloads.get(key).map(|workload| &workload.owner)
    }

    /// Lets something happen whose time has come. `has_association` says
    /// whether pods that are made by it get container credentials.
    pub(crate) fn perform(&mut self, step: Step, has_association: bool, control: &mut Control<'_>) {
        let subject = self.subject_of(&step);
        let looked_at = match step {
            Step::Observe(key) => {
                self.observe(&key, control);
                Some(key)
            }
            Step::Pod { pod, uid, step } => self.perform_pod_step(&pod, &uid, step, control),
        };
        if let Some(key) = looked_at {
            match key.kind {
                catalog::WorkloadKind::Deployment => {
                    self.reconcile_deployment(&key, has_association, control);
                }
                catalog::WorkloadKind::DaemonSet => {
                    self.reconcile_daemon_set(&key, has_association, control);
                }
            }
        }
        if let Some(key) = subject {
            self.write_status(&key, control.now);
        }
    }
}
