//! The settings of HTTPS: what wins over what, and what makes no sense.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Program, new_path, refusal};
use crate::tls_client::{ask, connect, rest};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls");
    folder.join(name).display().to_string()
}

/// The settings that a program with the certificate of `ca.pem` shows.
fn shown(program: &Program) -> Value {
    let authority = std::fs::read_to_string(fixture("ca.pem")).unwrap();
    let mut connection = connect(program.address, &authority).unwrap();
    ask(&mut connection, "GET", "/_emulator/v1/config", "");
    let (text, _) = rest(&mut connection);
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_certificate_may_come_from_flags_the_environment_or_the_file() {
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    let by_flags = [
        format!("--tls-cert={certificate}"),
        format!("--tls-key={key}"),
    ];
    let by_flags: Vec<&str> = by_flags.iter().map(String::as_str).collect();
    let by_environment = [
        ("EKS_EMULATOR_TLS_CERT", certificate.as_str()),
        ("EKS_EMULATOR_TLS_KEY", key.as_str()),
    ];
    let file = new_path("settings.yaml");
    let text = format!("tlsCert: {certificate}\ntls-key: {key}\n");
    std::fs::write(&file, text).unwrap();
    let by_file = ["--config", file.to_str().unwrap()];
    for (environment, flags, origin) in [
        (&[][..], by_flags.as_slice(), "flag"),
        (&by_environment, &[], "env"),
        (&[], &by_file, "file"),
    ] {
        let program = Program::start_in(environment, flags);
        let shown = shown(&program);
        assert_eq!(
            shown["tlsCert"],
            json!({ "value": certificate, "origin": origin })
        );
        assert_eq!(shown["tlsKey"], json!({ "value": key, "origin": origin }));
        let off = json!({ "value": false, "origin": "default" });
        assert_eq!(shown["tlsSelfSigned"], off);
        program.stop_unharmed();
    }
}

#[test]
fn a_certificate_may_be_made_by_the_environment_or_the_file() {
    let file = new_path("settings.yaml");
    std::fs::write(&file, "tlsSelfSigned: true\n").unwrap();
    let file = file.to_str().unwrap();
    for environment in [
        [("EKS_EMULATOR_TLS_SELF_SIGNED", "1")],
        [("EKS_EMULATOR_CONFIG", file)],
    ] {
        let program = Program::start_in(&environment, &[]);
        assert!(program.endpoint.starts_with("https://"), "{environment:?}");
    }
    let program = Program::start_in(&[("EKS_EMULATOR_TLS_SELF_SIGNED", "0")], &[]);
    assert!(program.endpoint.starts_with("http://"));
}

#[test]
fn flags_that_make_no_sense_together_are_refused() {
    for (flags, line) in [
        (
            &["--tls-cert=a.pem"][..],
            "error: --tls-cert needs --tls-key",
        ),
        (&["--tls-key=a.pem"], "error: --tls-key needs --tls-cert"),
        (
            &["--tls-cert=a.pem", "--tls-key=a.pem", "--tls-self-signed"],
            "error: --tls-cert and --tls-self-signed contradict each other",
        ),
        (
            &["--tls-key=a.pem", "--tls-self-signed"],
            "error: --tls-key and --tls-self-signed contradict each other",
        ),
        (
            &["--tls-ca-file=a.pem"],
            "error: --tls-ca-file needs --tls-self-signed",
        ),
        (
            &["--tls-self-signed", "--allow-host=two words"],
            "error: TLS: \"two words\" is no name that a certificate can be for",
        ),
    ] {
        assert_eq!(refusal(&[], &[&["serve"], flags].concat(), 2), line);
        let exec = [&["exec"], flags, &["true"]].concat();
        assert_eq!(refusal(&[], &exec, 2), line);
    }
}

/// Each pair with the flag that is to blame, and why.
#[test]
fn files_that_make_no_pair_are_refused() {
    let broken = new_path("broken.pem");
    let text = "-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----\n";
    std::fs::write(&broken, text).unwrap();
    let empty = new_path("empty.pem");
    let no_certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    std::fs::write(&empty, no_certificate).unwrap();
    let (broken, empty) = (broken.display().to_string(), empty.display().to_string());
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    let (missing, other) = ("/nowhere/at-all".to_owned(), fixture("other_key.pem"));
    for (one, two, line) in [
        (
            &missing,
            &key,
            "--tls-cert: cannot read /nowhere/at-all: No such file or directory (os error 2)"
                .into(),
        ),
        (
            &certificate,
            &missing,
            "--tls-key: cannot read /nowhere/at-all: No such file or directory (os error 2)".into(),
        ),
        (
            &key,
            &key,
            format!("--tls-cert: {key}: there is no certificate in PEM form in it"),
        ),
        (
            &certificate,
            &certificate,
            format!("--tls-key: {certificate}: there is no private key in PEM form in it"),
        ),
        (
            &certificate,
            &broken,
            format!("--tls-key: {broken}: it is not in PEM form: a section is not base64"),
        ),
        (
            &certificate,
            &other,
            format!("--tls-key: {other}: it is not the key of the certificate"),
        ),
        (
            &empty,
            &key,
            format!(
                "--tls-cert: {empty}: it cannot be used: invalid peer certificate: BadEncoding"
            ),
        ),
    ] {
        let flags = ["serve", "--tls-cert", one, "--tls-key", two];
        assert_eq!(refusal(&[], &flags, 2), format!("error: {line}"));
    }
}

#[test]
fn a_file_for_the_authority_that_cannot_be_written_ends_the_start() {
    let flags = [
        "serve",
        "--listen=127.0.0.1:0",
        "--quiet",
        "--tls-self-signed",
        "--tls-ca-file=/nowhere/at-all",
    ];
    assert_eq!(
        refusal(&[], &flags, 1),
        "error: --tls-ca-file: cannot write /nowhere/at-all: No such file or directory (os error 2)"
    );
}
