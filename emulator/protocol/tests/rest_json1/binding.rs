//! What becomes of odd but legal requests.

use eks_emulator_api::eks;
use eks_emulator_protocol::rest_json1::{Rejection, Router, read};
use serde_json::{Value, json};

fn read_eks(request: &str, body: &str) -> Result<Value, Rejection> {
    let (method, target) = request.split_once(' ').unwrap();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    read(
        &Router::new(&eks::OPERATIONS),
        method,
        path,
        query,
        body.as_bytes(),
    )
    .map(|(_, document)| document)
}

fn check(request: &str, body: &str, expected: &Value) {
    match read_eks(request, body) {
        Ok(document) => assert_eq!(document, *expected, "{request} {body}"),
        Err(rejection) => panic!("{request} {body}: {rejection:?}"),
    }
}

fn check_refused(request: &str, body: &str, code: &str, message: &str) {
    let answer = read_eks(request, body).expect_err(request).answer();
    assert_eq!(
        (answer.status, answer.code, &*answer.message),
        (400, code, message),
        "{request} {body}"
    );
}

#[test]
fn labels_are_decoded_once_under_their_member_names() {
    check(
        "GET /clusters/c1/access-entries/arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fa%252Fb+c",
        "",
        &json!({"clusterName": "c1", "principalArn": "arn:aws:iam::111122223333:role/a%2Fb+c"}),
    );
}

#[test]
fn query_parameters_have_the_types_of_their_members() {
    check(
        "DELETE /clusters/c/addons/a?preserve=true",
        "",
        &json!({
            "clusterName": "c", "addonName": "a", "preserve": true
        }),
    );
    check(
        "GET /clusters?maxResults=5&include=all&include=x&nextToken=a+b%2B",
        "",
        &json!({
            "maxResults": 5, "include": ["all", "x"], "nextToken": "a b+"
        }),
    );
}

#[test]
fn the_last_of_a_repeated_parameter_counts_and_unknown_ones_do_not() {
    check(
        "GET /clusters?maxResults=5&unknown=%41&maxResults=6&&nextToken",
        "",
        &json!({
            "maxResults": 6, "nextToken": ""
        }),
    );
}

#[test]
fn an_absent_body_is_an_empty_one() {
    let document = json!({"clusterName": "c"});
    check("POST /clusters/c/insights", "", &document);
    check("POST /clusters/c/insights", "{}", &document);
}

#[test]
fn null_and_unknown_members_are_absent_at_any_depth() {
    check(
        "POST /clusters/c/node-groups/n/update-config",
        r#"{"labels": null, "new": 1, "scalingConfig": {"minSize": 1, "maxSize": null, "new": {}},
            "taints": {"addOrUpdateTaints": [{"key": "k", "value": null, "new": null}]}}"#,
        &json!({
            "clusterName": "c", "nodegroupName": "n", "scalingConfig": {"minSize": 1},
            "taints": {"addOrUpdateTaints": [{"key": "k"}]}
        }),
    );
}

#[test]
fn members_of_the_path_and_query_are_not_taken_from_the_body() {
    check(
        "POST /clusters/c/addons",
        r#"{"addonName": "a", "clusterName": "other", "name": "other"}"#,
        &json!({"clusterName": "c", "addonName": "a"}),
    );
}

#[test]
fn the_last_of_a_repeated_member_counts() {
    check(
        "POST /clusters/c/addons",
        r#"{"addonName": 1, "addonName": "a"}"#,
        &json!({
            "clusterName": "c", "addonName": "a"
        }),
    );
}

#[test]
fn the_body_of_an_operation_without_one_is_not_read() {
    check("GET /clusters/c", "not json", &json!({"name": "c"}));
}

#[test]
fn empty_values_reach_the_operation() {
    check(
        "POST /clusters/c/addons",
        r#"{"addonName": "", "serviceAccountRoleArn": "", "tags": {}}"#,
        &json!({"clusterName": "c", "addonName": "", "serviceAccountRoleArn": "", "tags": {}}),
    );
}

#[test]
fn an_empty_map_is_too_small_where_it_is_required() {
    check_refused(
        "POST /tags/arn%3Ax",
        r#"{"tags": {}}"#,
        "BadRequestException",
        "The parameter tags should have between 1 and 50 items.",
    );
}

#[test]
fn lengths_are_counted_in_utf_16() {
    // 64 characters of two units each: 128 units are allowed in a tag key.
    let fits = "\u{1F600}".repeat(64);
    let body = json!({"tags": {&fits: "v"}});
    check(
        "POST /tags/x",
        &body.to_string(),
        &json!({"resourceArn": "x", "tags": {&fits: "v"}}),
    );
    let body = json!({"tags": {format!("{fits}x"): "v"}});
    check_refused(
        "POST /tags/x",
        &body.to_string(),
        "BadRequestException",
        "The parameter tags should be between 1 and 128 characters long.",
    );
}

#[test]
fn types_are_checked_before_constraints() {
    check_refused(
        "POST /clusters/bad%20name/addons",
        r#"{"tags": []}"#,
        "SerializationException",
        "Could not parse request body into json: Start of list found where not expected",
    );
}

