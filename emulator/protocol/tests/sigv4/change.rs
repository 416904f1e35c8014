//! Nothing that is signed can be changed.

use eks_emulator_protocol::sigv4::{CredentialError, Signature};
use http::request::Parts;
use http::{HeaderValue, Uri};
use proptest::prelude::*;

use crate::request::{DATE, SECRET, authorization, check, head};

const PATH: &str = "/tags/arn%3Aaws%3Aeks%3Aus-east-1%3A123456789012%3Acluster%2Fdemo";
const QUERY: &str = "tagKeys=one&tagKeys=two%20three";
const BODY: &[u8] = br#"{"tags":{"a":"b"}}"#;

/// A request that is accepted as it is.
///
/// Source of the signature: botocore.
fn signed() -> Parts {
    let signed = authorization(
        "eks",
        "content-type;host;x-amz-date;x-amz-security-token",
        "fd036527254e7cdae08a8a384801550cd428637545568d96f7665a05d226a1a3",
    );
    head(
        "POST",
        &format!("{PATH}?{QUERY}"),
        &[
            ("authorization", &signed),
            ("content-type", "application/json"),
            ("host", "127.0.0.1:4566"),
            ("x-amz-date", DATE),
            ("x-amz-security-token", "IQoJb3JpZ2luX2Vj"),
        ],
    )
}

fn is_refused(head: &Parts, body: &[u8]) -> bool {
    matches!(
        check(head, body),
        Err(CredentialError::SignatureMismatch(_))
    )
}

/// A text with another byte in one place; `None` if it is the same one.
fn changed(text: &[u8], place: prop::sample::Index, byte: u8) -> Option<Vec<u8>> {
    let place = place.index(text.len());
    let mut changed = text.to_vec();
    changed[place] = byte;
    // A digit of an escape is the same one in upper and in lower case.
    (!changed.eq_ignore_ascii_case(text)).then_some(changed)
}

#[test]
fn an_unchanged_request_is_accepted() {
    assert_eq!(check(&signed(), BODY), Ok(()));
}

#[test]
fn another_secret_makes_another_signature() {
    let signed = signed();
    let signature = Signature::of_request(&signed).expect("a signature");
    for place in 0..SECRET.len() {
        let mut other = SECRET.to_owned();
        other.replace_range(place..=place, "_");
        assert!(signature.check(BODY, &other).is_err());
    }
}

proptest! {
    #[test]
    fn a_request_with_another_target_is_refused(place: prop::sample::Index, byte in 0x21_u8..0x7f) {
        let target = format!("{PATH}?{QUERY}");
        let mut signed = signed();
        let Some(other) = changed(target.as_bytes(), place, byte) else { return Ok(()) };
        let Ok(other) = Uri::try_from(other) else { return Ok(()) };
        // What comes after a hash sign is not sent.
        prop_assume!(other.to_string().len() == target.len());
        signed.uri = other;
        prop_assert!(is_refused(&signed, BODY), "{}", signed.uri);
    }

    #[test]
    fn a_request_with_another_body_is_refused(place: prop::sample::Index, byte: u8) {
        let place = place.index(BODY.len());
        let mut other = BODY.to_vec();
        other[place] = byte;
        prop_assert_eq!(is_refused(&signed(), &other), other != BODY);
    }

    #[test]
    fn a_request_with_another_length_of_body_is_refused(length in 0..BODY.len()) {
        prop_assert!(is_refused(&signed(), &BODY[..length]));
    }

    #[test]
    fn a_request_with_another_signed_header_is_refused(
        name in prop::sample::select(vec!["content-type", "host", "x-amz-security-token"]),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut signed = signed();
        let mut other = signed.headers[name].as_bytes().to_vec();
        let place = place.index(other.len());
        let before = std::mem::replace(&mut other[place], byte);
        let Ok(value) = HeaderValue::from_bytes(&other) else { return Ok(()) };
        signed.headers.insert(name, value);
        prop_assert_eq!(is_refused(&signed, BODY), before != byte);
    }

    #[test]
    fn a_request_of_another_method_is_refused(method in "[A-Z]{1,8}") {
        let mut signed = signed();
        let is_the_same = method == "POST";
        signed.method = method.parse().expect("a method");
        prop_assert_eq!(is_refused(&signed, BODY), !is_the_same);
    }

    #[test]
    fn a_request_at_another_time_is_refused(second in 0..86_400_u32) {
        let mut signed = signed();
        let time = (second / 3600, second / 60 % 60, second % 60);
        let date = format!("20150830T{:02}{:02}{:02}Z", time.0, time.1, time.2);
        let is_the_same = date == DATE;
        signed.headers.insert("x-amz-date", date.parse().expect("a header"));
        prop_assert_eq!(is_refused(&signed, BODY), !is_the_same);
    }

    #[test]
    fn no_request_is_too_strange(
        authorization in prop::option::of("AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/eks/aws4_request, SignedHeaders=[a-z;:é -]{0,20}, Signature=.{0,9}"),
        query in "[a-zA-Z%+&=0-9-]{0,40}",
        date in "[0-9TZ:-]{0,17}",
    ) {
        let target = format!("/a?X-Amz-Date={date}&{query}");
        let mut head = head("GET", &target, &[("x-amz-date", &date)]);
        if let Some(value) = authorization.and_then(|text| HeaderValue::from_str(&text).ok()) {
            head.headers.insert("authorization", value);
        }
        prop_assert!(check(&head, b"").is_err());
    }
}
