//! Whether answers are as the OpenAPI document describes them. Every answer
//! that a test of this folder gets is checked.

use std::sync::OnceLock;

use eks_emulator::EksEmulator;
use serde_json::{Value, json};

use crate::client::{Answer, Demo};

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let emulator = EksEmulator::builder().start_blocking().unwrap();
        let answer = Demo::of(emulator).ask_unchecked("GET", "/_emulator/openapi.json");
        assert_eq!(answer.status, 200);
        answer.json()
    })
}

/// Checks an answer of one of the emulator's own endpoints.
#[track_caller]
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    if !["/_emulator", "/_localstack", "/moto-api"]
        .iter()
        .any(|own| path.starts_with(own))
    {
        return;
    }
    let Some(operation) = operation(method, path) else {
        assert!(
            [404, 405, 400].contains(&answer.status),
            "{method} {path} is not described: {answer:?}"
        );
        return;
    };
    let answers = &operation["responses"];
    let described = match &answers[answer.status.to_string()] {
        Value::Null if (400..500).contains(&answer.status) => &answers["4XX"],
        described => described,
    };
    assert!(
        described.is_object(),
        "{method} {path}: {} is not described",
        answer.status
    );
    let content = &described["content"];
    if content.is_null() {
        assert_eq!(answer.text, "", "{method} {path}: a body is not described");
        return;
    }
    let schema = &content[&answer.content_type]["schema"];
    assert!(
        !schema.is_null(),
        "{method} {path}: {} is not described",
        answer.content_type
    );
    if answer.content_type == "application/json" {
        validate(schema, &answer.json(), &format!("{method} {path}"));
    }
}

#[track_caller]
fn validate(schema: &Value, instance: &Value, what: &str) {
    let whole = json!({ "allOf": [schema], "components": document()["components"] });
    let validator = jsonschema::validator_for(&whole).unwrap();
    if let Err(error) = validator.validate(instance) {
        panic!("{what}: {error} at {}: {instance}", error.instance_path());
    }
}

fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let method = method.to_ascii_lowercase();
    let paths = document()["paths"].as_object().unwrap();
    let exact = paths.get(path).filter(|item| !item[&method].is_null());
    let found = exact.or_else(|| {
        let mut matching = paths
            .iter()
            .filter(|(template, item)| matches(template, path) && !item[&method].is_null());
        matching.next().map(|(_, item)| item)
    });
    found.map(|item| &item[&method])
}

fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[test]
fn every_endpoint_of_the_list_is_described_and_says_what_it_does() {
    let listing = Demo::start().ask_unchecked("GET", "/_emulator").json();
    let listed = listing["endpoints"].as_array().unwrap();
    assert!(listed.len() > 25, "{}", listed.len());
    for endpoint in listed {
        let (method, path) = (
            endpoint["method"].as_str().unwrap(),
            endpoint["path"].as_str().unwrap(),
        );
        let described = &document()["paths"][path][method.to_ascii_lowercase()];
        assert_eq!(described["summary"], endpoint["summary"]);
        assert!(!endpoint["summary"].as_str().unwrap().is_empty(), "{path}");
        assert!(
            described["responses"].as_object().unwrap().len() > 1,
            "{path}"
        );
    }
}

#[test]
fn the_document_is_of_openapi_3_1() {
    assert_eq!(document()["openapi"], "3.1.0");
    let reset = &document()["paths"]["/_emulator/v1/reset"]["post"];
    assert_eq!(
        reset["summary"],
        "Forget everything, or what one account or region has"
    );
    assert_eq!(
        reset["requestBody"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/ResetRequest"
    );
}
