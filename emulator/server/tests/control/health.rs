//! Whether the emulator is there, and paths and methods that it does not have.

use serde_json::json;

use crate::client::Demo;

#[test]
fn it_is_alive_and_ready() {
    let demo = Demo::start();
    let health = demo.send("GET", "/_emulator/health", "", b"").json();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["services"], json!(["eks", "eks-auth", "iam", "sts"]));
    let ready = demo.send("GET", "/_emulator/ready", "", b"");
    assert_eq!(ready.json(), json!({ "ready": true }));
}

#[test]
fn unknown_paths_are_not_found() {
    let demo = Demo::start();
    for path in [
        "/nothing",
        "/clusters",
        "/clusters/demo",
        "/clusters/demo/nothing",
        "/clock/",
    ] {
        let sentence = format!("404 NotFound: The emulator has no endpoint /_emulator/v1{path}.");
        assert_eq!(demo.refused("GET", path, ""), sentence);
        assert_eq!(demo.refused("POST", path, "{}"), sentence);
    }
}

#[test]
fn every_endpoint_refuses_other_methods() {
    let demo = Demo::start();
    let endpoints = [
        ("POST", "/clock"),
        ("GET", "/clock/advance"),
        ("POST", "/events"),
        ("PUT", "/clusters/demo/pods"),
        ("POST", "/clusters/demo/pods/default/a/credentials"),
        ("POST", "/clusters/demo/workloads"),
        (
            "GET",
            "/clusters/demo/workloads/kube-system/Deployment/coredns/restart",
        ),
        ("POST", "/clusters/demo/service-accounts"),
        ("GET", "/clusters/demo/service-accounts/default/default"),
        (
            "PUT",
            "/clusters/demo/service-accounts/default/default/credentials",
        ),
        ("DELETE", "/clusters/demo/namespaces"),
        ("DELETE", "/clusters/demo/nodes"),
        ("DELETE", "/clusters/demo/kubernetes-events"),
        ("GET", "/clusters/demo/compute"),
        ("GET", "/clusters/demo/mutate-pod"),
    ];
    for (method, path) in endpoints {
        let sentence = format!(
            "405 MethodNotAllowed: The endpoint /_emulator/v1{path} has no method {method}."
        );
        assert_eq!(demo.refused(method, path, ""), sentence);
    }
}

#[test]
fn every_endpoint_of_a_cluster_wants_one_that_is_there() {
    let demo = Demo::start();
    let endpoints = [
        ("GET", "pods"),
        ("POST", "pods"),
        ("GET", "pods/default/a/credentials"),
        ("GET", "workloads"),
        ("POST", "workloads/kube-system/Deployment/coredns/restart"),
        ("GET", "service-accounts"),
        ("PUT", "service-accounts/default/default"),
        ("GET", "service-accounts/default/default/credentials"),
        ("GET", "namespaces"),
        ("GET", "nodes"),
        ("GET", "kubernetes-events"),
        ("PUT", "compute"),
        ("POST", "mutate-pod"),
    ];
    for (method, path) in endpoints {
        let path = format!("/clusters/absent/{path}");
        let refused = demo.refused(method, &path, r#"{"compute":"none"}"#);
        assert_eq!(
            refused, "404 NotFound: There is no cluster absent.",
            "{path}"
        );
    }
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let demo = Demo::start();
    let body = " ".repeat(1024 * 1024 + 1);
    for (method, path) in [
        ("POST", "/clock/advance"),
        ("PATCH", "/clock"),
        ("POST", "/clusters/demo/pods"),
        ("PUT", "/clusters/demo/compute"),
        ("POST", "/clusters/demo/mutate-pod"),
        ("PUT", "/clusters/demo/service-accounts/default/app"),
    ] {
        let refused = demo.refused(method, path, &body);
        assert!(
            refused.starts_with("413 BodyTooLarge: "),
            "{path}: {refused}"
        );
    }
}

/// A filter with a typo would narrow nothing and seem to work.
#[test]
fn unknown_parameters_are_refused() {
    let demo = Demo::start();
    assert_eq!(
        demo.refused("GET", "/clusters/demo/pods?namspace=web", ""),
        "400 BadRequest: There is no parameter namspace."
    );
    assert_eq!(demo.ask("GET", "/events?limit=1", "").status, 400);
}

/// Only one of them would count.
#[test]
fn what_narrows_is_given_once_and_names_something() {
    let demo = Demo::start();
    for (query, sentence) in [
        (
            "/transitions?resource=a&resource=b",
            "The parameter resource is there twice.",
        ),
        (
            "/requests?account=123456789012&account=123456789012",
            "The parameter account is there twice.",
        ),
        ("/requests?region=", "The region is empty."),
    ] {
        let refusal = format!("400 BadRequest: {sentence}");
        assert_eq!(demo.refused("GET", query, ""), refusal);
    }
    let account = "x-emulator-account: 123456789012\r\n".repeat(2);
    let twice = demo.send("POST", "/_emulator/v1/reset", &account, b"");
    assert_eq!(twice.status, 400);
    assert_eq!(
        demo.refused("POST", "/reset", r#"{"region":""}"#),
        "422 InvalidBody: The region is empty."
    );
}

#[test]
fn a_path_that_is_not_text_is_refused() {
    assert_eq!(
        Demo::start().refused("GET", "/clusters/de%ffmo/nodes", ""),
        "400 BadRequest: The path is not UTF-8."
    );
}

#[test]
fn web_pages_from_elsewhere_may_not_use_it() {
    let demo = Demo::start();
    let status = |headers: &str| {
        let answer = demo.send("GET", "/_emulator/v1/clock", headers, b"");
        answer.status
    };
    assert_eq!(status("Origin: https://example.com\r\n"), 403);
    assert_eq!(status("Origin: null\r\n"), 403);
    assert_eq!(status("Origin: http://localhost\r\n"), 200);
    assert_eq!(status(""), 200);
}

#[test]
fn tools_for_localstack_find_the_services_running() {
    let health = Demo::start().send("GET", "/_localstack/health", "", b"");
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["services"]["eks"], "running");
}

#[test]
fn the_operations_of_every_service_are_listed() {
    let rows = Demo::start().get("/operations");
    let rows = rows.as_array().unwrap();
    let has = |service: &str, operation: &str, support: &str| {
        rows.contains(&json!({ "operation": operation, "service": service, "support": support }))
    };
    assert!(has("eks", "CreateAddon", "full"));
    assert!(has("eks", "CreateNodegroup", "none"));
    assert!(has("eks-auth", "AssumeRoleForPodIdentity", "full"));
    assert!(has("iam", "CreateRole", "full"));
    assert!(has("sts", "AssumeRoleWithWebIdentity", "full"));
    assert_eq!(
        rows.iter().filter(|row| row["service"] == "eks").count(),
        70
    );
}
