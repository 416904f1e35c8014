//! Over TLS: the certificate to trust, and what faults make of connections.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use eks_emulator::{EksEmulator, Tls};
use serde_json::json;

use crate::client::{Answer, Demo, exchange};
use crate::description;
use crate::tls_client::{TlsConnection, ask, connect, rest};

const CA_PATH: &str = "/_emulator/ca.pem";

fn emulator() -> EksEmulator {
    let builder = EksEmulator::builder().tls(Tls::self_signed());
    builder.start_blocking().unwrap()
}

fn given() -> EksEmulator {
    let (certificate, key) = (
        include_str!("../tls/certificate.pem"),
        include_str!("../tls/key.pem"),
    );
    let tls = Tls::pem(certificate, key).unwrap();
    EksEmulator::builder().tls(tls).start_blocking().unwrap()
}

fn open(emulator: &EksEmulator) -> TlsConnection {
    let authority = emulator.ca_certificate();
    let authority = authority.unwrap_or(include_str!("../tls/ca.pem"));
    connect(emulator.address(), authority).unwrap()
}

/// The answer to a request on a connection of its own, checked against the
/// description.
#[track_caller]
fn call(emulator: &EksEmulator, method: &str, path: &str, body: &str) -> Answer {
    let mut connection = open(emulator);
    ask(&mut connection, method, path, body);
    let (text, end) = rest(&mut connection);
    assert_eq!(end, None, "{text}");
    let (head, text) = text.split_once("\r\n\r\n").unwrap();
    let mut answer = Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        content_type: String::new(),
        head: head.to_owned(),
        text: text.to_owned(),
    };
    answer.content_type = answer.header("content-type").unwrap_or_default().to_owned();
    description::check(method, path, &answer);
    answer
}

#[test]
fn the_certificate_of_the_authority_is_what_clients_trust() {
    let emulator = emulator();
    let answer = call(&emulator, "GET", CA_PATH, "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "application/pem-certificate-chain");
    assert_eq!(Some(answer.text.as_str()), emulator.ca_certificate());
    assert_eq!(call(&emulator, "GET", "/clusters", "").status, 200);
    connect(emulator.address(), &answer.text).unwrap();
}

#[test]
fn whoever_does_not_trust_the_authority_refuses_the_emulator() {
    let (one, other) = (emulator(), emulator());
    for authority in [
        other.ca_certificate().unwrap(),
        include_str!("../tls/ca.pem"),
    ] {
        let refused = connect(one.address(), authority).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "invalid peer certificate: UnknownIssuer"
        );
    }
}

#[test]
fn an_emulator_that_was_given_its_certificate_has_no_authority() {
    let emulator = given();
    assert_eq!(emulator.ca_certificate(), None);
    let answer = call(&emulator, "GET", CA_PATH, "");
    let message = "The emulator was given its certificate: whoever made that knows its authority.";
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.json(),
        json!({ "code": "NotFound", "message": message })
    );
}

#[test]
fn without_tls_there_is_no_authority() {
    let demo = Demo::start();
    let answer = demo.send("GET", CA_PATH, "", b"");
    let message = "The emulator serves no HTTPS, so there is no certificate to trust.";
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.json(),
        json!({ "code": "NotFound", "message": message })
    );
}

#[test]
fn a_request_without_tls_is_told_that_it_needs_it() {
    let emulator = emulator();
    for request in [("GET", "/clusters"), ("POST", "/_emulator/v1/reset")] {
        let answer = exchange(emulator.address(), "localhost", request, "", b"");
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.json()["message"],
            "This address speaks HTTPS only: its URL begins with https."
        );
    }
}

#[test]
fn what_is_neither_tls_nor_http_is_cut_off() {
    let emulator = emulator();
    // A record of a handshake with a message that there is not.
    let no_message = b"\x16\x03\x01\x00\x04\x63\x00\x00\x00";
    for bytes in [no_message.as_slice(), b"\x00\x00\r\n\r\n"] {
        let mut stream = TcpStream::connect(emulator.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        let end = stream
            .read_to_end(&mut answer)
            .map_err(|error| error.kind());
        assert_ne!(end, Err(ErrorKind::WouldBlock), "{bytes:?}");
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{bytes:?}");
    }
    assert_eq!(call(&emulator, "GET", "/clusters", "").status, 200);
}

#[test]
fn a_client_that_shakes_no_hands_does_not_use_up_the_grace() {
    let emulator = EksEmulator::builder()
        .tls(Tls::self_signed())
        .shutdown_grace(Duration::from_secs(60 * 60))
        .start_blocking()
        .unwrap();
    let mut silent = TcpStream::connect(emulator.address()).unwrap();
    let mut begun = TcpStream::connect(emulator.address()).unwrap();
    begun.write_all(b"\x16\x03\x01").unwrap();
    assert_eq!(call(&emulator, "GET", "/clusters", "").status, 200);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(emulator.shutdown());
    for stream in [&mut silent, &mut begun] {
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = stream.read_to_end(&mut rest);
        assert_eq!(rest, b"");
    }
}

/// What a call comes to whose connection a fault ends in this way.
fn faulted(kind: &str) -> (String, Option<ErrorKind>) {
    let emulator = emulator();
    let rule = json!({ "effect": { "connection": kind }, "times": 1 });
    let path = "/_emulator/v1/faults/cut";
    let put = call(&emulator, "PUT", path, &rule.to_string());
    assert_eq!(put.status, 200, "{}", put.text);
    let mut connection = open(&emulator);
    ask(&mut connection, "GET", "/clusters", "");
    if kind == "hang" {
        while call(&emulator, "GET", path, "").json()["fired"] == 0 {}
        drop(emulator);
    }
    rest(&mut connection)
}

#[test]
fn a_reset_resets_the_connection_below_tls() {
    for kind in ["resetBeforeResponse", "resetAfterCommit"] {
        let expected = (String::new(), Some(ErrorKind::ConnectionReset));
        assert_eq!(faulted(kind), expected, "{kind}");
    }
}

#[test]
fn an_empty_response_is_an_end_that_tls_announces() {
    assert_eq!(faulted("emptyResponse"), (String::new(), None));
}

#[test]
fn a_truncated_body_ends_in_the_middle() {
    let (text, end) = faulted("truncateBody");
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.contains("\r\ncontent-length: 44\r\n"), "{text}");
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 22);
    assert_eq!(end, Some(ErrorKind::UnexpectedEof));
}

#[test]
fn a_call_hangs_until_the_emulator_stops() {
    assert_eq!(faulted("hang"), (String::new(), None));
}

#[test]
fn a_call_that_hangs_ends_when_the_client_goes() {
    let emulator = emulator();
    let rule = json!({ "effect": { "connection": "hang" }, "times": 1 });
    let path = "/_emulator/v1/faults/cut";
    assert_eq!(call(&emulator, "PUT", path, &rule.to_string()).status, 200);
    let mut connection = open(&emulator);
    ask(&mut connection, "GET", "/clusters", "");
    while call(&emulator, "GET", path, "").json()["fired"] == 0 {}
    connection.sock.shutdown(Shutdown::Write).unwrap();
    // Its side of the connection is closed, too.
    assert_eq!(rest(&mut connection).0, "");
}
