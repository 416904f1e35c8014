//! The tables of add-ons, variants and pod identity configurations.

use std::collections::BTreeSet;

use super::fixture::{Addon, AddonCatalog, AddonVersion, PodIdentityStep, ServiceAccount, Variant};
use super::interned::Interned;
use super::rust_text::{self, string, strings};
use super::schemas::{self, Schema};
use super::version_order::version_key;

/// The tables that add-on versions refer to by index.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) schemas: Interned<Schema>,
    variants: Interned<Variant>,
    pod_identity_configurations: Interned<Vec<ServiceAccount>>,
}

/// `addons.rs`; fills `tables` with what the add-ons refer to.
pub(super) fn render(catalog: &AddonCatalog, tables: &mut Tables) -> Result<String, String> {
    // The lookup is a binary search that ignores the case of what is asked for.
    let names: Vec<&str> = catalog
        .addons
        .iter()
        .map(|addon| addon.addon_name.as_str())
        .collect();
    if !names.is_sorted_by(|left, right| left < right) {
        return Err(String::from("add-ons must be in ascending order of name"));
    }
    if names
        .iter()
        .any(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()))
    {
        return Err(String::from("add-on names must be lower case"));
    }

    // Row 0 is "nothing": most versions recommend nothing.
    tables.pod_identity_configurations.index_of(Vec::new());
    let mut text = rust_text::header("fixtures/addon-catalog.json");
    text.push_str("use crate::catalog::addon::{Addon, MarketplaceInformation, version};\n");
    text.push_str("use super::kubernetes_objects::KUBERNETES_OBJECTS;\n\n");
    text.push_str("/// Every add-on, ascending by name.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static ADDONS: [Addon; {}] = [\n",
        names.len()
    ));
    for (index, addon) in catalog.addons.iter().enumerate() {
        text.push_str(&render_addon(index, addon, tables)?);
    }
    text.push_str("];\n");
    Ok(text)
}

/// `index` is also the row of the add-on's Kubernetes objects.
fn render_addon(index: usize, addon: &Addon, tables: &mut Tables) -> Result<String, String> {
    check_defaults(addon)?;
    let marketplace = match &addon.marketplace_information {
        None => String::from("None"),
        Some(product) => format!(
            "Some(MarketplaceInformation {{ product_id: {}, product_url: {} }})",
            string(&product.product_id),
            string(&product.product_url)
        ),
    };
    let mut text = format!(
        "    Addon {{\n        name: {},\n        r#type: {},\n        publisher: {},\n        owner: {},\n        \
         default_namespace: {},\n        marketplace_information: {marketplace},\n        \
         kubernetes_objects: &KUBERNETES_OBJECTS[{index}],\n        versions: &[\n",
        string(&addon.addon_name),
        string(&addon.r#type),
        string(&addon.publisher),
        string(&addon.owner),
        string(&addon.default_namespace),
    );
    for version in &addon.addon_versions {
        text.push_str(&render_version(addon, version, tables)?);
    }
    text.push_str("        ],\n    },\n");
    Ok(text)
}

/// One row such as
/// `version("v1.22.4-eksbuild.3").on(30, 36).default_on(31, 36).variant(0).schema_row(4),`.
fn render_version(
    addon: &Addon,
    version: &AddonVersion,
    tables: &mut Tables,
) -> Result<String, String> {
    let name = format!("{} {}", addon.addon_name, version.addon_version);
    let variant = addon
        .variants
        .get(version.variant)
        .ok_or_else(|| format!("{name}: no such variant"))?;
    let schema = addon
        .configuration_schemas
        .get(&version.schema)
        .ok_or_else(|| format!("{name}: no such schema"))?;

    let variant = tables.variants.index_of(variant.clone());
    let schema = Schema {
        text: schemas::sorted_text(schema),
        first_user: name,
    };
    let schema = tables.schemas.index_of(schema);
    let pod_identity = pod_identity_configuration(&addon.pod_identity_configuration, version)?;
    let pod_identity = tables.pod_identity_configurations.index_of(pod_identity);

    let mut row = format!("            version({})", string(&version.addon_version));
    row.push_str(&minor_ranges("on", &version.cluster_versions)?);
    row.push_str(&minor_ranges("default_on", &version.default_for)?);
    row.push_str(&format!(".variant({variant}).schema_row({schema})"));
    if pod_identity != 0 {
        row.push_str(&format!(".pod_identity({pod_identity})"));
    }
    row.push_str(",\n");
    Ok(row)
}

/// The service accounts of the last step that is not newer than the version.
fn pod_identity_configuration(
    steps: &[PodIdentityStep],
    version: &AddonVersion,
) -> Result<Vec<ServiceAccount>, String> {
    let key = version_key(&version.addon_version)?;
    let mut found = Vec::new();
    for step in steps {
        let reached = match &step.since_version {
            None => true,
            Some(since) => version_key(since)? <= key,
        };
        if reached {
            found.clone_from(&step.service_accounts);
        }
    }
    Ok(found)
}

/// Cluster versions as calls with the first and last minor of each run.
fn minor_ranges(call: &str, cluster_versions: &[String]) -> Result<String, String> {
    let minors: BTreeSet<u8> = cluster_versions
        .iter()
        .map(|version| minor(version))
        .collect::<Result<_, _>>()?;
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for minor in minors {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == minor => *last = minor,
            _ => runs.push((minor, minor)),
        }
    }
    Ok(runs
        .iter()
        .map(|(first, last)| format!(".{call}({first}, {last})"))
        .collect())
}

