//! Signatures that AWS has published, and those that its SDK for Python makes.

use crate::request::{DATE, authorization, check, head};

/// Checks that a request of the Signature Version 4 test suite, or one like
/// those, has this signature and no other.
fn check_signature(
    (method, target): (&str, &str),
    (service, signed_headers): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
    signature: &str,
) {
    let signed = authorization(service, signed_headers, signature);
    let mut all = vec![("authorization", &*signed), ("x-amz-date", DATE)];
    all.extend(headers);
    let found = check(&head(method, target, &all), body.as_bytes());
    let message = found.err().map(|error| error.message());
    assert_eq!(message, None, "{target}");
    let last = if signature.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &signature[..63]);
    let forged = authorization(service, signed_headers, &other);
    all[0].1 = &forged;
    let found = check(&head(method, target, &all), body.as_bytes());
    assert!(found.is_err(), "{target} with another signature");
}

const PLAIN: (&str, &str) = ("service", "host;x-amz-date");
const HOST: (&str, &str) = ("host", "example.amazonaws.com");

/// Source: IAM User Guide, "Create a signed AWS API request".
#[test]
fn the_example_of_the_guide_has_the_signature_of_the_guide() {
    check_signature(
        ("GET", "/?Action=ListUsers&Version=2010-05-08"),
        ("iam", "content-type;host;x-amz-date"),
        &[
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
            ("host", "iam.amazonaws.com"),
        ],
        "",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    );
}

/// Source: the Signature Version 4 test suite.
#[test]
fn the_test_suite_has_the_signatures_of_the_test_suite() {
    let letters = "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (method, target, signature) in [
        (
            "GET",
            "/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "POST",
            "/",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "GET",
            letters,
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ),
        (
            "GET",
            "//example//",
            "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        ),
        (
            "GET",
            "/example1/example2/../..",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "GET",
            "/./",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "GET",
            "/\u{1234}",
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        ),
    ] {
        check_signature((method, target), PLAIN, &[HOST], "", signature);
    }
}

/// Source: the Signature Version 4 test suite.
#[test]
fn a_body_is_signed() {
    check_signature(
        ("POST", "/"),
        ("service", "content-type;host;x-amz-date"),
        &[HOST, ("content-type", "application/x-www-form-urlencoded")],
        "Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    );
}

/// Source: the Signature Version 4 test suite.
#[test]
fn spaces_of_headers_do_not_count() {
    check_signature(
        ("GET", "/"),
        ("service", "host;my-header1;my-header2;x-amz-date"),
        &[
            HOST,
            ("my-header1", " value1"),
            ("My-Header2", " \"a   b   c\""),
        ],
        "",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    );
}

/// Source: botocore.
#[test]
fn a_path_is_encoded_once_more() {
    check_signature(
        (
            "POST",
            "/tags/arn%3Aaws%3Aeks%3Aus-east-1%3A123456789012%3Acluster%2Fdemo",
        ),
        ("eks", "content-type;host;x-amz-date"),
        &[HOST, ("content-type", "application/json")],
        r#"{"tags":{"a":"b"}}"#,
        "b16a06890dfc5195584e1cbe160cc52cd1c3462987861076eaec8d0d9e91f93b",
    );
}

/// Source: botocore, which writes `%20`.
#[test]
fn a_plus_sign_of_a_query_string_is_a_space() {
    for target in ["/?Param=a%20b", "/?Param=a+b"] {
        let signature = "00e9bedf35ffad9cc7ccc4cba5eb06dbfbb3c3738d9d34b5b8065bae2d69e04d";
        check_signature(("GET", target), PLAIN, &[HOST], "", signature);
    }
}

#[test]
fn signed_headers_may_be_named_in_any_order() {
    check_signature(
        ("GET", "/"),
        ("service", "x-amz-date;host"),
        &[HOST],
        "",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    );
}

#[test]
fn a_host_in_the_target_is_as_good() {
    check_signature(
        ("GET", "https://example.amazonaws.com/"),
        PLAIN,
        &[],
        "",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    );
}

#[test]
fn a_time_of_http_is_as_good() {
    let signed = authorization(
        "service",
        "host",
        "fa74fb782574d48baea5d44afde6391c3308ac0522e5e438ded9273c0adabadf",
    );
    let date = "Sun, 30 Aug 2015 12:36:00 GMT";
    let headers = [("authorization", &*signed), ("date", date), HOST];
    let message = check(&head("GET", "/", &headers), b"").err();
    assert_eq!(message.map(|error| error.message()), None);
}

/// Source: botocore.
#[test]
fn a_presigned_request_has_its_signature_in_the_query_string() {
    let target = "/?Action=ListUsers&Version=2010-05-08&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE\
        %2F20150830%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60\
        &X-Amz-SignedHeaders=host&X-Amz-Signature=c1d81d2c1667f724b714de8de01eb28808ee3df2bd3757c049afb139adde2df0";
    let found = check(&head("GET", target, &[("host", "iam.amazonaws.com")]), b"");
    assert_eq!(found, Ok(()));
}

/// Source: botocore, as `aws eks get-token` calls it.
#[test]
fn the_token_of_a_cluster_is_a_presigned_request() {
    let target = "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\
        AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60\
        &X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=IQoJb3%2F%2B%3D\
        &X-Amz-Signature=677649df74a91c3f14cc2bee898cb728721f2089ad104f97a869380cbfac8dd7";
    let host = ("host", "sts.us-east-1.amazonaws.com");
    let found = check(&head("GET", target, &[host, ("x-k8s-aws-id", "demo")]), b"");
    assert_eq!(found, Ok(()));
    let found = check(
        &head("GET", target, &[host, ("x-k8s-aws-id", "other")]),
        b"",
    );
    assert!(found.is_err(), "a token is for one cluster");
    let found = check(&head("GET", target, &[host]), b"");
    assert!(found.is_err(), "a signed header has to be there");
}
