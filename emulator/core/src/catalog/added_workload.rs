//! Workloads of add-ons, whether they are in the tables or a seed has
//! described them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::settings::MOST_REPLICAS;
use super::workload::{Container, DAEMON_SET, DEPLOYMENT, Strategy, Workload, WorkloadKind};
use crate::rfc1123::is_label;

/// The image of a workload for which a seed names none.
const USUAL_IMAGE: &str = "{registry}/eks/{container}:{addonVersion}";

/// A workload that a seed describes: pods with one container, named after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddedWorkload {
    /// Whether it is a Deployment or a DaemonSet.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// How many pods a Deployment has by default.
    pub replicas: i32,
    /// The service account of its pods, if it is not `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// The image; `{addonVersion}` stands for the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl AddedWorkload {
    /// A Deployment with one pod.
    pub(super) fn deployment(name: &str, service_account: &str) -> Self {
        Self {
            kind: WorkloadKind::Deployment,
            name: name.to_owned(),
            replicas: 1,
            service_account: Some(service_account.to_owned()),
            image: None,
        }
    }

    /// Errors: a sentence that says what cannot be.
    pub(super) fn check(&self) -> Result<(), String> {
        let accounts = self.service_account.iter();
        if let Some(wrong) = accounts.chain([&self.name]).find(|name| !is_label(name)) {
            return Err(format!("{wrong:?} is no name of a Kubernetes object"));
        }
        match self.replicas {
            0..=MOST_REPLICAS => Ok(()),
            _ => Err(format!("{} is no number of replicas", self.replicas)),
        }
    }
}

/// A workload of an add-on: one of the tables, or one that a seed describes.
#[derive(Clone, Debug)]
pub enum OfferedWorkload {
    /// A row of the tables.
    Table(&'static Workload),
    /// What a seed says.
    Added(Arc<AddedWorkload>),
}

impl PartialEq for OfferedWorkload {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // Rows of the tables are never copied.
            (Self::Table(one), Self::Table(other)) => std::ptr::eq(*one, *other),
            (Self::Added(one), Self::Added(other)) => one == other,
            _ => false,
        }
    }
}

impl OfferedWorkload {
    /// Whether it is a Deployment or a DaemonSet.
    pub fn kind(&self) -> WorkloadKind {
        match self {
            Self::Table(row) => row.kind,
            Self::Added(added) => added.kind,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Table(row) => row.name,
            Self::Added(added) => &added.name,
        }
    }

    /// How many pods a Deployment has by default.
    pub fn replicas(&self) -> i32 {
        match self {
            Self::Table(row) => row.replicas,
            Self::Added(added) => added.replicas,
        }
    }

    /// The service account of its pods, if it is not `default`.
    pub fn service_account(&self) -> Option<&str> {
        match self {
            Self::Table(row) => row.service_account,
            Self::Added(added) => added.service_account.as_deref(),
        }
    }

    /// Whether its pods share the network of their node.
    pub fn host_network(&self) -> bool {
        matches!(self, Self::Table(row) if row.host_network)
    }

    /// How its pods are replaced when it changes.
    pub fn strategy(&self) -> Strategy {
        match (self, self.kind()) {
            (Self::Table(row), _) => row.strategy,
            (Self::Added(_), WorkloadKind::Deployment) => DEPLOYMENT.strategy,
            (Self::Added(_), WorkloadKind::DaemonSet) => DAEMON_SET.strategy,
        }
    }

    /// The labels of its pods, ascending by key.
    pub fn pod_labels(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Table(row) => row.pod_labels.to_vec(),
            Self::Added(added) => vec![("app.kubernetes.io/name", &added.name)],
        }
    }

    /// The containers that run before the others.
    pub fn init_containers(&self) -> &'static [Container<'static>] {
        match self {
            Self::Table(row) => row.init_containers,
            Self::Added(_) => &[],
        }
    }

    /// The containers of its pods: at least one, the main one first.
    pub fn containers(&self) -> Vec<Container<'_>> {
        match self {
            Self::Table(row) => row.containers.to_vec(),
            Self::Added(added) => vec![Container {
                name: &added.name,
                image: added.image.as_deref().unwrap_or(USUAL_IMAGE),
                ports: &[],
            }],
        }
    }
}
