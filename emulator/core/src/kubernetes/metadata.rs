//! What every object has: identity, version, labels and annotations.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Control, Kubernetes};
use crate::ids::IdKind;
use crate::rfc3339;
use crate::state::hex;

/// The metadata of one object, but for its names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Metadata {
    #[serde(with = "hex")]
    pub(super) uid: u128,
    pub(crate) resource_version: u64,
    /// Moves with the specification; zero for kinds that have none.
    pub(crate) generation: i64,
    pub(crate) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
}

impl Kubernetes {
    /// The metadata of an object that is made now.
    pub(super) fn new_metadata(&mut self, control: &mut Control<'_>) -> Metadata {
        Metadata {
            uid: control.ids.next(IdKind::KubernetesObject),
            resource_version: self.next_version(),
            created_at: control.now,
            ..Default::default()
        }
    }
}

impl Metadata {
    /// The object's identity, a UUID of version 4.
    pub(crate) fn uid(&self) -> String {
        uuid::Builder::from_random_bytes(self.uid.to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// The metadata as Kubernetes shows it.
    pub(crate) fn render(&self, namespace: Option<&str>, name: &str) -> Map<String, Value> {
        let mut rendered = Map::new();
        let mut put = |key: &str, value: Value| drop(rendered.insert(key.to_owned(), value));
        put("name", json!(name));
        if let Some(namespace) = namespace {
            put("namespace", json!(namespace));
        }
        put("uid", json!(self.uid()));
        put("resourceVersion", json!(self.resource_version.to_string()));
        if self.generation > 0 {
            put("generation", json!(self.generation));
        }
        put(
            "creationTimestamp",
            json!(rfc3339::seconds(self.created_at)),
        );
        if !self.labels.is_empty() {
            put("labels", json!(self.labels));
        }
        if !self.annotations.is_empty() {
            put("annotations", json!(self.annotations));
        }
        rendered
    }
}
