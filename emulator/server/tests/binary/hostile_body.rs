//! Bodies that come in pieces, late, or not at all.

use serde_json::json;

use crate::connection::{CLUSTER, Connection, assert_alive, call, request};
use crate::program::Program;

#[test]
fn bodies_that_never_end_keep_nobody_waiting() {
    let program = Program::start(&[]);
    let whole = request("POST", "/clusters", &[], CLUSTER);
    let (begun, rest) = whole.split_at(whole.len() - 1);
    let mut slow: Vec<Connection> = (0..100)
        .map(|_| {
            let mut connection = Connection::open(program.address);
            connection.send(begun);
            connection
        })
        .collect();
    assert_alive(program.address);
    let statuses: Vec<u16> = slow
        .iter_mut()
        .map(|connection| {
            connection.send(rest);
            connection.answer().status
        })
        .collect();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 409));
    program.stop_unharmed();
}

#[test]
fn clients_that_leave_in_the_middle_harm_nobody() {
    let program = Program::start(&[]);
    let whole = request("POST", "/clusters", &[], CLUSTER);
    for length in 0..whole.len() {
        let mut connection = Connection::open(program.address);
        connection.send(&whole[..length]);
    }
    let listed = call(program.address, "GET", "/clusters", "");
    assert_eq!(listed.json()["clusters"], json!([]));
    program.stop_unharmed();
}

#[test]
fn a_client_that_closes_its_side_still_gets_the_answer() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection.send(request("POST", "/clusters", &[], CLUSTER));
    connection.finish();
    assert_eq!(connection.answer().status, 200);
    assert_eq!(connection.rest(), b"");
}

#[test]
fn a_body_that_breaks_off_is_400() {
    let program = Program::start(&[]);
    for begun in [
        "Content-Length: 100\r\n\r\n{",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ] {
        let mut connection = Connection::open(program.address);
        connection.send(format!(
            "POST /clusters HTTP/1.1\r\nHost: localhost\r\n{begun}"
        ));
        connection.finish();
        let answer = connection.answer();
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{begun}");
    }
    program.stop_unharmed();
}

#[test]
fn chunks_make_a_body() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    connection
        .send("POST /clusters HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for byte in CLUSTER.chars() {
        connection.send(format!("1;extension=x\r\n{byte}\r\n"));
    }
    connection.send("0\r\nTrailer: x\r\n\r\n");
    let answer = connection.answer();
    assert_eq!(answer.json()["cluster"]["name"], "one");
    connection.send(request("GET", "/clusters", &[], ""));
    assert_eq!(connection.answer().json()["clusters"], json!(["one"]));
}

#[test]
fn broken_chunks_are_400() {
    let program = Program::start(&[]);
    for chunks in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}",
        "2\r\n{}zz",
    ] {
        let mut connection = Connection::open(program.address);
        connection.send(
            "POST /clusters HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        connection.send_all_that_is_taken(chunks);
        let answer = connection.answer();
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{chunks}");
    }
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn a_body_with_two_lengths_ends_the_connection() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    let smuggled = request("GET", "/clusters/smuggled", &[], "");
    connection.send(format!(
        "POST /clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{smuggled}"
    ));
    assert_eq!(connection.answer().status, 400);
    assert_eq!(connection.rest(), b"");
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    let length = CLUSTER.len();
    connection.send(format!(
        "POST /clusters HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ));
    assert_eq!(connection.head().status, 100);
    connection.send(CLUSTER);
    assert_eq!(connection.answer().status, 200);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let program = Program::start(&[]);
    let mut connection = Connection::open(program.address);
    let requests: String = (0..200)
        .map(|number| request("GET", &format!("/clusters/c{number}"), &[], ""))
        .collect();
    connection.send(requests);
    connection.finish();
    for number in 0..200 {
        connection.answer().assert_error(
            404,
            "ResourceNotFoundException",
            &format!("No cluster found for name: c{number}."),
        );
    }
    assert_eq!(connection.rest(), b"");
}

#[test]
fn requests_on_many_connections_at_once_each_get_their_answer() {
    let program = Program::start(&[]);
    let address = program.address;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for number in 0..12 {
                    let name = format!("c{thread}-{number}");
                    let body = CLUSTER.replace("\"one\"", &format!("\"{name}\""));
                    let answer = call(address, "POST", "/clusters", &body);
                    assert_eq!(answer.json()["cluster"]["name"], name.as_str());
                }
            });
        }
    });
    program.stop_unharmed();
}
