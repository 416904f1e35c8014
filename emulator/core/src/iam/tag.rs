//! The tags of roles, policies and OpenID Connect providers.

use eks_emulator_api::iam::{Error, Tag};
use serde::{Deserialize, Serialize};

use super::error;
use super::page::{Asked, Listing};

/// Source: IAM user guide, "IAM and AWS STS quotas".
const MAXIMUM_TAGS: usize = 50;

/// Whether keys that differ only in case are the same.
///
/// Source: IAM user guide, "Tags for AWS Identity and Access Management
/// resources": for users and roles they are, for other resources not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum KeyCase {
    /// They are; the key keeps the case it was last written in.
    Ignored,
    /// They are not.
    Sensitive,
}

impl KeyCase {
    fn is_same(self, one: &str, other: &str) -> bool {
        match self {
            Self::Ignored => one.to_lowercase() == other.to_lowercase(),
            Self::Sensitive => one == other,
        }
    }

    fn duplicate_keys(self) -> Error {
        match self {
            Self::Ignored => error::duplicate_tag_keys_in_any_case(),
            Self::Sensitive => error::duplicate_tag_keys(),
        }
    }
}

/// The tags of one resource, in the order they were put on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Tags {
    key_case: KeyCase,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "key_and_value")]
    tags: Vec<Tag>,
}

/// Tags in documents: pairs of key and value.
mod key_and_value {
    use eks_emulator_api::iam::Tag;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(tags: &[Tag], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(tags.iter().map(|tag| (&tag.key, &tag.value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Tag>, D::Error> {
        let pairs = Vec::<(String, String)>::deserialize(deserializer)?;
        let tags = pairs.into_iter().map(|(key, value)| Tag { key, value });
        Ok(tags.collect())
    }
}

impl Tags {
    /// The tags of a new resource.
    ///
    /// Errors: reserved or repeated keys.
    pub(super) fn new(key_case: KeyCase, tags: Option<Vec<Tag>>) -> Result<Self, Error> {
        let none = Self {
            key_case,
            tags: Vec::new(),
        };
        none.with(tags.unwrap_or_default())
    }

    /// These tags and more; a present key gets the new value.
    ///
    /// Errors: reserved or repeated keys, too many tags.
    pub(super) fn with(&self, more: Vec<Tag>) -> Result<Self, Error> {
        check_keys(self.key_case, &more)?;
        let mut merged = self.clone();
        for tag in more {
            match merged.position(&tag.key) {
                Some(position) => merged.tags[position] = tag,
                None => merged.tags.push(tag),
            }
        }
        if merged.tags.len() > MAXIMUM_TAGS {
            return Err(error::too_many_tags());
        }
        Ok(merged)
    }

    /// Takes tags off; absent keys are ignored.
    pub(super) fn remove(&mut self, keys: &[String]) {
        let key_case = self.key_case;
        let is_named = |tag: &Tag| keys.iter().any(|key| key_case.is_same(key, &tag.key));
        self.tags.retain(|tag| !is_named(tag));
    }

    /// Keys and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags
            .iter()
            .map(|tag| (tag.key.as_str(), tag.value.as_str()))
    }

    /// All tags, as descriptions of roles show them: not at all if there is
    /// none.
    pub(super) fn if_any(&self) -> Option<Vec<Tag>> {
        (!self.tags.is_empty()).then(|| self.tags.clone())
    }

    /// All tags.
    pub(super) fn all(&self) -> Vec<Tag> {
        self.tags.clone()
    }

    /// A page of the tags, by key.
    pub(super) fn list(&self, scope: &str, asked: Asked<'_>) -> Result<Listing<Tag>, Error> {
        Listing::cut(scope, asked, self.tags.iter().cloned(), |tag| {
            tag.key.clone()
        })
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.tags
            .iter()
            .position(|tag| self.key_case.is_same(&tag.key, key))
    }
}

fn check_keys(key_case: KeyCase, tags: &[Tag]) -> Result<(), Error> {
    for (index, tag) in tags.iter().enumerate() {
        let mut earlier = tags[..index].iter();
        if earlier.any(|earlier| key_case.is_same(&earlier.key, &tag.key)) {
            return Err(key_case.duplicate_keys());
        }
    }
    if tags.iter().any(|tag| is_reserved(&tag.key)) {
        return Err(error::reserved_tag_key());
    }
    Ok(())
}

fn is_reserved(key: &str) -> bool {
    key.as_bytes()
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"aws:"))
}
