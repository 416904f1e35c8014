//! What it costs to keep, bring back, forget, take out and write the state.

use std::time::Duration;

use eks_emulator::{EksEmulator, Limits};

use crate::client::{Connection, send_all};
use crate::machine::Threads;
use crate::report::Report;
use crate::request;
use crate::server::{Server, compare, turn};

/// What 10,000 resources are: associations in some clusters, and clusters
/// alone.
const SHAPES: [(&str, usize, usize); 2] = [
    ("10,000 associations in 100 clusters", 100, 100),
    ("10,000 clusters", 10_000, 0),
];
/// How often each is measured; the best counts.
const ROUNDS: usize = 5;
/// The associations of the clusters that are written to while changes go to a
/// file.
const FEW: usize = 10;
const MANY: usize = 5_000;
/// Requests of a round, for both measures together.
const REQUESTS: usize = 400;

pub(crate) fn measure(report: &mut Report) {
    for (what, clusters, associations) in SHAPES {
        measure_whole(report, what, clusters, associations);
    }
    measure_persist(report);
}

/// Measures the processor time of the thread that asks for each of them.
fn measure_whole(report: &mut Report, what: &str, clusters: usize, associations: usize) {
    let limits = Limits {
        clusters,
        ..Limits::default()
    };
    let (emulator, server) = Threads::started_by(|| {
        let builder = EksEmulator::builder().limits(limits);
        builder.start_blocking().expect("an emulator starts")
    });
    let mut connections: Vec<_> = (0..8)
        .map(|_| Connection::open(emulator.address()))
        .collect();
    let mut best = [f64::INFINITY; 5];
    for _ in 0..ROUNDS {
        fill(&mut connections, clusters, associations);
        let this = Threads::this_one();
        let mut kept = None;
        let snapshot = time(&this, || kept = Some(emulator.snapshot()));
        let kept = kept.expect("it has just been taken");
        let restore = time(&this, || emulator.restore(&kept));
        touch(&mut connections, clusters);
        let restore_after_writes = time(&this, || emulator.restore(&kept));
        let export = time(&server, || {
            connections[0].ask(&request::get("/_emulator/v1/state"));
        });
        drop(kept);
        let reset = time(&this, || emulator.reset());
        let measured = [snapshot, restore, restore_after_writes, export, reset];
        for (best, measured) in best.iter_mut().zip(measured) {
            *best = best.min(measured);
        }
    }
    let [snapshot, restore, restore_after_writes, export, reset] = best;
    report.section(&format!("The state as a whole, {what}"));
    let mut line = |what: &str, measured, target| match associations {
        // More clusters than any quota allows: good to know.
        0 => report.plain_amount(what, measured, "ms"),
        _ => report.amount(what, measured, "ms", target),
    };
    line("snapshot", snapshot, 1.0);
    line("restore", restore, 1.0);
    line(
        "restore after a write to every cluster",
        restore_after_writes,
        5.0,
    );
    line("reset", reset, 5.0);
    report.plain_amount("export as a document, over HTTP", export, "ms");
}

fn fill(connections: &mut [Connection], clusters: usize, associations: usize) {
    let names: Vec<String> = (0..clusters)
        .map(|number| format!("cluster-{number}"))
        .collect();
    let create: Vec<_> = names
        .iter()
        .map(|name| request::create_cluster(name))
        .collect();
    send_all(connections, &create);
    for name in &names {
        let create = |number| request::create_association(name, number);
        let requests: Vec<_> = (0..associations).map(create).collect();
        send_all(connections, &requests);
    }
}

/// Changes something of every cluster.
fn touch(connections: &mut [Connection], clusters: usize) {
    let names = (0..clusters).map(|number| format!("cluster-{number}"));
    let requests: Vec<_> = names
        .map(|name| request::create_association(&name, 1_000_000))
        .collect();
    send_all(connections, &requests);
}

/// The milliseconds of processor time that something takes.
fn time(threads: &Threads, act: impl FnOnce()) -> f64 {
    let start = threads.processor_time();
    act();
    let duration: Duration = threads.processor_time() - start;
    duration.as_secs_f64() * 1_000.0
}

/// Measures a write that goes to a file before it is answered.
fn measure_persist(report: &mut Report) {
    let file = |name: &str| {
        let name = format!("state-{}-{name}.json", std::process::id());
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
    };
    let files = [file("few"), file("many")];
    let mut without = Server::emulator(1);
    let mut few = Server::persisting(&files[0]);
    let mut many = Server::persisting(&files[1]);
    for (server, associations) in [(&mut without, FEW), (&mut few, FEW), (&mut many, MANY)] {
        server.fill(1, associations);
    }
    let writes = |round: usize| -> Vec<_> {
        let first = MANY + round * REQUESTS;
        (first..first + REQUESTS)
            .map(|number| request::create_association("cluster-0", number))
            .collect()
    };
    // The ones with few get a new cluster for every round.
    let anew = || {
        let mut requests = vec![
            request::delete("/clusters/cluster-0"),
            request::create_cluster("cluster-0"),
        ];
        requests.extend((0..FEW).map(|number| request::create_association("cluster-0", number)));
        requests
    };
    let reads = |_| vec![request::describe_cluster("cluster-0"); REQUESTS];
    let [of_without, of_few, of_many] = compare([
        turn(&mut without, anew(), writes),
        turn(&mut few, anew(), writes),
        turn(&mut many, Vec::new(), writes),
    ]);
    report.section("CreatePodIdentityAssociation with a state file, processor time");
    report.plain_ratio(
        "beside 10 associations / without a file",
        of_few.processor,
        of_without.processor,
    );
    report.ratio(
        "beside 5,000 associations / beside 10",
        of_many.processor,
        of_few.processor,
        1.5,
    );
    let [of_without, of_many] = compare([
        turn(&mut without, Vec::new(), reads),
        turn(&mut many, Vec::new(), reads),
    ]);
    report.plain_ratio(
        "DescribeCluster with a file / without one",
        of_many.processor,
        of_without.processor,
    );
    drop((few, many));
    for file in files {
        // It is in a folder for such things.
        let _ = std::fs::remove_file(file);
    }
}
