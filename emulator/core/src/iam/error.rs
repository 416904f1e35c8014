//! What IAM says when it refuses, one constructor per sentence.
//!
//! Sentences without a source note are common knowledge: users paste them in
//! public reports of the Terraform provider, eksctl and the AWS CLI. Those
//! that nobody has published say *proposed*.
//!
//! Names, paths and lengths are not here: what breaks the shapes of the
//! service model is refused before a command runs.

use std::fmt::Display;

use eks_emulator_api::iam::{
    AccessDenied, DeleteConflictException, EntityAlreadyExistsException, Error,
    InvalidInputException, LimitExceededException, MalformedPolicyDocumentException,
    NoSuchEntityException, PolicyNotAttachableException, UnmodifiableEntityException,
    ValidationError,
};

/// One function per exception: its message to the error.
macro_rules! exceptions {
    ($($name:ident => $exception:ident,)+) => {
        $(fn $name(message: impl Into<String>) -> Error {
            $exception { message: Some(message.into()) }.into()
        })+
    };
}

exceptions! {
    access_denied => AccessDenied,
    delete_conflict => DeleteConflictException,
    entity_already_exists => EntityAlreadyExistsException,
    invalid_input => InvalidInputException,
    limit_exceeded => LimitExceededException,
    no_such_entity => NoSuchEntityException,
    policy_not_attachable => PolicyNotAttachableException,
    unmodifiable_entity => UnmodifiableEntityException,
    validation_error => ValidationError,
}

// Roles.

pub(super) fn no_such_role(role_name: &str) -> Error {
    no_such_entity(format!("The role with name {role_name} cannot be found."))
}

pub(super) fn role_already_exists(role_name: &str) -> Error {
    entity_already_exists(format!("Role with name {role_name} already exists."))
}

/// A role that a service or AWS itself owns.
pub(super) fn protected_role(role_name: &str) -> Error {
    unmodifiable_entity(format!(
        "Cannot perform the operation on the protected role '{role_name}' - this role is only \
         modifiable by AWS"
    ))
}

pub(super) fn role_has_attached_policies() -> Error {
    delete_conflict("Cannot delete entity, must detach all policies first.")
}

pub(super) fn role_has_inline_policies() -> Error {
    delete_conflict("Cannot delete entity, must delete policies first.")
}

pub(super) fn no_such_role_policy(policy_name: &str) -> Error {
    no_such_entity(format!(
        "The role policy with name {policy_name} cannot be found."
    ))
}

/// All inline policies of the role together are too long.
pub(super) fn inline_policies_too_long(role_name: &str, limit: usize) -> Error {
    limit_exceeded(format!(
        "Maximum policy size of {limit} bytes exceeded for role {role_name}"
    ))
}

pub(super) fn no_such_instance_profile(name: &str) -> Error {
    no_such_entity(format!("Instance Profile {name} cannot be found."))
}

/// A limit of the account or of one resource. Sources: `ACLSizePerRole`,
/// `PoliciesPerRole`, `PolicySize`, `RolesPerAccount` and
/// `ClientIdsPerOpenIdConnectProvider` from reports; the names of the others
/// are *proposed*.
pub(super) fn quota_exceeded(quota: &str, limit: usize) -> Error {
    limit_exceeded(format!("Cannot exceed quota for {quota}: {limit}"))
}

// Service-linked roles.

/// A suffix that makes the name of the role too long: the sentence of the
/// framework.
pub(super) fn role_name_too_long(limit: usize) -> Error {
    validation_error(format!(
        "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member \
         must have length less than or equal to {limit}"
    ))
}

/// Source: workshops of Karpenter, where the role for spot instances is there.
pub(super) fn service_role_name_taken(role_name: &str) -> Error {
    invalid_input(format!(
        "Service role name {role_name} has been taken in this account, please try a different \
         suffix."
    ))
}

/// Source: reports about CloudFormation and `es.amazonaws.com`.
pub(super) fn custom_suffix_not_allowed(service_name: &str) -> Error {
    invalid_input(format!("Custom suffix is not allowed for {service_name}"))
}

/// *Proposed.*
pub(super) fn unknown_service(service_name: &str) -> Error {
    invalid_input(format!("Service name {service_name} is not valid."))
}

// Managed policies.

