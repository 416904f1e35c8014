//! The trust policy of a role: its text and what the text means.

use eks_emulator_api::iam::Error;
use serde::{Deserialize, Serialize};

use crate::iam::account::{IamAccount, IamMode};
use crate::iam::error;
use crate::iam::policy_document::counted_length;
use crate::iam::trust_policy::{MalformedPolicy, PrincipalPattern, TrustPolicy};
use crate::state::StateError;

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_LENGTH: usize = 2_048;

/// A trust policy that IAM stores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Trust {
    text: String,
    policy: TrustPolicy,
}

impl From<Trust> for String {
    fn from(trust: Trust) -> Self {
        trust.text
    }
}

impl TryFrom<String> for Trust {
    type Error = StateError;

    fn try_from(text: String) -> Result<Self, StateError> {
        let policy = TrustPolicy::parse(&text);
        let policy = policy.map_err(|_| StateError::new("this is no trust policy"))?;
        Ok(Self { text, policy })
    }
}

impl Trust {
    /// The text as it was handed in.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What it means.
    pub(super) fn policy(&self) -> &TrustPolicy {
        &self.policy
    }
}

impl IamAccount {
    /// Reads a trust policy.
    ///
    /// Errors: `MalformedPolicyDocument`, also for a role of the account that
    /// does not exist, unless in lenient mode; `LimitExceeded`.
    pub(super) fn read_trust(&self, text: String) -> Result<Trust, Error> {
        let policy = TrustPolicy::parse(&text).map_err(error::malformed_policy)?;
        if counted_length(&text) > MAXIMUM_LENGTH {
            return Err(error::quota_exceeded("ACLSizePerRole", MAXIMUM_LENGTH));
        }
        let missing = policy
            .principals()
            .find_map(|pattern| self.missing_role(pattern));
        if let Some(arn) = missing {
            return Err(error::malformed_policy(MalformedPolicy::InvalidPrincipal {
                kind: "AWS",
                value: arn.to_owned(),
            }));
        }
        Ok(Trust { text, policy })
    }

    fn missing_role<'a>(&self, pattern: &'a PrincipalPattern) -> Option<&'a str> {
        match pattern {
            PrincipalPattern::Identity(arn)
                if self.mode == IamMode::Strict && self.misses_role(arn) =>
            {
                Some(arn)
            }
            _ => None,
        }
    }
}
