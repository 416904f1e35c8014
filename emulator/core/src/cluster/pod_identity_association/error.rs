//! The service's sentences about pod identity associations.

use eks_emulator_api::eks::{
    Error, InvalidParameterException, ResourceInUseException, ResourceLimitExceededException,
};

use super::AssociationId;
use crate::arn::RoleArn;
use crate::cluster::error::{cross_account_pass_role, invalid_parameter, not_found};
use crate::environment::Environment;
use crate::iam::RoleStanding;
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
pub(super) fn check_role(
    environment: &Environment<'_>,
    cluster_name: &str,
    home: &AccountRegion,
    role_arn: &str,
) -> Result<(), Error> {
    match RoleArn::classify(role_arn, home) {
        RoleArn::Own => check_standing(environment, role_arn),
        RoleArn::Foreign => Err(cross_account_pass_role()),
        RoleArn::Malformed => Err(invalid_parameter(
            cluster_name,
            proposed::invalid_role_arn(role_arn),
        )),
    }
}

/// A role for pods has to exist and to trust EKS when the association is
/// made. It is not looked at again.
///
/// Source of the texts: hashicorp/terraform-provider-aws issues 34717 and
/// 41483, aws/aws-cdk issue 31522.
pub(crate) fn check_standing(environment: &Environment<'_>, role_arn: &str) -> Result<(), Error> {
    let message = match environment.roles.standing(role_arn) {
        RoleStanding::Trusting => return Ok(()),
        RoleStanding::Missing => "Role provided in the request does not exist.",
        RoleStanding::Untrusting => {
            "Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue."
        }
    };
    Err(InvalidParameterException {
        message: Some(message.into()),
        ..Default::default()
    }
    .into())
}
