//! Fields of an add-on's Kubernetes objects that someone else has changed,
//! and what `resolveConflicts` makes of them.

use eks_emulator_api::eks::{AddonIssueCode, ResolveConflicts};
use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;
use crate::environment::Environment;
use crate::kubernetes::LiveValues;
use crate::lifecycle::{Issue, Outcome};
use crate::state::whole_changes;

/// How conflicts are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Resolution {
    /// The change fails.
    Refuse,
    /// The live values stay.
    Preserve,
    /// EKS's values are forced.
    Overwrite,
}

whole_changes!(Resolution);

impl Resolution {
    /// `PRESERVE` is the same as `NONE` on creation. Source: EKS API
    /// reference, `CreateAddon`.
    pub(super) fn on_create(asked: Option<ResolveConflicts>) -> Self {
        match asked {
            Some(ResolveConflicts::Overwrite) => Self::Overwrite,
            _ => Self::Refuse,
        }
    }

    pub(super) fn on_update(asked: Option<ResolveConflicts>) -> Self {
        match asked {
            Some(ResolveConflicts::Overwrite) => Self::Overwrite,
            Some(ResolveConflicts::Preserve) => Self::Preserve,
            _ => Self::Refuse,
        }
    }
}

impl Cluster {
    /// Says which fields of an add-on's Kubernetes objects someone else has
    /// changed, each as the service lists it: `<Kind>[.<group>] <name> -
    /// <field path>`, for example `ConfigMap coredns - .data.Corefile`.
    ///
    /// They are conflicts of later creations and updates of the add-on until
    /// one overwrites them.
    pub fn set_conflicts(&mut self, addon_name: &str, fields: Vec<String>) {
        if fields.is_empty() {
            self.conflicts.remove(addon_name);
        } else {
            self.conflicts.insert(addon_name.to_owned(), fields);
        }
    }

    /// Makes an add-on's objects, takes over those that are there and brings
    /// them to what it is to have; unless there are conflicts that the change
    /// under way does not resolve. Gives whether it was done.
    pub(super) fn apply_objects(
        &mut self,
        environment: &Environment<'_>,
        addon_name: &str,
    ) -> bool {
        let Some(desired) = self.desired(environment, addon_name) else {
            return false;
        };
        let differing = self.kubernetes.conflicts(&desired, &self.home.region);
        let Some(addon) = self.addons.get_mut(addon_name) else {
            return false;
        };
        let live_values = match addon.resolution {
            Resolution::Preserve => LiveValues::Keep,
            Resolution::Refuse | Resolution::Overwrite => LiveValues::Overwrite,
        };
        addon.differing = differing;
        if self.is_refused(addon_name) {
            return false;
        }
        self.install_addon(environment, &desired, live_values);
        true
    }

    /// Whether the change of an add-on that is under way leaves the objects
    /// alone, since there are conflicts.
    fn is_refused(&self, addon_name: &str) -> bool {
        let is_refusing = |addon: &super::Addon| addon.resolution == Resolution::Refuse;
        self.addons.get(addon_name).is_some_and(is_refusing)
            && !self.conflicts_of(addon_name).is_empty()
    }

    /// The fields that conflict: those that were said to, and those in which
    /// live objects differed.
    fn conflicts_of(&self, addon_name: &str) -> Vec<String> {
        let said = self.conflicts.get(addon_name).into_iter().flatten();
        let seen = self.addons.get(addon_name).map(|addon| &addon.differing);
        said.chain(seen.into_iter().flatten()).cloned().collect()
    }

    /// How a change that would have ended in `outcome` ends with the
    /// conflicts there are.
    pub(super) fn resolve_conflicts(&mut self, addon_name: &str, outcome: Outcome) -> Outcome {
        let Some(addon) = self.addons.get(addon_name) else {
            return outcome;
        };
        let said = self.conflicts.get(addon_name);
        let is_clear = addon.differing.is_empty() && said.is_none_or(Vec::is_empty);
        let resolution = addon.resolution;
        if is_clear || resolution == Resolution::Preserve {
            return outcome;
        }
        let fields = self.conflicts_of(addon_name);
        if resolution == Resolution::Overwrite {
            self.conflicts.remove(addon_name);
            return outcome;
        }
        Outcome::Failure(vec![conflict_issue(&fields)])
    }
}

/// Source: eksctl issue 5880, terraform-aws-modules/terraform-aws-eks issue 2829.
fn conflict_issue(fields: &[String]) -> Issue {
    Issue {
        code: AddonIssueCode::ConfigurationConflict.into(),
        message: format!(
            "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\n{}",
            fields.join("\n")
        ),
        resource_ids: None,
    }
}
