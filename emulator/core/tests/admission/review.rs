//! The webhook on the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eks_emulator_core::kubernetes::admission::{Lookup, ReviewAnswer};
use serde_json::{Value, json};

use crate::support::{ROLE, WEBHOOK, account, associated, pod};

fn review(body: &str) -> String {
    let answer = WEBHOOK.review(Some("application/json"), body.as_bytes(), |_, _| {
        account(&[("role-arn", ROLE)])
    });
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    String::from_utf8(answer.body).unwrap()
}

fn refused(message: &str) -> String {
    let message = Value::from(message);
    format!(
        "{{\"response\":{{\"uid\":\"\",\"allowed\":false,\
         \"status\":{{\"metadata\":{{}},\"message\":{message}}}}}}}"
    )
}

fn request(api_version: &str, object: &Value) -> String {
    json!({
        "apiVersion": api_version,
        "kind": "AdmissionReview",
        "request": {
            "uid": "918ef1dc-928f-4525-99ef-988389f263c3",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "namespace": "reports",
            "operation": "CREATE",
            "object": object,
        },
    })
    .to_string()
}

#[test]
fn only_one_content_type_is_taken() {
    for content_type in [
        None,
        Some(""),
        Some("application/xml"),
        Some("application/json; charset=utf-8"),
        Some("Application/JSON"),
    ] {
        let answer = WEBHOOK.review(content_type, b"{}", |_, _| panic!("looked up"));
        assert_eq!(
            answer,
            ReviewAnswer {
                status: 415,
                content_type: "text/plain; charset=utf-8",
                body: b"Invalid Content-Type, expected `application/json`\n".to_vec(),
            }
        );
    }
}

#[test]
fn without_a_request_the_content_is_bad() {
    let bad = r#"{"response":{"uid":"","allowed":false,"status":{"metadata":{},"message":"bad content"}}}"#;
    for body in [
        "",
        " \n",
        "null",
        "{}",
        r#"{"request":null}"#,
        r#"{"response":null}"#,
    ] {
        assert_eq!(review(body), bad, "{body}");
    }
    assert_eq!(
        review(r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#),
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"","allowed":false,"status":{"metadata":{},"message":"bad content"}}}"#
    );
}

