//! The rules for tags, and finding out what an ARN to be tagged names.

use std::collections::BTreeMap;

use eks_emulator_api::eks::{BadRequestException, Error, InvalidParameterException};

use crate::arn::Arn;
use crate::proposed;
use crate::region::AccountRegion;

/// The tags of a resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// Source: EKS user guide, "Organize Amazon EKS resources with tags".
const MAXIMUM_TAGS: usize = 50;

/// What the ARN in a tag operation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedResource {
    /// The cluster that the resource is or belongs to.
    pub cluster_name: String,
    pub(crate) kind: TaggedKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TaggedKind {
    Cluster,
    Addon {
        addon_name: String,
        arn: String,
    },
    Association {
        association_id: String,
    },
    /// A resource of a kind that does not exist here.
    Other,
}

impl TaggedResource {
    /// Reads the ARN in a tag operation, as seen from `home`.
    ///
    /// Errors: `BadRequestException` for what is no EKS ARN,
    /// `NotFoundException` for one of another account or region.
    pub fn parse(text: &str, home: &AccountRegion) -> Result<Self, Error> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "eks");
        let arn = arn.ok_or_else(|| bad_request(proposed::invalid_resource_arn(text)))?;
        let at_home = arn.account_id == home.account_id && arn.region == home.region;
        if !at_home || arn.partition != home.partition {
            return Err(resource_was_not_found());
        }
        let parts: Vec<&str> = arn.resource.split('/').collect();
        let kind = match parts[..] {
            ["cluster", _] => TaggedKind::Cluster,
            ["addon", _, addon_name, _] => TaggedKind::Addon {
                addon_name: addon_name.into(),
                arn: text.into(),
            },
            ["podidentityassociation", _, association_id] => TaggedKind::Association {
                association_id: association_id.into(),
            },
            [_, _, ..] => TaggedKind::Other,
            _ => return Err(bad_request(proposed::invalid_resource_arn(text))),
        };
        Ok(Self {
            cluster_name: parts[1].into(),
            kind,
        })
    }
}

/// The tags of a new resource.
///
/// Errors: `InvalidParameterException` for a reserved key.
pub(crate) fn new_tags(tags: Option<Tags>) -> Result<Tags, Error> {
    let tags = tags.unwrap_or_default();
    if tags.keys().any(|key| is_reserved(key)) {
        return Err(InvalidParameterException {
            message: Some(proposed::RESERVED_TAG_PREFIX.into()),
            ..Default::default()
        }
        .into());
    }
    Ok(tags)
}

/// The tags of a resource after more were put on it.
///
/// Errors: `BadRequestException` for a reserved key or too many tags.
pub(crate) fn merged(present: &Tags, more: Tags) -> Result<Tags, Error> {
    if more.keys().any(|key| is_reserved(key)) {
        return Err(bad_request(proposed::RESERVED_TAG_PREFIX));
    }
    let mut merged = present.clone();
    merged.extend(more);
    if merged.keys().filter(|key| !is_reserved(key)).count() > MAXIMUM_TAGS {
        return Err(bad_request(proposed::too_many_tags(MAXIMUM_TAGS)));
    }
    Ok(merged)
}

/// The tags of a resource after some were taken off; absent ones are ignored.
///
/// Errors: `BadRequestException` for a reserved key.
pub(crate) fn without(present: &Tags, keys: &[String]) -> Result<Tags, Error> {
    if keys.iter().any(|key| is_reserved(key)) {
        return Err(bad_request(proposed::RESERVED_TAG_PREFIX));
    }
    let mut rest = present.clone();
    rest.retain(|key, _| !keys.contains(key));
    Ok(rest)
}

fn is_reserved(key: &str) -> bool {
    key.as_bytes()
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"aws:"))
}

fn bad_request(message: impl Into<String>) -> Error {
    BadRequestException {
        message: Some(message.into()),
    }
    .into()
}

/// The resource that a tag operation names does not exist.
///
/// Source of the text: moto, which quotes the AWS CLI.
pub fn resource_was_not_found() -> Error {
    eks_emulator_api::eks::NotFoundException {
        message: Some("Resource was not found".into()),
    }
    .into()
}
