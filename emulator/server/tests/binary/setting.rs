//! What each setting does, and where it may be written.

use std::net::SocketAddr;

use serde_json::Value;

use crate::connection::{ADDON, Answer, CLUSTER, Connection, call, call_with, request};
use crate::program::{Program, new_path, refusal};

/// Flag, a value that is refused, and one that is taken.
const SETTINGS: [(&str, &str, &str); 17] = [
    ("listen", "nowhere", "127.0.0.1:0"),
    ("account-id", "12", "111122223333"),
    ("region", "US", "eu-central-1"),
    ("lifecycle", "slow", "instant"),
    ("time-scale", "0", "2"),
    ("hold-reads", "soon", "2s"),
    ("clock", "slow", "paused"),
    ("now", "today", "2026-01-01T00:00:00Z"),
    ("rng-seed", "x", "1"),
    ("auth", "full", "scope"),
    ("journal-capacity", "x", "10"),
    ("max-body", "x", "10"),
    ("log-level", "loud", "warn"),
    ("log-format", "xml", "json"),
    ("shutdown-grace", "x", "1s"),
    ("workers", "0", "1"),
    ("config", "/nowhere/at-all", "/dev/null"),
];

fn twin_of(flag: &str) -> String {
    format!("EKS_EMULATOR_{}", flag.replace('-', "_").to_uppercase())
}

#[test]
fn each_flag_has_an_environment_twin_and_wins_over_it() {
    for (flag, bad, good) in SETTINGS {
        let (twin, long) = (twin_of(flag), format!("--{flag}"));
        let mut environment = vec![(twin.as_str(), bad)];
        if flag == "time-scale" {
            environment.push(("EKS_EMULATOR_LIFECYCLE", "realistic"));
        }
        let line = refusal(&environment, &["serve"], 2);
        assert!(line.contains(&long), "{flag}: {line}");
        assert!(line.contains(bad), "{flag}: {line}");
        if flag != "listen" {
            environment.push(("EKS_EMULATOR_LISTEN", "127.0.0.1:0"));
        }
        Program::start_by_default(&environment, &[&long, good]).stop_unharmed();
    }
}

#[test]
fn reads_are_held_for_a_duration_or_a_number_of_milliseconds() {
    for written in ["1500", "1500ms", "1s 500ms"] {
        let program = Program::start(&["--hold-reads", written]);
        let answer = call(program.address, "GET", "/_emulator/v1/config", "");
        let config: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(config["holdReads"]["value"], 1500, "{written}");
    }
}

#[test]
fn the_endpoint_file_of_a_flag_wins_over_that_of_the_environment() {
    let (one, other) = (new_path("one"), new_path("other"));
    let environment = [("EKS_EMULATOR_ENDPOINT_FILE", one.to_str().unwrap())];
    let program = Program::start_in(&environment, &[]);
    assert!(one.exists());
    program.stop_unharmed();
    let program = Program::start_in(&environment, &["--endpoint-file", other.to_str().unwrap()]);
    assert!(other.exists() && !one.exists());
    program.stop_unharmed();
}

#[test]
fn the_environment_names_account_and_region_of_callers_that_do_not_sign() {
    let program = Program::start_in(
        &[
            ("EKS_EMULATOR_ACCOUNT_ID", "111122223333"),
            ("EKS_EMULATOR_REGION", "eu-central-1"),
        ],
        &[],
    );
    let body = CLUSTER.replace("123456789012", "111122223333");
    let answer = call(program.address, "POST", "/clusters", &body);
    assert_eq!(
        answer.json()["cluster"]["arn"],
        "arn:aws:eks:eu-central-1:111122223333:cluster/one"
    );
}

#[test]
fn the_same_seed_and_calls_give_the_same_bytes() {
    let one = answers_with(&["--rng-seed", "7"]);
    let again = answers_with(&["--rng-seed", "7"]);
    assert_eq!(one, again);
    let other = answers_with(&["--rng-seed", "8"]);
    assert_ne!(one, other);
}

/// Everything that is answered to some calls on one connection.
fn answers_with(flags: &[&str]) -> String {
    let mut all = vec!["--clock", "paused", "--now", "2026-01-01T00:00:00Z"];
    all.extend(flags);
    let program = Program::start(&all);
    let mut connection = Connection::open(program.address);
    for (method, target, body) in [
        ("POST", "/clusters", CLUSTER),
        ("GET", "/clusters/one", ""),
        ("POST", "/clusters/one/addons", ADDON),
        ("GET", "/clusters/one/addons/aws-ebs-csi-driver", ""),
        ("GET", "/clusters/one/pod-identity-associations", ""),
        (
            "POST",
            "/clusters/one/addons/aws-ebs-csi-driver/update",
            "{}",
        ),
        ("GET", "/clusters/two", ""),
    ] {
        connection.send(request(method, target, &[], body));
    }
    connection.finish();
    let answers = String::from_utf8(connection.rest()).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), 6);
    assert_eq!(answers.matches("HTTP/1.1 404 Not Found\r\n").count(), 1);
    answers
}

