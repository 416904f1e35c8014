//! What EKS asks IAM and STS about roles.

use eks_emulator_api::Timestamp;

/// What EKS asks IAM and STS about roles.
///
/// The state of IAM belongs to an account, not to a cluster: a cluster is
/// handed somebody to ask.
pub trait RoleAuthority: std::fmt::Debug + Sync {
    /// What is known of a role that pods are to get.
    fn standing(&self, role_arn: &str) -> RoleStanding;

    /// Whether EKS itself, as `eks.amazonaws.com`, can assume a role for the
    /// cluster `source_arn` of the account `source_account`.
    fn trusts_eks(
        &self,
        now: Timestamp,
        role_arn: &str,
        source_arn: &str,
        source_account: &str,
    ) -> bool;

    /// Assumes a role for a pod, as `pods.eks.amazonaws.com`.
    ///
    /// Errors: the role does not exist or does not trust EKS in this case.
    fn assume_for_pod(
        &self,
        request: &PodSessionRequest<'_>,
    ) -> Result<RoleSession, AssumeRoleDenied>;
}

/// What is known of a role that pods are to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleStanding {
    /// There is no such role.
    Missing,
    /// Its trust policy does not let EKS assume it and tag the session.
    Untrusting,
    /// It can be used.
    Trusting,
}

/// A session for a pod that is asked for.
#[derive(Clone, Debug)]
pub struct PodSessionRequest<'a> {
    /// When.
    pub now: Timestamp,
    /// The role of the association.
    pub role_arn: &'a str,
    /// The role that is assumed with it, whose session the pod gets.
    pub target: Option<TargetRole<'a>>,
    /// The name of the session.
    pub session_name: &'a str,
    /// The session tags, all of them transitive; none if they are disabled.
    pub tags: &'a [(&'static str, String)],
    /// The session policy.
    pub policy: Option<&'a str>,
    /// The cluster's ARN.
    pub source_arn: &'a str,
    /// The cluster's account.
    pub source_account: &'a str,
}

/// A role that is assumed with another.
#[derive(Clone, Copy, Debug)]
pub struct TargetRole<'a> {
    /// The role.
    pub role_arn: &'a str,
    /// What proves who is asking.
    pub external_id: &'a str,
}

/// A session of a role.
#[derive(Clone, PartialEq, Eq)]
pub struct RoleSession {
    /// The ARN of the session, without the role's path.
    pub arn: String,
    /// The role's id, a colon and the session's name.
    pub assumed_role_id: String,
    /// The access key id, which begins with `ASIA`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session token.
    pub session_token: String,
    /// When the session ends.
    pub expiration: Timestamp,
}

impl std::fmt::Debug for RoleSession {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "RoleSession({}, *** sensitive ***)", self.arn)
    }
}

/// A role cannot be assumed; why is for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumeRoleDenied(pub String);

/// An authority that knows no role and takes any: each exists and trusts.
#[derive(Clone, Copy, Debug)]
pub struct AnyRole;

impl RoleAuthority for AnyRole {
    fn standing(&self, _role_arn: &str) -> RoleStanding {
        RoleStanding::Trusting
    }

    fn trusts_eks(
        &self,
        _now: Timestamp,
        _role_arn: &str,
        _source_arn: &str,
        _source_account: &str,
    ) -> bool {
        true
    }

    fn assume_for_pod(
        &self,
        request: &PodSessionRequest<'_>,
    ) -> Result<RoleSession, AssumeRoleDenied> {
        let role_arn = request
            .target
            .map_or(request.role_arn, |target| target.role_arn);
        let role = role_arn.rsplit('/').next().unwrap_or_default();
        let account_id = role_arn.split(':').nth(4).unwrap_or_default();
        let name = request.session_name;
        Ok(RoleSession {
            arn: format!("arn:aws:sts::{account_id}:assumed-role/{role}/{name}"),
            assumed_role_id: format!("AROAAAAAAAAAAAAAAAAAA:{name}"),
            access_key_id: "ASIAAAAAAAAAAAAAAAAA".into(),
            secret_access_key: "secret".into(),
            session_token: "token".into(),
            expiration: request.now.plus_milliseconds(6 * 60 * 60 * 1_000),
        })
    }
}
