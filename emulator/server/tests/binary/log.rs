//! What the log says, and what it keeps to itself.

use serde_json::Value;

use crate::connection::{CLUSTER, Connection, call, call_with, request};
use crate::program::Program;

/// Lines of the log, without the one for those who wait for it.
fn log_lines(stderr: &str) -> Vec<Value> {
    stderr
        .lines()
        .filter(|line| *line != "Ready.")
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect()
}

#[test]
fn json_lines_tell_of_each_request() {
    let program = Program::start(&["--log-format", "json", "--rng-seed", "7"]);
    let answer = call(program.address, "GET", "/clusters/one", "");
    let ended = program.stop();
    let lines = log_lines(&ended.stderr);
    let messages: Vec<_> = lines
        .iter()
        .map(|line| &line["fields"]["message"])
        .collect();
    assert_eq!(messages, ["started", "request", "stopping"]);
    assert_eq!(lines[0]["fields"]["rng_seed"], 7);
    let request = &lines[1]["fields"];
    assert_eq!(request["operation"], "DescribeCluster");
    assert_eq!(request["cluster"], "one");
    assert_eq!(request["status"], 404);
    assert_eq!(request["error"], "ResourceNotFoundException");
    assert_eq!(
        request["request_id"].as_str(),
        answer.header("x-amzn-requestid")
    );
}

#[test]
fn each_request_has_a_line_whatever_came_of_it() {
    let program = Program::start(&["--log-format", "json", "--max-body", "300"]);
    for (method, target, body) in [
        ("POST", "/clusters", CLUSTER.to_owned()),
        ("POST", "/clusters", " ".repeat(301)),
        ("GET", "/nowhere", String::new()),
        ("GET", "/clusters/%zz", String::new()),
        ("GET", "/clusters/one/node-groups", String::new()),
    ] {
        call(program.address, method, target, &body);
    }
    let lines = log_lines(&program.stop().stderr);
    let requests = lines.iter().map(|line| &line["fields"]);
    let seen: Vec<_> = requests
        .filter(|fields| fields["message"] == "request")
        .map(|fields| {
            (
                fields["operation"].as_str().unwrap(),
                fields["status"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("CreateCluster", Some(200)),
            ("CreateCluster", Some(413)),
            ("-", Some(403)),
            ("DescribeCluster", Some(400)),
            ("ListNodegroups", Some(501)),
        ]
    );
}

#[test]
fn no_line_has_a_secret_of_the_caller() {
    let program = Program::start(&["--log-level", "trace"]);
    let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature={signature}"
    );
    let headers = [
        ("Authorization", authorization.as_str()),
        ("X-Amz-Security-Token", "FwoGZXIvYXdzEXAMPLETOKEN"),
    ];
    let target = format!("/clusters/one?X-Amz-Signature={signature}");
    call_with(program.address, "GET", &target, &headers, "");
    call_with(program.address, "POST", "/clusters", &headers, CLUSTER);
    let stderr = program.stop().stderr;
    assert_eq!(stderr.matches(" request ").count(), 2, "{stderr}");
    for secret in [signature, "AKIAEXAMPLE", "EXAMPLETOKEN"] {
        assert!(!stderr.contains(secret), "{stderr}");
    }
}

#[test]
fn off_leaves_only_the_line_for_those_who_wait() {
    let program = Program::start(&["--log-level", "off"]);
    call(program.address, "GET", "/clusters", "");
    assert_eq!(program.stop().stderr, "Ready.\n");
}

#[test]
fn quiet_leaves_stderr_to_errors() {
    let program = Program::start(&["--quiet", "--listen", "0.0.0.0:0"]);
    call(program.address, "GET", "/clusters", "");
    assert_eq!(program.stop().stderr, "");
}

#[test]
fn a_log_level_that_wins_over_quiet_wants_to_hear_that_it_is_ready() {
    let quiet = [("EKS_EMULATOR_QUIET", "true")];
    let program = Program::start_in(&quiet, &["--log-level", "off"]);
    assert_eq!(program.stop().stderr, "Ready.\n");
}

#[test]
fn a_log_that_is_not_on_a_terminal_has_no_colours() {
    let program = Program::start(&[]);
    call(program.address, "GET", "/clusters/%1B%5B31m", "");
    assert!(!program.stop().stderr.contains('\u{1b}'));
}

/// A pipe is full at some time: neither calls nor the end wait for whoever
/// should read it.
#[test]
fn calls_and_the_end_do_not_wait_for_a_log_that_is_not_read() {
    let (mut program, unread) = Program::start_unread(&[]);
    let path = format!("/clusters/{}", "a".repeat(100));
    let mut connection = Connection::open(program.address);
    // More than any pipe holds.
    for _ in 0..1_500 {
        connection.send(request("GET", &path, &[], ""));
        assert_eq!(connection.answer().status, 404);
    }
    drop(connection);
    program.signal("TERM");
    assert_eq!(program.code_at_the_end(), Some(0));
    drop(unread);
}

/// Whoever waited for the line `Ready.` may have no use for the rest.
#[test]
fn requests_are_answered_when_nobody_reads_the_log() {
    for format in ["text", "json"] {
        let program = Program::start_unheard(&["--log-format", format]);
        for _ in 0..2 {
            let answer = call(program.address, "GET", "/clusters", "");
            assert_eq!(answer.status, 200);
        }
        assert_eq!(program.stop().code, Some(0));
    }
}
