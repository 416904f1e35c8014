//! What the webhook decided about a pod.

use serde_json::Value;

use super::{Patch, Step};

/// What happens to a pod, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What happens.
    pub mutation: Mutation,
    /// The rules that were looked at, in order, with what each found.
    pub steps: Vec<Step>,
}

/// What happens to a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutation {
    /// Nothing.
    None {
        /// Why.
        reason: Reason,
    },
    /// It gets container credentials, from the pod identity agent.
    PodIdentity {
        /// The life of its token.
        expiration_seconds: i64,
        /// The changes; some of its operations are there even if nothing changes.
        patch: Patch,
    },
    /// It gets a web identity, for STS.
    Irsa {
        /// The role, as the service account's annotation spells it.
        role_arn: String,
        /// The audience of its token.
        audience: String,
        /// The life of its token.
        expiration_seconds: i64,
        /// The changes; some of its operations are there even if nothing changes.
        patch: Patch,
    },
}

/// Why nothing happens to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A label keeps it from the webhook.
    NotSelected,
    /// It is not a pod; the webhook answers with this text.
    NotDecodable {
        /// The text, as Go's decoder words it.
        message: String,
    },
    /// Neither an association nor a role is known for its service account.
    NoIdentity,
}

impl Mutation {
    /// The changes, if the webhook answers with any.
    pub fn patch(&self) -> Option<&Patch> {
        match self {
            Self::None { .. } => None,
            Self::PodIdentity { patch, .. } | Self::Irsa { patch, .. } => Some(patch),
        }
    }

    /// The pod as it is stored.
    ///
    /// It is unchanged where the patch does not fit, say for want of
    /// `metadata`: the webhook is registered with failure policy `Ignore`.
    pub fn mutate(&self, pod: &Value) -> Value {
        self.patch()
            .and_then(|patch| patch.apply(pod).ok())
            .unwrap_or_else(|| pod.clone())
    }
}
