//! Literal messages, keyword by keyword, as networknt 1.0.77 prints them.

use serde_json::{Value, json};

use super::*;

/// What stands between the brackets; empty if the document is accepted.
fn list(schema: Value, document: Value) -> String {
    match validate(&schema, &document.to_string()) {
        Ok(parsed) => {
            assert_eq!(parsed, document);
            String::new()
        }
        Err(message) => message
            .strip_prefix("ConfigurationValue provided in request is not supported: Json schema validation failed with error: [")
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(&message)
            .to_owned(),
    }
}

fn check(schema: Value, document: Value, expected: &str) {
    let description = format!("{schema} {document}");
    assert_eq!(list(schema, document), expected, "{description}");
}

fn vpc_cni() -> Value {
    json!({
        "$ref": "#/definitions/VpcCni",
        "$schema": "http://json-schema.org/draft-06/schema#",
        "definitions": {
            "VpcCni": {
                "additionalProperties": false,
                "properties": {
                    "enableNetworkPolicy": {"format": "boolean", "type": "string"},
                    "env": {
                        "additionalProperties": false,
                        "properties": {"WARM_ENI_TARGET": {"format": "integer", "type": "string"}},
                        "type": "object"
                    },
                    "tolerations": {"items": {"type": "object"}, "type": "array"}
                },
                "type": "object"
            }
        }
    })
}

#[test]
fn recorded_messages() {
    assert_eq!(
        validate(&vpc_cni(), "null"),
        Err("ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$: null found, object expected]".to_owned())
    );
    assert_eq!(
        validate(&vpc_cni(), "{\"podAnnotations\":{}}"),
        Err("ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.podAnnotations: is not defined in the schema and the schema does not allow additional properties]".to_owned())
    );
    check(
        vpc_cni(),
        json!({"enableNetworkPolicy": true}),
        "$.enableNetworkPolicy: boolean found, string expected",
    );
}

#[test]
fn numbers_must_be_quoted() {
    check(
        vpc_cni(),
        json!({"env": {"WARM_ENI_TARGET": 1}}),
        "$.env.WARM_ENI_TARGET: integer found, string expected",
    );
    check(vpc_cni(), json!({"env": {"WARM_ENI_TARGET": "1"}}), "");
    check(
        vpc_cni(),
        json!({"env": {"WARM_ENI_TARGET": "any text"}}),
        "",
    );
}

#[test]
fn yaml_and_json_give_the_same_answer() {
    let schema = Schema::compile(&vpc_cni());
    for (yaml, json) in [
        (
            "env:\n  WARM_ENI_TARGET: \"1\"\n",
            "{\"env\":{\"WARM_ENI_TARGET\":\"1\"}}",
        ),
        (
            "env:\n  WARM_ENI_TARGET: 1\n",
            "{\"env\":{\"WARM_ENI_TARGET\":1}}",
        ),
        ("enableNetworkPolicy: yes", "{\"enableNetworkPolicy\":true}"),
        (
            "tolerations: [1]\n1: x",
            "{\"tolerations\":[1],\"1\":\"x\"}",
        ),
        ("hello", "\"hello\""),
        ("- 1", "[1]"),
        ("---", "null"),
    ] {
        assert_eq!(schema.validate(yaml), schema.validate(json), "{yaml}");
    }
    assert!(schema.validate("env: {WARM_ENI_TARGET: '1'}").is_ok());
}

#[test]
fn text_without_a_document() {
    for text in ["", " ", "\n", "# comment"] {
        let message = validate(&vpc_cni(), text).unwrap_err();
        assert!(
            message.ends_with("error: [$: unknown found, object expected]"),
            "{message}"
        );
    }
    assert_eq!(validate(&json!({}), ""), Ok(Value::Null));
}

