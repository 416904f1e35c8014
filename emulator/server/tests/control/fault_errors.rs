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

const AGENT: &str = "/v1/credentials";

/// A demo whose fault is for the agent and the issuers only, and the head of a
/// pod's request to the agent.
fn beside_services(service: &str, effect: Value) -> (Demo, String) {
    let demo = Demo::start();
    let rule = json!({ "match": { "service": service }, "effect": effect });
    put(&demo, "r", rule);
    let asked = json!({ "cluster": "demo", "namespace": "default", "serviceAccount": "default" });
    let token = demo.ask("POST", "/tokens", asked.to_string()).json()["token"].take();
    (
        demo,
        format!("authorization: {}\r\n", token.as_str().unwrap()),
    )
}

#[track_caller]
fn check_agent(preset: &str, status: u16, text: &str) {
    let effect = json!({ "error": { "preset": preset } });
    let (demo, pod) = beside_services("agent", effect);
    let answer = demo.send("GET", AGENT, &pod, b"");
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    // What EKS Auth says comes with the id of its request.
    let said = answer
        .text
        .split_once("]: ")
        .map_or(&*answer.text, |(_, said)| said);
    assert_eq!(said, text);
    let entry = demo.get("/requests?service=agent")["requests"][0].take();
    assert_eq!(entry["service"], "agent");
    assert_eq!(entry["operation"], "GetPodCredentials");
    assert_eq!(entry["cluster"], "demo");
    assert_eq!(entry["status"], status);
    assert_eq!(entry["faults"], json!(["r"]));
}

#[test]
fn the_pod_identity_agent_fails_in_its_own_words() {
    check_agent("throttling", 429, "Too Many Requests\n");
    check_agent(
        "expiredToken",
        400,
        "Service account token failed basic claim validations: token is expired\n",
    );
    check_agent(
        "accessDenied",
        400,
        "(AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client\n",
    );
    check_agent(
        "serverException",
        500,
        "(InternalServerException): Internal server error., fault: server\n",
    );
    check_agent(
        "serviceUnavailable",
        503,
        "(ServiceUnavailableException): Service is unavailable., fault: server\n",
    );
}

#[test]
fn what_makes_no_sense_to_the_agent_meets_no_fault() {
    let effect = json!({ "error": { "preset": "throttling" } });
    let (demo, _) = beside_services("agent", effect);
    assert_eq!(demo.send("GET", AGENT, "", b"").status, 400);
    assert_eq!(demo.get("/faults/r")["fired"], 0);
}

#[test]
fn the_agent_is_late_and_loses_its_connection_like_services() {
    let effect = json!({ "connection": "truncateBody", "error": { "preset": "throttling" } });
    let (demo, pod) = beside_services("agent", effect);
    let answer = demo.send("GET", AGENT, &pod, b"");
    assert_eq!((answer.status, answer.text.as_str()), (429, "Too Many "));
    let (demo, pod) = beside_services("agent", json!({ "delay": { "fixed": "1ms" } }));
    let answer = demo.send("GET", AGENT, &pod, b"");
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert_eq!(demo.get("/faults/r")["fired"], 1);
}

#[test]
fn an_issuer_fails_as_a_web_server_does() {
    for (preset, status, text) in [
        ("throttling", 429, "Too Many Requests\n"),
        ("serverException", 500, "Internal Server Error\n"),
        ("serviceUnavailable", 503, "Service Unavailable\n"),
        ("accessDenied", 403, "Forbidden\n"),
    ] {
        let effect = json!({ "error": { "preset": preset } });
        let demo = beside_services("issuer", effect).0;
        let cluster = demo.eks("GET", "/clusters/demo", json!(null));
        let issuer = cluster["cluster"]["identity"]["oidc"]["issuer"]
            .as_str()
            .unwrap();
        let path = issuer.split_once("amazonaws.com").unwrap().1;
        for document in ["/.well-known/openid-configuration", "/keys"] {
            let answer = demo.send("GET", &format!("{path}{document}"), "", b"");
            assert_eq!((answer.status, answer.text.as_str()), (status, text));
        }
        let requests = demo.get("/requests?service=issuer")["requests"].take();
        assert_eq!(requests[0]["operation"], "GetDiscoveryDocument");
        assert_eq!(requests[1]["operation"], "GetKeySet");
        assert_eq!(requests[1]["faults"], json!(["r"]));
        let rule = json!({ "match": { "operation": "GetKeySet" }, "effect": { "error": { "preset": preset } } });
        put(&demo, "r", rule);
        let keys = demo.send("GET", &format!("{path}/keys"), "", b"");
        assert_eq!(keys.status, status);
        let path = format!("{path}/.well-known/openid-configuration");
        assert_eq!(demo.send("GET", &path, "", b"").status, 200);
    }
}

#[test]
fn a_preset_that_the_called_one_does_not_have_is_refused() {
    let demo = Demo::start();
    let refused = |service: &str, preset: &str| {
        let rule = json!({
            "match": { "service": service }, "effect": { "error": { "preset": preset } },
        });
        demo.refused("PUT", "/faults/r", rule.to_string())
    };
    assert_eq!(
        refused("issuer", "expiredToken"),
        "422 InvalidRule: effect.error.preset expiredToken is not for issuer"
    );
    assert_eq!(
        refused("agent", "resourceInUse"),
        "422 InvalidRule: effect.error.preset resourceInUse is for eks and iam only"
    );
    assert_eq!(
        refused("oidc", "throttling"),
        "422 InvalidRule: match.service oidc is none of eks, eks-auth, iam, sts, agent and issuer"
    );
}