#[test]
fn null_in_a_list_or_map_is_a_value_of_the_wrong_type() {
    for body in [
        r#"{"addonName": "a", "tags": {"k": null}}"#,
        r#"{"addonName": "a", "podIdentityAssociations": [null]}"#,
    ] {
        assert!(
            matches!(
                read_eks("POST /clusters/c/addons", body),
                Err(Rejection::WrongType(_))
            ),
            "{body}"
        );
    }
}

#[test]
fn constraints_are_checked_in_the_order_of_members() {
    check_refused(
        "POST /clusters/-/addons",
        r#"{"resolveConflicts": "MERGE"}"#,
        "InvalidParameterException",
        "The clusterName parameter contains invalid characters. It should conform to the regular expression \
         \"^[0-9A-Za-z][A-Za-z0-9-_]*\"In other words, it should start with a number or letter, and can contain \
         numbers, letters, dashes, and underscores.",
    );
    check_refused(
        "POST /clusters/c/addons",
        r#"{"resolveConflicts": "MERGE"}"#,
        "InvalidParameterException",
        "The parameter addonName must not be empty.",
    );
}

#[test]
fn each_kind_of_violation_has_its_sentence() {
    let invalid = "InvalidParameterException";
    let create_nodegroup = "POST /clusters/c/node-groups";
    let nodegroup = |members: &str| {
        format!(r#"{{"nodegroupName": "n", "subnets": ["s"], "nodeRole": "r", {members}}}"#)
    };
    for (request, body, code, message) in [
        ("GET /clusters?maxResults=101", "{}".to_owned(), invalid, "maxResults must be between 1 and 100"),
        ("GET /clusters?maxResults=0", "{}".to_owned(), invalid, "maxResults must be between 1 and 100"),
        ("GET /clusters?maxResults=many", String::new(), invalid, "maxResults must be between 1 and 100"),
        ("GET /clusters?maxResults=99999999999", String::new(), invalid, "maxResults must be between 1 and 100"),
        (
            "DELETE /clusters/c/addons/a?preserve=yes",
            String::new(),
            invalid,
            "Invalid preserve: yes, must be one of these [true, false]",
        ),
        (
            create_nodegroup,
            nodegroup(r#""taints": [{"effect": "NoSchedule"}]"#),
            invalid,
            "Invalid taint effect: NoSchedule, must be one of these [NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE]",
        ),
        (
            create_nodegroup,
            nodegroup(r#""capacityType": "FREE""#),
            invalid,
            "Invalid capacityType: FREE, must be one of these [ON_DEMAND, SPOT, CAPACITY_BLOCK]",
        ),
        (create_nodegroup, nodegroup(r#""scalingConfig": {"maxSize": 0}"#), invalid, "maxSize must be at least 1"),
        (
            create_nodegroup,
            nodegroup(r#""taints": [{"key": ""}]"#),
            invalid,
            "The parameter key should be between 1 and 63 characters long.",
        ),
        (
            "DELETE /tags/x",
            String::new(),
            "BadRequestException",
            "The parameter tagKeys must not be empty.",
        ),
        (
            "POST /clusters",
            r#"{"name": "c", "roleArn": "r", "resourcesVpcConfig": {}, "encryptionConfig": [{}, {}]}"#.to_owned(),
            invalid,
            "The parameter encryptionConfig should have at most 1 items.",
        ),
    ] {
        check_refused(request, &body, code, message);
    }
}

#[test]
fn each_wrong_type_has_its_detail() {
    for (value, detail) in [
        ("5", "NUMBER_VALUE can not be converted to a String"),
        ("true", "TRUE_VALUE can not be converted to a String"),
        ("false", "FALSE_VALUE can not be converted to a String"),
        ("[]", "Start of list found where not expected"),
        ("{}", "Start of structure or map found where not expected."),
    ] {
        check_refused(
            "POST /clusters/c/addons",
            &format!(r#"{{"addonName": {value}}}"#),
            "SerializationException",
            &format!("Could not parse request body into json: {detail}"),
        );
    }
    check_refused(
        "POST /clusters/c/node-groups",
        r#"{"diskSize": "20"}"#,
        "SerializationException",
        "Could not parse request body into json: STRING_VALUE can not be converted to an Integer",
    );
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for body in ["[]", "null", "1", "\"x\"", "true"] {
        assert!(
            matches!(
                read_eks("POST /clusters/c/addons", body),
                Err(Rejection::WrongType(_))
            ),
            "{body}"
        );
    }
    for body in ["{", " ", "{}x", "\u{feff}{}", "{'a': 1}"] {
        assert!(
            matches!(
                read_eks("POST /clusters/c/addons", body),
                Err(Rejection::MalformedBody { .. })
            ),
            "{body}"
        );
    }
}

#[test]
fn broken_escapes_are_refused() {
    for request in [
        "GET /clusters/%",
        "GET /clusters/%ff",
        "GET /clusters?%zz=1",
        "GET /clusters?nextToken=%2",
    ] {
        assert!(
            matches!(read_eks(request, ""), Err(Rejection::BadPercentEncoding)),
            "{request}"
        );
    }
}
