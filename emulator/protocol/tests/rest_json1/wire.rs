//! Whole answers, headers included, byte for byte.

use std::fmt::Write;

use eks_emulator_api::{Timestamp, eks};
use eks_emulator_protocol::rest_json1::{
    Envelope, Rejection, Router, read, write_error, write_output, write_rejection,
};
use eks_emulator_protocol::sigv4::CredentialError;
use http::Response;

const ENVELOPE: Envelope<'static> = Envelope {
    request_id: "0585fedb-0fa2-4ad0-9916-344273c73c9a",
    date: Timestamp::from_milliseconds(1_703_780_359_717),
};

/// The headers that all of these answers share, sorted by name.
const SHARED: &str = "\
access-control-allow-headers: *,Authorization,Date,X-Amz-Date,X-Amz-Security-Token,X-Amz-Target,content-type,x-amz-content-sha256,x-amz-user-agent,x-amzn-platform-id,x-amzn-trace-id
access-control-allow-methods: GET,HEAD,PUT,POST,DELETE,OPTIONS
access-control-allow-origin: *
access-control-expose-headers: x-amzn-errortype,x-amzn-errormessage,x-amzn-trace-id,x-amzn-requestid,x-amz-apigw-id,date
content-type: application/json
date: Thu, 28 Dec 2023 16:19:19 GMT
x-amz-apigw-id: ZYL0EXb422whvcv=
";

fn text_of(response: &Response<Vec<u8>>) -> String {
    let mut headers: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = std::str::from_utf8(response.body()).unwrap();
    let mut text = String::new();
    write!(
        text,
        "{}\n{}\n{body}",
        response.status().as_u16(),
        headers.concat()
    )
    .unwrap();
    text
}

/// Compares a whole answer; `own` are the headers that not all answers share.
fn check(response: &Response<Vec<u8>>, status: u16, error_type: Option<&str>, body: &str) {
    let error_type = error_type.map_or(String::new(), |code| format!("x-amzn-errortype: {code}\n"));
    let expected = format!(
        "{status}\n{SHARED}{error_type}x-amzn-requestid: 0585fedb-0fa2-4ad0-9916-344273c73c9a\n\
         x-amzn-trace-id: Root=1-658da007-17c75aae07143c624f0d20da\n\n{body}"
    );
    assert_eq!(text_of(response), expected);
}

fn check_rejection(rejection: &Rejection, status: u16, code: &str, body: &str) {
    check(
        &write_rejection(rejection, &ENVELOPE),
        status,
        Some(code),
        body,
    );
}

fn rejected(method: &str, path: &str, body: &str) -> Rejection {
    read(
        &Router::new(&eks::OPERATIONS),
        method,
        path,
        None,
        body.as_bytes(),
    )
    .expect_err("a bad request")
}

#[test]
fn a_successful_answer() {
    let output = eks::DescribeAddonResponse {
        addon: Some(eks::Addon {
            addon_name: Some("coredns".into()),
            cluster_name: Some("c1".into()),
            status: Some(eks::AddonStatus::Active),
            health: Some(eks::AddonHealth {
                issues: Some(Vec::new()),
            }),
            created_at: Some(Timestamp::from_milliseconds(1_703_780_359_717)),
            tags: Some([("team".to_owned(), "a".to_owned())].into()),
            pod_identity_associations: Some(vec!["arn:1".into(), "arn:2".into()]),
            ..eks::Addon::default()
        }),
    };
    let operation = eks::operation("DescribeAddon").unwrap();
    check(
        &write_output(operation, &output, &ENVELOPE),
        200,
        None,
        r#"{
  "addon" : {
    "addonName" : "coredns",
    "clusterName" : "c1",
    "status" : "ACTIVE",
    "addonVersion" : null,
    "health" : {
      "issues" : [ ]
    },
    "addonArn" : null,
    "createdAt" : 1.703780359717E9,
    "modifiedAt" : null,
    "serviceAccountRoleArn" : null,
    "tags" : {
      "team" : "a"
    },
    "publisher" : null,
    "owner" : null,
    "marketplaceInformation" : null,
    "configurationValues" : null,
    "podIdentityAssociations" : [ "arn:1", "arn:2" ],
    "namespaceConfig" : null
  }
}"#,
    );
}

#[test]
fn an_empty_answer() {
    let operation = eks::operation("TagResource").unwrap();
    check(
        &write_output(operation, &eks::TagResourceResponse::default(), &ENVELOPE),
        200,
        None,
        "{ }",
    );
}

