//! `agent`: the pod identity agent's endpoint on an address of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use crate::connection::{call, call_with};
use crate::pod_demo::{ask_agent, serve, token};
use crate::program::refusal;

/// An agent that is killed when its test ends.
pub(crate) struct Agent {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Agent {
    fn start(endpoint: &str) -> Self {
        Self::start_with(endpoint, &[])
    }

    pub(crate) fn start_with(endpoint: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_eks-emulator"))
            .args(["agent", "--listen", "127.0.0.1:0", "--endpoint", endpoint])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim_end()
            .strip_prefix("eks-emulator agent ready http://");
        let address = address.unwrap_or_else(|| panic!("no ready line but {line:?}"));
        Self {
            address: address.parse().unwrap(),
            child,
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn credentials_are_the_emulators() {
    let program = serve(&[]);
    let agent = Agent::start(&program.endpoint);
    let token = token(&program, "app", "pods.eks.amazonaws.com");
    let answer = ask_agent(agent.address, &token);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.body, ask_agent(program.address, &token).body);
    let members: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert!(
        members.contains(&"SecretAccessKey".to_owned()),
        "{members:?}"
    );
}

#[test]
fn refusals_are_the_emulators() {
    let program = serve(&[]);
    let agent = Agent::start(&program.endpoint);
    let answer = call(agent.address, "GET", "/v1/credentials", "");
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, "Service account token cannot be empty\n");
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let other = token(&program, "web", "pods.eks.amazonaws.com");
    assert_eq!(ask_agent(agent.address, &other).status, 404);
}

#[test]
fn any_method_is_served_and_no_other_path() {
    let program = serve(&[]);
    let agent = Agent::start(&program.endpoint);
    let token = token(&program, "app", "pods.eks.amazonaws.com");
    let headers = [("authorization", token.as_str())];
    let answer = call_with(agent.address, "POST", "/v1/credentials", &headers, "x");
    assert_eq!(answer.status, 200);
    for target in ["/", "/clusters", "/v1/credentials/", "/_emulator/health"] {
        let answer = call_with(agent.address, "GET", target, &headers, "");
        assert_eq!(answer.status, 404, "{target}");
        assert_eq!(answer.body, "404 page not found\n", "{target}");
        let content_type = answer.header("content-type");
        assert_eq!(content_type, Some("text/plain; charset=utf-8"), "{target}");
    }
}

#[test]
fn an_emulator_that_has_ended_is_told() {
    let program = serve(&[]);
    let endpoint = program.endpoint.clone();
    let agent = Agent::start(&endpoint);
    let token = token(&program, "app", "pods.eks.amazonaws.com");
    program.stop_unharmed();
    let answer = ask_agent(agent.address, &token);
    assert_eq!(answer.status, 500);
    let start = format!("cannot reach the emulator at {endpoint}: ");
    assert!(answer.body.starts_with(&start), "{}", answer.body);
    assert!(!answer.body.contains(&token));
}

#[test]
fn a_signal_stops_it() {
    let program = serve(&[]);
    for signal in ["TERM", "INT"] {
        let mut agent = Agent::start(&program.endpoint);
        let id = agent.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &id])
            .status();
        assert!(sent.unwrap().success());
        assert_eq!(agent.child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn mistakes_are_usage_errors() {
    let line = refusal(&[], &["agent", "--listen", "nowhere"], 2);
    assert_eq!(
        line,
        "error: --listen: nowhere is not HOST:PORT, as in 127.0.0.1:4566"
    );
    let arguments = [
        "agent",
        "--listen",
        "127.0.0.1:0",
        "--endpoint",
        "127.0.0.1",
    ];
    let line = refusal(&[], &arguments, 2);
    assert!(
        line.starts_with("error: 127.0.0.1 is not an endpoint"),
        "{line}"
    );
}
