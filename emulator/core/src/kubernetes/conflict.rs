//! Where live objects differ from what an add-on is to have, as the service
//! lists conflicts.

use serde_json::Value;

use super::Kubernetes;
use super::install::{Desired, DesiredWorkload};
use super::service_account::ROLE_ARN_ANNOTATION;
use super::template::{PodTemplate, RESTARTED_AT};
use super::workload::Workload;
use crate::catalog::WorkloadKind;

/// What becomes of values that someone else has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiveValues {
    /// They stay.
    Keep,
    /// The add-on's take their place.
    Overwrite,
}

impl Kubernetes {
    /// The fields in which live objects differ from what an add-on is to
    /// have: those of objects that are not the add-on's, and the role of a
    /// service account if the user has set it.
    pub(crate) fn conflicts(&self, desired: &Desired<'_>, region: &str) -> Vec<String> {
        let roles = self.roles_that_conflict(desired).into_iter();
        let mut fields: Vec<String> = roles
            .map(|account| {
                format!("ServiceAccount {account} - .metadata.annotations.{ROLE_ARN_ANNOTATION}")
            })
            .collect();
        for wanted in &desired.workloads {
            let key = desired.key(wanted);
            let Some(live) = self.workloads.get(&key) else {
                continue;
            };
            if live.owner == desired.owner() {
                continue;
            }
            let subject = format!("{}.apps {}", key.kind.as_str(), key.name);
            let differences = differences(live, desired, wanted, region).into_iter();
            fields.extend(differences.map(|field| format!("{subject} - {field}")));
        }
        fields
    }

    /// The service accounts that name another role than the add-on's, which
    /// the add-on has not set.
    pub(super) fn roles_that_conflict<'a>(&self, desired: &Desired<'a>) -> Vec<&'a str> {
        let Some(role_arn) = &desired.role_arn else {
            return Vec::new();
        };
        let mut accounts = desired.accounts_with_role();
        accounts.retain(|name| {
            let key = (desired.namespace.clone(), (*name).to_owned());
            self.service_accounts.get(&key).is_some_and(|account| {
                let live = account.annotations.get(ROLE_ARN_ANNOTATION);
                let is_set_here = account.has_managed_role && account.owner == desired.owner();
                !is_set_here && live.is_some_and(|live| live != role_arn)
            })
        });
        accounts
    }
}

fn differences(
    live: &Workload,
    desired: &Desired<'_>,
    wanted: &DesiredWorkload,
    region: &str,
) -> Vec<String> {
    let mut fields = live
        .template
        .differences_from(&desired.template(wanted), region);
    let is_scaled = wanted.workload.kind() == WorkloadKind::Deployment
        && live.replicas != Desired::replicas(wanted);
    if is_scaled {
        fields.push(".spec.replicas".into());
    }
    fields
}

/// The members of a pod's specification that configuration values set.
const SETTINGS: [&str; 5] = [
    "tolerations",
    "nodeSelector",
    "affinity",
    "topologySpreadConstraints",
    "priorityClassName",
];

impl PodTemplate {
    /// The fields in which `self`, which is live, differs from `desired`.
    fn differences_from(&self, desired: &Self, region: &str) -> Vec<String> {
        let live = self.render(region);
        let desired = desired.render(region);
        let mut fields = Vec::new();
        for list in ["initContainers", "containers"] {
            fields.extend(container_differences(list, &live, &desired));
        }
        for member in SETTINGS {
            if live["spec"][member] != desired["spec"][member] {
                fields.push(format!(".spec.template.spec.{member}"));
            }
        }
        if live["metadata"]["labels"] != desired["metadata"]["labels"] {
            fields.push(".spec.template.metadata.labels".into());
        }
        if annotations(&live) != annotations(&desired) {
            fields.push(".spec.template.metadata.annotations".into());
        }
        fields
    }
}

fn container_differences(list: &str, live: &Value, desired: &Value) -> Vec<String> {
    let containers = |template: &Value| {
        let containers = template["spec"][list].as_array();
        containers.cloned().unwrap_or_default()
    };
    let desired = containers(desired);
    let mut fields = Vec::new();
    for live in containers(live) {
        let same = desired.iter().find(|one| one["name"] == live["name"]);
        for member in ["image", "resources"] {
            if same.is_some_and(|same| same[member] != live[member]) {
                let name = &live["name"];
                fields.push(format!(".spec.template.spec.{list}[name={name}].{member}"));
            }
        }
    }
    fields
}

/// The annotations of a template, but for that of a restart, which is
/// nobody's change.
fn annotations(template: &Value) -> serde_json::Map<String, Value> {
    let annotations = template["metadata"]["annotations"].as_object();
    let mut annotations = annotations.cloned().unwrap_or_default();
    annotations.remove(RESTARTED_AT);
    annotations
}
