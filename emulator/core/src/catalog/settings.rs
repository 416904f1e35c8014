//! What an add-on's configuration values ask of its workloads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::addon::Addon;
use super::workload::{Workload, WorkloadKind};
use crate::state::json_text;

/// What configuration values ask of one workload.
///
/// A member that the values do not mention is `None` or empty: the workload
/// keeps what it has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadSettings {
    /// How many pods; never set for a DaemonSet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// Requests and limits of the main container, the first. Those of other
    /// containers (`sidecars`, `init`, `nodeAgent` of vpc-cni, …) are left out.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "json_text::serialize",
        deserialize_with = "json_text::deserialize_some"
    )]
    pub resources: Option<Value>,
    /// The tolerations of the pods, an array.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "json_text::serialize",
        deserialize_with = "json_text::deserialize_some"
    )]
    pub tolerations: Option<Value>,
    /// The labels that nodes must have, an object.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "json_text::serialize",
        deserialize_with = "json_text::deserialize_some"
    )]
    pub node_selector: Option<Value>,
    /// The affinity of the pods, an object.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "json_text::serialize",
        deserialize_with = "json_text::deserialize_some"
    )]
    pub affinity: Option<Value>,
    /// How pods are spread, an array.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "json_text::serialize",
        deserialize_with = "json_text::deserialize_some"
    )]
    pub topology_spread_constraints: Option<Value>,
    /// The priority class of the pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<String>,
    /// Annotations that the pods get as well.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pod_annotations: BTreeMap<String, String>,
    /// Labels that the pods get as well.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pod_labels: BTreeMap<String, String>,
}

impl WorkloadSettings {
    /// Whether the values ask for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The blocks of the values that speak of a workload: add-on, workload, JSON
/// pointers. A later block wins over an earlier one; the pointer `""` is the
/// root. A workload without a row takes its settings from the root.
///
/// Sources: the recorded configuration schemas for what exists; which workload
/// a block belongs to is inferred from the charts of the projects.
const BLOCKS: [(&str, &str, &[&str]); 24] = [
    ("adot", "opentelemetry-operator", &["", "/manager"]),
    (
        "amazon-cloudwatch-observability",
        "amazon-cloudwatch-observability-controller-manager",
        &["", "/manager"],
    ),
    (
        "amazon-cloudwatch-observability",
        "cloudwatch-agent",
        &["", "/agent"],
    ),
    (
        "amazon-cloudwatch-observability",
        "fluent-bit",
        &["", "/containerLogs/fluentBit"],
    ),
    (
        "amazon-sagemaker-hyperpod-training-operator",
        "hp-training-operator-controller-manager",
        &["", "/hpTrainingControllerManager/manager"],
    ),
    (
        "amazon-sagemaker-spaces",
        "jupyter-k8s-controller-manager",
        &[
            "/jupyter-k8s/controllerManager",
            "/jupyter-k8s/controllerManager/container",
            "/jupyter-k8s/controllerManager/pod",
        ],
    ),
    ("amazon-sagemaker-spaces", "jupyter-k8s-authmiddleware", &[]),
    ("aws-ebs-csi-driver", "ebs-csi-controller", &["/controller"]),
    ("aws-ebs-csi-driver", "ebs-csi-node", &["/node"]),
    ("aws-efs-csi-driver", "efs-csi-controller", &["/controller"]),
    ("aws-efs-csi-driver", "efs-csi-node", &["/node"]),
    ("aws-fsx-csi-driver", "fsx-csi-controller", &["/controller"]),
    ("aws-fsx-csi-driver", "fsx-csi-node", &["/node"]),
    (
        "aws-mountpoint-s3-csi-driver",
        "s3-csi-controller",
        &["/controller"],
    ),
    ("aws-mountpoint-s3-csi-driver", "s3-csi-node", &["/node"]),
    // The schema says nothing of what the chart of the driver accepts.
    (
        "aws-secrets-store-csi-driver-provider",
        "secrets-store-csi-driver",
        &[
            "/secrets-store-csi-driver",
            "/secrets-store-csi-driver/linux",
            "/secrets-store-csi-driver/linux/driver",
        ],
    ),
    // The root of cert-manager speaks of the controller only.
    ("cert-manager", "cert-manager", &["/global", ""]),
    (
        "cert-manager",
        "cert-manager-cainjector",
        &["/global", "/cainjector"],
    ),
    (
        "cert-manager",
        "cert-manager-webhook",
        &["/global", "/webhook"],
    ),
    ("datadog_operator", "operator", &["/datadog-operator"]),
    (
        "eks-node-monitoring-agent",
        "eks-node-monitoring-agent",
        &["/global", "/nodeAgent"],
    ),
    (
        "eks-node-monitoring-agent",
        "dcgm-server",
        &["/global", "/dcgmAgent"],
    ),
    ("snyk_runtime-sensor", "runtime-sensor", &["/sensor"]),
    (
        "upwind-security_upwind-operator",
        "upwind-operator",
        &["/upwind-operator"],
    ),
];

/// What `values`, the configuration values of `addon`, ask of `workload`.
///
/// The values are those that passed the add-on's schema. Schemas are often
/// open, so what has the wrong type for Kubernetes is ignored.
pub fn settings(addon: &Addon, workload: &Workload, values: &Value) -> WorkloadSettings {
    settings_of(addon.name, workload.name, workload.kind, values)
}

/// The same, of a workload that need not be in the tables.
pub(crate) fn settings_of(
    addon: &str,
    workload: &str,
    kind: WorkloadKind,
    values: &Value,
) -> WorkloadSettings {
    let mut settings = WorkloadSettings::default();
    for pointer in blocks(addon, workload) {
        if let Some(Value::Object(block)) = values.pointer(pointer) {
            settings.overlay(block, kind);
            if pointer.ends_with("/pod") {
                extend(&mut settings.pod_annotations, block.get("annotations"));
                extend(&mut settings.pod_labels, block.get("labels"));
            }
        }
    }
    settings
}

/// The pointers to the blocks of a workload, the strongest last.
fn blocks(addon: &str, workload: &str) -> &'static [&'static str] {
    let mut rows = BLOCKS.iter();
    let row = rows.find(|row| row.0 == addon && row.1 == workload);
    row.map_or(&[""], |row| row.2)
}

