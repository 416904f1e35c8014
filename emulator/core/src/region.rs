//! An account's part of a region: where a cluster lives.

use serde::{Deserialize, Serialize};

/// An account's part of a region: what isolates one user's state from
/// another's, and what the ARNs of its resources begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRegion {
    /// The partition, for example `aws` or `aws-cn`.
    pub partition: String,
    /// The account's twelve digits.
    pub account_id: String,
    /// The region, for example `us-east-1`.
    pub region: String,
}

impl AccountRegion {
    /// The ARN of an EKS resource that lives here: its kind and its names.
    pub(crate) fn eks_arn(&self, resource: &[&str]) -> String {
        // Pages of a listing are made of these: one string of the right size
        // each, without the detour of formatting.
        let names: usize = resource.iter().map(|name| name.len() + 1).sum();
        let home = self.partition.len() + self.region.len() + self.account_id.len();
        let mut arn = String::with_capacity("arn::eks::".len() + home + names);
        for part in [
            "arn:",
            &self.partition,
            ":eks:",
            &self.region,
            ":",
            &self.account_id,
        ] {
            arn.push_str(part);
        }
        for (position, name) in resource.iter().enumerate() {
            arn.push(if position == 0 { ':' } else { '/' });
            arn.push_str(name);
        }
        arn
    }

    /// The domain that the partition's endpoints end in.
    pub(crate) fn domain(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        }
    }

    /// The domain that the partition's dual-stack endpoints end in.
    ///
    /// Source: EKS user guide, "Cluster API server endpoint".
    pub(crate) fn dual_stack_domain(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "api.amazonwebservices.com.cn",
            _ => "api.aws",
        }
    }
}
