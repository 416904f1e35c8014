//! What the outside hands to every command.

use eks_emulator_api::Timestamp;

use crate::catalog::Catalog;
use crate::iam::RoleAuthority;
use crate::lifecycle::Lifecycle;

/// What the outside hands to every command: the time and the rules in force.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// The time at which the command takes place.
    pub now: Timestamp,
    /// How long transitions take and how they end.
    pub lifecycle: &'a Lifecycle,
    /// The quotas in force.
    pub limits: Limits,
    /// What there is to be installed.
    pub catalog: &'a Catalog,
    /// Who knows about roles.
    pub roles: &'a dyn RoleAuthority,
}

/// The quotas of an account.
///
/// Source of the defaults: EKS user guide, "Service quotas"; for
/// associations the guide of December 2024 says 1,000 per cluster, 5,000 is
/// the figure in circulation since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Clusters in one account and region.
    pub clusters: usize,
    /// Pod identity associations in one cluster.
    pub associations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clusters: 100,
            associations: 5_000,
        }
    }
}
