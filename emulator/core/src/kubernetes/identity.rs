//! The identities that tokens are bound to.

use super::Kubernetes;

/// What a token for a pod is bound to.
pub(crate) struct PodIdentity<'a> {
    pub(crate) uid: String,
    pub(crate) service_account: &'a str,
    /// The name and identity of its node.
    pub(crate) node: Option<(String, String)>,
}

impl Kubernetes {
    /// The identity of a service account; `None` if it does not exist.
    pub(crate) fn uid_of_service_account(&self, namespace: &str, name: &str) -> Option<String> {
        let key = (namespace.to_owned(), name.to_owned());
        self.service_accounts
            .get(&key)
            .map(|account| account.metadata.uid())
    }

    /// The identity of a pod; `None` if it does not exist.
    pub(crate) fn identity_of_pod(&self, namespace: &str, name: &str) -> Option<PodIdentity<'_>> {
        let pod = self.pods.get(&(namespace.to_owned(), name.to_owned()))?;
        let node = pod.node.and_then(|node| self.nodes.get(node));
        Some(PodIdentity {
            uid: pod.metadata.uid(),
            service_account: &pod.service_account,
            node: node.map(|node| (node.name.clone(), node.uid())),
        })
    }
}
