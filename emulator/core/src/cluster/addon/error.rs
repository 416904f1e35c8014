//! The service's sentences about add-ons.

use eks_emulator_api::eks::{
    AddonStatus, Error, InvalidParameterException, InvalidRequestException, ResourceInUseException,
    ResourceNotFoundException,
};

use crate::proposed;

/// Source: EKS user guide, "Delete an add-on".
pub(super) fn no_addon_found(cluster_name: &str, addon_name: &str) -> Error {
    ResourceNotFoundException {
        cluster_name: Some(cluster_name.to_owned()),
        addon_name: Some(addon_name.to_owned()),
        message: Some(format!(
            "No addon: {addon_name} found in cluster: {cluster_name}"
        )),
        ..Default::default()
    }
    .into()
}

/// No member is filled. Source: wandb/terraform-aws-wandb issue 230.
pub(super) fn addon_already_exists() -> Error {
    ResourceInUseException {
        message: Some("Addon already exists.".into()),
        ..Default::default()
    }
    .into()
}

/// Source: eksctl issue 8091, cdk-eks-blueprints issue 447.
pub(super) fn addon_is_busy(cluster_name: &str, addon_name: &str, status: AddonStatus) -> Error {
    ResourceInUseException {
        cluster_name: Some(cluster_name.to_owned()),
        addon_name: Some(addon_name.to_owned()),
        message: Some(format!(
            "Addon {addon_name} cannot be updated as it is currently in {status} state"
        )),
        ..Default::default()
    }
    .into()
}

/// What a request about an add-on got wrong: the cluster's and the add-on's
/// name go with every such error.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) cluster_name: &'a str,
    pub(super) addon_name: &'a str,
}

impl Subject<'_> {
    /// Source: marcincuber/eks issue 10.
    pub(super) fn not_offered(self, kubernetes_version: &str) -> Error {
        self.invalid_parameter(format!(
            "Addon {} specified is not supported in {kubernetes_version} kubernetes version",
            self.addon_name
        ))
    }

    /// Source: hashicorp/terraform-provider-aws issue 20559.
    pub(super) fn version_not_supported(self) -> Error {
        self.invalid_parameter("Addon version specified is not supported")
    }

    /// Source: hashicorp/terraform-provider-aws issue 24149.
    pub(super) fn platform_version_too_old(self) -> Error {
        self.invalid_parameter(
            "Addon version specified is not supported for the cluster platform version",
        )
    }

    /// Source: aws/containers-roadmap issue 2712.
    pub(super) fn no_pod_identity(self, version: &str) -> Error {
        self.invalid_parameter(format!(
            "Pod Identity feature is not supported for addon version: {version}"
        ))
    }

    /// Source: terraform-aws-modules/terraform-aws-eks issue 3520.
    pub(super) fn unknown_service_account(self, service_account: &str) -> Error {
        self.invalid_parameter(format!(
            "Service account {service_account} in pod identity configuration is not supported for addon {}",
            self.addon_name
        ))
    }

    /// The add-on operations have no exception for quotas.
    pub(super) fn too_many_associations(self, limit: usize) -> Error {
        InvalidRequestException {
            cluster_name: Some(self.cluster_name.to_owned()),
            addon_name: Some(self.addon_name.to_owned()),
            message: Some(proposed::too_many_associations(limit, self.cluster_name)),
            ..Default::default()
        }
        .into()
    }

    /// A bad parameter.
    pub(super) fn invalid_parameter(self, message: impl Into<String>) -> Error {
        InvalidParameterException {
            cluster_name: Some(self.cluster_name.to_owned()),
            addon_name: Some(self.addon_name.to_owned()),
            message: Some(message.into()),
            ..Default::default()
        }
        .into()
    }
}
