//! Signatures that are checked, where the program is told to.

use std::time::{SystemTime, UNIX_EPOCH};

use eks_emulator::{Timestamp, time};

use crate::connection::{call, call_with};
use crate::program::{Program, new_path};

/// Now, as signatures have it.
fn now() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(since_epoch.as_millis()).unwrap();
    time::format_seconds(Timestamp::from_milliseconds(now)).replace(['-', ':'], "")
}

#[test]
fn signatures_are_checked_where_flag_environment_or_file_say_so() {
    let file = new_path("auth.yaml");
    std::fs::write(&file, "auth: verify\n").unwrap();
    let file = file.to_str().unwrap();
    for (program, origin) in [
        (Program::start(&["--auth", "verify"]), "flag"),
        (
            Program::start_in(&[("EKS_EMULATOR_AUTH", "verify")], &[]),
            "env",
        ),
        (Program::start(&["--config", file]), "file"),
    ] {
        let answer = call(program.address, "GET", "/clusters", "");
        let (code, message) = (
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        );
        answer.assert_error(403, code, message);
        let answer = call(program.address, "GET", "/_emulator/v1/config", "").json();
        assert_eq!(answer["auth"]["value"], "verify", "{answer}");
        assert_eq!(answer["auth"]["origin"], origin, "{answer}");
        program.stop_unharmed();
    }
}

#[test]
fn no_signature_and_nothing_that_is_signed_is_logged() {
    let (signature, secret) = ("5d672d79c15b13162d9279b0855cfba6789a8edb", "SIGNEDSECRET");
    for format in ["text", "json"] {
        let flags = [
            "--auth",
            "verify",
            "--log-level",
            "trace",
            "--log-format",
            format,
        ];
        let program = Program::start(&flags);
        let now = now();
        let day = &now[..8];
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=test/{day}/us-east-1/eks/aws4_request, \
             SignedHeaders=host;x-amz-date;x-secret, Signature={signature}"
        );
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-amz-date", now.as_str()),
            ("x-secret", secret),
        ];
        let answer = call_with(program.address, "GET", "/clusters", &headers, "");
        assert_eq!(answer.status, 403, "{answer:?}");
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("InvalidSignatureException")
        );
        assert!(answer.body.contains("x-secret:SIGNEDSECRET"), "{answer:?}");
        let log = program.stop().stderr;
        assert!(log.contains("InvalidSignatureException"), "{log}");
        for text in [signature, secret] {
            assert!(!log.contains(text), "{text} is in {log}");
        }
    }
}
