//! What faults make of connections, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Demo, ROLE};
use crate::faults::put;

/// A server that says nothing for so long has failed.
const FAILURE_GUARD: Duration = Duration::from_secs(20);

fn with_connection(kind: &str, operation: &str) -> Demo {
    let demo = Demo::start();
    let rule = json!({
        "match": { "operation": operation }, "effect": { "connection": kind }, "times": 1,
    });
    put(&demo, "cut", rule);
    demo
}

/// A connection on which a request has been sent.
fn ask(demo: &Demo, method: &str, path: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(demo.address()).unwrap();
    stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn create_addon(demo: &Demo) -> TcpStream {
    let body = r#"{"addonName":"coredns"}"#;
    ask(demo, "POST", "/clusters/demo/addons", body)
}

/// What arrives, and how it ends.
fn rest(mut stream: TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).err();
    (bytes, end.map(|error| error.kind()))
}

fn addons(demo: &Demo) -> Value {
    demo.eks("GET", "/clusters/demo/addons", json!(null))["addons"].take()
}

fn entry(demo: &Demo) -> Value {
    demo.get("/requests?fault=cut")["requests"][0].take()
}

#[test]
fn a_reset_before_the_response_resets_and_nothing_happens() {
    let demo = with_connection("resetBeforeResponse", "CreateAddon");
    let (bytes, end) = rest(create_addon(&demo));
    assert_eq!((bytes.len(), end), (0, Some(ErrorKind::ConnectionReset)));
    assert_eq!(addons(&demo), json!([]));
    assert_eq!(entry(&demo)["status"], json!(null));
}

#[test]
fn a_reset_after_the_commit_resets_although_it_happened() {
    let demo = with_connection("resetAfterCommit", "CreateAddon");
    let (bytes, end) = rest(create_addon(&demo));
    assert_eq!((bytes.len(), end), (0, Some(ErrorKind::ConnectionReset)));
    assert_eq!(addons(&demo), json!(["coredns"]));
}

#[test]
fn a_retry_with_the_same_token_after_a_reset_makes_one_association() {
    let demo = with_connection("resetAfterCommit", "CreatePodIdentityAssociation");
    let body = json!({
        "namespace": "default", "serviceAccount": "web", "roleArn": ROLE,
        "clientRequestToken": "one",
    });
    let path = "/clusters/demo/pod-identity-associations";
    let (_, end) = rest(ask(&demo, "POST", path, &body.to_string()));
    assert_eq!(end, Some(ErrorKind::ConnectionReset));
    let created = demo.eks("POST", path, body);
    let listed = demo.eks("GET", path, json!(null));
    assert_eq!(listed["associations"].as_array().unwrap().len(), 1);
    assert_eq!(
        listed["associations"][0]["associationId"],
        created["association"]["associationId"]
    );
}

#[test]
fn an_empty_response_is_an_orderly_end_without_a_byte() {
    let demo = with_connection("emptyResponse", "CreateAddon");
    let (bytes, end) = rest(create_addon(&demo));
    assert_eq!((bytes.len(), end), (0, None));
    assert_eq!(addons(&demo), json!([]));
}

#[test]
fn a_truncated_body_has_the_whole_length_in_its_head_and_half_of_the_bytes() {
    let demo = with_connection("truncateBody", "CreateAddon");
    let (bytes, end) = rest(create_addon(&demo));
    assert_eq!(end, None);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    assert_eq!(body.len(), length / 2);
    assert!(body.starts_with("{\n  \"addon\" : {"), "{body}");
    assert_eq!(addons(&demo), json!(["coredns"]));
    assert_eq!(entry(&demo)["status"], 200);
}

#[test]
fn a_truncated_error_is_one_of_a_call_that_did_not_happen() {
    let demo = Demo::start();
    let effect = json!({ "connection": "truncateBody", "error": { "preset": "throttling" } });
    put(&demo, "cut", json!({ "effect": effect, "times": 1 }));
    let (bytes, _) = rest(create_addon(&demo));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("HTTP/1.1 429 "), "{text}");
    assert!(!text.ends_with('}'), "{text}");
    assert_eq!(addons(&demo), json!([]));
}

#[test]
fn a_call_hangs_until_the_emulator_stops() {
    let demo = with_connection("hang", "DescribeCluster");
    let stream = ask(&demo, "GET", "/clusters/demo", "");
    // Others are answered, which also shows that this one has come so far.
    while demo.get("/faults/cut")["fired"] == 0 {}
    assert_eq!(addons(&demo), json!([]));
    stream.set_nonblocking(true).unwrap();
    let waiting = (&stream).read(&mut [0]).unwrap_err();
    assert_eq!(waiting.kind(), ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    drop(demo);
    assert_eq!(rest(stream), (Vec::new(), None));
}

#[test]
fn a_call_that_hangs_ends_when_the_client_goes() {
    let demo = with_connection("hang", "DescribeCluster");
    let stream = ask(&demo, "GET", "/clusters/demo", "");
    while demo.get("/faults/cut")["fired"] == 0 {}
    stream.shutdown(Shutdown::Write).unwrap();
    // Its side of the connection is closed, too.
    assert_eq!(rest(stream), (Vec::new(), None));
}

#[test]
fn the_next_request_finds_a_new_connection_that_works() {
    let demo = with_connection("resetBeforeResponse", "DescribeCluster");
    rest(ask(&demo, "GET", "/clusters/demo", ""));
    let answer = demo.send("GET", "/clusters/demo", "", b"");
    assert_eq!(answer.status, 200);
}
