//! Seed documents on the command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::connection::call;
use crate::program::{Program, new_path, refusal, run};

fn file(name: &str, text: &str) -> PathBuf {
    let path = new_path(name);
    std::fs::write(&path, text).unwrap();
    path
}

const DEMO: &str = "schema: 1\nclusters: [{name: demo, addons: [{addonName: coredns}]}]\n";
const WRONG: &str =
    "schema: 1\nclusters:\n  - name: demo\n    adons: []\n  - {name: other, version: 1.32}\n";
const REFUSED: &str = "schema: 1\nclusters: [{name: demo, addons: [{addonName: nothing}]}]\n";

#[test]
fn a_seed_file_is_there_when_the_program_is_ready() {
    let path = file("seed.yaml", DEMO);
    let path = path.to_str().unwrap();
    let flags = Program::start(&["--seed-file", path]);
    let environment = Program::start_in(&[("EKS_EMULATOR_SEED_FILE", path)], &[]);
    for program in [flags, environment] {
        let answer = call(program.address, "GET", "/clusters/demo/addons", "");
        assert_eq!(answer.json()["addons"], json!(["coredns"]));
        program.stop_unharmed();
    }
}

#[test]
fn seed_files_add_up() {
    let one = file("one.yaml", DEMO);
    let two = file("two.yaml", "schema: 1\nclusters: [{name: two}]\n");
    let flags = [
        "--seed-file",
        one.to_str().unwrap(),
        "--seed-file",
        two.to_str().unwrap(),
    ];
    let program = Program::start(&flags);
    let answer = call(program.address, "GET", "/clusters", "");
    assert_eq!(answer.json()["clusters"], json!(["demo", "two"]));
    program.stop_unharmed();
}

/// What is written on stderr, and the exit code.
fn lines(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = run(&[], arguments);
    assert_eq!(output.stdout, b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let lines = stderr.lines().map(str::to_owned).collect();
    (output.status.code(), lines)
}

#[test]
fn a_wrong_seed_file_is_a_line_for_each_mistake() {
    let path = file("wrong.yaml", WRONG);
    let path = path.to_str().unwrap();
    let expected = vec![
        format!("{path}:4:5: /clusters/0/adons: there is no member adons; is it addons?"),
        format!(
            "{path}:5:28: /clusters/1/version: 1.32 is a number; a text of digits has to stand in quotes, as in \"1.30\""
        ),
    ];
    let serve = ["serve", "--listen", "127.0.0.1:0", "--seed-file", path];
    assert_eq!(lines(&serve), (Some(2), expected.clone()));
    assert_eq!(lines(&["validate", path]), (Some(1), expected));
}

#[test]
fn what_the_service_refuses_is_found_before_and_at_the_start() {
    let path = file("refused.yaml", REFUSED);
    let path = path.to_str().unwrap();
    let expected = vec![format!(
        "{path}:2:35: /clusters/0/addons/0/addonName: InvalidParameterException: Addon nothing specified is not supported in 1.36 kubernetes version"
    )];
    let quiet = ["--log-level", "off"];
    let mut serve = vec!["serve", "--listen", "127.0.0.1:0", "--seed-file", path];
    serve.extend(quiet);
    assert_eq!(lines(&serve), (Some(2), expected.clone()));
    assert_eq!(lines(&["validate", path]), (Some(1), expected));
}

#[test]
fn a_seed_file_that_is_not_there_is_said_so() {
    let line = refusal(&[], &["serve", "--seed-file", "/nowhere/at-all.yaml"], 2);
    assert!(
        line.starts_with("/nowhere/at-all.yaml: cannot be read: "),
        "{line}"
    );
}

#[test]
fn validate_says_nothing_of_what_is_right() {
    let path = file("fine.yaml", DEMO);
    assert_eq!(
        lines(&["validate", path.to_str().unwrap()]),
        (Some(0), Vec::new())
    );
    let line = refusal(&[], &["validate"], 2);
    assert!(line.contains("<FILE>"), "{line}");
}

#[test]
fn validate_knows_strict_iam() {
    let document = "schema: 1\nclusters: [{name: demo, roleArn: role/missing}]\n";
    let path = file("strict.yaml", document);
    let path = path.to_str().unwrap();
    assert_eq!(lines(&["validate", path]).0, Some(0));
    let (code, found) = lines(&["validate", "--iam=strict", path]);
    assert_eq!(code, Some(1));
    assert!(
        found[0].contains(":2:25: /clusters/0/roleArn: "),
        "{found:?}"
    );
}

#[test]
fn validate_reads_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_eks-emulator"))
        .args(["validate", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"schema: 1\nclusters: {}\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "<stdin>:2:11: /clusters: it is not a list\n"
    );
}

#[test]
fn the_schema_can_be_printed() {
    let output = run(&[], &["validate", "--print-schema"]);
    assert_eq!(output.status.code(), Some(0));
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["title"], "Seed document of eks-emulator");
}

/// The state that one emulator writes is the seed of another.
#[test]
fn the_commands_for_seeds_talk_to_each_other() {
    let seed = file("seed.yaml", DEMO);
    let exported = new_path("exported.json");
    let exported = exported.to_str().unwrap();
    let program = Program::start(&[]);
    let seeded = run(
        &[],
        &[
            "seed",
            "--endpoint",
            &program.endpoint,
            seed.to_str().unwrap(),
        ],
    );
    let printed = String::from_utf8(seeded.stdout).unwrap();
    let first = printed.lines().next().unwrap();
    assert_eq!(
        first,
        "created arn:aws:eks:us-east-1:123456789012:cluster/demo"
    );
    let got = run(
        &[],
        &[
            "state",
            "get",
            "--endpoint",
            &program.endpoint,
            "--format=seed",
            exported,
        ],
    );
    assert_eq!(got.status.code(), Some(0));
    let cluster = call(program.address, "GET", "/clusters/demo", "").body;
    program.stop_unharmed();
    let other = Program::start(&["--seed-file", exported]);
    assert_eq!(
        call(other.address, "GET", "/clusters/demo", "").body,
        cluster
    );
    other.stop_unharmed();
}
