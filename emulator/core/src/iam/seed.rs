//! What seeds bring to IAM: roles with the ids and times that they are to
//! have, the policies and providers that they need, and access keys.
//!
//! Everything is checked as the API checks it; what is there already is
//! brought to what the seed says.

use std::collections::{BTreeMap, BTreeSet};

use eks_emulator_api::iam::{
    AttachRolePolicyRequest, CreateOpenIDConnectProviderRequest, CreatePolicyRequest, Error,
    PutRolePolicyRequest, Tag,
};
use eks_emulator_api::{Sensitive, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::IamAccount;
use super::error;
use super::identity::IdentityStore;
use super::role::{NewRole, Role};
use crate::cluster::seed::Seeded;

/// A role as a seed has it. Id and time are as they come where the seed does
/// not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededRole {
    /// The name.
    pub name: String,
    /// From slash to slash.
    pub path: String,
    /// The text of the trust policy.
    pub trust_policy: String,
    /// The description.
    pub description: Option<String>,
    /// The longest session that may be asked for.
    pub max_session_duration_seconds: Option<i32>,
    /// The ARN of a policy.
    pub permissions_boundary: Option<String>,
    /// Keys and values, in the order they were put on.
    pub tags: Vec<(String, String)>,
    /// The ARNs of managed policies.
    pub attached_policies: BTreeSet<String>,
    /// Documents by name.
    pub inline_policies: BTreeMap<String, String>,
    /// The service that made the role for itself.
    pub linked_service: Option<String>,
    /// The unique id.
    pub id: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// A customer managed policy as a seed has it: its default version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededPolicy {
    /// The name.
    pub name: String,
    /// From slash to slash.
    pub path: String,
    /// The description.
    pub description: Option<String>,
    /// The document.
    pub document: String,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
}

/// An OpenID Connect provider as a seed has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededProvider {
    /// The URL, with its scheme.
    pub url: String,
    /// The audiences whose tokens are taken.
    pub client_ids: Vec<String>,
    /// The thumbprints; without any, the one that IAM would fetch.
    pub thumbprints: Vec<String>,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
}

/// Who an access key was given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeededAccessKey {
    /// The partition.
    pub partition: String,
    /// The account whose requests those with the key are.
    pub account_id: String,
    /// The ARN of a user or a role, or of the account's root.
    pub principal_arn: String,
    /// What requests are signed with, if that is not the secret of keys of
    /// which nobody says another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<Sensitive<String>>,
}

impl SeededAccessKey {
    /// Whether it is a key of an account.
    pub(super) fn is_of(&self, (partition, account_id): (&str, &str)) -> bool {
        self.partition == partition && self.account_id == account_id
    }
}

impl SeededRole {
    fn new_role(&self) -> NewRole {
        NewRole {
            path: self.path.clone(),
            trust_policy: self.trust_policy.clone(),
            description: self.description.clone(),
            max_session_duration_seconds: self.max_session_duration_seconds,
            permissions_boundary: self.permissions_boundary.clone(),
            tags: Some(tags(&self.tags)),
            linked_service: self.linked_service.clone(),
            ..NewRole::named(self.name.clone())
        }
    }
}

fn tags(pairs: &[(String, String)]) -> Vec<Tag> {
    let tag = |(key, value): &(String, String)| Tag {
        key: key.clone(),
        value: value.clone(),
    };
    pairs.iter().map(tag).collect()
}

fn pairs<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    tags.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

impl IamAccount {
    /// The partition and the account.
    pub fn place(&self) -> (&str, &str) {
        (&self.partition, &self.account_id)
    }

    /// The roles as seeds would have them, by name.
    pub fn roles_as_seeds(&self) -> Vec<SeededRole> {
        self.roles.values().map(Role::as_seed).collect()
    }

    /// Brings a role to what a seed says; gives its ARN.
    ///
    /// Errors: those of `CreateRole`, `AttachRolePolicy` and `PutRolePolicy`.
    pub fn seed_role(
        &mut self,
        now: Timestamp,
        seed: &SeededRole,
    ) -> Result<(Seeded, String), Error> {
        let key = seed.name.to_lowercase();
        let before = self.roles.remove(&key);
        let made = self.make_seeded_role(now, seed, before.as_ref());
        match made {
            Ok(role) => {
                let arn = role.arn().to_owned();
                let seeded = match &before {
                    None => Seeded::Created,
                    Some(before) if *before == role => Seeded::Unchanged,
                    Some(_) => Seeded::Updated,
                };
                self.roles.insert(key, role);
                Ok((seeded, arn))
            }
            Err(error) => {
                self.roles.remove(&key);
                if let Some(role) = before {
                    self.roles.insert(key, role);
                }
                Err(error)
            }
        }
    }

    /// Makes the role in a place that is free, and takes it out again.
    fn make_seeded_role(
        &mut self,
        now: Timestamp,
        seed: &SeededRole,
        before: Option<&Role>,
    ) -> Result<Role, Error> {
        let checked = self.check_new_role(NewRole {
            linked_service: None,
            ..seed.new_role()
        })?;
        let id = seed
            .id
            .clone()
            .or_else(|| before.map(|role| role.id().to_owned()));
        let created = seed.created_at.or_else(|| before.map(Role::created));
        let name = seed.name.as_str();
        self.insert_role_with(created.unwrap_or(now), checked, id);
        for policy_arn in &seed.attached_policies {
            if seed.linked_service.is_some() {
                self.role_mut(name)?.attach(policy_arn.clone());
                continue;
            }
            let input = AttachRolePolicyRequest {
                role_name: name.to_owned(),
                policy_arn: policy_arn.clone(),
            };
            self.attach_role_policy(now, input)?;
        }
        for (policy_name, document) in &seed.inline_policies {
            let input = PutRolePolicyRequest {
                role_name: name.to_owned(),
                policy_name: policy_name.clone(),
                policy_document: document.clone(),
            };
            self.put_role_policy(now, input)?;
        }
        self.role_mut(name)?.link(seed.linked_service.clone());
        let role = self.roles.remove(&name.to_lowercase());
        role.ok_or_else(|| error::no_such_role(name))
    }