#[test]
fn neither_json_nor_yaml() {
    assert_eq!(
        validate(&vpc_cni(), "{broken"),
        Err("ConfigurationValue provided in request is not supported: while parsing a flow mapping, did not find expected ',' or '}' at byte 7 line 2 column 1".to_owned())
    );
}

#[test]
fn types() {
    let cases = [
        (json!(1), "integer"),
        (json!(12_345_678_901_234_567_890_u64), "integer"),
        (json!(1.5), "number"),
        (json!(true), "boolean"),
        (json!(null), "null"),
        (json!([]), "array"),
        (json!({}), "object"),
    ];
    for (document, found) in cases {
        let expected = format!("$: {found} found, string expected");
        check(json!({"type": "string"}), document, &expected);
    }
    check(
        json!({"type": "integer"}),
        json!(1.5),
        "$: number found, integer expected",
    );
    check(
        json!({"type": "number"}),
        json!("x"),
        "$: string found, number expected",
    );
    check(
        json!({"properties": {"a": {"type": ["object", "array", "null"]}}}),
        json!({"a": 1}),
        "$.a: integer found, but [object, array, null] is required",
    );
    check(
        json!({"type": ["string"]}),
        json!(1),
        "$: integer found, but [string] is required",
    );
}

#[test]
fn additional_properties() {
    let sentence =
        "is not defined in the schema and the schema does not allow additional properties";
    check(
        json!({"additionalProperties": false, "properties": {"a": {}}}),
        json!({"b": 1, "c": 2}),
        &format!("$.b: {sentence}, $.c: {sentence}"),
    );
    check(
        json!({"additionalProperties": false, "type": "object"}),
        json!({"b": 1, "c": 2}),
        &format!("$.b: {sentence}, $.c: {sentence}"),
    );
    check(
        json!({"properties": {"x": {"additionalProperties": false}}}),
        json!({"x": {"b": 1}}),
        &format!("$.x.b: {sentence}"),
    );
    check(
        json!({"additionalProperties": {"type": "string"}}),
        json!({"a": 1, "b": {}}),
        "$.a: integer found, string expected, $.b: object found, string expected",
    );
    check(
        json!({"additionalProperties": false, "patternProperties": {"^a": {"type": "string"}}}),
        json!({"ab": 1, "b": 1}),
        &format!("$.b: {sentence}, $.ab: integer found, string expected"),
    );
}

#[test]
fn required() {
    check(
        json!({"properties": {"e": {"required": ["x", "a"]}}}),
        json!({"e": {}}),
        "$.e.x: is missing but it is required, $.e.a: is missing but it is required",
    );
    check(json!({"required": ["a"]}), json!(5), "");
}

#[test]
fn enumerations_and_constants() {
    check(
        json!({"enum": ["X", 1, 1.5, true, null, {"a": 1}, ["b"]]}),
        json!("z"),
        "$: does not have a value in the enumeration [X, 1, 1.5, true, null, , ]",
    );
    check(
        json!({"const": "x"}),
        json!("y"),
        "$: must be a constant value x",
    );
    check(
        json!({"const": null}),
        json!("y"),
        "$: must be a constant value null",
    );
    check(
        json!({"const": {"a": [1]}}),
        json!("y"),
        "$: must be a constant value ",
    );
}

#[test]
fn strings() {
    check(
        json!({"pattern": "^a{2}$"}),
        json!("z"),
        "$: does not match the regex pattern ^a{2}$",
    );
    check(
        json!({"minLength": 2000}),
        json!("a"),
        "$: must be at least 2000 characters long",
    );
    check(
        json!({"maxLength": 1}),
        json!("éé"),
        "$: may only be 1 characters long",
    );
    check(json!({"maxLength": 2}), json!("éé"), "");
    check(json!({"minLength": 1}), json!(5), "");
}

