//! What goes over the wire: headers, layout, routes, and what is turned away
//! before an operation sees it.

use crate::refusal::assert_raw_refusal;
use crate::support::{TOLD, TestEmulator};

const SERIALIZATION: &str = "SerializationException";
const MISSING: (&str, &str) = (
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
);

#[tokio::test]
async fn every_answer_has_the_headers_of_the_service() {
    let test = TestEmulator::start();
    for (method, target, status) in [
        ("GET", "/clusters", 200),
        ("GET", "/clusters/c1", 404),
        ("GET", "/nowhere", 403),
    ] {
        let answer = test.raw(method, target, "").await;
        assert_eq!(answer.status, status);
        for (name, value) in [
            ("content-type", "application/json"),
            ("date", "Wed, 01 Jul 2026 00:00:00 GMT"),
            ("access-control-allow-origin", "*"),
            (
                "access-control-expose-headers",
                "x-amzn-errortype,x-amzn-errormessage,x-amzn-trace-id,x-amzn-requestid,x-amz-apigw-id,date",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{target}");
        }
        let id = answer.header("x-amzn-requestid").unwrap();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        let gateway = answer.header("x-amz-apigw-id").unwrap();
        assert!(gateway.len() == 16 && gateway.ends_with('='), "{gateway}");
        let trace = answer.header("x-amzn-trace-id").unwrap();
        assert!(trace.starts_with("Root=1-6a4458"), "{trace}");
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!(length, answer.body.len());
    }
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let test = TestEmulator::start();
    let first = test.raw("GET", "/clusters", "").await;
    let second = test.raw("GET", "/clusters", "").await;
    assert_ne!(
        first.header("x-amzn-requestid"),
        second.header("x-amzn-requestid")
    );
}

#[tokio::test]
async fn errors_name_their_exception_in_a_header_and_all_their_members_in_the_body() {
    let test = TestEmulator::with_cluster().await;
    let answer = test.raw("GET", "/clusters/c1/addons/coredns", "").await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("ResourceNotFoundException")
    );
    assert_eq!(
        answer.body,
        "{\n  \"clusterName\" : \"c1\",\n  \"nodegroupName\" : null,\n  \"fargateProfileName\" : null,\n  \"addonName\" : \"coredns\",\n  \"subscriptionId\" : null,\n  \"message\" : \"No addon: coredns found in cluster: c1\"\n}"
    );
    let answer = test.raw("GET", "/clusters", "").await;
    assert_eq!(answer.header("x-amzn-errortype"), None);
}

#[tokio::test]
async fn bodies_are_laid_out_as_the_service_lays_them_out() {
    let test = TestEmulator::with_cluster().await;
    let answer = test.raw("GET", "/clusters", "").await;
    assert_eq!(
        answer.body,
        "{\n  \"clusters\" : [ \"c1\" ],\n  \"nextToken\" : null\n}"
    );
    let answer = test.raw("GET", "/clusters/c1/addons", "").await;
    assert_eq!(
        answer.body,
        "{\n  \"addons\" : [ ],\n  \"nextToken\" : null\n}"
    );
    let body = r#"{"namespace":"default","serviceAccount":"app","roleArn":"arn:aws:iam::111122223333:role/first"}"#;
    test.emulator.advance(std::time::Duration::from_millis(359));
    let answer = test
        .raw("POST", "/clusters/c1/pod-identity-associations", body)
        .await;
    let line = "\n    \"createdAt\" : 1.782864000359E9,\n";
    assert!(answer.body.contains(line), "{}", answer.body);
}

#[tokio::test]
async fn unknown_routes_and_methods_are_answered_as_by_the_front_end() {
    let test = TestEmulator::with_cluster().await;
    for (method, target) in [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("PUT", "/clusters"),
        ("PATCH", "/clusters/c1"),
        ("POST", "/clusters/c1"),
        ("GET", "/clusters/c1/addons/coredns/update"),
        ("GET", "/clusters/c1/addons/coredns/more/and/more"),
        ("DELETE", "/clusters"),
        ("OPTIONS", "/clusters"),
        ("GET", "/Clusters"),
    ] {
        let answer = test.raw(method, target, "").await;
        assert_raw_refusal(&answer, 403, MISSING.0, MISSING.1);
    }
}

