//! IAM of one account: roles, customer managed policies and OpenID Connect
//! providers.
//!
//! Each operation is a method of the same name in the file of its resource.
//! All of them take the time and the input, whether or not they look at the
//! time; one that fails has changed nothing. Inputs satisfy the shapes of the
//! service model: lengths, patterns and ranges are not checked again.

use std::collections::{BTreeMap, BTreeSet};

use eks_emulator_api::iam::Error;
use serde::{Deserialize, Serialize};

use super::error;
use super::managed_policy::AwsPolicy;
use super::oidc_provider::{OidcProvider, ProviderUrl};
use super::policy::{Policy, Usage};
use super::policy_arn::PolicyArn;
use super::role::Role;
use super::unique_id::{Prefix, unique_id};
use crate::arn::Arn;
use crate::ids::{IdKind, Ids};
use crate::shared::SharedMap;
use crate::state::{changes, whole_changes};

/// What is made of identities that IAM was never told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IamMode {
    /// They exist: any policy of AWS can be attached, and trust policies may
    /// name any role.
    Lenient,
    /// They do not: of the policies of AWS only those known by name can be
    /// attached, and roles that trust policies name must have been created.
    Strict,
}

/// IAM of one account.
///
/// Names of roles and policies are unique whatever their case. Source: IAM
/// API reference, "CreateRole".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IamAccount {
    pub(super) partition: String,
    pub(super) account_id: String,
    pub(super) mode: IamMode,
    ids: Ids,
    /// By lower-case name.
    pub(super) roles: SharedMap<String, Role>,
    /// By lower-case name.
    pub(super) policies: SharedMap<String, Policy>,
    pub(super) oidc_providers: SharedMap<ProviderUrl, OidcProvider>,
}

changes! {
    /// What has changed of IAM of an account.
    pub(crate) struct AccountChanges of IamAccount {
        partition: String,
        account_id: String,
        mode: IamMode,
        ids: Ids,
        roles: SharedMap<String, Role>,
        policies: SharedMap<String, Policy>,
        oidc_providers: SharedMap<ProviderUrl, OidcProvider>,
    }
}

whole_changes!(IamMode);

/// A managed policy of either kind.
#[derive(Debug)]
pub(super) enum ManagedPolicy<'a> {
    /// One of the account.
    Customer(&'a Policy),
    /// One of AWS.
    Aws(AwsPolicy),
}

impl IamAccount {
    /// An account with nothing in it. The same seed and commands give the
    /// same answers.
    pub fn new(partition: &str, account_id: &str, seed: u64, mode: IamMode) -> Self {
        Self {
            partition: partition.to_owned(),
            account_id: account_id.to_owned(),
            mode,
            ids: Ids::new(seed, &format!("iam/{partition}/{account_id}")),
            roles: SharedMap::default(),
            policies: SharedMap::default(),
            oidc_providers: SharedMap::default(),
        }
    }

