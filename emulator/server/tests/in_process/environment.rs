//! The environment of programs that are to find the emulator.

use std::collections::BTreeMap;
use std::process::Command;

use eks_emulator::EksEmulator;

fn emulator() -> EksEmulator {
    let builder = EksEmulator::builder().account("111122223333");
    builder.region("eu-west-1").start_blocking().unwrap()
}

#[test]
fn the_environment_names_every_service_that_is_emulated_and_no_other() {
    let emulator = emulator();
    let endpoint = emulator.endpoint();
    let expected = [
        ("AWS_ENDPOINT_URL_EKS", endpoint.as_str()),
        ("AWS_ENDPOINT_URL_EKS_AUTH", &endpoint),
        ("AWS_ENDPOINT_URL_STS", &endpoint),
        ("AWS_ENDPOINT_URL_IAM", &endpoint),
        ("AWS_EKS_ENDPOINT", &endpoint),
        ("AWS_STS_ENDPOINT", &endpoint),
        ("AWS_IAM_ENDPOINT", &endpoint),
        ("EKS_EMULATOR_ENDPOINT", &endpoint),
        ("AWS_ACCESS_KEY_ID", "111122223333"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(emulator.env(), expected);
}

/// What a command is given: `None` for what it does not inherit.
fn given(command: &Command) -> BTreeMap<String, Option<String>> {
    let text = |value: &std::ffi::OsStr| value.to_str().unwrap().to_owned();
    let variables = command.get_envs();
    variables
        .map(|(name, value)| (text(name), value.map(text)))
        .collect()
}

#[test]
fn a_command_is_given_the_environment() {
    let emulator = emulator();
    let mut command = Command::new("terraform");
    emulator.apply_env(&mut command).arg("plan");
    let given = given(&command);
    for (name, value) in emulator.env() {
        assert_eq!(given[&name], Some(value), "{name}");
    }
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "EKS_EMULATOR_ENDPOINT_FILE",
    ] {
        assert_eq!(given[name], None, "{name}");
    }
}

#[test]
fn credentials_and_a_region_that_a_command_has_stay() {
    let emulator = emulator();
    let mut command = Command::new("terraform");
    command.env("AWS_ACCESS_KEY_ID", "999988887777");
    command.env("AWS_SESSION_TOKEN", "token");
    command.env("AWS_REGION", "us-west-2");
    emulator.apply_env(&mut command);
    let given = given(&command);
    assert_eq!(given["AWS_ACCESS_KEY_ID"].as_deref(), Some("999988887777"));
    assert_eq!(given["AWS_SESSION_TOKEN"].as_deref(), Some("token"));
    assert_eq!(given["AWS_REGION"].as_deref(), Some("us-west-2"));
    assert!(!given.contains_key("AWS_SECRET_ACCESS_KEY"));
    assert!(!given.contains_key("AWS_DEFAULT_REGION"));
    let endpoint = given["AWS_ENDPOINT_URL_EKS"].clone();
    assert_eq!(endpoint, Some(emulator.endpoint()));
}
