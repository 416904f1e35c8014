//! `exec`: what the command has, what becomes of it, and what stays behind.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::{new_path, refusal};

/// `exec` in an environment with these variables, and nothing of the
/// developer's.
fn exec_in(environment: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(environment.iter().copied())
        .arg("exec")
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn exec(arguments: &[&str]) -> Output {
    exec_in(&[], arguments).output().unwrap()
}

/// What the command has of the environment, a line for each variable; the
/// endpoint is written `ENDPOINT`.
#[track_caller]
fn environment_seen(environment: &[(&str, &str)], flags: &[&str]) -> String {
    let script = "env | grep -v '^PATH=\\|^PWD=\\|^SHLVL=\\|^_=' | sort";
    let mut arguments = flags.to_vec();
    arguments.extend(["--", "sh", "-c", script]);
    let output = exec_in(environment, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let endpoint = text
        .lines()
        .find_map(|line| line.strip_prefix("EKS_EMULATOR_ENDPOINT="))
        .unwrap();
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    text.replace(endpoint, "ENDPOINT")
}

#[test]
fn the_exit_code_is_the_commands() {
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("exit 255", 255)] {
        let output = exec(&["--", "sh", "-c", script]);
        assert_eq!(output.status.code(), Some(code), "{script}");
        assert_eq!(output.stdout, b"", "{script}");
        assert_eq!(output.stderr, b"", "{script}");
    }
    assert_eq!(exec(&["--", "false"]).status.code(), Some(1));
}

#[test]
fn a_signal_that_ends_the_command_is_told_as_shells_do() {
    for (signal, code) in [("KILL", 137), ("TERM", 143), ("INT", 130)] {
        let output = exec(&["--", "sh", "-c", &format!("kill -{signal} $$")]);
        assert_eq!(output.status.code(), Some(code), "{signal}");
    }
}

#[test]
fn nothing_stays_behind_even_if_the_command_is_killed() {
    for script in ["exit 0", "kill -9 $$"] {
        let file = new_path("endpoint");
        let path = file.to_str().unwrap();
        let script = format!("test -s {path} && echo $PPID; {script}");
        let output = exec(&["--endpoint-file", path, "sh", "-c", &script]);
        assert!(!file.exists(), "{script}");
        let id = String::from_utf8(output.stdout).unwrap();
        let process = Path::new("/proc").join(id.trim());
        assert_ne!(id, "", "{script}");
        assert!(!process.exists(), "{script}");
    }
}

#[test]
fn the_command_answers_for_the_emulator_that_it_calls() {
    let script = r#"host=${EKS_EMULATOR_ENDPOINT#http://}
        exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
        printf 'GET /_emulator/ready HTTP/1.0\r\n\r\n' >&3
        head -n 1 <&3"#;
    let output = exec(&["bash", "-c", script]);
    let answer = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answer, "HTTP/1.0 200 OK\r\n");
}

