//! What an emulator costs inside a test: its start, two hundred at once, and
//! calls without a socket.

use std::time::{Duration, Instant};

use axum::body::Body;
use eks_emulator::EksEmulator;
use http::Request;
use http_body_util::BodyExt;
use tower::Service;

use crate::client::{Connection, time_each};
use crate::report::Report;
use crate::request;
use crate::server::median;

/// How often an emulator is started alone.
const STARTS: usize = 201;
/// Emulators that live at the same time.
const TOGETHER: usize = 200;
/// Calls of each way to call.
const CALLS: usize = 20_000;

pub(crate) fn measure(report: &mut Report) {
    measure_starts(report);
    measure_many(report);
    measure_calls(report);
}

fn measure_starts(report: &mut Report) {
    report.section("An emulator in this process");
    let started = median((0..STARTS).map(|_| time_to_start(true)).collect());
    report.amount("its start, median", milliseconds(started), "ms", 1.0);
    let started = median((0..STARTS).map(|_| time_to_start(false)).collect());
    let what = "its start without a listener, median";
    report.amount(what, milliseconds(started), "ms", 1.0);
    let first_answer = median((0..STARTS).map(|_| time_to_first_answer()).collect());
    let what = "from its start to its first answer, median";
    report.duration(what, first_answer);
}

fn time_to_start(listens: bool) -> Duration {
    let begin = Instant::now();
    let emulator = start(listens);
    let duration = begin.elapsed();
    drop(emulator);
    duration
}

fn time_to_first_answer() -> Duration {
    let begin = Instant::now();
    let emulator = start(true);
    let answer = Connection::open(emulator.address()).ask(&request::get("/clusters"));
    let duration = begin.elapsed();
    assert_eq!(answer.status, 200);
    duration
}

fn start(listens: bool) -> EksEmulator {
    let builder = EksEmulator::builder();
    let builder = if listens {
        builder
    } else {
        builder.without_listener()
    };
    builder.start_blocking().expect("an emulator starts")
}

/// Every emulator is asked while all the others are there.
fn measure_many(report: &mut Report) {
    let begin = Instant::now();
    let starting = || std::thread::spawn(|| start(true));
    let starting: Vec<_> = (0..TOGETHER).map(|_| starting()).collect();
    let emulators: Vec<EksEmulator> = starting
        .into_iter()
        .map(|one| one.join().expect("an emulator starts"))
        .collect();
    for emulator in &emulators {
        let mut connection = Connection::open(emulator.address());
        let answer = connection.ask(&request::create_cluster("cluster-0"));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let seconds = begin.elapsed().as_secs_f64();
    let what = "200 at once, each asked to make a cluster";
    report.amount(what, seconds, "s", 5.0);
}

fn measure_calls(report: &mut Report) {
    let emulator = start(true);
    let mut connection = Connection::open(emulator.address());
    connection.ask(&request::create_cluster("cluster-0"));
    let requests = vec![request::describe_cluster("cluster-0"); CALLS];
    let over_tcp = median(time_each(&mut connection, &requests));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let in_process = runtime
        .expect("the system has room for a runtime")
        .block_on(time_in_process(&emulator));
    let what = "DescribeCluster, service() / one connection, median";
    report.ratio(what, median(in_process), over_tcp, 1.0 / 1.5);
}

async fn time_in_process(emulator: &EksEmulator) -> Vec<Duration> {
    let mut service = emulator.service();
    let mut durations = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begin = Instant::now();
        let request = Request::get("http://eks-emulator.invalid/clusters/cluster-0");
        let request = request.body(Body::empty()).expect("it is a request");
        let answer = service.call(request).await.expect("the emulator runs");
        assert_eq!(answer.status(), 200);
        let body = answer.into_body().collect().await;
        assert!(!body.expect("it is in memory").to_bytes().is_empty());
        durations.push(begin.elapsed());
    }
    durations
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
