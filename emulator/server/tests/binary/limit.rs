//! Bodies larger than the limit.

use crate::connection::{Connection, assert_alive, call, request};
use crate::program::Program;

#[test]
fn a_body_that_is_too_large_is_refused_and_the_connection_goes_on() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    // All of it is sent before the answer is read, as many clients do.
    connection.send(request("POST", "/clusters", &[], &" ".repeat(8_000_000)));
    let answer = connection.answer();
    answer.assert_error(413, "RequestEntityTooLargeException", "Request Too Long");
    connection.send(request("GET", "/clusters", &[], ""));
    assert_eq!(connection.answer().status, 200);
    program.stop_unharmed();
}

#[test]
fn chunks_do_not_get_around_the_limit() {
    let program = Program::start(&["--max-body", "1000"]);
    let mut connection = Connection::open(program.address);
    connection
        .send("POST /clusters HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..1001 {
        connection.send("1\r\n \r\n");
    }
    connection.send("0\r\n\r\n");
    let answer = connection.answer();
    answer.assert_error(413, "RequestEntityTooLargeException", "Request Too Long");
    program.stop_unharmed();
}

#[test]
fn a_body_without_end_is_not_awaited() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection.send(
        "POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000000\r\n\r\n",
    );
    let answer = connection.answer();
    answer.assert_error(413, "RequestEntityTooLargeException", "Request Too Long");
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn an_unknown_route_is_unknown_whatever_the_size_of_the_body() {
    let program = Program::start(&["--max-body", "10"]);
    let answer = call(program.address, "POST", "/nowhere", &" ".repeat(11));
    answer.assert_error(
        403,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
}

#[test]
fn the_emulators_own_endpoints_answer_in_json_whatever_is_sent() {
    let program = Program::start(&[]);
    let clock = "/_emulator/v1/clock/advance";
    for (method, target, body, status, code) in [
        ("POST", clock, " ".repeat(3_000_000), 413, "BodyTooLarge"),
        ("POST", clock, "{".to_owned(), 400, "BadRequest"),
        (
            "POST",
            clock,
            r#"{"by":"soon"}"#.to_owned(),
            422,
            "InvalidBody",
        ),
        ("GET", clock, String::new(), 405, "MethodNotAllowed"),
        (
            "DELETE",
            "/_emulator/health",
            String::new(),
            405,
            "MethodNotAllowed",
        ),
        ("GET", "/_emulator/nothing", String::new(), 404, "NotFound"),
    ] {
        let mut connection = Connection::open(program.address);
        connection.send_all_that_is_taken(request(method, target, &[], &body));
        let answer = connection.answer();
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.json()["code"], code, "{target}");
    }
    program.stop_unharmed();
}
