//! `DescribeAddonConfiguration`: the schema and the service accounts of one
//! add-on version.

use eks_emulator_api::eks::{
    AddonPodIdentityConfiguration, DescribeAddonConfigurationRequest,
    DescribeAddonConfigurationResponse, Error,
};

use super::contents::Catalog;
use super::offer::{OfferedAddon, OfferedVersion};
use crate::proposed;

/// What the add-on version can be configured with.
///
/// `partition` is the caller's: the policies' ARNs are rendered in it. A
/// version without anything to recommend has an empty
/// `podIdentityConfiguration`.
///
/// Errors: `InvalidParameterException` for an unknown add-on or version. The
/// sentences are proposals; the service's own are not known.
///
/// Source: EKS API reference, DescribeAddonConfiguration; user guide,
/// "Retrieve IAM information about an Amazon EKS add-on".
pub fn describe_addon_configuration(
    catalog: &Catalog,
    partition: &str,
    input: DescribeAddonConfigurationRequest,
) -> Result<DescribeAddonConfigurationResponse, Error> {
    let addon = catalog
        .addon(&input.addon_name)
        .ok_or_else(|| proposed::addon_not_in_catalog(&input.addon_name))?;
    let version = addon
        .version(&input.addon_version)
        .ok_or_else(|| proposed::addon_version_not_in_catalog(addon.name()))?;
    Ok(describe(partition, addon, version))
}

fn describe(
    partition: &str,
    addon: OfferedAddon<'_>,
    version: OfferedVersion<'_>,
) -> DescribeAddonConfigurationResponse {
    let pod_identity = version.pod_identity().into_iter();
    DescribeAddonConfigurationResponse {
        addon_name: Some(addon.name().to_owned()),
        addon_version: Some(version.version().to_owned()),
        configuration_schema: Some(version.configuration_schema_text().to_owned()),
        pod_identity_configuration: Some(
            pod_identity
                .map(
                    |(service_account, policies)| AddonPodIdentityConfiguration {
                        service_account: Some(service_account.to_owned()),
                        recommended_managed_policies: Some(
                            policies
                                .into_iter()
                                .map(|arn| in_partition(arn, partition))
                                .collect(),
                        ),
                    },
                )
                .collect(),
        ),
    }
}

/// An ARN of the partition `aws` as it is in `partition`.
fn in_partition(arn: &str, partition: &str) -> String {
    match arn.strip_prefix("arn:aws:") {
        Some(rest) => format!("arn:{partition}:{rest}"),
        None => arn.to_owned(),
    }
}
