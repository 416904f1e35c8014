//! What is said about signatures that are not accepted.

use eks_emulator_api::Timestamp;
use eks_emulator_protocol::sigv4::{CredentialError, Signature};

use crate::request::{DATE, SIGNED_AT, authorization, check, head};

const HOST: (&str, &str) = ("host", "example.amazonaws.com");
const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20150830/us-east-1/sts/aws4_request\
    &X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";

fn refusal(found: Result<(), CredentialError>) -> (&'static str, String) {
    let error = found.expect_err("a refused request");
    (error.code(), error.message())
}

fn check_header(signed_headers: &str, date: &[(&str, &str)], code: &str, message: &str) {
    let signed = authorization("eks", signed_headers, "0");
    let mut headers = vec![("authorization", &*signed), HOST];
    headers.extend(date);
    let found = refusal(check(&head("GET", "/", &headers), b""));
    assert_eq!(found, (code, message.to_owned()));
}

fn check_query(query: &str, code: &str, message: &str) {
    let found = refusal(check(&head("GET", &format!("/?{query}"), &[HOST]), b""));
    assert_eq!(found, (code, message.to_owned()), "{query}");
}

#[test]
fn a_signature_has_a_date() {
    check_header(
        "host",
        &[],
        "IncompleteSignatureException",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
         Authorization=AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/eks/aws4_request, \
         SignedHeaders=host, Signature=0",
    );
}

#[test]
fn dates_are_written_in_one_way() {
    for date in [
        "today",
        "20150230T000000Z",
        "20150830T126000Z",
        "2015-08-30T12:36:00Z",
        "é0150830T123600Z",
    ] {
        let message = format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        );
        let query = QUERY.replace(DATE, date);
        check_query(&query, "IncompleteSignatureException", &message);
    }
}

#[test]
fn only_the_header_of_http_is_written_as_http_has_it() {
    check_header(
        "host;x-amz-date",
        &[("x-amz-date", "Sun, 30 Aug 2015 12:36:00 GMT")],
        "IncompleteSignatureException",
        "Date must be in ISO-8601 'basic format'. Got 'Sun, 30 Aug 2015 12:36:00 GMT'. \
         See http://en.wikipedia.org/wiki/ISO_8601",
    );
}

/// The signature is that of the same request with an empty header.
#[test]
fn a_header_that_is_signed_has_to_be_there() {
    let signature = "a7f214e80fefae8865e1b535dc9894639758a1347dd2eee45c4cb65e4247d68d";
    let signed = authorization("service", "host;x-absent;x-amz-date", signature);
    let mut headers = vec![("authorization", &*signed), ("x-amz-date", DATE), HOST];
    let found = check(&head("GET", "/", &headers), b"");
    assert!(
        matches!(found, Err(CredentialError::SignatureMismatch(_))),
        "{found:?}"
    );
    headers.push(("x-absent", ""));
    assert_eq!(check(&head("GET", "/", &headers), b""), Ok(()));
}

#[test]
fn the_day_is_that_of_the_credential() {
    check_header(
        "host",
        &[("x-amz-date", "20150831T000000Z")],
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20150830' != '20150831', from '20150831T000000Z'.",
    );
}

#[test]
fn the_host_is_signed() {
    let date = [("x-amz-date", DATE)];
    let message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    check_header("x-amz-date", &date, "InvalidSignatureException", message);
}

#[test]
fn a_presigned_request_has_all_parameters() {
    for (name, start) in [
        ("X-Amz-Algorithm", "X-Amz-Algorithm=AWS4-HMAC-SHA256"),
        ("X-Amz-Signature", "X-Amz-Signature=0"),
        ("X-Amz-SignedHeaders", "X-Amz-SignedHeaders=host"),
        ("X-Amz-Date", "X-Amz-Date=20150830T123600Z"),
    ] {
        let message = format!(
            "AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
        );
        check_query(
            &QUERY.replace(start, "a=b"),
            "IncompleteSignatureException",
            &message,
        );
    }
    check_query(
        "a=b",
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
    check_query(
        &QUERY.replace("SHA256", "SHA1"),
        "IncompleteSignatureException",
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
    );
}

/// The message has what should have been signed, as the service sees it.
#[test]
fn a_wrong_signature_is_told_what_should_have_been_signed() {
    check_header(
        "host;x-amz-date",
        &[("x-amz-date", DATE)],
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
         Access Key and signing method. Consult the service documentation for details.\n\n\
         The Canonical String for this request should have been\n\
         'GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n\n\
         The String-to-Sign should have been\n\
         'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/eks/aws4_request\n\
         bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63'\n",
    );
}

fn time_refusal(offset_ms: i64, minutes: i64) -> Option<String> {
    let head = head("GET", &format!("/?{QUERY}"), &[HOST]);
    let signature = Signature::of_request(&head).expect("a signature");
    let now = Timestamp::from_milliseconds(SIGNED_AT.as_milliseconds() + offset_ms);
    let error = signature.check_time(now, minutes).err()?;
    assert_eq!(error.code(), "InvalidSignatureException");
    Some(error.message())
}

#[test]
fn clocks_may_differ_by_some_minutes() {
    for (offset_ms, minutes) in [
        (0, 0),
        (300_999, 5),
        (-300_000, 5),
        (900_000, 15),
        (-900_000, 15),
    ] {
        assert_eq!(time_refusal(offset_ms, minutes), None, "{offset_ms}");
    }
    let expired = "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)";
    assert_eq!(time_refusal(301_000, 5).as_deref(), Some(expired));
    let early = "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
                 (20150830T122059Z + 15 min.)";
    assert_eq!(time_refusal(-901_000, 15).as_deref(), Some(early));
}

/// A signed header may be a session token.
#[test]
fn what_should_have_been_signed_is_not_debugged() {
    let signed = authorization("eks", "host;x-amz-date;x-amz-security-token", "0");
    let headers = [
        ("authorization", &*signed),
        ("x-amz-date", DATE),
        ("x-amz-security-token", "SECRETTOKEN"),
        HOST,
    ];
    let error = check(&head("GET", "/", &headers), b"").expect_err("a refused request");
    assert!(error.message().contains("x-amz-security-token:SECRETTOKEN"));
    assert!(!format!("{error:?}").contains("SECRETTOKEN"), "{error:?}");
}

/// A request of some kilobytes could otherwise ask for gigabytes.
#[test]
fn a_header_that_is_signed_many_times_is_canonical_once() {
    let signed_headers = format!("host{};x-long", ";x-long;X-Long".repeat(1_000));
    let signed = authorization("eks", &signed_headers, "0");
    let headers = [
        ("authorization", &*signed),
        HOST,
        ("x-amz-date", DATE),
        ("x-long", "a value"),
    ];
    let (code, message) = refusal(check(&head("GET", "/", &headers), b""));
    assert_eq!(code, "InvalidSignatureException");
    assert_eq!(message.matches("a value").count(), 1);
    assert!(message.contains("\nhost:example.amazonaws.com\nx-long:a value\n\nhost;x-long\n"));
}
