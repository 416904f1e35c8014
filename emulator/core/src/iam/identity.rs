//! The identities of all accounts: IAM by account, and the sessions of STS.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::{IamAccount, IamMode};
use super::authority::{AssumeRoleDenied, PodSessionRequest, RoleSession, RoleStanding};
use super::role::Role;
use super::seed::SeededAccessKey;
use super::session::{Credentials, Holder, NewSession, Sessions, role_session_arn};
use super::state::IdentityDocument;
use super::trust_policy::{Action, Context, EKS_SERVICE, POD_IDENTITY_SERVICE, Principal, Request};
use crate::arn::{Arn, role_account};
use crate::shared::SharedMap;

/// The identities of all accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "IdentityDocument", try_from = "IdentityDocument")]
pub struct IdentityStore {
    pub(super) mode: IamMode,
    pub(super) seed: u64,
    pub(super) accounts: SharedMap<AccountKey, IamAccount>,
    /// Who the access keys of seeds were given to, by id.
    pub(super) access_keys: SharedMap<String, SeededAccessKey>,
    pub(super) sessions: Sessions,
}

/// The partition and the id of an account.
pub(super) type AccountKey = (String, String);

/// The life of a session that EKS opens for a pod, in milliseconds: six
/// hours, whatever the role says. Source: CloudTrail events.
const POD_SESSION_MS: i64 = 21_600_000;
/// The longest life of a session that was assumed with another's credentials.
pub(super) const CHAINED_SESSION_MS: i64 = 3_600_000;

/// A role as it is found by its ARN.
pub(super) enum Found<'a> {
    /// IAM has it: its trust policy is evaluated.
    Role(&'a Role),
    /// IAM does not have it, and takes it as existing and trusting.
    Assumed,
    /// There is no such role.
    Missing,
}

impl IdentityStore {
    /// No identities yet. `mode` says what is made of roles that IAM does not
    /// have.
    pub fn new(mode: IamMode, seed: u64) -> Self {
        Self {
            mode,
            seed,
            accounts: SharedMap::default(),
            access_keys: SharedMap::default(),
            sessions: Sessions::default(),
        }
    }

    /// IAM of an account, made when it is first needed.
    pub fn account(&mut self, partition: &str, account_id: &str) -> &mut IamAccount {
        let key = (partition.to_owned(), account_id.to_owned());
        if !self.accounts.contains_key(&key) {
            let account = IamAccount::new(partition, account_id, self.seed, self.mode);
            self.accounts.insert(key.clone(), account);
        }
        self.accounts
            .get_mut(&key)
            .expect("it is there or has just been made")
    }

    /// Gives out credentials of an account.
    pub(super) fn open_session(&mut self, now: Timestamp, new: NewSession) -> RoleSession {
        let account = self.account(&new.partition, &new.account_id);
        let credentials = Credentials::draw(account.ids_mut());
        self.sessions.open(now, credentials, new)
    }

    /// How many roles there are, in all accounts.
    pub fn role_count(&self) -> usize {
        let accounts = self.accounts.values();
        accounts.map(|account| account.roles.len()).sum()
    }

    /// Whether only what IAM has exists.
    pub(super) fn is_strict(&self) -> bool {
        self.mode == IamMode::Strict
    }

    pub(super) fn account_if_any(&self, partition: &str, account_id: &str) -> Option<&IamAccount> {
        self.accounts
            .get(&(partition.to_owned(), account_id.to_owned()))
    }

