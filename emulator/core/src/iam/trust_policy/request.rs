//! What is asked of a trust policy: who, which action, under which circumstances.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;

use super::action::Action;
use crate::rfc3339;

/// One question to a trust policy.
///
/// A call that needs several actions asks once for each: assuming a role with
/// tags needs both `sts:AssumeRole` and `sts:TagSession`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// What for.
    pub action: Action,
    /// The condition keys of the request.
    pub context: Context,
}

/// Who asks to take on a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A service of AWS by its name, for example `pods.eks.amazonaws.com`.
    Service(String),
    /// An identity of an account.
    Aws {
        /// The twelve digits of the account.
        account_id: String,
        /// The ARN of the root user, the user, the role or the session
        /// (`arn:aws:sts::…:assumed-role/NAME/SESSION`).
        arn: String,
        /// The ARN of the role whose session it is, path included.
        role_arn: Option<String>,
    },
    /// A web identity: the ARN (or the domain) of its provider.
    Federated(String),
}

impl Principal {
    /// The condition keys that follow from the principal alone.
    ///
    /// `aws:PrincipalArn` of a session is the ARN of its role. A web identity
    /// has no keys of its own: the call is not signed by anyone.
    /// Source: IAM user guide, "AWS global condition context keys".
    pub fn context(&self) -> Context {
        match self {
            Self::Service(name) => Context::default()
                .with("aws:PrincipalIsAWSService", "true")
                .with("aws:PrincipalServiceName", name),
            Self::Federated(_) => Context::default(),
            Self::Aws {
                account_id,
                arn,
                role_arn,
            } => Context::default()
                .with("aws:PrincipalAccount", account_id)
                .with("aws:PrincipalArn", role_arn.as_ref().unwrap_or(arn))
                .with("aws:PrincipalIsAWSService", "false"),
        }
    }

    /// The principal in words, for explanations.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Service(name) => format!("service {name}"),
            Self::Federated(provider) => format!("web identity of {provider}"),
            Self::Aws {
                arn,
                role_arn: Some(role_arn),
                ..
            } => format!("{arn} (a session of {role_arn})"),
            Self::Aws { arn, .. } => arn.clone(),
        }
    }
}

/// Condition keys and their values: a key has one value or several.
///
/// Names of keys ignore case; values keep theirs. Source: IAM user guide,
/// "IAM JSON policy elements: Condition".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// The keys that every request has for its time.
    ///
    /// Source: IAM user guide, "AWS global condition context keys".
    pub fn at(now: Timestamp) -> Self {
        Self::default()
            .with("aws:CurrentTime", rfc3339::seconds(now))
            .with("aws:EpochTime", now.as_seconds().to_string())
    }

    /// Adds a value to a key.
    pub fn insert(&mut self, key: &str, value: impl Into<String>) {
        let values = self.values.entry(key.to_ascii_lowercase()).or_default();
        values.push(value.into());
    }

    /// The same context with one more value.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.insert(key, value);
        self
    }

    /// Adds the keys and values of another context.
    pub fn extend(&mut self, other: Self) {
        for (key, values) in other.values {
            self.values.entry(key).or_default().extend(values);
        }
    }

    /// The values of a key; none if the request does not have it.
    pub fn values(&self, key: &str) -> &[String] {
        self.values
            .get(&key.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }
}
