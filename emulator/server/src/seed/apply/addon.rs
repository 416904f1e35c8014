//! Add-ons, with the associations that they own.

use std::collections::BTreeMap;

use eks_emulator_api::eks::{AddonIssue, AddonIssueCode, AddonStatus, Error};
use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::Cluster;
use eks_emulator_core::cluster::seed::{Checks, Seeded, SeededAddon, SeededAssociation};
use eks_emulator_core::lifecycle::Issue;

use super::Application;
use super::association::merged_association;
use super::blame::part_to_blame;
use super::cluster::{ClusterPlan, checks};
use crate::seed::document::{AddonSeed, OwnedAssociation, OwnedAssociationSeed};
use crate::seed::mistake::Mistake;

/// The associations that add-ons are to own, by add-on, each with where it
/// stands in the document.
pub(super) type Owned = BTreeMap<String, Vec<(String, OwnedAssociationSeed)>>;

impl Application<'_> {
    pub(super) fn apply_addons(&mut self, plan: &ClusterPlan<'_>, owned: &Owned) {
        for (index, addon) in plan.seed.addons.iter().enumerate() {
            let pointer = format!("{}/addons/{index}", plan.pointer);
            let mut earlier = plan.seed.addons[..index].iter();
            if earlier.any(|earlier| name(self.catalog, earlier) == name(self.catalog, addon)) {
                let message = format!("the add-on {} is there already", addon.addon_name);
                self.mistake(format!("{pointer}/addonName"), message);
                continue;
            }
            match self.try_addon(plan, &pointer, addon, owned.get(&name(self.catalog, addon))) {
                Ok((seeded, arn)) => self.report.add(seeded, arn),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
    }

    fn try_addon(
        &self,
        plan: &ClusterPlan<'_>,
        pointer: &str,
        addon: &AddonSeed,
        owned: Option<&Vec<(String, OwnedAssociationSeed)>>,
    ) -> Result<(Seeded, String), Mistake> {
        let fits =
            |given: &Option<String>| given.as_ref().is_none_or(|given| *given == plan.seed.name);
        if !fits(&addon.cluster_name) {
            let message = format!("the add-on stands under the cluster {}", plan.seed.name);
            return Err(Mistake::new(format!("{pointer}/clusterName"), message));
        }
        let environment = self.environment(addon.x_emulator.force);
        let checks = checks(addon.x_emulator.force);
        let attempt = |cluster: &mut Cluster| {
            let wanted = wanted(self.catalog, plan, pointer, cluster, addon, owned)?;
            let seeded = cluster.seed_addon(&environment, wanted.clone(), checks);
            let seeded = seeded.map_err(|error| {
                self.blame_addon(cluster, pointer, &wanted, owned, checks, &error)
            })?;
            let mut after = cluster.addons_as_seeds().into_iter();
            let arn = after.find(|after| {
                after.name == wanted.name.to_lowercase() || after.name == wanted.name
            });
            Ok((seeded, arn.and_then(|after| after.arn).unwrap_or_default()))
        };
        let missing = || Mistake::new(&*plan.pointer, "the cluster is gone");
        self.in_cluster(plan, attempt).ok_or_else(missing)?
    }

    fn blame_addon(
        &self,
        cluster: &Cluster,
        pointer: &str,
        wanted: &SeededAddon,
        owned: Option<&Vec<(String, OwnedAssociationSeed)>>,
        checks: Checks,
        error: &Error,
    ) -> Mistake {
        let environment = self.environment(checks == Checks::None);
        let version = cluster.view().version.unwrap_or_default();
        let definition = self.catalog.addon(&wanted.name);
        let default = definition
            .and_then(|definition| definition.default_version(&version))
            .map_or("", |version| version.version());
        let pointers: Vec<String> = owned
            .into_iter()
            .flatten()
            .map(|(pointer, _)| pointer.clone())
            .collect();
        let bare = SeededAddon::new(&wanted.name, default);
        type Part<'a> = (&'a str, Box<dyn Fn(&mut SeededAddon) + 'a>);
        let mut parts: Vec<Part<'_>> = vec![
            (
                "addonVersion",
                Box::new(|to| to.version.clone_from(&wanted.version)),
            ),
            (
                "configurationValues",
                Box::new(|to| {
                    to.configuration_values
                        .clone_from(&wanted.configuration_values);
                }),
            ),
            (
                "serviceAccountRoleArn",
                Box::new(|to| {
                    to.service_account_role_arn
                        .clone_from(&wanted.service_account_role_arn);
                }),
            ),
            (
                "namespaceConfig",
                Box::new(|to| to.namespace.clone_from(&wanted.namespace)),
            ),
            ("tags", Box::new(|to| to.tags.clone_from(&wanted.tags))),
        ];
        for (index, association) in wanted.owned.iter().flatten().enumerate() {
            let add = move |to: &mut SeededAddon| {
                to.owned.get_or_insert_default().push(association.clone());
            };
            let name = pointers.get(index).map_or("", String::as_str);
            parts.push((name, Box::new(add)));
        }
        let refusal = error.to_string();
        let refuse = |attempt: SeededAddon| {
            let mut cluster = cluster.clone();
            let made = cluster.seed_addon(&environment, attempt, checks);
            made.err().map(|error| error.to_string())
        };
        let is_bare = refuse(bare.clone()).as_deref() == Some(&refusal);
        let part = part_to_blame(bare, parts, &refusal, refuse);
        let pointer = match part.as_deref() {
            Some(part) if part.starts_with('/') => part.to_owned(),
            Some(part) => format!("{pointer}/{part}"),
            None if is_bare => format!("{pointer}/addonName"),
            None => pointer.to_owned(),
        };
        Mistake::new(pointer, refusal)
    }

    /// The associations that add-ons are to own, wherever in the document
    /// they stand.
    pub(super) fn owned_associations(&mut self, plan: &ClusterPlan<'_>) -> Owned {
        let mut all = Owned::new();
        for (index, addon) in plan.seed.addons.iter().enumerate() {
            let Some(list) = &addon.pod_identity_associations else {
                continue;
            };
            let pointer = format!("{}/addons/{index}/podIdentityAssociations", plan.pointer);
            let mut owned = Vec::new();
            for (position, entry) in list.iter().enumerate() {
                let pointer = format!("{pointer}/{position}");
                match entry {
                    OwnedAssociation::Whole(whole) => owned.push((pointer, whole.clone())),
                    OwnedAssociation::Arn(arn) => match described(plan, arn) {
                        Some(found) => owned.push(found),
                        None => {
                            let message = "the association has to stand under podIdentityAssociations of the cluster, with its ownerArn";
                            self.mistake(pointer, message);
                        }
                    },
                }
            }
            all.insert(name(self.catalog, addon), owned);
        }
        self.add_described(plan, &mut all);
        all
    }

    /// Associations under the cluster that name an add-on as their owner.
    fn add_described(&mut self, plan: &ClusterPlan<'_>, all: &mut Owned) {
        let associations = plan.seed.pod_identity_associations.iter();
        for (index, one) in associations.enumerate() {
            let Some(owner_arn) = &one.owner_arn else {
                continue;
            };
            let pointer = format!("{}/podIdentityAssociations/{index}", plan.pointer);
            let owner = owner_arn.split('/').nth(2).unwrap_or_default();
            let mut addons = plan.seed.addons.iter();
            if !addons.any(|addon| name(self.catalog, addon) == owner) {
                let message = format!("the add-on {owner_arn} is not in the document");
                self.mistake(format!("{pointer}/ownerArn"), message);
                continue;
            }
            let owned = all.entry(owner.to_owned()).or_default();
            let is_there = |(_, there): &(String, OwnedAssociationSeed)| {
                there.service_account == one.service_account
            };
            if !owned.iter().any(is_there) {
                owned.push((pointer, as_owned(one)));
            }
        }
    }
}

