//! What the emulator costs, beside a bare axum server in the same run:
//! `cargo bench -p eks-emulator`.

mod addons;
mod advance;
mod bare;
mod client;
mod concurrency;
mod credentials;
mod in_process;
mod journal;
mod machine;
mod pages;
mod process;
mod report;
mod request;
mod requests_alone;
mod server;
mod state;

use report::Report;

type Measure = fn(&mut Report);

/// The parts of the report, by the names that select them:
/// `cargo bench -p eks-emulator -- pages`.
const PARTS: [(&str, Measure); 10] = [
    ("process", process::measure),
    ("in_process", in_process::measure),
    ("requests", requests_alone::measure),
    ("addons", addons::measure),
    ("advance", advance::measure),
    ("state", state::measure),
    ("credentials", credentials::measure),
    ("journal", journal::measure),
    ("pages", pages::measure),
    ("concurrency", concurrency::measure),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_given = |argument: &str| arguments.iter().any(|given| given == argument);
    if is_given(process::BARE) {
        bare::run_as_process();
    } else if is_given("--bench") {
        measure(
            arguments
                .iter()
                .find(|argument| !argument.starts_with("--")),
        );
    }
    // `cargo test --all-targets` runs benches, too; nobody wants to wait.
}

fn measure(only: Option<&String>) {
    let mut report = Report::default();
    report.section(&machine::description());
    for (name, measure) in PARTS {
        if only.is_none_or(|only| only == name) {
            measure(&mut report);
        }
    }
    report.end();
}
