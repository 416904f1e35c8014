//! How creations, updates and deletions of add-ons end.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonIssueCode, AddonStatus, UpdateStatus};
use serde::{Deserialize, Serialize};

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
        if let Some(addon) = self.addons.get_mut(addon_name) {
            addon.awaits_rollout = Some(end);
        }
        if matches!(environment.lifecycle.profile, Profile::Manual { .. }) {
            self.hurry_rollout(environment, at, addon_name);
        }
        self.finish_if_rolled_out(at, addon_name);
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
        let Some(addon) = self.addons.get_mut(addon_name) else {
            return;
        };
        let outcome = match progress {
            Progress::Underway => return,
            Progress::Complete => Outcome::Success,
            Progress::Stuck => Outcome::Degraded(vec![too_few_replicas()]),
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
        self.conclude_stuck_updates(at, addon_name);
        self.settle_addon(at, addon_name, AddonStatus::Active, Vec::new());
    }

    /// What was stuck has rolled out by now, or what came after it has.
    fn conclude_stuck_updates(&mut self, at: Timestamp, addon_name: &str) {
        let Some(addon) = self.addons.get(addon_name) else {
            return;
        };
        for id in addon.updates.ids_in_progress() {
            self.conclude_update(at, addon_name, id, UpdateStatus::Successful, &[]);
        }
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
        if status == AddonStatus::CreateFailed {
            self.forget_calls(addon_name);
        }
        if let End::Update(update_id) = end {
            self.conclude_update(at, addon_name, update_id, update_status, &issues);
        }
        if status == AddonStatus::Active {
            self.conclude_stuck_updates(at, addon_name);
        }
        self.settle_addon(at, addon_name, status, issues);
    }

    /// A creation that failed may be asked for again with the same token.
    fn forget_calls(&mut self, addon_name: &str) {
        let calls = self
            .addons
            .get_mut(addon_name)
            .map(|addon| std::mem::take(&mut addon.calls));
        self.replays.forget(calls.into_iter().flatten());
    }

    fn conclude_update(
        &mut self,
        at: Timestamp,
        addon_name: &str,
        update_id: Arc<str>,
        status: UpdateStatus,
        issues: &[Issue],
    ) {
        if status == UpdateStatus::InProgress {
            return;
        }
        let addon = self.addons.get_mut(addon_name).map(|addon| {
            let errors = match status {
                UpdateStatus::Failed => issues.to_vec(),
                _ => Vec::new(),
            };
            addon.updates.end(&update_id, status, errors);
            addon.reference()
        });
        self.record(
            at,
            EventKind::UpdateStatusChanged {
                id: update_id,
                addon,
                status,
            },
        );
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
            addon.issues = issues;
            let event = addon.change_status(at, status);
            self.record(at, event);
        }
    }
}

fn too_few_replicas() -> Issue {
    Issue {
        code: AddonIssueCode::InsufficientNumberOfReplicas,
        message: TOO_FEW_REPLICAS.into(),
        resource_ids: None,
    }
}
