//! Transitions: what time brings about.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{ClusterStatus, UpdateStatus, UpdateType};
use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;
use crate::cluster::addon::End;
use crate::cluster::update_config::ConfigurationChange;
use crate::environment::Environment;
use crate::event::EventKind;
use crate::kubernetes::Step;
use crate::lifecycle::{Issue, Outcome};

/// A transition that has started: what it is about and how it will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Transition {
    pub(super) subject: Subject,
    pub(super) outcome: Outcome,
}

/// How a cluster came to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// When the last thing happened, or the time at which it was asked.
    pub since: Timestamp,
    /// Whether nothing is pending any more.
    pub is_idle: bool,
}

/// What a transition is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(super) enum Subject {
    ClusterCreate,
    ClusterUpdate {
        update_id: Arc<str>,
        kind: UpdateType,
        change: ConfigurationChange,
    },
    ClusterDelete,
    AddonCreate {
        addon_name: String,
    },
    AddonUpdate {
        addon_name: String,
        update_id: Arc<str>,
    },
    AddonDelete {
        addon_name: String,
    },
    /// A step on the cluster.
    Kubernetes(Step),
}

impl Subject {
    /// Whether it is a step on the cluster and no transition of the API.
    pub(super) fn is_step(&self) -> bool {
        matches!(self, Self::Kubernetes(_))
    }

    pub(super) fn addon_name(&self) -> Option<&str> {
        match self {
            Self::AddonCreate { addon_name }
            | Self::AddonUpdate { addon_name, .. }
            | Self::AddonDelete { addon_name } => Some(addon_name),
            _ => None,
        }
    }

    pub(super) fn update_id(&self) -> Option<&Arc<str>> {
        match self {
            Self::ClusterUpdate { update_id, .. } | Self::AddonUpdate { update_id, .. } => {
                Some(update_id)
            }
            _ => None,
        }
    }

    pub(super) fn update_kind(&self) -> Option<UpdateType> {
        match self {
            Self::ClusterUpdate { kind, .. } => Some(*kind),
            Self::AddonUpdate { .. } => Some(UpdateType::AddonUpdate),
            _ => None,
        }
    }
}

impl Cluster {
    /// Ends the transitions of an add-on, or of the cluster itself, that wait
    /// to be told.
    pub fn complete(&mut self, environment: &Environment<'_>, addon_name: Option<&str>) {
        self.schedule.tell(environment.now, |transition| {
            !transition.subject.is_step() && transition.subject.addon_name() == addon_name
        });
        self.advance_to(environment);
    }

    /// Ends every transition that waits to be told, and every step on the
    /// cluster.
    pub fn complete_all(&mut self, environment: &Environment<'_>) {
        while self.schedule.tell(environment.now, |_| true) {
            self.advance_to(environment);
        }
    }

    /// Lets time pass for this cluster, in which everything that waits to be
    /// told is told at once, until nothing is pending or the next thing falls
    /// due after `latest`.
    pub fn advance_until_idle(&mut self, environment: &Environment<'_>, latest: Timestamp) -> Idle {
        let mut environment = *environment;
        loop {
            self.complete_all(&environment);
            match self.schedule.next_due() {
                Some(due) if due <= latest => environment.now = due,
                next_due => {
                    return Idle {
                        since: environment.now,
                        is_idle: next_due.is_none(),
                    };
                }
            }
            self.advance_to(&environment);
        }
    }

    /// Lets the next steps on the cluster happen that wait to be told.
    pub fn complete_steps(&mut self, environment: &Environment<'_>) {
        self.schedule
            .tell(environment.now, |transition| transition.subject.is_step());
        self.advance_to(environment);
    }

    /// A read of the cluster itself.
    pub(super) fn count_read_of_cluster(&mut self, environment: &Environment<'_>) {
        self.count_read(environment, |subject| {
            !subject.is_step() && subject.addon_name().is_none()
        });
    }

