//! `pod-env`: what the command has, what becomes of it, and why not.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::pod_demo::{IRSA_ROLE, make_pod, put_service_account, serve};
use crate::program::{Program, new_path, refusal};

/// `pod-env` for a service account of `demo`, with a folder of its own for
/// temporary files.
struct PodEnv {
    command: Command,
    folder: PathBuf,
}

impl PodEnv {
    fn new(program: &Program, service_account: &str, more: &[&str], script: &str) -> Self {
        let folder = new_path("pod-env");
        std::fs::create_dir(&folder).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("EKS_EMULATOR_") || name.starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .args(["pod-env", "--endpoint", &program.endpoint])
            .args(["--cluster", "demo", "--namespace", "default"])
            .args(["--service-account", service_account])
            .args(more)
            .args(["--", "sh", "-c", script])
            .env("TMPDIR", &folder)
            .stdin(Stdio::null());
        Self { command, folder }
    }

    /// Runs it to its end; nothing stays behind.
    fn run(mut self) -> Output {
        let output = self.command.output().unwrap();
        self.assert_nothing_left();
        output
    }

    #[track_caller]
    fn assert_nothing_left(&self) {
        let left: Vec<_> = std::fs::read_dir(&self.folder).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// What a script of `default/app` writes.
#[track_caller]
fn written(program: &Program, service_account: &str, script: &str) -> String {
    let output = PodEnv::new(program, service_account, &[], script).run();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The exit code and the one line of a refusal.
#[track_caller]
fn refused(program: &Program, service_account: &str, more: &[&str]) -> (Option<i32>, String) {
    let output = PodEnv::new(program, service_account, more, "echo ran").run();
    assert_eq!(output.stdout, b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let line = stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{stderr}");
    (output.status.code(), line.to_owned())
}

#[test]
fn the_environment_is_what_eks_injects_adapted_to_this_machine() {
    let program = serve(&[]);
    let endpoint = program.endpoint.clone();
    let script = "env | grep ^AWS_ | grep -v TOKEN_FILE | sort";
    let common = format!(
        "\
AWS_ENDPOINT_URL_EKS={endpoint}
AWS_ENDPOINT_URL_EKS_AUTH={endpoint}
AWS_ENDPOINT_URL_IAM={endpoint}
AWS_ENDPOINT_URL_STS={endpoint}
AWS_REGION=us-east-1
"
    );
    let tail = "AWS_SHARED_CREDENTIALS_FILE=/dev/null\nAWS_STS_REGIONAL_ENDPOINTS=regional\n";
    assert_eq!(
        written(&program, "app", script),
        format!(
            "AWS_CONFIG_FILE=/dev/null\nAWS_CONTAINER_CREDENTIALS_FULL_URI={endpoint}/v1/credentials\nAWS_DEFAULT_REGION=us-east-1\nAWS_EC2_METADATA_DISABLED=true\n{common}{tail}"
        )
    );
    let irsa = common + &format!("AWS_ROLE_ARN={IRSA_ROLE}\n");
    assert_eq!(
        written(&program, "web", script),
        format!(
            "AWS_CONFIG_FILE=/dev/null\nAWS_DEFAULT_REGION=us-east-1\nAWS_EC2_METADATA_DISABLED=true\n{irsa}{tail}"
        )
    );
}

/// Also with everything that the environment of a developer, or of another
/// pod, may have.
#[test]
fn what_would_win_is_taken_away() {
    let program = serve(&[]);
    let taken = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_ENDPOINT_URL",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ];
    let mut pod = PodEnv::new(&program, "app", &[], "env");
    pod.command.envs(taken.iter().map(|name| (name, "theirs")));
    pod.command.env("AWS_REGION", "theirs");
    pod.command.env("AWS_SHARED_CREDENTIALS_FILE", "theirs");
    let output = String::from_utf8(pod.run().stdout).unwrap();
    assert!(output.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="));
    assert!(!output.contains("theirs"), "{output}");
}

#[test]
fn the_token_file_is_its_owners_and_ends_without_a_newline() {
    let program = serve(&[]);
    let script = r#"file=$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
        stat -c %a "$file" "$(dirname "$file")"
        wc -l <"$file"
        cut -c 1-3 "$file"
        ls "$(dirname "$file")""#;
    assert_eq!(
        written(&program, "app", script),
        "600\n700\n0\neyJ\ntoken\n"
    );
    let script =
        r#"stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE"; wc -l <"$AWS_WEB_IDENTITY_TOKEN_FILE""#;
    assert_eq!(written(&program, "web", script), "600\n0\n");
}

#[test]
fn the_exit_code_is_the_commands() {
    let program = serve(&[]);
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("exit 255", 255)] {
        let output = PodEnv::new(&program, "app", &[], script).run();
        assert_eq!(output.status.code(), Some(code), "{script}");
        assert_eq!(output.stderr, b"");
    }
}

#[test]
fn a_signal_that_ends_the_command_is_told_as_shells_do() {
    let program = serve(&[]);
    for (signal, code) in [("KILL", 137), ("TERM", 143)] {
        let script = format!("kill -{signal} $$");
        let output = PodEnv::new(&program, "app", &[], &script).run();
        assert_eq!(output.status.code(), Some(code), "{signal}");
    }
}

/// The command ends as it likes, and the token file goes.
#[test]
fn signals_are_passed_on() {
    let program = serve(&[]);
    for signal in ["TERM", "HUP"] {
        let script = format!(
            "trap 'kill $!; echo told; exit 9' {signal}; sleep 600 >/dev/null 2>&1 & echo ready; wait $!"
        );
        let mut pod = PodEnv::new(&program, "app", &[], &script);
        let mut child = pod.command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let id = child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &id])
            .status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "told\n");
        assert_eq!(child.wait().unwrap().code(), Some(9), "{signal}");
        pod.assert_nothing_left();
    }
}

#[test]
fn a_pod_that_would_get_no_credentials_is_told_why() {
    let program = serve(&[]);
    let (code, line) = refused(&program, "absent", &[]);
    assert_eq!(code, Some(1));
    assert!(
        line.starts_with("error: such a pod gets no credentials: "),
        "{line}"
    );
    assert!(
        line.contains("no association exists for default/absent"),
        "{line}"
    );
}

#[test]
fn an_association_of_a_missing_service_account_is_not_enough() {
    let program = serve(&[]);
    crate::pod_demo::associate(&program, "ghost");
    let expected = "error: serviceaccounts \"ghost\" not found";
    assert_eq!(refused(&program, "ghost", &[]), (Some(1), expected.into()));
}

#[test]
fn pods_have_to_exist_and_to_use_the_service_account() {
    let program = serve(&[]);
    make_pod(&program, "app1");
    let output = PodEnv::new(&program, "app", &["--pod", "app1"], "exit 3").run();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        refused(&program, "app", &["--pod", "absent"]),
        (Some(1), "error: There is no pod default/absent.".into())
    );
    assert_eq!(
        refused(&program, "web", &["--pod", "app1"]),
        (
            Some(1),
            "error: pod app1 uses the service account app, not web".into()
        )
    );
}

