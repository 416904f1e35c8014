//! What seeds do with the user's own Kubernetes objects.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Cluster;
use super::seed::Seeded;
use crate::environment::Environment;
use crate::kubernetes::ManifestError;

/// A service account of the user's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededServiceAccount {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
}

impl Cluster {
    /// The service accounts of the user's, by namespace and name.
    pub fn service_accounts_as_seeds(&self) -> Vec<SeededServiceAccount> {
        let accounts = self.kubernetes.users_service_accounts();
        accounts
            .map(|(name, labels, annotations)| SeededServiceAccount {
                namespace: name.0.clone(),
                name: name.1.clone(),
                labels: labels.clone(),
                annotations: annotations.clone(),
            })
            .collect()
    }

    /// The manifests of the user's pods, by namespace and name.
    pub fn pods_as_seeds(&self) -> Vec<Value> {
        let pods = self.kubernetes.users_pods();
        pods.map(|(_, manifest)| manifest.clone()).collect()
    }

    /// Whether a service account exists, whoever it belongs to.
    pub fn has_service_account(&self, namespace: &str, name: &str) -> bool {
        self.kubernetes.annotations_of(namespace, name).is_some()
    }

    /// Brings a service account to what a seed says.
    ///
    /// Errors: a sentence that says what is wrong with it.
    pub fn seed_service_account(
        &mut self,
        environment: &Environment<'_>,
        seed: &SeededServiceAccount,
    ) -> Result<Seeded, ManifestError> {
        let SeededServiceAccount {
            namespace,
            name,
            labels,
            annotations,
        } = seed;
        let present = self.service_accounts_as_seeds();
        if present.contains(seed) {
            return Ok(Seeded::Unchanged);
        }
        let existed = self.has_service_account(namespace, name);
        let manifest = json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": { "labels": labels, "annotations": annotations },
        });
        self.put_service_account(environment, namespace, name, &manifest)?;
        Ok(match existed {
            true => Seeded::Updated,
            false => Seeded::Created,
        })
    }

    /// Brings a pod of the user's to what a seed says. One that is different
    /// is made again: the specification of a pod does not change.
    ///
    /// Errors: a sentence that says what is wrong with it.
    pub fn seed_pod(
        &mut self,
        environment: &Environment<'_>,
        manifest: &Value,
    ) -> Result<Seeded, ManifestError> {
        let name = |manifest: &Value| {
            let text = |member: &str| manifest["metadata"][member].as_str().map(str::to_owned);
            (text("namespace"), text("name"))
        };
        let wanted = name(manifest);
        let mut present = self.pods_as_seeds().into_iter();
        let present = present.find(|present| name(present) == wanted);
        let seeded = match present {
            Some(present) if present == *manifest => return Ok(Seeded::Unchanged),
            Some(_) => Seeded::Updated,
            None => Seeded::Created,
        };
        if let ((Some(namespace), Some(name)), Seeded::Updated) = (wanted, seeded) {
            self.seed_pod_removal(&namespace, &name);
        }
        self.post_pod(environment, manifest)?;
        self.seed_steps(environment);
        Ok(seeded)
    }

    /// Takes a pod of the user's away.
    pub fn seed_pod_removal(&mut self, namespace: &str, name: &str) {
        let key = (namespace.to_owned(), name.to_owned());
        self.kubernetes.remove_users_pod(&key);
    }

    /// Takes a service account of the user's away.
    pub fn seed_service_account_removal(&mut self, namespace: &str, name: &str) {
        let key = (namespace.to_owned(), name.to_owned());
        self.kubernetes.remove_users_service_account(&key);
    }
}
