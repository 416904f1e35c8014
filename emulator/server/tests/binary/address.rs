//! Where the program listens, and how it says so.

use std::net::TcpListener;

use serde_json::json;

use crate::connection::assert_alive;
use crate::program::{Program, new_path, refusal, run};

#[test]
fn one_line_on_stdout_says_where_it_answers() {
    let program = Program::start(&[]);
    assert_ne!(program.address.port(), 0);
    assert_alive(program.address);
    let ended = program.stop();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains("\nReady.\n"), "{}", ended.stderr);
}

#[test]
fn two_programs_take_a_free_port_each() {
    let (one, other) = (Program::start(&[]), Program::start(&[]));
    assert_ne!(one.address, other.address);
    assert_alive(one.address);
    assert_alive(other.address);
}

#[test]
fn it_listens_on_every_address_that_is_named() {
    // Below the ports that systems hand out, and different for each run.
    let port = 20_000 + std::process::id() % 10_000;
    let second = format!("127.0.0.1:{port}");
    let program = Program::start(&["--listen", "127.0.0.1:0", "--listen", &second]);
    assert_ne!(u32::from(program.address.port()), port);
    assert_alive(program.address);
    assert_alive(second.parse().unwrap());
    program.stop_unharmed();
}

#[test]
fn serving_is_the_default_command() {
    let program = Program::start_by_default(&[], &[]);
    assert_alive(program.address);
    program.stop_unharmed();
}

#[test]
fn a_port_in_use_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_eq!(
        refusal(&[], &["serve", "--listen", &address], 1),
        format!(
            "error: {address} is in use; stop the other program or listen elsewhere (port 0 takes any free port)"
        )
    );
}

#[test]
fn the_endpoint_file_says_where_it_answers_and_goes_with_it() {
    let path = new_path("endpoint");
    let program = Program::start(&["--endpoint-file", path.to_str().unwrap()]);
    let text = std::fs::read_to_string(&path).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        file,
        json!({
            "endpoint": program.endpoint,
            "port": program.address.port(),
            "pid": program.id(),
            "version": "0.1.0",
        })
    );
    program.stop_unharmed();
    assert!(!path.exists());
}

#[test]
fn every_address_is_shown_as_one_that_can_be_called() {
    for (listen, host) in [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "[::1]")] {
        let path = new_path("endpoint");
        let path = path.to_str().unwrap();
        let program = Program::start(&["--listen", listen, "--endpoint-file", path]);
        let endpoint = format!("http://{host}:{}", program.address.port());
        assert_eq!(program.endpoint, endpoint);
        assert_alive(program.address);
        let text = std::fs::read_to_string(path).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(file["endpoint"], endpoint);
        let shown = run(&[], &["env", "--endpoint-file", path]);
        let shown = String::from_utf8(shown.stdout).unwrap();
        let line = format!("export AWS_ENDPOINT_URL_EKS='{endpoint}'\n");
        assert!(shown.contains(&line), "{shown}");
        program.stop_unharmed();
    }
}

#[test]
fn an_endpoint_file_that_cannot_be_written_is_one_line_and_exit_code_1() {
    let path = new_path("missing").join("endpoint");
    let path = path.to_str().unwrap();
    let arguments = ["serve", "--listen=127.0.0.1:0", "--endpoint-file", path];
    let line = refusal(&[], &arguments, 1);
    assert_eq!(
        line,
        format!(
            "error: --endpoint-file: cannot write {path}: No such file or directory (os error 2)"
        )
    );
}