impl WorkloadSettings {
    /// Takes over what `block` says: annotations and labels one by one, the
    /// rest as a whole.
    fn overlay(&mut self, block: &Map<String, Value>, kind: WorkloadKind) {
        if kind == WorkloadKind::Deployment {
            let replicas = block.get("replicaCount").or_else(|| block.get("replicas"));
            replace(&mut self.replicas, replicas.and_then(count));
        }
        replace(
            &mut self.resources,
            block.get("resources").and_then(resources),
        );
        replace(&mut self.tolerations, array(block, "tolerations"));
        replace(&mut self.node_selector, object(block, "nodeSelector"));
        replace(&mut self.affinity, object(block, "affinity"));
        replace(
            &mut self.topology_spread_constraints,
            array(block, "topologySpreadConstraints"),
        );
        let class = block.get("priorityClassName").and_then(Value::as_str);
        let class = class.filter(|class| !class.is_empty());
        replace(&mut self.priority_class_name, class.map(str::to_owned));
        extend(&mut self.pod_annotations, block.get("podAnnotations"));
        extend(&mut self.pod_labels, block.get("podLabels"));
    }
}

fn replace<T>(setting: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *setting = value;
    }
}

/// Adds the members of `value` that are strings.
fn extend(texts: &mut BTreeMap<String, String>, value: Option<&Value>) {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    texts.extend(
        members.filter_map(|(key, text)| Some((key.to_owned(), text.as_str()?.to_owned()))),
    );
}

/// The most replicas that are modelled. Every pod is an object here: without a
/// bound one number in a request would keep the emulator busy for hours.
pub(crate) const MOST_REPLICAS: i32 = 500;

fn count(value: &Value) -> Option<i32> {
    let count = i32::try_from(value.as_i64()?).ok()?;
    (count >= 0).then_some(count.min(MOST_REPLICAS))
}

fn array(block: &Map<String, Value>, name: &str) -> Option<Value> {
    block.get(name).filter(|value| value.is_array()).cloned()
}

fn object(block: &Map<String, Value>, name: &str) -> Option<Value> {
    block.get(name).filter(|value| value.is_object()).cloned()
}

/// The requests and limits in `value`, with quantities as the strings that
/// Kubernetes makes of numbers. Charts keep switches of their own beside them.
fn resources(value: &Value) -> Option<Value> {
    let value = value.as_object()?;
    let kinds = ["limits", "requests"].into_iter().filter_map(|kind| {
        let amounts = value.get(kind)?.as_object()?.iter();
        let amounts =
            amounts.filter_map(|(name, amount)| Some((name.to_owned(), quantity(amount)?)));
        Some((kind.to_owned(), Value::Object(amounts.collect())))
    });
    Some(Value::Object(kinds.collect()))
}

fn quantity(amount: &Value) -> Option<Value> {
    match amount {
        Value::String(text) => Some(Value::from(text.as_str())),
        Value::Number(number) => Some(Value::from(number.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_row_names_a_workload() {
        for (addon, workload, pointers) in BLOCKS {
            let workloads = catalog::addon(addon).map(Addon::workloads);
            let mut names = workloads.into_iter().flatten().map(|each| each.name);
            assert!(names.any(|name| name == workload), "{addon} {workload}");
            let well_formed = |pointer: &&str| pointer.is_empty() || pointer.starts_with('/');
            assert!(pointers.iter().all(well_formed), "{addon} {workload}");
        }
    }
}
