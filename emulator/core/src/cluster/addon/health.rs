//! How creations, updates and deletions of add-ons end.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonIssueCode, AddonStatus, UpdateStatus};
use serde::{Deserialize, Serialize};

use super::Addon;
use crate::cluster::Cluster;
use crate::environment::Environment;
use crate::event::EventKind;
use crate::kubernetes::Progress;
use crate::lifecycle::{Issue, Outcome, Profile};

/// What ends: the creation of an add-on, or an update of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::cluster) enum End {
    Create,
    /// With the update's id.
    Update(Arc<str>),
}

/// Source: raw body in aws-ia/terraform-aws-eks-blueprints-addons issue 335.
const TOO_FEW_REPLICAS: &str =
    "The add-on is unhealthy because it doesn't have the desired number of replicas.";

impl Cluster {
    /// The time of a creation or an update is over: it ends when everything
    /// has rolled out, too. A rollout that nothing but a word moves on ends
    /// with it.
    pub(in crate::cluster) fn end_addon(
        &mut self,
        environment: &Environment<'_>,
        at: Timestamp,
        addon_name: &str,
        end: End,
        outcome: Outcome,
    ) {
        let outcome = self.resolve_conflicts(addon_name, outcome);
        if outcome != Outcome::Success {
            return self.conclude_addon(at, addon_name, end, outcome);
        }
        let progress = self.addon_progress(addon_name);
        if let Some(outcome) = outcome_of(progress) {
            return self.conclude_addon(at, addon_name, end, outcome);
        }
        if let Some(addon) = self.addons.get_mut(addon_name) {
            addon.awaits_rollout = Some(end);
        }
        if matches!(environment.lifecycle.profile, Profile::Manual { .. }) {
            self.hurry_rollout(environment, at, addon_name);
            self.finish_if_rolled_out(at, addon_name);
        }
    }

    fn hurry_rollout(&mut self, environment: &Environment<'_>, at: Timestamp, addon_name: &str) {
        while self.addon_progress(addon_name) == Progress::Underway
            && self
                .schedule
                .tell(at, |transition| transition.subject.is_step())
        {
            while let Some(step) = self.schedule.pop_if(at, |due| due.subject.is_step()) {
                self.perform(environment, at, step);
            }
        }
    }

    /// Looks at the workloads of an add-on: ends what waits for them, and
    /// moves an add-on that has settled between `ACTIVE` and `DEGRADED`.
    pub(in crate::cluster) fn finish_if_rolled_out(&mut self, at: Timestamp, addon_name: &str) {
        let progress = self.addon_progress(addon_name);
        let Some(outcome) = outcome_of(progress) else {
            return;
        };
        let Some(addon) = self.addons.get_mut(addon_name) else {
            return;
        };
        if let Some(end) = addon.awaits_rollout.take() {
            return self.conclude_addon(at, addon_name, end, outcome);
        }
        let has_too_few = addon.issues == [too_few_replicas()];
        match (addon.status, progress) {
            (AddonStatus::Degraded, Progress::Complete) if has_too_few => {
                self.heal_addon(at, addon_name);
            }
            (AddonStatus::Active, Progress::Stuck) => {
                let issues = vec![too_few_replicas()];
                self.settle_addon(at, addon_name, AddonStatus::Degraded, issues);
            }
            _ => {}
        }
    }

    /// The replicas are there after all: so is the end of updates that were
    /// stuck.
    fn heal_addon(&mut self, at: Timestamp, addon_name: &str) {
        let Some(addon) = self.addons.get_mut(addon_name) else {
            return;
        };
        let mut happened = addon.end_stuck_updates();
        happened.push(addon.settle(at, AddonStatus::Active, Vec::new()));
        self.record_all(at, happened);
    }

