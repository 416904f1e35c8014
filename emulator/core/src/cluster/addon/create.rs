//! `CreateAddon`.

use std::sync::Arc;

use eks_emulator_api::eks::{
    AddonNamespaceConfigRequest, AddonStatus, CreateAddonRequest, CreateAddonResponse, Error,
};

use super::check::check_configuration;
use super::conflict::Resolution;
use super::error::{self, Subject};
use super::ownership::OwnershipChange;
use super::{Addon, marketplace};
use crate::catalog::{Catalog, OfferedAddon};
use crate::cluster::Cluster;
use crate::cluster::idempotency::{Answer, Call, CallKey};
use crate::cluster::transition;
use crate::cluster::update::Updates;
use crate::environment::Environment;
use crate::event::{AddonReference, EventKind};
use crate::ids::IdKind;
use crate::lifecycle::Change;
use crate::proposed;
use crate::rfc1123::is_label;
use crate::tagging::{Tags, new_tags};

/// A new add-on is modified a moment after it is created.
///
/// Source: outputs of `aws eks create-addon`, 12 to 19 milliseconds apart.
const FIRST_MODIFICATION_MS: i64 = 12;

/// An add-on that may be made.
struct NewAddon {
    name: String,
    version: String,
    namespace: String,
    tags: Tags,
    ownership: Option<OwnershipChange>,
}

impl Cluster {
    /// Installs an add-on, with the associations it is to own. One whose
    /// creation failed is made again.
    ///
    /// Errors: `ResourceInUseException` if the add-on exists or a service
    /// account has an association; `InvalidParameterException` for what is
    /// not supported; `AccessDeniedException` for a role of another account;
    /// `InvalidRequestException` for a cluster that does not work.
    pub fn create_addon(
        &mut self,
        environment: &Environment<'_>,
        input: CreateAddonRequest,
    ) -> Result<CreateAddonResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("CreateAddon", token, &input);
        if let Some(Answer::Addon(addon)) = self.replays.find(&call)? {
            return Ok(CreateAddonResponse {
                addon: Some((**addon).clone()),
            });
        }
        let new = self.check_new_addon(environment, &input)?;
        let name = new.name.clone();
        self.apply_create_addon(environment, new, input, call.key());
        let addon = self
            .addons
            .get(&name)
            .map(|addon| self.describe_addon_view(environment, addon));
        if let Some(addon) = &addon {
            self.replays
                .record(call, Answer::Addon(Box::new(addon.clone())));
        }
        Ok(CreateAddonResponse { addon })
    }

    fn check_new_addon(
        &self,
        environment: &Environment<'_>,
        input: &CreateAddonRequest,
    ) -> Result<NewAddon, Error> {
        self.require_active()?;
        let definition = environment.catalog.addon(&input.addon_name);
        let name = definition.map_or(input.addon_name.as_str(), OfferedAddon::name);
        let subject = Subject {
            cluster_name: &self.name,
            addon_name: name,
        };
        let failed = self.addons.get(name);
        if failed.is_some_and(|addon| addon.status != AddonStatus::CreateFailed) {
            return Err(error::addon_already_exists());
        }
        let definition = definition
            .filter(|definition| definition.is_offered_for(&self.version))
            .ok_or_else(|| subject.not_offered(&self.version))?;
        let version = self.check_version(subject, definition, input.addon_version.as_deref())?;
        let namespace = check_namespace(
            environment.catalog,
            subject,
            definition,
            input.namespace_config.as_ref(),
        )?;
        check_configuration(subject, version, input.configuration_values.as_deref())?;
        if let Some(role_arn) = &input.service_account_role_arn {
            self.check_role(subject, role_arn)?;
        }
        let asked = input.pod_identity_associations.as_deref();
        let place = (version, namespace.as_str());
        let check = |asked| self.check_ownership(environment, subject, failed, place, asked);
        let ownership = match (asked, failed) {
            (Some(asked), _) => Some(check(asked)?),
            (None, Some(_)) => Some(check(&[])?),
            (None, None) => None,
        };
        let tags = new_tags(input.tags.clone())?;
        Ok(NewAddon {
            name: definition.name().to_owned(),
            version: version.version().to_owned(),
            namespace,
            tags,
            ownership,
        })
    }

    fn apply_create_addon(
        &mut self,
        environment: &Environment<'_>,
        new: NewAddon,
        input: CreateAddonRequest,
        creation_key: Option<CallKey>,
    ) {
        let arn = match self.addons.remove(&new.name) {
            Some(mut failed) => {
                self.replays.forget(std::mem::take(&mut failed.calls));
                if failed.namespace != new.namespace {
                    self.uninstall_addon(environment, &new.name);
                }
                failed.arn().to_owned()
            }
            None => self.next_addon_arn(&new.name),
        };
        let asked_for_none = input.pod_identity_associations.is_none();
        let owned = new
            .ownership
            .map(|change| self.apply_ownership(environment, (&arn, &new.namespace), change));
        let addon = Addon {
            reference: Arc::new(AddonReference {
                name: new.name,
                arn,
            }),
            status: AddonStatus::Creating,
            version: new.version,
            issues: Vec::new(),
            created_at: environment.now,
            modified_at: environment.now.plus_milliseconds(FIRST_MODIFICATION_MS),
            service_account_role_arn: input.service_account_role_arn,
            configuration_values: input.configuration_values,
            namespace: new.namespace,
            tags: new.tags,
            owned: owned.filter(|_| !asked_for_none),
            updates: Updates::default(),
            resolution: Resolution::on_create(input.resolve_conflicts),
            awaits_rollout: None,
            differing: Vec::new(),
            calls: creation_key.into_iter().collect(),
        };
        let (addon_name, reference) = (addon.name().to_owned(), addon.reference());
        self.addons.insert(addon_name.clone(), addon);
        let status = AddonStatus::Creating;
        let event = EventKind::AddonStatusChanged {
            addon: reference,
            from: None,
            status,
        };
        self.record(environment.now, event);
        self.apply_objects(environment, &addon_name);
        self.start(
            environment,
            Change::Create,
            transition::Subject::AddonCreate { addon_name },
        );
    }

    pub(super) fn next_addon_arn(&mut self, addon_name: &str) -> String {
        let id = self.ids.next_dashed_hex(IdKind::Addon);
        self.home.eks_arn(&["addon", &self.name, addon_name, &id])
    }
}

/// Source: EKS user guide, "Custom namespace for add-ons".
fn check_namespace(
    catalog: &Catalog,
    subject: Subject<'_>,
    definition: OfferedAddon<'_>,
    request: Option<&AddonNamespaceConfigRequest>,
) -> Result<String, Error> {
    let Some(namespace) = request.and_then(|request| request.namespace.as_deref()) else {
        return Ok(definition.default_namespace().to_owned());
    };
    if marketplace(catalog, definition.name()).is_some() {
        let message = proposed::namespace_is_not_supported(definition.name());
        return Err(subject.invalid_parameter(message));
    }
    if !is_label(namespace) {
        return Err(subject.invalid_parameter(proposed::invalid_namespace(namespace)));
    }
    Ok(namespace.to_owned())
}
