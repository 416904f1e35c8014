//! `DescribeClusterVersions`: the Kubernetes versions and their support.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    ClusterVersionInformation, ClusterVersionStatus, ControlPlaneConfigInfo,
    ControlPlaneScalingTierInfo, DescribeClusterVersionsRequest, DescribeClusterVersionsResponse,
    Error, VersionStatus,
};

use super::cluster_version::ClusterVersion;
use super::generated::cluster_versions::{
    CONTROL_PLANE_COMPONENT_CONFIG, CONTROL_PLANE_SCALING_TIERS,
};
use crate::catalog;
use crate::page::Page;

/// The only type of cluster there is.
const CLUSTER_TYPE: &str = "eks";

/// The cluster versions that pass every filter, newest first, with their
/// status at `now`.
///
/// Versions without support are shown to those who ask for them: with
/// `includeAll`, by name in `clusterVersions`, or by status. (The API
/// reference only says what `includeAll` does; the rest is inferred.)
///
/// Errors: `InvalidParameterException` for a `nextToken` that this operation
/// has not given for the same filters.
///
/// Source: EKS API reference, DescribeClusterVersions; outputs of
/// `aws eks describe-cluster-versions` of 2025 and 2026.
pub fn describe_cluster_versions(
    now: Timestamp,
    input: DescribeClusterVersionsRequest,
) -> Result<DescribeClusterVersionsResponse, Error> {
    let page = page(&input)?;
    let selected = after(page.after())
        .iter()
        .filter(|version| selects(&input, version, now));
    let (versions, next_token) = page.take(selected, |version| version.version.to_owned());
    Ok(DescribeClusterVersionsResponse {
        next_token,
        cluster_versions: Some(
            versions
                .into_iter()
                .map(|version| describe(version, now))
                .collect(),
        ),
    })
}

/// The page asked for; its token is good for the same filters only.
fn page(input: &DescribeClusterVersionsRequest) -> Result<Page, Error> {
    let filters = (
        &input.cluster_type,
        &input.default_only,
        &input.include_all,
        &input.cluster_versions,
        &input.status,
        &input.version_status,
    );
    let scope = format!("DescribeClusterVersions {filters:?}");
    Page::new(&scope, input.max_results, input.next_token.as_deref())
}

/// The cluster versions behind the one called `version`: all if there is none.
fn after(version: Option<&str>) -> &'static [ClusterVersion] {
    let all = catalog::cluster_versions();
    let last = all
        .iter()
        .position(|candidate| Some(candidate.version) == version);
    last.map_or(all, |last| &all[last + 1..])
}

fn selects(
    input: &DescribeClusterVersionsRequest,
    version: &ClusterVersion,
    now: Timestamp,
) -> bool {
    let status = version.status(now);
    let named = input.cluster_versions.as_deref().unwrap_or_default();
    let asked_for = !named.is_empty()
        || input.version_status.is_some()
        || input.status.is_some()
        || input.include_all == Some(true);

    (asked_for || status != VersionStatus::Unsupported)
        && (named.is_empty() || named.iter().any(|each| each == version.version))
        && input.version_status.is_none_or(|wanted| wanted == status)
        && input
            .status
            .is_none_or(|wanted| undeprecated(wanted) == status)
        && (input.default_only != Some(true) || version.is_default())
        && input
            .cluster_type
            .as_deref()
            .is_none_or(|wanted| wanted == CLUSTER_TYPE)
}

/// What the deprecated parameter `status` means in today's words.
fn undeprecated(status: ClusterVersionStatus) -> VersionStatus {
    match status {
        ClusterVersionStatus::Unsupported => VersionStatus::Unsupported,
        ClusterVersionStatus::StandardSupport => VersionStatus::StandardSupport,
        ClusterVersionStatus::ExtendedSupport => VersionStatus::ExtendedSupport,
    }
}

fn describe(version: &ClusterVersion, now: Timestamp) -> ClusterVersionInformation {
    let status = version.status(now);
    ClusterVersionInformation {
        cluster_version: Some(version.version.to_owned()),
        cluster_type: Some(CLUSTER_TYPE.to_owned()),
        default_platform_version: Some(version.platform_version.to_owned()),
        default_version: Some(version.is_default()),
        release_date: Some(version.release_date),
        end_of_standard_support_date: Some(version.end_of_standard_support),
        end_of_extended_support_date: Some(version.end_of_extended_support),
        // The deprecated member has the spelling of the new one in real answers.
        status: Some(status.as_str().to_owned()),
        version_status: Some(status),
        kubernetes_patch_version: Some(version.patch_version.to_owned()),
        control_plane_scaling_tiers: Some(scaling_tiers()),
        control_plane_component_config: version
            .supports_control_plane_config
            .then(component_config),
    }
}

/// Source: user guide, page on advanced control plane parameters (2026).
fn scaling_tiers() -> Vec<ControlPlaneScalingTierInfo> {
    serde_json::from_str(CONTROL_PLANE_SCALING_TIERS)
        .expect("the fixture has the form of the API's structure")
}

/// Source: the same page; Kubernetes 1.31 and later.
fn component_config() -> ControlPlaneConfigInfo {
    serde_json::from_str(CONTROL_PLANE_COMPONENT_CONFIG)
        .expect("the fixture has the form of the API's structure")
}