    /// Deletes a role with all that is attached to it.
    pub fn seed_role_removal(&mut self, name: &str) {
        self.roles.remove(&name.to_lowercase());
    }

    /// The customer managed policies as seeds would have them, by name.
    pub fn policies_as_seeds(&self) -> Vec<SeededPolicy> {
        let seed = |policy: &super::policy::Policy| SeededPolicy {
            name: policy.name().to_owned(),
            path: policy.path().to_owned(),
            description: policy.description().map(str::to_owned),
            document: policy.default_document().to_owned(),
            tags: pairs(policy.tags()),
        };
        self.policies.values().map(seed).collect()
    }

    /// Brings a policy to what a seed says; gives its ARN. One that changes
    /// has the new document as its only version.
    ///
    /// Errors: those of `CreatePolicy`.
    pub fn seed_policy(
        &mut self,
        now: Timestamp,
        seed: &SeededPolicy,
    ) -> Result<(Seeded, String), Error> {
        let key = seed.name.to_lowercase();
        let arn = self.arn("policy", &seed.path, &seed.name);
        let present = self.policies_as_seeds().into_iter();
        if present.into_iter().any(|present| present == *seed) {
            return Ok((Seeded::Unchanged, arn));
        }
        let before = self.policies.remove(&key);
        let input = CreatePolicyRequest {
            policy_name: seed.name.clone(),
            path: Some(seed.path.clone()),
            policy_document: seed.document.clone(),
            description: seed.description.clone(),
            tags: Some(tags(&seed.tags)),
        };
        let seeded = match &before {
            None => Seeded::Created,
            Some(_) => Seeded::Updated,
        };
        match self.create_policy(now, input) {
            Ok(_) => Ok((seeded, arn)),
            Err(error) => {
                if let Some(policy) = before {
                    self.policies.insert(key, policy);
                }
                Err(error)
            }
        }
    }

    /// Deletes a policy that no role uses.
    pub fn seed_policy_removal(&mut self, name: &str) {
        self.policies.remove(&name.to_lowercase());
    }

    /// The providers as seeds would have them, by URL.
    pub fn providers_as_seeds(&self) -> Vec<SeededProvider> {
        let providers = self.oidc_providers.values();
        providers.map(super::OidcProvider::as_seed).collect()
    }

    /// Brings a provider to what a seed says; gives its ARN.
    ///
    /// Errors: those of `CreateOpenIDConnectProvider`.
    pub fn seed_provider(
        &mut self,
        now: Timestamp,
        seed: &SeededProvider,
    ) -> Result<(Seeded, String), Error> {
        let url = super::oidc_provider::ProviderUrl::parse(&seed.url)?;
        let before = self.oidc_providers.remove(&url);
        let input = CreateOpenIDConnectProviderRequest {
            url: seed.url.clone(),
            client_id_list: Some(seed.client_ids.clone()),
            thumbprint_list: Some(seed.thumbprints.clone()),
            tags: Some(tags(&seed.tags)),
        };
        let made = self.create_open_id_connect_provider(now, input);
        let after = self.oidc_providers.get(&url);
        match (made, before, after) {
            (Err(error), before, _) => {
                if let Some(before) = before {
                    self.oidc_providers.insert(url, before);
                }
                Err(error)
            }
            (Ok(response), None, _) => {
                let arn = response.open_id_connect_provider_arn.unwrap_or_default();
                Ok((Seeded::Created, arn))
            }
            (Ok(response), Some(before), after) => {
                let arn = response.open_id_connect_provider_arn.unwrap_or_default();
                if after.is_some_and(|after| after.as_seed() == before.as_seed()) {
                    self.oidc_providers.insert(url, before);
                    return Ok((Seeded::Unchanged, arn));
                }
                Ok((Seeded::Updated, arn))
            }
        }
    }

    /// Deletes a provider.
    pub fn seed_provider_removal(&mut self, url: &str) {
        if let Ok(url) = super::oidc_provider::ProviderUrl::parse(url) {
            self.oidc_providers.remove(&url);
        }
    }
}

impl IdentityStore {
    /// The accounts that have been used, by partition and account.
    pub fn accounts_in_order(&self) -> impl Iterator<Item = &IamAccount> {
        self.accounts.values()
    }

    /// Says who an access key was given to.
    pub fn seed_access_key(&mut self, access_key_id: &str, holder: SeededAccessKey) -> Seeded {
        self.account(&holder.partition, &holder.account_id);
        let seeded = match self.access_keys.get(access_key_id) {
            None => Seeded::Created,
            Some(before) if *before == holder => Seeded::Unchanged,
            Some(_) => Seeded::Updated,
        };
        self.access_keys.insert(access_key_id.to_owned(), holder);
        seeded
    }

    /// Whether seeds have given out any access key.
    pub fn has_access_keys(&self) -> bool {
        self.access_keys.len() > 0
    }

    /// Takes an access key back.
    pub fn seed_access_key_removal(&mut self, access_key_id: &str) {
        self.access_keys.remove(access_key_id);
    }

    /// The access keys that seeds have given out, by id.
    pub fn access_keys(&self) -> impl Iterator<Item = (&str, &SeededAccessKey)> {
        let keys = self.access_keys.iter();
        keys.map(|(id, holder)| (id.as_str(), holder))
    }
}
