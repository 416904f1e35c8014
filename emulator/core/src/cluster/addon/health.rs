//! How creations, updates and deletions of add-ons end.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, UpdateStatus};

use crate::cluster::Cluster;
use crate::event::EventKind;
use crate::lifecycle::{Issue, Outcome};

impl Cluster {
    pub(in crate::cluster) fn finish_create_addon(
        &mut self,
        at: Timestamp,
        addon_name: &str,
        outcome: Outcome,
    ) {
        let (status, issues) = match self.resolve_conflicts(addon_name, outcome) {
            Outcome::Success => (AddonStatus::Active, Vec::new()),
            Outcome::Failure(issues) => (AddonStatus::CreateFailed, issues),
            Outcome::Degraded(issues) => (AddonStatus::Degraded, issues),
        };
        self.settle_addon(at, addon_name, status, issues);
    }

    /// A failed update does not take back what it changed. One that cannot
    /// roll out stays in progress.
    ///
    /// Source: hashicorp/terraform-provider-aws pull request 49104,
    /// aws/containers-roadmap issue 2242.
    pub(in crate::cluster) fn finish_update_addon(
        &mut self,
        at: Timestamp,
        addon_name: &str,
        update_id: &str,
        outcome: Outcome,
    ) {
        let (status, update_status, issues) = match self.resolve_conflicts(addon_name, outcome) {
            Outcome::Success => (AddonStatus::Active, UpdateStatus::Successful, Vec::new()),
            Outcome::Failure(issues) => (AddonStatus::UpdateFailed, UpdateStatus::Failed, issues),
            Outcome::Degraded(issues) => (AddonStatus::Degraded, UpdateStatus::InProgress, issues),
        };
        if let Some(addon) = self.addons.get_mut(addon_name)
            && let Some(update) = addon.updates.get_mut(update_id)
        {
            update.status = update_status;
            if update_status == UpdateStatus::Failed {
                update.errors.clone_from(&issues);
            }
        }
        if update_status != UpdateStatus::InProgress {
            let id = update_id.to_owned();
            self.record(
                at,
                EventKind::UpdateStatusChanged {
                    id,
                    status: update_status,
                },
            );
        }
        self.settle_addon(at, addon_name, status, issues);
    }

    pub(in crate::cluster) fn finish_delete_addon(
        &mut self,
        at: Timestamp,
        addon_name: &str,
        outcome: Outcome,
    ) {
        match outcome {
            Outcome::Success => {
                if let Some(addon) = self.addons.remove(addon_name) {
                    self.replays.forget(addon.calls);
                }
                self.record(
                    at,
                    EventKind::AddonRemoved {
                        addon_name: addon_name.to_owned(),
                    },
                );
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
        }
        self.set_addon_status(at, addon_name, status);
    }
}
