//! An emulator in the test's process, called without a socket.

use axum::body::Body;
use eks_emulator::seed::{Seed, SeedError};
use eks_emulator::{ClockStart, EksEmulator, EksEmulatorBuilder, time};
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::Service;

/// An answer whose body has been read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// An emulator whose clock stands at 2026-01-01, with a seed for identifiers.
pub(crate) fn builder(rng_seed: u64) -> EksEmulatorBuilder {
    let now = time::parse("2026-01-01T00:00:00Z").unwrap();
    EksEmulator::builder()
        .without_listener()
        .rng_seed(rng_seed)
        .clock(ClockStart::PausedAt(now))
}

pub(crate) fn start() -> EksEmulator {
    builder(1).start_blocking().unwrap()
}

/// An emulator with a document in YAML.
#[track_caller]
pub(crate) fn seeded(yaml: &str) -> EksEmulator {
    let emulator = start();
    let answer = seed(&emulator, yaml);
    assert_eq!(answer.status, 200, "{}", answer.text);
    emulator
}

/// Sends one request.
pub(crate) fn send(
    emulator: &EksEmulator,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<String>,
) -> Answer {
    let method: Method = method.parse().unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.into())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let response = emulator.service().call(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    })
}

/// Posts a document in YAML.
pub(crate) fn seed(emulator: &EksEmulator, yaml: &str) -> Answer {
    seed_with(emulator, "", yaml)
}

/// Posts a document in YAML with a query string.
pub(crate) fn seed_with(emulator: &EksEmulator, query: &str, yaml: &str) -> Answer {
    let path = format!("/_emulator/v1/seed{query}");
    let headers = [("content-type", "application/yaml")];
    send(emulator, "POST", &path, &headers, yaml)
}

/// An answer of 200 to a call of the EKS API.
#[track_caller]
pub(crate) fn eks(emulator: &EksEmulator, method: &str, path: &str, body: Value) -> Value {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let answer = send(emulator, method, path, &[], body);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

#[track_caller]
pub(crate) fn get(emulator: &EksEmulator, path: &str) -> Value {
    eks(emulator, "GET", path, Value::Null)
}

/// An answer of 200 to a call of IAM or STS.
#[track_caller]
pub(crate) fn query(
    emulator: &EksEmulator,
    service: &str,
    access_key_id: &str,
    form: &str,
) -> String {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = send(emulator, "POST", "/", &headers, form);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

/// The state as a seed in YAML.
pub(crate) fn export(emulator: &EksEmulator) -> String {
    let headers = [("accept", "application/yaml")];
    let answer = send(
        emulator,
        "GET",
        "/_emulator/v1/state?format=seed",
        &headers,
        "",
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

/// What is wrong with a text: `line:column pointer: sentence`.
pub(crate) fn mistakes(error: &SeedError) -> Vec<String> {
    let line = |mistake: &eks_emulator::seed::Mistake| {
        let place = match (mistake.line, mistake.column) {
            (Some(line), Some(column)) => format!("{line}:{column} "),
            _ => String::new(),
        };
        format!("{place}{}: {}", mistake.pointer, mistake.message)
    };
    error.mistakes.iter().map(line).collect()
}

/// What is wrong with a document in YAML.
pub(crate) fn yaml_mistakes(text: &str) -> Vec<String> {
    match Seed::from_yaml(text) {
        Ok(_) => Vec::new(),
        Err(error) => mistakes(&error),
    }
}

/// What the emulator says is wrong with a document.
#[track_caller]
pub(crate) fn refused(emulator: &EksEmulator, yaml: &str) -> Vec<String> {
    let answer = seed(emulator, yaml);
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["code"], "InvalidSeed");
    let details = body["details"].as_array().unwrap().iter();
    let line = |detail: &Value| {
        let text = |member: &str| detail[member].as_str().unwrap().to_owned();
        format!(
            "{}:{} {}: {}",
            detail["line"],
            detail["column"],
            text("pointer"),
            text("message")
        )
    };
    details.map(line).collect()
}

/// The members of an object, for short comparisons.
pub(crate) fn members(value: &Value, names: &[&str]) -> Value {
    let pairs = names
        .iter()
        .map(|name| ((*name).to_owned(), value[*name].clone()));
    json!(pairs.collect::<serde_json::Map<String, Value>>())
}
