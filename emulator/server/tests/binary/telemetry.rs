//! A program that cannot export traces.

use crate::program::{Program, new_path, refusal};

const LINE: &str =
    "error: --otlp-endpoint: this program cannot export traces; build it with --features otel";

#[test]
fn whoever_asks_for_traces_is_told_how_to_get_them() {
    let flag = "--otlp-endpoint=http://127.0.0.1:4318";
    assert_eq!(refusal(&[], &["serve", flag], 2), LINE);
    assert_eq!(refusal(&[], &["exec", flag, "--", "true"], 2), LINE);
    let file = new_path("traces.yaml");
    std::fs::write(&file, "otlpEndpoint: http://127.0.0.1:4318\n").unwrap();
    let flags = ["serve", "--config", file.to_str().unwrap()];
    assert_eq!(refusal(&[], &flags, 2), LINE);
}

/// The variable is a standard that other tools have.
#[test]
fn the_variable_of_other_tools_is_ignored() {
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")];
    Program::start_in(&environment, &[]).stop_unharmed();
}
