//! Bytes that are no request: refused, never a panic.

use eks_emulator_api::{Timestamp, eks};
use eks_emulator_protocol::rest_json1::{Envelope, Rejection, Router, read, write_rejection};
use proptest::prelude::*;
use proptest::sample::select;

const PIECES: &[&str] = &[
    "/",
    "/",
    "/",
    "clusters",
    "c",
    "addons",
    "access-entries",
    "access-policies",
    "tags",
    "arn:",
    "arn%3A",
    "%",
    "%2",
    "%2F",
    "%FF",
    "%00",
    "{name}",
    ".",
    "..",
    "ü",
    " ",
    "updates",
    "?",
    "#",
    "insights",
];

const QUERY_PIECES: &[&str] = &[
    "&",
    "&",
    "=",
    "=",
    "maxResults",
    "tagKeys",
    "preserve",
    "include",
    "nextToken",
    "+",
    "%",
    "%zz",
    "%FF",
    "%26",
    "1",
    "101",
    "-1",
    "true",
    "99999999999999999999",
    "ü",
];

const BODY_PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"addonName\"",
    "\"tags\"",
    "\"name\"",
    "\"a\"",
    "null",
    "true",
    "1",
    "1e999",
    "-",
    "\"",
    "\\u",
    "\\ud800",
    "\u{0}",
    " ",
    "{\"addonName\":\"a\",",
    "\"scalingConfig\":{\"minSize\":",
];

fn text(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(select(pieces), 0..12).prop_map(|pieces| pieces.concat()),
        ".{0,40}",
    ]
}

fn check_answered(
    method: &str,
    path: &str,
    query: Option<&str>,
    body: &[u8],
) -> Result<(), TestCaseError> {
    let router = Router::new(&eks::OPERATIONS);
    if let Err(rejection) = read(&router, method, path, query, body) {
        let envelope = Envelope {
            request_id: "bad\nid",
            date: Timestamp::from_milliseconds(i64::MAX),
        };
        let response = write_rejection(&rejection, &envelope);
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        prop_assert!(response.status().is_client_error());
        prop_assert!(
            body["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_path_is_answered(
        method in select(&["GET", "POST", "DELETE", "PUT", ""][..]),
        path in text(PIECES),
        slash in any::<bool>(),
    ) {
        let path = if slash { format!("/{path}") } else { path };
        check_answered(method, &path, None, b"")?;
    }

    #[test]
    fn any_query_is_answered(
        (method, path) in select(&[
            ("GET", "/clusters"),
            ("DELETE", "/tags/arn%3Ax"),
            ("DELETE", "/clusters/c/addons/a"),
            ("GET", "/cluster-versions"),
        ][..]),
        query in text(QUERY_PIECES),
    ) {
        check_answered(method, path, Some(&query), b"")?;
    }

    #[test]
    fn any_body_is_answered(
        path in select(&["/clusters", "/clusters/c/addons", "/clusters/c/node-groups"][..]),
        body in prop_oneof![
            text(BODY_PIECES).prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..40),
        ],
    ) {
        check_answered("POST", path, None, &body)?;
    }
}

#[test]
fn deep_nesting_is_refused_by_the_parser() {
    let router = Router::new(&eks::OPERATIONS);
    for body in ["[".repeat(1_000_000), "{\"tags\":".repeat(1_000_000)] {
        let outcome = read(&router, "POST", "/clusters", None, body.as_bytes());
        assert!(matches!(outcome, Err(Rejection::MalformedBody { .. })));
    }
}

#[test]
fn a_long_path_of_stretching_labels_is_refused() {
    let router = Router::new(&eks::OPERATIONS);
    let path = format!(
        "/clusters{}",
        "/arn:x/access-entries/arn:x/access-policies".repeat(2000)
    );
    assert!(matches!(
        router.route("PATCH", &path),
        Err(Rejection::UnknownRoute)
    ));
}