#[test]
fn numbers() {
    check(
        json!({"minimum": 3}),
        json!(1),
        "$: must have a minimum value of 3",
    );
    check(
        json!({"minimum": 3.5}),
        json!(1),
        "$: must have a minimum value of 3.5",
    );
    check(
        json!({"maximum": 1_000_000}),
        json!(1e9),
        "$: must have a maximum value of 1000000",
    );
    check(
        json!({"exclusiveMinimum": 3}),
        json!(3),
        "$: must have an exclusive minimum value of 3",
    );
    check(
        json!({"exclusiveMaximum": 3}),
        json!(3),
        "$: must have an exclusive maximum value of 3",
    );
    check(
        json!({"multipleOf": 3}),
        json!(4),
        "$: must be multiple of 3.0",
    );
    check(
        json!({"multipleOf": 0.5}),
        json!(4.1),
        "$: must be multiple of 0.5",
    );
}

#[test]
fn arrays() {
    check(
        json!({"minItems": 1}),
        json!([]),
        "$: there must be a minimum of 1 items in the array",
    );
    check(
        json!({"maxItems": 1}),
        json!([1, 2]),
        "$: there must be a maximum of 1 items in the array",
    );
    check(
        json!({"uniqueItems": true}),
        json!([1, 1]),
        "$: the items in the array must be unique",
    );
    check(
        json!({"items": {"type": "string"}}),
        json!(["a", 1, {"b": 1}]),
        "$[1]: integer found, string expected, $[2]: object found, string expected",
    );
    check(
        json!({"items": [{"type": "string"}], "additionalItems": false}),
        json!(["a", 1, 2]),
        "$[1]: no validator found at this index, $[2]: no validator found at this index",
    );
    check(
        json!({"contains": {"type": "string"}}),
        json!([1]),
        "$: does not contain an element that passes these validations: {\"type\":\"string\"}",
    );
    check(
        json!({"properties": {"l": {"items": {"properties": {"0": {"type": "string"}}}}}}),
        json!({"l": [{"0": 1}]}),
        "$.l[0].0: integer found, string expected",
    );
}

#[test]
fn objects() {
    check(
        json!({"minProperties": 1}),
        json!({}),
        "$: should have a minimum of 1 properties",
    );
    check(
        json!({"maxProperties": 1}),
        json!({"a": 1, "b": 2}),
        "$: may only have a maximum of 1 properties",
    );
    check(
        json!({"properties": {"x": {"propertyNames": {"pattern": "^a", "maxLength": 1}}}}),
        json!({"x": {"bb": 1}}),
        "Property name $.x.bb is not valid for validation: may only be 1 characters long, Property name $.x.bb is not valid for validation: does not match the regex pattern ^a",
    );
    check(
        json!({"propertyNames": false}),
        json!({"b": 1}),
        "Property name $.b is not valid for validation: Boolean schema false is not valid",
    );
    check(
        json!({"dependentRequired": {"a": ["b", "c"]}}),
        json!({"a": 1}),
        "$: has a missing property which is dependent required {a=[b, c]}",
    );
    check(
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b", "c"]}}),
        json!({"a": 1}),
        "$: has an error with dependencies {a=[b, c]}",
    );
    check(
        json!({"dependentSchemas": {"a": {"required": ["z"]}}}),
        json!({"a": 1}),
        "$.z: is missing but it is required",
    );
    check(
        json!({"properties": {"x": {"unevaluatedProperties": false}}}),
        json!({"x": {"b": 1, "c": 1}}),
        "There are unevaluated properties at following paths $.x.b, $.x.c",
    );
}

