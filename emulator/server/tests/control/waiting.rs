//! Events, followed and waited for as they happen.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Body;
use eks_emulator::lifecycle::Profile;
use eks_emulator::{ClockStart, EksEmulator, time};
use serde_json::{Value, json};
use tower::Service;

use crate::client::{Demo, FAILURE_GUARD};

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

/// A stream of events, read as they come.
struct Stream {
    reader: BufReader<TcpStream>,
}

/// What a stream says: the value of each field.
#[derive(Debug, Default, PartialEq)]
struct Told {
    id: Option<u64>,
    kind: String,
    data: Value,
}

impl Stream {
    fn open(demo: &Demo, parameters: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(demo.emulator().address()).unwrap();
        stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
        let head = format!(
            "GET /_emulator/v1/events?follow=true{parameters} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut stream = Self {
            reader: BufReader::new(stream),
        };
        let head: Vec<String> =
            std::iter::from_fn(|| stream.line().filter(|line| !line.is_empty())).collect();
        assert_eq!(head[0], "HTTP/1.1 200 OK");
        assert!(
            head.contains(&"content-type: text/event-stream".to_owned()),
            "{head:?}"
        );
        stream
    }

    /// The next line; `None` if there is none any more.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event; `None` if the stream ends. Chunk sizes and comments
    /// are no events.
    fn next(&mut self) -> Option<Told> {
        let mut told = Told::default();
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some(("id", id)) => told.id = Some(id.parse().unwrap()),
                Some(("event", kind)) => told.kind = kind.to_owned(),
                Some(("data", data)) => told.data = serde_json::from_str(data).unwrap(),
                _ if line.is_empty() && !told.kind.is_empty() => return Some(told),
                _ => {}
            }
        }
    }

    #[track_caller]
    fn expect(&mut self, kind: &str) -> Told {
        let told = self.next().unwrap();
        assert_eq!(told.kind, kind, "{told:?}");
        told
    }
}

fn newest(demo: &Demo) -> u64 {
    demo.get("/events")["newest"].as_u64().unwrap()
}

#[test]
fn a_stream_begins_with_what_has_happened() {
    let demo = Demo::start();
    let listed = demo.get("/events")["events"].take();
    let mut stream = Stream::open(&demo, "", "");
    for event in listed.as_array().unwrap() {
        let told = stream.next().unwrap();
        assert_eq!(told.data, *event);
        assert_eq!(told.id, event["id"].as_u64());
        assert_eq!(told.kind, event["type"].as_str().unwrap());
    }
}

