//! A Kubernetes version that clusters can have, and how long it is supported.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::VersionStatus;

use super::generated::cluster_versions::{CLUSTER_VERSIONS, DEFAULT_CLUSTER_VERSION};
use super::kubernetes_minor::minor;

/// A Kubernetes version that clusters can have.
///
/// A version is offered even while `now` is before its release: users who set
/// the clock back test with today's versions.
#[derive(Debug)]
pub struct ClusterVersion {
    /// The version, such as `1.36`.
    pub version: &'static str,
    /// The newest platform version, which a new cluster gets: `eks.13`.
    pub platform_version: &'static str,
    /// The newest patch release: `1.36.2`.
    pub patch_version: &'static str,
    /// The day EKS began to offer it.
    pub release_date: Timestamp,
    /// From this day on support is extended.
    pub end_of_standard_support: Timestamp,
    /// From this day on there is no support.
    pub end_of_extended_support: Timestamp,
    /// Whether the settings of its control plane's components can be changed.
    pub supports_control_plane_config: bool,
}

impl ClusterVersion {
    /// How the version is supported at `now`.
    pub fn status(&self, now: Timestamp) -> VersionStatus {
        if now < self.end_of_standard_support {
            VersionStatus::StandardSupport
        } else if now < self.end_of_extended_support {
            VersionStatus::ExtendedSupport
        } else {
            VersionStatus::Unsupported
        }
    }

    /// Whether clusters can be created with this version at `now`: as long as
    /// there is any support.
    pub fn is_creatable(&self, now: Timestamp) -> bool {
        self.status(now) != VersionStatus::Unsupported
    }

    /// Whether a cluster created without a version gets this one.
    pub fn is_default(&self) -> bool {
        self.version == DEFAULT_CLUSTER_VERSION
    }
}

/// Every cluster version, newest first.
pub fn cluster_versions() -> &'static [ClusterVersion] {
    &CLUSTER_VERSIONS
}

/// The cluster version written exactly `version`, such as `1.36`.
pub fn cluster_version(version: &str) -> Option<&'static ClusterVersion> {
    CLUSTER_VERSIONS
        .iter()
        .find(|candidate| candidate.version == version)
}

/// The first version that there were add-ons for.
///
/// Source: EKS user guide, document history, December 2020.
const FIRST_WITH_ADDONS: u8 = 18;

/// Whether add-ons can be for clusters of `version`: one that is offered, or
/// one that is retired, as some answers of `DescribeAddonVersions` list it.
pub fn is_known_cluster_version(version: &str) -> bool {
    let offered = CLUSTER_VERSIONS.iter().filter_map(|one| minor(one.version));
    let oldest = offered.min().unwrap_or(FIRST_WITH_ADDONS);
    let is_retired = |minor: u8| (FIRST_WITH_ADDONS..oldest).contains(&minor);
    cluster_version(version).is_some() || minor(version).is_some_and(is_retired)
}

/// The version of a cluster created without one.
pub fn default_cluster_version() -> &'static ClusterVersion {
    cluster_version(DEFAULT_CLUSTER_VERSION).expect("the generator lists the default version")
}

/// 00:00:00 UTC of a day of the Gregorian calendar.
pub(super) const fn midnight(year: i64, month: i64, day: i64) -> Timestamp {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    let days_since_year_0 = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    let days_from_year_0_to_1970 = 719_468;
    Timestamp::from_milliseconds((days_since_year_0 - days_from_year_0_to_1970) * 86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retired_versions_are_known_and_future_ones_are_not() {
        for known in ["1.18", "1.22", "1.23", "1.36"] {
            assert!(is_known_cluster_version(known), "{known}");
        }
        for unknown in ["1.17", "1.37", "1.022", "2.20", "latest", ""] {
            assert!(!is_known_cluster_version(unknown), "{unknown}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(midnight(1970, 1, 1).as_seconds(), 0);
        assert_eq!(midnight(2000, 2, 29).as_seconds(), 951_782_400);
        assert_eq!(midnight(2024, 3, 1).as_seconds(), 1_709_251_200);
        // 1.34 in a recorded answer of DescribeClusterVersions.
        assert_eq!(midnight(2025, 10, 2).as_seconds(), 1_759_363_200);
    }
}
