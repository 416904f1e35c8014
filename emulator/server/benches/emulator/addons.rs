//! What add-ons cost with the objects that they put on a cluster.

use crate::bare::Prepared;
use crate::process::Program;
use crate::report::Report;
use crate::request;
use crate::server::{Server, compare, turn};
use crate::{machine, process};

/// Clusters that an add-on is created on in a round.
const CLUSTERS: usize = 400;
/// What memory is measured with: Deployments, DaemonSets, and both.
const ADDONS: [&str; 5] = [
    "aws-ebs-csi-driver",
    "coredns",
    "eks-pod-identity-agent",
    "kube-proxy",
    "vpc-cni",
];
const KIBIBYTE: f64 = 1024.0;

/// Measures the creation of an add-on with a Deployment, a DaemonSet and two
/// service accounts, and what its objects take.
pub(crate) fn measure(report: &mut Report) {
    measure_create(report);
    measure_memory(report);
}

fn measure_create(report: &mut Report) {
    let mut server = Server::emulator(1);
    for number in 0..CLUSTERS {
        server.ask(&request::create_cluster(&format!("cluster-{number}")));
    }
    let example = server.ask(&create("cluster-0"));
    let mut bare = Server::bare(Prepared::like(&example));
    let requests = |_| -> Vec<_> {
        (0..CLUSTERS)
            .map(|number| create(&format!("cluster-{number}")))
            .collect()
    };
    let pods = |_| -> Vec<_> {
        (0..CLUSTERS)
            .map(|number| {
                request::get(&format!(
                    "/_emulator/v1/clusters/cluster-{number}/pods?owner=addon/aws-ebs-csi-driver"
                ))
            })
            .collect()
    };
    let associations = |_| -> Vec<_> {
        (0..CLUSTERS)
            .map(|number| request::create_association(&format!("cluster-{number}"), number))
            .collect()
    };
    let (mut looking, mut associating) = (server.again(), server.again());
    let [of_bare, created, looked_at, associated] = compare([
        turn(&mut bare, Vec::new(), requests),
        turn(&mut server, anew(), requests),
        turn(&mut looking, Vec::new(), pods),
        turn(&mut associating, Vec::new(), associations),
    ]);
    report.section("CreateAddon of aws-ebs-csi-driver, with its objects");
    report.ratio(
        "processor time / that of a write without objects",
        created.processor,
        associated.processor,
        3.0,
    );
    report.plain_ratio(
        "processor time / bare server's",
        created.processor,
        of_bare.processor,
    );
    report.plain_ratio(
        "p50 latency / bare server's",
        created.latency,
        of_bare.latency,
    );
    report.duration(
        "its four pods, looked at: processor time",
        looked_at.processor,
    );
}

/// New clusters in place of the old ones.
fn anew() -> Vec<Vec<u8>> {
    let clusters = (0..CLUSTERS).map(|number| format!("cluster-{number}"));
    clusters
        .flat_map(|cluster| {
            [
                request::delete(&format!("/clusters/{cluster}")),
                request::create_cluster(&cluster),
                // What EKS puts on a cluster comes with its first use.
                request::get(&format!("/clusters/{cluster}/addons")),
            ]
        })
        .collect()
}

fn create(cluster: &str) -> Vec<u8> {
    request::create_addon_named(cluster, "aws-ebs-csi-driver")
}

fn measure_memory(report: &mut Report) {
    let program: Program = process::emulator(process::Log::Nowhere);
    let process_id = program.id();
    let resident = || machine::resident(process_id) as f64;
    let mut server = Server::of_process(process_id, program.address);
    let clusters: Vec<String> = (0..100).map(|number| format!("cluster-{number}")).collect();
    for cluster in &clusters {
        server.ask(&request::create_cluster(cluster));
    }
    let before = resident();
    for cluster in &clusters {
        for addon in ADDONS {
            server.ask(&request::create_addon_named(cluster, addon));
        }
    }
    let installed = (clusters.len() * ADDONS.len()) as f64;
    report.section("Memory for an installed add-on");
    let each = (resident() - before) / installed / KIBIBYTE;
    report.amount("growth with each of 500 add-ons", each, "KiB", 30.0);
    for cluster in &clusters {
        server.ask(&request::get(&format!(
            "/_emulator/v1/clusters/{cluster}/pods"
        )));
    }
    let each = (resident() - before) / installed / KIBIBYTE;
    report.amount("the same after all pods were looked at", each, "KiB", 30.0);
}
