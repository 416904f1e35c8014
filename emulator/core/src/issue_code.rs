//! `IssueCode`: the codes of what is wrong with clusters and add-ons.

use eks_emulator_api::eks::{AddonIssueCode, ClusterIssueCode};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The code of something that is wrong with a cluster or an add-on. Some codes
/// are those of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueCode(&'static str);

impl IssueCode {
    /// The code as the API spells it.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl From<AddonIssueCode> for IssueCode {
    fn from(code: AddonIssueCode) -> Self {
        Self(code.as_str())
    }
}

impl From<ClusterIssueCode> for IssueCode {
    fn from(code: ClusterIssueCode) -> Self {
        Self(code.as_str())
    }
}

impl Serialize for IssueCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for IssueCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let of_addon = AddonIssueCode::parse(&text).map(Self::from);
        let code = of_addon.or_else(|| ClusterIssueCode::parse(&text).map(Self::from));
        code.ok_or_else(|| {
            D::Error::custom(format!(
                "{text} is no code of health issues of add-ons or clusters"
            ))
        })
    }
}
