//! The user's own Kubernetes objects, and the order of a cluster's parts.

use eks_emulator_core::cluster::SeededServiceAccount;
use eks_emulator_core::cluster::seed::Seeded;
use serde_json::{Value, json};

use super::Application;
use super::cluster::ClusterPlan;
use crate::seed::document::{PodSeed, ServiceAccountSeed};

/// The annotation that names the role of a service account (IRSA).
const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

/// The manifest of a pod.
pub(in crate::seed) fn pod_manifest(pod: &PodSeed) -> Value {
    let plain = || json!({ "spec": { "containers": [{ "name": "main", "image": "pause" }] } });
    let mut manifest = pod.x_emulator.manifest.clone().unwrap_or_else(plain);
    let service_account = pod.service_account.as_deref().unwrap_or("default");
    for (member, value) in [("apiVersion", "v1"), ("kind", "Pod")] {
        if manifest.get(member).is_none() {
            manifest[member] = json!(value);
        }
    }
    for member in ["metadata", "spec"] {
        if !manifest[member].is_object() {
            manifest[member] = json!({});
        }
    }
    manifest["metadata"]["name"] = json!(pod.name);
    manifest["metadata"]["namespace"] = json!(pod.namespace);
    manifest["spec"]["serviceAccountName"] = json!(service_account);
    manifest
}

impl Application<'_> {
    /// Everything that belongs to a cluster. Pods come last: what they are
    /// given is decided when they are made.
    pub(super) fn apply_parts(&mut self, plan: &ClusterPlan<'_>) {
        let owned = self.owned_associations(plan);
        self.apply_addons(plan, &owned);
        self.apply_associations(plan);
        self.apply_service_accounts(plan);
        self.apply_pods(plan);
        self.apply_final_status(plan);
    }

    fn apply_service_accounts(&mut self, plan: &ClusterPlan<'_>) {
        for (index, account) in plan.seed.service_accounts.iter().enumerate() {
            let wanted = service_account(plan, account);
            let environment = self.environment(false);
            let seeded = self.in_cluster(plan, |cluster| {
                cluster.seed_service_account(&environment, &wanted)
            });
            let pointer = format!("{}/serviceAccounts/{index}", plan.pointer);
            let name = format!("serviceAccounts/{}/{}", account.namespace, account.name);
            self.settle_object(plan, pointer, &name, seeded);
        }
    }

    fn apply_pods(&mut self, plan: &ClusterPlan<'_>) {
        for (index, pod) in plan.seed.pods.iter().enumerate() {
            let manifest = pod_manifest(pod);
            let account = SeededServiceAccount {
                namespace: pod.namespace.clone(),
                name: pod
                    .service_account
                    .clone()
                    .unwrap_or_else(|| "default".into()),
                ..SeededServiceAccount::default()
            };
            let environment = self.environment(false);
            let seeded = self.in_cluster(plan, |cluster| {
                if !cluster.has_service_account(&account.namespace, &account.name) {
                    cluster.seed_service_account(&environment, &account)?;
                }
                cluster.seed_pod(&environment, &manifest)
            });
            let pointer = format!("{}/pods/{index}", plan.pointer);
            let name = format!("pods/{}/{}", pod.namespace, pod.name);
            self.settle_object(plan, pointer, &name, seeded);
        }
    }

    fn settle_object<E: std::fmt::Display>(
        &mut self,
        plan: &ClusterPlan<'_>,
        pointer: String,
        name: &str,
        seeded: Option<Result<Seeded, E>>,
    ) {
        match seeded {
            Some(Ok(seeded)) => self.report.add(seeded, format!("{}/{name}", plan.arn())),
            Some(Err(error)) => self.mistake(pointer, error.to_string()),
            None => self.mistake(pointer, "the cluster is gone"),
        }
    }
}

fn service_account(plan: &ClusterPlan<'_>, account: &ServiceAccountSeed) -> SeededServiceAccount {
    let annotations = account.annotations.iter().map(|(name, value)| {
        let value = match name.as_str() {
            ROLE_ANNOTATION => plan.iam_arn(value),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    SeededServiceAccount {
        namespace: account.namespace.clone(),
        name: account.name.clone(),
        labels: account.labels.clone(),
        annotations: annotations.collect(),
    }
}
