//! The parameters of a request, decoded.

use std::borrow::Cow;
use std::fmt;

use super::rejection::Rejection;
use crate::percent::{self, BadEncoding};

/// The content type of bodies that hold parameters.
const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Whether a body of this content type holds parameters. Without one it does
/// not.
///
/// Source: answers recorded by a public probe of STS.
pub fn has_parameters(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|text| text.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(CONTENT_TYPE))
}

/// The decoded parameters of the query string and of the body, in that order.
///
/// `Debug` shows their names only: values may be secret.
#[derive(Clone)]
pub struct Form<'request> {
    raw_query: Option<&'request str>,
    pairs: Vec<(Cow<'request, str>, Cow<'request, str>)>,
}

impl<'request> Form<'request> {
    /// Decodes all parameters; both sources may be empty.
    pub fn parse(
        raw_query: Option<&'request str>,
        body: &'request [u8],
    ) -> Result<Self, Rejection> {
        let body = std::str::from_utf8(body).map_err(|_| Rejection::BadEncoding)?;
        let raw_pairs = percent::pairs(raw_query.unwrap_or("")).chain(percent::pairs(body));
        let pairs = raw_pairs
            .map(|(name, value)| Ok((percent::decode_form(name)?, percent::decode_form(value)?)))
            .collect::<Result<_, BadEncoding>>()?;
        Ok(Self { raw_query, pairs })
    }

    /// The operation asked for, if the request names one.
    pub fn action(&self) -> Option<&str> {
        self.first("Action")
    }

    /// The version of the API asked for: it tells services at one address
    /// apart when a request is not signed.
    pub fn version(&self) -> Option<&str> {
        self.first("Version")
    }

    /// The query string as it came.
    pub(super) fn raw_query(&self) -> Option<&'request str> {
        self.raw_query
    }

    /// All parameters in the order they came.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The first value of a parameter.
    pub fn parameter(&self, wanted: &str) -> Option<&str> {
        self.first(wanted)
    }

    /// Of a repeated parameter, the first counts.
    ///
    /// Source: answers recorded by a public probe of STS.
    fn first(&self, wanted: &str) -> Option<&str> {
        self.pairs()
            .find_map(|(name, value)| (name == wanted).then_some(value))
    }
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.pairs().map(|(name, _)| name);
        formatter.debug_list().entries(names).finish()
    }
}
