//! Heads of requests that no well-behaved client sends.

use crate::connection::{Connection, assert_alive, call, request};
use crate::program::Program;

/// Everything that is answered to these bytes when nothing follows them.
fn exchange(program: &Program, bytes: impl AsRef<[u8]>) -> String {
    let mut connection = Connection::open(program.address);
    connection.send(bytes);
    connection.finish();
    String::from_utf8(connection.rest()).unwrap()
}

#[test]
fn heads_that_never_end_keep_nobody_waiting() {
    let program = Program::start(&[]);
    let head = request("GET", "/clusters", &[], "");
    let mut slow: Vec<Connection> = (0..head.len())
        .map(|length| {
            let mut connection = Connection::open(program.address);
            connection.send(&head[..length]);
            connection
        })
        .collect();
    assert_alive(program.address);
    for (length, connection) in slow.iter_mut().enumerate() {
        connection.send(&head[length..]);
        assert_eq!(connection.answer().status, 200, "{length}");
    }
    program.stop_unharmed();
}

#[test]
fn a_head_may_come_byte_by_byte() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    for byte in request("GET", "/clusters/one", &[], "").bytes() {
        connection.send([byte]);
    }
    assert_eq!(connection.answer().status, 404);
}

/// Source: RFC 9112 section 3.2.
#[test]
fn a_request_names_its_host_once() {
    let program = Program::start(&[]);
    let status = |version: &str, hosts: &str| {
        let answer = exchange(&program, format!("GET /clusters {version}\r\n{hosts}\r\n"));
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    for hosts in [
        "",
        "Host: localhost\r\nHost: example.com\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: local host\r\n",
        "Host: local/host\r\n",
    ] {
        assert_eq!(status("HTTP/1.1", hosts), "400", "{hosts}");
    }
    for host in ["localhost", "127.0.0.1:4566", "[::1]:4566", ""] {
        assert_eq!(status("HTTP/1.1", &format!("Host: {host}\r\n")), "200");
    }
    assert_eq!(status("HTTP/1.0", ""), "200");
    let two = "Host: localhost\r\nHost: example.com\r\n";
    assert_eq!(status("HTTP/1.0", two), "400");
    program.stop_unharmed();
}

#[test]
fn too_many_headers_are_431() {
    let program = Program::start(&[]);
    let headers = |count| "a: b\r\n".repeat(count);
    let most = format!(
        "GET /clusters HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        headers(99)
    );
    assert!(exchange(&program, most).starts_with("HTTP/1.1 200 "));
    let more = format!(
        "GET /clusters HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        headers(100)
    );
    assert!(exchange(&program, more).starts_with("HTTP/1.1 431 "));
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn too_large_a_head_is_431() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection.send("GET /clusters HTTP/1.1\r\na: ");
    connection.send_all_that_is_taken("x".repeat(1024 * 1024));
    assert_eq!(connection.answer().status, 431);
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn too_long_a_target_is_414() {
    let program = Program::start(&[]);
    let target = "x".repeat(65_535);
    let answer = exchange(&program, request("GET", &target, &[], ""));
    assert!(answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 414 "));
    let target = format!("/{target}");
    let answer = exchange(&program, request("GET", &target, &[], ""));
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn what_is_not_http_is_400_without_a_word() {
    let program = Program::start(&[]);
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"GET /clusters\r\n\r\n",
        b"GET /clusters HTTP/9.9\r\n\r\n",
        b"GET /clus ters HTTP/1.1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET /clusters HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        b"GET /clusters HTTP/1.1\r\nHost: localhost\r\na: \x00\r\n\r\n",
        b"POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /clusters HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
    ] {
        let answer = exchange(&program, bytes);
        let text = String::from_utf8_lossy(bytes);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{text:?}: {answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{text:?}: {answer}");
    }
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn noise_is_refused_or_ignored_and_nothing_else() {
    let program = Program::start(&[]);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..300 {
        let mut noise = Vec::new();
        if round % 3 == 0 {
            noise.extend_from_slice(
                b"POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 64\r\n\r\n",
            );
        }
        for _ in 0..round {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            noise.push(state.to_le_bytes()[0]);
        }
        let mut connection = Connection::open(program.address);
        connection.send_all_that_is_taken(&noise);
        connection.finish();
        let rest = connection.rest();
        let answer = String::from_utf8_lossy(&rest);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{round}: {answer}");
        assert!(!answer.to_lowercase().contains("<html"), "{round}");
    }
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn broken_escapes_are_bad_requests() {
    let program = Program::start(&[]);
    for target in [
        "/clusters/%zz",
        "/clusters/%",
        "/clusters/%2",
        "/clusters/%FF",
        "/clusters?nextToken=%zz",
        "/clusters?nextToken=%C3%28",
        "/tags/arn%3Aaws%3Aeks%",
    ] {
        let answer = call(program.address, "GET", target, "");
        answer.assert_error(400, "BadRequestException", "Bad Request");
    }
    program.stop_unharmed();
}

#[test]
fn escapes_are_decoded_once() {
    let program = Program::start(&[]);
    let answer = call(program.address, "GET", "/clusters/%6fne", "");
    answer.assert_error(
        404,
        "ResourceNotFoundException",
        "No cluster found for name: one.",
    );
    let answer = call(program.address, "GET", "/clusters/%256fne", "");
    assert_eq!(answer.status, 400);
}

#[test]
fn http_1_0_is_answered_and_the_connection_closed() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection.send("GET /clusters HTTP/1.0\r\n\r\n");
    let answer = connection.answer();
    assert_eq!((answer.version.as_str(), answer.status), ("HTTP/1.0", 200));
    assert_eq!(connection.rest(), b"");
}

#[test]
fn http_1_0_keeps_the_connection_if_asked() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    for _ in 0..2 {
        connection.send("GET /clusters HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assert_eq!(connection.answer().status, 200);
    }
}

#[test]
fn a_whole_url_as_target_is_taken_by_its_path() {
    let program = Program::start(&[]);
    let target = "http://eks.us-east-1.amazonaws.com/clusters";
    assert_eq!(call(program.address, "GET", target, "").status, 200);
}

#[test]
fn head_has_the_head_of_an_answer_only() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection.send(request("HEAD", "/clusters", &[], ""));
    let answer = connection.head();
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("MissingAuthenticationTokenException")
    );
    connection.send(request("GET", "/clusters", &[], ""));
    assert_eq!(connection.answer().status, 200);
}

#[test]
fn methods_that_no_operation_has_miss_authentication() {
    let program = Program::start(&[]);
    for (method, target) in [
        ("OPTIONS", "/clusters"),
        ("OPTIONS", "*"),
        ("TRACE", "/clusters"),
        ("CONNECT", "eks:443"),
        ("PATCH", "/clusters/one"),
        ("BREW", "/clusters"),
        ("get", "/clusters"),
    ] {
        let answer = call(program.address, method, target, "");
        answer.assert_error(
            403,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        );
    }
    program.stop_unharmed();
}
