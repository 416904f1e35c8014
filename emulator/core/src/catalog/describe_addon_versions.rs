//! `DescribeAddonVersions`: the add-ons, their versions and what they run on.

use eks_emulator_api::eks::{
    self, AddonInfo, AddonVersionInfo, Compatibility, DescribeAddonVersionsRequest,
    DescribeAddonVersionsResponse, Error,
};

use super::contents::Catalog;
use super::offer::{OfferedAddon, OfferedVersion};
use crate::page::Page;

/// The add-ons that pass every filter, in ascending order of name, each with
/// its versions newest first.
///
/// Filters with several values let any of them pass; `types`, `publishers`
/// and `owners` are compared exactly, the add-on's name without case. With
/// `kubernetesVersion`, versions that do not run on it are left out, and so
/// are add-ons without any; the others list only that compatibility. An add-on
/// nobody knows gives an empty list, not an error.
///
/// Errors: `InvalidParameterException` for a `nextToken` that this operation
/// has not given for the same filters.
///
/// Source: EKS API reference, DescribeAddonVersions; aws-cli example
/// `describe-addon-versions`; marcincuber/eks issue 10 (the empty list).
pub fn describe_addon_versions(
    catalog: &Catalog,
    input: DescribeAddonVersionsRequest,
) -> Result<DescribeAddonVersionsResponse, Error> {
    let page = page(&input)?;
    let selected = catalog
        .addons()
        .filter(|addon| page.after().is_none_or(|after| addon.name() > after))
        .filter(|addon| selects(&input, *addon));
    let (addons, next_token) = page.take(selected, |addon| addon.name().to_owned());
    let kubernetes_version = input.kubernetes_version.as_deref();
    Ok(DescribeAddonVersionsResponse {
        addons: Some(
            addons
                .into_iter()
                .map(|addon| describe_addon(addon, kubernetes_version))
                .collect(),
        ),
        next_token,
    })
}

/// The page asked for; its token is good for the same filters only.
fn page(input: &DescribeAddonVersionsRequest) -> Result<Page, Error> {
    let filters = (
        &input.addon_name,
        &input.kubernetes_version,
        &input.types,
        &input.publishers,
        &input.owners,
    );
    let scope = format!("DescribeAddonVersions {filters:?}");
    Page::new(&scope, input.max_results, input.next_token.as_deref())
}

fn selects(input: &DescribeAddonVersionsRequest, addon: OfferedAddon<'_>) -> bool {
    let named = input.addon_name.as_deref();
    named.is_none_or(|name| addon.name().eq_ignore_ascii_case(name))
        && contains_if_any(input.types.as_deref(), addon.r#type())
        && contains_if_any(input.publishers.as_deref(), addon.publisher())
        && contains_if_any(input.owners.as_deref(), addon.owner())
        && input
            .kubernetes_version
            .as_deref()
            .is_none_or(|version| addon.is_offered_for(version))
}

/// Whether `value` is among `wanted`; a filter without values lets all pass.
fn contains_if_any(wanted: Option<&[String]>, value: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|each| each == value))
}

fn describe_addon(addon: OfferedAddon<'_>, kubernetes_version: Option<&str>) -> AddonInfo {
    let versions = addon.versions().filter(|version| {
        kubernetes_version.is_none_or(|kubernetes_version| version.supports(kubernetes_version))
    });
    AddonInfo {
        addon_name: Some(addon.name().to_owned()),
        r#type: Some(addon.r#type().to_owned()),
        addon_versions: Some(
            versions
                .map(|version| describe_version(version, kubernetes_version))
                .collect(),
        ),
        publisher: Some(addon.publisher().to_owned()),
        owner: Some(addon.owner().to_owned()),
        marketplace_information: addon.product().map(|product| eks::MarketplaceInformation {
            product_id: product.product_id,
            product_url: product.product_url,
        }),
        default_namespace: Some(addon.default_namespace().to_owned()),
    }
}

fn describe_version(
    version: OfferedVersion<'_>,
    kubernetes_version: Option<&str>,
) -> AddonVersionInfo {
    let compatibilities = match kubernetes_version {
        Some(cluster_version) => vec![describe_compatibility(version, cluster_version.to_owned())],
        None => version
            .kubernetes_versions()
            .into_iter()
            .map(|cluster_version| describe_compatibility(version, cluster_version))
            .collect(),
    };
    AddonVersionInfo {
        addon_version: Some(version.version().to_owned()),
        architecture: Some(version.architectures()),
        compute_types: Some(version.compute_types()),
        compatibilities: Some(compatibilities),
        requires_configuration: Some(version.requires_configuration()),
        requires_iam_permissions: Some(version.requires_iam_permissions()),
    }
}

fn describe_compatibility(version: OfferedVersion<'_>, cluster_version: String) -> Compatibility {
    Compatibility {
        default_version: Some(version.is_default_for(&cluster_version)),
        platform_versions: Some(version.platform_versions(&cluster_version)),
        cluster_version: Some(cluster_version),
    }
}
