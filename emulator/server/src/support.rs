//! Which operations the emulator has.

use eks_emulator_api::eks::OPERATIONS;
use eks_emulator_api::schema::Operation;
use eks_emulator_api::{eks_auth, iam, sts};

/// How far the emulator has an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// With its whole behaviour.
    Full,
    /// Requests are validated, then answered with an error that says so.
    None,
}

impl Support {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::None => "none",
        }
    }
}

/// Every operation of the model with its support, in the model's order.
pub fn operations() -> impl Iterator<Item = (&'static str, Support)> {
    OPERATIONS
        .iter()
        .map(|operation| (operation.name, support(operation.name)))
}

/// The operations of every service: the service's signing name, the
/// operation, and its support. What is offered of IAM, STS and EKS Auth is
/// offered whole.
pub(crate) fn of_every_service() -> impl Iterator<Item = (&'static str, &'static str, Support)> {
    let others = [
        ("eks-auth", &eks_auth::OPERATIONS[..]),
        ("iam", &iam::OPERATIONS[..]),
        ("sts", &sts::OPERATIONS[..]),
    ];
    let others = others.into_iter().flat_map(|(service, operations)| {
        let full = move |operation: &&Operation| (service, operation.name, Support::Full);
        operations.iter().map(full)
    });
    operations()
        .map(|(operation, support)| ("eks", operation, support))
        .chain(others)
}

fn support(operation: &str) -> Support {
    if FULL.contains(&operation) {
        Support::Full
    } else {
        Support::None
    }
}

const FULL: [&str; 24] = [
    "CreateAddon",
    "CreateCluster",
    "CreatePodIdentityAssociation",
    "DeleteAddon",
    "DeleteCluster",
    "DeletePodIdentityAssociation",
    "DescribeAddon",
    "DescribeAddonConfiguration",
    "DescribeAddonVersions",
    "DescribeCluster",
    "DescribeClusterVersions",
    "DescribePodIdentityAssociation",
    "DescribeUpdate",
    "ListAddons",
    "ListClusters",
    "ListPodIdentityAssociations",
    "ListTagsForResource",
    "ListUpdates",
    "TagResource",
    "UntagResource",
    "UpdateAddon",
    "UpdateClusterConfig",
    "UpdateClusterVersion",
    "UpdatePodIdentityAssociation",
];
