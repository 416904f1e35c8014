//! The cluster's issuer, and the service account tokens that it signs.

use serde_json::Value;

use super::Cluster;
use crate::credentials::issuer::{
    Claims, IssuerKey, KubernetesClaims, ObjectClaim, discovery_document, key_set,
};
use crate::environment::Environment;
use crate::ids::IdKind;
use crate::kubernetes::ManifestError;

/// The audience of tokens for EKS Pod Identity.
pub const POD_IDENTITY_AUDIENCE: &str = "pods.eks.amazonaws.com";

/// A token that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest<'a> {
    /// The namespace of the service account.
    pub namespace: &'a str,
    /// The service account.
    pub service_account: &'a str,
    /// Who the token is for.
    pub audience: &'a str,
    /// The pod that it is bound to.
    pub pod: Option<&'a str>,
    /// How long it holds, in seconds.
    pub expires_in_seconds: i64,
}

/// The longest life of a token on EKS, in seconds.
const LONGEST_SECONDS: i64 = 24 * 60 * 60;
/// The shortest life of a token, in seconds. Source: Kubernetes.
const SHORTEST_SECONDS: i64 = 10 * 60;

impl Cluster {
    /// The URL of the cluster's OpenID Connect issuer.
    pub fn issuer(&self) -> String {
        let id = &self.identity.endpoint_id;
        match &self.issuer_base {
            Some(base) => format!("{base}/id/{id}"),
            None => {
                let (region, domain) = (&self.home.region, self.home.domain());
                format!("https://oidc.eks.{region}.{domain}/id/{id}")
            }
        }
    }

    /// The key with which the cluster signs tokens, made on first use.
    pub(super) fn issuer_key(&self) -> &IssuerKey {
        self.issuer_key
            .get_or_make(|| IssuerKey::new(self.identity.issuer_seed))
    }

    /// What the issuer publishes about itself.
    pub fn discovery_document(&self) -> Value {
        discovery_document(&self.issuer())
    }

    /// The issuer's public keys.
    pub fn key_set(&self) -> Value {
        key_set(self.issuer_key())
    }

    /// Whether a token carries this cluster's signature.
    pub fn has_signed(&self, token: &str) -> bool {
        Claims::is_signed_with(token, self.issuer_key())
    }

    /// Signs a token for a service account, or for a pod that uses it.
    ///
    /// Errors: a sentence if the service account or the pod does not exist or
    /// the pod uses another one, or if the life is too short.
    pub fn issue_token(
        &mut self,
        environment: &Environment<'_>,
        request: TokenRequest<'_>,
    ) -> Result<String, ManifestError> {
        let TokenRequest {
            namespace,
            service_account,
            ..
        } = request;
        if request.expires_in_seconds < SHORTEST_SECONDS {
            return Err(ManifestError(
                "may not specify a duration less than 10 minutes".into(),
            ));
        }
        let account = self
            .kubernetes
            .uid_of_service_account(namespace, service_account);
        let Some(account) = account else {
            let sentence = format!("serviceaccounts \"{service_account}\" not found");
            return Err(ManifestError(sentence));
        };
        let bound = request
            .pod
            .map(|pod| self.bound_objects(request, pod))
            .transpose()?;
        let (pod, node) = bound.unzip();
        let now = environment.now.as_seconds();
        let claims = Claims {
            aud: vec![request.audience.to_owned()],
            exp: now + request.expires_in_seconds.min(LONGEST_SECONDS),
            iat: now,
            iss: self.issuer(),
            jti: Some(self.ids.next_uuid(IdKind::Token)),
            kubernetes: KubernetesClaims {
                namespace: namespace.to_owned(),
                node: node.flatten(),
                pod,
                serviceaccount: ObjectClaim {
                    name: service_account.to_owned(),
                    uid: account,
                },
            },
            nbf: now,
            sub: format!("system:serviceaccount:{namespace}:{service_account}"),
        };
        Ok(claims.sign(self.issuer_key()))
    }

    /// A pod and its node.
    fn bound_objects(
        &self,
        request: TokenRequest<'_>,
        pod: &str,
    ) -> Result<(ObjectClaim, Option<ObjectClaim>), ManifestError> {
        let found = self.kubernetes.identity_of_pod(request.namespace, pod);
        let Some(found) = found else {
            return Err(ManifestError(format!("pods \"{pod}\" not found")));
        };
        if found.service_account != request.service_account {
            return Err(ManifestError(format!(
                "pod {pod} uses the service account {}, not {}",
                found.service_account, request.service_account
            )));
        }
        let node = found.node.map(|(name, uid)| ObjectClaim { name, uid });
        Ok((
            ObjectClaim {
                name: pod.to_owned(),
                uid: found.uid,
            },
            node,
        ))
    }

    /// Whether a pod of this name and identity exists.
    pub(super) fn has_pod(&self, namespace: &str, pod: &ObjectClaim) -> bool {
        let found = self.kubernetes.identity_of_pod(namespace, &pod.name);
        found.is_some_and(|found| found.uid == pod.uid)
    }
}
