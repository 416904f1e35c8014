//! Trust policies of roles: who may take on a role, and under which conditions.
//!
//! One pure evaluator serves the check of associations, the credentials of
//! pods and the token service. Only the trust policy is evaluated: policies
//! of the caller's account, boundaries and permissions of sessions are not.

mod action;
mod address;
mod comparison;
mod condition;
mod document;
mod evaluate;
mod json;
mod malformed;
mod moment;
mod operator;
mod principal;
mod request;
mod template;
mod wildcard;

pub use action::Action;
pub use evaluate::{Decision, Evaluation};
pub use malformed::MalformedPolicy;
pub use principal::PrincipalPattern;
pub use request::{Context, Principal, Request};

use document::{Effect, Statement};

/// The service that takes on roles for pods; the same in all partitions.
///
/// Source: EKS user guide, "EKS Pod Identity role".
pub const POD_IDENTITY_SERVICE: &str = "pods.eks.amazonaws.com";
/// The service that assumes the roles of clusters.
pub const EKS_SERVICE: &str = "eks.amazonaws.com";

/// A trust policy that IAM would store.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustPolicy {
    statements: Vec<Statement>,
}

impl TrustPolicy {
    /// Reads the text of a policy. Its length is the caller's to check: it is
    /// a quota of the account.
    ///
    /// Errors: the reason for `MalformedPolicyDocument`. Whether the named
    /// identities exist is left to the caller, see [`Self::principals`].
    pub fn parse(text: &str) -> Result<Self, MalformedPolicy> {
        let statements = document::parse_policy(text)?;
        Ok(Self { statements })
    }

    /// Decides about one action of one request.
    pub fn evaluate(&self, request: &Request) -> Evaluation {
        evaluate::evaluate(&self.statements, request)
    }

    /// Everyone the policy names, in its order. IAM refuses a policy that
    /// names a user or a role that does not exist
    /// ([`MalformedPolicy::InvalidPrincipal`]).
    pub fn principals(&self) -> impl Iterator<Item = &PrincipalPattern> {
        self.statements
            .iter()
            .flat_map(|statement| &statement.principals)
    }

    /// Whether EKS would accept the role for a pod identity association: its
    /// service must be let to assume the role and to tag the session.
    ///
    /// Conditions are not looked at: an allowing statement counts with them,
    /// a denying one counts only without. They decide when the role is taken
    /// on. Source: terraform-provider-aws 41483 and EKS workshop, where
    /// policies without `sts:TagSession` are refused and policies with
    /// conditions on request tags are not.
    pub fn allows_pod_identity(&self) -> bool {
        let service = Principal::Service(POD_IDENTITY_SERVICE.to_owned());
        let is_about = |statement: &Statement, action| {
            let mut principals = statement.principals.iter();
            principals.any(|pattern| pattern.covers(&service)) && statement.actions.covers(action)
        };
        let is_let = |action| {
            let about = |effect| {
                self.statements.iter().filter(move |statement| {
                    statement.effect == effect && is_about(statement, action)
                })
            };
            let is_allowed = about(Effect::Allow).next().is_some();
            let is_denied = about(Effect::Deny).any(|statement| statement.conditions.is_empty());
            is_allowed && !is_denied
        };
        is_let(Action::AssumeRole) && is_let(Action::TagSession)
    }
}