    /// The role with an ARN: path and case must match.
    pub fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        let (_, name) = arn.rsplit_once('/')?;
        self.roles
            .get(&name.to_lowercase())
            .filter(|role| role.arn() == arn)
    }

    /// The provider for an issuer as its tokens name it, scheme included.
    pub fn oidc_provider_for(&self, issuer_url: &str) -> Option<&OidcProvider> {
        let url = ProviderUrl::parse(issuer_url).ok()?;
        self.oidc_providers.get(&url)
    }

    /// What holds after every command.
    ///
    /// Errors: what does not, in words.
    pub fn check_invariants(&self) -> Result<(), String> {
        let misfiled = self
            .roles
            .iter()
            .any(|(key, role)| *key != role.name().to_lowercase())
            || self
                .policies
                .iter()
                .any(|(key, policy)| *key != policy.name().to_lowercase())
            || self
                .oidc_providers
                .iter()
                .any(|(key, provider)| key != provider.url());
        if misfiled {
            return Err("a role, policy or provider is filed under another name".into());
        }
        let unknown = |arn: &&str| self.managed_policy(arn).is_err();
        if let Some(arn) = self.usage().keys().copied().find(unknown) {
            return Err(format!("{arn} is used and does not exist"));
        }
        let ids: BTreeSet<&str> = self.roles.values().map(Role::id).collect();
        if ids.len() != self.roles.len() {
            return Err("two roles have the same id".into());
        }
        self.policies.values().try_for_each(Policy::check_versions)
    }

    /// The ARN of something of the account.
    pub(super) fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        let (partition, account_id) = (&self.partition, &self.account_id);
        format!("arn:{partition}:iam::{account_id}:{kind}{path}{name}")
    }

    /// Draws the id of a new role. One that a seed gave to another is not
    /// drawn again.
    pub(super) fn next_role_id(&mut self) -> String {
        loop {
            let id = unique_id(Prefix::Role, self.ids.next(IdKind::Role));
            if self.roles.values().all(|role| role.id() != id) {
                return id;
            }
        }
    }

    /// Draws the id of a new policy.
    pub(super) fn next_policy_id(&mut self) -> String {
        unique_id(Prefix::Policy, self.ids.next(IdKind::Policy))
    }

    /// Where the access keys of sessions come from.
    pub(super) fn ids_mut(&mut self) -> &mut Ids {
        &mut self.ids
    }

    pub(super) fn role(&self, role_name: &str) -> Result<&Role, Error> {
        self.roles
            .get(&role_name.to_lowercase())
            .ok_or_else(|| error::no_such_role(role_name))
    }

    pub(super) fn role_mut(&mut self, role_name: &str) -> Result<&mut Role, Error> {
        self.roles
            .get_mut(&role_name.to_lowercase())
            .ok_or_else(|| error::no_such_role(role_name))
    }

    /// A role that the account may change.
    pub(super) fn own_role(&self, role_name: &str) -> Result<&Role, Error> {
        let role = self.role(role_name)?;
        if role.is_service_linked() {
            return Err(error::protected_role(role.name()));
        }
        Ok(role)
    }

    /// A customer managed policy or one of AWS, if there is one.
    ///
    /// Errors: `InvalidInput` for what is no policy's ARN.
    pub(super) fn find_policy(&self, arn: &str) -> Result<Option<ManagedPolicy<'_>>, Error> {
        let parts = PolicyArn::parse(&self.partition, arn)?;
        Ok(if parts.is_of_aws() {
            AwsPolicy::find(self.mode, arn, &parts).map(ManagedPolicy::Aws)
        } else {
            let policy = self.policies.get(&parts.name.to_lowercase());
            policy
                .filter(|policy| policy.arn() == arn)
                .map(ManagedPolicy::Customer)
        })
    }

    /// A customer managed policy or one of AWS.
    pub(super) fn managed_policy(&self, arn: &str) -> Result<ManagedPolicy<'_>, Error> {
        self.find_policy(arn)?
            .ok_or_else(|| error::no_such_policy(arn))
    }

    /// A policy that the account may change.
    pub(super) fn own_policy(&self, arn: &str) -> Result<&Policy, Error> {
        match self.managed_policy(arn)? {
            ManagedPolicy::Customer(policy) => Ok(policy),
            ManagedPolicy::Aws(_) => Err(error::policy_of_aws(arn)),
        }
    }

    pub(super) fn policy_mut(&mut self, arn: &str) -> Result<&mut Policy, Error> {
        let key = self.own_policy(arn)?.name().to_lowercase();
        self.policies
            .get_mut(&key)
            .ok_or_else(|| error::no_such_policy(arn))
    }

    /// How often each managed policy is used, by ARN.
    pub(super) fn usage(&self) -> BTreeMap<&str, Usage> {
        let mut usage: BTreeMap<&str, Usage> = BTreeMap::new();
        for role in self.roles.values() {
            for arn in role.attached_policies() {
                usage.entry(arn).or_default().attachments += 1;
            }
            if let Some(arn) = role.permissions_boundary() {
                usage.entry(arn).or_default().boundaries += 1;
            }
        }
        usage
    }

    /// How often one managed policy is used.
    pub(super) fn usage_of(&self, arn: &str) -> Usage {
        self.usage().get(arn).copied().unwrap_or_default()
    }

    /// Whether an ARN is that of a role of this account that does not exist.
    pub(super) fn misses_role(&self, arn: &str) -> bool {
        let is_own_role = Arn::parse(arn).is_some_and(|parts| {
            parts.service == "iam"
                && parts.partition == self.partition
                && parts.account_id == self.account_id
                && parts.resource.starts_with("role/")
        });
        is_own_role && self.role_by_arn(arn).is_none()
    }
}