/// The policy to be attached does not exist.
pub(super) fn policy_not_attachable_or_missing(policy_arn: &str) -> Error {
    no_such_entity(format!(
        "Policy {policy_arn} does not exist or is not attachable."
    ))
}

pub(super) fn no_such_policy(policy_arn: &str) -> Error {
    no_such_entity(format!("Policy {policy_arn} was not found."))
}

/// Source: the test suites of moto and LocalStack.
pub(super) fn no_such_policy_version(policy_arn: &str, version_id: &str) -> Error {
    no_such_entity(format!(
        "Policy {policy_arn} version {version_id} does not exist or is not attachable."
    ))
}

pub(super) fn policy_already_exists(policy_name: &str) -> Error {
    entity_already_exists(format!(
        "A policy called {policy_name} already exists. Duplicate names are not allowed."
    ))
}

/// The same sentence for a policy that is a boundary is *proposed*.
pub(super) fn policy_is_attached() -> Error {
    delete_conflict("Cannot delete a policy attached to entities.")
}

pub(super) fn policy_has_versions() -> Error {
    delete_conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the \
         policy's versions. The default version is deleted with the policy.",
    )
}

pub(super) fn version_is_default() -> Error {
    delete_conflict("Cannot delete the default version of a policy.")
}

pub(super) fn too_many_policy_versions(limit: usize) -> Error {
    limit_exceeded(format!(
        "A managed policy can have up to {limit} versions. Before you create a new version, you \
         must delete an existing version."
    ))
}

/// *Proposed*: the sentence on AWS names the caller, whom IAM does not know
/// here.
pub(super) fn policy_of_aws(policy_arn: &str) -> Error {
    access_denied(format!("Cannot modify AWS managed policy {policy_arn}"))
}

/// A policy for service-linked roles and a role that is not one.
pub(super) fn service_role_policy() -> Error {
    policy_not_attachable("Cannot attach a Service Role Policy to a Customer Role.")
}

/// Source: reports of users of ROSA and CDK.
pub(super) fn no_such_boundary(policy_arn: &str) -> Error {
    no_such_entity(format!(
        "Scope ARN: {policy_arn} does not exist or is not attachable."
    ))
}

pub(super) fn invalid_arn(arn: &str) -> Error {
    invalid_input(format!("ARN {arn} is not valid."))
}

// Policy documents.

/// The reason is the message.
pub(super) fn malformed_policy(reason: impl Display) -> Error {
    MalformedPolicyDocumentException {
        message: Some(reason.to_string()),
    }
    .into()
}

// OpenID Connect providers. Sources: the suites of moto, LocalStack and
// versity/versitygw, which compare with IAM.

pub(super) fn no_such_oidc_provider(arn: &str) -> Error {
    no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
}

pub(super) fn oidc_provider_already_exists(url: &str) -> Error {
    entity_already_exists(format!("Provider with url {url} already exists."))
}

pub(super) fn invalid_oidc_provider_arn(arn: &str) -> Error {
    validation_error(format!("Invalid ARN: {arn}"))
}

pub(super) fn oidc_url_without_scheme() -> Error {
    validation_error("Invalid Open ID Connect Provider URL")
}

pub(super) fn oidc_url_not_https() -> Error {
    invalid_input("Invalid Open ID Connect Provider URL. The URL must begin with https://.")
}

pub(super) fn invalid_oidc_url() -> Error {
    invalid_input("Invalid Open ID Connect Provider URL.")
}

/// The sentence says fewer and means at most.
pub(super) fn too_many_thumbprints(limit: usize) -> Error {
    invalid_input(format!(
        "Thumbprint list must contain fewer than {limit} entries."
    ))
}

// Tags.

pub(super) fn duplicate_tag_keys_in_any_case() -> Error {
    invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

pub(super) fn duplicate_tag_keys() -> Error {
    invalid_input("Duplicate tag keys found.")
}

/// Source: versity/versitygw, which compares with IAM.
pub(super) fn too_many_tags() -> Error {
    limit_exceeded("The number of tags has reached the maximum limit.")
}

/// Source: the sentence of several services; for IAM it is *proposed*.
pub(super) fn reserved_tag_key() -> Error {
    invalid_input("aws: prefixed tag key names are not allowed for external use.")
}

// Listings.

/// *Proposed.*
pub(super) fn invalid_marker() -> Error {
    validation_error("Invalid Marker")
}
