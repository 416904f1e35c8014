//! What became of the resources that a document names.

use eks_emulator_core::cluster::seed::Seeded;
use schemars::JsonSchema;
use serde::Serialize;

/// What became of the resources that a document names, by their ARNs.
/// What has none has a path: Kubernetes objects `arn-of-cluster/pods/ns/name`,
/// add-ons of the catalogue `catalogue/name`.
#[derive(Clone, Debug, Default, JsonSchema, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeedReport {
    /// They did not exist.
    pub created: Vec<String>,
    /// They were different.
    pub updated: Vec<String>,
    /// They were so already.
    pub unchanged: Vec<String>,
    /// The document did not name them, and was to replace what there was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<String>,
}

impl SeedReport {
    pub(super) fn add(&mut self, seeded: Seeded, arn: String) {
        let list = match seeded {
            Seeded::Created => &mut self.created,
            Seeded::Updated => &mut self.updated,
            Seeded::Unchanged => &mut self.unchanged,
        };
        list.push(arn);
    }
}
