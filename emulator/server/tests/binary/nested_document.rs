//! Documents made to use up the stack, the memory or the time.

use serde_json::json;

use crate::connection::{CLUSTER, call};
use crate::program::Program;

#[test]
fn deep_json_is_refused() {
    let program = Program::start(&[]);
    for body in [
        "[".repeat(500_000),
        r#"{"a":"#.repeat(150_000),
        format!(r#"{{"tags":{}"#, "[".repeat(500_000)),
        format!(
            r#"{{"tags":{}{}}}"#,
            "[".repeat(400_000),
            "]".repeat(400_000)
        ),
    ] {
        let answer = call(program.address, "POST", "/clusters", &body);
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("SerializationException")
        );
    }
    program.stop_unharmed();
}

#[test]
fn deep_configuration_values_are_refused() {
    let program = Program::start(&[]);
    assert_eq!(
        call(program.address, "POST", "/clusters", CLUSTER).status,
        200
    );
    let steps: String = (0..1000)
        .map(|depth| format!("{}- \n", " ".repeat(depth)))
        .collect();
    for values in [
        "[".repeat(200_000),
        "{a: ".repeat(100_000),
        r#"{"a":"#.repeat(100_000),
        "- ".repeat(200_000),
        "? ".repeat(200_000),
        steps,
        format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a: {}", "&x ".repeat(100_000)),
        format!("a: {}", "!!str ".repeat(100_000)),
    ] {
        assert_refused(&program, &values);
    }
    program.stop_unharmed();
}

#[test]
fn aliases_in_configuration_values_do_not_grow_without_bound() {
    let program = Program::start(&[]);
    assert_eq!(
        call(program.address, "POST", "/clusters", CLUSTER).status,
        200
    );
    let mut values = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        values.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    assert_refused(&program, &values);
    program.stop_unharmed();
}

#[track_caller]
fn assert_refused(program: &Program, values: &str) {
    let body = json!({ "addonName": "coredns", "configurationValues": values }).to_string();
    let answer = call(program.address, "POST", "/clusters/one/addons", &body);
    let start = &values[..values.len().min(20)];
    assert_eq!(answer.status, 400, "{start}");
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("InvalidParameterException"),
        "{start}"
    );
}

#[test]
fn thousands_of_members_are_read_in_one_go() {
    let program = Program::start(&[]);
    let members: Vec<String> = (0..50_000)
        .map(|number| format!(r#""m{number}":1"#))
        .collect();
    let body = format!("{{{}}}", members.join(","));
    let answer = call(program.address, "POST", "/clusters", &body);
    answer.assert_error(
        400,
        "InvalidParameterException",
        "The parameter name must not be empty.",
    );
    program.stop_unharmed();
}
