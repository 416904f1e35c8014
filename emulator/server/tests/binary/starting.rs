//! What the program answers before it is ready.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::json;

use crate::connection::{Connection, call, request};
use crate::program::{command, new_path};

/// A program that waits for the rest of its seed.
struct Starting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Starting {
    fn with(flags: &[&str]) -> Self {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--seed-file", "-"];
        arguments.extend(flags);
        let mut child = command(&[], &arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim_end().split_once("address=").expect(&line).1;
        Self {
            address: address.parse().expect(&line),
            child,
            stderr,
        }
    }

    fn end_seed(&mut self, text: &str) {
        let mut stdin = self.child.stdin.take().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }

    /// Sends a request that has no answer yet.
    fn ask(&self, path: &str) -> Connection {
        let mut connection = Connection::open(self.address);
        connection.send(request("GET", path, &[], ""));
        connection
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(killed.unwrap().success());
    }

    /// The exit code, and what it wrote to stdout and stderr.
    fn wait(mut self) -> (Option<i32>, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stderr.read_to_string(&mut stderr).unwrap();
        let output = self.child.stdout.as_mut().unwrap();
        output.read_to_string(&mut stdout).unwrap();
        (self.child.wait().unwrap().code(), stdout, stderr)
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn while_seeds_are_awaited_it_is_alive_but_not_ready_and_calls_wait() {
    let mut starting = Starting::with(&[]);
    let early = [
        starting.ask("/clusters"),
        starting.ask("/_emulator/v1/clock"),
    ];
    let ask = |path: &str| call(starting.address, "GET", path, "");
    assert_eq!(ask("/_emulator/health").status, 200);
    let ready = ask("/_emulator/ready");
    assert_eq!(ready.status, 503);
    assert_eq!(
        ready.json(),
        json!({ "ready": false, "reason": "The seeds are being applied." })
    );
    let services = &ask("/_localstack/health").json()["services"];
    assert_eq!(services["eks"], "starting");
    assert_eq!(ask("/_emulator/metrics").status, 200);

    starting.end_seed(
        "schema: 1\nclock: {mode: paused, now: \"2026-01-01T00:00:00Z\"}\nclusters: [{name: demo}]\n",
    );
    let [mut clusters, mut clock] = early;
    assert_eq!(clusters.answer().json()["clusters"], json!(["demo"]));
    assert_eq!(clock.answer().json()["now"], "2026-01-01T00:00:00.000Z");
    let ask = |path: &str| call(starting.address, "GET", path, "");
    let ready = ask("/_emulator/ready");
    assert_eq!(
        (ready.status, ready.json()),
        (200, json!({ "ready": true }))
    );
    let services = &ask("/_localstack/health").json()["services"];
    assert_eq!(services["eks"], "running");
    let stop = call(starting.address, "POST", "/_emulator/v1/shutdown", "");
    assert_eq!(stop.status, 202);
    let address = starting.address;
    let (code, stdout, _) = starting.wait();
    assert_eq!(code, Some(0));
    assert_eq!(stdout, format!("eks-emulator ready http://{address}\n"));
}

#[test]
fn a_seed_that_fails_ends_the_program_before_anything_is_answered() {
    let state = new_path("state.json");
    let flags = ["--state-file", state.to_str().unwrap()];
    let mut starting = Starting::with(&flags);
    let mut early = starting.ask("/clusters");
    let mut begun = Connection::open(starting.address);
    begun.send("GET /clusters HTT");
    starting.end_seed("schema: 1\nclusters: [{name: demo}, {name: other, role: []}]\n");
    // Nothing, if the program was gone before it had read the request.
    let answered = String::from_utf8(early.rest()).unwrap();
    assert!(
        answered.is_empty() || answered.starts_with("HTTP/1.1 503 "),
        "{answered}"
    );
    let (code, stdout, stderr) = starting.wait();
    assert_eq!(code, Some(2));
    assert_eq!(stdout, "");
    assert_eq!(
        stderr,
        "<stdin>:2:40: /clusters/1/role: there is no member role\n"
    );
    assert!(!state.exists(), "a state was written that never was");
}

#[test]
fn a_signal_ends_a_program_that_still_waits_for_its_seed() {
    let starting = Starting::with(&[]);
    let _early = starting.ask("/clusters");
    starting.terminate();
    let (code, stdout, _) = starting.wait();
    assert_eq!((code, &*stdout), (Some(0), ""));
}

/// A call that has waited for the seed is answered before the program says that
/// it is ready.
#[test]
fn what_was_answered_is_kept_when_a_signal_comes_at_once() {
    for _ in 0..20 {
        let file = new_path("answered_early");
        let mut starting = Starting::with(&["--state-file", file.to_str().unwrap()]);
        let mut early = starting.ask("/clusters");
        starting.end_seed("schema: 1\nclusters: [{name: demo}]\n");
        assert_eq!(early.answer().json()["clusters"], json!(["demo"]));
        starting.terminate();
        assert_eq!(starting.wait().0, Some(0));
        let state = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(state.contains("\"demo\""), "{state}");
    }
}