#[test]
fn the_streams_are_the_commands() {
    use std::io::Write;
    let mut command = exec_in(&[], &["sh", "-c", "tr a-z A-Z; echo problem >&2"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"text\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"TEXT\n");
    assert_eq!(output.stderr, b"problem\n");
}

#[test]
fn the_environment_leads_clients_to_the_emulator() {
    assert_eq!(
        environment_seen(&[], &[]),
        "\
AWS_ACCESS_KEY_ID=test
AWS_DEFAULT_REGION=us-east-1
AWS_EC2_METADATA_DISABLED=true
AWS_EKS_ENDPOINT=ENDPOINT
AWS_ENDPOINT_URL_EKS=ENDPOINT
AWS_ENDPOINT_URL_EKS_AUTH=ENDPOINT
AWS_ENDPOINT_URL_IAM=ENDPOINT
AWS_ENDPOINT_URL_STS=ENDPOINT
AWS_IAM_ENDPOINT=ENDPOINT
AWS_REGION=us-east-1
AWS_SECRET_ACCESS_KEY=test
AWS_STS_ENDPOINT=ENDPOINT
EKS_EMULATOR_ENDPOINT=ENDPOINT
NO_PROXY=127.0.0.1,localhost
no_proxy=127.0.0.1,localhost
"
    );
}

#[test]
fn what_the_caller_has_set_stays() {
    let own = [
        ("AWS_ACCESS_KEY_ID", "111122223333"),
        ("AWS_SECRET_ACCESS_KEY", "own"),
        ("AWS_SESSION_TOKEN", "own"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("NO_PROXY", "example.com,localhost"),
    ];
    let seen = environment_seen(&own, &[]);
    for line in [
        "AWS_ACCESS_KEY_ID=111122223333\n",
        "AWS_SECRET_ACCESS_KEY=own\n",
        "AWS_SESSION_TOKEN=own\n",
        "AWS_REGION=eu-west-1\n",
        "AWS_DEFAULT_REGION=eu-west-2\n",
        "AWS_ENDPOINT_URL=http://127.0.0.1:1\n",
        "NO_PROXY=example.com,localhost,127.0.0.1\n",
    ] {
        assert!(seen.contains(line), "{line}{seen}");
    }
}

#[test]
fn one_region_alone_is_the_other_too() {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let seen = environment_seen(&[(name, "eu-west-1")], &["--region", "eu-north-1"]);
        assert!(seen.contains("AWS_REGION=eu-west-1\n"), "{seen}");
        assert!(seen.contains("AWS_DEFAULT_REGION=eu-west-1\n"), "{seen}");
    }
    let seen = environment_seen(&[("AWS_REGION", "")], &["--region", "eu-north-1"]);
    assert!(seen.contains("AWS_REGION=eu-north-1\n"), "{seen}");
    assert!(seen.contains("AWS_DEFAULT_REGION=eu-north-1\n"), "{seen}");
}

#[test]
fn what_would_lead_elsewhere_is_taken_away() {
    let file = new_path("endpoint").display().to_string();
    let theirs = [
        ("AWS_PROFILE", "theirs"),
        ("AWS_DEFAULT_PROFILE", "theirs"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "theirs"),
        ("AWS_USE_FIPS_ENDPOINT", "theirs"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "theirs"),
        ("AWS_SESSION_TOKEN", "theirs"),
        ("AWS_ENDPOINT_URL_EKS", "theirs"),
        ("EKS_EMULATOR_ENDPOINT", "theirs"),
        ("EKS_EMULATOR_ENDPOINT_FILE", &file),
    ];
    let seen = environment_seen(&theirs, &[]);
    assert!(!seen.contains("theirs"), "{seen}");
    assert!(!seen.contains("EKS_EMULATOR_ENDPOINT_FILE"), "{seen}");
}

#[test]
fn all_services_leads_the_others_there_too() {
    let seen = environment_seen(&[], &["--all-services"]);
    assert!(seen.contains("AWS_ENDPOINT_URL=ENDPOINT\n"), "{seen}");
    let by_environment = environment_seen(&[("EKS_EMULATOR_ALL_SERVICES", "1")], &[]);
    assert!(by_environment.contains("AWS_ENDPOINT_URL=ENDPOINT\n"));
}

#[test]
fn an_account_is_the_access_key_id_of_the_command() {
    let own = [
        ("AWS_ACCESS_KEY_ID", "AKIAOWN"),
        ("AWS_SECRET_ACCESS_KEY", "own"),
        ("AWS_SESSION_TOKEN", "own"),
    ];
    let seen = environment_seen(&own, &["--account", "111122223333"]);
    assert!(seen.contains("AWS_ACCESS_KEY_ID=111122223333\n"), "{seen}");
    assert!(seen.contains("AWS_SECRET_ACCESS_KEY=test\n"), "{seen}");
    assert!(!seen.contains("AWS_SESSION_TOKEN"), "{seen}");
}

#[test]
fn the_account_auto_is_a_new_one_each_time() {
    let account = || {
        let seen = environment_seen(&[], &["--account=auto"]);
        let id = seen
            .lines()
            .find_map(|line| line.strip_prefix("AWS_ACCESS_KEY_ID="));
        id.unwrap().to_owned()
    };
    let (one, other) = (account(), account());
    assert_eq!(one.len(), 12, "{one}");
    assert!(one.bytes().all(|byte| byte.is_ascii_digit()), "{one}");
    assert_ne!(one, other);
}

#[test]
fn an_emulator_on_every_address_is_called_on_this_machine() {
    environment_seen(&[], &["--listen", "0.0.0.0:0", "--quiet"]);
}

/// The command is told, and how it ends is its own affair.
#[test]
fn signals_are_passed_on() {
    for signal in ["TERM", "HUP", "INT"] {
        let script = format!(
            "trap 'kill $!; echo told; exit 9' {signal}; sleep 600 >/dev/null 2>&1 & echo ready; wait $!"
        );
        // In a session of its own there is no terminal that tells the command.
        let file = new_path("endpoint");
        let mut command = Command::new("setsid");
        command
            .args(["--wait", env!("CARGO_BIN_EXE_eks-emulator"), "exec"])
            .args(["--endpoint-file", file.to_str().unwrap()])
            .args(["sh", "-c", &script])
            .stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let document = std::fs::read_to_string(&file).unwrap();
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        let id = document["pid"].to_string();
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &id])
            .status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "told\n");
        assert_eq!(child.wait().unwrap().code(), Some(9), "{signal}");
        assert!(!file.exists());
    }
}