/// The name that the catalogue has for an add-on.
fn name(catalog: &Catalog, addon: &AddonSeed) -> String {
    let definition = catalog.addon(&addon.addon_name);
    definition.map_or_else(
        || addon.addon_name.clone(),
        |definition| definition.name().to_owned(),
    )
}

/// The association with an ARN that stands under the cluster.
fn described(plan: &ClusterPlan<'_>, arn: &str) -> Option<(String, OwnedAssociationSeed)> {
    let id = arn.rsplit('/').next()?;
    let associations = plan.seed.pod_identity_associations.iter().enumerate();
    let mut owned = associations.filter(|(_, one)| one.owner_arn.is_some());
    let (index, one) = owned.find(|(_, one)| super::association::id(one) == Some(id))?;
    let pointer = format!("{}/podIdentityAssociations/{index}", plan.pointer);
    Some((pointer, as_owned(one)))
}

fn as_owned(one: &crate::seed::document::AssociationSeed) -> OwnedAssociationSeed {
    OwnedAssociationSeed {
        service_account: one.service_account.clone(),
        role_arn: one.role_arn.clone(),
        association_id: super::association::id(one).map(str::to_owned),
        tags: one.tags.clone(),
        created_at: one.created_at,
        modified_at: one.modified_at,
        disable_session_tags: one.disable_session_tags,
        target_role_arn: one.target_role_arn.clone(),
        policy: one.policy.clone(),
    }
}