#[test]
fn a_command_that_cannot_run_leaves_nothing() {
    let program = serve(&[]);
    let mut pod = PodEnv::new(&program, "app", &[], "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
    command
        .args(["pod-env", "--endpoint", &program.endpoint])
        .args(["--cluster", "demo", "--namespace", "default"])
        .args(["--service-account", "app", "--", "/nowhere/at-all"])
        .env("TMPDIR", &pod.folder);
    pod.command = command;
    let output = pod.run();
    assert_eq!(output.status.code(), Some(127));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: cannot run /nowhere/at-all: "),
        "{stderr}"
    );
}

const DEMO: [&str; 6] = [
    "--cluster",
    "demo",
    "--namespace",
    "default",
    "--service-account",
    "app",
];

#[test]
fn a_cluster_that_is_missing_is_named() {
    let program = Program::start(&[]);
    let mut arguments = vec!["pod-env", "--endpoint", &program.endpoint];
    arguments.extend(DEMO);
    arguments.extend(["--", "true"]);
    let line = refusal(&[], &arguments, 1);
    assert_eq!(line, "error: There is no cluster demo.");
}

#[test]
fn an_emulator_that_cannot_be_reached_is_named() {
    let mut arguments = vec!["pod-env", "--endpoint", "http://127.0.0.1:1"];
    arguments.extend(DEMO);
    arguments.extend(["--", "true"]);
    let line = refusal(&[], &arguments, 1);
    let start = "error: cannot reach the emulator at http://127.0.0.1:1: ";
    assert!(line.starts_with(start), "{line}");
}

#[test]
fn mistakes_are_usage_errors() {
    for (flag, value, start) in [
        (
            "--endpoint",
            "ftp://127.0.0.1:1",
            "error: ftp://127.0.0.1:1 is not an endpoint",
        ),
        (
            "--endpoint-file",
            "/nowhere/at-all",
            "error: --endpoint-file: cannot read /nowhere/at-all",
        ),
    ] {
        let mut arguments = vec!["pod-env", flag, value];
        arguments.extend(DEMO);
        arguments.extend(["--", "true"]);
        let line = refusal(&[], &arguments, 2);
        assert!(line.starts_with(start), "{line}");
    }
    let mut arguments = vec!["pod-env"];
    arguments.extend(DEMO);
    let line = refusal(&[], &arguments, 2);
    assert!(line.contains("COMMAND"), "{line}");
}

#[test]
fn the_endpoint_file_names_the_emulator() {
    let file = new_path("endpoint");
    let path = file.display().to_string();
    let program = serve(&["--endpoint-file", &path]);
    let more = ["--endpoint-file", path.as_str()];
    let mut pod = PodEnv::new(&program, "app", &more, "exit 4");
    pod.command
        .env("EKS_EMULATOR_ENDPOINT", "http://127.0.0.1:1");
    assert_eq!(pod.run().status.code(), Some(4));
}

#[test]
fn the_emulator_is_asked_without_a_proxy() {
    let program = serve(&[]);
    let mut pod = PodEnv::new(&program, "app", &[], "echo $NO_PROXY $no_proxy");
    pod.command.env("NO_PROXY", "example.com");
    pod.command.env_remove("no_proxy");
    let output = String::from_utf8(pod.run().stdout).unwrap();
    assert_eq!(
        output,
        "example.com,127.0.0.1,localhost 127.0.0.1,localhost\n"
    );
}

#[test]
fn the_token_is_for_the_audience_of_the_annotation() {
    let program = serve(&[]);
    let annotations = serde_json::json!({
        "eks.amazonaws.com/role-arn": IRSA_ROLE,
        "eks.amazonaws.com/audience": "vault",
    });
    put_service_account(&program, "own", annotations);
    let script = "cut -d. -f2 \"$AWS_WEB_IDENTITY_TOKEN_FILE\" | tr '_-' '/+' \
                  | base64 -d 2>/dev/null | grep -o '\"aud\":\\[\"[a-z.]*\"\\]'";
    assert_eq!(written(&program, "own", script), "\"aud\":[\"vault\"]\n");
    assert_eq!(
        written(&program, "web", script),
        "\"aud\":[\"sts.amazonaws.com\"]\n"
    );
}
