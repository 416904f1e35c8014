//! No token and no key is in the log, however much it tells.

use serde_json::{Value, json};

use crate::connection::{call, call_with};
use crate::pod_demo::{ask_agent, serve, token};
use crate::program::Program;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The texts of elements in an answer of STS.
fn elements(body: &str, names: &[&str]) -> Vec<String> {
    let find = |name: &&str| {
        let rest = body.split_once(&format!("<{name}>"))?.1;
        Some(rest.split_once("</")?.0.to_owned())
    };
    let found: Vec<String> = names.iter().filter_map(find).collect();
    assert_eq!(found.len(), names.len(), "{body}");
    found
}

/// A call of STS; gives the secrets in its answer.
fn sts(program: &Program, form: &str) -> Vec<String> {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let form = format!("Version=2011-06-15&RoleSessionName=one&{form}");
    let answer = call_with(program.address, "POST", "/", &headers, &form);
    assert_eq!(answer.status, 200, "{answer:?}");
    elements(&answer.body, &["SecretAccessKey", "SessionToken"])
}

/// The whole way, refusals included; gives everything that is a secret.
fn flow(program: &Program) -> Vec<String> {
    let for_pods = token(program, "app", "pods.eks.amazonaws.com");
    let for_sts = token(program, "web", "sts.amazonaws.com");
    let mut secrets = vec![for_pods.clone(), for_sts.clone()];
    let keys = ask_agent(program.address, &for_pods).json();
    secrets.extend([text(&keys["SecretAccessKey"]), text(&keys["Token"])]);
    assert_eq!(ask_agent(program.address, &for_sts).status, 400);
    assert_eq!(
        ask_agent(program.address, &format!("Bearer {for_pods}")).status,
        400
    );
    let target = "/clusters/demo/assume-role-for-pod-identity";
    for token in [&for_pods, &for_sts] {
        let body = json!({ "token": token }).to_string();
        let answer = call(program.address, "POST", target, &body);
        if answer.status == 200 {
            let keys = answer.json()["credentials"].take();
            secrets.extend([text(&keys["secretAccessKey"]), text(&keys["sessionToken"])]);
        }
    }
    let role = "RoleArn=arn:aws:iam::123456789012:role/irsa";
    secrets.extend(sts(
        program,
        &format!("Action=AssumeRoleWithWebIdentity&{role}&WebIdentityToken={for_sts}"),
    ));
    let external = "ExternalId=external-id-to-keep";
    secrets.extend(sts(
        program,
        &format!("Action=AssumeRole&{role}&{external}"),
    ));
    secrets.extend(sts(program, "Action=GetSessionToken"));
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
        text(&keys["AccessKeyId"])
    );
    let token = text(&keys["Token"]);
    let headers = [
        ("authorization", signature.as_str()),
        ("x-amz-security-token", token.as_str()),
    ];
    let target = "/?Action=GetCallerIdentity&Version=2011-06-15";
    let answer = call_with(program.address, "GET", target, &headers, "");
    assert_eq!(answer.status, 200, "{answer:?}");
    secrets
}

#[test]
fn no_secret_is_logged() {
    for format in ["text", "json"] {
        let program = serve(&["--log-level", "trace", "--log-format", format]);
        let secrets = flow(&program);
        assert_eq!(secrets.len(), 12);
        let events = call(program.address, "GET", "/_emulator/v1/events", "");
        assert_eq!(events.status, 200);
        let log = program.stop().stderr;
        assert!(log.contains("AssumeRoleForPodIdentity"), "{log}");
        assert!(log.contains("GetPodCredentials"), "{log}");
        for secret in secrets {
            assert!(!log.contains(&secret), "{secret} is in {log}");
            assert!(
                !events.body.contains(&secret),
                "{secret} is among the events"
            );
            // Nor a part of it: the signature of a token.
            let part = &secret[secret.len() - 30..];
            assert!(!log.contains(part), "{part} is in {log}");
        }
    }
}