    pub(super) fn find(&self, role_arn: &str) -> Found<'_> {
        let Some(arn) = Arn::parse(role_arn).filter(|_| role_account(role_arn).is_some()) else {
            return Found::Missing;
        };
        let account = self.account_if_any(arn.partition, arn.account_id);
        match (
            account.and_then(|account| account.role_by_arn(role_arn)),
            self.mode,
        ) {
            (Some(role), _) => Found::Role(role),
            (None, IamMode::Lenient) => Found::Assumed,
            (None, IamMode::Strict) => Found::Missing,
        }
    }

    /// What is known of a role that pods are to get.
    pub fn standing(&self, role_arn: &str) -> RoleStanding {
        match self.find(role_arn) {
            Found::Missing => RoleStanding::Missing,
            Found::Assumed => RoleStanding::Trusting,
            Found::Role(role) if role.trust_policy().allows_pod_identity() => {
                RoleStanding::Trusting
            }
            Found::Role(_) => RoleStanding::Untrusting,
        }
    }

    /// Whether EKS itself, as `eks.amazonaws.com`, can assume a role for the
    /// cluster `source_arn` of the account `source_account`.
    pub fn trusts_eks(
        &self,
        now: Timestamp,
        role_arn: &str,
        source_arn: &str,
        source_account: &str,
    ) -> bool {
        let context = Context::at(now)
            .with("aws:SourceArn", source_arn)
            .with("aws:SourceAccount", source_account);
        let service = Principal::Service(EKS_SERVICE.to_owned());
        self.check_trust(role_arn, &service, &context, &[]).is_ok()
    }

    /// Assumes a role for a pod, as `pods.eks.amazonaws.com`, and another
    /// with it if one is asked for.
    ///
    /// Errors: a role does not exist or does not trust.
    pub fn assume_for_pod(
        &mut self,
        request: &PodSessionRequest<'_>,
    ) -> Result<RoleSession, AssumeRoleDenied> {
        let mut context = Context::at(request.now)
            .with("aws:SourceArn", request.source_arn)
            .with("aws:SourceAccount", request.source_account)
            .with("sts:RoleSessionName", request.session_name);
        add_request_tags(&mut context, request.tags);
        let service = Principal::Service(POD_IDENTITY_SERVICE.to_owned());
        let tagging: &[Action] = match request.tags {
            [] => &[],
            _ => &[Action::TagSession],
        };
        self.check_trust(request.role_arn, &service, &context, tagging)?;
        let (role_arn, life_ms) = match request.target {
            None => (request.role_arn, POD_SESSION_MS),
            Some(target) => {
                let mut context = Context::at(request.now)
                    .with("sts:ExternalId", target.external_id)
                    .with("sts:RoleSessionName", request.session_name);
                for (key, value) in request.tags {
                    context.insert(&format!("aws:PrincipalTag/{key}"), value);
                }
                add_request_tags(&mut context, request.tags);
                let source = session_principal(request.role_arn, request.session_name);
                self.check_trust(target.role_arn, &source, &context, tagging)?;
                (target.role_arn, CHAINED_SESSION_MS)
            }
        };
        let tags = request
            .tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        let tags: BTreeMap<String, String> = tags.collect();
        Ok(self.open_role_session(
            request.now,
            role_arn,
            request.session_name,
            (tags.clone(), tags.into_keys().collect()),
            life_ms,
        ))
    }

    /// Asks a role's trust policy whether it may be assumed, with all that is
    /// done besides.
    pub(super) fn check_trust(
        &self,
        role_arn: &str,
        principal: &Principal,
        context: &Context,
        besides: &[Action],
    ) -> Result<(), AssumeRoleDenied> {
        let role = match self.find(role_arn) {
            Found::Role(role) => role,
            Found::Assumed => return Ok(()),
            Found::Missing => return Err(AssumeRoleDenied("there is no such role".into())),
        };
        for action in [&[Action::AssumeRole], besides].concat() {
            let evaluation = role.trust_policy().evaluate(&Request {
                principal: principal.clone(),
                action,
                context: with_principal(context, principal),
            });
            if !evaluation.is_allowed() {
                return Err(AssumeRoleDenied(evaluation.why.join("; ")));
            }
        }
        Ok(())
    }

    /// Opens a session of a role that has been found to trust.
    pub(super) fn open_role_session(
        &mut self,
        now: Timestamp,
        role_arn: &str,
        session_name: &str,
        (tags, transitive_tag_keys): (BTreeMap<String, String>, Vec<String>),
        life_ms: i64,
    ) -> RoleSession {
        let arn = Arn::parse(role_arn);
        let part = |part: fn(&Arn<'_>) -> String| arn.as_ref().map(part).unwrap_or_default();
        let role_id = match self.find(role_arn) {
            Found::Role(role) => role.id().to_owned(),
            _ => Sessions::stable_role_id(role_arn),
        };
        let new = NewSession {
            partition: part(|arn| arn.partition.to_owned()),
            account_id: part(|arn| arn.account_id.to_owned()),
            holder: Holder::Role {
                role_arn: role_arn.to_owned(),
                role_name: role_arn.rsplit('/').next().unwrap_or_default().to_owned(),
                role_id,
                session_name: session_name.to_owned(),
            },
            tags,
            transitive_tag_keys,
            expiration: whole_seconds(now.plus_milliseconds(life_ms)),
        };
        self.open_session(now, new)
    }
}

/// Sessions end at whole seconds.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(time.as_seconds().saturating_mul(1_000))
}

fn add_request_tags(context: &mut Context, tags: &[(&'static str, String)]) {
    for (key, value) in tags {
        context.insert(&format!("aws:RequestTag/{key}"), value);
        context.insert("aws:TagKeys", *key);
        context.insert("sts:TransitiveTagKeys", *key);
    }
}

/// The condition keys of a request with those that follow from who asks.
pub(super) fn with_principal(context: &Context, principal: &Principal) -> Context {
    let mut merged = context.clone();
    merged.extend(principal.context());
    merged
}

/// The principal that a session of a role is.
fn session_principal(role_arn: &str, session_name: &str) -> Principal {
    let arn = Arn::parse(role_arn);
    let (partition, account_id) = arn
        .map(|arn| (arn.partition, arn.account_id))
        .unwrap_or_default();
    let role_name = role_arn.rsplit('/').next().unwrap_or_default();
    Principal::Aws {
        account_id: account_id.to_owned(),
        arn: role_session_arn(partition, account_id, role_name, session_name),
        role_arn: Some(role_arn.to_owned()),
    }
}
