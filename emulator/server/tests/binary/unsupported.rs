//! An operation that the emulator does not have: what the caller is told, what
//! the journal keeps, and what becomes of the run.

use serde_json::{Value, json};

use crate::program::run;

/// Calls it, then asks for the journal: two documents.
fn script() -> String {
    format!(
        r#"set -e
        host=${{EKS_EMULATOR_ENDPOINT#http://}}
        exec 3<>"/dev/tcp/${{host%:*}}/${{host#*:}}"
        printf 'GET /clusters/one/node-groups HTTP/1.0\r\n\r\n' >&3
        cat <&3
        printf '\r\n\r\n'
        {} requests list --json"#,
        env!("CARGO_BIN_EXE_eks-emulator")
    )
}

#[test]
fn an_operation_that_is_not_supported_is_told_by_name_kept_and_fails_a_strict_run() {
    let output = run(&[], &["exec", "--strict", "--", "bash", "-c", &script()]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let parts: Vec<&str> = stdout.split("\r\n\r\n").collect();
    let [head, body, journal] = parts[..] else {
        panic!("{stdout}")
    };
    assert!(head.starts_with("HTTP/1.0 501 "), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(
        head.contains("x-amzn-errortype: NotImplementedException"),
        "{head}"
    );
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        json!({ "message": "The emulator does not have ListNodegroups yet." })
    );
    let journal: Value = serde_json::from_str(journal).unwrap();
    let calls = journal["requests"].as_array().unwrap();
    assert_eq!(calls.len(), 1, "{journal}");
    for (member, value) in [
        ("operation", json!("ListNodegroups")),
        ("status", json!(501)),
        ("errorCode", json!("NotImplementedException")),
        ("cluster", json!("one")),
    ] {
        assert_eq!(calls[0][member], value);
    }
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: the command called operations that are not supported: ListNodegroups\n"
    );
}
