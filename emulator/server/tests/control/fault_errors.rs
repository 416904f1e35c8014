//! The errors that faults give, in the terms of each service.

use serde_json::{Value, json};

use crate::client::{Answer, Demo};
use crate::faults::put;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn with_error(error: Value) -> Demo {
    let demo = Demo::start();
    put(&demo, "r", json!({ "effect": { "error": error } }));
    demo
}

fn eks(demo: &Demo) -> Answer {
    demo.send("GET", "/clusters/demo", "", b"")
}

fn eks_auth(demo: &Demo) -> Answer {
    let path = "/clusters/demo/assume-role-for-pod-identity";
    demo.send("POST", path, "", br#"{"token":"a.b.c"}"#)
}

fn iam(demo: &Demo) -> Answer {
    let body = b"Action=GetRole&Version=2010-05-08&RoleName=pods";
    demo.send("POST", "/", FORM, body)
}

fn sts(demo: &Demo) -> Answer {
    let body = b"Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/pods";
    demo.send("POST", "/", FORM, body)
}

fn web_identity(demo: &Demo) -> Answer {
    let body = b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=me&WebIdentityToken=a.b.c&RoleArn=arn:aws:iam::123456789012:role/pods";
    demo.send("POST", "/", FORM, body)
}

/// Status, code and message of an error of either protocol.
fn described(answer: &Answer) -> String {
    let status = answer.status;
    if let Some(code) = answer.header("x-amzn-errortype") {
        let message = answer.json()["message"].take();
        return format!("{status} {code}: {}", message.as_str().unwrap());
    }
    let element = |name: &str| {
        let start = answer.text.split(&format!("<{name}>")).nth(1).unwrap();
        start.split("</").next().unwrap().to_owned()
    };
    format!("{status} {}: {}", element("Code"), element("Message"))
}

#[track_caller]
fn check(preset: &str, call: impl Fn(&Demo) -> Answer, expected: &str) {
    let demo = with_error(json!({ "preset": preset }));
    assert_eq!(described(&call(&demo)), expected);
}

#[test]
fn throttling_is_what_each_service_calls_it() {
    check("throttling", eks, "429 ThrottlingException: Rate exceeded");
    check(
        "throttling",
        eks_auth,
        "429 ThrottlingException: Rate exceeded",
    );
    check("throttling", iam, "400 Throttling: Rate exceeded");
    check("throttling", sts, "400 Throttling: Rate exceeded");
}

#[test]
fn server_exceptions_are_what_each_service_calls_them() {
    let preset = "serverException";
    check(preset, eks, "500 ServerException: Internal server error.");
    check(
        preset,
        eks_auth,
        "500 InternalServerException: Internal server error.",
    );
    check(preset, iam, "500 ServiceFailure: Internal server error.");
    check(preset, sts, "500 InternalFailure: Internal server error.");
}

#[test]
fn unavailability_is_what_each_service_calls_it() {
    let preset = "serviceUnavailable";
    let long = "503 ServiceUnavailableException: Service is unavailable.";
    let short = "503 ServiceUnavailable: Service is unavailable.";
    check(preset, eks, long);
    check(preset, eks_auth, long);
    check(preset, iam, short);
    check(preset, sts, short);
}

#[test]
fn denied_access_names_the_caller_and_the_resource() {
    let preset = "accessDenied";
    check(
        preset,
        eks,
        "403 AccessDeniedException: User: arn:aws:iam::123456789012:root is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:us-east-1:123456789012:cluster/demo",
    );
    check(
        preset,
        eks_auth,
        "400 AccessDeniedException: Unauthorized Exception! EKS does not have permissions to assume the associated role.",
    );
    check(
        preset,
        iam,
        "403 AccessDenied: User: arn:aws:iam::123456789012:root is not authorized to perform: iam:GetRole on resource: arn:aws:iam::123456789012:role/pods",
    );
    check(
        preset,
        sts,
        "403 AccessDenied: User: arn:aws:iam::123456789012:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/pods",
    );
    check(
        preset,
        web_identity,
        "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
}

#[test]
fn expired_tokens_have_the_times_where_the_service_names_them() {
    let preset = "expiredToken";
    check(
        preset,
        eks,
        "403 ExpiredTokenException: The security token included in the request is expired",
    );
    check(
        preset,
        eks_auth,
        "400 ExpiredTokenException: The token included in the request is expired: current date/time 2026-01-01T00:00:00.000Z must be before the expiration date/time 2025-12-31T23:59:59Z.",
    );
    check(
        preset,
        iam,
        "403 ExpiredToken: The security token included in the request is expired",
    );
    check(
        preset,
        sts,
        "403 ExpiredToken: The security token included in the request is expired",
    );
    check(
        preset,
        web_identity,
        "400 ExpiredTokenException: Token expired: current date/time 1767225600 must be before the expiration date/time1767225599",
    );
}

#[test]
fn a_resource_in_use_is_an_error_of_eks_and_iam_only() {
    let preset = "resourceInUse";
    check(
        preset,
        eks,
        "409 ResourceInUseException: The specified resource is in use.",
    );
    check(
        preset,
        iam,
        "409 ConcurrentModification: The resource is being changed by another request. Try again later.",
    );
    let demo = with_error(json!({ "preset": preset }));
    assert_eq!(sts(&demo).status, 200);
    assert_eq!(demo.get("/faults/r")["fired"], 0);
}

#[test]
fn an_error_of_the_model_has_its_members() {
    let demo = with_error(json!({ "preset": "throttling" }));
    let answer = eks(&demo);
    assert_eq!(
        answer.text,
        "{\n  \"clusterName\" : \"demo\",\n  \"message\" : \"Rate exceeded\"\n}"
    );
    assert!(answer.header("x-amzn-requestid").is_some());
    assert!(answer.header("x-amz-apigw-id").is_some());
    let error = json!({ "code": "ResourceInUseException", "message": "busy" });
    let rule = json!({ "match": { "service": "eks" }, "effect": { "error": error } });
    put(&demo, "r", rule);
    let body = br#"{"addonName":"coredns"}"#;
    let answer = demo.send("POST", "/clusters/demo/addons", "", body);
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.json(),
        json!({ "clusterName": "demo", "nodegroupName": null, "addonName": "coredns", "message": "busy" })
    );
}

#[test]
fn an_error_that_no_model_has_is_given_in_the_same_form() {
    let demo = with_error(json!({
        "code": "TooManyRequestsException", "statusCode": 429, "message": "Too Many Requests",
    }));
    let answer = eks(&demo);
    assert_eq!(
        described(&answer),
        "429 TooManyRequestsException: Too Many Requests"
    );
    assert_eq!(answer.json(), json!({ "message": "Too Many Requests" }));
    assert_eq!(
        described(&sts(&demo)),
        "429 TooManyRequestsException: Too Many Requests"
    );
}

#[test]
fn what_a_rule_says_comes_before_its_preset() {
    let demo = with_error(json!({
        "preset": "throttling", "statusCode": 400, "message": "Slow down",
    }));
    assert_eq!(described(&eks(&demo)), "400 ThrottlingException: Slow down");
}
