//! EKS Auth: `AssumeRoleForPodIdentity`.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks_auth::{
    AccessDeniedException, AssumeRoleForPodIdentityResponse, AssumedRoleUser, Credentials, Error,
    ExpiredTokenException, InvalidTokenException, PodIdentityAssociation,
    ResourceNotFoundException, Subject,
};

use super::Cluster;
use super::pod_identity_association::Association;
use super::token::POD_IDENTITY_AUDIENCE;
use crate::credentials::issuer::{Claims, ObjectClaim, TokenError};
use crate::environment::Environment;
use crate::iam::{PodSessionRequest, TargetRole};
use crate::ids::IdKind;
use crate::proposed;
use crate::rfc3339;

/// The names in a session's name are cut to this many characters.
const NAME_IN_SESSION: usize = 10;

impl Cluster {
    /// Exchanges a pod's token for credentials of the role of its service
    /// account's association.
    ///
    /// Errors: `InvalidTokenException` for a token that is not this cluster's
    /// or not for pod identity, `ExpiredTokenException`,
    /// `ResourceNotFoundException` without an association,
    /// `AccessDeniedException` if the role cannot be assumed.
    pub fn assume_role_for_pod_identity(
        &mut self,
        environment: &Environment<'_>,
        token: &str,
    ) -> Result<AssumeRoleForPodIdentityResponse, Error> {
        let claims = self.check_pod_token(environment, token)?;
        let namespace = claims.kubernetes.namespace.as_str();
        let service_account = claims.kubernetes.serviceaccount.name.as_str();
        let pod = claims.kubernetes.pod.as_ref();
        let association = self.associations.of(namespace, service_account).cloned();
        let association = association.ok_or_else(no_association)?;
        // A token that is not bound to a pod is named after the service account.
        let session_name = self.session_name(pod.map_or(service_account, |pod| &pod.name));
        let tags = self.session_tags(&association, namespace, service_account, pod);
        let (source_arn, external_id) = (self.arn(), self.external_id(&association));
        let target = association.target_role_arn.as_deref();
        let session = environment.roles.assume_for_pod(&PodSessionRequest {
            now: environment.now,
            role_arn: &association.role_arn,
            target: target.map(|role_arn| TargetRole {
                role_arn,
                external_id: &external_id,
            }),
            session_name: &session_name,
            tags: &tags,
            policy: association.policy.as_deref(),
            source_arn: &source_arn,
            source_account: &self.home.account_id,
        });
        let session = session.map_err(|_| access_denied())?;
        Ok(AssumeRoleForPodIdentityResponse {
            subject: Subject {
                namespace: namespace.to_owned(),
                service_account: service_account.to_owned(),
            },
            audience: POD_IDENTITY_AUDIENCE.to_owned(),
            pod_identity_association: PodIdentityAssociation {
                association_arn: self.association_arn(association.id),
                association_id: association.id.to_string(),
            },
            assumed_role_user: AssumedRoleUser {
                arn: session.arn,
                assume_role_id: session.assumed_role_id,
            },
            credentials: Credentials {
                session_token: session.session_token,
                secret_access_key: session.secret_access_key,
                access_key_id: session.access_key_id,
                expiration: session.expiration,
            },
            workload_identity_provider_arn: None,
        })
    }

    fn check_pod_token(&self, environment: &Environment<'_>, token: &str) -> Result<Claims, Error> {
        let (key, issuer) = (self.issuer_key(), self.issuer());
        let claims = Claims::verify(token, key, &issuer, POD_IDENTITY_AUDIENCE, environment.now);
        let claims = claims.map_err(|error| match error {
            TokenError::Expired { at } => expired_token(environment, at),
            _ => invalid_pod_token(),
        })?;
        if let Some(pod) = &claims.kubernetes.pod
            && !self.has_pod(&claims.kubernetes.namespace, pod)
        {
            return Err(invalid_pod_token());
        }
        Ok(claims)
    }

    /// Source: session names in CloudTrail events and outputs; the cut is
    /// not mentioned in the documentation.
    fn session_name(&mut self, pod_name: &str) -> String {
        let cut = |name: &str| name.chars().take(NAME_IN_SESSION).collect::<String>();
        let (cluster, pod) = (cut(&self.name), cut(pod_name));
        format!(
            "eks-{cluster}-{pod}-{}",
            self.ids.next_uuid(IdKind::Session)
        )
    }

    /// Source: the AssumeRole event in CloudTrail, which shows them in this
    /// order.
    fn session_tags(
        &self,
        association: &Association,
        namespace: &str,
        service_account: &str,
        pod: Option<&ObjectClaim>,
    ) -> Vec<(&'static str, String)> {
        if association.disable_session_tags {
            return Vec::new();
        }
        let mut tags = vec![
            ("eks-cluster-arn", self.arn()),
            ("eks-cluster-name", (*self.name).to_owned()),
            ("kubernetes-namespace", namespace.to_owned()),
            ("kubernetes-service-account", service_account.to_owned()),
        ];
        if let Some(pod) = pod {
            tags.push(("kubernetes-pod-name", pod.name.clone()));
            tags.push(("kubernetes-pod-uid", pod.uid.clone()));
        }
        tags
    }
}

/// Source: amazon-eks-pod-identity error reports; the EKS workshop.
fn access_denied() -> Error {
    let message =
        "Unauthorized Exception! EKS does not have permissions to assume the associated role.";
    AccessDeniedException {
        message: Some(message.into()),
    }
    .into()
}

/// Source: boto/botocore issue 3117; aws/eks-pod-identity-agent issue 89.
fn expired_token(environment: &Environment<'_>, at: Timestamp) -> Error {
    let now = rfc3339::seconds(environment.now);
    let fraction = environment.now.as_milliseconds().rem_euclid(1_000);
    let now = format!("{}.{fraction:03}Z", now.trim_end_matches('Z'));
    let message = format!(
        "The token included in the request is expired: current date/time {now} must be before the expiration date/time {}.",
        rfc3339::seconds(at)
    );
    ExpiredTokenException {
        message: Some(message),
    }
    .into()
}

/// A token that is refused for another reason than its age.
pub fn invalid_pod_token() -> Error {
    InvalidTokenException {
        message: Some(proposed::INVALID_POD_TOKEN.into()),
    }
    .into()
}

fn no_association() -> Error {
    ResourceNotFoundException {
        message: Some(proposed::NO_ASSOCIATION_FOR_POD.into()),
    }
    .into()
}

/// EKS Auth knows no cluster of this name.
pub fn no_cluster_for_pod(name: &str) -> Error {
    let message = format!("No cluster found for name: {name}.");
    ResourceNotFoundException {
        message: Some(message),
    }
    .into()
}
