//! What it costs to exchange a token for credentials.

use std::hint::black_box;
use std::time::{Duration, Instant};

use eks_emulator_core::credentials::issuer::{Claims, IssuerKey};

use crate::bare::Prepared;
use crate::report::Report;
use crate::request;
use crate::server::{Server, compare, median, turn};

/// Requests of a round, for both measures together.
const REQUESTS: usize = 8_000;
/// Exchanges of a round: each checks a signature.
const EXCHANGES: usize = 1_000;
/// Signatures that are checked to know what one costs.
const SIGNATURES: usize = 500;

/// Measures the agent's cached answer and EKS Auth.
pub(crate) fn measure(report: &mut Report) {
    let mut server = Server::emulator(1);
    server.fill(1, 0);
    server.ask(&request::create_addon_named(
        "cluster-0",
        "eks-pod-identity-agent",
    ));
    server.ask(&request::create_association("cluster-0", 0));
    server.ask(&request::put_service_account("cluster-0", 0));
    let token = token(&mut server);
    measure_agent(report, &mut server, &token);
    measure_exchange(report, &mut server, &token);
}

fn token(server: &mut Server) -> String {
    let answer = server.ask(&request::token("cluster-0", 0));
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).expect("it is JSON");
    answer["token"]
        .as_str()
        .expect("it says the token")
        .to_owned()
}

fn measure_agent(report: &mut Report, server: &mut Server, token: &str) {
    let request = request::agent(token);
    let mut bare = Server::bare(Prepared::like(&server.ask(&request)));
    let same = |_| vec![request.clone(); REQUESTS];
    let [of_bare, cached] = compare([
        turn(&mut bare, Vec::new(), same),
        turn(server, Vec::new(), same),
    ]);
    report.section("The agent's endpoint, cached");
    report.ratio(
        "processor time / bare server's",
        cached.processor,
        of_bare.processor,
        2.0,
    );
    report.plain_ratio(
        "p50 latency / bare server's",
        cached.latency,
        of_bare.latency,
    );
}

fn measure_exchange(report: &mut Report, server: &mut Server, token: &str) {
    let request = request::assume_role_for_pod_identity("cluster-0", token);
    let [exchange] = compare([turn(server, Vec::new(), |_| {
        vec![request.clone(); EXCHANGES]
    })]);
    report.section("AssumeRoleForPodIdentity");
    let what = "processor time / one signature checked";
    // Less than two: only one is checked.
    report.ratio(what, exchange.processor, signature_checked(token), 2.0);
}

/// What it costs to check a token's signature against a key of the same size.
fn signature_checked(token: &str) -> Duration {
    let key = IssuerKey::new([1; 32]);
    let one = |_| {
        let begin = Instant::now();
        black_box(Claims::is_signed_with(black_box(token), &key));
        begin.elapsed()
    };
    median((0..SIGNATURES).map(one).collect())
}
