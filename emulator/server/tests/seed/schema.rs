//! The JSON Schema of documents.

use std::path::Path;

use eks_emulator::seed::Seed;
use serde_json::{Value, json};

use crate::example::EXAMPLE;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/seed.schema.json")
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let schema = serde_json::to_string_pretty(&Seed::json_schema()).unwrap() + "\n";
    let path = committed();
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if before != schema {
        std::fs::write(&path, &schema).unwrap();
        panic!("docs/seed.schema.json was not fresh; it has been written anew: commit it");
    }
}

/// The example as JSON, by the round trip through the types.
fn example() -> Value {
    serde_json::from_str(&Seed::from_yaml(EXAMPLE).unwrap().to_json()).unwrap()
}

#[test]
fn the_schema_accepts_the_example() {
    let schema = jsonschema::draft202012::new(&Seed::json_schema()).unwrap();
    assert!(schema.is_valid(&example()));
}

/// Whatever the reader refuses, editors that know the schema refuse.
#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = jsonschema::draft202012::new(&Seed::json_schema()).unwrap();
    let wrong = [
        ("/schema", json!(2)),
        ("/schema", json!("1")),
        ("/defaults/account", json!("12")),
        ("/defaults/region", json!("US East")),
        ("/clock/mode", json!("stopped")),
        ("/clock/now", json!("tomorrow")),
        ("/roles/0/trust", json!("pod")),
        ("/roles/0/name", json!("a b")),
        ("/accessKeys/0/accessKeyId", json!("short")),
        ("/accessKeys/0/secretAccessKey", json!("")),
        ("/clusters/0/name", json!("-")),
        ("/clusters/0/status", json!("READY")),
        ("/clusters/0/version", json!(1.32)),
        ("/clusters/0/accessConfig", json!({ "mode": "API" })),
        ("/clusters/0/addons/0/addonName", json!(null)),
        (
            "/clusters/0/addons/2/x-emulator/issues/0/code",
            json!("Other"),
        ),
        (
            "/clusters/0/podIdentityAssociations/0/associationId",
            json!("a-1"),
        ),
        ("/clusters/0/pods/0/namespace", json!("Not_A_Label")),
        ("/transitions/0/on", json!("never")),
        ("/catalogue/0/addonName", json!("Acme")),
        ("/catalogue/0/versions/0/addonVersion", json!("1.0.0")),
    ];
    for (pointer, value) in wrong {
        let mut document = example();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&document), "{pointer}");
        assert!(Seed::from_json(&document.to_string()).is_err(), "{pointer}");
    }
}

#[test]
fn every_structure_of_the_schema_is_closed() {
    fn check(value: &Value, path: &str) {
        if value.get("properties").is_some() {
            assert_eq!(value["additionalProperties"], json!(false), "{path}");
        }
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| check(value, &format!("{path}/{name}"))),
            Value::Array(items) => items.iter().for_each(|item| check(item, path)),
            _ => {}
        }
    }
    check(&Seed::json_schema(), "");
}
