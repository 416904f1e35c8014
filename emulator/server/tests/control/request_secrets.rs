//! Secrets are never in the journal.

use serde_json::{Value, json};

use crate::client::Demo;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const SECRET: &str = "c2VjcmV0";

/// The newest call, and the proof that the secret is nowhere in the journal.
#[track_caller]
fn newest(demo: &Demo) -> Value {
    let answer = demo.ask("GET", "/requests", "");
    assert!(!answer.text.contains(SECRET), "{}", answer.text);
    let mut requests = answer.json()["requests"].as_array().unwrap().clone();
    requests.pop().unwrap()
}

#[test]
fn the_authorization_is_not_kept() {
    let demo = Demo::start();
    let headers = format!(
        "authorization: AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature={SECRET}\r\nx-amz-security-token: {SECRET}\r\n"
    );
    demo.send("GET", "/clusters", &headers, b"");
    assert_eq!(newest(&demo)["operation"], "ListClusters");
    demo.send(
        "GET",
        "/v1/credentials",
        &format!("authorization: {SECRET}\r\n"),
        b"",
    );
    assert_eq!(newest(&demo)["service"], "agent");
}

#[test]
fn the_token_of_a_pod_is_not_shown() {
    let demo = Demo::start();
    let path = "/clusters/demo/assume-role-for-pod-identity";
    let body = json!({ "token": format!("a.{SECRET}.c") }).to_string();
    demo.send("POST", path, "", body.as_bytes());
    let request = newest(&demo);
    assert_eq!(request["body"], json!({ "token": "[redacted]" }));
    assert_eq!(request["service"], "eks-auth");
    let broken = &body[..body.len() - 1];
    demo.send("POST", path, "", broken.as_bytes());
    let length = broken.len();
    let mark = json!({ "cut": false, "bytes": length, "start": null });
    assert_eq!(newest(&demo)["body"], mark);
}

#[test]
fn the_token_of_a_web_identity_is_not_shown() {
    let demo = Demo::start();
    let parameters = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=me&WebIdentityToken=a.{SECRET}.c&RoleArn=arn:aws:iam::999988887777:role/a"
    );
    demo.send("POST", "/", FORM, parameters.as_bytes());
    let request = newest(&demo);
    assert_eq!(request["body"]["WebIdentityToken"], "[redacted]");
    assert_eq!(request["body"]["RoleSessionName"], "me");
    assert_eq!(request["account"], "999988887777");
    demo.send("POST", &format!("/?{parameters}"), FORM, b"");
    assert_eq!(newest(&demo)["query"]["WebIdentityToken"], "[redacted]");
    // Without its content type nobody knows what it is.
    demo.send("POST", "/", "", parameters.as_bytes());
    assert_eq!(newest(&demo)["body"]["start"], json!(null));
}

#[test]
fn of_a_presigned_request_the_scope_is_shown() {
    let demo = Demo::start();
    let path = format!(
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{SECRET}%2F20260101%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Security-Token={SECRET}&X-Amz-Signature={SECRET}"
    );
    demo.send("GET", &path, "", b"");
    assert_eq!(
        newest(&demo)["query"],
        json!({
            "Action": "GetCallerIdentity",
            "Version": "2011-06-15",
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": "[redacted]/20260101/us-east-1/sts/aws4_request",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Security-Token": "[redacted]",
            "X-Amz-Signature": "[redacted]",
        })
    );
}

#[test]
fn secrets_inside_of_a_document_that_belongs_nowhere_are_not_shown() {
    let demo = Demo::start();
    let body = json!({
        "Credentials": [{ "SecretAccessKey": SECRET, "SessionToken": SECRET, "AccessKeyId": "A" }],
        "tags": { "token": "harmless" },
    });
    demo.send("POST", "/nowhere", "", body.to_string().as_bytes());
    assert_eq!(
        newest(&demo)["body"],
        json!({
            "Credentials": [{ "SecretAccessKey": "[redacted]", "SessionToken": "[redacted]", "AccessKeyId": "A" }],
            "tags": { "token": "harmless" },
        })
    );
}

/// Counting must not answer questions about what is not shown.
#[test]
fn a_secret_cannot_be_guessed_by_counting() {
    let demo = Demo::start();
    let path = "/clusters/demo/assume-role-for-pod-identity";
    let body = json!({ "token": SECRET });
    demo.send("POST", path, "", body.to_string().as_bytes());
    let asked = json!({ "match": { "body": body } }).to_string();
    let counted = demo.ask("POST", "/requests/count", asked).json();
    assert_eq!(counted["count"], 0);
}

/// Tools such as curl say that it is a form if nobody tells them.
#[test]
fn a_document_that_is_said_to_be_a_form_is_none() {
    let demo = Demo::start();
    let path = "/clusters/demo/assume-role-for-pod-identity";
    let token = json!({ "token": SECRET }).to_string();
    demo.send("POST", path, FORM, token.as_bytes());
    assert_eq!(newest(&demo)["body"], json!({ "token": "[redacted]" }));
    let created = json!({ "name": "a", "sessionToken": SECRET }).to_string();
    demo.send("POST", "/clusters", FORM, created.as_bytes());
    assert_eq!(newest(&demo)["body"]["name"], "a");
    let document = json!({ "WebIdentityToken": SECRET }).to_string();
    demo.send("POST", "/", FORM, document.as_bytes());
    assert_eq!(newest(&demo)["body"]["start"], json!(null));
}

#[test]
fn a_token_without_a_name_is_not_shown() {
    let demo = Demo::start();
    let path = "/clusters/demo/assume-role-for-pod-identity";
    for body in [json!(SECRET), json!([SECRET])] {
        demo.send("POST", path, "", body.to_string().as_bytes());
        assert_eq!(newest(&demo)["body"]["start"], json!(null));
    }
}

#[test]
fn secrets_of_old_signatures_and_numbered_parameters_are_not_shown() {
    let demo = Demo::start();
    let parameters = format!(
        "Action=ListRoles&Version=2010-05-08&Signature={SECRET}&SecurityToken={SECRET}&A.WebIdentityToken.1={SECRET}"
    );
    demo.send("POST", "/", FORM, parameters.as_bytes());
    assert_eq!(newest(&demo)["body"]["Action"], "ListRoles");
}