#[test]
fn a_modelled_error() {
    let error = eks::Error::from(eks::ResourceNotFoundException {
        cluster_name: Some("c1".into()),
        message: Some("No cluster found for name: c1.".into()),
        ..eks::ResourceNotFoundException::default()
    });
    check(
        &write_error(error.exception().row(), &error, &ENVELOPE),
        404,
        Some("ResourceNotFoundException"),
        "{\n  \"clusterName\" : \"c1\",\n  \"nodegroupName\" : null,\n  \"fargateProfileName\" : null,\n  \
         \"addonName\" : null,\n  \"subscriptionId\" : null,\n  \"message\" : \"No cluster found for name: c1.\"\n}",
    );
}

#[test]
fn a_missing_cluster_fills_the_155_bytes_seen() {
    let error = eks::ResourceNotFoundException {
        cluster_name: Some("ateksf1".into()),
        nodegroup_name: Some("podsched-1".into()),
        message: Some("No node group found for name: podsched-1.".into()),
        ..eks::ResourceNotFoundException::default()
    };
    let error = eks::Error::from(error);
    let response = write_error(error.exception().row(), &error, &ENVELOPE);
    // That body of 2020 came before two of the members.
    let later = ",\n  \"addonName\" : null,\n  \"subscriptionId\" : null".len();
    assert_eq!(response.body().len() - later, 155);
}

#[test]
fn a_constraint_violation() {
    check_rejection(
        &rejected("POST", "/clusters/c/addons", "{}"),
        400,
        "InvalidParameterException",
        "{\n  \"clusterName\" : null,\n  \"nodegroupName\" : null,\n  \"fargateProfileName\" : null,\n  \
         \"addonName\" : null,\n  \"subscriptionId\" : null,\n  \
         \"message\" : \"The parameter addonName must not be empty.\"\n}",
    );
}

#[test]
fn a_constraint_violation_of_an_operation_that_does_not_model_it() {
    // Neither DescribeCluster nor DeleteCluster lists the exception.
    check_rejection(
        &rejected("DELETE", "/clusters/-", ""),
        400,
        "InvalidParameterException",
        "{\n  \"clusterName\" : null,\n  \"nodegroupName\" : null,\n  \"fargateProfileName\" : null,\n  \
         \"addonName\" : null,\n  \"subscriptionId\" : null,\n  \
         \"message\" : \"The parameter name contains invalid characters. It should conform to the regular \
         expression \\\"^[0-9A-Za-z][A-Za-z0-9-_]*\\\"In other words, it should start with a number or letter, and \
         can contain numbers, letters, dashes, and underscores.\"\n}",
    );
}

#[test]
fn a_constraint_violation_of_a_tag_operation() {
    check_rejection(
        &rejected("POST", "/tags/x", "{}"),
        400,
        "BadRequestException",
        "{\n  \"message\" : \"The parameter tags must not be empty.\"\n}",
    );
}

#[test]
fn an_unknown_route_and_an_unsigned_request_look_the_same() {
    for rejection in [
        rejected("PATCH", "/clusters", ""),
        CredentialError::Absent.into(),
    ] {
        check_rejection(
            &rejection,
            403,
            "MissingAuthenticationTokenException",
            r#"{"message":"Missing Authentication Token"}"#,
        );
    }
}

#[test]
fn a_credential_for_another_service() {
    check_rejection(
        &CredentialError::WrongService { expected: "eks" }.into(),
        403,
        "InvalidSignatureException",
        r#"{"message":"Credential should be scoped to correct service: 'eks'."}"#,
    );
}

#[test]
fn an_authorization_header_of_another_kind() {
    let error = eks_emulator_protocol::sigv4::Credential::of_header("Bearer abc").unwrap_err();
    check_rejection(
        &error.into(),
        403,
        "IncompleteSignatureException",
        r#"{"message":"'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'."}"#,
    );
}

#[test]
fn a_body_that_is_not_json() {
    check_rejection(
        &rejected("POST", "/clusters/c/addons", "{"),
        400,
        "SerializationException",
        r#"{"message":"Could not parse request body into json: EOF while parsing an object at line 1 column 1"}"#,
    );
}

#[test]
fn a_value_of_the_wrong_type() {
    check_rejection(
        &rejected("POST", "/clusters/c/addons", r#"{"addonName": 5}"#),
        400,
        "SerializationException",
        r#"{"message":"Could not parse request body into json: NUMBER_VALUE can not be converted to a String"}"#,
    );
}

#[test]
fn a_body_that_is_too_large() {
    check_rejection(
        &Rejection::BodyTooLarge,
        413,
        "RequestEntityTooLargeException",
        r#"{"message":"Request Too Long"}"#,
    );
}

#[test]
fn a_broken_escape() {
    check_rejection(
        &rejected("GET", "/clusters/%zz", ""),
        400,
        "BadRequestException",
        r#"{"message":"Bad Request"}"#,
    );
}
