//! `env`: the environment in the words of shells and tools.

use std::process::{Command, Stdio};

use crate::program::{new_path, refusal};

/// What `env` prints in an environment with these variables, and nothing of
/// the developer's.
#[track_caller]
fn printed(environment: &[(&str, &str)], flags: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_eks-emulator"))
        .env_clear()
        .envs(environment.iter().copied())
        .arg("env")
        .args(flags)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(output.stderr, b"");
    String::from_utf8(output.stdout).unwrap()
}

/// An environment in which everything that varies does.
const OWN: [(&str, &str); 6] = [
    ("AWS_ACCESS_KEY_ID", "AKIAOWN"),
    ("AWS_SECRET_ACCESS_KEY", "own"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_PROFILE", "own"),
    ("NO_PROXY", "it's,\"$HOME\",\\"),
    ("no_proxy", "localhost,127.0.0.1"),
];

#[test]
fn sh_exports() {
    assert_eq!(
        printed(&[], &[]),
        "\
export AWS_ENDPOINT_URL_EKS='http://127.0.0.1:4566'
export AWS_ENDPOINT_URL_EKS_AUTH='http://127.0.0.1:4566'
export AWS_ENDPOINT_URL_STS='http://127.0.0.1:4566'
export AWS_ENDPOINT_URL_IAM='http://127.0.0.1:4566'
export AWS_EKS_ENDPOINT='http://127.0.0.1:4566'
export AWS_STS_ENDPOINT='http://127.0.0.1:4566'
export AWS_IAM_ENDPOINT='http://127.0.0.1:4566'
export EKS_EMULATOR_ENDPOINT='http://127.0.0.1:4566'
export AWS_EC2_METADATA_DISABLED='true'
export AWS_ACCESS_KEY_ID='test'
export AWS_SECRET_ACCESS_KEY='test'
export AWS_REGION='us-east-1'
export AWS_DEFAULT_REGION='us-east-1'
export NO_PROXY='127.0.0.1,localhost'
export no_proxy='127.0.0.1,localhost'
"
    );
}

/// What is quoted for each shell, after the endpoints.
#[test]
fn each_shell_has_its_own_quotes() {
    for (shell, expected) in [
        (
            "sh",
            r#"export AWS_DEFAULT_REGION='eu-west-1'
export NO_PROXY='it'\''s,"$HOME",\,127.0.0.1,localhost'
export no_proxy='localhost,127.0.0.1'
unset AWS_PROFILE
"#,
        ),
        (
            "fish",
            r#"set -gx AWS_DEFAULT_REGION 'eu-west-1'
set -gx NO_PROXY 'it\'s,"$HOME",\\,127.0.0.1,localhost'
set -gx no_proxy 'localhost,127.0.0.1'
set -e AWS_PROFILE
"#,
        ),
        (
            "powershell",
            r#"$env:AWS_DEFAULT_REGION = 'eu-west-1'
$env:NO_PROXY = 'it''s,"$HOME",\,127.0.0.1,localhost'
$env:no_proxy = 'localhost,127.0.0.1'
Remove-Item Env:AWS_PROFILE
"#,
        ),
    ] {
        let text = printed(&OWN, &["--shell", shell]);
        let (_, after) = text.split_once("AWS_EC2_METADATA_DISABLED").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        assert_eq!(after, expected, "{shell}");
    }
    let curly = printed(&[("NO_PROXY", "‘a’")], &["--shell=powershell"]);
    assert!(curly.contains("$env:NO_PROXY = '‘‘a’’,127.0.0.1,localhost'\n"));
}

#[test]
fn a_shell_that_evaluates_it_has_the_environment() {
    let text = printed(&OWN, &["--account", "111122223333"]);
    let script = r#"eval "$1"
        echo "$AWS_ENDPOINT_URL_EKS_AUTH $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"
        echo "$AWS_DEFAULT_REGION ${AWS_PROFILE-none} $NO_PROXY""#;
    let output = Command::new("sh")
        .args(["-c", script, "sh", &text])
        .envs(OWN)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "http://127.0.0.1:4566 111122223333 test\n\
         eu-west-1 none it's,\"$HOME\",\\,127.0.0.1,localhost\n"
    );
}

#[test]
fn json_is_an_object_with_null_for_what_goes() {
    let text = printed(&OWN, &["--shell=json", "--all-services"]);
    assert_eq!(
        text,
        r#"{
  "AWS_DEFAULT_REGION": "eu-west-1",
  "AWS_EC2_METADATA_DISABLED": "true",
  "AWS_EKS_ENDPOINT": "http://127.0.0.1:4566",
  "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
  "AWS_ENDPOINT_URL_EKS": "http://127.0.0.1:4566",
  "AWS_ENDPOINT_URL_EKS_AUTH": "http://127.0.0.1:4566",
  "AWS_ENDPOINT_URL_IAM": "http://127.0.0.1:4566",
  "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:4566",
  "AWS_IAM_ENDPOINT": "http://127.0.0.1:4566",
  "AWS_PROFILE": null,
  "AWS_STS_ENDPOINT": "http://127.0.0.1:4566",
  "EKS_EMULATOR_ENDPOINT": "http://127.0.0.1:4566",
  "NO_PROXY": "it's,\"$HOME\",\\,127.0.0.1,localhost",
  "no_proxy": "localhost,127.0.0.1"
}
"#
    );
}

