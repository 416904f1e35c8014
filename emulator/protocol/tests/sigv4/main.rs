//! Who is taken for the caller, and which credentials are refused with what.

mod change;
mod published;
mod refusal;
mod request;

use eks_emulator_protocol::sigv4::{
    Caller, CallerDefaults, Credential, CredentialError, SignatureMode, authenticate, partition_of,
};
use proptest::prelude::*;

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240115/eu-west-1/eks/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=abc123";

fn defaults() -> CallerDefaults {
    CallerDefaults {
        account_id: "000011112222".into(),
        region: "us-west-2".into(),
    }
}

fn header_of(scope: &str) -> String {
    format!("AWS4-HMAC-SHA256 Credential={scope},SignedHeaders=host,Signature=0")
}

fn caller(account_id: &str, region: &str, partition: &'static str) -> Caller {
    Caller {
        account_id: account_id.into(),
        region: region.into(),
        partition,
    }
}

fn check_refused(header: &str, code: &str, message: &str) {
    let error = authenticate(SignatureMode::Scope, "eks", Some(header), None, &defaults())
        .expect_err("a refused caller");
    assert_eq!(
        (error.code(), &*error.message()),
        (code, message),
        "{header}"
    );
}

#[test]
fn a_header_says_key_day_region_and_service() {
    let expected = Credential {
        access_key_id: "AKIDEXAMPLE".into(),
        date: "20240115".into(),
        region: "eu-west-1".into(),
        service: "eks".into(),
    };
    assert_eq!(Credential::of_header(SIGNED), Ok(expected));
}

#[test]
fn a_presigned_query_says_the_same() {
    let query = "Action=x&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20240115%2Feu-west-1%2Feks\
                 %2Faws4_request&X-Amz-Signature=0";
    assert_eq!(
        Credential::of_request(None, Some(query)),
        Credential::of_header(SIGNED)
    );
    let unescaped = "X-Amz-Credential=AKIDEXAMPLE/20240115/eu-west-1/eks/aws4_request";
    assert_eq!(
        Credential::of_request(None, Some(unescaped)),
        Credential::of_header(SIGNED)
    );
}

#[test]
fn the_header_wins_over_the_query() {
    let query = "X-Amz-Credential=OTHER/20240115/eu-west-1/eks/aws4_request";
    assert_eq!(
        Credential::of_request(Some(SIGNED), Some(query)),
        Credential::of_header(SIGNED)
    );
}

#[test]
fn an_access_key_of_twelve_digits_is_the_account() {
    let header = header_of("123456789012/20240115/eu-west-1/eks/aws4_request");
    let found = authenticate(
        SignatureMode::Scope,
        "eks",
        Some(&header),
        None,
        &defaults(),
    );
    assert_eq!(found, Ok(caller("123456789012", "eu-west-1", "aws")));
}

#[test]
fn any_other_access_key_is_the_default_account() {
    for key in [
        "AKIDEXAMPLE",
        "12345678901",
        "1234567890123",
        "12345678901a",
    ] {
        let header = header_of(&format!("{key}/20240115/cn-north-1/eks/aws4_request"));
        let found = authenticate(
            SignatureMode::Scope,
            "eks",
            Some(&header),
            None,
            &defaults(),
        );
        assert_eq!(
            found,
            Ok(caller("000011112222", "cn-north-1", "aws-cn")),
            "{key}"
        );
    }
}

#[test]
fn partitions_follow_from_regions() {
    for (region, partition) in [
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
    ] {
        assert_eq!(partition_of(region), partition, "{region}");
    }
}

#[test]
fn unsigned_requests_are_refused() {
    for query in [None, Some(""), Some("maxResults=5")] {
        let found = authenticate(SignatureMode::Scope, "eks", None, query, &defaults());
        assert_eq!(found, Err(CredentialError::Absent));
    }
    assert_eq!(
        CredentialError::Absent.code(),
        "MissingAuthenticationTokenException"
    );
    assert_eq!(
        CredentialError::Absent.message(),
        "Missing Authentication Token"
    );
}

#[test]
fn malformed_headers_are_refused_with_what_is_missing() {
    let incomplete = "IncompleteSignatureException";
    check_refused(
        "Bearer abc",
        incomplete,
        "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'.",
    );
    check_refused(
        "",
        incomplete,
        "'' not a valid key=value pair (missing equal-sign) in Authorization header: ''.",
    );
    check_refused(
        "AWS4-HMAC-SHA256 Signature=0,SignedHeaders=host",
        incomplete,
        "Authorization header requires 'Credential' parameter. \
         Authorization=AWS4-HMAC-SHA256 Signature=0,SignedHeaders=host",
    );
    check_refused(
        "x=y",
        incomplete,
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization=x=y",
    );
    check_refused(
        "AWS4-HMAC-SHA512 Credential=a,SignedHeaders=b,Signature=c",
        incomplete,
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.",
    );
}

#[test]
fn malformed_scopes_are_refused() {
    for scope in [
        "",
        "a",
        "a/b/c/d",
        "a/b/c/d/aws4_request/x",
        "/b/c/d/aws4_request",
        "a/b//d/aws4_request",
    ] {
        check_refused(
            &header_of(scope),
            "IncompleteSignatureException",
            &format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                 got '{scope}'"
            ),
        );
    }
    check_refused(
        &header_of("a/20240115/us-east-1/eks/aws3"),
        "InvalidSignatureException",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3'.",
    );
}

#[test]
fn scopes_of_other_services_and_no_regions_are_refused() {
    check_refused(
        &header_of("a/20240115/us-east-1/ec2/aws4_request"),
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'eks'.",
    );
    for region in [
        "us",
        "us-east",
        "US-EAST-1",
        "us-east-x",
        "us-1",
        "-east-1",
        "us--1",
        "us-east-",
    ] {
        check_refused(
            &header_of(&format!("a/20240115/{region}/eks/aws4_request")),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region.",
        );
    }
}

#[test]
fn nobody_is_refused_when_signatures_are_not_asked_for() {
    let unreadable = [
        None,
        Some("Bearer abc"),
        Some(""),
        Some("AWS4-HMAC-SHA256 Credential=x"),
    ];
    for header in unreadable {
        let found = authenticate(SignatureMode::None, "eks", header, None, &defaults());
        assert_eq!(
            found,
            Ok(caller("000011112222", "us-west-2", "aws")),
            "{header:?}"
        );
    }
    let header = header_of("123456789012/20240115/us-gov-west-1/sts/aws4_request");
    let found = authenticate(SignatureMode::None, "eks", Some(&header), None, &defaults());
    assert_eq!(
        found,
        Ok(caller("123456789012", "us-gov-west-1", "aws-us-gov"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_header_and_query_are_read(header in "[A-Za-z0-9=/, %ü-]{0,60}", query in "(X-Amz-Credential=)?[a-z0-9/%&=+]{0,40}") {
        for header in [None, Some(&*header)] {
            if let Err(error) = authenticate(SignatureMode::Scope, "eks", header, Some(&query), &defaults()) {
                prop_assert!(!error.message().is_empty());
            }
            prop_assert!(authenticate(SignatureMode::None, "eks", header, Some(&query), &defaults()).is_ok());
        }
    }
}
