//! The program with the feature: where it is told of a collector.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::collector::Collector;

const VARIABLE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Serves, calls once, stops, and gives the names of the spans.
fn names_of_spans(collector: &Collector, mut command: Command) -> Vec<String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut ready).unwrap();
    let address = ready
        .trim_end()
        .strip_prefix("eks-emulator ready http://")
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = "GET /clusters HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    collector
        .spans()
        .into_iter()
        .map(|span| span.name)
        .collect()
}

#[test]
fn flag_and_variable_name_the_collector_and_nothing_is_lost_at_the_end() {
    let serve = ["serve", "--listen=127.0.0.1:0"];
    let collector = Collector::start();
    let mut by_variable = command(&serve);
    by_variable.env(VARIABLE, collector.endpoint());
    assert_eq!(names_of_spans(&collector, by_variable), ["ListClusters"]);
    let mut by_flag = command(&serve);
    by_flag.env(VARIABLE, "http://127.0.0.1:1");
    by_flag.arg(format!("--otlp-endpoint={}/", collector.endpoint()));
    assert_eq!(names_of_spans(&collector, by_flag), ["ListClusters"]);
    let mut by_none = command(&serve);
    by_none.env(VARIABLE, "");
    assert_eq!(names_of_spans(&collector, by_none), [""; 0]);
}

#[test]
fn what_is_no_collector_is_one_line() {
    for (endpoint, line) in [
        (
            "nowhere",
            "error: --otlp-endpoint: \"nowhere\" is not a URL, as in http://127.0.0.1:4318\n",
        ),
        (
            "https://collector.example.com",
            "error: --otlp-endpoint: only http is spoken; use a collector on this machine\n",
        ),
    ] {
        let output = command(&["serve", "--otlp-endpoint", endpoint])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), line);
    }
}
