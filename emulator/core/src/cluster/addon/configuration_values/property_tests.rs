//! What holds for any text and any schema, and for the schemas of all add-ons.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Add-ons that cannot do without configuration: their schema requires a member.
const WITH_REQUIRED_MEMBERS: [&str; 16] = [
    "akuity_agent",
    "amazon-sagemaker-hyperpod-inference",
    "amazon-sagemaker-hyperpod-observability",
    "cisco_cisco-cloud-observability-collectors",
    "cisco_cisco-cloud-observability-operators",
    "cloudsoft_amp-add-on",
    "guance_datakit",
    "kong_konnect-ri",
    "nirmata_nirmata-kyverno-payg",
    "rafay-systems_rafay-operator",
    "snyk_runtime-sensor",
    "solarwinds_swo-k8s-collector-addon",
    "stormforge_optimize-live",
    "suse_observability-agent",
    "uptycs_uptycs-collector",
    "uptycs_uptycs-runtime-sensor",
];

#[test]
fn every_addon_accepts_the_empty_object_unless_members_are_required() {
    let mut refusing = BTreeSet::new();
    for addon in crate::catalog::addons() {
        for version in addon.versions() {
            let schema = Schema::compile(version.configuration_schema());
            assert!(
                schema.validator.is_some(),
                "{} {}",
                addon.name,
                version.version
            );
            match schema.validate("{}") {
                Ok(_) => {}
                Err(message) => {
                    assert!(
                        message.ends_with(": is missing but it is required]"),
                        "{message}"
                    );
                    refusing.insert(addon.name);
                }
            }
        }
    }
    assert_eq!(
        refusing.into_iter().collect::<Vec<_>>(),
        WITH_REQUIRED_MEMBERS
    );
}

#[test]
fn large_and_hostile_inputs_end() {
    let schema =
        Schema::compile(&json!({"properties": {"a": {"type": "string"}}, "type": "object"}));
    let mut inputs = vec![
        "[".repeat(1 << 20),
        "{\"a\":".repeat(1 << 18),
        "a: ".repeat(1 << 18),
    ];
    inputs.push("? ".repeat(1 << 18));
    inputs.push("- ".repeat(1 << 18));
    inputs.push("&a ".repeat(1 << 18));
    inputs.push("!t ".repeat(1 << 18));
    inputs.push("---\n".repeat(1 << 18));
    inputs.push("#\n".repeat(1 << 18));
    inputs.push(format!("a: \"{}", "x".repeat(1 << 20)));
    for input in inputs {
        assert!(schema.validate(&input).is_err(), "{}", &input[..20]);
    }
    let wide: String = (0..50_000).map(|index| format!("k{index}: v\n")).collect();
    assert!(schema.validate(&wide).is_ok());
}

fn schema() -> Value {
    json!({
        "additionalProperties": false,
        "properties": {
            "a": {"anyOf": [{"type": "string"}, {"items": {"enum": ["b", 1]}, "type": "array"}]},
            "b": {"additionalProperties": {"not": {"type": "null"}}, "propertyNames": {"maxLength": 2}}
        },
        "required": ["a"],
        "type": "object"
    })
}

fn any_document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zA-Z0-9 :,#&*!|>'\"%@`{}\\[\\]\\\\é\n\t-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z0-9 :#\"']{0,6}", inner, 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Schemas made of real keywords, most of them with values they do not allow.
fn any_schema() -> impl Strategy<Value = Value> {
    const KEYWORDS: [&str; 30] = [
        "$defs",
        "$ref",
        "$schema",
        "additionalItems",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "contains",
        "definitions",
        "dependencies",
        "dependentRequired",
        "else",
        "enum",
        "format",
        "if",
        "items",
        "minLength",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "patternProperties",
        "properties",
        "propertyNames",
        "required",
        "then",
        "type",
        "unevaluatedProperties",
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        prop::sample::select(vec![
            "", "a", "object", "string", "#", "#/$defs", "uri", "(", "[a-c]+"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        let keyword = prop_oneof![
            4 => prop::sample::select(KEYWORDS.to_vec()).prop_map(str::to_owned),
            1 => "[abc]",
        ];
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::btree_map(keyword, inner, 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = validate(&schema(), &text);
    }

    #[test]
    fn no_near_yaml_makes_it_panic(text in "[ab01:,#&*!|>'\"%@{}\\[\\]\\\\.~<?\n\t -]{0,60}") {
        let _ = validate(&schema(), &text);
    }

    #[test]
    fn no_schema_makes_it_panic(schema in any_schema(), document in any_document()) {
        let _ = validate(&schema, &document.to_string());
    }

    #[test]
    fn json_read_as_yaml_is_the_same_document(document in any_document()) {
        prop_assert_eq!(yaml::parse(&document.to_string()), Ok(Some(document)));
    }

    #[test]
    fn the_answer_is_always_the_same(document in any_document()) {
        let text = document.to_string();
        prop_assert_eq!(validate(&schema(), &text), validate(&schema(), &text));
    }
}
