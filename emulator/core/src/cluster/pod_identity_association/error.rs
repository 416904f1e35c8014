//! The service's sentences about pod identity associations.

use eks_emulator_api::eks::{
    Error, InvalidParameterException, ResourceInUseException, ResourceLimitExceededException,
};

use super::AssociationId;
use crate::arn::RoleArn;
use crate::cluster::error::{cross_account_pass_role, invalid_parameter, not_found};
use crate::proposed;
use crate::region::AccountRegion;

/// A service account has one association at most, and nobody takes over one
/// that exists.
///
/// Source: crossplane-on-eks issue 168, aws/eks-hybrid issue 679.
pub(crate) fn association_already_exists(cluster_name: &str, id: AssociationId) -> Error {
    ResourceInUseException {
        cluster_name: Some(cluster_name.to_owned()),
        message: Some(format!("Association already exists: {id}")),
        ..Default::default()
    }
    .into()
}

/// Source: aws-samples/eks-workshop-v2 issue 882.
pub(super) fn wrong_id_length() -> Error {
    InvalidParameterException {
        message: Some("The parameter associationId should be 19 characters long.".into()),
        ..Default::default()
    }
    .into()
}

pub(super) fn no_association_found(cluster_name: &str, id: &str) -> Error {
    not_found(cluster_name, proposed::no_association_found(id))
}

pub(crate) fn too_many_associations(cluster_name: &str, limit: usize) -> Error {
    ResourceLimitExceededException {
        cluster_name: Some(cluster_name.to_owned()),
        message: Some(proposed::too_many_associations(limit, cluster_name)),
        ..Default::default()
    }
    .into()
}

pub(super) fn empty(cluster_name: &str, member: &str) -> Error {
    invalid_parameter(cluster_name, proposed::must_not_be_empty(member))
}

/// What is wrong with a role that an association is to use, if anything.
///
/// Any well-formed role of the account passes: whether it exists and whom it
/// trusts is not looked at.
pub(crate) fn check_role(
    cluster_name: &str,
    home: &AccountRegion,
    role_arn: &str,
) -> Result<(), Error> {
    match RoleArn::classify(role_arn, home) {
        RoleArn::Own => Ok(()),
        RoleArn::Foreign => Err(cross_account_pass_role()),
        RoleArn::Malformed => Err(invalid_parameter(
            cluster_name,
            proposed::invalid_role_arn(role_arn),
        )),
    }
}