#[test]
fn combinations() {
    check(
        json!({"anyOf": [{"type": "integer"}, {"pattern": "^[0-9]+%$", "type": "string"}]}),
        json!("12"),
        "$: string found, integer expected, $: does not match the regex pattern ^[0-9]+%$",
    );
    check(
        json!({"oneOf": [{"required": ["z"]}, {"required": ["b"]}]}),
        json!({}),
        "$.z: is missing but it is required, $.b: is missing but it is required",
    );
    check(
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"oneOf": [{"type": "string"}, {"const": 1}, {"minLength": 1}]}}}),
        json!("abc"),
        "$: should be valid to one and only one of schema, but more than one are valid: {\"type\":\"string\"}{\"minLength\":1}",
    );
    check(
        json!({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({}),
        "$.a: is missing but it is required, $.b: is missing but it is required",
    );
    check(
        json!({"not": {"anyOf": [{"required": ["a"]}]}}),
        json!({"a": 1}),
        "$: should not be valid to the schema \"not\" : {\"anyOf\":[{\"required\":[\"a\"]}]}",
    );
    let condition = json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}});
    check(
        condition.clone(),
        json!({"a": 1}),
        "$.b: is missing but it is required",
    );
    check(condition, json!({}), "$.c: is missing but it is required");
    check(
        json!({"properties": {"a": false}}),
        json!({"a": 1}),
        "Boolean schema false is not valid",
    );
}

#[test]
fn formats() {
    check(
        json!({"format": "integer", "type": "string"}),
        json!("zz"),
        "",
    );
    check(json!({"format": "uri"}), json!("http://x"), "");
    check(
        json!({"format": "date-time"}),
        json!("zz"),
        "$: zz is an invalid date-time",
    );
    let uri = list(json!({"format": "uri"}), json!("no"));
    assert!(
        uri.starts_with("$: does not match the uri pattern ^[A-Za-z][A-Za-z0-9+.-]*:("),
        "{uri}"
    );
}

#[test]
fn order_is_that_of_the_walk() {
    check(
        json!({
            "additionalProperties": {"type": "string"},
            "if": {}, "then": {"required": ["then"]},
            "minProperties": 9,
            "patternProperties": {"^b": {"type": "string"}, "^a": {"type": "string"}},
            "properties": {"z": {"enum": ["x"], "minLength": 3, "pattern": "^x"}},
            "propertyNames": {"maxLength": 2},
            "required": ["needed"]
        }),
        json!({"q": 1, "a1": 1, "b1": 2, "z": "z", "longer": "x"}),
        "$.z: does not have a value in the enumeration [x], \
         $.z: must be at least 3 characters long, \
         $.z: does not match the regex pattern ^x, \
         $.q: integer found, string expected, \
         $.then: is missing but it is required, \
         $: should have a minimum of 9 properties, \
         $.a1: integer found, string expected, \
         $.b1: integer found, string expected, \
         Property name $.longer is not valid for validation: may only be 2 characters long, \
         $.needed: is missing but it is required",
    );
}

#[test]
fn equal_texts_are_given_once() {
    check(
        json!({"allOf": [{"type": "string"}, {"type": "string"}]}),
        json!(1),
        "$: integer found, string expected",
    );
}

#[test]
fn names_need_no_quoting() {
    check(
        json!({"additionalProperties": {"type": "string"}}),
        json!({"": 1, "a.b": 1, "n/q": 1, "~": 1, "it's {0}": 1}),
        "$.: integer found, string expected, $.a.b: integer found, string expected, $.it's {0}: integer found, string expected, $.n/q: integer found, string expected, $.~: integer found, string expected",
    );
}

#[test]
fn malformed_schemas_are_read_leniently() {
    let schema = json!({
        "properties": {
            "a": {"required": true, "type": "string"},
            "b": {"type": "strin", "minLength": -1},
            "c": {"pattern": "("}
        },
        "patternProperties": {"(": {"type": "string"}}
    });
    check(schema.clone(), json!({"b": 1, "c": "x"}), "");
    check(
        schema,
        json!({"a": 1}),
        "$.a: integer found, string expected",
    );
    for schema in [
        json!(5),
        json!(null),
        json!({"$ref": "#/nowhere"}),
        json!({"$ref": "http://example.com/x"}),
    ] {
        check(schema, json!({"a": 1}), "");
    }
}
