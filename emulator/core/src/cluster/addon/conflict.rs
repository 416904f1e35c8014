//! Fields of an add-on's Kubernetes objects that someone else has changed,
//! and what `resolveConflicts` makes of them.

use eks_emulator_api::eks::{AddonIssueCode, ResolveConflicts};

use crate::cluster::Cluster;
use crate::lifecycle::{Issue, Outcome};

/// How conflicts are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// The change fails.
    Refuse,
    /// The live values stay.
    Preserve,
    /// EKS's values are forced.
    Overwrite,
}

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

    /// How a change that would have ended in `outcome` ends with the
    /// conflicts there are.
    pub(super) fn resolve_conflicts(&mut self, addon_name: &str, outcome: Outcome) -> Outcome {
        let Some(addon) = self.addons.get(addon_name) else {
            return outcome;
        };
        match (addon.resolution, self.conflicts.get(addon_name)) {
            (Resolution::Refuse, Some(fields)) => Outcome::Failure(vec![conflict_issue(fields)]),
            (Resolution::Overwrite, Some(_)) => {
                self.conflicts.remove(addon_name);
                outcome
            }
            _ => outcome,
        }
    }
}

/// Source: eksctl issue 5880, terraform-aws-modules/terraform-aws-eks issue 2829.
fn conflict_issue(fields: &[String]) -> Issue {
    Issue {
        code: AddonIssueCode::ConfigurationConflict,
        message: format!(
            "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\n{}",
            fields.join("\n")
        ),
        resource_ids: None,
    }
}