#[test]
fn a_paused_clock_shows_the_time_it_was_given_until_it_is_moved() {
    let program = Program::start(&["--clock", "paused", "--now", "2026-01-01T00:00:00Z"]);
    let answer = call(program.address, "POST", "/clusters", CLUSTER);
    assert_eq!(answer.header("date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    assert_eq!(answer.json()["cluster"]["createdAt"], 1_767_225_600.0);
    let moved = advance(program.address, r#"{"by":"90s"}"#);
    assert_eq!(moved.json()["now"], "2026-01-01T00:01:30.000Z");
    let answer = call(program.address, "GET", "/clusters", "");
    assert_eq!(answer.header("date"), Some("Thu, 01 Jan 2026 00:01:30 GMT"));
}

#[test]
fn the_clock_refuses_times_that_cannot_be_written() {
    let program = Program::start(&["--clock", "paused", "--now", "9999-12-31T23:59:59Z"]);
    for by in ["1s", "1000years", "500000000years"] {
        let refused = advance(program.address, &format!(r#"{{"by":"{by}"}}"#));
        assert_eq!(refused.status, 422, "{by}");
        assert_eq!(
            refused.json()["message"],
            "The clock ends with the year 9999."
        );
    }
    assert_eq!(
        advance(program.address, r#"{"by":"999ms"}"#).json()["now"],
        "9999-12-31T23:59:59.999Z"
    );
    program.stop_unharmed();
}

#[test]
fn transitions_past_the_last_time_that_can_be_written_end_all_the_same() {
    let program = Program::start(&[
        "--clock=paused",
        "--now=2026-01-01T00:00:00Z",
        "--lifecycle=realistic",
    ]);
    let address = program.address;
    assert_eq!(call(address, "POST", "/clusters", CLUSTER).status, 200);
    let last = r#"{"to":"9999-12-31T23:59:59Z"}"#;
    assert_eq!(advance(address, last).status, 200);
    assert_eq!(status_of_cluster(&program), "ACTIVE");
    assert_eq!(call(address, "DELETE", "/clusters/one", "").status, 200);
    let clock = call(address, "GET", "/_emulator/v1/clock", "").json();
    assert_eq!(clock["nextDue"], "9999-12-31T23:59:59.999Z");
    let advanced = advance(address, r#"{"until":"idle"}"#).json();
    assert_eq!(advanced["now"], "9999-12-31T23:59:59.999Z");
    assert_eq!(advanced["idle"], true);
    assert_eq!(call(address, "GET", "/clusters/one", "").status, 404);
    program.stop_unharmed();
}

fn advance(address: SocketAddr, body: &str) -> Answer {
    call(address, "POST", "/_emulator/v1/clock/advance", body)
}

#[test]
fn manual_2_shows_the_transitional_status_to_two_reads() {
    let program = Program::start(&["--lifecycle", "manual:2"]);
    let created = call(program.address, "POST", "/clusters", CLUSTER);
    assert_eq!(created.json()["cluster"]["status"], "CREATING");
    let seen = [(); 4].map(|()| status_of_cluster(&program));
    assert_eq!(seen, ["CREATING", "CREATING", "ACTIVE", "ACTIVE"]);
}

fn status_of_cluster(program: &Program) -> Value {
    let mut answer = call(program.address, "GET", "/clusters/one", "").json();
    answer["cluster"]["status"].take()
}

#[test]
fn a_body_larger_than_the_limit_is_refused_and_the_largest_allowed_is_not() {
    let limit = CLUSTER.len().to_string();
    let program = Program::start(&["--max-body", &limit]);
    let longer = format!("{CLUSTER} ");
    let refused = call(program.address, "POST", "/clusters", &longer);
    refused.assert_error(413, "RequestEntityTooLargeException", "Request Too Long");
    let taken = call(program.address, "POST", "/clusters", CLUSTER);
    assert_eq!(taken.status, 200);
}

#[test]
fn auth_scope_wants_requests_signed_for_eks() {
    let program = Program::start(&["--auth", "scope"]);
    let call = |headers: &[_]| call_with(program.address, "GET", "/clusters", headers, "");
    call(&[]).assert_error(
        403,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
    let other = signature("us-east-1/s3");
    call(&[("Authorization", &other)]).assert_error(
        403,
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'eks'.",
    );
    let signed = signature("us-east-1/eks");
    assert_eq!(call(&[("Authorization", &signed)]).status, 200);
    let health = crate::connection::call(program.address, "GET", "/_emulator/health", "");
    assert_eq!(health.status, 200);
}

fn signature(scope: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{scope}/aws4_request, SignedHeaders=host, Signature=00"
    )
}

#[test]
fn the_control_endpoints_are_called_by_names_that_are_allowed() {
    let program = Program::start(&["--allow-host=emulator.test,other.test"]);
    for (host, status) in [
        ("emulator.test", 200),
        ("other.test:80", 200),
        ("evil.test", 403),
    ] {
        let mut connection = Connection::open(program.address);
        connection.send(format!(
            "GET /_emulator/v1/clock HTTP/1.1\r\nHost: {host}\r\n\r\n"
        ));
        assert_eq!(connection.answer().status, status, "{host}");
    }
}

#[test]
fn a_state_file_brings_back_what_there_was() {
    for more in [&["--shutdown-grace=1s"][..], &["--persist"]] {
        let file = new_path("state");
        let mut flags = vec!["--state-file", file.to_str().unwrap()];
        flags.extend(more);
        let program = Program::start(&flags);
        assert_eq!(
            call(program.address, "POST", "/clusters", CLUSTER).status,
            200
        );
        program.stop_unharmed();
        let program = Program::start(&flags);
        assert_eq!(
            call(program.address, "GET", "/clusters/one", "").status,
            200
        );
    }
}

/// Nothing that was answered is lost.
#[test]
fn persist_survives_the_end_of_the_process() {
    let file = new_path("state");
    let flags = ["--persist", "--state-file", file.to_str().unwrap()];
    let program = Program::start(&flags);
    assert_eq!(
        call(program.address, "POST", "/clusters", CLUSTER).status,
        200
    );
    program.signal("KILL");
    assert_eq!(program.wait().code, None);
    let program = Program::start(&flags);
    assert_eq!(
        call(program.address, "GET", "/clusters/one", "").status,
        200
    );
}
