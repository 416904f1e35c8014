//! What the journal and fault rules cost a request.

use crate::report::Report;
use crate::request;
use crate::server::{Server, compare, turn};

/// Calls that the journal keeps: as many as by default.
const CAPACITY: usize = 10_000;
/// Requests of a round, for both measures together.
const REQUESTS: usize = 8_000;
/// A rule that is for other calls.
const RULE: &str = r#"{"match":{"operation":"DeleteCluster"},"effect":{"delay":{"fixed":"1ms"}}}"#;

/// Measures a read and a refusal, with and without a journal.
pub(crate) fn measure(report: &mut Report) {
    let mut without = Server::with_journal(0);
    let mut with = Server::with_journal(CAPACITY);
    let mut with_rule = Server::with_journal(CAPACITY);
    for server in [&mut without, &mut with, &mut with_rule] {
        server.fill(1, 0);
    }
    with_rule.ask(&request::put("/_emulator/v1/faults/rare", RULE));
    let read = |_| vec![request::describe_cluster("cluster-0"); REQUESTS];
    let [of_without, of_with, of_rule] = compare([
        turn(&mut without, Vec::new(), read),
        turn(&mut with, Vec::new(), read),
        turn(&mut with_rule, Vec::new(), read),
    ]);
    report.section("DescribeCluster with a journal that is full");
    report.ratio(
        "processor time / without a journal",
        of_with.processor,
        of_without.processor,
        1.1,
    );
    report.plain_ratio(
        "with a rule for other calls / without one",
        of_rule.processor,
        of_with.processor,
    );
}
