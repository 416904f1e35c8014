//! How the program ends.

use crate::connection::{CLUSTER, Connection, assert_alive, request};
use crate::program::{Program, new_path};

#[test]
fn sigterm_and_sigint_end_it_with_exit_code_0() {
    for signal in ["TERM", "INT"] {
        let path = new_path("endpoint");
        let program = Program::start(&["--endpoint-file", path.to_str().unwrap()]);
        assert!(path.exists());
        program.signal(signal);
        let ended = program.wait();
        assert_eq!(ended.code, Some(0), "{signal}: {}", ended.stderr);
        assert!(!path.exists(), "{signal}");
    }
}

#[test]
fn a_request_under_way_gets_its_answer() {
    let program = Program::start(&["--shutdown-grace", "1h"]);
    let mut idle = Connection::open(program.address);
    idle.send(request("GET", "/clusters", &[], ""));
    assert_eq!(idle.answer().status, 200);
    let mut connection = begin_create_cluster(&program);
    program.signal("TERM");
    // It closes connections that nothing happens on as soon as it stops.
    assert_eq!(idle.rest(), b"");
    connection.send(CLUSTER);
    let answer = connection.answer();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["cluster"]["name"], "one");
    assert_eq!(program.wait().code, Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_from_ending() {
    let program = Program::start(&["--shutdown-grace", "1ms"]);
    let _connection = begin_create_cluster(&program);
    assert_eq!(program.stop().code, Some(0));
}

#[test]
fn a_connection_without_a_request_does_not_use_up_the_grace() {
    let program = Program::start(&["--shutdown-grace", "1h"]);
    let _silent = Connection::open(program.address);
    let mut idle = Connection::open(program.address);
    idle.send(request("GET", "/clusters", &[], ""));
    assert_eq!(idle.answer().status, 200);
    assert_alive(program.address);
    assert_eq!(program.stop().code, Some(0));
}

/// Nobody knows whether the rest of it will ever come.
#[test]
fn half_a_head_does_not_use_up_the_grace() {
    let program = Program::start(&["--shutdown-grace", "1h"]);
    let mut first = Connection::open(program.address);
    first.send("GET /clusters HTTP/1.1\r\nHost: loc");
    let mut second = Connection::open(program.address);
    second.send(request("GET", "/clusters", &[], ""));
    assert_eq!(second.answer().status, 200);
    second.send("GET /clusters HTTP/1.1\r\nHost: loc");
    assert_alive(program.address);
    assert_eq!(program.stop().code, Some(0));
    assert_eq!((first.rest(), second.rest()), (Vec::new(), Vec::new()));
}

/// The head of a request, of which the program has said that it awaits the
/// rest.
fn begin_create_cluster(program: &Program) -> Connection {
    let mut connection = Connection::open(program.address);
    let length = CLUSTER.len();
    connection.send(format!(
        "POST /clusters HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ));
    assert_eq!(connection.head().status, 100);
    connection
}
