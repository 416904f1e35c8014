//! Which operations the emulator has, and which it was asked for in vain.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use eks_emulator_api::eks::OPERATIONS;
use eks_emulator_api::schema::Operation;
use eks_emulator_api::{eks_auth, iam, sts};

use crate::fault::{AGENT_OPERATION, DISCOVERY_OPERATION, KEYS_OPERATION};

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

/// The operations that were called and that the emulator does not have.
#[derive(Debug, Default)]
pub(crate) struct UnsupportedCalls {
    names: Mutex<BTreeSet<&'static str>>,
}

impl UnsupportedCalls {
    /// Remembers a call.
    pub(crate) fn record(&self, operation: &'static str) {
        self.lock().insert(operation);
    }

    /// Their names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().iter().map(|name| (*name).to_owned()).collect()
    }

    /// A panic elsewhere cannot leave the names half changed.
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<&'static str>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
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

/// What calls are called in faults and in the journal, with their services:
/// operations, and what is asked of those that are no services of AWS.
pub(crate) fn calls() -> impl Iterator<Item = (&'static str, &'static str)> {
    let others = [
        ("agent", AGENT_OPERATION),
        ("issuer", DISCOVERY_OPERATION),
        ("issuer", KEYS_OPERATION),
    ];
    of_every_service()
        .map(|(service, name, _)| (service, name))
        .chain(others)
}

/// The operations of a service.
pub(crate) fn operations_of(service: &str) -> &'static [&'static Operation] {
    match service {
        "eks" => &OPERATIONS,
        "eks-auth" => &eks_auth::OPERATIONS,
        "iam" => &iam::OPERATIONS,
        "sts" => &sts::OPERATIONS,
        _ => &[],
    }
}

/// An operation of a service by its name.
pub(crate) fn find(service: &str, name: &str) -> Option<&'static Operation> {
    let mut operations = operations_of(service).iter();
    operations.find(|operation| operation.name == name).copied()
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
