//! Pod templates: what the pods of a workload have in common.

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::catalog::{self, Container, OfferedWorkload, WorkloadSettings};
use crate::rfc3339;

/// The annotation that a rolling restart sets on the template.
///
/// Nobody has published which one EKS sets when the associations of an
/// add-on change; this is the one that `kubectl rollout restart` sets.
pub(super) const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// What the pods of a workload have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PodTemplate {
    #[serde(with = "catalog::workload_name")]
    pub(super) workload: OfferedWorkload,
    pub(super) version: String,
    #[serde(default, skip_serializing_if = "WorkloadSettings::is_empty")]
    pub(super) settings: WorkloadSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) restarted_at: Option<Timestamp>,
}

impl PodTemplate {
    /// The template as Kubernetes shows it.
    pub(super) fn render(&self, region: &str) -> Value {
        let mut metadata = Map::new();
        let mut labels: Map<String, Value> = Map::new();
        for (key, value) in &self.settings.pod_labels {
            labels.insert(key.clone(), json!(value));
        }
        for (key, value) in self.workload.pod_labels() {
            labels.insert(key.to_owned(), json!(value));
        }
        metadata.insert("labels".into(), Value::Object(labels));
        let mut annotations = self.settings.pod_annotations.clone();
        if let Some(at) = self.restarted_at {
            annotations.insert(RESTARTED_AT.into(), rfc3339::seconds(at));
        }
        if !annotations.is_empty() {
            metadata.insert("annotations".into(), json!(annotations));
        }
        json!({ "metadata": metadata, "spec": self.render_spec(region) })
    }

    fn render_spec(&self, region: &str) -> Value {
        let mut spec = Map::new();
        let mut put = |key: &str, value: Value| drop(spec.insert(key.to_owned(), value));
        let containers = self.workload.containers().into_iter().enumerate();
        let containers: Vec<Value> = containers
            .map(|(index, container)| {
                let resources = self.settings.resources.as_ref().filter(|_| index == 0);
                self.render_container(container, resources, region)
            })
            .collect();
        put("containers", json!(containers));
        if !self.workload.init_containers().is_empty() {
            let init = self.workload.init_containers().iter();
            let init: Vec<Value> = init
                .map(|container| self.render_container(*container, None, region))
                .collect();
            put("initContainers", json!(init));
        }
        if let Some(service_account) = self.workload.service_account() {
            put("serviceAccountName", json!(service_account));
        }
        if self.workload.host_network() {
            put("hostNetwork", json!(true));
        }
        let optional = [
            ("tolerations", &self.settings.tolerations),
            ("nodeSelector", &self.settings.node_selector),
            ("affinity", &self.settings.affinity),
            (
                "topologySpreadConstraints",
                &self.settings.topology_spread_constraints,
            ),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                put(key, value.clone());
            }
        }
        if let Some(name) = &self.settings.priority_class_name {
            put("priorityClassName", json!(name));
        }
        put("restartPolicy", json!("Always"));
        put("dnsPolicy", json!("ClusterFirst"));
        put("schedulerName", json!("default-scheduler"));
        put("securityContext", json!({}));
        put("terminationGracePeriodSeconds", json!(30));
        Value::Object(spec)
    }

    fn render_container(
        &self,
        container: Container<'_>,
        resources: Option<&Value>,
        region: &str,
    ) -> Value {
        let mut rendered = json!({
            "name": container.name,
            "image": container.image_for(&self.version, region),
            "imagePullPolicy": "IfNotPresent",
            "resources": resources.cloned().unwrap_or_else(|| json!({})),
        });
        if !container.ports.is_empty() {
            let ports = container.ports.iter().map(|port| {
                json!({
                    "name": port.name,
                    "containerPort": port.number,
                    "protocol": port.protocol.as_str(),
                })
            });
            rendered["ports"] = ports.collect();
        }
        rendered
    }

    /// The hash in the names of ReplicaSets and ControllerRevisions.
    ///
    /// Source: Kubernetes' controllers, which hash the template with FNV-32a
    /// and write the decimal digits in the alphabet of generated names.
    pub(super) fn hash(&self, region: &str) -> String {
        let text = self.render(region).to_string();
        let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let digits = hash.to_string();
        let letter = |byte: u8| char::from(NAME_ALPHABET[usize::from(byte) % NAME_ALPHABET.len()]);
        digits.bytes().map(letter).collect()
    }
}

/// The letters of generated names: no vowels, no digits that look like them.
///
/// Source: Kubernetes' `rand` package.
pub(super) const NAME_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
