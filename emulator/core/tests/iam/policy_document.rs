//! Documents of permission policies: what is taken and what is refused.

use serde_json::json;

use crate::support::{Iam, READ_BUCKET};

/// What every operation that takes a document says about it.
fn refused(document: &str) -> String {
    let mut iam = Iam::with_policy();
    iam.role("app");
    let created = iam.refused(
        "CreatePolicy",
        json!({ "PolicyName": "new", "PolicyDocument": document }),
    );
    let version = json!({
        "PolicyArn": "arn:aws:iam::111122223333:policy/read",
        "PolicyDocument": document,
    });
    assert_eq!(iam.refused("CreatePolicyVersion", version), created);
    let inline = json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": document });
    assert_eq!(iam.refused("PutRolePolicy", inline), created);
    created
}

fn statement(text: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{text}}}"#)
}

#[test]
fn documents_that_break_the_grammar_are_refused() {
    for document in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"Version":"2012-10-17"}"#,
        r#"{"Version":"2013-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Colour":"red","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Id":1,"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        &statement("[]"),
        &statement("\"Allow\""),
        &statement(r#"[[]]"#),
        &statement(r#"[{"Action":"*","Resource":"*"}]"#),
        &statement(r#"[{"Effect":"Maybe","Action":"*","Resource":"*"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":1,"Resource":"*"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":["*",1],"Resource":"*"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","Resource":"*","Colour":"red"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","Resource":"*","Sid":1}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","Resource":"*","Condition":"x"}]"#),
        &statement(r#"[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":"x"}}]"#),
    ] {
        assert_eq!(
            refused(document),
            "MalformedPolicyDocument: Syntax errors in policy.",
            "{document}"
        );
    }
}

#[test]
fn documents_without_a_meaning_are_refused_with_the_reason() {
    for (document, message) in [
        (
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.to_owned(),
            "Policy document must be version 2012-10-17 or greater.",
        ),
        (
            r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#
                .to_owned(),
            "Policy document must be version 2012-10-17 or greater.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}"#),
            "Policy document should not specify a principal.",
        ),
        (
            statement(
                r#"[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"}]"#,
            ),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (
            statement(r#"{"Effect":"Allow","Resource":"*"}"#),
            "Policy statement must contain actions.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#),
            "Policy statement must contain actions.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"*"}"#),
            "Policy statement must contain resources.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"*","Resource":"bucket"}"#),
            r#"Resource bucket must be in ARN format or "*"."#,
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"*","Resource":"arn:bws:s3:::bucket"}"#),
            r#"Partition "bws" is not valid for resource "arn:bws:s3:::bucket"."#,
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"*","Resource":"a:b"}"#),
            r#"Partition "b" is not valid for resource "arn:b:*:*:*:*"."#,
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"GetObject","Resource":"*"}"#),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            statement(r#"{"Effect":"Allow","Action":"s3:Get:Object","Resource":"*"}"#),
            "Actions/Condition can contain only one colon.",
        ),
        (
            statement(r#"{"Effect":"Allow","NotAction":["s3:*","a b:Get"],"Resource":"*"}"#),
            "Vendor a b is not valid",
        ),
    ] {
        let said = format!("MalformedPolicyDocument: {message}");
        assert_eq!(refused(&document), said, "{document}");
    }
}

#[test]
fn all_forms_of_the_policy_language_are_taken() {
    for document in [
        READ_BUCKET.to_owned(),
        statement(r#"{"Effect":"Deny","NotAction":"iam:*","NotResource":"arn:aws-cn:s3:::b/*"}"#),
        statement(
            r#"[{"Sid":"","Effect":"Allow","Action":["*"],"Resource":["*"],"Condition":{"StringEquals":{"aws:RequestedRegion":["eu-west-1"]}}},{"Sid":"","Effect":"Allow","Action":"*:*","Resource":"arn:*:s3:::x"}]"#,
        ),
        r#"{"Version":"2012-10-17","Id":"mine","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}"#.to_owned(),
    ] {
        Iam::lenient().ok(
            "CreatePolicy",
            json!({ "PolicyName": "new", "PolicyDocument": document }),
        );
    }
}

#[test]
fn answers_carry_documents_percent_encoded() {
    let mut iam = Iam::lenient();
    let document = statement(
        "{\"Sid\":\"aZ09-._~\",\"Effect\":\"Allow\",\n\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::ü/*+$&'()!%\"}",
    );
    iam.ok(
        "CreatePolicy",
        json!({ "PolicyName": "p", "PolicyDocument": document }),
    );
    let answer = iam.ok(
        "GetPolicyVersion",
        json!({ "PolicyArn": "arn:aws:iam::111122223333:policy/p", "VersionId": "v1" }),
    );
    assert_eq!(
        answer["PolicyVersion"]["Document"],
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Sid%22%3A%22aZ09-._~%22%2C%22Effect%22%3A%22Allow%22%2C%0A%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3A%C3%BC%2F%2A%2B%24%26%27%28%29%21%25%22%7D%7D"
    );
}