#[tokio::test]
async fn labels_are_decoded_once() {
    let test = TestEmulator::with_cluster().await;
    for target in ["/clusters/%631", "/clusters/c%31", "/clusters/%63%31"] {
        let answer = test.raw("GET", target, "").await;
        assert_eq!(answer.json()["cluster"]["name"], "c1", "{target}");
    }
    // Decoded twice, this would be the cluster.
    let answer = test.raw("GET", "/clusters/%25631", "").await;
    assert_eq!(answer.status, 400);
    let answer = test.raw("GET", "/clusters/c1/addons/a%2Fb", "").await;
    assert_eq!(
        answer.json()["message"],
        "No addon: a/b found in cluster: c1"
    );
}

#[tokio::test]
async fn broken_escapes_are_turned_away() {
    let test = TestEmulator::with_cluster().await;
    for target in [
        "/clusters/%",
        "/clusters/%zz",
        "/clusters/c1%4",
        "/clusters/%FF",
        "/clusters?nextToken=%",
        "/clusters/c1/pod-identity-associations?namespace=%C3%28",
    ] {
        let answer = test.raw("GET", target, "").await;
        assert_raw_refusal(&answer, 400, "BadRequestException", "Bad Request");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_turned_away() {
    let test = TestEmulator::with_cluster().await;
    for body in [
        "{",
        "nonsense",
        "{\"addonName\":}",
        "{\"addonName\":\"coredns\"} more",
        "\u{1}",
    ] {
        let answer = test.raw("POST", "/clusters/c1/addons", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.header("x-amzn-errortype"), Some(SERIALIZATION));
        let answer = answer.json();
        let message = answer["message"].as_str().unwrap();
        assert!(
            message.starts_with("Could not parse request body into json: "),
            "{message}"
        );
        assert_eq!(answer.as_object().unwrap().len(), 1);
    }
    assert_eq!(test.addon_names().await, [""; 0]);
}

#[tokio::test]
async fn a_cluster_that_does_not_exist_is_noticed_after_the_body() {
    let test = TestEmulator::start();
    let answer = test.raw("POST", "/clusters/none/addons", "{").await;
    assert_eq!(answer.header("x-amzn-errortype"), Some(SERIALIZATION));
    let answer = test.raw("POST", "/clusters/none/addons", "{}").await;
    let message = "The parameter addonName must not be empty.";
    assert_raw_refusal(&answer, 400, "InvalidParameterException", message);
}

#[tokio::test]
async fn any_content_type_and_none_are_taken() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    for (name, content_type) in [
        ("coredns", "application/json"),
        ("kube-proxy", "application/x-amz-json-1.1"),
        ("vpc-cni", "text/plain"),
    ] {
        let body = format!("{{\"addonName\":\"{name}\"}}");
        let headers = [("Content-Type", content_type)];
        let answer = test
            .raw_with("POST", "/clusters/c1/addons", &headers, &body)
            .await;
        assert_eq!(answer.status, 200, "{content_type}");
    }
    let body = "{\"addonName\":\"snapshot-controller\"}";
    assert_eq!(
        test.raw("POST", "/clusters/c1/addons", body).await.status,
        200
    );
}

#[tokio::test]
async fn a_body_without_members_may_be_left_out() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let answer = test
        .raw("POST", "/clusters/c1/addons/coredns/update", "")
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["update"]["params"], serde_json::json!([]));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_turned_away() {
    let test = TestEmulator::start();
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024));
    let answer = test.raw("POST", "/clusters", &body).await;
    assert_raw_refusal(
        &answer,
        413,
        "RequestEntityTooLargeException",
        "Request Too Long",
    );
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored() {
    let test = TestEmulator::with_cluster().await;
    let answer = test
        .raw("GET", "/clusters?unknown=1&maxResults=5&flag", "")
        .await;
    assert_eq!(answer.json()["clusters"], serde_json::json!(["c1"]));
}
