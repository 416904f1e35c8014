//! Error texts that are proposals.
//!
//! Nobody has published what the service says in these cases. The sentences
//! are kept together so that they are easy to correct once someone has.

use eks_emulator_api::eks::{Error, InvalidParameterException};

/// `DescribeAddonConfiguration` for an add-on that is not in the catalogue.
pub(crate) fn addon_not_in_catalog(addon_name: &str) -> Error {
    InvalidParameterException {
        addon_name: Some(addon_name.to_owned()),
        message: Some(format!("Addon {addon_name} specified is not supported")),
        ..Default::default()
    }
    .into()
}

/// `DescribeAddonConfiguration` for a version that the add-on does not have.
///
/// The sentence is the one `CreateAddon` gives in that case.
pub(crate) fn addon_version_not_in_catalog(addon_name: &str) -> Error {
    InvalidParameterException {
        addon_name: Some(addon_name.to_owned()),
        message: Some("Addon version specified is not supported".to_owned()),
        ..Default::default()
    }
    .into()
}

/// A `nextToken` that no answer of the operation has given.
pub(crate) const INVALID_NEXT_TOKEN: &str = "Invalid nextToken";

/// A required text that is empty; the protocol layer says the same of one
/// that is missing.
pub(crate) fn must_not_be_empty(member: &str) -> String {
    format!("The parameter {member} must not be empty.")
}

/// A request token that was used before, with other parameters.
pub(crate) const TOKEN_REUSED: &str =
    "The clientRequestToken was already used by a request with different parameters.";

/// Too many clusters in a region.
pub(crate) fn too_many_clusters(limit: usize) -> String {
    format!("You have reached the maximum number of clusters ({limit}) in this region.")
}

/// Too many associations in a cluster.
pub(crate) fn too_many_associations(limit: usize, cluster_name: &str) -> String {
    format!(
        "You have reached the maximum number of Pod Identity associations ({limit}) for cluster {cluster_name}."
    )
}

/// A role ARN of an association or an add-on that is none.
///
/// `CreateCluster` has a known text with quotes around the ARN.
pub(crate) fn invalid_role_arn(role_arn: &str) -> String {
    format!("Invalid Role Arn: {role_arn}")
}

/// The same service account twice in one list.
pub(crate) fn duplicate_service_account(service_account: &str) -> String {
    format!("Duplicate service account {service_account} in pod identity configuration")
}

/// An association that does not exist.
pub(crate) fn no_association_found(association_id: &str) -> String {
    format!("No association found with id: {association_id}")
}

/// `UpdatePodIdentityAssociation` without anything to update.
pub(crate) const NOTHING_TO_UPDATE: &str =
    "At least one of roleArn, targetRoleArn, disableSessionTags or policy must be provided.";

/// A session policy on an association that sends session tags.
pub(crate) const POLICY_NEEDS_DISABLED_SESSION_TAGS: &str =
    "disableSessionTags must be set to true when policy is provided.";

/// A session policy that is not a JSON object.
pub(crate) const POLICY_IS_NOT_JSON: &str = "The policy provided is not a valid JSON document.";

/// A cluster in a status in which it takes no new resources.
///
/// The text is the one known from node groups.
pub(crate) fn cluster_is_not_active(cluster_name: &str) -> String {
    format!("Cluster '{cluster_name}' is not in ACTIVE status")
}

/// A namespace for a marketplace add-on.
pub(crate) fn namespace_is_not_supported(addon_name: &str) -> String {
    format!("Namespace configuration is not supported for addon {addon_name}")
}

/// A namespace that is no RFC 1123 label.
pub(crate) fn invalid_namespace(namespace: &str) -> String {
    format!("The parameter namespaceConfig.namespace is not a valid RFC 1123 label: {namespace}")
}

/// A tag key or value that breaks a rule.
pub(crate) const RESERVED_TAG_PREFIX: &str =
    "Tag keys starting with aws: are reserved for system use.";

/// More tags than a resource may have.
pub(crate) fn too_many_tags(limit: usize) -> String {
    format!("The number of tags exceeds the limit of {limit} tags per resource.")
}