#[test]
fn a_command_that_cannot_run_is_told_as_shells_do() {
    for (command, code, start) in [
        (
            "/nowhere/at-all",
            127,
            "error: cannot run /nowhere/at-all: ",
        ),
        (
            "no-such-command",
            127,
            "error: cannot run no-such-command: ",
        ),
        ("/dev/null", 126, "error: cannot run /dev/null: "),
    ] {
        let file = new_path("endpoint");
        let path = file.to_str().unwrap();
        let line = refusal(&[], &["exec", "--endpoint-file", path, command], code);
        assert!(line.starts_with(start), "{line}");
        assert!(!file.exists(), "{command}");
    }
}

/// Asks for something that the emulator does not have, and succeeds.
const UNSUPPORTED: &str = r#"host=${EKS_EMULATOR_ENDPOINT#http://}
    for path in /clusters/one/node-groups /clusters/one/access-entries /clusters; do
        exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
        printf "GET $path HTTP/1.0\r\n\r\n" >&3
        cat <&3 >/dev/null
    done"#;

#[test]
fn operations_that_are_not_supported_fail_the_run_if_wanted() {
    for flag in ["--fail-on-unmatched", "--strict"] {
        let line = refusal(&[], &["exec", flag, "--", "bash", "-c", UNSUPPORTED], 1);
        assert_eq!(
            line,
            "error: the command called operations that are not supported: ListAccessEntries, ListNodegroups"
        );
        assert_eq!(exec(&[flag, "true"]).status.code(), Some(0));
    }
    let output = exec(&["bash", "-c", UNSUPPORTED]);
    assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
}

#[test]
fn a_command_that_fails_by_itself_fails_as_itself() {
    let script = format!("{UNSUPPORTED}\nexit 5");
    let output = exec(&["--strict", "bash", "-c", &script]);
    assert_eq!((output.status.code(), output.stderr), (Some(5), vec![]));
}

#[test]
fn the_log_is_there_for_those_who_want_it() {
    let flags = ["--log-level", "info", "--log-format", "json", "true"];
    let stderr = String::from_utf8(exec(&flags).stderr).unwrap();
    assert!(stderr.contains(r#""message":"started""#), "{stderr}");
    assert!(!stderr.contains("Ready."), "{stderr}");
}

const MISTAKES: [(&[&str], &str); 5] = [
    (
        &["exec"],
        "error: the following required arguments were not provided: <COMMAND>... (see eks-emulator exec --help)",
    ),
    (
        &["exec", "--typo", "true"],
        "error: unexpected argument '--typo' found (see eks-emulator exec --help)",
    ),
    (
        &["exec", "--account=12", "true"],
        "error: --account: \"12\" is neither auto nor twelve digits",
    ),
    (
        &["exec", "--account-id=12", "true"],
        "error: --account-id: the account id \"12\" is not twelve digits",
    ),
    (
        &["exec", "--all-services=1", "true"],
        "error: unexpected value '1' for '--all-services' found; no more were expected (see eks-emulator exec --help)",
    ),
];

#[test]
fn mistakes_are_one_line_and_exit_code_2() {
    for (arguments, line) in MISTAKES {
        assert_eq!(refusal(&[], arguments, 2), line);
    }
}

/// It is written when the command has ended, however that was.
#[test]
fn the_state_can_be_kept() {
    let file = new_path("state");
    let path = file.to_str().unwrap();
    let script = format!(
        "test ! -e {path} && {} reset && exit 5",
        env!("CARGO_BIN_EXE_eks-emulator")
    );
    let output = exec(&["--export-state", path, "sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let state = std::fs::read_to_string(&file).unwrap();
    assert!(state.contains("\"schema\""), "{state}");
    let line = refusal(&[], &["exec", "--export-state=/nowhere/at-all", "true"], 1);
    assert!(line.starts_with("error: --export-state: "), "{line}");
}

#[test]
fn commands_inside_find_a_control_port_of_its_own() {
    let script = format!(
        "{} clock pause --json && test $EKS_EMULATOR_ENDPOINT != $AWS_ENDPOINT_URL_EKS",
        env!("CARGO_BIN_EXE_eks-emulator")
    );
    let output = exec(&["--control-port=0", "sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = exec(&["--no-control", "sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
