//! Transitions that have not ended, shown, and ended one at a time.

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonStatus, ClusterStatus};

use super::Cluster;
use super::transition::{Subject, Transition};
use crate::environment::Environment;
use crate::event::DELETED;
use crate::lifecycle::Outcome;
use crate::schedule::Pending;

/// A transition that has not ended, as shown to tests and tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingTransition {
    /// What tells it from every other one of the emulator, until it has ended.
    pub id: String,
    /// The account of the cluster.
    pub account_id: String,
    /// The region of the cluster.
    pub region: String,
    /// The cluster.
    pub cluster_name: String,
    /// The add-on; `None` if it is about the cluster itself.
    pub addon_name: Option<String>,
    /// The update that ends with it.
    pub update_id: Option<String>,
    /// The ARN of the add-on, or of the cluster if it is about that.
    pub resource_arn: String,
    /// The status that the resource is in.
    pub from: &'static str,
    /// The status that it will be in; `DELETED` if it will be gone.
    pub to: &'static str,
    /// When it falls due by time; `None` if time alone does not end it.
    pub due: Option<Timestamp>,
    /// After how many more reads it ends, if reads end it.
    pub reads_left: Option<u32>,
}

impl Subject {
    /// The status in which it ends; `None` for a step on the cluster.
    fn end(&self, outcome: &Outcome) -> Option<&'static str> {
        let cluster = |status: ClusterStatus| status.as_str();
        let addon = |status: AddonStatus| status.as_str();
        let is_success = *outcome == Outcome::Success;
        Some(match self {
            Self::ClusterUpdate { .. } => cluster(ClusterStatus::Active),
            Self::ClusterCreate if is_success => cluster(ClusterStatus::Active),
            Self::ClusterDelete | Self::AddonDelete { .. } if is_success => DELETED,
            Self::ClusterCreate | Self::ClusterDelete => cluster(ClusterStatus::Failed),
            Self::AddonDelete { .. } => addon(AddonStatus::DeleteFailed),
            Self::AddonCreate { .. } | Self::AddonUpdate { .. } => addon(match (outcome, self) {
                (Outcome::Success, _) => AddonStatus::Active,
                (Outcome::Degraded(_), _) => AddonStatus::Degraded,
                (Outcome::Failure(_), Self::AddonCreate { .. }) => AddonStatus::CreateFailed,
                (Outcome::Failure(_), _) => AddonStatus::UpdateFailed,
            }),
            Self::Kubernetes(_) => return None,
        })
    }
}

impl Cluster {
    /// The transitions that have not ended, the earliest due first.
    pub fn pending_transitions(&self) -> Vec<PendingTransition> {
        let pending = self.schedule.pending();
        pending
            .filter_map(|pending| self.show_pending(&pending))
            .collect()
    }

    /// How many transitions have not ended.
    pub fn count_pending_transitions(&self) -> usize {
        let transitions = self.schedule.iter();
        transitions
            .filter(|transition| !transition.subject.is_step())
            .count()
    }

    /// When the next thing happens that a change of the cluster or of an
    /// add-on waits for, by time; with an update's id, only if it ends that
    /// update. `None` if nothing is changing, or time alone does not end it.
    pub fn settles_at(
        &self,
        addon_name: Option<&str>,
        update_id: Option<&str>,
    ) -> Option<Timestamp> {
        let is_meant = |subject: &Subject| match update_id {
            Some(update_id) => subject.update_id().is_some_and(|id| **id == *update_id),
            None => !subject.is_step() && subject.addon_name() == addon_name,
        };
        let due = |is_meant: &dyn Fn(&Subject) -> bool| {
            let mut pending = self.schedule.pending();
            pending.find(|pending| is_meant(&pending.item.subject))?.due
        };
        let mut addons = self.addons.iter();
        let awaits_rollout = addons.any(|(name, addon)| match update_id {
            Some(update_id) => addon.awaits_rollout_of(update_id),
            None => addon_name == Some(name) && addon.awaits_rollout(),
        });
        due(&is_meant).or_else(|| awaits_rollout.then(|| due(&Subject::is_step)).flatten())
    }

    fn show_pending(&self, pending: &Pending<'_, Transition>) -> Option<PendingTransition> {
        let Transition { subject, outcome } = pending.item;
        let to = subject.end(outcome)?;
        let addon = subject
            .addon_name()
            .and_then(|addon_name| self.addons.get(addon_name));
        Some(PendingTransition {
            id: format!("{}{}", self.transition_scope(), pending.sequence),
            account_id: self.home.account_id.clone(),
            region: self.home.region.clone(),
            cluster_name: (*self.name).to_owned(),
            addon_name: subject.addon_name().map(str::to_owned),
            update_id: subject.update_id().map(|id| (**id).to_owned()),
            resource_arn: addon.map_or_else(|| self.arn(), |addon| addon.arn().to_owned()),
            from: addon.map_or(self.status.as_str(), |addon| addon.status().as_str()),
            to,
            due: pending.due,
            reads_left: pending.reads_left,
        })
    }

    /// What the ids of the cluster's transitions begin with. The part of the
    /// endpoint tells clusters apart that held the name one after the other.
    fn transition_scope(&self) -> String {
        let home = &self.home;
        let mut incarnation = self.identity.endpoint_id.to_lowercase();
        incarnation.truncate(8);
        format!(
            "{}.{}.{}.{incarnation}.",
            home.account_id, home.region, self.name
        )
    }

    /// Ends a pending transition now, whatever it waits for.
    /// Gives whether there was one with this id.
    pub fn complete_transition(&mut self, environment: &Environment<'_>, id: &str) -> bool {
        let scope = self.transition_scope();
        let sequence = id.strip_prefix(&scope).and_then(|sequence| {
            let is_it = |pending: &Pending<'_, Transition>| {
                !pending.item.subject.is_step() && pending.sequence.to_string() == sequence
            };
            self.schedule.pending().find(is_it)
        });
        let sequence = sequence.map(|pending| pending.sequence);
        let Some(transition) = sequence.and_then(|sequence| self.schedule.take(sequence)) else {
            return false;
        };
        self.perform(environment, environment.now, transition);
        self.advance_to(environment);
        true
    }
}
