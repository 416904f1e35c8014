//! Whether reads of one cluster wait for writes to another.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::{self, Connection};
use crate::report::Report;
use crate::request;
use crate::server::{Server, median};

/// How long each of the compared cases is measured, once a round.
const PERIOD: Duration = Duration::from_millis(300);
const ROUNDS: usize = 7;
/// Between two reads, so that they fall on any part of a write alike.
const PAUSE: Duration = Duration::from_micros(500);
/// Long writes of which the duration is measured.
const WRITES: usize = 20;

/// Measures `DescribeCluster` of one cluster beside another client that makes
/// writes which hold their cluster's lock for long.
///
/// Beside writes to its own cluster reads have to wait: that case shows what
/// waiting would look like.
pub(crate) fn measure(report: &mut Report) {
    let mut server = Server::emulator(2);
    server.fill(2, 0);
    let address = server.address;
    let mut latencies: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        latencies[0].push(read(address));
        latencies[1].push(read_beside_writes(address, "cluster-1"));
        latencies[2].push(read_beside_writes(address, "cluster-0"));
    }
    let [alone, beside_others, beside_own] = latencies.map(median);
    let write = vec![request::update_addon_at_length("cluster-1"); WRITES];
    let write = median(client::time_each(&mut Connection::open(address), &write));
    report.section("DescribeCluster on two threads, p90 latency");
    report.duration("alone", alone);
    let what = "beside long writes to another cluster / a write's duration";
    report.ratio(what, beside_others, write, 0.1);
    let what = "beside long writes to the same cluster / a write's duration";
    report.plain_ratio(what, beside_own, write);
}

/// One in ten of the reads takes longer.
fn read(address: SocketAddr) -> Duration {
    let mut connection = Connection::open(address);
    let request = [request::describe_cluster("cluster-0")];
    let mut latencies = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < PERIOD {
        latencies.append(&mut client::time_each(&mut connection, &request));
        std::thread::sleep(PAUSE);
    }
    latencies.sort_unstable();
    latencies[latencies.len() * 9 / 10]
}

fn read_beside_writes(address: SocketAddr, cluster: &str) -> Duration {
    let write = request::update_addon_at_length(cluster);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut connection = Connection::open(address);
            while !done.load(Ordering::Relaxed) {
                connection.send(&write);
                connection.skip_answer();
            }
        });
        let latency = read(address);
        done.store(true, Ordering::Relaxed);
        latency
    })
}
