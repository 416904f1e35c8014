//! What belongs to IAM, as documents have it.

use eks_emulator_core::arn::Arn;
use eks_emulator_core::iam::IdentityStore;
use eks_emulator_core::iam::seed::{SeededPolicy, SeededProvider, SeededRole};
use eks_emulator_protocol::sigv4::partition_of;

use crate::seed::document::{
    AccessKeySeed, AccountExtras, OidcProviderSeed, PolicyDocument, PolicySeed, RoleSeed, Seed,
    TagSeed, Trust,
};
use crate::seed::place::Home;
use crate::seed::trust;
use crate::state::Scope;

/// Adds what the accounts of a scope have.
pub(super) fn export(seed: &mut Seed, home: &Home, scope: &Scope, store: &IdentityStore) {
    let is_wanted = |account_id: &str| {
        let wanted = scope.account_id.as_deref();
        wanted.is_none_or(|wanted| wanted == account_id)
    };
    for account in store.accounts_in_order() {
        let (partition, account_id) = account.place();
        if !is_wanted(account_id) {
            continue;
        }
        let extras = AccountExtras {
            account: (account_id != home.account_id).then(|| account_id.to_owned()),
            partition: (partition != partition_of(&home.region)).then(|| partition.to_owned()),
            linked_service: None,
        };
        let policies = account.policies_as_seeds().into_iter();
        seed.policies
            .extend(policies.map(|one| policy(one, &extras)));
        let providers = account.providers_as_seeds().into_iter();
        seed.oidc_providers
            .extend(providers.map(|one| provider(one, &extras)));
        let roles = account.roles_as_seeds().into_iter();
        seed.roles.extend(roles.map(|one| role(one, &extras)));
    }
    for (access_key_id, holder) in store.access_keys() {
        if !is_wanted(&holder.account_id) {
            continue;
        }
        let resource = Arn::parse(&holder.principal_arn);
        let is_own = resource.is_some_and(|arn| arn.account_id == holder.account_id);
        let short = resource.map(|arn| arn.resource.to_owned());
        seed.access_keys.push(AccessKeySeed {
            access_key_id: access_key_id.to_owned(),
            account: (holder.account_id != home.account_id).then(|| holder.account_id.clone()),
            principal: match is_own {
                true => short.filter(|principal| principal != "root"),
                false => Some(holder.principal_arn.clone()),
            },
            secret_access_key: holder.secret_access_key.clone(),
        });
    }
}

fn tags(pairs: Vec<(String, String)>) -> Vec<TagSeed> {
    let tag = |(key, value)| TagSeed { key, value };
    pairs.into_iter().map(tag).collect()
}

fn other_than_root(path: String) -> Option<String> {
    (path != "/").then_some(path)
}

fn policy(one: SeededPolicy, extras: &AccountExtras) -> PolicySeed {
    PolicySeed {
        name: one.name,
        path: other_than_root(one.path),
        description: one.description,
        document: PolicyDocument::of_text(&one.document),
        tags: tags(one.tags),
        x_emulator: extras.clone(),
    }
}

fn provider(one: SeededProvider, extras: &AccountExtras) -> OidcProviderSeed {
    OidcProviderSeed {
        url: one.url,
        client_ids: Some(one.client_ids),
        thumbprints: Some(one.thumbprints),
        tags: tags(one.tags),
        x_emulator: extras.clone(),
    }
}

fn role(one: SeededRole, extras: &AccountExtras) -> RoleSeed {
    let words = [Trust::Pods, Trust::Ec2, Trust::Eks];
    let mut words = words.into_iter();
    let word = words.find(|word| trust::text(word).as_deref() == Some(&one.trust_policy));
    let policy = || Trust::Policy(PolicyDocument::of_text(&one.trust_policy));
    let inline = one.inline_policies.iter();
    let inline = inline.map(|(name, text)| (name.clone(), PolicyDocument::of_text(text)));
    RoleSeed {
        name: one.name.clone(),
        path: other_than_root(one.path.clone()),
        trust: Some(word.unwrap_or_else(policy)),
        description: one.description.clone(),
        max_session_duration: one.max_session_duration_seconds,
        permissions_boundary: one.permissions_boundary.clone(),
        tags: tags(one.tags.clone()),
        attached_policies: one.attached_policies.iter().cloned().collect(),
        inline_policies: inline.collect(),
        role_id: one.id.clone(),
        create_date: one.created_at.map(Into::into),
        x_emulator: AccountExtras {
            linked_service: one.linked_service.clone(),
            ..extras.clone()
        },
        ..RoleSeed::default()
    }
}
