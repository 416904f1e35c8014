//! Service accounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::metadata::Metadata;
use super::workload::Owner;
use super::{Control, Kubernetes, NamespacedName};

/// The annotation that names the role of a service account (IRSA).
pub(crate) const ROLE_ARN_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

/// A service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ServiceAccount {
    pub(super) metadata: Metadata,
    pub(super) owner: Owner,
    /// The annotations, shared with the pods that were made under them.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub(super) annotations: Arc<BTreeMap<String, String>>,
    /// Whether EKS has set the role: only then does it take the role away.
    pub(super) has_managed_role: bool,
}

fn is_empty(annotations: &BTreeMap<String, String>) -> bool {
    annotations.is_empty()
}

impl ServiceAccount {
    /// The service account as Kubernetes shows it.
    pub(super) fn render(&self, key: &NamespacedName) -> Value {
        let metadata = Metadata {
            annotations: (*self.annotations).clone(),
            ..self.metadata.clone()
        };
        json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata.render(Some(&key.0), &key.1),
        })
    }
}

impl Kubernetes {
    /// The annotations of a service account; `None` if it does not exist.
    pub(crate) fn annotations_of(
        &self,
        namespace: &str,
        name: &str,
    ) -> Option<&Arc<BTreeMap<String, String>>> {
        let key = (namespace.to_owned(), name.to_owned());
        self.service_accounts
            .get(&key)
            .map(|account| &account.annotations)
    }

    /// Makes a namespace and its default service account, unless it exists.
    pub(super) fn ensure_namespace(&mut self, name: &str, control: &mut Control<'_>) {
        if self.namespaces.contains_key(name) {
            return;
        }
        let metadata = self.new_metadata(control);
        self.namespaces.insert(name.to_owned(), metadata);
        self.ensure_service_account(name, "default", Owner::Cluster, control);
    }

    /// Makes a service account, unless it exists; then it changes hands.
    pub(super) fn ensure_service_account(
        &mut self,
        namespace: &str,
        name: &str,
        owner: Owner,
        control: &mut Control<'_>,
    ) {
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(account) = self.service_accounts.get_mut(&key) {
            account.owner = owner;
            return;
        }
        let metadata = self.new_metadata(control);
        let account = ServiceAccount {
            metadata,
            owner,
            annotations: Arc::default(),
            has_managed_role: false,
        };
        self.service_accounts.insert(key, account);
    }

    /// Sets the role of a service account (IRSA), or takes away one that was
    /// set so. A role that the user has set stays.
    pub(super) fn annotate_role(&mut self, namespace: &str, name: &str, role_arn: Option<&str>) {
        let version = self.resource_version + 1;
        let key = (namespace.to_owned(), name.to_owned());
        let Some(account) = self.service_accounts.get_mut(&key) else {
            return;
        };
        let had_managed_role = std::mem::replace(&mut account.has_managed_role, role_arn.is_some());
        let live = account.annotations.get(ROLE_ARN_ANNOTATION);
        let is_the_users = role_arn.is_none() && !had_managed_role;
        if is_the_users || live.map(String::as_str) == role_arn {
            return;
        }
        let annotations = Arc::make_mut(&mut account.annotations);
        match role_arn {
            Some(role_arn) => {
                drop(annotations.insert(ROLE_ARN_ANNOTATION.into(), role_arn.into()));
            }
            None => drop(annotations.remove(ROLE_ARN_ANNOTATION)),
        }
        account.metadata.resource_version = version;
        self.resource_version = version;
    }
}