/// The minor number of a Kubernetes version such as `1.36`.
fn minor(version: &str) -> Result<u8, String> {
    let number = version
        .strip_prefix("1.")
        .and_then(|minor| minor.parse().ok());
    // The tables keep minors as the bits of a u64.
    number
        .filter(|minor| *minor < 64)
        .ok_or_else(|| format!("not a Kubernetes version: {version}"))
}

/// No cluster version has two defaults, and a default is always compatible.
fn check_defaults(addon: &Addon) -> Result<(), String> {
    let mut taken = BTreeSet::new();
    for version in &addon.addon_versions {
        for cluster_version in &version.default_for {
            let name = format!("{} {}", addon.addon_name, version.addon_version);
            if !taken.insert(cluster_version) {
                return Err(format!("{name}: {cluster_version} has two defaults"));
            }
            if !version.cluster_versions.contains(cluster_version) {
                return Err(format!(
                    "{name}: default for {cluster_version} without supporting it"
                ));
            }
        }
    }
    Ok(())
}

/// `variants.rs`.
pub(super) fn render_variants(tables: &Tables) -> String {
    let rows = tables.variants.rows();
    let mut text = rust_text::header("fixtures/addon-catalog.json");
    text.push_str("use crate::catalog::addon::Variant;\n\n");
    text.push_str("/// What versions have in common, each combination once.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static VARIANTS: [Variant; {}] = [\n",
        rows.len()
    ));
    for (index, row) in rows.iter().enumerate() {
        text.push_str(&format!(
            "    /* {index} */ Variant {{ architectures: {}, compute_types: {}, \
             requires_configuration: {}, requires_iam_permissions: {} }},\n",
            strings(&row.architecture),
            strings(&row.compute_types),
            row.requires_configuration,
            row.requires_iam_permissions
        ));
    }
    text.push_str("];\n");
    text
}

/// `pod_identity_configurations.rs`.
pub(super) fn render_pod_identity_configurations(tables: &Tables) -> String {
    let rows = tables.pod_identity_configurations.rows();
    let mut text = rust_text::header("fixtures/addon-catalog.json");
    text.push_str("use crate::catalog::addon::PodIdentityConfiguration;\n\n");
    text.push_str(
        "/// What versions recommend for pod identity, each list once; the first is empty.\n",
    );
    text.push_str(&format!(
        "pub(in crate::catalog) static POD_IDENTITY_CONFIGURATIONS: [&[PodIdentityConfiguration]; {}] = [\n",
        rows.len()
    ));
    for (index, row) in rows.iter().enumerate() {
        text.push_str(&format!("    /* {index} */ &[\n"));
        for account in row {
            text.push_str(&format!(
                "        PodIdentityConfiguration {{ service_account: {}, recommended_managed_policies: {} }},\n",
                string(&account.service_account),
                strings(&account.recommended_managed_policies)
            ));
        }
        text.push_str("    ],\n");
    }
    text.push_str("];\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_minors_become_one_call_each() {
        let versions = ["1.36", "1.34", "1.33"].map(String::from);
        assert_eq!(
            minor_ranges("on", &versions).unwrap(),
            ".on(33, 34).on(36, 36)"
        );
        assert!(minor_ranges("on", &[String::from("2.1")]).is_err());
    }
}
