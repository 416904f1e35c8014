//! `AssumeRole`.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use eks_emulator_api::sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser, Error};

use super::caller::{Caller, credentials};
use super::error;
use crate::iam::identity::{CHAINED_SESSION_MS, Found, IdentityStore};
use crate::iam::trust_policy::{Action, Context};

impl IdentityStore {
    /// Opens a session of a role whose trust policy lets the caller assume
    /// it. The caller's own policies are not evaluated.
    ///
    /// Errors: `AccessDenied`; `ValidationError` for a duration that the role
    /// or chaining does not allow; `MalformedPolicyDocument`.
    pub fn assume_role(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        input: &AssumeRoleRequest,
    ) -> Result<AssumeRoleResponse, Error> {
        check_policy(input.policy.as_deref())?;
        let given = input.tags.iter().flatten();
        let given: BTreeMap<String, String> = given
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect();
        let tags = inherited(caller, &given);
        let context = context(now, caller, input, &tags);
        let principal = caller.principal();
        let has_tags = !given.is_empty();
        let tagging = has_tags.then_some(Action::TagSession);
        let naming = input.source_identity.is_some();
        let naming = naming.then_some(Action::SetSourceIdentity);
        let besides: Vec<Action> = tagging.into_iter().chain(naming).collect();
        self.check_trust(&input.role_arn, &principal, &context, &besides)
            .map_err(|_| self.refusal(caller, input, &besides, &context))?;
        let chained = caller.is_role_session();
        let life_ms = self.life_ms(&input.role_arn, input.duration_seconds, chained)?;
        let mut transitive = input.transitive_tag_keys.clone().unwrap_or_default();
        transitive.extend(caller.transitive_tag_keys.iter().cloned());
        let name = &input.role_session_name;
        let session =
            self.open_role_session(now, &input.role_arn, name, (tags, transitive), life_ms);
        Ok(AssumeRoleResponse {
            assumed_role_user: Some(AssumedRoleUser {
                assumed_role_id: session.assumed_role_id.clone(),
                arn: session.arn.clone(),
            }),
            packed_policy_size: (has_tags || input.policy.is_some()).then_some(PACKED_SIZE),
            source_identity: input.source_identity.clone(),
            credentials: Some(credentials(session)),
            ..Default::default()
        })
    }

    /// The first of the actions that the trust policy does not allow.
    fn refusal(
        &self,
        caller: &Caller,
        input: &AssumeRoleRequest,
        besides: &[Action],
        context: &Context,
    ) -> Error {
        let principal = caller.principal();
        let allows = |besides: &[Action]| {
            self.check_trust(&input.role_arn, &principal, context, besides)
                .is_ok()
        };
        let refused = besides.iter().find(|action| !allows(&[**action]));
        let action = match refused {
            Some(action) if allows(&[]) => *action,
            _ => Action::AssumeRole,
        };
        error::not_authorized(&caller.arn, action.name(), &input.role_arn)
    }

    /// How long a session of a role lasts, in milliseconds.
    ///
    /// Errors: `ValidationError` for a duration that is not allowed.
    pub(super) fn life_ms(
        &self,
        role_arn: &str,
        asked_seconds: Option<i32>,
        chained: bool,
    ) -> Result<i64, Error> {
        let asked_ms = i64::from(asked_seconds.unwrap_or(3_600)) * 1_000;
        if chained && asked_ms > CHAINED_SESSION_MS {
            return Err(error::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            ));
        }
        let longest_ms = match self.find(role_arn) {
            Found::Role(role) => i64::from(role.max_session_duration_seconds()) * 1_000,
            _ => LONGEST_SESSION_MS,
        };
        if asked_ms > longest_ms {
            return Err(error::validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ));
        }
        Ok(asked_ms)
    }
}

/// The share of the packed size that a few tags take, in per cent.
pub(super) const PACKED_SIZE: i32 = 6;
/// The longest session that any role can allow.
const LONGEST_SESSION_MS: i64 = 43_200_000;

/// Transitive tags of the caller's session stay.
fn inherited(caller: &Caller, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let transitive = caller
        .tags
        .iter()
        .filter(|(key, _)| caller.transitive_tag_keys.contains(key));
    let mut tags = given.clone();
    tags.extend(transitive.map(|(key, value)| (key.clone(), value.clone())));
    tags
}

fn context(
    now: Timestamp,
    caller: &Caller,
    input: &AssumeRoleRequest,
    tags: &BTreeMap<String, String>,
) -> Context {
    let mut context = Context::at(now).with("sts:RoleSessionName", &input.role_session_name);
    if let Some(external_id) = &input.external_id {
        context.insert("sts:ExternalId", external_id);
    }
    if let Some(source_identity) = &input.source_identity {
        context.insert("sts:SourceIdentity", source_identity);
    }
    for (key, value) in tags {
        context.insert(&format!("aws:RequestTag/{key}"), value);
        context.insert("aws:TagKeys", key);
    }
    for key in input.transitive_tag_keys.iter().flatten() {
        context.insert("sts:TransitiveTagKeys", key);
    }
    for (key, value) in &caller.tags {
        context.insert(&format!("aws:PrincipalTag/{key}"), value);
    }
    context
}

pub(super) fn check_policy(policy: Option<&str>) -> Result<(), Error> {
    let Some(policy) = policy else { return Ok(()) };
    let document: Result<serde_json::Value, _> = serde_json::from_str(policy);
    match document {
        Ok(document) if document.is_object() => Ok(()),
        _ => Err(error::malformed_policy()),
    }
}
