//! Pod identity associations that no add-on owns.

use eks_emulator_api::eks::Error;
use eks_emulator_core::cluster::Cluster;
use eks_emulator_core::cluster::seed::{Checks, Seeded, SeededAssociation};

use super::Application;
use super::blame::part_to_blame;
use super::cluster::{ClusterPlan, checks};
use crate::seed::document::AssociationSeed;
use crate::seed::mistake::Mistake;

/// The id of an association: its own, or the one in its ARN.
pub(super) fn id(one: &AssociationSeed) -> Option<&str> {
    let in_arn = one.association_arn.as_deref();
    let in_arn = in_arn.and_then(|arn| arn.rsplit('/').next());
    one.association_id.as_deref().or(in_arn)
}

/// An association as it is to be: what the document does not name stays.
pub(super) fn merged_association(
    plan: &ClusterPlan<'_>,
    one: &AssociationSeed,
    before: Option<&SeededAssociation>,
) -> SeededAssociation {
    let mut wanted = before.cloned().unwrap_or_default();
    wanted.namespace.clone_from(&one.namespace);
    wanted.service_account.clone_from(&one.service_account);
    wanted.role_arn = plan.iam_arn(&one.role_arn);
    if let Some(tags) = &one.tags {
        wanted.tags.clone_from(tags);
    }
    if let Some(disable) = one.disable_session_tags {
        wanted.disable_session_tags = disable;
    }
    if let Some(target) = &one.target_role_arn {
        wanted.target_role_arn = Some(plan.iam_arn(target));
    }
    if one.policy.is_some() {
        wanted.policy.clone_from(&one.policy);
    }
    wanted.id = id(one).map(str::to_owned);
    wanted.created_at = one.created_at.map(|time| time.0);
    wanted.modified_at = one.modified_at.map(|time| time.0);
    wanted
}

impl Application<'_> {
    pub(super) fn apply_associations(&mut self, plan: &ClusterPlan<'_>) {
        let all = &plan.seed.pod_identity_associations;
        for (index, one) in all.iter().enumerate() {
            if one.owner_arn.is_some() {
                continue;
            }
            let pointer = format!("{}/podIdentityAssociations/{index}", plan.pointer);
            let is_same = |earlier: &AssociationSeed| {
                (&earlier.namespace, &earlier.service_account)
                    == (&one.namespace, &one.service_account)
            };
            let result = match all[..index].iter().any(is_same) {
                true => Err(Mistake::new(
                    pointer,
                    format!(
                        "the service account {}/{} has an association already",
                        one.namespace, one.service_account
                    ),
                )),
                false => self.try_association(plan, &pointer, one),
            };
            match result {
                Ok((seeded, arn)) => self.report.add(seeded, arn),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
    }

    fn try_association(
        &self,
        plan: &ClusterPlan<'_>,
        pointer: &str,
        one: &AssociationSeed,
    ) -> Result<(Seeded, String), Mistake> {
        let mut names = one.cluster_name.iter();
        if names.any(|name| *name != plan.seed.name) {
            let message = format!(
                "the association stands under the cluster {}",
                plan.seed.name
            );
            return Err(Mistake::new(format!("{pointer}/clusterName"), message));
        }
        let environment = self.environment(one.x_emulator.force);
        let checks = checks(one.x_emulator.force);
        let attempt = |cluster: &mut Cluster| {
            if let Some(addon_name) = owner(cluster, one) {
                let message = format!(
                    "the association of {}/{} belongs to the add-on {addon_name}: it stands there",
                    one.namespace, one.service_account
                );
                return Err(Mistake::new(pointer, message));
            }
            let mut before = cluster.associations_as_seeds().into_iter();
            let before = before.find(|before| {
                (&before.namespace, &before.service_account)
                    == (&one.namespace, &one.service_account)
            });
            let wanted = merged_association(plan, one, before.as_ref());
            let seeded = cluster.seed_association(&environment, &wanted, checks);
            seeded
                .map_err(|error| self.blame_association(cluster, pointer, &wanted, checks, &error))
        };
        let missing = || Mistake::new(&*plan.pointer, "the cluster is gone");
        self.in_cluster(plan, attempt).ok_or_else(missing)?
    }

    fn blame_association(
        &self,
        cluster: &Cluster,
        pointer: &str,
        wanted: &SeededAssociation,
        checks: Checks,
        error: &Error,
    ) -> Mistake {
        let environment = self.environment(checks == Checks::None);
        let bare = SeededAssociation {
            namespace: wanted.namespace.clone(),
            service_account: wanted.service_account.clone(),
            role_arn: wanted.role_arn.clone(),
            ..SeededAssociation::default()
        };
        type Part<'a> = (&'a str, Box<dyn Fn(&mut SeededAssociation) + 'a>);
        let parts: Vec<Part<'_>> = vec![
            (
                "targetRoleArn",
                Box::new(|to| to.target_role_arn.clone_from(&wanted.target_role_arn)),
            ),
            (
                "policy",
                Box::new(|to| {
                    to.policy.clone_from(&wanted.policy);
                    to.disable_session_tags = wanted.disable_session_tags;
                }),
            ),
            ("tags", Box::new(|to| to.tags.clone_from(&wanted.tags))),
        ];
        let refusal = error.to_string();
        let refuse = |attempt: SeededAssociation| {
            let mut cluster = cluster.clone();
            let made = cluster.seed_association(&environment, &attempt, checks);
            made.err().map(|error| error.to_string())
        };
        let is_bare = refuse(bare.clone()).as_deref() == Some(&refusal);
        let is_about_cluster = refusal.contains("InvalidRequestException");
        let pointer = match part_to_blame(bare, parts, &refusal, refuse) {
            Some(part) => format!("{pointer}/{part}"),
            None if is_bare && !is_about_cluster => format!("{pointer}/roleArn"),
            None => pointer.to_owned(),
        };
        Mistake::new(pointer, refusal)
    }
}

/// The add-on that owns the association of a service account, if one does.
fn owner(cluster: &Cluster, one: &AssociationSeed) -> Option<String> {
    let mut addons = cluster.addons_as_seeds().into_iter();
    let is_it = |owned: &SeededAssociation| {
        (&owned.namespace, &owned.service_account) == (&one.namespace, &one.service_account)
    };
    addons
        .find(|addon| addon.owned.iter().flatten().any(is_it))
        .map(|addon| addon.name)
}
