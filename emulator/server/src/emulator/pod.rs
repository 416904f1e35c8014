//! `Pod`: a pod of an emulated cluster, as tests look at it.

use eks_emulator_core::credentials::CredentialSource;
use serde_json::Value;

/// A pod of an emulated cluster.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The service account that it uses.
    pub service_account: String,
    /// Whether it is ready.
    pub is_ready: bool,
    /// Where its credentials come from.
    pub credential_source: CredentialSource,
    /// The role that it gets; `None` for the node's, which is not modelled,
    /// and for none.
    pub role_arn: Option<String>,
    /// The pod as Kubernetes shows it.
    pub manifest: Value,
}

impl Pod {
    /// What a manifest says. `credentials` is asked by namespace and name;
    /// without an answer the pod is gone.
    pub(crate) fn read(
        manifest: Value,
        credentials: impl FnOnce(&str, &str) -> Option<(CredentialSource, Option<String>)>,
    ) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &manifest["metadata"];
        let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
        let (credential_source, role_arn) = credentials(&namespace, &name)?;
        let mut conditions = manifest["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten();
        let is_ready = conditions
            .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
        Some(Self {
            namespace,
            name,
            service_account: text(&manifest["spec"]["serviceAccountName"]),
            is_ready,
            credential_source,
            role_arn,
            manifest,
        })
    }
}

/// Without the manifest, which is longer than any failed assertion should be.
impl std::fmt::Debug for Pod {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Pod")
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .field("service_account", &self.service_account)
            .field("is_ready", &self.is_ready)
            .field("credential_source", &self.credential_source)
            .field("role_arn", &self.role_arn)
            .finish_non_exhaustive()
    }
}
