//! HTTPS of the program: where it says so, whom clients have to trust, and
//! how it ends.

use std::io::{Read, Write};

use serde_json::Value;

use crate::connection::{CLUSTER, call};
use crate::program::{Program, new_path};
use crate::tls_client::{ask, connect, rest};

/// An emulator with a certificate of its own authority, which is in a file.
pub(crate) struct SelfSigned {
    pub(crate) program: Program,
    pub(crate) ca_file: String,
}

impl SelfSigned {
    pub(crate) fn start(flags: &[&str]) -> Self {
        let ca_file = new_path("ca.pem").display().to_string();
        let mut all = vec!["--tls-self-signed", "--tls-ca-file", &ca_file];
        all.extend(flags);
        let program = Program::start(&all);
        Self { program, ca_file }
    }

    /// The certificate of its authority.
    pub(crate) fn authority(&self) -> String {
        std::fs::read_to_string(&self.ca_file).unwrap()
    }

    /// The status and the body of an answer.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut connection = connect(self.program.address, &self.authority()).unwrap();
        ask(&mut connection, method, path, body);
        let (text, _) = rest(&mut connection);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.lines().next().unwrap();
        (status.to_owned(), body.to_owned())
    }
}

#[test]
fn the_ready_line_and_the_endpoint_file_say_https_and_whom_to_trust() {
    let path = new_path("endpoint");
    let emulator = SelfSigned::start(&["--endpoint-file", path.to_str().unwrap()]);
    let expected = format!("https://{}", emulator.program.address);
    assert_eq!(emulator.program.endpoint, expected);
    let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(document["endpoint"], expected);
    assert_eq!(document["caFile"], emulator.ca_file);
    let (status, _) = emulator.call("GET", "/clusters", "");
    assert_eq!(status, "HTTP/1.1 200 OK");
    let ended = emulator.program.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!path.exists());
    assert!(!std::path::Path::new(&emulator.ca_file).exists());
}

#[test]
fn the_file_has_what_the_endpoint_serves_and_both_are_no_secret() {
    let emulator = SelfSigned::start(&["--log-level=trace"]);
    let authority = emulator.authority();
    assert_eq!(emulator.call("GET", "/_emulator/ca.pem", "").1, authority);
    assert!(!authority.contains("PRIVATE KEY"), "{authority}");
    let ended = emulator.program.stop();
    assert!(!ended.stderr.contains("PRIVATE KEY"), "{}", ended.stderr);
}

#[test]
fn without_a_file_there_is_none_in_the_endpoint_file() {
    let path = new_path("endpoint");
    let flags = ["--endpoint-file", path.to_str().unwrap()];
    for more in [&[][..], &["--tls-self-signed"]] {
        let program = Program::start(&[&flags, more].concat());
        let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(document["caFile"], Value::Null);
        program.stop_unharmed();
    }
}

#[test]
fn a_certificate_is_for_the_public_url_and_the_names_that_are_allowed() {
    let flags = [
        "--public-url=https://emulator.test:8443",
        "--allow-host=other.test",
    ];
    let emulator = SelfSigned::start(&flags);
    emulator.call("POST", "/clusters", CLUSTER);
    let (_, body) = emulator.call("GET", "/clusters/one", "");
    let body: Value = serde_json::from_str(&body).unwrap();
    let issuer = body["cluster"]["identity"]["oidc"]["issuer"].to_string();
    assert!(
        issuer.starts_with("\"https://emulator.test:8443/id/"),
        "{issuer}"
    );
    let connection = connect(emulator.program.address, &emulator.authority()).unwrap();
    let certificate = connection.conn.peer_certificates().unwrap()[0].to_vec();
    for name in [b"emulator.test".as_slice(), b"other.test", b"localhost"] {
        let is_named = certificate.windows(name.len()).any(|part| part == name);
        assert!(is_named, "{name:?}");
    }
}

#[test]
fn keys_are_new_each_time_and_identifiers_are_those_of_the_seed() {
    let flags = [
        "--rng-seed=7",
        "--clock=paused",
        "--now=2026-01-01T00:00:00Z",
    ];
    let plain = Program::start(&flags);
    let plain = call(plain.address, "POST", "/clusters", CLUSTER).body;
    let (one, other) = (SelfSigned::start(&flags), SelfSigned::start(&flags));
    assert_eq!(one.call("POST", "/clusters", CLUSTER).1, plain);
    assert_ne!(one.authority(), other.authority());
}

#[test]
fn a_request_under_way_gets_its_answer() {
    let emulator = SelfSigned::start(&["--shutdown-grace", "1h"]);
    let authority = emulator.authority();
    let address = emulator.program.address;
    let mut idle = connect(address, &authority).unwrap();
    let mut connection = connect(address, &authority).unwrap();
    let length = CLUSTER.len();
    let head = format!(
        "POST /clusters HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut goes_on = [0; 25];
    connection.read_exact(&mut goes_on).unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    emulator.program.signal("TERM");
    // It closes connections that nothing happens on as soon as it stops.
    assert_eq!(rest(&mut idle), (String::new(), None));
    connection.write_all(CLUSTER.as_bytes()).unwrap();
    let (answer, end) = rest(&mut connection);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(end, None);
    assert_eq!(emulator.program.wait().code, Some(0));
}