/// Bodies and what is wrong with them; recorded from k8s.io/apimachinery 0.34.
const NOT_JSON: &[(&str, &str)] = &[
    (
        r#"{"request": {"object": "\"metadata\":{\"name\":\"fake\""}"#,
        "unexpected end of JSON input",
    ),
    ("{", "unexpected end of JSON input"),
    (r#"{"a":"b"#, "unexpected end of JSON input"),
    (r#"{"a":1}x"#, "invalid character 'x' after top-level value"),
    (
        r#"{"a":1} {}"#,
        "invalid character '{' after top-level value",
    ),
    (
        r#"{"a":}"#,
        "invalid character '}' looking for beginning of value",
    ),
    (r#"{"a"1}"#, "invalid character '1' after object key"),
    (
        "{a:1}",
        "invalid character 'a' looking for beginning of object key string",
    ),
    (
        r#"{"a":tru}"#,
        "invalid character '}' in literal true (expecting 'e')",
    ),
    (
        r#"{"a":nope}"#,
        "invalid character 'o' in literal null (expecting 'u')",
    ),
    (
        r#"{"a":1,}"#,
        "invalid character '}' looking for beginning of object key string",
    ),
    (
        r#"{"a":01}"#,
        "invalid character '1' after object key:value pair",
    ),
    (
        r#"{"a":[1 2]}"#,
        "invalid character '2' after array element",
    ),
    (
        r#"{"a":[1,]}"#,
        "invalid character ']' looking for beginning of value",
    ),
    (r#"{"a":-}"#, "invalid character '}' in numeric literal"),
    (
        r#"{"a":1e}"#,
        "invalid character '}' in exponent of numeric literal",
    ),
    (
        r#"{"a":1."#,
        "invalid character ' ' after decimal point in numeric literal",
    ),
    (
        r#"{"a":"\q"}"#,
        "invalid character 'q' in string escape code",
    ),
    (
        r#"{"a":"\u12"}"#,
        "invalid character '\"' in \\u hexadecimal character escape",
    ),
    (
        "{\"a\":\"\u{1}\"}",
        "invalid character '\\x01' in string literal",
    ),
    ("{\"\n", "invalid character '\\n' in string literal"),
    (
        "{'a",
        "invalid character '\\'' looking for beginning of object key string",
    ),
    (
        "{é",
        "invalid character 'Ã' looking for beginning of object key string",
    ),
];

#[test]
fn what_is_not_json_is_told_in_the_words_of_go() {
    for (body, message) in NOT_JSON {
        let message = format!("couldn't get version/kind; json parse error: {message}");
        assert_eq!(review(body), refused(&message), "{body}");
    }
    let deep = format!("{{\"a\":{}", "[".repeat(10_001));
    let message = "couldn't get version/kind; json parse error: exceeded max depth";
    assert_eq!(review(&deep), refused(message));
}

#[test]
fn html_is_escaped_as_go_does() {
    assert_eq!(
        review("{\"request\":{\"uid\":\"<&>\u{2028}\u{2029}\"}}"),
        r#"{"response":{"uid":"\u003c\u0026\u003e\u2028\u2029","allowed":false,"status":{"metadata":{},"message":"unexpected end of JSON input"}}}"#
    );
    assert_eq!(
        review("{<"),
        r#"{"response":{"uid":"","allowed":false,"status":{"metadata":{},"message":"couldn't get version/kind; json parse error: invalid character '\u003c' looking for beginning of object key string"}}}"#
    );
}

#[test]
fn what_is_not_a_review_is_told_in_the_words_of_go() {
    let structure = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
                     Kind string \"json:\\\"kind,omitempty\\\"\" }";
    let value = |kind: &str| {
        format!(
            "couldn't get version/kind; json parse error: json: cannot unmarshal {kind} \
             into Go value of type {structure}"
        )
    };
    for (body, kind) in [
        ("[]", "array"),
        ("1", "number"),
        ("true", "bool"),
        ("x", "string"),
    ] {
        assert_eq!(review(body), refused(&value(kind)), "{body}");
    }
    let cases = [
        (
            r#"{"apiVersion":1,"kind":"x"}"#,
            "couldn't get version/kind; json parse error: json: cannot unmarshal number \
             into Go struct field .apiVersion of type string",
        ),
        (
            r#"{"apiVersion":"a/b/c"}"#,
            "unexpected GroupVersion string: a/b/c",
        ),
        (
            r#"{"request":"x"}"#,
            "json: cannot unmarshal string into Go struct field \
             AdmissionReview.request of type v1.AdmissionRequest",
        ),
        (
            r#"{"request":{"uid":1}}"#,
            "json: cannot unmarshal number into Go struct field \
             AdmissionRequest.request.uid of type types.UID",
        ),
        (
            r#"{"request":{"namespace":[]}}"#,
            "json: cannot unmarshal array into Go struct field \
             AdmissionRequest.request.namespace of type string",
        ),
        (r#"{"request":{}}"#, "unexpected end of JSON input"),
        (
            r#"{"request":{"object":null}}"#,
            "unexpected end of JSON input",
        ),
        (
            r#"{"request": {"object": "\"metadata\":{\"name\":\"fake\""}}"#,
            "json: cannot unmarshal string into Go value of type v1.Pod",
        ),
    ];
    for (body, message) in cases {
        assert_eq!(review(body), refused(message), "{body}");
    }
}

#[test]
fn a_refusal_repeats_what_the_request_is() {
    assert_eq!(
        review(&request("admission.k8s.io/v1", &json!([]))),
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"918ef1dc-928f-4525-99ef-988389f263c3","allowed":false,"status":{"metadata":{},"message":"json: cannot unmarshal array into Go value of type v1.Pod"}}}"#
    );
}

#[test]
fn a_pod_that_needs_nothing_is_allowed_without_a_patch() {
    let body = request("admission.k8s.io/v1beta1", &pod());
    let answer = WEBHOOK.review(Some("application/json"), body.as_bytes(), |_, _| {
        Lookup::default()
    });
    assert_eq!(
        String::from_utf8(answer.body).unwrap(),
        r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"918ef1dc-928f-4525-99ef-988389f263c3","allowed":true}}"#
    );
}

#[test]
fn a_mutated_pod_is_allowed_with_a_patch_in_both_versions() {
    for version in ["admission.k8s.io/v1beta1", "admission.k8s.io/v1"] {
        let text = review(&request(version, &pod()));
        let head = format!(
            "{{\"kind\":\"AdmissionReview\",\"apiVersion\":\"{version}\",\"response\":\
             {{\"uid\":\"918ef1dc-928f-4525-99ef-988389f263c3\",\"allowed\":true,\"patch\":\""
        );
        let rest = text.strip_prefix(&head).unwrap();
        let patch = rest
            .strip_suffix("\",\"patchType\":\"JSONPatch\"}}")
            .unwrap();
        let patch = STANDARD.decode(patch).unwrap();
        let patch: Value = serde_json::from_slice(&patch).unwrap();
        assert_eq!(
            patch,
            json!([
                {"op": "add", "path": "/spec/volumes", "value": [{
                    "name": "aws-iam-token",
                    "projected": {"sources": [{"serviceAccountToken": {
                        "audience": "sts.amazonaws.com", "expirationSeconds": 86400,
                        "path": "token"}}]}}]},
                {"op": "add", "path": "/spec/containers", "value": [{
                    "name": "app",
                    "image": "app:1",
                    "env": [
                        {"name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional"},
                        {"name": "AWS_DEFAULT_REGION", "value": "eu-west-1"},
                        {"name": "AWS_REGION", "value": "eu-west-1"},
                        {"name": "AWS_ROLE_ARN",
                         "value": "arn:aws:iam::111122223333:role/reports/reader"},
                        {"name": "AWS_WEB_IDENTITY_TOKEN_FILE",
                         "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"},
                    ],
                    "resources": {},
                    "volumeMounts": [{
                        "name": "aws-iam-token", "readOnly": true,
                        "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount"}],
                }]},
            ])
        );
    }
}

#[test]
fn a_pod_that_has_everything_still_gets_a_patch() {
    let first = WEBHOOK.decide("reports", &pod(), &account(&[("role-arn", ROLE)]));
    let complete = first.mutation.mutate(&pod());
    let text = review(&request("admission.k8s.io/v1", &complete));
    assert!(text.contains(r#""patchType":"JSONPatch""#), "{text}");
}

#[test]
fn the_namespace_is_that_of_the_request() {
    let body = request("admission.k8s.io/v1", &pod());
    let mut asked = Vec::new();
    WEBHOOK.review(
        Some("application/json"),
        body.as_bytes(),
        |namespace, name| {
            asked.push(format!("{namespace}/{name}"));
            associated(&[])
        },
    );
    assert_eq!(asked, ["reports/worker"]);
}

#[test]
fn the_label_plays_no_part_on_the_wire() {
    let mut pod = pod();
    pod["metadata"]["labels"] = json!({"eks.amazonaws.com/skip-pod-identity-webhook": "true"});
    let text = review(&request("admission.k8s.io/v1", &pod));
    assert!(text.contains(r#""patchType":"JSONPatch""#), "{text}");
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    let body = b"{\"apiVersion\":\"v1\",\"kind\":\"\xff\"}";
    let answer = WEBHOOK.review(Some("application/json"), body, |_, _| Lookup::default());
    assert_eq!(
        String::from_utf8(answer.body).unwrap(),
        "{\"kind\":\"\u{fffd}\",\"apiVersion\":\"v1\",\"response\":{\"uid\":\"\",\"allowed\":false,\
         \"status\":{\"metadata\":{},\"message\":\"bad content\"}}}"
    );
}
