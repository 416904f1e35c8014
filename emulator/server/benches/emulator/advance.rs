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

/// Clusters with many transitions each, as users have them.
const BUSY_CLUSTERS: usize = 100;

/// Measures the processor time that the ends of 10,000 transitions take,
/// in 10,000 clusters and in a hundred.
pub(crate) fn measure(report: &mut Report) {
    measure_clusters(report);
    measure_addons(report);
}

fn start() -> EksEmulator {
    EksEmulator::builder()
        .clock(ClockStart::PausedAt(Timestamp::from_milliseconds(0)))
        .lifecycle(Profile::Realistic { time_scale: 1.0 })
        .limits(Limits {
            clusters: CLUSTERS,
            ..Limits::default()
        })
        .start_blocking()
        .expect("an emulator starts")
}

fn measure_clusters(report: &mut Report) {
    let emulator = start();
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

/// Every add-on of the catalog changes at once, in each of the clusters.
fn measure_addons(report: &mut Report) {
    let emulator = start();
    let mut connection = Connection::open(emulator.address());
    let clusters: Vec<String> = (0..BUSY_CLUSTERS)
        .map(|number| format!("cluster-{number}"))
        .collect();
    for cluster in &clusters {
        connection.ask(&request::create_cluster(cluster));
    }
    emulator.advance_until_idle();
    let addons = addons(&mut connection, &clusters);
    let count = emulator.pending_transitions().len();
    report.section(&format!(
        "Moving the clock over {count} transitions of add-ons in {BUSY_CLUSTERS} clusters"
    ));
    report.plain_amount("add-ons become active, with pods", advance(&emulator), "ms");
    let updates = (0..ROUNDS).map(|_| {
        for (cluster, addon) in &addons {
            let path = format!("/clusters/{cluster}/addons/{addon}/update");
            let update = request::post(&path, r#"{"resolveConflicts":"OVERWRITE"}"#);
            let answer = connection.ask(&update);
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        assert_eq!(emulator.pending_transitions().len(), addons.len());
        advance(&emulator)
    });
    let best = updates.fold(f64::INFINITY, f64::min);
    let target = TARGET_MS * addons.len() as f64 / CLUSTERS as f64;
    report.amount("updates of add-ons end", best, "ms", target);
}

/// Creates what the catalog has for the clusters; gives the clusters with
/// their add-ons.
fn addons<'a>(connection: &mut Connection, clusters: &'a [String]) -> Vec<(&'a str, String)> {
    let versions = request::get("/addons/supported-versions?kubernetesVersion=1.33");
    let answer = connection.ask(&versions);
    let catalog: serde_json::Value =
        serde_json::from_slice(&answer.body).expect("answers are JSON");
    let names = catalog["addons"].as_array().into_iter().flatten();
    let names: Vec<&str> = names
        .filter_map(|addon| addon["addonName"].as_str())
        .collect();
    let mut created = Vec::new();
    for cluster in clusters {
        for name in &names {
            // Some take each other's place, or need values.
            let answer = connection.ask(&request::create_addon_named(cluster, name));
            if answer.status == 200 {
                created.push((cluster.as_str(), (*name).to_owned()));
            }
        }
    }
    created
}

/// The milliseconds of processor time until everything is idle.
fn advance(emulator: &EksEmulator) -> f64 {
    let this_one = Threads::this_one();
    let start = this_one.processor_time();
    emulator.advance_until_idle();
    (this_one.processor_time() - start).as_secs_f64() * 1_000.0
}