/// An add-on as it is to be: what the document does not name stays.
fn wanted(
    catalog: &Catalog,
    plan: &ClusterPlan<'_>,
    pointer: &str,
    cluster: &Cluster,
    addon: &AddonSeed,
    owned: Option<&Vec<(String, OwnedAssociationSeed)>>,
) -> Result<SeededAddon, Mistake> {
    let name = name(catalog, addon);
    let mut present = cluster.addons_as_seeds().into_iter();
    let present = present.find(|present| present.name == name);
    let is_new = present.is_none();
    let mut wanted = present.unwrap_or_else(|| SeededAddon::new(&name, ""));
    let kubernetes_version = cluster.view().version.unwrap_or_default();
    if is_new || addon.addon_version.is_some() {
        wanted.version = version(catalog, addon, &kubernetes_version);
    }
    let namespace = addon.namespace_config.as_ref();
    if let Some(namespace) = namespace.and_then(|config| config.namespace.clone()) {
        if !is_new && wanted.namespace.as_ref() != Some(&namespace) {
            let there = wanted.namespace.unwrap_or_default();
            let message = format!("the namespace of an add-on does not change: it is {there}");
            return Err(Mistake::new(
                format!("{pointer}/namespaceConfig/namespace"),
                message,
            ));
        }
        wanted.namespace = Some(namespace);
    }
    if let Some(role) = &addon.service_account_role_arn {
        wanted.service_account_role_arn = Some(plan.iam_arn(role));
    }
    if addon.configuration_values.is_some() {
        wanted
            .configuration_values
            .clone_from(&addon.configuration_values);
    }
    if let Some(tags) = &addon.tags {
        wanted.tags.clone_from(tags);
    }
    if let Some(owned) = owned {
        let before = wanted.owned.take().unwrap_or_default();
        let merge = |(_, one): &(String, OwnedAssociationSeed)| {
            let mut before = before.iter();
            let before = before.find(|before| before.service_account == one.service_account);
            merged_owned(plan, one, before)
        };
        wanted.owned = Some(owned.iter().map(merge).collect());
    }
    if let Some(conflicts) = &addon.x_emulator.conflicts {
        wanted.conflicts.clone_from(conflicts);
    }
    set_status(addon, &mut wanted, is_new);
    wanted.arn = addon.addon_arn.clone();
    wanted.created_at = addon.created_at.map(|time| time.0);
    wanted.modified_at = addon.modified_at.map(|time| time.0);
    Ok(wanted)
}

/// A status that is named and new begins without issues.
fn set_status(addon: &AddonSeed, wanted: &mut SeededAddon, is_new: bool) {
    let status = addon.x_emulator.status.or(addon.status);
    let health = addon
        .health
        .as_ref()
        .and_then(|health| health.issues.as_ref());
    let issues = addon.x_emulator.issues.as_ref().or(health);
    let has_new_status = status.is_some_and(|status| status != wanted.status);
    match issues {
        Some(issues) => wanted.issues = issues.iter().map(issue).collect(),
        None if has_new_status => wanted.issues = Vec::new(),
        None => {}
    }
    let default = if is_new {
        AddonStatus::Active
    } else {
        wanted.status
    };
    wanted.status = status.unwrap_or(default);
}

fn version(catalog: &Catalog, addon: &AddonSeed, kubernetes_version: &str) -> String {
    let definition = catalog.addon(&addon.addon_name);
    let default =
        || definition.and_then(|definition| definition.default_version(kubernetes_version));
    let latest = || definition.and_then(|definition| definition.latest_version(kubernetes_version));
    let named = addon.addon_version.as_deref().unwrap_or("default");
    let found = match named {
        "default" => default(),
        "latest" => latest(),
        exact => return exact.to_owned(),
    };
    found.map_or_else(|| named.to_owned(), |version| version.version().to_owned())
}

fn issue(issue: &AddonIssue) -> Issue {
    Issue {
        code: issue.code.unwrap_or(AddonIssueCode::InternalFailure).into(),
        message: issue.message.clone().unwrap_or_default(),
        resource_ids: issue.resource_ids.clone(),
    }
}

fn merged_owned(
    plan: &ClusterPlan<'_>,
    one: &OwnedAssociationSeed,
    before: Option<&SeededAssociation>,
) -> SeededAssociation {
    let whole = crate::seed::document::AssociationSeed {
        service_account: one.service_account.clone(),
        role_arn: one.role_arn.clone(),
        association_id: one.association_id.clone(),
        tags: one.tags.clone(),
        created_at: one.created_at,
        modified_at: one.modified_at,
        disable_session_tags: one.disable_session_tags,
        target_role_arn: one.target_role_arn.clone(),
        policy: one.policy.clone(),
        ..Default::default()
    };
    merged_association(plan, &whole, before)
}
