//! `UpdateAddon`.

use eks_emulator_api::eks::{
    AddonPodIdentityAssociations, AddonStatus, Error, UpdateAddonRequest, UpdateAddonResponse,
    UpdateParamType, UpdateType,
};
use serde_json::json;

use super::Addon;
use super::check::check_configuration;
use super::conflict::Resolution;
use super::error::{self, Subject};
use super::ownership::OwnershipChange;
use crate::cluster::Cluster;
use crate::cluster::idempotency::{Answer, Call};
use crate::cluster::transition;
use crate::cluster::update::Param;
use crate::environment::Environment;
use crate::lifecycle::Change;

/// A change of an add-on that passed its checks.
struct CheckedUpdate {
    addon_name: String,
    version: Option<String>,
    ownership: Option<OwnershipChange>,
    params: Vec<Param>,
}

impl Cluster {
    /// Changes an add-on. Absent members stay as they are, but for
    /// `serviceAccountRoleArn`: absent, it clears the role. A list of
    /// associations replaces what the add-on owns.
    ///
    /// Source: the Terraform provider and eksctl, which send the role again
    /// with every update; hashicorp/terraform-provider-aws issue 30645; EKS
    /// user guide, "Update an Amazon EKS add-on".
    ///
    /// Errors: `ResourceNotFoundException`; `ResourceInUseException` for an
    /// add-on in transition or a service account with an association;
    /// otherwise as for creating.
    pub fn update_addon(
        &mut self,
        environment: &Environment<'_>,
        input: UpdateAddonRequest,
    ) -> Result<UpdateAddonResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("UpdateAddon", token, &input);
        let addon_name = self.require_addon(&input.addon_name)?.name().to_owned();
        if let Some(Answer::Update(update)) = self.replays.find(&call)? {
            return Ok(UpdateAddonResponse {
                update: Some((**update).clone()),
            });
        }
        let checked = self.check_update_of_addon(environment, addon_name, &input)?;
        let addon_name = checked.addon_name.clone();
        let update = self.apply_update_addon(environment, checked, &input);
        if let Some(addon) = self.addons.get_mut(&addon_name) {
            addon.calls.extend(call.key());
        }
        self.replays
            .record(call, Answer::Update(Box::new(update.clone())));
        Ok(UpdateAddonResponse {
            update: Some(update),
        })
    }

    fn check_update_of_addon(
        &self,
        environment: &Environment<'_>,
        addon_name: String,
        input: &UpdateAddonRequest,
    ) -> Result<CheckedUpdate, Error> {
        self.require_active()?;
        let addon = self.require_addon(&addon_name)?;
        let subject = Subject {
            cluster_name: &self.name,
            addon_name: &addon_name,
        };
        if is_busy(addon.status) {
            return Err(error::addon_is_busy(&self.name, &addon_name, addon.status));
        }
        let definition = environment.catalog.addon(&addon_name);
        let definition = definition.ok_or_else(|| subject.not_offered(&self.version))?;
        let asked = input.addon_version.as_deref();
        let new_version = asked
            .map(|asked| self.check_version(subject, definition, Some(asked)))
            .transpose()?;
        let version = new_version
            .or_else(|| definition.version(&addon.version))
            .ok_or_else(|| subject.version_not_supported())?;
        if let Some(values) = &input.configuration_values {
            check_configuration(subject, version, Some(values))?;
        }
        if let Some(role_arn) = &input.service_account_role_arn {
            self.check_role(subject, role_arn)?;
        }
        let place = (version, addon.namespace.as_str());
        let ownership = input
            .pod_identity_associations
            .as_deref()
            .map(|asked| self.check_ownership(environment, subject, Some(addon), place, asked))
            .transpose()?;
        let params = params(input, &addon.namespace);
        Ok(CheckedUpdate {
            version: new_version.map(|version| version.version().to_owned()),
            ownership,
            params,
            addon_name,
        })
    }

    /// New values are visible at once.
    fn apply_update_addon(
        &mut self,
        environment: &Environment<'_>,
        checked: CheckedUpdate,
        input: &UpdateAddonRequest,
    ) -> eks_emulator_api::eks::Update {
        let CheckedUpdate {
            addon_name,
            version,
            ownership,
            params,
        } = checked;
        let affected = ownership
            .as_ref()
            .map(|change| change.affected(&self.associations))
            .unwrap_or_default();
        let place = self.addons.get(&addon_name);
        let place = place.map(|addon| (addon.arn().to_owned(), addon.namespace.clone()));
        let owned = ownership.zip(place).map(|(change, (arn, namespace))| {
            self.apply_ownership(environment, (&arn, &namespace), change)
        });
        let token = input.client_request_token.as_deref();
        let addon = self.addons.get(&addon_name).map(Addon::reference);
        let kind = UpdateType::AddonUpdate;
        let update = self.new_update(environment, addon, kind, params, token);
        let view = update.describe();
        let update_id = update.id.clone();
        if let Some(addon) = self.addons.get_mut(&addon_name) {
            if let Some(version) = version {
                addon.version = version;
            }
            addon.service_account_role_arn = input.service_account_role_arn.clone();
            if input.configuration_values.is_some() {
                addon.configuration_values = input.configuration_values.clone();
            }
            addon.owned = owned.or_else(|| addon.owned.take()).or(Some(Vec::new()));
            addon.resolution = Resolution::on_update(input.resolve_conflicts);
            addon.awaits_rollout = None;
            addon.updates.add(update);
        }
        self.set_addon_status(environment.now, &addon_name, AddonStatus::Updating);
        if self.apply_objects(environment, &addon_name) {
            self.restart_users_of(environment, &addon_name, &affected);
        }
        let subject = transition::Subject::AddonUpdate {
            addon_name,
            update_id,
        };
        self.start(environment, Change::Update, subject);
        view
    }
}

fn is_busy(status: AddonStatus) -> bool {
    matches!(
        status,
        AddonStatus::Creating | AddonStatus::Updating | AddonStatus::Deleting
    )
}

/// What the caller gave, and only that, in the order of pasted outputs.
fn params(input: &UpdateAddonRequest, namespace: &str) -> Vec<Param> {
    let conflicts = input
        .resolve_conflicts
        .map(|resolve| resolve.as_str().to_owned());
    let associations = input.pod_identity_associations.as_deref();
    let given = [
        (UpdateParamType::AddonVersion, input.addon_version.clone()),
        (
            UpdateParamType::ServiceAccountRoleArn,
            input.service_account_role_arn.clone(),
        ),
        (UpdateParamType::ResolveConflicts, conflicts),
        (
            UpdateParamType::ConfigurationValues,
            input.configuration_values.clone(),
        ),
        (
            UpdateParamType::PodIdentityAssociations,
            associations.map(|associations| association_param(associations, namespace)),
        ),
    ];
    given
        .into_iter()
        .filter_map(|(kind, value)| Some((kind, value?)))
        .collect()
}

/// Compact JSON with the namespace added, members in this order.
///
/// Source: hashicorp/terraform-provider-aws issue 30645.
fn association_param(associations: &[AddonPodIdentityAssociations], namespace: &str) -> String {
    let entries: Vec<String> = associations
        .iter()
        .map(|entry| {
            format!(
                r#"{{"serviceAccount":{},"roleArn":{},"namespace":{}}}"#,
                json!(entry.service_account),
                json!(entry.role_arn),
                json!(namespace)
            )
        })
        .collect();
    format!("[{}]", entries.join(","))
}
