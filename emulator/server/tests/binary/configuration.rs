//! Settings from a file: what wins over what, and what is no setting.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use crate::connection::{CLUSTER, call};
use crate::program::{Program, new_path, refusal, run};

fn file(text: &str) -> PathBuf {
    let path = new_path("settings.yaml");
    std::fs::write(&path, text).unwrap();
    path
}

/// The ARN of a cluster that an unsigned caller makes.
fn arn(environment: &[(&str, &str)], flags: &[&str]) -> String {
    let program = Program::start_in(environment, flags);
    // The role has to be one of the account.
    let arn = ["111111111111", "222222222222", "333333333333"]
        .map(|account| CLUSTER.replace("123456789012", account))
        .map(|body| call(program.address, "POST", "/clusters", &body))
        .iter()
        .find(|answer| answer.status == 200)
        .map(|answer| answer.json()["cluster"]["arn"].clone());
    arn.unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let file = file("accountId: 111111111111\nregion: eu-west-1\n");
    let path = file.to_str().unwrap();
    let environment = [
        ("EKS_EMULATOR_CONFIG", path),
        ("EKS_EMULATOR_ACCOUNT_ID", "222222222222"),
    ];
    let flags = ["--account-id", "333333333333"];
    let of = |account: &str| format!("arn:aws:eks:eu-west-1:{account}:cluster/one");
    assert_eq!(arn(&environment[..1], &[]), of("111111111111"));
    assert_eq!(arn(&environment, &[]), of("222222222222"));
    assert_eq!(arn(&environment, &flags), of("333333333333"));
    assert_eq!(arn(&[], &["--config", path]), of("111111111111"));
}

#[test]
fn names_are_those_of_flags_or_as_in_json() {
    for text in [
        "account-id: 111111111111\nregion: eu-west-1\nquiet: true\n",
        r#"{"accountId": "111111111111", "region": "eu-west-1", "quiet": false}"#,
        "# nothing else\naccountId: '111111111111'\nregion: \"eu-west-1\"\nlisten:\n- 127.0.0.1:0\n",
    ] {
        let file = file(text);
        assert_eq!(
            arn(&[], &["--config", file.to_str().unwrap()]),
            "arn:aws:eks:eu-west-1:111111111111:cluster/one"
        );
    }
}

#[test]
fn an_account_id_keeps_its_zeros() {
    let file = file("account-id: 012345678901\n");
    let program = Program::start(&["--config", file.to_str().unwrap()]);
    let body = CLUSTER.replace("123456789012", "012345678901");
    let answer = call(program.address, "POST", "/clusters", &body).json();
    assert_eq!(
        answer["cluster"]["arn"],
        "arn:aws:eks:us-east-1:012345678901:cluster/one"
    );
}

#[test]
fn each_address_of_a_list_counts() {
    let file = file("listen: [\"127.0.0.1:0\", nowhere]\n");
    let line = refusal(
        &[],
        &["exec", "--config", file.to_str().unwrap(), "true"],
        2,
    );
    assert_eq!(
        line,
        "error: --listen: nowhere is not HOST:PORT, as in 127.0.0.1:4566"
    );
}

#[test]
fn mistakes_name_the_file_and_what_is_wrong() {
    for (text, problem) in [
        ("colour: red\n", "there is no setting colour"),
        ("config: other\n", "there is no setting config"),
        ("help: true\n", "there is no setting help"),
        (
            "logLevl: debug\n",
            "there is no setting logLevl; did you mean log-level?",
        ),
        ("all-services: true\n", "there is no setting all-services"),
        (
            "accountId: 111111111111\naccount-id: 111111111111\n",
            "account-id is given twice",
        ),
        ("quiet: 1\n", "quiet has to be true or false"),
        (
            "clock: slow\n",
            "invalid value 'slow' for '--clock <CLOCK>' [possible values: real, paused] (see eks-emulator serve --help)",
        ),
        (
            "- region\n",
            "line 1: a setting is a name with a value, as in region: us-east-1",
        ),
        (
            "iam:\n  mode: strict\n",
            "line 2: a setting is a name with a value, as in region: us-east-1",
        ),
        (
            "region: [",
            "while parsing a node, did not find expected node content at byte 9 line 2 column 1",
        ),
    ] {
        let file = file(text);
        let path = file.to_str().unwrap();
        let line = refusal(&[], &["serve", "--config", path], 2);
        assert_eq!(line, format!("error: {path}: {problem}"));
    }
}

#[test]
fn a_file_that_is_missing_is_named() {
    let line = refusal(&[], &["exec", "--config=/nowhere/at-all", "true"], 2);
    assert_eq!(
        line,
        "error: --config: cannot read /nowhere/at-all: No such file or directory (os error 2)"
    );
}

#[test]
fn each_setting_is_shown_with_its_origin() {
    let file = file("region: eu-west-1\nclock: paused\nquiet: false\n");
    let path = file.to_str().unwrap();
    let environment = [
        ("EKS_EMULATOR_CONFIG", path),
        ("EKS_EMULATOR_IAM", "strict"),
    ];
    let program = Program::start_in(&environment, &["--clock=real", "--max-body=5000"]);
    let shown = call(program.address, "GET", "/_emulator/v1/config", "").json();
    for (name, value, origin) in [
        ("config", json!(path), "env"),
        ("iam", json!("strict"), "env"),
        ("region", json!("eu-west-1"), "file"),
        ("quiet", json!(false), "file"),
        ("clock", json!("real"), "flag"),
        ("listen", json!(["127.0.0.1:0"]), "flag"),
        ("maxBody", json!(5000), "flag"),
        ("accountId", json!("123456789012"), "default"),
        ("now", json!(null), "default"),
    ] {
        let expected = json!({ "value": value, "origin": origin });
        assert_eq!(shown[name], expected, "{name}");
    }
}

/// The help lists every flag, and so this finds one that is not shown.
#[test]
fn every_flag_is_shown() {
    let help = String::from_utf8(run(&[], &["serve", "--help"]).stdout).unwrap();
    let flags: BTreeSet<String> = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .filter_map(|line| line.split([' ', '\n']).next())
        .map(camel)
        .collect();
    let program = Program::start(&[]);
    let shown = call(program.address, "GET", "/_emulator/v1/config", "").json();
    let shown: BTreeSet<String> = shown.as_object().unwrap().keys().cloned().collect();
    assert_eq!(shown, flags);
}

/// `accountId` for `account-id`.
fn camel(flag: &str) -> String {
    let mut words = flag.split('-');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(1);
        camel + &initial.to_uppercase() + rest
    })
}
