//! `seed`: documents into a running emulator.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::client::{failure, printed, printed_json};
use crate::connection::call;
use crate::program::{Program, new_path};

/// A folder with two documents and something else.
fn folder() -> String {
    let folder = new_path("seeds");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("b.json", r#"{"schema":1,"clusters":[{"name":"two"}]}"#),
        ("a.yaml", "schema: 1\nclusters:\n  - name: one\n"),
        ("c.txt", "not a document: ["),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

fn clusters(program: &Program) -> serde_json::Value {
    call(program.address, "GET", "/clusters", "").json()["clusters"].take()
}

#[test]
fn seed_takes_the_documents_of_a_folder_in_order() {
    let program = Program::start(&[]);
    let expected = "\
created arn:aws:eks:us-east-1:123456789012:cluster/one
created arn:aws:eks:us-east-1:123456789012:cluster/two
";
    let folder = folder();
    let dry = printed(&program, &["seed", "--dry-run", &folder]);
    assert_eq!(dry, expected);
    assert_eq!(clusters(&program), json!([]));
    assert_eq!(printed(&program, &["seed", &folder]), expected);
    assert_eq!(clusters(&program), json!(["one", "two"]));
    let one = format!("{folder}/a.yaml");
    assert_eq!(
        printed(&program, &["seed", "--replace", &one]),
        "\
unchanged arn:aws:eks:us-east-1:123456789012:cluster/one
deleted arn:aws:eks:us-east-1:123456789012:cluster/two
"
    );
    let json = printed_json(&program, &["seed", &one]);
    let arn = "arn:aws:eks:us-east-1:123456789012:cluster/one";
    assert_eq!(json["unchanged"], json!([arn]));
}

#[test]
fn seed_reads_standard_input() {
    let program = Program::start(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_eks-emulator"))
        .args(["seed", "--endpoint", &program.endpoint, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let document = b"{schema: 1, clusters: [{name: one}]}";
    child.stdin.take().unwrap().write_all(document).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        output.stdout,
        b"created arn:aws:eks:us-east-1:123456789012:cluster/one\n"
    );
}

#[test]
fn mistakes_in_a_document_are_one_line_that_says_where() {
    let program = Program::start(&[]);
    let file = new_path("seed.yaml");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "schema: 1\nclusters:\n  - nam: one\n").unwrap();
    let line = failure(&program, &["seed", path]);
    let start =
        format!("error: {path}: Something is wrong with the document; nothing has changed: ");
    let what = line.strip_prefix(&start).unwrap_or(&line);
    assert!(what.starts_with("line 3: /clusters/0/nam: "), "{line}");
    assert_eq!(clusters(&program), json!([]));
}

#[test]
fn reset_can_leave_the_seeds_of_the_start_out() {
    let folder = folder();
    let program = Program::start(&["--seed-file", &folder]);
    printed(&program, &["reset"]);
    assert_eq!(clusters(&program), json!(["one", "two"]));
    printed(&program, &["reset", "--no-reseed"]);
    assert_eq!(clusters(&program), json!([]));
}
