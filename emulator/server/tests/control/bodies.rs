//! Bodies that are none, and bodies that make no sense.

use serde_json::{Value, json};

use crate::client::Demo;

/// Method and path of every endpoint that takes a body, for objects that are
/// there.
fn endpoints_with_bodies(demo: &Demo) -> Vec<(String, String)> {
    let document = demo.ask_unchecked("GET", "/_emulator/openapi.json").json();
    let mut endpoints = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["requestBody"].is_object() {
                let path = path
                    .replace("{cluster}", "demo")
                    .replace("{namespace}", "default")
                    .replace("{name}", "one");
                assert!(!path.contains('{'), "{path}");
                endpoints.push((method.to_uppercase(), path));
            }
        }
    }
    endpoints
}

/// The status that tells of a member that the endpoint does not know.
fn unknown_member(path: &str) -> u16 {
    match path.ends_with("/config") {
        true => 400,
        false => 422,
    }
}

/// The webhook is Kubernetes' own, and answers as that does.
const WEBHOOK: &str = "/_emulator/v1/clusters/demo/mutate-pod";

#[test]
fn what_is_not_json_is_400_and_json_that_makes_no_sense_is_422() {
    let demo = Demo::start();
    let endpoints = endpoints_with_bodies(&demo);
    assert!(endpoints.len() > 12, "{endpoints:?}");
    for (method, path) in endpoints {
        if path == WEBHOOK {
            continue;
        }
        for (body, status) in [
            ("{", 400),
            ("{\"match\": }", 400),
            ("{} {}", 400),
            ("[]", 422),
            ("1", 422),
            ("{\"there is\": \"no such member\"}", unknown_member(&path)),
        ] {
            let content_type = "content-type: application/json\r\n";
            let answer = demo.send(&method, &path, content_type, body.as_bytes());
            assert_eq!(answer.status, status, "{method} {path} {body}: {answer:?}");
            let error = answer.json();
            assert!(error["message"].is_string(), "{method} {path}: {error}");
            if status == 400 && !path.ends_with("/seed") {
                assert_eq!(error["code"], "BadRequest", "{method} {path}");
            }
        }
    }
}

#[test]
fn a_seed_that_is_no_yaml_is_400_with_its_place() {
    let demo = Demo::start();
    let path = "/_emulator/v1/seed";
    let yaml = "content-type: application/yaml\r\n";
    let answer = demo.send("POST", path, yaml, b"schema: 1\nclusters: [\n");
    assert_eq!(answer.status, 400);
    let error = answer.json();
    assert_eq!(error["code"], "InvalidSeed");
    assert_eq!(error["details"][0]["line"], 3, "{error}");
    let repeated = demo.send("POST", path, yaml, b"schema: 1\nschema: 1\n");
    assert_eq!(repeated.status, 422);
}

#[test]
fn the_webhook_speaks_its_own_words_and_the_endpoint_refuses_in_json() {
    let demo = Demo::start();
    let json = "content-type: application/json\r\n";
    for body in ["", "{"] {
        let answer = demo.send("POST", WEBHOOK, json, body.as_bytes());
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    }
    let text = demo.send("POST", WEBHOOK, "", b"{}");
    assert_eq!(text.status, 415);
    assert_eq!(text.content_type, "text/plain; charset=utf-8");
    let account = format!("{WEBHOOK}?account=12");
    let refused = demo.send("POST", &account, json, b"{}");
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json(),
        json!({ "code": "BadRequest", "message": "The account id \"12\" is not twelve digits." })
    );
}

#[test]
fn an_answer_of_two_types_is_described_with_both() {
    let demo = Demo::start();
    let of = |path: &str| content(&demo, path, "get", "200");
    assert_eq!(
        of("/_emulator/v1/events"),
        json!(["application/json", "text/event-stream"])
    );
    assert_eq!(
        of("/_emulator/v1/state"),
        json!(["application/json", "application/yaml"])
    );
    let path = "/_emulator/v1/state?format=seed";
    let yaml = demo.send("GET", path, "accept: application/yaml\r\n", b"");
    assert_eq!(yaml.content_type, "application/yaml");
}

/// The content types with which an answer is described.
fn content(demo: &Demo, path: &str, method: &str, status: &str) -> Value {
    let document = demo.ask_unchecked("GET", "/_emulator/openapi.json").json();
    let content = &document["paths"][path][method]["responses"][status]["content"];
    json!(content.as_object().unwrap().keys().collect::<Vec<_>>())
}

#[test]
fn a_body_that_may_be_left_out_is_described_so() {
    let demo = Demo::start();
    let document = demo.ask_unchecked("GET", "/_emulator/openapi.json").json();
    let endpoints = endpoints_with_bodies(&demo);
    let mut optional = Vec::new();
    for (method, path) in endpoints {
        let operation = &document["paths"][&path][method.to_lowercase()];
        if operation["requestBody"]["required"] == false {
            for nothing in ["", "null", "{}"] {
                let answer = demo.send(&method, &path, "", nothing.as_bytes());
                assert!(answer.status < 300, "{path} {nothing}: {answer:?}");
            }
            optional.push(path);
        } else if operation.is_object() && path != WEBHOOK {
            assert!(demo.send(&method, &path, "", b"").status >= 400, "{path}");
        }
    }
    assert_eq!(
        optional,
        ["/_emulator/v1/requests/count", "/_emulator/v1/reset"]
    );
}