#[test]
fn a_follower_is_told_what_happens_later() {
    let demo = Demo::with(REALISTIC);
    let mut stream = Stream::open(&demo, "&since=now&type=addon.statusChanged,clock.*", "");
    demo.create_addon("metrics-server", json!({}));
    assert_eq!(
        stream.expect("addon.statusChanged").data["status"],
        "CREATING"
    );
    demo.ask("POST", "/clock/advance", r#"{"by":"1m"}"#);
    let active = stream.expect("addon.statusChanged").data;
    assert_eq!(active["status"], "ACTIVE");
    assert_eq!(active["from"], "CREATING");
    assert_eq!(active["addonName"], "metrics-server");
    stream.expect("clock.advanced");
}

/// In `instant`, transitions are due at once; nobody has to look.
#[test]
fn time_passes_while_somebody_follows() {
    let demo = Demo::start();
    let mut stream = Stream::open(&demo, "&since=now&type=addon.statusChanged", "");
    demo.create_addon("metrics-server", json!({}));
    assert_eq!(
        stream.expect("addon.statusChanged").data["status"],
        "CREATING"
    );
    assert_eq!(
        stream.expect("addon.statusChanged").data["status"],
        "ACTIVE"
    );
}

/// Ten minutes for a cluster are a fraction of a second at this rate.
#[test]
fn a_scaled_clock_brings_events_to_followers() {
    let start = time::parse("2026-01-01T00:00:00Z").unwrap();
    let emulator = EksEmulator::builder()
        .clock(ClockStart::ScaledFrom(start, 10_000.0))
        .lifecycle(REALISTIC)
        .start_blocking()
        .unwrap();
    let demo = Demo::of(emulator);
    let mut stream = Stream::open(&demo, "&type=cluster.statusChanged", "");
    demo.create_cluster("demo", None);
    assert_eq!(
        stream.expect("cluster.statusChanged").data["status"],
        "CREATING"
    );
    assert_eq!(
        stream.expect("cluster.statusChanged").data["status"],
        "ACTIVE"
    );
}

#[test]
fn a_follower_learns_that_the_clock_runs_again() {
    let demo = Demo::with(REALISTIC);
    let mut stream = Stream::open(&demo, "&since=now&type=addon.statusChanged", "");
    demo.create_addon("metrics-server", json!({}));
    stream.expect("addon.statusChanged");
    demo.ask("PATCH", "/clock", r#"{"mode":"scaled","rate":1000}"#);
    assert_eq!(
        stream.expect("addon.statusChanged").data["status"],
        "ACTIVE"
    );
}

#[test]
fn a_stream_goes_on_where_it_was_cut() {
    let demo = Demo::start();
    let newest = newest(&demo);
    let header = format!("last-event-id: {}\r\n", newest - 1);
    // What the address says is older than what the browser remembers.
    let mut stream = Stream::open(&demo, "&since=1", &header);
    assert_eq!(stream.next().unwrap().id, Some(newest));
    demo.create_cluster("more", None);
    assert_eq!(stream.next().unwrap().id, Some(newest + 1));
}

#[test]
fn a_follower_is_told_that_events_are_lost() {
    let demo = Demo::start();
    // A number of another run.
    let mut stream = Stream::open(&demo, "&since=1000", "");
    let lost = stream.expect("events.lost");
    assert_eq!(lost.id, None);
    assert_eq!(
        lost.data,
        json!({ "type": "events.lost", "after": 1000, "through": 0 })
    );
    assert_eq!(stream.next().unwrap().id, Some(1));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

/// The grace is for requests that would come to an end.
#[test]
fn a_stream_ends_with_the_emulator_and_does_not_hold_it_up() {
    let emulator = EksEmulator::builder()
        .shutdown_grace(Duration::from_secs(600))
        .start_blocking()
        .unwrap();
    let demo = Demo::of(emulator.clone());
    let mut stream = Stream::open(&demo, "", "");
    demo.create_cluster("demo", None);
    stream.expect("cluster.statusChanged");
    runtime().block_on(emulator.shutdown());
    while stream.next().is_some() {}
}

fn wait_request(wanted: &Value) -> http::Request<Body> {
    let body = Body::from(wanted.to_string());
    let request = http::Request::post("http://localhost/_emulator/v1/events/wait").body(body);
    request.unwrap()
}

#[test]
fn a_wait_ends_with_the_emulator() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let request = wait_request(&json!({ "match": {}, "timeout": "10m" }));
    let (answer, ()) = runtime().block_on(async {
        // The wait has begun when the emulator is told to stop.
        tokio::join!(emulator.service().call(request), emulator.shutdown())
    });
    assert_eq!(answer.unwrap().status(), 503);
}

/// A caller in the same process may bring no runtime, and so no timers.
#[test]
fn a_wait_without_a_runtime_is_refused() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let waiting = emulator
        .service()
        .call(wait_request(&json!({ "match": {} })));
    let mut waiting = std::pin::pin!(waiting);
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(answer) = waiting.as_mut().poll(&mut context) else {
        panic!("it waits");
    };
    assert_eq!(answer.unwrap().status(), 501);
}

fn wait(demo: &Demo, body: &Value) -> Value {
    let answer = demo.ask("POST", "/events/wait", body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[test]
fn what_has_happened_is_found_at_once_and_the_newest_is_told() {
    let demo = Demo::start();
    demo.create_addon("metrics-server", json!({}));
    let found = wait(
        &demo,
        &json!({ "match": { "type": "addon.statusChanged", "addonName": "metrics-server" } }),
    );
    assert_eq!(found["status"], "ACTIVE");
    let found = wait(
        &demo,
        &json!({ "match": { "type": "addon.statusChanged", "cluster": "demo" }, "since": 1 }),
    );
    assert_eq!(found["status"], "CREATING");
    let found = wait(&demo, &json!({ "match": { "id": 3 } }));
    assert_eq!(found["id"], 3);
    let found = wait(
        &demo,
        &json!({ "match": { "type": ["association.*", "cluster.*"], "status": ["A*", "FAILED"] } }),
    );
    assert_eq!(found["status"], "ACTIVE");
}

#[test]
fn what_happens_later_ends_a_wait() {
    let demo = Demo::with(REALISTIC);
    demo.create_addon("metrics-server", json!({}));
    let request = wait_request(&json!({
        "match": { "type": "addon.statusChanged", "status": "ACTIVE" },
        "since": "now",
        "timeout": "10m",
    }));
    let emulator = demo.emulator();
    let (answer, _) = runtime().block_on(async {
        // The wait has begun when the clock is moved.
        tokio::join!(emulator.service().call(request), async {
            emulator.advance(Duration::from_secs(60))
        })
    });
    assert_eq!(answer.unwrap().status(), 200);
}

/// Nobody moves the clock, nobody asks: it runs.
#[test]
fn time_passes_while_somebody_waits() {
    let start = time::parse("2026-01-01T00:00:00Z").unwrap();
    let emulator = EksEmulator::builder()
        .clock(ClockStart::ScaledFrom(start, 10_000.0))
        .lifecycle(REALISTIC)
        .start_blocking()
        .unwrap();
    let demo = Demo::of(emulator);
    demo.create_cluster("demo", None);
    let found = wait(
        &demo,
        &json!({ "match": { "cluster": "demo", "status": "ACTIVE" }, "timeout": "20s" }),
    );
    assert_eq!(found["from"], "CREATING");
}

#[test]
fn a_wait_that_is_over_tells_what_came_close_and_why_nothing_came() {
    let demo = Demo::with(REALISTIC);
    demo.create_addon("metrics-server", json!({}));
    let wanted = json!({
        "match": { "type": "addon.statusChanged", "addonName": "metrics-server", "status": "ACTIVE" },
        "timeout": "10ms",
    });
    let answer = demo.ask("POST", "/events/wait", wanted.to_string());
    assert_eq!(answer.status, 408);
    let answer = answer.json();
    assert_eq!(answer["code"], "Timeout");
    assert_eq!(
        answer["message"],
        "No such event came within 10ms. The clock stands still; the next thing falls due at 2026-01-01T00:10:04.750Z."
    );
    let closest = answer["details"]["closest"].as_array().unwrap();
    assert_eq!(closest[0]["differs"], json!(["status"]));
    assert_eq!(closest[0]["event"]["status"], "CREATING");
    assert_eq!(closest[0]["event"]["addonName"], "metrics-server");
}

#[test]
fn waits_that_make_no_sense_are_refused() {
    let demo = Demo::start();
    for (body, refusal) in [
        (r#"{}"#, "missing field `match`"),
        (
            r#"{"match":{},"since":-1}"#,
            "since has to be the id of an event",
        ),
        (
            r#"{"match":{},"since":"then"}"#,
            "since has to be the id of an event",
        ),
        (r#"{"match":{"type":5}}"#, "match.type is 5 and not a text"),
        (
            r#"{"match":{"status":["ACTIVE",5]}}"#,
            "match.status is a list, but not of texts",
        ),
        (
            r#"{"match":{"addon":{"name":"coredns"}}}"#,
            "match.addon is an object; no event has one",
        ),
        (
            r#"{"match":{},"timeout":"soon"}"#,
            "soon is not a duration such as 90s or 250ms: expected number at 0",
        ),
    ] {
        assert_eq!(
            demo.refused("POST", "/events/wait", body),
            format!("422 InvalidBody: {refusal}")
        );
    }
    assert_eq!(
        demo.refused("GET", "/events?follow=perhaps", ""),
        "400 BadRequest: follow is either true or false"
    );
}

/// An emulator in which a cluster is made, at this many times the machine's
/// pace.
fn making_a_cluster(rate: f64, hold: Duration) -> Demo {
    let start = time::parse("2026-01-01T00:00:00Z").unwrap();
    let emulator = EksEmulator::builder()
        .clock(ClockStart::ScaledFrom(start, rate))
        .lifecycle(REALISTIC)
        .hold_reads(hold)
        .start_blocking()
        .unwrap();
    let demo = Demo::of(emulator);
    demo.create_cluster("demo", None);
    demo
}

fn status(demo: &Demo) -> Value {
    demo.eks("GET", "/clusters/demo", json!(null))["cluster"]["status"].take()
}

#[test]
fn a_held_read_sees_the_end_of_a_change() {
    let demo = making_a_cluster(10_000.0, Duration::from_secs(20));
    assert_eq!(status(&demo), "ACTIVE");
    demo.create_addon("metrics-server", json!({}));
    let addon = demo.eks("GET", "/clusters/demo/addons/metrics-server", json!(null));
    assert_eq!(addon["addon"]["status"], "ACTIVE");
    let update = demo.eks(
        "POST",
        "/clusters/demo/addons/metrics-server/update",
        json!({}),
    );
    let id = update["update"]["id"].as_str().unwrap();
    let path = format!("/clusters/demo/updates/{id}?addonName=metrics-server");
    let update = demo.eks("GET", &path, json!(null));
    assert_eq!(update["update"]["status"], "Successful");
    demo.eks("DELETE", "/clusters/demo", json!(null));
    let gone = demo.send("GET", "/clusters/demo", "", b"");
    assert_eq!(gone.status, 404);
}

/// No read waits a part of the way.
#[test]
fn a_read_is_not_held_for_an_end_that_is_too_far_away() {
    let demo = making_a_cluster(0.001, Duration::from_secs(600));
    assert_eq!(status(&demo), "CREATING");
}

#[test]
fn no_read_is_held_while_the_clock_stands_still_or_by_default() {
    let demo = making_a_cluster(1.0, Duration::from_secs(6_000));
    demo.ask("PATCH", "/clock", r#"{"mode":"paused"}"#);
    assert_eq!(status(&demo), "CREATING");
    assert_eq!(status(&making_a_cluster(1.0, Duration::ZERO)), "CREATING");
}

#[test]
fn reads_are_held_from_when_the_configuration_says_so() {
    let demo = making_a_cluster(1_000.0, Duration::ZERO);
    assert_eq!(status(&demo), "CREATING");
    let hold = |body: &str| demo.ask("PATCH", "/config", body).json()["holdReads"].clone();
    assert_eq!(
        hold(r#"{"holdReads":20000}"#),
        json!({ "value": 20_000, "origin": "api" })
    );
    assert_eq!(status(&demo), "ACTIVE");
    assert_eq!(
        hold(r#"{"holdReads":"1m 500ms"}"#),
        json!({ "value": 60_500, "origin": "api" })
    );
}
