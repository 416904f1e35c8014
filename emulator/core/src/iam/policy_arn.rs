//! ARNs of managed policies.

use eks_emulator_api::iam::Error;

use super::error;
use crate::arn::{Arn, is_account_id};

/// The owner in the ARNs of the policies that AWS manages.
const AWS_OWNER: &str = "aws";

/// A policy's ARN, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PolicyArn<'a> {
    /// The account, or `aws`.
    pub(super) owner: &'a str,
    /// From the slash before the path to the slash before the name.
    pub(super) path: &'a str,
    /// The policy's name.
    pub(super) name: &'a str,
}

impl<'a> PolicyArn<'a> {
    /// Takes `text` apart.
    ///
    /// Errors: `InvalidInput` for what is no policy's ARN of the partition.
    pub(super) fn parse(partition: &str, text: &'a str) -> Result<Self, Error> {
        Self::read(partition, text).ok_or_else(|| error::invalid_arn(text))
    }

    fn read(partition: &str, text: &'a str) -> Option<Self> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "iam" && arn.region.is_empty())?;
        let rest = arn.resource.strip_prefix("policy")?;
        let (path, name) = rest.split_at(rest.rfind('/')? + 1);
        let is_policy = arn.partition == partition
            && is_owner(arn.account_id)
            && path.starts_with('/')
            && is_name(name);
        is_policy.then_some(Self {
            owner: arn.account_id,
            path,
            name,
        })
    }

    /// Whether AWS manages the policy.
    pub(super) fn is_of_aws(&self) -> bool {
        self.owner == AWS_OWNER
    }

    /// Whether the policy is for service-linked roles only.
    pub(super) fn is_for_service_linked_roles(&self) -> bool {
        self.is_of_aws() && self.path.starts_with("/aws-service-role/")
    }
}

fn is_owner(text: &str) -> bool {
    is_account_id(text) || text == AWS_OWNER
}

/// Source: the pattern of policy names in the service model.
fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    !text.is_empty() && text.len() <= 128 && text.bytes().all(is_allowed)
}
