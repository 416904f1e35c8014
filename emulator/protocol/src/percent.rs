//! Strict percent-decoding of path segments and query strings.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// An escape that is not two hexadecimal digits, or bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadEncoding;

/// Decodes a path segment once; `+` stays as it is.
pub(crate) fn decode(text: &str) -> Result<Cow<'_, str>, BadEncoding> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    if !escapes_are_complete(text) {
        return Err(BadEncoding);
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| BadEncoding)
}

/// Decodes a name or value of `application/x-www-form-urlencoded` text, where
/// `+` is a space.
pub(crate) fn decode_form(text: &str) -> Result<Cow<'_, str>, BadEncoding> {
    if !text.contains('+') {
        return decode(text);
    }
    let spaced = text.replace('+', " ");
    decode(&spaced).map(|decoded| Cow::Owned(decoded.into_owned()))
}

/// The pairs of a raw query string, still encoded, in the order they came.
///
/// A piece without `=` is a name with an empty value; empty pieces are skipped.
pub(crate) fn pairs(raw_query: &str) -> impl Iterator<Item = (&str, &str)> {
    raw_query
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// The decoder below keeps broken escapes as text, so they are looked for here.
fn escapes_are_complete(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| match rest.as_bytes() {
        [high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_escape_is_decoded_once() {
        assert_eq!(decode("a%2Fb%253A+c").unwrap(), "a/b%3A+c");
        assert_eq!(decode_form("a+b%2Bc").unwrap(), "a b+c");
    }

    #[test]
    fn broken_escapes_and_other_character_sets_are_refused() {
        for text in ["%", "%2", "%zz", "a%2Fb%", "%+1", "%FF", "%C3%28"] {
            assert_eq!(decode(text), Err(BadEncoding), "{text}");
            assert_eq!(decode_form(text), Err(BadEncoding), "{text}");
        }
    }

    #[test]
    fn pairs_keep_order_and_repeats() {
        let found: Vec<_> = pairs("a=1&&b&a=2=3&=x").collect();
        assert_eq!(found, [("a", "1"), ("b", ""), ("a", "2=3"), ("", "x")]);
    }
}
