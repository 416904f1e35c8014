//! The tables of cluster versions and access policies.

use super::fixture::{AccessPolicies, ClusterVersion, ClusterVersions};
use super::rust_text::{self, raw_string, string};
use super::schemas::sorted_text;

/// `cluster_versions.rs`.
pub(super) fn render(versions: &ClusterVersions) -> Result<String, String> {
    let rows = &versions.cluster_versions;
    let default = &versions.default_cluster_version;
    if !rows.iter().any(|row| row.cluster_version == *default) {
        return Err(format!(
            "the default cluster version {default} is not listed"
        ));
    }
    let mut text = rust_text::header("fixtures/cluster-versions.json");
    text.push_str("use crate::catalog::cluster_version::{ClusterVersion, midnight};\n\n");
    text.push_str("/// The version of a cluster created without one.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) const DEFAULT_CLUSTER_VERSION: &str = {};\n\n",
        string(default)
    ));
    text.push_str("/// Every cluster version, newest first.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static CLUSTER_VERSIONS: [ClusterVersion; {}] = [\n",
        rows.len()
    ));
    for row in rows {
        text.push_str(&render_cluster_version(row)?);
    }
    text.push_str("];\n\n");
    text.push_str("/// The sizes a control plane can be provisioned with, as JSON.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) const CONTROL_PLANE_SCALING_TIERS: &str =\n    {};\n\n",
        raw_string(&sorted_text(&versions.control_plane_scaling_tiers))
    ));
    text.push_str("/// The settings of the control plane's components, as JSON.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) const CONTROL_PLANE_COMPONENT_CONFIG: &str =\n    {};\n",
        raw_string(&sorted_text(&versions.control_plane_component_config))
    ));
    Ok(text)
}

fn render_cluster_version(row: &ClusterVersion) -> Result<String, String> {
    Ok(format!(
        "    ClusterVersion {{\n        version: {},\n        platform_version: {},\n        patch_version: {},\n        \
         release_date: {},\n        end_of_standard_support: {},\n        end_of_extended_support: {},\n        supports_control_plane_config: {},\n    }},\n",
        string(&row.cluster_version),
        string(&row.default_platform_version),
        string(&row.kubernetes_patch_version),
        date(&row.release_date)?,
        date(&row.end_of_standard_support_date)?,
        date(&row.end_of_extended_support_date)?,
        row.supports_control_plane_config,
    ))
}

/// A `YYYY-MM-DD` date as the call `midnight(year, month, day)`.
fn date(text: &str) -> Result<String, String> {
    let parts: Vec<u32> = text
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts[..] {
        [year, month @ 1..=12, day @ 1..=31] => Ok(format!("midnight({year}, {month}, {day})")),
        _ => Err(format!("not a date: {text}")),
    }
}

/// `access_policies.rs`.
pub(super) fn render_access_policies(policies: &AccessPolicies) -> Result<String, String> {
    let names = &policies.access_policies;
    if !names.is_sorted_by(|left, right| left < right) {
        return Err(String::from("access policies must be in ascending order"));
    }
    let mut text = rust_text::header("fixtures/access-policies.json");
    text.push_str("/// The name of every cluster access policy, ascending.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static ACCESS_POLICIES: [&str; {}] = [\n",
        names.len()
    ));
    for name in names {
        text.push_str(&format!("    {},\n", string(name)));
    }
    text.push_str("];\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_calls() {
        assert_eq!(date("2026-06-02").unwrap(), "midnight(2026, 6, 2)");
        assert!(date("2026-13-02").is_err());
        assert!(date("2026-06").is_err());
    }
}