#[test]
fn github_is_added_to_its_file() {
    let file = new_path("github-env");
    std::fs::write(&file, "EARLIER=1\n").unwrap();
    let variables = [
        ("GITHUB_ENV", file.to_str().unwrap()),
        ("AWS_PROFILE", "own"),
        ("NO_PROXY", "two\nEND_OF_VALUE"),
    ];
    assert_eq!(printed(&variables, &["--shell=github"]), "");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("EARLIER=1\nAWS_ENDPOINT_URL_EKS=http://127.0.0.1:4566\n"));
    let end = "\
NO_PROXY<<END_OF_VALUE_
two
END_OF_VALUE,127.0.0.1,localhost
END_OF_VALUE_
no_proxy=127.0.0.1,localhost
AWS_PROFILE=
";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn github_without_its_file_is_refused() {
    let refused = |variables: &[(&str, &str)]| refusal(variables, &["env", "--shell=github"], 1);
    assert_eq!(
        refused(&[("GITHUB_ENV", "")]),
        "error: --shell github: GITHUB_ENV is not set; it is where GitHub Actions reads"
    );
    let line = refused(&[("GITHUB_ENV", "/nowhere/at-all")]);
    assert!(
        line.starts_with("error: --shell github: cannot write /nowhere/at-all: "),
        "{line}"
    );
}

#[test]
fn terraform_is_a_provider_block() {
    let flags = [
        "--shell=terraform",
        "--endpoint=http://emulator:80",
        "--region=eu-west-1",
        "--account=111122223333",
    ];
    assert_eq!(
        printed(&OWN, &flags),
        r#"provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "111122223333"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true

  endpoints {
    eks = "http://emulator:80"
    iam = "http://emulator:80"
    sts = "http://emulator:80"
  }
}
"#
    );
}

#[test]
fn a_host_of_another_machine_is_asked_without_a_proxy_too() {
    let text = printed(&[], &["--endpoint", "http://emulator.test:4566"]);
    assert!(text.contains("NO_PROXY='127.0.0.1,localhost,emulator.test'\n"));
    let text = printed(&[], &["--endpoint", "http://[::1]:4566"]);
    assert!(text.contains("NO_PROXY='127.0.0.1,localhost,::1'\n"));
}

/// A flag wins over the environment, also if it is the other flag.
#[test]
fn a_file_may_name_the_endpoint() {
    let file = new_path("endpoint");
    std::fs::write(&file, r#"{"endpoint":"http://127.0.0.1:1"}"#).unwrap();
    let path = file.to_str().unwrap();
    let endpoint_of = |variables: &[(&str, &str)], flags: &[&str]| {
        let text = printed(variables, flags);
        let (_, rest) = text.split_once("EKS_EMULATOR_ENDPOINT='").unwrap();
        rest.split_once('\'').unwrap().0.to_owned()
    };
    let in_environment = [("EKS_EMULATOR_ENDPOINT_FILE", path)];
    let flag = ["--endpoint", "http://127.0.0.1:2"];
    assert_eq!(endpoint_of(&in_environment, &[]), "http://127.0.0.1:1");
    assert_eq!(endpoint_of(&in_environment, &flag), "http://127.0.0.1:2");
    let both = [("EKS_EMULATOR_ENDPOINT", "http://127.0.0.1:3")];
    let file = ["--endpoint-file", path];
    assert_eq!(endpoint_of(&both, &file), "http://127.0.0.1:1");
    assert_eq!(endpoint_of(&both, &[]), "http://127.0.0.1:3");
}

#[test]
fn mistakes_are_one_line_and_exit_code_2() {
    for (flag, line) in [
        (
            "--shell=csh",
            "error: invalid value 'csh' for '--shell <SHELL>' [possible values: sh, fish, powershell, json, github, terraform] (see eks-emulator env --help)",
        ),
        (
            "--account=x",
            "error: --account: \"x\" is neither auto nor twelve digits",
        ),
        (
            "--region=US East",
            "error: --region: \"US East\" is not a region, as in us-east-1",
        ),
        (
            "--endpoint=ftp://x",
            "error: ftp://x is not an endpoint such as http://127.0.0.1:4566",
        ),
    ] {
        assert_eq!(refusal(&[], &["env", flag], 2), line);
    }
}
