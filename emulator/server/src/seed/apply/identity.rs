//! Roles, policies, providers and access keys.

use eks_emulator_api::iam::Error;
use eks_emulator_core::cluster::Cluster;
use eks_emulator_core::cluster::seed::Seeded;
use eks_emulator_core::iam::IamAccount;
use eks_emulator_core::iam::seed::{SeededAccessKey, SeededPolicy, SeededProvider, SeededRole};

use super::Application;
use crate::seed::document::{RoleSeed, Seed, TagSeed, Trust};
use crate::seed::mistake::Mistake;
use crate::seed::place::{AccountPlace, home, iam_arn};
use crate::seed::trust;

/// The audience of tokens for IRSA.
const STS_AUDIENCE: &str = "sts.amazonaws.com";

fn tags(tags: &[TagSeed]) -> Vec<(String, String)> {
    let pair = |tag: &TagSeed| (tag.key.clone(), tag.value.clone());
    tags.iter().map(pair).collect()
}

fn set<T>(present: &mut T, wanted: Option<T>) {
    if let Some(wanted) = wanted {
        *present = wanted;
    }
}

fn set_some<T>(present: &mut Option<T>, wanted: Option<T>) {
    if wanted.is_some() {
        *present = wanted;
    }
}

impl Application<'_> {
    fn in_account<T>(
        &self,
        (partition, account_id): &AccountPlace,
        run: impl FnOnce(&mut IamAccount) -> T,
    ) -> T {
        run(self.identity.lock().account(partition, account_id))
    }

    fn settle(&mut self, pointer: String, result: Result<(Seeded, String), Error>) {
        match result {
            Ok((seeded, arn)) => self.report.add(seeded, arn),
            Err(error) => self.mistake(pointer, error.to_string()),
        }
    }

    pub(super) fn apply_policies(&mut self, seed: &Seed) {
        for (index, policy) in seed.policies.iter().enumerate() {
            let place = self.home.account(&policy.x_emulator);
            let wanted = SeededPolicy {
                name: policy.name.clone(),
                path: policy.path.clone().unwrap_or_else(|| "/".into()),
                description: policy.description.clone(),
                document: policy.document.text(),
                tags: tags(&policy.tags),
            };
            let now = self.now;
            let result = self.in_account(&place, |account| account.seed_policy(now, &wanted));
            self.settle(format!("/policies/{index}"), result);
        }
    }

    pub(super) fn apply_providers(&mut self, seed: &Seed) {
        for (index, provider) in seed.oidc_providers.iter().enumerate() {
            let place = self.home.account(&provider.x_emulator);
            let client_ids = provider.client_ids.clone();
            let wanted = SeededProvider {
                url: provider.url.clone(),
                client_ids: client_ids.unwrap_or_else(|| vec![STS_AUDIENCE.into()]),
                thumbprints: provider.thumbprints.clone().unwrap_or_default(),
                tags: tags(&provider.tags),
            };
            let now = self.now;
            let result = self.in_account(&place, |account| account.seed_provider(now, &wanted));
            self.settle(format!("/oidcProviders/{index}"), result);
        }
    }

    /// Roles that no cluster has to exist for. One that trusts another may
    /// come before it.
    pub(super) fn apply_roles(&mut self, seed: &Seed) {
        let roles = seed.roles.iter().enumerate();
        let mut waiting: Vec<_> = roles
            .filter(|(_, role)| role.trust != Some(Trust::Irsa))
            .collect();
        loop {
            let before = waiting.len();
            let mut refused = Vec::new();
            waiting.retain(|(index, role)| match self.seed_role(role, None) {
                Ok((seeded, arn)) => {
                    self.report.add(seeded, arn);
                    false
                }
                Err(error) => {
                    refused.push((*index, error.to_string()));
                    true
                }
            });
            if waiting.len() == before {
                for (index, message) in refused {
                    self.mistake(format!("/roles/{index}"), message);
                }
                return;
            }
        }
    }

    /// A role as it is to be. What the document does not name stays.
    fn wanted_role(&self, role: &RoleSeed, trust_policy: Option<String>) -> SeededRole {
        let place = self.home.account(&role.x_emulator);
        let present = self.in_account(&place, |account| {
            let mut roles = account.roles_as_seeds().into_iter();
            roles.find(|present| present.name == role.name)
        });
        let arn = |text: &String| iam_arn(text, &place.0, &place.1);
        let mut wanted = present.unwrap_or_else(|| SeededRole {
            name: role.name.clone(),
            path: "/".into(),
            trust_policy: trust::text(&Trust::Pods).unwrap_or_default(),
            ..SeededRole::default()
        });
        let given = role.trust.as_ref().and_then(trust::text);
        set(&mut wanted.trust_policy, trust_policy.or(given));
        set(&mut wanted.path, role.path.clone());
        set_some(&mut wanted.description, role.description.clone());
        set_some(
            &mut wanted.max_session_duration_seconds,
            role.max_session_duration,
        );
        let boundary = role.permissions_boundary.as_ref().map(arn);
        set_some(&mut wanted.permissions_boundary, boundary);
        let linked = role.x_emulator.linked_service.clone();
        set_some(&mut wanted.linked_service, linked);
        if !role.tags.is_empty() {
            wanted.tags = tags(&role.tags);
        }
        if !role.attached_policies.is_empty() {
            wanted.attached_policies = role.attached_policies.iter().map(arn).collect();
        }
        if !role.inline_policies.is_empty() {
            let inline = role.inline_policies.iter();
            let inline = inline.map(|(name, document)| (name.clone(), document.text()));
            wanted.inline_policies = inline.collect();
        }
        wanted.id = role.role_id.clone();
        wanted.created_at = role.create_date.map(|time| time.0);
        wanted
    }

    fn seed_role(
        &self,
        role: &RoleSeed,
        trust_policy: Option<String>,
    ) -> Result<(Seeded, String), Error> {
        let wanted = self.wanted_role(role, trust_policy);
        let (now, place) = (self.now, self.home.account(&role.x_emulator));
        self.in_account(&place, |account| account.seed_role(now, &wanted))
    }

    /// Roles for service accounts, and the providers of their issuers.
    pub(super) fn apply_irsa_roles(&mut self, seed: &Seed) {
        let roles = seed.roles.iter().enumerate();
        for (index, role) in roles.filter(|(_, role)| role.trust == Some(Trust::Irsa)) {
            let pointer = format!("/roles/{index}");
            match self.irsa_trust(&pointer, role) {
                Ok(text) => {
                    let result = self.seed_role(role, Some(text));
                    self.settle(pointer, result);
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
    }

    fn irsa_trust(&mut self, pointer: &str, role: &RoleSeed) -> Result<String, Mistake> {
        let place = self.home.account(&role.x_emulator);
        let missing = |member: &str| Mistake::new(pointer, format!("trust: irsa needs {member}"));
        let cluster_name = role.cluster.as_deref().ok_or_else(|| missing("cluster"))?;
        let account = role.service_account.as_deref();
        let account = account.and_then(|account| account.split_once('/'));
        let account = account.ok_or_else(|| missing("serviceAccount: NAMESPACE/NAME"))?;
        let issuer = self.issuer(&place.1, cluster_name).ok_or_else(|| {
            let message = format!("there is no cluster {cluster_name} with an issuer");
            Mistake::new(format!("{pointer}/cluster"), message)
        })?;
        let now = self.now;
        let host = issuer.trim_start_matches("https://").to_owned();
        let has_provider = self.in_account(&place, |account| {
            account.oidc_provider_for(&issuer).is_some()
        });
        if !has_provider && issuer.starts_with("https://") {
            let wanted = SeededProvider {
                url: issuer,
                client_ids: vec![STS_AUDIENCE.into()],
                ..SeededProvider::default()
            };
            let result = self.in_account(&place, |account| account.seed_provider(now, &wanted));
            self.settle(pointer.to_owned(), result);
        }
        Ok(trust::irsa((&place.0, &place.1), &host, account))
    }

    /// The issuer of a cluster of an account in the document's region.
    fn issuer(&self, account_id: &str, cluster_name: &str) -> Option<String> {
        let region = self.state.region(home(account_id, &self.home.region));
        let environment = self.environment(false);
        let mut issuer = None;
        region.for_each_cluster(&environment, |cluster: &mut Cluster| {
            if cluster.name() == cluster_name {
                let identity = cluster.view().identity;
                issuer = identity.and_then(|identity| identity.oidc?.issuer);
            }
        });
        issuer
    }

    pub(super) fn apply_access_keys(&mut self, seed: &Seed) {
        for key in &seed.access_keys {
            let account_id = key.account.as_ref().unwrap_or(&self.home.account_id);
            let partition = self.home.here().partition;
            let principal = key.principal.as_deref().unwrap_or("root");
            let principal_arn = match principal {
                "root" => format!("arn:{partition}:iam::{account_id}:root"),
                principal => iam_arn(principal, &partition, account_id),
            };
            let holder = SeededAccessKey {
                partition,
                account_id: account_id.clone(),
                principal_arn,
                secret_access_key: key.secret_access_key.clone(),
            };
            let mut store = self.identity.lock();
            let seeded = store.seed_access_key(&key.access_key_id, holder);
            drop(store);
            let name = format!("accessKeys/{}", key.access_key_id);
            self.report.add(seeded, name);
        }
    }
}
