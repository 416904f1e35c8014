//! An account's part of a region: where a cluster lives.

/// An account's part of a region: what isolates one user's state from
/// another's, and what the ARNs of its resources begin with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountRegion {
    /// The partition, for example `aws` or `aws-cn`.
    pub partition: String,
    /// The account's twelve digits.
    pub account_id: String,
    /// The region, for example `us-east-1`.
    pub region: String,
}

impl AccountRegion {
    /// The ARN of an EKS resource that lives here.
    pub(crate) fn eks_arn(&self, resource: &str) -> String {
        format!(
            "arn:{}:eks:{}:{}:{resource}",
            self.partition, self.region, self.account_id
        )
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
