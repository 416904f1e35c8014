//! The URL of a provider: what identifies it.

use eks_emulator_api::iam::Error;
use serde::{Deserialize, Serialize};

use crate::iam::error;
use crate::state::StateError;

const SCHEME: &str = "https://";

/// A provider's URL without its scheme, in one form: the host in lower case,
/// without the port that the scheme implies and without a slash at the end.
///
/// eksctl writes the port; the ARN must not have it. Source: eksctl
/// `pkg/iam/oidc/api.go`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::iam) struct ProviderUrl(String);

impl TryFrom<String> for ProviderUrl {
    type Error = StateError;

    fn try_from(text: String) -> Result<Self, StateError> {
        let url = Self::of_resource(&text).filter(|url| url.0 == text);
        url.ok_or_else(|| StateError::new(format!("{text:?} is no provider's URL")))
    }
}

impl ProviderUrl {
    /// Reads a URL.
    ///
    /// Errors: as IAM answers to a missing scheme, another scheme, and to
    /// users, other ports, queries and fragments. Source: versity/versitygw.
    pub(in crate::iam) fn parse(text: &str) -> Result<Self, Error> {
        if !text.contains("://") {
            return Err(error::oidc_url_without_scheme());
        }
        let rest = text
            .get(..SCHEME.len())
            .filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
            .map(|_| &text[SCHEME.len()..])
            .ok_or_else(error::oidc_url_not_https)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        if !is_host(host) || path.contains(['?', '#']) || !path.bytes().all(is_graphic) {
            return Err(error::invalid_oidc_url());
        }
        let path = path.trim_end_matches('/');
        Ok(Self(format!("{}{path}", host.to_ascii_lowercase())))
    }

    /// Reads the end of a provider's ARN.
    pub(super) fn of_resource(text: &str) -> Option<Self> {
        Self::parse(&format!("{SCHEME}{text}")).ok()
    }

    /// Without the scheme.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// With the scheme.
    pub(super) fn with_scheme(&self) -> String {
        format!("{SCHEME}{}", self.0)
    }
}

/// Labels of letters, digits and hyphens between dots.
fn is_host(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_allowed);
    text.split('.').all(is_label)
}

fn is_graphic(byte: u8) -> bool {
    byte.is_ascii_graphic()
}
