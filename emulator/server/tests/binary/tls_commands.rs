//! HTTPS for the commands around an emulator: what they trust, and what they
//! hand on.

use std::process::{Command, Output, Stdio};

use crate::agent::Agent;
use crate::connection::call;
use crate::program::{new_path, refusal, run};
use crate::tls::SelfSigned;

const BINARY: &str = env!("CARGO_BIN_EXE_eks-emulator");

/// What a command prints that succeeds.
#[track_caller]
fn printed(environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = run(environment, arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_command_trusts_the_authority_that_a_file_names() {
    let endpoint_file = new_path("endpoint").display().to_string();
    let emulator = SelfSigned::start(&["--endpoint-file", &endpoint_file]);
    let endpoint = emulator.program.endpoint.as_str();
    let ca_file = emulator.ca_file.as_str();
    let by_url = ("EKS_EMULATOR_ENDPOINT", endpoint);
    for (environment, flags) in [
        (&[by_url, ("EKS_EMULATOR_CA_FILE", ca_file)][..], &[][..]),
        (&[by_url], &["--ca-file", ca_file]),
        (&[by_url, ("SSL_CERT_FILE", ca_file)], &[]),
        (&[], &["--endpoint-file", &endpoint_file]),
        // What the endpoint file names wins over the environment.
        (
            &[("EKS_EMULATOR_CA_FILE", "/nowhere/at-all")],
            &["--endpoint-file", &endpoint_file],
        ),
    ] {
        for command in [&["reset"][..], &["clock", "pause"], &["wait", "ready"]] {
            printed(environment, &[command, flags].concat());
        }
    }
}

#[test]
fn a_command_says_whom_it_does_not_trust_and_what_it_cannot_read() {
    let (emulator, other) = (SelfSigned::start(&[]), SelfSigned::start(&[]));
    let endpoint = emulator.program.endpoint.as_str();
    let untrusted = ["reset", "--endpoint", endpoint, "--ca-file", &other.ca_file];
    assert_eq!(
        refusal(&[], &untrusted, 1),
        format!(
            "error: cannot reach the emulator at {endpoint}: the authority of its certificate is not trusted; a CA file has to name it"
        )
    );
    let missing = ["reset", "--endpoint", endpoint, "--ca-file=/nowhere/at-all"];
    assert_eq!(
        refusal(&[], &missing, 2),
        "error: --ca-file: cannot read /nowhere/at-all: No such file or directory (os error 2)"
    );
    let empty = ["reset", "--endpoint", endpoint, "--ca-file=/dev/null"];
    assert_eq!(
        refusal(&[], &empty, 2),
        "error: --ca-file: /dev/null: there is no certificate in PEM form in it"
    );
}

#[test]
fn env_leads_to_https_and_to_the_authority() {
    let path = new_path("endpoint").display().to_string();
    let emulator = SelfSigned::start(&["--endpoint-file", &path]);
    let (endpoint, ca_file) = (&emulator.program.endpoint, &emulator.ca_file);
    let nothing = [("AWS_CA_BUNDLE", ""), ("NODE_EXTRA_CA_CERTS", "")];
    let text = printed(&nothing, &["env", "--endpoint-file", &path]);
    for line in [
        format!("export AWS_ENDPOINT_URL_EKS='{endpoint}'\n"),
        format!("export EKS_EMULATOR_CA_FILE='{ca_file}'\n"),
        format!("export AWS_CA_BUNDLE='{ca_file}'\n"),
        format!("export NODE_EXTRA_CA_CERTS='{ca_file}'\n"),
    ] {
        assert!(text.contains(&line), "{line}{text}");
    }
    // These would take the authorities of everybody else from the whole shell.
    assert!(!text.contains("SSL_CERT_FILE"), "{text}");
    assert!(!text.contains("REQUESTS_CA_BUNDLE"), "{text}");
    let flags = ["env", "--endpoint-file", &path, "--shell=terraform"];
    let provider = printed(&nothing, &flags);
    let line = format!("  custom_ca_bundle            = \"{ca_file}\"\n");
    assert!(provider.contains(&line), "{provider}");
}

#[test]
fn env_says_what_it_leaves_alone() {
    let own = [("AWS_CA_BUNDLE", "/own"), ("NODE_EXTRA_CA_CERTS", "")];
    let flags = ["env", "--endpoint=https://127.0.0.1:1", "--ca-file=/ca.pem"];
    let output = run(&own, &flags);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.contains("AWS_CA_BUNDLE"), "{stdout}");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "warning: set already, and so left alone: AWS_CA_BUNDLE; what reads them does not trust the emulator: unset them, or add the content of /ca.pem to the files that they name\n"
    );
}

#[test]
fn env_without_tls_says_nothing_of_trust() {
    let nothing = [("AWS_CA_BUNDLE", ""), ("EKS_EMULATOR_CA_FILE", "/ca.pem")];
    let text = printed(&nothing, &["env", "--endpoint=http://127.0.0.1:1"]);
    assert!(!text.contains("ca.pem"), "{text}");
}