    /// A read of an add-on.
    pub(super) fn count_read_of_addon(&mut self, environment: &Environment<'_>, addon_name: &str) {
        self.count_read(environment, |subject| {
            subject.addon_name() == Some(addon_name)
        });
    }

    /// A read of an update.
    pub(super) fn count_read_of_update(&mut self, environment: &Environment<'_>, update_id: &str) {
        self.count_read(environment, |subject| {
            subject.update_id().is_some_and(|id| **id == *update_id)
        });
    }

    /// A read of what runs on the cluster.
    pub(super) fn count_read_of_objects(&mut self, environment: &Environment<'_>) {
        self.count_read(environment, Subject::is_step);
    }

    fn count_read(&mut self, environment: &Environment<'_>, concerns: impl Fn(&Subject) -> bool) {
        let over = self
            .schedule
            .count_read(|transition| concerns(&transition.subject));
        for transition in over {
            self.perform(environment, environment.now, transition);
        }
    }

    /// Brings a transition to its end.
    pub(super) fn perform(
        &mut self,
        environment: &Environment<'_>,
        at: Timestamp,
        transition: Transition,
    ) {
        let Transition { subject, outcome } = transition;
        match subject {
            Subject::ClusterCreate => self.finish_create(environment, at, outcome),
            Subject::ClusterUpdate {
                update_id, change, ..
            } => {
                self.finish_update(at, update_id, change, outcome);
            }
            Subject::ClusterDelete => self.finish_delete(at, outcome),
            Subject::AddonCreate { addon_name } => {
                self.end_addon(environment, at, &addon_name, End::Create, outcome);
            }
            Subject::AddonUpdate {
                addon_name,
                update_id,
            } => {
                self.end_addon(
                    environment,
                    at,
                    &addon_name,
                    End::Update(update_id),
                    outcome,
                );
            }
            Subject::AddonDelete { addon_name } => {
                self.finish_delete_addon(environment, at, &addon_name, outcome);
            }
            Subject::Kubernetes(step) => self.perform_step(environment, at, step),
        }
    }

    fn finish_create(&mut self, environment: &Environment<'_>, at: Timestamp, outcome: Outcome) {
        match failure(outcome) {
            None => {
                self.has_been_active = true;
                self.set_status(at, ClusterStatus::Active);
                self.start_kubernetes(environment, at);
            }
            Some(issues) => {
                self.issues = issues;
                self.set_status(at, ClusterStatus::Failed);
            }
        }
    }

    /// A cluster is active again after an update, even after one that failed;
    /// what the update was to change is changed only if it succeeded.
    fn finish_update(
        &mut self,
        at: Timestamp,
        update_id: Arc<str>,
        change: ConfigurationChange,
        outcome: Outcome,
    ) {
        let failed = failure(outcome);
        let status = match failed {
            None => UpdateStatus::Successful,
            Some(_) => UpdateStatus::Failed,
        };
        if failed.is_none() {
            self.apply_change(at, change);
        }
        let errors = failed.unwrap_or_default();
        self.updates.end(&update_id, status, errors);
        self.record(
            at,
            EventKind::UpdateStatusChanged {
                id: update_id,
                addon: None,
                status,
            },
        );
        self.set_status(at, ClusterStatus::Active);
    }

    /// A cluster that cannot be deleted is `FAILED`: the API has no status
    /// of its own for that.
    fn finish_delete(&mut self, at: Timestamp, outcome: Outcome) {
        match failure(outcome) {
            None => {
                self.gone = true;
                self.schedule.cancel(|_| true);
                self.record(at, EventKind::ClusterRemoved);
            }
            Some(issues) => {
                self.issues = issues;
                self.set_status(at, ClusterStatus::Failed);
            }
        }
    }
}

/// A cluster knows success and failure only.
fn failure(outcome: Outcome) -> Option<Vec<Issue>> {
    match outcome {
        Outcome::Success => None,
        Outcome::Failure(issues) | Outcome::Degraded(issues) => Some(issues),
    }
}
