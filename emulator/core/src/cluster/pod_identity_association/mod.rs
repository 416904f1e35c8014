//! EKS Pod Identity associations: which role the pods of a service account get.

mod command;
mod document;
mod error;
mod list;
pub(super) mod seed;
mod store;

use std::cmp::Ordering;
use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks;
use serde::{Deserialize, Serialize};

pub(crate) use error::{association_already_exists, check_standing};
pub(crate) use store::Associations;

use crate::cluster::Cluster;
use crate::cluster::idempotency::CallKey;
use crate::state::whole_changes;
use crate::tagging::Tags;

/// The part of an association's id behind `a-`: 17 characters of `[a-z0-9]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AssociationId([u8; 17]);

impl Ord for AssociationId {
    fn cmp(&self, other: &Self) -> Ordering {
        // By number, not byte by byte: looking for an association compares ids
        // and does little else.
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for AssociationId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl AssociationId {
    /// What orders ids as their characters do.
    fn number(self) -> (u128, u8) {
        let [first @ .., last] = self.0;
        (u128::from_be_bytes(first), last)
    }

    /// The id made from 17 characters of `[a-z0-9]`.
    pub(crate) const fn new(characters: [u8; 17]) -> Self {
        Self(characters)
    }

    /// Reads `a-` and 17 characters of `[a-z0-9]`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let characters: [u8; 17] = text.strip_prefix("a-")?.as_bytes().try_into().ok()?;
        let is_base36 = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        characters.iter().all(is_base36).then_some(Self(characters))
    }
}

impl std::fmt::Display for AssociationId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // In one piece, so that a string has its size from the beginning.
        let mut text = *b"a-00000000000000000";
        text[2..].copy_from_slice(&self.0);
        formatter.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// One association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Association {
    pub(crate) id: AssociationId,
    pub(crate) namespace: Box<str>,
    pub(crate) service_account: Box<str>,
    pub(crate) role_arn: Box<str>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    /// The ARN of the add-on that made it and deletes it with itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner_arn: Option<Arc<str>>,
    pub(crate) disable_session_tags: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target_role_arn: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Box<str>>,
    /// The call that made it, to be answered again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) creation_key: Option<CallKey>,
}

whole_changes!(Association);

impl Cluster {
    /// The ARN of an association of this cluster.
    pub(super) fn association_arn(&self, id: AssociationId) -> String {
        let id = id.to_string();
        self.home
            .eks_arn(&["podidentityassociation", &self.name, &id])
    }

    /// The view of an association that the API gives. It is built here only.
    fn describe_association(&self, association: &Association) -> eks::PodIdentityAssociation {
        eks::PodIdentityAssociation {
            cluster_name: Some((*self.name).to_owned()),
            namespace: Some(association.namespace.to_string()),
            service_account: Some(association.service_account.to_string()),
            role_arn: Some(association.role_arn.to_string()),
            association_arn: Some(self.association_arn(association.id)),
            association_id: Some(association.id.to_string()),
            tags: Some(association.tags.clone()),
            created_at: Some(association.created_at),
            modified_at: Some(association.modified_at),
            owner_arn: association
                .owner_arn
                .as_ref()
                .map(|owner_arn| owner_arn.to_string()),
            disable_session_tags: Some(association.disable_session_tags),
            target_role_arn: association.target_role_arn.as_deref().map(str::to_owned),
            external_id: association
                .target_role_arn
                .as_ref()
                .map(|_| self.external_id(association)),
            policy: association.policy.as_deref().map(str::to_owned),
        }
    }

    /// Proves to the target role who is asking. It depends on the names
    /// alone, so that it survives deletion and creation.
    ///
    /// Source: AWS containers blog on cross-account access with EKS Pod Identity.
    pub(super) fn external_id(&self, association: &Association) -> String {
        format!(
            "{}/{}/{}/{}/{}",
            self.home.region,
            self.home.account_id,
            self.name,
            association.namespace,
            association.service_account
        )
    }
}
