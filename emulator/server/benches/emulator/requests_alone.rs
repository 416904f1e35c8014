//! What a request costs, beside the bare server and with much in store.

use crate::bare::Prepared;
use crate::report::Report;
use crate::request;
use crate::server::{Cost, Server, compare, turn};

/// Clusters of the full emulator.
const CLUSTERS: usize = 100;
/// Associations in each of them.
const ASSOCIATIONS: usize = 1_000;
/// Requests of a round, for both measures together.
const REQUESTS: usize = 8_000;

/// Measures the operations that clients call most.
pub(crate) fn measure(report: &mut Report) {
    let mut small = Server::emulator(1);
    small.fill(1, 0);
    let mut full = Server::emulator(1);
    full.fill(CLUSTERS, ASSOCIATIONS);
    measure_read(report, &mut small, &mut full, "DescribeAddon", &|cluster| {
        request::describe_addon(&format!("cluster-{cluster}"))
    });
    measure_read(
        report,
        &mut small,
        &mut full,
        "DescribeCluster",
        &|cluster| request::describe_cluster(&format!("cluster-{cluster}")),
    );
    measure_create(report, &mut small, &mut full);
}

fn measure_read(
    report: &mut Report,
    small: &mut Server,
    full: &mut Server,
    operation: &str,
    request: &dyn Fn(usize) -> Vec<u8>,
) {
    let mut bare = Server::bare(Prepared::like(&small.ask(&request(0))));
    let same = |_| vec![request(0); REQUESTS];
    let spread = |_| {
        (0..REQUESTS)
            .map(|number| request(number % CLUSTERS))
            .collect()
    };
    let costs = compare([
        turn(&mut bare, Vec::new(), same),
        turn(small, Vec::new(), same),
        turn(full, Vec::new(), spread),
    ]);
    print(report, operation, costs);
}

/// Every round has a new `cluster-0`; beside it, the full emulator is asked to
/// spread the same over its other clusters.
fn measure_create(report: &mut Report, small: &mut Server, full: &mut Server) {
    let example = small.ask(&request::create_association("cluster-0", 1_000_000));
    let mut bare = Server::bare(Prepared::like(&example));
    let forget = || vec![request::delete("/clusters/cluster-0")];
    let anew = || {
        let mut requests = forget();
        requests.push(request::create_cluster("cluster-0"));
        requests
    };
    let numbers = |round: usize| (round + 1) * REQUESTS..(round + 2) * REQUESTS;
    let same = |round| -> Vec<_> {
        let create = |number| request::create_association("cluster-0", number);
        numbers(round).map(create).collect()
    };
    let spread = |round| -> Vec<_> {
        let cluster = |number| format!("cluster-{}", 1 + number % (CLUSTERS - 1));
        let create = |number| request::create_association(&cluster(number), number);
        numbers(round).map(create).collect()
    };
    let mut full_again = full.again();
    let [of_bare, of_small, of_full, of_spread] = compare([
        turn(&mut bare, forget(), same),
        turn(small, anew(), same),
        turn(full, anew(), same),
        turn(&mut full_again, Vec::new(), spread),
    ]);
    print(
        report,
        "CreatePodIdentityAssociation",
        [of_bare, of_small, of_full],
    );
    let what = "the same, spread over the 100,000 / alone";
    report.plain_ratio(what, of_spread.processor, of_small.processor);
}

fn print(report: &mut Report, operation: &str, [bare, small, full]: [Cost; 3]) {
    report.section(operation);
    report.ratio(
        "processor time / bare server's",
        small.processor,
        bare.processor,
        2.0,
    );
    report.ratio(
        "the same among 100,000 / alone",
        full.processor,
        small.processor,
        1.1,
    );
    report.plain_ratio("p50 latency / bare server's", small.latency, bare.latency);
    report.plain_ratio(
        "p50 latency among 100,000 / alone",
        full.latency,
        small.latency,
    );
}