/// A resource ARN that is none.
pub(crate) fn invalid_resource_arn(arn: &str) -> String {
    format!("Invalid resource ARN: {arn}")
}

/// Deletion of a cluster that is protected from it.
pub(crate) fn deletion_protection(cluster_name: &str) -> String {
    format!("Cannot delete cluster {cluster_name} because deletion protection is enabled.")
}

/// An update of the configuration that changes nothing, for the kinds whose
/// text is not known.
pub(crate) fn no_changes_detected(member: &str) -> String {
    format!("No changes detected for {member}")
}

/// `UpdateClusterConfig` without anything to update.
pub(crate) const NO_CONFIGURATION_GIVEN: &str =
    "At least one cluster configuration must be provided.";

/// A change of a cluster's configuration that the service does not offer.
pub(crate) fn immutable(member: &str) -> String {
    format!("{member} cannot be changed once it is set.")
}

/// A support type that a version in extended support cannot go back to.
pub(crate) fn no_standard_support(version: &str) -> String {
    format!(
        "The upgrade policy cannot be changed to STANDARD because Kubernetes version {version} is in extended support."
    )
}

/// Auto Mode on a cluster that brings its own network add-ons.
pub(crate) const AUTO_MODE_NEEDS_NO_SELF_MANAGED_ADDONS: &str =
    "bootstrapSelfManagedAddons must be false when EKS Auto Mode is enabled.";

/// Auto Mode on a cluster without access entries.
pub(crate) const AUTO_MODE_NEEDS_ACCESS_ENTRIES: &str =
    "The authentication mode must be API or API_AND_CONFIG_MAP when EKS Auto Mode is enabled.";

/// Node pools or a node role for Auto Mode that is off.
pub(crate) const COMPUTE_IS_DISABLED: &str =
    "nodePools and nodeRoleArn must not be set when computeConfig is disabled.";

/// A built-in node pool that Auto Mode does not have.
pub(crate) fn unknown_node_pool(name: &str) -> String {
    format!("Invalid node pool: {name}, must be one of these [general-purpose, system]")
}

/// A second pod network; the text for node networks is known.
pub(crate) const ONE_POD_NETWORK: &str = "Only one remotePodNetwork is allowed";

/// A network that is none.
pub(crate) fn invalid_cidr(member: &str, cidr: &str) -> String {
    format!("Invalid CIDR in {member}: {cidr}")
}

/// A service network outside the private ranges or of a wrong size.
pub(crate) fn invalid_service_cidr(cidr: &str) -> String {
    format!(
        "The serviceIpv4Cidr {cidr} must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 and between /24 and /12."
    )
}

/// An IPv4 service network for an IPv6 cluster.
pub(crate) const SERVICE_CIDR_NEEDS_IPV4: &str =
    "serviceIpv4Cidr cannot be specified when ipFamily is ipv6.";

/// A resource other than secrets in an encryption configuration.
pub(crate) const ONLY_SECRETS: &str = "The encryptionConfig resources must be [secrets].";

/// A node port range that is none.
pub(crate) const INVALID_PORT_RANGE: &str =
    "The serviceNodePortRange minPort must not be greater than maxPort.";

/// A horizontal pod autoscaler period on the standard tier.
pub(crate) const SYNC_PERIOD_NEEDS_TIER: &str =
    "horizontalPodAutoscalerSyncPeriod can only be set on a provisioned control plane tier.";

/// A time limit of a rollback outside its bounds.
pub(crate) const INVALID_ROLLBACK_TIMEOUT: &str = "timeoutMinutes must be between 120 and 10080";

/// A capability that does not exist.
pub(crate) fn no_capability_found(name: &str) -> String {
    format!("No capability found for name: {name}")
}

/// An `include` of `ListClusters` other than `all`.
pub(crate) fn unknown_include(value: &str) -> String {
    format!("Invalid include: {value}, must be one of these [all]")
}

/// EKS Auth refuses a token for another reason than its age.
pub(crate) const INVALID_POD_TOKEN: &str = "The token included in the request is invalid.";

/// EKS Auth finds no association for a token's service account.
pub(crate) const NO_ASSOCIATION_FOR_POD: &str =
    "No pod identity association found for the given service account.";
