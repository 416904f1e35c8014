//! The commands that talk to a running emulator: what they print, and how
//! they fail.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

use crate::connection::{CLUSTER, call};
use crate::program::{Program, new_path, refusal, run};

/// An emulator whose clock stands at 2026-01-01, with a cluster in the making.
fn realistic() -> Program {
    let program = Program::start(&[
        "--lifecycle=realistic",
        "--clock=paused",
        "--now=2026-01-01T00:00:00Z",
        "--rng-seed=7",
    ]);
    let created = call(program.address, "POST", "/clusters", CLUSTER);
    assert_eq!(created.status, 200);
    program
}

fn output(program: &Program, arguments: &[&str]) -> Output {
    run(&[("EKS_EMULATOR_ENDPOINT", &program.endpoint)], arguments)
}

/// What a command prints that succeeds.
#[track_caller]
pub(crate) fn printed(program: &Program, arguments: &[&str]) -> String {
    let output = output(program, arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    assert_eq!(stderr, "", "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The same as JSON.
#[track_caller]
pub(crate) fn printed_json(program: &Program, arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.push("--json");
    serde_json::from_str(&printed(program, &all)).unwrap()
}

/// The line of a command that fails.
#[track_caller]
pub(crate) fn failure(program: &Program, arguments: &[&str]) -> String {
    refusal(
        &[("EKS_EMULATOR_ENDPOINT", &program.endpoint)],
        arguments,
        1,
    )
}

#[test]
fn clock_shows_sets_and_moves_the_clock() {
    let program = realistic();
    let shown = "\
mode                paused
nextDue             2026-01-01T00:10:00.000Z
now                 2026-01-01T00:00:00.000Z
offset              -
pendingTransitions  1
rate                0.0
";
    assert_eq!(printed(&program, &["clock"]), shown);
    assert_eq!(printed(&program, &["clock", "get"]), shown);
    let set = printed_json(&program, &["clock", "set", "2026-01-01T00:01:00Z"]);
    assert_eq!(set["now"], "2026-01-01T00:01:00.000Z");
    let resumed = printed_json(&program, &["clock", "resume"]);
    assert_eq!(resumed["mode"], "real");
    let scaled = printed_json(&program, &["clock", "resume", "--rate", "60"]);
    assert_eq!(
        (&scaled["mode"], &scaled["rate"]),
        (&"scaled".into(), &60.0.into())
    );
    let paused = printed_json(&program, &["clock", "pause"]);
    assert_eq!(paused["mode"], "paused");
    assert_eq!(
        failure(&program, &["clock", "set", "2026-01-01T00:00:00Z"]),
        "error: The clock cannot go back."
    );
}

#[test]
fn clock_advance_tells_what_has_happened() {
    let program = realistic();
    let by = printed(&program, &["clock", "advance", "90s"]);
    assert_eq!(by, "2026-01-01T00:01:30.000Z\n");
    let to = printed(&program, &["clock", "advance", "--to=2026-01-01T00:10:00Z"]);
    assert_eq!(
        to,
        "\
2026-01-01T00:10:00.000Z  arn:aws:eks:us-east-1:123456789012:cluster/one  CREATING -> ACTIVE
2026-01-01T00:10:00.000Z
"
    );
    let idle = ["clock", "advance", "--until-idle", "--max=1h"];
    assert_eq!(printed_json(&program, &idle)["idle"], true);
    assert_eq!(printed_json(&program, &["clock"])["nextDue"], Value::Null);
}

#[test]
fn events_are_lines_or_json_and_can_be_narrowed() {
    let program = realistic();
    assert_eq!(
        printed(&program, &["events"]),
        "1  2026-01-01T00:00:00.000Z  cluster.statusChanged  one  status=CREATING\n"
    );
    printed(&program, &["clock", "advance", "10m"]);
    let of = |flags: &[&str]| {
        let mut arguments = vec!["events"];
        arguments.extend(flags);
        let all = printed_json(&program, &arguments);
        all["events"].as_array().unwrap().len()
    };
    assert_eq!(of(&["--type", "cluster.statusChanged"]), 2);
    assert_eq!(of(&["--type=cluster.statusChanged", "--since=1"]), 1);
    assert_eq!(of(&["--cluster", "other"]), 0);
}

/// It ends when the emulator does.
#[test]
fn events_can_be_followed() {
    let program = realistic();
    let mut following = Following::start(&program, &["--cluster=one"]);
    assert_eq!(
        following.next(),
        "1  2026-01-01T00:00:00.000Z  cluster.statusChanged  one  status=CREATING"
    );
    printed(&program, &["clock", "advance", "10m"]);
    assert_eq!(
        following.next(),
        "2  2026-01-01T00:10:00.000Z  cluster.statusChanged  one  from=CREATING status=ACTIVE"
    );
    let mut newer = Following::start(&program, &["--since=1", "--json"]);
    let event: Value = serde_json::from_str(&newer.next()).unwrap();
    assert_eq!(event["id"], 2);
    assert_eq!(event["status"], "ACTIVE");
    program.stop_unharmed();
    assert_eq!(following.child.wait().unwrap().code(), Some(0));
}

/// `events --follow`; it is killed when the test ends.
struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(program: &Program, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_eks-emulator"))
            .args(["events", "--follow", "--endpoint", &program.endpoint])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn wait_event_ends_when_it_has_happened() {
    let program = realistic();
    let wanted = ["wait", "event", "--type=cluster.*", "--where=status=ACTIVE"];
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| printed(&program, &wanted));
        printed(&program, &["clock", "advance", "10m"]);
        waiting.join().unwrap()
    });
    assert_eq!(
        waiting,
        "2  2026-01-01T00:10:00.000Z  cluster.statusChanged  one  from=CREATING status=ACTIVE\n"
    );
    let event = printed_json(&program, &["wait", "event", "--cluster=one", "--since=1"]);
    assert_eq!(event["id"], 2);
    let late = [&wanted[..], &["--since=now", "--timeout=1ms"]].concat();
    let line = failure(&program, &late);
    assert!(
        line.starts_with("error: No such event came within 1ms."),
        "{line}"
    );
    let other = ["wait", "event", "--where=status=GONE", "--timeout=1ms"];
    let other = [&other[..], &["--type=cluster.statusChanged"]].concat();
    let line = failure(&program, &other);
    let nearest = "the nearest is cluster.statusChanged 2 with status=\"ACTIVE\"";
    assert!(line.ends_with(nearest), "{line}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_state_that_was_taken_out() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::start(&[]);
    let file = new_path("private_state");
    assert_eq!(
        printed(&program, &["state", "get", file.to_str().unwrap()]),
        ""
    );
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn state_goes_out_and_in() {
    let program = realistic();
    let file = new_path("state");
    let path = file.to_str().unwrap();
    assert_eq!(printed(&program, &["state", "get", path]), "");
    printed(&program, &["reset"]);
    let empty: Value = serde_json::from_str(&printed(&program, &["state", "get"])).unwrap();
    assert_eq!(printed(&program, &["state", "put", path]), "");
    let full: Value = serde_json::from_str(&printed(&program, &["state", "get", "-"])).unwrap();
    assert_eq!(empty["schema"], full["schema"]);
    assert_ne!(empty, full);
    let clusters = call(program.address, "GET", "/clusters", "").json();
    assert_eq!(clusters["clusters"], serde_json::json!(["one"]));
    let of = |account| ["state", "put", path, "--account", account];
    assert_eq!(printed(&program, &of("123456789012")), "");
    let refused = failure(&program, &of("999988887777"));
    assert!(
        refused.contains("it has nothing of this account"),
        "{refused}"
    );
    std::fs::write(&file, "{").unwrap();
    let refused = failure(&program, &["state", "put", path]);
    assert!(refused.contains("EOF while parsing"), "{refused}");
    assert_eq!(
        failure(&program, &["state", "put", "/nowhere/at-all"]),
        "error: cannot read /nowhere/at-all: No such file or directory (os error 2)"
    );
}

#[test]
fn reset_forgets_clusters() {
    let program = realistic();
    let clusters = || call(program.address, "GET", "/clusters", "").json()["clusters"].clone();
    assert_eq!(printed(&program, &["reset", "--region", "eu-west-1"]), "");
    assert_eq!(clusters(), serde_json::json!(["one"]));
    let account = ["reset", "--account", "123456789012", "--region=us-east-1"];
    assert_eq!(printed(&program, &account), "");
    assert_eq!(clusters(), serde_json::json!([]));
}

#[test]
fn reset_keeps_what_it_is_told_to() {
    let program = realistic();
    printed(&program, &["clock", "advance", "90s"]);
    printed(&program, &["reset", "--keep", "clock,faults,journal"]);
    let clock = printed_json(&program, &["clock"]);
    assert_eq!(clock["now"], "2026-01-01T00:01:30.000Z");
    printed(&program, &["reset"]);
    let clock = printed_json(&program, &["clock"]);
    assert_eq!(clock["now"], "2026-01-01T00:00:00.000Z");
}

#[test]
fn snapshots_are_saved_listed_restored_and_deleted() {
    let program = realistic();
    assert_eq!(printed(&program, &["snapshot", "save", "a b/c"]), "");
    printed(&program, &["reset"]);
    assert_eq!(
        printed(&program, &["snapshot", "list"]),
        "NAME   TAKEN AT\na b/c  2026-01-01T00:00:00.000Z\n"
    );
    assert_eq!(printed(&program, &["snapshot", "restore", "a b/c"]), "");
    let clusters = call(program.address, "GET", "/clusters", "").json();
    assert_eq!(clusters["clusters"], serde_json::json!(["one"]));
    assert_eq!(printed(&program, &["snapshot", "delete", "a b/c"]), "");
    let list = printed_json(&program, &["snapshot", "list"]);
    assert_eq!(list, serde_json::json!({ "snapshots": [] }));
    assert_eq!(
        failure(&program, &["snapshot", "restore", "a b/c"]),
        "error: There is no snapshot a b/c."
    );
}

#[test]
fn wait_ready_ends_when_the_emulator_is_ready() {
    let program = Program::start(&[]);
    assert_eq!(printed(&program, &["wait", "ready"]), "ready\n");
    let json = printed_json(&program, &["wait", "ready", "--timeout=5s"]);
    assert_eq!(json, serde_json::json!({ "ready": true }));
}

const NOWHERE: [&str; 2] = ["--endpoint", "http://127.0.0.1:1"];

#[test]
fn an_emulator_that_cannot_be_reached_is_one_line() {
    for command in [
        &["clock"][..],
        &["clock", "advance", "1s"],
        &["events"],
        &["events", "--follow"],
        &["fault", "list"],
        &["requests", "list"],
        &["requests", "count"],
        &["reset"],
        &["seed", "/dev/null"],
        &["snapshot", "list"],
        &["state", "get"],
        &["wait", "ready", "--timeout=1ms"],
        &["wait", "event"],
    ] {
        let mut arguments = command.to_vec();
        arguments.extend(NOWHERE);
        let line = refusal(&[], &arguments, 1);
        assert!(
            line.contains("cannot reach the emulator at http://127.0.0.1:1: "),
            "{command:?}: {line}"
        );
    }
}

/// What is wrong on a command line, and what is said.
const MISTAKES: [(&[&str], &str); 12] = [
    (
        &["clock", "stop"],
        "error: unrecognized subcommand 'stop' (see eks-emulator clock --help)",
    ),
    (
        &["clock", "advance"],
        "error: the following required arguments were not provided: <DURATION|--to <TIME>|--until-idle> (see eks-emulator clock advance --help)",
    ),
    (
        &["clock", "advance", "1s", "--until-idle"],
        "error: the argument '[DURATION]' cannot be used with '--until-idle' (see eks-emulator clock advance --help)",
    ),
    (
        &["fault", "add", "one", "{"],
        "error: the rule is not JSON: EOF while parsing an object at line 1 column 1",
    ),
    (
        &["fault", "add", "one", "{}", "--times=2"],
        "error: the argument '[RULE]' cannot be used with: --phase <PHASE> --times <N> --probability <P> --expires-after <DURATION> --priority <N> (see eks-emulator fault add --help)",
    ),
    (
        &["fault", "rm"],
        "error: the following required arguments were not provided: <NAME> (see eks-emulator fault rm --help)",
    ),
    (
        &["requests", "count", "--exactly=1", "--at-most=2"],
        "error: the argument '--exactly <N>' cannot be used with '--at-most <N>' (see eks-emulator requests count --help)",
    ),
    (
        &["reset", "--keep=all"],
        "error: invalid value 'all' for '--keep <WHAT>' [possible values: faults, clock, journal] (see eks-emulator reset --help)",
    ),
    (
        &["seed"],
        "error: the following required arguments were not provided: <FILE>... (see eks-emulator seed --help)",
    ),
    (
        &["state"],
        "error: 'eks-emulator state' requires a subcommand but one was not provided [subcommands: get, put, help] (see eks-emulator state --help)",
    ),
    (
        &["wait", "ready", "--timeout=soon"],
        "error: --timeout: soon is not a duration such as 90s or 250ms: expected number at 0",
    ),
    (
        &["wait", "event", "--where=status"],
        "error: invalid value 'status' for '--where <NAME=VALUE>': it has to be NAME=VALUE, as in status=ACTIVE (see eks-emulator wait event --help)",
    ),
];

#[test]
fn mistakes_are_one_line_and_exit_code_2() {
    for (arguments, line) in MISTAKES {
        assert_eq!(refusal(&[], arguments, 2), line);
    }
}

#[test]
fn the_endpoint_may_stand_before_or_after_what_is_done() {
    let program = realistic();
    let endpoint = program.endpoint.as_str();
    for arguments in [
        ["clock", "--endpoint", endpoint, "get"],
        ["clock", "get", "--endpoint", endpoint],
    ] {
        let output = run(&[("EKS_EMULATOR_ENDPOINT", NOWHERE[1])], &arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn who_has_read_enough_may_stop() {
    let program = realistic();
    let script = format!(
        "{} events --endpoint {} | true; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_eks-emulator"),
        program.endpoint
    );
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "0\n");
    assert_eq!(output.stderr, b"");
}
