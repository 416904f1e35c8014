//! What the command line takes, refuses and prints without serving.

use serde_json::Value;

use crate::program::{refusal, run};

fn stdout(arguments: &[&str]) -> String {
    let output = run(&[], arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    assert_eq!(output.stderr, b"", "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What is wrong on a command line, and what is said.
const MISTAKES: &[(&[&str], &str)] = &[
    (
        &["--port=80"],
        "error: unexpected argument '--port' found (see eks-emulator serve --help)",
    ),
    (
        &["serve", "--port=80"],
        "error: unexpected argument '--port' found (see eks-emulator serve --help)",
    ),
    (
        &["run"],
        "error: unrecognized subcommand 'run' (see eks-emulator --help)",
    ),
    (
        &["serve", "--max-body=-1"],
        "error: invalid value '-1' for '--max-body <BYTES>': invalid digit found in string (see eks-emulator serve --help)",
    ),
    (
        &["serve", "--auth=full"],
        "error: invalid value 'full' for '--auth <AUTH>' [possible values: none, scope, verify] (see eks-emulator serve --help)",
    ),
    (
        &["serve", "--listen=4566"],
        "error: --listen: 4566 is not HOST:PORT, as in 127.0.0.1:4566",
    ),
    (
        &["serve", "--account-id=12"],
        "error: --account-id: the account id \"12\" is not twelve digits",
    ),
    (
        &["serve", "--region=US East"],
        "error: --region: \"US East\" is not a region, as in us-east-1",
    ),
    (
        &["serve", "--max-body=0"],
        "error: --max-body: 0 would refuse every body",
    ),
    (
        &["serve", "--issuer-base=nowhere"],
        "error: --issuer-base: \"nowhere\" is not a URL, as in http://127.0.0.1:4566",
    ),
    (
        &["serve", "--persist"],
        "error: --persist needs --state-file",
    ),
    (
        &["serve", "--no-control", "--control-port=0"],
        "error: --control-port and --no-control contradict each other",
    ),
    (
        &["serve", "--lifecycle=manual:0"],
        "error: --lifecycle: manual:0 is none of instant, realistic, manual and manual:READS",
    ),
    (
        &["serve", "--lifecycle=manual:x"],
        "error: --lifecycle: manual:x is none of instant, realistic, manual and manual:READS",
    ),
    (
        &["serve", "--lifecycle=realistic", "--time-scale=0"],
        "error: --time-scale: 0 is not above zero",
    ),
    (
        &["serve", "--lifecycle=realistic", "--time-scale", "-1"],
        "error: --time-scale: -1 is not above zero",
    ),
    (
        &["serve", "--workers=0"],
        "error: invalid value '0' for '--workers <N>': 0 is not in 1..=512 (see eks-emulator serve --help)",
    ),
    (
        &["serve", "--time-scale=5"],
        "error: --time-scale works with --lifecycle realistic only",
    ),
    (
        &["serve", "--log-level=loud"],
        "error: --log-level: loud is none of error, warn, info, debug, trace and off",
    ),
];

#[test]
fn a_mistake_is_one_line_and_exit_code_2() {
    for (arguments, line) in MISTAKES {
        assert_eq!(refusal(&[], arguments, 2), *line);
    }
}

#[test]
fn a_word_that_is_nearly_right_is_answered_with_the_one_that_is() {
    for (arguments, line) in [
        (
            &["serv"][..],
            "error: unrecognized subcommand 'serv'; did you mean 'serve'? (see eks-emulator --help)",
        ),
        (
            &["--lisen=127.0.0.1:0"],
            "error: unexpected argument '--lisen' found; did you mean '--listen'? (see eks-emulator serve --help)",
        ),
        (
            &["serve", "--auth=verfy"],
            "error: invalid value 'verfy' for '--auth <AUTH>' [possible values: none, scope, verify]; did you mean 'verify'? (see eks-emulator serve --help)",
        ),
        (
            &["clock", "advnce"],
            "error: unrecognized subcommand 'advnce'; did you mean 'advance'? (see eks-emulator clock --help)",
        ),
    ] {
        assert_eq!(refusal(&[], arguments, 2), line);
    }
}

/// At the end, when it is written, it would be too late.
#[test]
fn a_file_for_the_state_in_a_folder_that_there_is_not_is_refused_at_the_start() {
    assert_eq!(
        refusal(&[], &["serve", "--state-file=/nowhere/at-all/state"], 2),
        "error: --state-file: there is no folder /nowhere/at-all"
    );
}

#[test]
fn a_bad_value_in_the_environment_is_refused_like_one_in_a_flag() {
    let line = refusal(&[("EKS_EMULATOR_CLOCK", "slow")], &[], 2);
    assert_eq!(
        line,
        "error: invalid value 'slow' for '--clock <CLOCK>' [possible values: real, paused] (see eks-emulator serve --help)"
    );
}

#[test]
fn flags_of_serve_are_refused_before_another_command() {
    let line = refusal(&[], &["--listen=127.0.0.1:0", "operations"], 2);
    assert!(line.starts_with("error: "), "{line}");
}

#[test]
fn settings_in_the_environment_do_not_disturb_another_command() {
    let output = run(
        &[("EKS_EMULATOR_LISTEN", "127.0.0.1:0")],
        &["operations", "--json"],
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn operations_lists_each_operation_and_counts_them() {
    let text = stdout(&["operations"]);
    assert!(text.ends_with("\n\n24 full, 46 none\n"), "{text}");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .take(70)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert!(rows.contains(&vec!["CreateAddon", "full"]));
    assert!(rows.contains(&vec!["ListNodegroups", "none"]));
    assert_eq!(text.lines().count(), 72);
}

#[test]
fn operations_lists_the_same_as_json() {
    let rows: Value = serde_json::from_str(&stdout(&["operations", "--json"])).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 70);
    let full = rows.iter().filter(|row| row["support"] == "full").count();
    assert_eq!(full, 24);
    assert!(rows.iter().all(|row| row["service"] == "eks"));
}

#[test]
fn help_and_version_go_to_stdout() {
    assert_eq!(stdout(&["--version"]), "eks-emulator 0.1.0\n");
    let help = stdout(&["--help"]);
    for command in ["  serve ", "  exec ", "  pod-env "] {
        assert!(help.contains(command), "{command}");
    }
    for command in ["serve", "exec"] {
        let help = stdout(&[command, "--help"]);
        for twin in ["EKS_EMULATOR_LISTEN", "EKS_EMULATOR_SHUTDOWN_GRACE"] {
            assert!(help.contains(twin), "{command}: {twin}");
        }
    }
    assert!(stdout(&["serve", "-h"]).contains("--listen <HOST:PORT>"));
}

#[test]
fn the_readme_has_every_flag_of_serve() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let table: Vec<&str> = readme
        .lines()
        .skip_while(|line| *line != "| flag | default | meaning |")
        .take_while(|line| line.starts_with('|'))
        .collect();
    let table = table.join("\n");
    let help = stdout(&["serve", "--help"]);
    let words = help
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let flags: Vec<&str> = words.filter(|word| word.starts_with("--")).collect();
    assert!(flags.len() > 30, "{flags:?}");
    for flag in flags {
        let is_there = [" ", "`"]
            .iter()
            .any(|end| table.contains(&format!("`{flag}{end}")));
        assert!(is_there, "{flag}");
    }
}

#[test]
fn help_shows_what_is_the_command_s_own_before_what_all_take() {
    let help = stdout(&["fault", "add", "-h"]);
    let place = |flag: &str| help.find(flag).unwrap();
    assert!(place("--priority") < place("--endpoint "), "{help}");
    assert!(place("--endpoint ") < place("--json"), "{help}");
}

#[test]
fn version_says_for_what_it_was_built() {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    assert_eq!(
        stdout(&["version"]),
        format!("eks-emulator 0.1.0 ({system}, {processor})\n")
    );
    let version: Value = serde_json::from_str(&stdout(&["version", "--json"])).unwrap();
    let expected = serde_json::json!({ "version": "0.1.0", "os": system, "arch": processor });
    assert_eq!(version, expected);
}

#[test]
fn every_shell_completes_commands_and_flags() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stdout(&["completions", shell]);
        for word in ["pod-env", "fail-on-unmatched", "shutdown-grace"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_takes_its_script() {
    let script = stdout(&["completions", "bash"])
        + "COMP_WORDS=(eks-emulator serve --shut)\nCOMP_CWORD=2\n"
        + "_eks__emulator eks-emulator --shut serve\necho \"${COMPREPLY[@]}\"\n";
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "--shutdown-grace\n"
    );
}

/// What a command is for is not what its flags have in common with others.
#[test]
fn the_help_of_a_command_begins_with_what_it_is_for() {
    for (command, purpose) in [
        ("seed", "Add what documents describe to a running emulator"),
        (
            "snapshot",
            "Keep and restore states of a running emulator by name",
        ),
        ("events", "Show what has happened in a running emulator"),
        (
            "env",
            "Print the environment that leads clients to a running emulator",
        ),
        ("exec", "Run a command against an emulator of its own"),
    ] {
        assert_eq!(stdout(&[command, "-h"]).lines().next(), Some(purpose));
    }
}