    /// A failed update does not take back what it changed. One that cannot
    /// roll out stays in progress.
    ///
    /// Source: hashicorp/terraform-provider-aws pull request 49104,
    /// aws/containers-roadmap issue 2242.
    fn conclude_addon(&mut self, at: Timestamp, addon_name: &str, end: End, outcome: Outcome) {
        let is_create = end == End::Create;
        let (status, update_status, issues) = match outcome {
            Outcome::Success => (AddonStatus::Active, UpdateStatus::Successful, Vec::new()),
            Outcome::Failure(issues) if is_create => {
                (AddonStatus::CreateFailed, UpdateStatus::Failed, issues)
            }
            Outcome::Failure(issues) => (AddonStatus::UpdateFailed, UpdateStatus::Failed, issues),
            Outcome::Degraded(issues) => (AddonStatus::Degraded, UpdateStatus::InProgress, issues),
        };
        let Some(addon) = self.addons.get_mut(addon_name) else {
            return;
        };
        addon.awaits_rollout = None;
        if status == AddonStatus::CreateFailed {
            // It may be asked for again with the same token.
            self.replays.forget(std::mem::take(&mut addon.calls));
        }
        let mut happened = Vec::new();
        if let End::Update(id) = end {
            happened.extend(addon.end_update(id, update_status, &issues));
        }
        if status == AddonStatus::Active {
            happened.append(&mut addon.end_stuck_updates());
        }
        happened.push(addon.settle(at, status, issues));
        self.record_all(at, happened);
    }

    fn record_all(&mut self, at: Timestamp, happened: Vec<EventKind>) {
        for kind in happened {
            self.record(at, kind);
        }
    }

    pub(in crate::cluster) fn finish_delete_addon(
        &mut self,
        environment: &Environment<'_>,
        at: Timestamp,
        addon_name: &str,
        outcome: Outcome,
    ) {
        match outcome {
            Outcome::Success => {
                self.sweep(environment, at);
                if let Some(removed) = self.addons.remove(addon_name) {
                    let addon = removed.reference();
                    self.replays.forget(removed.calls);
                    self.record(at, EventKind::AddonRemoved { addon });
                }
            }
            Outcome::Failure(issues) | Outcome::Degraded(issues) => {
                self.settle_addon(at, addon_name, AddonStatus::DeleteFailed, issues);
            }
        }
    }

    fn settle_addon(
        &mut self,
        at: Timestamp,
        addon_name: &str,
        status: AddonStatus,
        issues: Vec<Issue>,
    ) {
        if let Some(addon) = self.addons.get_mut(addon_name) {
            let event = addon.settle(at, status, issues);
            self.record(at, event);
        }
    }
}

/// Each gives what there is to tell.
impl Addon {
    fn settle(&mut self, at: Timestamp, status: AddonStatus, issues: Vec<Issue>) -> EventKind {
        self.issues = issues;
        self.change_status(at, status)
    }

    /// What was stuck has rolled out by now, or what came after it has.
    fn end_stuck_updates(&mut self) -> Vec<EventKind> {
        let stuck = self.updates.ids_in_progress().into_iter();
        let end = |id| self.end_update(id, UpdateStatus::Successful, &[]);
        stuck.filter_map(end).collect()
    }

    /// Nothing ends with a status that is none of the end.
    fn end_update(
        &mut self,
        id: Arc<str>,
        status: UpdateStatus,
        issues: &[Issue],
    ) -> Option<EventKind> {
        let errors = match status {
            UpdateStatus::InProgress => return None,
            UpdateStatus::Failed => issues.to_vec(),
            _ => Vec::new(),
        };
        self.updates.end(&id, status, errors);
        Some(EventKind::UpdateStatusChanged {
            id,
            addon: Some(self.reference()),
            status,
        })
    }
}

/// How what waited for a rollout ends; `None` if it goes on.
fn outcome_of(progress: Progress) -> Option<Outcome> {
    match progress {
        Progress::Underway => None,
        Progress::Complete => Some(Outcome::Success),
        Progress::Stuck => Some(Outcome::Degraded(vec![too_few_replicas()])),
    }
}

fn too_few_replicas() -> Issue {
    Issue {
        code: AddonIssueCode::InsufficientNumberOfReplicas.into(),
        message: TOO_FEW_REPLICAS.into(),
        resource_ids: None,
    }
}
