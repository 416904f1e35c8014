//! What a document does not name and is to replace.

use std::collections::BTreeSet;

use eks_emulator_core::cluster::Cluster;
use eks_emulator_core::region::AccountRegion;

use super::Application;
use super::cluster::ClusterPlan;
use crate::seed::document::{ClusterSeed, Seed};
use crate::seed::place::AccountPlace;

impl Application<'_> {
    /// Deletes what the document does not name in the accounts and regions
    /// that it names: those of its clusters, and those of its defaults if it
    /// says them.
    pub(super) fn remove_unnamed(&mut self, seed: &Seed, plans: &[ClusterPlan<'_>]) {
        let mut homes: BTreeSet<AccountRegion> =
            plans.iter().map(|plan| plan.home.clone()).collect();
        if seed.defaults.account.is_some() || seed.defaults.region.is_some() {
            homes.insert(self.home.here());
        }
        for home in &homes {
            self.remove_clusters(home, plans);
        }
        for plan in plans {
            let removed = self.in_cluster(plan, |cluster| self.remove_parts(cluster, plan));
            self.report.deleted.extend(removed.into_iter().flatten());
        }
        let here = |home: &AccountRegion| (home.partition.clone(), home.account_id.clone());
        let mut accounts: BTreeSet<AccountPlace> = homes.iter().map(here).collect();
        let of_roles = seed
            .roles
            .iter()
            .map(|role| self.home.account(&role.x_emulator));
        accounts.extend(of_roles.collect::<Vec<_>>());
        for account in &accounts {
            self.remove_identities(seed, account);
        }
    }

    fn remove_clusters(&mut self, home: &AccountRegion, plans: &[ClusterPlan<'_>]) {
        let environment = self.environment(false);
        let is_named = |cluster: &Cluster| {
            let mut plans = plans.iter();
            plans.any(|plan| plan.home == *home && plan.seed.name == cluster.name())
        };
        let mut deleted = Vec::new();
        let region = self.state.region(home.clone());
        region.for_each_cluster(&environment, |cluster| {
            if !is_named(cluster) {
                deleted.extend(cluster.view().arn);
                cluster.seed_removal(&environment);
            }
        });
        // A second visit takes out what the first has found gone.
        region.for_each_cluster(&environment, |_| {});
        self.report.deleted.append(&mut deleted);
    }

    fn remove_parts(&self, cluster: &mut Cluster, plan: &ClusterPlan<'_>) -> Vec<String> {
        let environment = self.environment(false);
        let seed = plan.seed;
        let mut deleted = Vec::new();
        for addon in cluster.addons_as_seeds() {
            let is_named = seed
                .addons
                .iter()
                .any(|named| named.addon_name.eq_ignore_ascii_case(&addon.name));
            if !is_named
                && cluster
                    .seed_addon_removal(&environment, &addon.name)
                    .is_ok()
            {
                deleted.extend(addon.arn);
            }
        }
        for one in cluster.associations_as_seeds() {
            let is_named = seed.pod_identity_associations.iter().any(|named| {
                (&named.namespace, &named.service_account) == (&one.namespace, &one.service_account)
            });
            let id = one.id.unwrap_or_default();
            let gone = !is_named
                && cluster
                    .delete_pod_identity_association(&environment, &id)
                    .is_ok();
            if gone {
                let arn = plan.arn().replace(":cluster/", ":podidentityassociation/");
                deleted.push(format!("{arn}/{id}"));
            }
        }
        remove_objects(cluster, plan, seed, &mut deleted);
        deleted
    }

    fn remove_identities(&mut self, seed: &Seed, place: &AccountPlace) {
        let mut deleted = Vec::new();
        let (partition, account_id) = place;
        let mut store = self.identity.lock();
        let account = store.account(partition, account_id);
        for role in account.roles_as_seeds() {
            let mut named = seed.roles.iter();
            let is_named = named.any(|named| {
                named.name == role.name && self.home.account(&named.x_emulator) == *place
            });
            if !is_named {
                let (path, name) = (&role.path, &role.name);
                deleted.push(format!(
                    "arn:{partition}:iam::{account_id}:role{path}{name}"
                ));
                account.seed_role_removal(&role.name);
            }
        }
        for policy in account.policies_as_seeds() {
            let is_named = seed.policies.iter().any(|named| named.name == policy.name);
            if !is_named {
                let (path, name) = (&policy.path, &policy.name);
                deleted.push(format!(
                    "arn:{partition}:iam::{account_id}:policy{path}{name}"
                ));
                account.seed_policy_removal(&policy.name);
            }
        }
        for provider in account.providers_as_seeds() {
            let is_named = seed
                .oidc_providers
                .iter()
                .any(|named| named.url == provider.url);
            if !is_named {
                let host = provider.url.trim_start_matches("https://");
                deleted.push(format!(
                    "arn:{partition}:iam::{account_id}:oidc-provider/{host}"
                ));
                account.seed_provider_removal(&provider.url);
            }
        }
        let keys = store
            .access_keys()
            .filter(|(_, holder)| holder.account_id == *account_id);
        let keys: Vec<String> = keys.map(|(id, _)| id.to_owned()).collect();
        for id in keys {
            if !seed
                .access_keys
                .iter()
                .any(|named| named.access_key_id == id)
            {
                store.seed_access_key_removal(&id);
                deleted.push(format!("accessKeys/{id}"));
            }
        }
        drop(store);
        self.report.deleted.append(&mut deleted);
    }
}

fn remove_objects(
    cluster: &mut Cluster,
    plan: &ClusterPlan<'_>,
    seed: &ClusterSeed,
    deleted: &mut Vec<String>,
) {
    for pod in cluster.pods_as_seeds() {
        let text = |member: &str| {
            pod["metadata"][member]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let (namespace, name) = (text("namespace"), text("name"));
        let mut named = seed.pods.iter();
        if !named.any(|named| named.namespace == namespace && named.name == name) {
            cluster.seed_pod_removal(&namespace, &name);
            deleted.push(format!("{}/pods/{namespace}/{name}", plan.arn()));
        }
    }
    for account in cluster.service_accounts_as_seeds() {
        let (namespace, name) = (&account.namespace, &account.name);
        let mut named = seed.service_accounts.iter();
        let of_pods = seed
            .pods
            .iter()
            .any(|pod| pod.namespace == *namespace && pod.service_account.as_ref() == Some(name));
        let is_named = named.any(|named| named.namespace == *namespace && named.name == *name);
        if !is_named && !of_pods {
            cluster.seed_service_account_removal(namespace, name);
            deleted.push(format!("{}/serviceAccounts/{namespace}/{name}", plan.arn()));
        }
    }
}
