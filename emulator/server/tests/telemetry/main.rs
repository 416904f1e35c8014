//! Traces of calls, as a collector gets them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod call;
mod collector;
mod program;

use std::time::{Duration, Instant};

use eks_emulator::{EksEmulator, Fault};
use serde_json::json;

use crate::call::{call, call_with};
use crate::collector::{Collector, Span};

fn start(collector: &Collector) -> EksEmulator {
    let builder = EksEmulator::builder().without_listener().rng_seed(1);
    let builder = builder.otlp_endpoint(collector.endpoint());
    builder.start_blocking().unwrap()
}

/// The spans of calls, when all is over.
async fn spans_of(calls: impl AsyncFnOnce(&EksEmulator)) -> Vec<Span> {
    let collector = Collector::start();
    let emulator = start(&collector);
    calls(&emulator).await;
    emulator.shutdown().await;
    collector.spans()
}

#[tokio::test]
async fn every_call_is_a_span() {
    let spans = spans_of(async |emulator| {
        call(emulator, "GET", "/clusters/demo").await;
        call(emulator, "GET", "/clusters").await;
        call(emulator, "GET", "/_emulator/v1/clock").await;
    })
    .await;
    let [missing, list] = &spans[..] else {
        panic!("{spans:?}")
    };
    assert_eq!(missing.name, "DescribeCluster");
    assert_eq!(missing.kind, 2);
    assert!(missing.took_ns() > 0 && missing.took_ns() < 60_000_000_000);
    let mut attributes = missing.attributes.clone();
    let request_id = attributes.remove("aws.request_id").unwrap();
    assert_eq!(request_id.as_str().unwrap().len(), 36);
    assert_eq!(
        json!(attributes),
        json!({
            "rpc.system": "aws-api",
            "rpc.service": "eks",
            "rpc.method": "DescribeCluster",
            "http.response.status_code": 404,
            "k8s.cluster.name": "demo",
            "cloud.account.id": "123456789012",
            "cloud.region": "us-east-1",
            "error.type": "ResourceNotFoundException",
        })
    );
    assert_eq!(list.name, "ListClusters");
    assert_eq!(list.attributes["http.response.status_code"], 200);
    assert_eq!(list.attributes.get("error.type"), None);
    assert_ne!(list.trace_id, missing.trace_id);
    for span in &spans {
        assert!(!span.is_error, "a refusal is no failure of the server");
        assert_eq!(span.parent_span_id, "");
    }
}

#[tokio::test]
async fn a_fault_is_an_error_with_its_name() {
    let spans = spans_of(async |emulator| {
        let fault = emulator.fault(Fault::on("ListClusters").server_error());
        fault.named("broken").keep().unwrap();
        call(emulator, "GET", "/clusters").await;
    })
    .await;
    let [span] = &spans[..] else {
        panic!("{spans:?}")
    };
    assert!(span.is_error);
    assert_eq!(span.attributes["eks_emulator.faults"], json!(["broken"]));
    assert_eq!(span.attributes["http.response.status_code"], 500);
}

#[tokio::test]
async fn a_span_has_the_parent_that_the_request_names() {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let spans = spans_of(async |emulator| {
        call_with(emulator, "GET", "/clusters", &[("traceparent", parent)], "").await;
        call_with(
            emulator,
            "GET",
            "/clusters",
            &[("traceparent", "nonsense")],
            "",
        )
        .await;
        let unsampled = parent.replace("-01", "-00");
        call_with(
            emulator,
            "GET",
            "/clusters",
            &[("traceparent", &unsampled)],
            "",
        )
        .await;
    })
    .await;
    let parents: Vec<_> = spans.iter().map(|span| &*span.parent_span_id).collect();
    assert_eq!(
        parents,
        ["b7ad6b7169203331", ""],
        "who does not sample wants no span"
    );
    assert_eq!(spans[0].trace_id, "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test]
async fn neither_headers_nor_bodies_nor_queries_are_exported() {
    let collector = Collector::start();
    let emulator = start(&collector);
    let headers = [
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIASECRET/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=SECRET",
        ),
        ("x-amz-security-token", "SECRET"),
        ("user-agent", "SECRET"),
    ];
    let body = r#"{"name":"demo","roleArn":"SECRET","tags":{"SECRET":"SECRET"}}"#;
    call_with(&emulator, "POST", "/clusters?a=SECRET", &headers, body).await;
    let form = "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Security-Token=SECRET";
    call_with(&emulator, "GET", form, &[], "").await;
    emulator.shutdown().await;
    let bodies = collector.bodies();
    let all = bodies.join("\n");
    assert!(
        all.contains("CreateCluster") && all.contains("GetCallerIdentity"),
        "{all}"
    );
    assert!(!all.contains("SECRET"), "{all}");
    assert!(
        all.contains(r#""service.name""#) && all.contains("eks-emulator"),
        "{all}"
    );
}

/// Nobody takes connections there; a call does not know.
#[tokio::test]
async fn a_collector_that_does_not_answer_delays_no_call_and_no_end_beyond_the_grace() {
    for collector in [Collector::silent(), Collector::gone()] {
        let builder = EksEmulator::builder().without_listener();
        let builder = builder.shutdown_grace(Duration::from_millis(500));
        let builder = builder.otlp_endpoint(collector.endpoint());
        let emulator = builder.start_blocking().unwrap();
        let started = Instant::now();
        for _ in 0..3_000 {
            call(&emulator, "GET", "/clusters").await;
        }
        let calls = started.elapsed();
        assert!(calls < Duration::from_secs(9), "{calls:?}");
        let stopped = Instant::now();
        emulator.shutdown().await;
        let end = stopped.elapsed();
        assert!(end < Duration::from_secs(4), "{end:?}");
    }
}

#[test]
fn whoever_drops_the_last_handle_does_not_wait() {
    let collector = Collector::silent();
    let emulator = start(&collector);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(call(&emulator, "GET", "/clusters"));
    let dropped = Instant::now();
    drop(emulator);
    assert!(dropped.elapsed() < Duration::from_secs(1));
}
