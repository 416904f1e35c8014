//! How parameters become an operation and its input.

use eks_emulator_api::{iam, sts};
use eks_emulator_protocol::aws_query::{Form, Format, find_operation, has_parameters, read};
use serde_json::json;

use crate::{accepted, rejected};

const ASSUME: &str = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me\
                      &RoleArn=arn:aws:iam::111122223333:role/R";

#[test]
fn a_presigned_request_has_everything_in_its_query_string() {
    let query = "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                 &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=0";
    let (operation, document) = read(&sts::SERVICE, Some(query), b"").unwrap();
    assert_eq!(operation.name, "GetCallerIdentity");
    assert_eq!(document, json!({}));
}

#[test]
fn query_string_and_body_are_read_together() {
    let query = "Action=DeleteRole&Version=2010-05-08";
    let (operation, document) = read(&iam::SERVICE, Some(query), b"RoleName=R").unwrap();
    assert_eq!(operation.name, "DeleteRole");
    assert_eq!(document, json!({"RoleName": "R"}));
}

#[test]
fn structures_in_lists_are_numbered() {
    let body = "Action=TagRole&Version=2010-05-08&RoleName=R\
                &Tags.member.10.Key=c&Tags.member.10.Value=3+%2B\
                &Tags.member.2.Value=&Tags.member.2.Key=a";
    assert_eq!(
        accepted(&iam::SERVICE, body),
        json!({
            "RoleName": "R",
            "Tags": [{"Key": "a", "Value": ""}, {"Key": "c", "Value": "3 +"}],
        })
    );
}

#[test]
fn a_list_without_elements_is_empty() {
    let body = "Action=TagRole&Version=2010-05-08&RoleName=R&Tags=";
    assert_eq!(
        accepted(&iam::SERVICE, body),
        json!({"RoleName": "R", "Tags": []})
    );
}

#[test]
fn of_a_repeated_parameter_the_first_counts() {
    let body = "Action=DeleteRole&Action=Nothing&Version=2010-05-08&Version=1\
                &RoleName=first&RoleName=second";
    assert_eq!(accepted(&iam::SERVICE, body), json!({"RoleName": "first"}));
}

#[test]
fn parameters_that_the_input_does_not_have_are_ignored() {
    let body = "Action=TagRole&Version=2010-05-08&RoleName=R&roleName=x&RoleName.member.1=x\
                &Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.x.Key=x&Tags.member=x\
                &Tags.1.Key=x&Tags.member.-1.Key=x&Tags.member.2=x&Tags.member.3.Other=x&Tags.Key=x\
                &Other=x&.=x&=x&Tags.member.99999999999.Key=x&Tags.member.1.Key.Key=x&Tags=x";
    assert_eq!(
        accepted(&iam::SERVICE, body),
        json!({"RoleName": "R", "Tags": [{"Key": "k", "Value": "v"}]})
    );
}

#[test]
fn numbers_are_read_as_java_reads_them() {
    for (text, expected) in [("900", 900), ("+900", 900), ("0900", 900), ("43200", 43200)] {
        let body = format!("{ASSUME}&DurationSeconds={}", text.replace('+', "%2B"));
        assert_eq!(
            accepted(&sts::SERVICE, &body)["DurationSeconds"],
            json!(expected),
            "{text}"
        );
    }
}

#[test]
fn truth_values_are_read_in_any_case() {
    let body = "Action=ListPolicies&Version=2010-05-08&OnlyAttached=";
    for (text, expected) in [("true", true), ("TRUE", true), ("False", false)] {
        let document = accepted(&iam::SERVICE, &format!("{body}{text}"));
        assert_eq!(document, json!({"OnlyAttached": expected}), "{text}");
    }
    let answer = rejected(&iam::SERVICE, &format!("{body}yes")).answer();
    assert!(
        format!("{answer:?}").contains("MalformedInput"),
        "{answer:?}"
    );
}

#[test]
fn one_operation_may_be_called_without_a_signature() {
    let unsigned: Vec<_> = [&iam::SERVICE, &sts::SERVICE]
        .into_iter()
        .flat_map(|service| service.operations)
        .filter(|operation| operation.unsigned)
        .map(|operation| operation.name)
        .collect();
    assert_eq!(unsigned, ["AssumeRoleWithWebIdentity"]);
}

#[test]
fn a_form_tells_services_apart_and_hides_values() {
    let body = b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=secret";
    let form = Form::parse(None, body).unwrap();
    assert_eq!(form.version(), Some(sts::SERVICE.version));
    assert!(find_operation(&sts::SERVICE, &form).unwrap().unsigned);
    assert_eq!(
        format!("{form:?}"),
        r#"["Action", "Version", "WebIdentityToken"]"#
    );
}

#[test]
fn bodies_with_parameters_say_so() {
    for content_type in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "Application/X-WWW-Form-Urlencoded ;charset=UTF-8",
    ] {
        assert!(has_parameters(Some(content_type)), "{content_type}");
    }
    for content_type in [None, Some(""), Some("application/json"), Some("text/xml")] {
        assert!(!has_parameters(content_type), "{content_type:?}");
    }
}

#[test]
fn json_is_written_for_those_who_ask() {
    assert_eq!(Format::of_accept(Some("application/json")), Format::Json);
    assert_eq!(Format::of_accept(Some("*/*")), Format::Xml);
    assert_eq!(Format::of_accept(None), Format::Xml);
}
