//! The canonical form of a request: what a signature is made of.
//!
//! Source: IAM User Guide, "Create a signed AWS API request". Paths are
//! normalized and encoded once more, as every service but S3 has it.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::signature::SIGNATURE_PARAMETER;
use crate::percent;

/// What is encoded in names and values of a query string.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What is encoded in a path.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The canonical form of a request.
pub(super) struct CanonicalRequest {
    /// Bytes, because values of headers need not be UTF-8.
    pub(super) text: Vec<u8>,
    /// Whether every signed header is there.
    pub(super) is_complete: bool,
}

/// Brings a request into its canonical form.
pub(super) fn canonical_request(
    head: &Parts,
    signed_headers: &str,
    payload_hash: &str,
) -> CanonicalRequest {
    let mut is_complete = true;
    let mut names: Vec<String> = signed_headers
        .split(';')
        .map(str::to_ascii_lowercase)
        .collect();
    names.sort_unstable();
    // Whoever signs names a header once. Each time it is named its value would
    // be there again: a small request could ask for gigabytes.
    names.dedup();
    let mut text = Vec::with_capacity(512);
    text.extend(head.method.as_str().as_bytes());
    text.push(b'\n');
    text.extend(canonical_path(head.uri.path()).as_bytes());
    text.push(b'\n');
    text.extend(canonical_query(head.uri.query().unwrap_or_default()).as_bytes());
    text.push(b'\n');
    for name in &names {
        text.extend(name.as_bytes());
        text.push(b':');
        is_complete &= append_value(&mut text, head, name);
        text.push(b'\n');
    }
    text.push(b'\n');
    text.extend(names.join(";").as_bytes());
    text.push(b'\n');
    text.extend(payload_hash.as_bytes());
    CanonicalRequest { text, is_complete }
}

/// Without empty segments and those that lead to where one is, or back.
fn canonical_path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut text = String::with_capacity(path.len() + 16);
    for segment in &segments {
        text.push('/');
        text.extend(percent_encode(segment.as_bytes(), RESERVED_IN_PATH));
    }
    if segments.is_empty() || path.ends_with('/') {
        text.push('/');
    }
    text
}

/// Encoded in one way, and sorted, without the signature itself.
fn canonical_query(raw_query: &str) -> String {
    let mut pairs: Vec<(String, String)> = percent::pairs(raw_query)
        .map(|(name, value)| (encoded_again(name), encoded_again(value)))
        .filter(|(name, _)| name != SIGNATURE_PARAMETER)
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// A broken escape is no escape, and encoded itself.
fn encoded_again(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let decoded: Vec<u8> = percent_decode_str(&spaced).collect();
    percent_encode(&decoded, RESERVED).collect()
}

/// Appends the values of a header, with single spaces. Gives whether there is
/// any. The host may stand in the target of the request instead.
fn append_value(text: &mut Vec<u8>, head: &Parts, name: &str) -> bool {
    let mut values = head.headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        let authority = head.uri.authority().filter(|_| name == HOST.as_str());
        let authority = authority.map_or("", Authority::as_str);
        text.extend(authority.as_bytes());
        return !authority.is_empty();
    }
    let mut separator: &[u8] = b"";
    for value in values {
        text.extend(separator);
        separator = b",";
        let words = value.as_bytes().split(|byte| matches!(byte, b' ' | b'\t'));
        let mut space: &[u8] = b"";
        for word in words.filter(|word| !word.is_empty()) {
            text.extend(space);
            text.extend(word);
            space = b" ";
        }
    }
    true
}
