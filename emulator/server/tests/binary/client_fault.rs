//! The commands about calls: which fail, and which there were.

use serde_json::{Value, json};

use crate::client::{failure, printed, printed_json};
use crate::connection::{CLUSTER, call};
use crate::program::Program;

/// An emulator whose clock stands at 2026-01-01.
fn program() -> Program {
    Program::start(&["--clock=paused", "--now=2026-01-01T00:00:00Z"])
}

/// The rule that flags make.
#[track_caller]
fn rule(flags: &[&str]) -> Value {
    let program = program();
    let mut arguments = vec!["fault", "add", "one"];
    arguments.extend(flags);
    assert_eq!(printed(&program, &arguments), "");
    let mut faults = printed_json(&program, &["fault", "list"]);
    let mut rule = faults["faults"][0].take();
    let state = rule.as_object_mut().unwrap();
    for name in ["name", "fired", "exhausted", "expired", "priority"] {
        assert!(state.remove(name).is_some(), "{name}");
    }
    rule
}

#[test]
fn flags_make_a_rule() {
    assert_eq!(
        rule(&[
            "--operation=CreateAddon",
            "--preset=throttling",
            "--times=2"
        ]),
        json!({
            "match": { "operation": "CreateAddon" },
            "effect": { "error": { "preset": "throttling" } },
            "times": 2,
        })
    );
    assert_eq!(
        rule(&[
            "--operation=CreateAddon,Update*",
            "--service=eks",
            "--account=123456789012",
            "--region=us-east-1",
            "--cluster=demo",
            "--resource=vpc-cni",
            "--status=400",
            "--code=ThrottlingException",
            "--message=Rate exceeded",
            "--delay=200ms",
            "--jitter=50ms",
            "--phase=after",
            "--probability=0.5",
            "--expires-after=30s",
        ]),
        json!({
            "match": {
                "operation": ["CreateAddon", "Update*"],
                "service": "eks",
                "account": "123456789012",
                "region": "us-east-1",
                "cluster": "demo",
                "resource": "vpc-cni",
            },
            "effect": {
                "error": {
                    "statusCode": 400,
                    "code": "ThrottlingException",
                    "message": "Rate exceeded",
                },
                "delay": { "fixed": "200ms", "jitter": "50ms" },
            },
            "phase": "after",
            "probability": 0.5,
            "expiresAfter": "30s",
        })
    );
}

#[test]
fn a_rule_can_be_written_as_json() {
    let document = r#"{"effect":{"connection":"hang"},"match":{"cluster":"demo"}}"#;
    assert_eq!(
        rule(&[document]),
        json!({ "match": { "cluster": "demo" }, "effect": { "connection": "hang" } })
    );
}

#[test]
fn rules_are_listed_removed_and_cleared() {
    let program = program();
    let heading = "NAME  MATCH  EFFECT  FIRED  LEFT\n";
    assert_eq!(printed(&program, &["fault"]), heading);
    for name in ["one", "two words", "three"] {
        let arguments = ["fault", "add", name, "--preset=accessDenied", "--times=3"];
        printed(&program, &arguments);
    }
    assert_eq!(call(program.address, "GET", "/clusters", "").status, 403);
    printed(&program, &["fault", "rm", "two words"]);
    assert_eq!(
        printed(&program, &["fault", "list"]),
        r#"NAME   MATCH  EFFECT                               FIRED  LEFT
one    {}     {"error":{"preset":"accessDenied"}}  1      2
three  {}     {"error":{"preset":"accessDenied"}}  0      3
"#
    );
    assert_eq!(printed(&program, &["fault", "clear"]), "");
    assert_eq!(printed(&program, &["fault"]), heading);
}

#[test]
fn a_rule_that_makes_no_sense_is_one_line() {
    let program = program();
    for (flags, word) in [
        (&["--preset=slow"][..], "slow"),
        (&["--connection=cut"], "cut"),
        (&["--probability=2", "--preset=throttling"], "probability"),
        (&["{}"], "effect"),
    ] {
        let line = failure(&program, &[&["fault", "add", "one"], flags].concat());
        assert!(line.contains(word), "{line}");
    }
}

/// Two calls: a cluster is made, and an addon of another is looked for.
fn with_calls() -> Program {
    let program = program();
    call(program.address, "POST", "/clusters", CLUSTER);
    call(program.address, "GET", "/clusters/two/addons/coredns", "");
    program
}

#[test]
fn requests_are_listed_and_can_be_narrowed() {
    let program = with_calls();
    let list = printed(&program, &["requests"]);
    let columns = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        words
    };
    let lines: Vec<Vec<String>> = list.lines().map(columns).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0].join(" "),
        "ID AT OPERATION CLUSTER STATUS CODE MICROSECONDS FAULTS"
    );
    assert_eq!(
        lines[2][1..6].join(" "),
        "2026-01-01T00:00:00.000Z DescribeAddon two 404 ResourceNotFoundException"
    );
    for (flags, count) in [
        (&["--operation=DescribeAddon"][..], 1),
        (&["--status=404"], 1),
        (&["--status=404", "--cluster=one"], 0),
        (&["--service=eks", "--account=123456789012"], 2),
        (&["--region=eu-west-1"], 0),
        (&["--code=ResourceNotFoundException"], 1),
        (&["--since=1"], 1),
        (&["--limit=1"], 1),
    ] {
        let list = printed_json(&program, &[&["requests", "list"], flags].concat());
        assert_eq!(
            list["requests"].as_array().unwrap().len(),
            count,
            "{flags:?}"
        );
    }
    let first = printed_json(&program, &["requests", "list", "--limit=1"]);
    let next = first["next"].as_str().unwrap();
    let rest = printed_json(&program, &["requests", "list", "--cursor", next]);
    assert_eq!(rest["requests"].as_array().unwrap().len(), 1);
    assert_ne!(rest["requests"][0]["id"], first["requests"][0]["id"]);
    assert_eq!(printed(&program, &["requests", "clear"]), "");
    assert_eq!(printed(&program, &["requests"]).lines().count(), 1);
}

#[test]
fn requests_are_counted_and_expected() {
    let program = with_calls();
    let count = |flags: &[&str]| printed(&program, &[&["requests", "count"], flags].concat());
    assert_eq!(count(&[]), "2\n");
    assert_eq!(count(&["--operation=DescribeAddon", "--exactly=1"]), "1\n");
    assert_eq!(count(&["--status=404", "--at-least=1"]), "1\n");
    assert_eq!(count(&["--cluster=none", "--at-most=0"]), "0\n");
}

/// The count is there, and why it is not enough.
#[test]
fn an_expectation_that_does_not_hold_is_exit_code_1() {
    let program = with_calls();
    let endpoint = [("EKS_EMULATOR_ENDPOINT", program.endpoint.as_str())];
    let arguments = [
        "requests",
        "count",
        "--operation=DescribeAddon",
        "--cluster=one",
        "--exactly=1",
    ];
    let output = crate::program::run(&endpoint, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"0\n");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        stderr,
        "error: 0 such requests, but exactly 1 expected; \
         nearly CreateCluster with id 1, but for operation; \
         nearly DescribeAddon with id 2, but for cluster\n"
    );
}