/// `exec` with HTTPS in an environment with these variables.
fn exec(environment: &[(&str, &str)], script: &str) -> Output {
    let mut command = Command::new(BINARY);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(environment.iter().copied())
        .args(["exec", "--tls-self-signed", "--", "sh", "-c", script])
        .stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn the_command_of_exec_has_what_its_clients_need_to_trust_the_emulator() {
    let system = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/ca.pem");
    let script = format!(
        r#"echo "$EKS_EMULATOR_ENDPOINT"
        test "$AWS_ENDPOINT_URL_EKS" = "$EKS_EMULATOR_ENDPOINT" &&
        test "$NODE_EXTRA_CA_CERTS" = "$EKS_EMULATOR_CA_FILE" &&
        test "$AWS_CA_BUNDLE" = "$REQUESTS_CA_BUNDLE" &&
        test "$AWS_CA_BUNDLE" != "$EKS_EMULATOR_CA_FILE" &&
        grep -c BEGIN "$EKS_EMULATOR_CA_FILE" &&
        grep -qF "$(sed -n 3p '{system}')" "$AWS_CA_BUNDLE" &&
        tail -n 1 "$AWS_CA_BUNDLE" &&
        {BINARY} clock pause --json >/dev/null &&
        dirname "$EKS_EMULATOR_CA_FILE""#
    );
    // It is what the system has: the command's own authorities.
    let output = exec(&[("SSL_CERT_FILE", system)], &script);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = stdout.lines().collect();
    let [endpoint, certificates, last, folder] = lines[..] else {
        panic!("{stdout}{stderr}");
    };
    assert!(endpoint.starts_with("https://127.0.0.1:"), "{endpoint}");
    assert_eq!(certificates, "1");
    assert_eq!(last, "-----END CERTIFICATE-----");
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
    assert_eq!(stderr, "");
}

#[test]
fn exec_adds_the_authority_to_files_that_users_have_named() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/ca.pem");
    let script = format!(
        r#"for file in "$AWS_CA_BUNDLE" "$NODE_EXTRA_CA_CERTS" "$REQUESTS_CA_BUNDLE" "$SSL_CERT_FILE"; do
            grep -c BEGIN "$file"
            grep -qF "$(sed -n 3p '{own}')" "$file" && grep -qF "$(sed -n 3p "$EKS_EMULATOR_CA_FILE")" "$file" || exit 1
        done"#
    );
    let variables = [
        "AWS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ];
    let output = exec(&variables.map(|name| (name, own)), &script);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "2\n2\n2\n2\n");
}

#[test]
fn exec_leaves_alone_what_it_cannot_read_and_says_so() {
    let output = exec(
        &[("AWS_CA_BUNDLE", "/nowhere/at-all")],
        r#"echo "$AWS_CA_BUNDLE""#,
    );
    assert_eq!(output.stdout, b"/nowhere/at-all\n");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("left alone: AWS_CA_BUNDLE;"), "{stderr}");
}

#[test]
fn exec_without_settings_of_the_users_sets_them_all() {
    let script = r#"test "$SSL_CERT_FILE" = "$AWS_CA_BUNDLE" && test -s "$SSL_CERT_FILE""#;
    let output = exec(&[], script);
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

/// A cluster with a service account for each mechanism.
const SEED: &str = r#"schema: 1
clusters:
  - name: demo
    addons: [{addonName: eks-pod-identity-agent}]
    serviceAccounts:
      - {namespace: default, name: app}
      - {namespace: default, name: web, annotations: {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/irsa"}}
    podIdentityAssociations:
      - {namespace: default, serviceAccount: app, roleArn: "arn:aws:iam::123456789012:role/pods"}
"#;

/// SDKs trust nobody but well-known authorities when they ask an agent.
#[test]
fn a_pod_gets_credentials_without_tls_from_an_emulator_with_it() {
    let seed = new_path("seed.yaml");
    std::fs::write(&seed, SEED).unwrap();
    let emulator = SelfSigned::start(&["--seed-file", seed.to_str().unwrap()]);
    let pod_env = |service_account: &str, script: &str| {
        let environment = [
            ("EKS_EMULATOR_ENDPOINT", emulator.program.endpoint.as_str()),
            ("EKS_EMULATOR_CA_FILE", emulator.ca_file.as_str()),
            ("AWS_CA_BUNDLE", ""),
        ];
        let flags = [
            "pod-env",
            "--cluster=demo",
            "--namespace=default",
            &format!("--service-account={service_account}"),
            "--",
            "bash",
            "-c",
            script,
        ];
        printed(&environment, &flags)
    };
    let ask = r#"url=${AWS_CONTAINER_CREDENTIALS_FULL_URI#http://127.0.0.1:}
        exec 3<>"/dev/tcp/127.0.0.1/${url%%/*}"
        token=$(cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        printf "GET /${url#*/} HTTP/1.0\r\nAuthorization: $token\r\n\r\n" >&3
        cat <&3"#;
    let answer = pod_env("app", ask);
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"AccessKeyId\""), "{answer}");
    let script =
        r#"echo "$AWS_ENDPOINT_URL_STS $AWS_CA_BUNDLE $AWS_CONTAINER_CREDENTIALS_FULL_URI""#;
    let expected = format!("{} {} \n", emulator.program.endpoint, emulator.ca_file);
    assert_eq!(pod_env("web", script), expected);
}

#[test]
fn an_agent_without_tls_hands_on_to_an_emulator_with_it() {
    let emulator = SelfSigned::start(&[]);
    let flags = ["--ca-file", emulator.ca_file.as_str()];
    let agent = Agent::start_with(&emulator.program.endpoint, &flags);
    let answer = call(agent.address, "GET", "/v1/credentials", "");
    // The emulator's own refusal.
    let (status, body) = emulator.call("GET", "/v1/credentials", "");
    assert_eq!(status, "HTTP/1.1 400 Bad Request");
    assert_eq!((answer.status, answer.body), (400, body));
}
