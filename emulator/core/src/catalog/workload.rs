//! The Kubernetes objects that an add-on installs.

use serde::{Deserialize, Serialize};

use super::addon::Addon;

/// The objects of an add-on, all in the add-on's namespace.
#[derive(Debug)]
pub(super) struct KubernetesObjects {
    pub(super) service_accounts: &'static [&'static str],
    pub(super) workloads: &'static [Workload],
}

impl Addon {
    /// The Deployments and DaemonSets it installs: at least one.
    ///
    /// Those of its newest version; versions are not told apart. What a
    /// marketplace add-on installs is not public: it has one Deployment named
    /// after the product.
    pub fn workloads(&self) -> &'static [Workload] {
        self.kubernetes_objects.workloads
    }

    /// The names of the service accounts it installs, those of its pods and
    /// those it only offers to pods of the user.
    pub fn service_accounts(&self) -> &'static [&'static str] {
        self.kubernetes_objects.service_accounts
    }
}

/// What runs the pods of an add-on.
#[derive(Debug)]
pub struct Workload {
    /// Whether it is a Deployment or a DaemonSet.
    pub kind: WorkloadKind,
    /// Its name, unique among the add-on's workloads of this kind.
    pub name: &'static str,
    /// How many pods a Deployment has by default; 1 for a DaemonSet, where it
    /// means nothing.
    pub replicas: i32,
    /// The service account of its pods, if it is not `default`.
    pub service_account: Option<&'static str>,
    /// Whether its pods share the network of their node.
    pub host_network: bool,
    /// How its pods are replaced when it changes.
    pub strategy: Strategy,
    /// The labels of its pods, ascending by key.
    pub pod_labels: &'static [(&'static str, &'static str)],
    /// The containers that run before the others.
    pub init_containers: &'static [Container<'static>],
    /// The containers of its pods: at least one, the main one first.
    pub containers: &'static [Container<'static>],
}

/// The kinds of workloads that add-ons have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkloadKind {
    /// A number of pods, wherever there is room.
    Deployment,
    /// One pod on each node.
    DaemonSet,
}

impl WorkloadKind {
    /// The kind as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::DaemonSet => "DaemonSet",
        }
    }
}

/// The bounds of a rolling update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// How many pods there may be beyond the number wanted.
    pub max_surge: IntOrPercent,
    /// How many of the pods wanted may be missing.
    pub max_unavailable: IntOrPercent,
}

/// A number of pods, or their share of all that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntOrPercent {
    /// So many pods.
    Int(i32),
    /// So many in a hundred.
    Percent(i32),
}

/// A container of a workload's pods.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// Its name, unique in the pod.
    pub name: &'a str,
    /// Its image, with placeholders for what depends on the version and the
    /// region; [`Container::image_for`] fills them.
    pub image: &'a str,
    /// The ports it listens on.
    pub ports: &'static [Port],
}

/// A port that a container listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, unique in the container.
    pub name: &'static str,
    /// Its number.
    pub number: u16,
    /// Whether it is a port of TCP or of UDP.
    pub protocol: Protocol,
}

/// The protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// TCP, the default of Kubernetes.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The protocol as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// What is usual for a Deployment; rows say what is not. The strategy is that
/// of Kubernetes for a Deployment without one.
pub(super) const DEPLOYMENT: Workload = Workload {
    kind: WorkloadKind::Deployment,
    name: "",
    replicas: 1,
    service_account: None,
    host_network: false,
    strategy: Strategy {
        max_surge: IntOrPercent::Percent(25),
        max_unavailable: IntOrPercent::Percent(25),
    },
    pod_labels: &[],
    init_containers: &[],
    containers: &[],
};

/// What is usual for a DaemonSet; rows say what is not. The strategy is that
/// of Kubernetes for a DaemonSet without one.
pub(super) const DAEMON_SET: Workload = Workload {
    kind: WorkloadKind::DaemonSet,
    strategy: Strategy {
        max_surge: IntOrPercent::Int(0),
        max_unavailable: IntOrPercent::Int(1),
    },
    ..DEPLOYMENT
};

/// A TCP port.
pub(super) const fn tcp(name: &'static str, number: u16) -> Port {
    Port {
        name,
        number,
        protocol: Protocol::Tcp,
    }
}

/// A UDP port.
pub(super) const fn udp(name: &'static str, number: u16) -> Port {
    Port {
        name,
        number,
        protocol: Protocol::Udp,
    }
}
