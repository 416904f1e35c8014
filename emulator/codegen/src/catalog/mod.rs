//! Turns the catalogue fixtures (add-ons, cluster versions, access policies)
//! into the static tables of `emulator/core/src/catalog/generated/`.
//!
//! What repeats is stored once: configuration schemas, pod identity
//! configurations and the traits shared by many add-on versions each have
//! their own table, and an add-on version refers to its row by index.

mod addons;
mod cluster_versions;
mod fixture;
mod interned;
mod rust_text;
mod schemas;
mod version_order;
mod workloads;

use std::path::{Path, PathBuf};

use crate::GeneratedFile;
use fixture::{AccessPolicies, AddonCatalog, ClusterVersions};

/// Where the generated files go, relative to the workspace.
const OUTPUT: &str = "emulator/core/src/catalog/generated";

/// The generated files of the catalogue, from the workspace at `root`.
///
/// Errors: a fixture that cannot be read or parsed, or that breaks a rule the
/// tables rely on (order, unknown references, two defaults for one version).
pub(crate) fn generate(root: &Path) -> Result<Vec<GeneratedFile>, String> {
    let fixtures = root.join("fixtures");
    let catalog = AddonCatalog::read(&fixtures.join("addon-catalog.json"))?;
    let cluster_versions = ClusterVersions::read(&fixtures.join("cluster-versions.json"))?;
    let access_policies = AccessPolicies::read(&fixtures.join("access-policies.json"))?;

    let mut tables = addons::Tables::default();
    let addons = addons::render(&catalog, &mut tables)?;
    let files = [
        ("mod.rs", module()),
        ("addons.rs", addons),
        ("variants.rs", addons::render_variants(&tables)),
        (
            "pod_identity_configurations.rs",
            addons::render_pod_identity_configurations(&tables),
        ),
        ("configuration_schemas.rs", schemas::render(&tables.schemas)),
        ("kubernetes_objects.rs", workloads::render(&catalog.addons)?),
        (
            "cluster_versions.rs",
            cluster_versions::render(&cluster_versions)?,
        ),
        (
            "access_policies.rs",
            cluster_versions::render_access_policies(&access_policies)?,
        ),
    ];
    let file = |(name, text)| GeneratedFile {
        path: PathBuf::from(OUTPUT).join(name),
        text,
    };
    Ok(files.into_iter().map(file).collect())
}

/// The module file that names the others.
fn module() -> String {
    let mut text = rust_text::header("the catalogue fixtures");
    for name in [
        "access_policies",
        "addons",
        "cluster_versions",
        "configuration_schemas",
        "kubernetes_objects",
        "pod_identity_configurations",
        "variants",
    ] {
        text.push_str(&format!("pub(super) mod {name};\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(name: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let files = generate(&root).unwrap();
        let file = files.into_iter().find(|file| file.path.ends_with(name));
        file.unwrap().text
    }

    #[test]
    fn a_row_names_its_clusters_and_its_shared_parts() {
        let addons = text_of("addons.rs");
        let start = "version(\"v1.22.4-eksbuild.3\").on(30, 36).default_on(31, 36).variant(";
        assert!(addons.contains(start), "no row starting {start}");
    }

    #[test]
    fn equal_schemas_are_stored_once() {
        let schemas = text_of("configuration_schemas.rs");
        let nothing_allowed = r##"schema(r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","additionalProperties":false,"type":"object"}"#)"##;
        assert_eq!(schemas.matches(nothing_allowed).count(), 1);
    }

    /// The newest service accounts are among those the add-on installs.
    #[test]
    fn service_accounts_exist() {
        let fixture = include_str!("../../../../fixtures/addon-catalog.json");
        let fixture: serde_json::Value = serde_json::from_str(fixture).unwrap();
        let mut checked = 0;
        for addon in fixture["addons"].as_array().unwrap() {
            let steps = addon["podIdentityConfiguration"].as_array().unwrap();
            for account in steps
                .last()
                .iter()
                .flat_map(|step| step["serviceAccounts"].as_array().unwrap())
            {
                let installed = addon["kubernetes"]["serviceAccounts"].as_array().unwrap();
                let name = &account["serviceAccount"];
                assert!(installed.contains(name), "{}: {name}", addon["addonName"]);
                checked += 1;
            }
        }
        assert_eq!(checked, 18);
    }
}
