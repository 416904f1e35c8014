//! The service's sentences about clusters.

use eks_emulator_api::eks::{
    AccessDeniedException, Error, InvalidParameterException, InvalidRequestException,
    ResourceInUseException, ResourceLimitExceededException, ResourceNotFoundException,
};

use crate::proposed;

/// How a cluster that does not exist is reported: operations differ in the
/// members they fill and in a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingCluster {
    /// By operations on the cluster itself; source: cURL answers recorded in
    /// moto, with no member filled.
    OnItself,
    /// By operations on what belongs to a cluster; source:
    /// upbound/configuration-aws-eks issue 9.
    OnAPart,
    /// By `ListAddons`, without a full stop; source:
    /// hashicorp/terraform-provider-aws issue 26528.
    OnListAddons,
}

impl MissingCluster {
    /// The error for the cluster `name`.
    pub fn error(self, name: &str) -> Error {
        let stop = if self == Self::OnListAddons { "" } else { "." };
        ResourceNotFoundException {
            cluster_name: (self != Self::OnItself).then(|| name.to_owned()),
            message: Some(format!("No cluster found for name: {name}{stop}")),
            ..Default::default()
        }
        .into()
    }
}

/// Source: cURL answers recorded in moto; terraform-aws-modules/terraform-aws-eks
/// issue 1262.
pub(super) fn cluster_already_exists(name: &str) -> Error {
    ResourceInUseException {
        cluster_name: Some(name.to_owned()),
        message: Some(format!("Cluster already exists with name: {name}")),
        ..Default::default()
    }
    .into()
}

pub(super) fn too_many_clusters(name: &str, limit: usize) -> Error {
    ResourceLimitExceededException {
        cluster_name: Some(name.to_owned()),
        message: Some(proposed::too_many_clusters(limit)),
        ..Default::default()
    }
    .into()
}

/// Source: hashicorp/terraform-provider-aws issue 38796.
pub(super) fn unsupported_version(name: &str) -> Error {
    invalid_parameter(name, "unsupported Kubernetes version")
}

/// Source: terraform-aws-modules/terraform-aws-eks issue 2607.
pub(super) fn unsupported_version_update(name: &str, from: &str, to: &str) -> Error {
    let message = format!("Unsupported Kubernetes minor version update from {from} to {to}");
    invalid_parameter(name, message)
}

/// A bad parameter of a request about the cluster `name`.
pub(crate) fn invalid_parameter(name: &str, message: impl Into<String>) -> Error {
    InvalidParameterException {
        cluster_name: Some(name.to_owned()),
        message: Some(message.into()),
        ..Default::default()
    }
    .into()
}

/// A request that does not fit the state of the cluster `name`.
pub(crate) fn invalid_request(name: &str, message: impl Into<String>) -> Error {
    InvalidRequestException {
        cluster_name: Some(name.to_owned()),
        message: Some(message.into()),
        ..Default::default()
    }
    .into()
}

/// The cluster is in a status in which the request makes no sense.
pub(crate) fn cluster_is_not_active(name: &str) -> Error {
    invalid_request(name, proposed::cluster_is_not_active(name))
}

/// Source: aws-controllers-k8s/community issue 1192; aws/aws-cdk issue 33452.
pub(super) fn update_in_progress(name: &str, requested: &str, update_id: &str) -> Error {
    in_use(
        name,
        format!(
            "Cannot {requested} because cluster {name} currently has update {update_id} in progress"
        ),
    )
}

/// Source: texts matched by the Terraform provider and by CloudFormation
/// custom resources.
pub(super) fn cannot_delete_during_update(name: &str) -> Error {
    in_use(
        name,
        format!("Cannot delete because cluster {name} currently has an update in progress"),
    )
}

fn in_use(name: &str, message: String) -> Error {
    ResourceInUseException {
        cluster_name: Some(name.to_owned()),
        message: Some(message),
        ..Default::default()
    }
    .into()
}

/// A role of another account, or an empty text where a role belongs.
///
/// Source: eksctl issue 8718; calls of the Terraform provider's `aws_eks_addon`.
pub(crate) fn cross_account_pass_role() -> Error {
    AccessDeniedException {
        message: Some("Cross-account pass role is not allowed.".into()),
    }
    .into()
}

/// Source: aws/aws-cli issue 10252.
pub(super) fn no_update_found(name: &str, update_id: &str) -> Error {
    not_found(name, format!("No update found for ID: {update_id}"))
}

/// A part of the cluster `name` that does not exist.
pub(crate) fn not_found(name: &str, message: String) -> Error {
    ResourceNotFoundException {
        cluster_name: Some(name.to_owned()),
        message: Some(message),
        ..Default::default()
    }
    .into()
}

/// Source: cURL answers recorded in moto; EKS user guide.
pub(super) fn no_node_group_found(name: &str, nodegroup_name: &str) -> Error {
    ResourceNotFoundException {
        cluster_name: Some(name.to_owned()),
        nodegroup_name: Some(nodegroup_name.to_owned()),
        message: Some(format!("No node group found for name: {nodegroup_name}.")),
        ..Default::default()
    }
    .into()
}
