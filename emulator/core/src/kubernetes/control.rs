//! How the controllers are driven: they are handed the time and chance, and
//! hand back what is to happen later and what has happened.

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};

use super::{NamespacedName, WorkloadKey};
use crate::event::EventKind;
use crate::ids::Ids;

/// Something that happens on the cluster at its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Step {
    /// A controller looks at a workload whose specification has changed.
    Observe(WorkloadKey),
    /// A pod comes one step further.
    Pod {
        /// The pod.
        pod: NamespacedName,
        /// Its identity: a pod of the same name that came later is not meant.
        uid: String,
        /// What happens to it.
        step: PodStep,
    },
}

/// What happens to a pod next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PodStep {
    /// The scheduler gives it a node.
    Schedule,
    /// The kubelet starts its containers.
    Start,
    /// Its containers are ready.
    Ready,
    /// It is gone.
    Remove,
}

/// How long a step takes in the `realistic` profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepDuration(pub(crate) i64);

impl Step {
    /// How long until the step, in milliseconds.
    ///
    /// Source: timestamps of events on real clusters: a controller reacts
    /// within a tenth of a second, images that a node has already start
    /// within two seconds, probes pass some seconds later.
    pub(crate) fn duration(&self) -> StepDuration {
        StepDuration(match self {
            Self::Observe(_) => 100,
            Self::Pod {
                step: PodStep::Schedule,
                ..
            } => 50,
            Self::Pod {
                step: PodStep::Start,
                ..
            } => 1_500,
            Self::Pod {
                step: PodStep::Ready,
                ..
            } => 3_000,
            Self::Pod {
                step: PodStep::Remove,
                ..
            } => 1_000,
        })
    }
}

/// What the controllers are handed, and what they hand back.
pub(crate) struct Control<'a> {
    /// The time.
    pub(crate) now: Timestamp,
    /// Where identifiers and names come from.
    pub(crate) ids: &'a mut Ids,
    /// The cluster's region, for the names of nodes and images.
    pub(crate) region: &'a str,
    /// What is to happen later.
    pub(crate) later: Vec<Step>,
    /// What has happened.
    pub(crate) happened: Vec<EventKind>,
}
