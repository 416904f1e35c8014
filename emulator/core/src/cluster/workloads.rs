//! The cluster and what runs on it: the seam between the add-on API and the
//! Kubernetes objects.

use std::collections::BTreeSet;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, IpFamily};
use serde::{Deserialize, Serialize};

use super::addon::Addon;
use super::transition::Subject;
use super::{Cluster, Transition};
use crate::credentials::{Question, associates};
use crate::environment::Environment;
use crate::kubernetes::admission;
use crate::kubernetes::{
    Control, Desired, Kubernetes, LiveValues, Owner, Progress, Step, WorkloadKey,
};
use crate::lifecycle::Outcome;
use crate::{catalog, kubernetes};

/// The add-on that runs the pod identity agent.
pub(crate) const AGENT_ADDON: &str = "eks-pod-identity-agent";

/// What EKS puts on a new cluster unless it is told not to.
const SELF_MANAGED: [&str; 3] = ["coredns", "kube-proxy", "vpc-cni"];

/// Where the pods of a cluster run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Compute {
    /// A fixed number of nodes, on which every pod finds room.
    #[default]
    Assumed,
    /// No nodes: pods of Deployments wait for ever.
    None,
}

impl Cluster {
    /// Runs controllers at `at` and schedules what comes of it.
    pub(super) fn control<T>(
        &mut self,
        environment: &Environment<'_>,
        at: Timestamp,
        run: impl FnOnce(&mut Kubernetes, &mut Control<'_>) -> T,
    ) -> T {
        let home = self.home.clone();
        let mut control = Control {
            now: at,
            ids: &mut self.ids,
            region: &home.region,
            later: Vec::new(),
            happened: Vec::new(),
        };
        let result = run(&mut self.kubernetes, &mut control);
        let Control {
            later, happened, ..
        } = control;
        for kind in happened {
            self.record(at, kind);
        }
        for step in later {
            let after = environment.lifecycle.step_after(step.duration().0);
            let transition = Transition {
                subject: Subject::Kubernetes(step),
                outcome: Outcome::Success,
            };
            self.schedule.push(at, after, transition);
        }
        result
    }

    /// The control plane is up: what EKS puts on a new cluster.
    pub(super) fn start_kubernetes(&mut self, environment: &Environment<'_>, at: Timestamp) {
        let patch_version = catalog::cluster_version(&self.version)
            .map_or("1.0.0", |version| version.patch_version);
        let wants_nodes = self.compute == Compute::Assumed;
        let self_managed = self.self_managed_addons(environment);
        self.control(environment, at, |kubernetes, control| {
            kubernetes.start(control);
            if wants_nodes {
                kubernetes.add_assumed_nodes(patch_version, control);
            }
            for desired in &self_managed {
                let owner = Owner::SelfManaged(desired.addon.name().to_owned());
                kubernetes.install(&owner, desired, LiveValues::Overwrite, control);
            }
        });
    }

    fn self_managed_addons<'a>(&self, environment: &Environment<'a>) -> Vec<Desired<'a>> {
        if !self.configuration.bootstrap_self_managed_addons {
            return Vec::new();
        }
        let desired = |name: &&str| {
            let addon = environment.catalog.addon(name)?;
            let version = addon.default_version(&self.version)?;
            Some(Desired::new(
                addon,
                version.version(),
                addon.default_namespace(),
                None,
                None,
            ))
        };
        SELF_MANAGED.iter().filter_map(desired).collect()
    }

    /// Takes the nodes away, or brings them. A cluster that is being made
    /// comes up without them.
    pub fn set_compute(&mut self, environment: &Environment<'_>, compute: Compute) {
        if self.compute == compute {
            return;
        }
        self.compute = compute;
        if !self.has_kubernetes() {
            return;
        }
        let patch_version = catalog::cluster_version(&self.version)
            .map_or("1.0.0", |version| version.patch_version);
        self.control(
            environment,
            environment.now,
            |kubernetes, control| match compute {
                Compute::Assumed => kubernetes.bring_nodes(patch_version, control),
                Compute::None => kubernetes.take_nodes(control),
            },
        );
    }

    pub(super) fn has_kubernetes(&self) -> bool {
        self.kubernetes != Kubernetes::default()
    }

    /// Something happens on the cluster.
    pub(super) fn perform_step(
        &mut self,
        environment: &Environment<'_>,
        at: Timestamp,
        step: Step,
    ) {
        let key = self.kubernetes.subject_of(&step);
        let has_association = key
            .as_ref()
            .is_some_and(|key| self.injects_credentials(key));
        self.control(environment, at, |kubernetes, control| {
            kubernetes.perform(step, has_association, control);
        });
        let owner = key.and_then(|key| self.kubernetes.owner_of(&key).cloned());
        if let Some(Owner::Addon(addon_name)) = owner {
            self.finish_if_rolled_out(at, &addon_name);
        }
    }

    /// Whether new pods of a workload get container credentials.
    fn injects_credentials(&self, key: &WorkloadKey) -> bool {
        let Some(service_account) = self.kubernetes.service_account_of(key) else {
            return false;
        };
        let addon_name = match self.kubernetes.owner_of(key) {
            Some(Owner::Addon(name)) => Some(name.as_str()),
            _ => None,
        };
        associates(&self.question(&key.namespace, service_account, addon_name))
    }

    /// What decides about the credentials of pods of a service account.
    pub(super) fn question<'a>(
        &'a self,
        namespace: &'a str,
        service_account: &'a str,
        addon_name: Option<&'a str>,
    ) -> Question<'a> {
        let annotations = self.kubernetes.annotations_of(namespace, service_account);
        let addon = addon_name.and_then(|name| self.addons.get(name));
        Question {
            namespace,
            service_account,
            addon_name,
            addon_role_arn: addon.and_then(Addon::role_arn),
            has_agent: self.has_agent(),
            association_role_arn: self
                .associations
                .of(namespace, service_account)
                .map(|association| &*association.role_arn),
            annotation_role_arn: annotations
                .and_then(|annotations| annotations.get(kubernetes::ROLE_ARN_ANNOTATION))
                .map(String::as_str),
        }
    }

    /// Whether the pod identity agent is on the cluster: as an add-on that is
    /// not being deleted, or built in with EKS Auto Mode.
    pub(super) fn has_agent(&self) -> bool {
        let addon = self.addons.get(AGENT_ADDON);
        let is_installed = addon.is_some_and(|addon| {
            !matches!(
                addon.status(),
                AddonStatus::Deleting | AddonStatus::CreateFailed
            )
        });
        is_installed || self.configuration.auto_mode.is_enabled()
    }

    pub(super) fn ip_family(&self) -> admission::IpFamily {
        match self.configuration.service_network.ip_family {
            IpFamily::Ipv4 => admission::IpFamily::Ipv4,
            IpFamily::Ipv6 => admission::IpFamily::Ipv6,
        }
    }

    /// Brings the objects of an add-on to what it is to have.
    pub(super) fn install_addon(
        &mut self,
        environment: &Environment<'_>,
        desired: &Desired<'_>,
        live_values: LiveValues,
    ) {
        let owner = Owner::Addon(desired.addon.name().to_owned());
        self.control(environment, environment.now, |kubernetes, control| {
            kubernetes.install(&owner, desired, live_values, control);
        });
    }

    /// What an add-on is to have on the cluster.
    pub(super) fn desired<'a>(
        &self,
        environment: &Environment<'a>,
        addon_name: &str,
    ) -> Option<Desired<'a>> {
        let addon = self.addons.get(addon_name)?;
        Some(addon.desired(environment.catalog.addon(addon_name)?))
    }

    /// Restarts the workloads of an add-on that use any of these service
    /// accounts.
    pub(super) fn restart_users_of(
        &mut self,
        environment: &Environment<'_>,
        addon_name: &str,
        service_accounts: &BTreeSet<String>,
    ) {
        let owner = Owner::Addon(addon_name.to_owned());
        let mut affected = self.kubernetes.workloads_of(&owner);
        affected.retain(|key| {
            let account = self.kubernetes.service_account_of(key);
            account.is_some_and(|account| service_accounts.contains(account))
        });
        self.control(environment, environment.now, |kubernetes, control| {
            for key in &affected {
                kubernetes.restart(key, control);
            }
        });
    }

    /// How far the slowest workload of an add-on is.
    pub(super) fn addon_progress(&self, addon_name: &str) -> Progress {
        self.kubernetes.progress_of_addon(addon_name)
    }

    /// An add-on's objects go with it.
    pub(super) fn uninstall_addon(&mut self, environment: &Environment<'_>, addon_name: &str) {
        let owner = Owner::Addon(addon_name.to_owned());
        self.control(environment, environment.now, |kubernetes, control| {
            kubernetes.uninstall(&owner, control);
        });
    }

    /// An add-on's objects stay when it is deleted with `preserve`.
    pub(super) fn abandon_objects(&mut self, addon_name: &str) {
        self.kubernetes
            .abandon(&Owner::Addon(addon_name.to_owned()));
    }

    /// An add-on is gone: so is what was still on its way out.
    pub(super) fn sweep(&mut self, environment: &Environment<'_>, at: Timestamp) {
        self.control(environment, at, |kubernetes, control| {
            kubernetes.sweep(control)
        });
    }
}
