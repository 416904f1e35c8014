//! What always holds, as a function that tests call after each step.

use eks_emulator_api::eks::{AddonStatus, ClusterStatus};

use crate::cluster::Cluster;
use crate::cluster::addon::Addon;
use crate::cluster::idempotency::Answer;
use crate::cluster::transition::{Subject, Transition};

/// As far as anything is counted: there is always a next number.
pub(crate) const LAST_COUNT: u64 = 1 << 53;

impl Cluster {
    /// Checks what always holds.
    ///
    /// Errors: a sentence that says what does not.
    pub fn check_invariants(&self) -> Result<(), String> {
        self.check_ownership_agrees()?;
        if !self.associations.indexes_agree() {
            return Err("the indexes of the associations disagree with them".into());
        }
        self.kubernetes.check_invariants()?;
        let counters = [self.associations_version, self.schedule.sequence()];
        if counters.into_iter().any(|counter| counter > LAST_COUNT) {
            return Err("a counter is further than anybody counts".into());
        }
        self.updates.check_invariants()?;
        self.check_addons()?;
        self.check_references()?;
        self.check_transitions()
    }

    /// Every add-on is filed under its name, and its updates are sound. It need not be one of the
    /// catalogue: seeds can force others, and the catalogue can change.
    fn check_addons(&self) -> Result<(), String> {
        for (filed, addon) in self.addons.iter() {
            if filed != addon.name() {
                return Err(format!("{} is filed under {filed}", addon.name()));
            }
            let checked = addon.updates().check_invariants();
            checked.map_err(|error| format!("{filed}: {error}"))?;
        }
        Ok(())
    }

    /// What is ahead, and what was answered, is about something that is there.
    fn check_references(&self) -> Result<(), String> {
        for Transition { subject, .. } in self.schedule.iter() {
            let addon = subject
                .addon_name()
                .map(|name| (name, self.addons.get(name)));
            if let Some((name, None)) = addon {
                return Err(format!("something is ahead of {name}, which is not there"));
            }
            let updates = match addon {
                Some((_, Some(addon))) => addon.updates(),
                _ => &self.updates,
            };
            if let Some(id) = subject.update_id().filter(|id| updates.get(id).is_none()) {
                return Err(format!(
                    "something is ahead of update {id}, which is not there"
                ));
            }
        }
        for replay in self.replays.answers.values() {
            if let Answer::NewAssociation(id) = &replay.answer
                && self.associations.get(*id).is_none()
            {
                return Err(format!("a call has made {id}, which is not there"));
            }
        }
        Ok(())
    }

    /// Every association that an add-on lists names it as its owner, and
    /// every owner lives and lists the association.
    fn check_ownership_agrees(&self) -> Result<(), String> {
        for addon in self.addons.values() {
            for id in addon.owned() {
                let association = self.associations.get(*id);
                let owner = association.and_then(|found| found.owner_arn.as_deref());
                if owner != Some(addon.arn()) {
                    return Err(format!("{} lists {id}, owned by {owner:?}", addon.arn()));
                }
            }
        }
        for association in self.associations.iter() {
            let Some(owner_arn) = association.owner_arn.as_deref() else {
                continue;
            };
            let owner = self.addons.values().find(|addon| addon.arn() == owner_arn);
            if !owner.is_some_and(|addon| addon.owned().contains(&association.id)) {
                return Err(format!(
                    "{} is owned by {owner_arn}, unlisted",
                    association.id
                ));
            }
        }
        Ok(())
    }

    /// What is in transition has exactly one end ahead of it, and nothing
    /// else has.
    fn check_transitions(&self) -> Result<(), String> {
        let pending = |concerns: &dyn Fn(&Subject) -> bool| {
            self.schedule
                .iter()
                .filter(|transition| concerns(&transition.subject))
                .count()
        };
        let is_moving = matches!(
            self.status,
            ClusterStatus::Creating | ClusterStatus::Updating | ClusterStatus::Deleting
        );
        let ends = pending(&|subject| !subject.is_step() && subject.addon_name().is_none());
        if !self.is_gone() && ends != usize::from(is_moving) {
            return Err(format!(
                "the cluster is {} with {ends} ends ahead",
                self.status
            ));
        }
        for (name, addon) in self.addons.iter().filter(|_| !self.is_gone()) {
            let ends = pending(&|subject| subject.addon_name() == Some(name))
                + usize::from(addon.awaits_rollout());
            if ends != usize::from(is_in_transition(addon)) {
                return Err(format!(
                    "{name} is {} with {ends} ends ahead",
                    addon.status()
                ));
            }
        }
        Ok(())
    }
}

fn is_in_transition(addon: &Addon) -> bool {
    matches!(
        addon.status(),
        AddonStatus::Creating | AddonStatus::Updating | AddonStatus::Deleting
    )
}
