//! What moving the clock over many transitions costs.

use eks_emulator::lifecycle::Profile;
use eks_emulator::{ClockStart, EksEmulator, Limits, Timestamp};

use crate::client::Connection;
use crate::machine::Threads;
use crate::report::Report;
use crate::request;

/// Clusters, each with one transition at a time.
const CLUSTERS: usize = 10_000;
/// How often each is measured; the best counts.
const ROUNDS: usize = 5;
/// The most milliseconds that 10,000 transitions may take.
const TARGET_MS: f64 = 20.0;

/// Measures the processor time that the ends of 10,000 transitions take,
/// in 10,000 clusters.
pub(crate) fn measure(report: &mut Report) {
    let emulator = EksEmulator::builder()
        .clock(ClockStart::PausedAt(Timestamp::from_milliseconds(0)))
        .lifecycle(Profile::Realistic { time_scale: 1.0 })
        .limits(Limits {
            clusters: CLUSTERS,
            ..Limits::default()
        })
        .start_blocking()
        .expect("an emulator starts");
    let mut connection = Connection::open(emulator.address());
    for number in 0..CLUSTERS {
        let body = format!(
            r#"{{"name":"cluster-{number}","roleArn":"arn:aws:iam::123456789012:role/cluster",
                "resourcesVpcConfig":{{"subnetIds":["subnet-1","subnet-2"]}},
                "bootstrapSelfManagedAddons":false}}"#
        );
        let answer = connection.ask(&request::post("/clusters", &body));
        assert_eq!(answer.status, 200, "{}", answer.head);
    }
    report.section("Moving the clock over 10,000 transitions");
    report.plain_amount(
        "clusters become active, with nodes",
        advance(&emulator),
        "ms",
    );
    let updates = (0..ROUNDS).map(|round| {
        for number in 0..CLUSTERS {
            let path = format!("/clusters/cluster-{number}/update-config");
            let body = format!(r#"{{"deletionProtection":{}}}"#, round % 2 == 0);
            let answer = connection.ask(&request::post(&path, &body));
            assert_eq!(answer.status, 200, "{}", answer.head);
        }
        advance(&emulator)
    });
    let best = updates.fold(f64::INFINITY, f64::min);
    report.amount("updates of clusters end", best, "ms", TARGET_MS);
    report.plain_amount("nothing is pending", advance(&emulator), "ms");
}

/// The milliseconds of processor time until everything is idle.
fn advance(emulator: &EksEmulator) -> f64 {
    let this_one = Threads::this_one();
    let start = this_one.processor_time();
    emulator.advance_until_idle();
    (this_one.processor_time() - start).as_secs_f64() * 1_000.0
}
