//! EKS add-ons: their life, their versions, and the associations they own.

mod check;
pub(crate) mod configuration_values;
mod conflict;
mod create;
mod delete;
mod error;
mod force;
mod health;
mod list;
mod ownership;
pub(super) mod seed;
mod update;

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    self, AddonHealth, AddonIssue, AddonIssueCode, AddonNamespaceConfigResponse, AddonStatus,
    MarketplaceInformation,
};

pub(super) use health::End;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, OfferedAddon};
use crate::cluster::idempotency::CallKey;
use crate::cluster::pod_identity_association::AssociationId;
use crate::cluster::update::Updates;
use crate::cluster::{Cluster, moved};
use crate::environment::Environment;
use crate::event::{AddonReference, EventKind};
use crate::kubernetes::Desired;
use crate::lifecycle::Issue;
use crate::state::changes;
use crate::tagging::Tags;

/// An add-on of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Addon {
    /// Its name and ARN, as events say them.
    reference: Arc<AddonReference>,
    status: AddonStatus,
    version: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issues: Vec<Issue>,
    created_at: Timestamp,
    modified_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_account_role_arn: Option<String>,
    /// As the caller wrote them, JSON or YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration_values: Option<String>,
    namespace: String,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    /// The associations it owns, in the order they were asked for; `None`
    /// until they were first asked for or the add-on was first updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owned: Option<Vec<AssociationId>>,
    updates: Updates,
    /// How conflicts are resolved by the creation or update under way.
    resolution: conflict::Resolution,
    /// What waits for its pods to roll out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    awaits_rollout: Option<End>,
    /// Fields in which live objects differed from what it is to have when the
    /// creation or update under way began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    differing: Vec<String>,
    /// The calls that made and updated it, to be answered again as long as
    /// it lives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    calls: Vec<CallKey>,
}

changes! {
    /// What has changed of an add-on.
    pub(super) struct AddonChanges of Addon {
        reference: Arc<AddonReference>,
        status: AddonStatus,
        version: String,
        issues: Vec<Issue>,
        created_at: Timestamp,
        modified_at: Timestamp,
        service_account_role_arn: Option<String>,
        configuration_values: Option<String>,
        namespace: String,
        tags: Tags,
        owned: Option<Vec<AssociationId>>,
        updates: Updates,
        resolution: conflict::Resolution,
        awaits_rollout: Option<End>,
        differing: Vec<String>,
        calls: Vec<CallKey>,
    }
}

impl Addon {
    pub(super) fn name(&self) -> &str {
        &self.reference.name
    }

    pub(super) fn role_arn(&self) -> Option<&str> {
        self.service_account_role_arn.as_deref()
    }

    /// Whether it waits for its pods to roll out.
    pub(super) fn awaits_rollout(&self) -> bool {
        self.awaits_rollout.is_some()
    }

    /// Whether this update of it waits for its pods to roll out.
    pub(super) fn awaits_rollout_of(&self, update_id: &str) -> bool {
        matches!(&self.awaits_rollout, Some(End::Update(id)) if **id == *update_id)
    }

    /// What it is to have on the cluster.
    pub(super) fn desired<'a>(&self, definition: OfferedAddon<'a>) -> Desired<'a> {
        let values = self.configuration_values.as_deref();
        let values = values.and_then(configuration_values::parsed);
        let role_arn = self.role_arn();
        Desired::new(
            definition,
            &self.version,
            &self.namespace,
            role_arn,
            values.as_ref(),
        )
    }

    pub(super) fn arn(&self) -> &str {
        &self.reference.arn
    }

    /// What events say of it.
    fn reference(&self) -> Arc<AddonReference> {
        self.reference.clone()
    }

    pub(super) fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }

    pub(super) fn updates(&self) -> &Updates {
        &self.updates
    }

    pub(super) fn owned(&self) -> &[AssociationId] {
        self.owned.as_deref().unwrap_or_default()
    }

    pub(super) fn status(&self) -> AddonStatus {
        self.status
    }

    /// Gives what there is to tell of it.
    fn change_status(&mut self, at: Timestamp, status: AddonStatus) -> EventKind {
        self.modified_at = moved(self.modified_at, at);
        EventKind::AddonStatusChanged {
            addon: self.reference(),
            from: Some(std::mem::replace(&mut self.status, status)),
            status,
        }
    }

    pub(super) fn owned_mut(&mut self) -> Option<&mut Vec<AssociationId>> {
        self.owned.as_mut()
    }
}

impl Cluster {
    /// The view of an add-on that the API gives. It is built here only.
    fn describe_addon_view(&self, environment: &Environment<'_>, addon: &Addon) -> eks::Addon {
        let arns = |ids: &Vec<AssociationId>| {
            ids.iter()
                .map(|id| self.association_arn(*id))
                .collect::<Vec<_>>()
        };
        let marketplace = marketplace(environment.catalog, addon.name());
        eks::Addon {
            addon_name: Some(addon.name().to_owned()),
            cluster_name: Some((*self.name).to_owned()),
            status: Some(addon.status),
            addon_version: Some(addon.version.clone()),
            health: Some(AddonHealth {
                issues: Some(addon.issues.iter().map(view).collect()),
            }),
            addon_arn: Some(addon.arn().to_owned()),
            created_at: Some(addon.created_at),
            modified_at: Some(addon.modified_at),
            service_account_role_arn: addon.service_account_role_arn.clone(),
            tags: Some(addon.tags.clone()),
            publisher: marketplace.map(|definition| definition.publisher().to_owned()),
            owner: marketplace.map(|definition| definition.owner().to_owned()),
            marketplace_information: marketplace.and_then(marketplace_information),
            configuration_values: addon.configuration_values.clone(),
            pod_identity_associations: addon.owned.as_ref().map(arns),
            namespace_config: Some(AddonNamespaceConfigResponse {
                namespace: Some(addon.namespace.clone()),
            }),
        }
    }

    fn set_addon_status(&mut self, at: Timestamp, addon_name: &str, status: AddonStatus) {
        if let Some(addon) = self.addons.get_mut(addon_name) {
            let event = addon.change_status(at, status);
            self.record(at, event);
        }
    }
}

/// Publisher, owner and product are shown for marketplace add-ons only.
///
/// Source: outputs for AWS add-ons, which show none of them.
fn marketplace<'a>(catalog: &'a Catalog, addon_name: &str) -> Option<OfferedAddon<'a>> {
    let definition = catalog.addon(addon_name);
    definition.filter(|definition| definition.owner() == "aws-marketplace")
}

fn marketplace_information(definition: OfferedAddon<'_>) -> Option<MarketplaceInformation> {
    definition.product().map(|product| MarketplaceInformation {
        product_id: product.product_id,
        product_url: product.product_url,
    })
}

/// Codes that add-ons do not have are `InternalFailure` there.
fn view(issue: &Issue) -> AddonIssue {
    let code = AddonIssueCode::parse(issue.code.as_str());
    let code = code.unwrap_or(AddonIssueCode::InternalFailure);
    AddonIssue {
        code: Some(code),
        message: Some(issue.message.clone()),
        resource_ids: issue.resource_ids.clone(),
    }
}
