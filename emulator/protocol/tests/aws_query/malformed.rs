//! Bytes that are no request: refused in XML or by redirection, never a panic.

use eks_emulator_api::schema::QueryService;
use eks_emulator_api::{Timestamp, iam, sts};
use eks_emulator_protocol::aws_query::{Envelope, Format, Rejection, read, write_rejection};
use eks_emulator_protocol::sigv4::CredentialError;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rejected;

const PIECES: &[&str] = &[
    "&",
    "&",
    "&",
    "=",
    "=",
    "Action=TagRole",
    "&Version=2010-05-08",
    "Action=AssumeRole",
    "&Version=2011-06-15",
    "&RoleName=",
    "&Tags",
    ".member",
    ".1",
    ".Key",
    ".",
    "DurationSeconds=",
    "%",
    "%2",
    "%00",
    "%FF",
    "%0d%0a",
    "<",
    "]]>",
    "&amp;",
    "+",
    "\u{1}",
    "\u{ffff}",
    "ü",
    "99999999999",
    "-1",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(select(PIECES), 0..14).prop_map(|pieces| pieces.concat()),
        (".{0,20}", ".{0,40}")
            .prop_map(|(action, rest)| format!("Action={action}&Version=2010-05-08&{rest}")),
    ]
}

fn check_answered(
    service: &'static QueryService,
    query: Option<&str>,
    body: &[u8],
    format: Format,
) -> Result<(), TestCaseError> {
    let Err(rejection) = read(service, query, body) else {
        return Ok(());
    };
    let envelope = Envelope {
        request_id: "bad\nid<\u{1}",
        date: Timestamp::from_milliseconds(i64::MAX),
        format,
    };
    let response = write_rejection(service, &rejection, &envelope);
    let text = std::str::from_utf8(response.body()).unwrap();
    if response.status() == 302 {
        prop_assert_eq!(text, "");
        return Ok(());
    }
    prop_assert!(response.status().is_client_error());
    if format == Format::Json {
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        prop_assert!(parsed["Error"]["Code"].is_string());
        return Ok(());
    }
    let parsed = roxmltree::Document::parse(text)
        .map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    let code = parsed.descendants().find(|node| {
        node.has_tag_name((
            parsed.root_element().tag_name().namespace().unwrap(),
            "Code",
        ))
    });
    prop_assert!(code.is_some_and(|code| code.text().is_some()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_answered(
        service in select(vec![&iam::SERVICE, &sts::SERVICE]),
        query in proptest::option::of(text()),
        body in prop_oneof![
            text().prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..40),
        ],
        format in select(&[Format::Xml, Format::Json][..]),
    ) {
        check_answered(service, query.as_deref(), &body, format)?;
    }
}

#[test]
fn parameters_that_cannot_be_decoded_are_refused() {
    for body in [
        &b"Action=%"[..],
        b"Action=%zz",
        b"a%2=1",
        b"%FF=1",
        b"Action=\xFF",
    ] {
        let outcome = read(&iam::SERVICE, None, body);
        assert!(matches!(outcome, Err(Rejection::BadEncoding)), "{body:?}");
    }
}

#[test]
fn a_very_long_name_costs_no_more_than_its_length() {
    let name = "Tags.member.1.".repeat(200_000);
    let body = format!("Action=TagRole&Version=2010-05-08&RoleName=R&{name}=x");
    let rejection = rejected(&iam::SERVICE, &body);
    assert!(matches!(rejection, Rejection::Invalid { .. }));
}

#[test]
fn many_broken_values_give_a_short_answer() {
    let tags: String = (0..20_000)
        .map(|number| format!("&Tags.member.{number}.Key=*"))
        .collect();
    let body = format!("Action=TagRole&Version=2010-05-08&RoleName=R{tags}");
    let Rejection::Invalid { message } = rejected(&iam::SERVICE, &body) else {
        panic!("the tags are not allowed");
    };
    assert!(message.starts_with("100 validation errors detected: "));
    assert!(message.len() < 20_000);
}

#[test]
fn callers_without_a_good_credential_are_told_so() {
    let cases = [
        (
            CredentialError::Absent,
            403,
            "<Code>MissingAuthenticationToken</Code>\n    <Message>Request is missing Authentication Token</Message>",
        ),
        (
            CredentialError::WrongService { expected: "sts" },
            403,
            "<Code>SignatureDoesNotMatch</Code>\n    <Message>Credential should be scoped to correct service: 'sts'.</Message>",
        ),
        (
            CredentialError::WrongPartCount {
                credential: "a/b".into(),
            },
            400,
            "<Code>IncompleteSignature</Code>",
        ),
    ];
    for (error, status, part) in cases {
        let response = write_rejection(&sts::SERVICE, &error.into(), &crate::ENVELOPE);
        let body = std::str::from_utf8(response.body()).unwrap();
        assert_eq!(response.status(), status);
        assert!(body.contains(part), "{body}");
    }
}
