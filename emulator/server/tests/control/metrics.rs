//! Metrics for Prometheus.

use serde_json::json;

use crate::client::Demo;
use crate::faults::{put, throttled};

fn scrape(demo: &Demo) -> String {
    let answer = demo.send("GET", "/_emulator/metrics", "", b"");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "text/plain; version=0.0.4");
    answer.text
}

#[track_caller]
fn has(text: &str, line: &str) {
    assert!(text.lines().any(|found| found == line), "{line}\n{text}");
}

#[test]
fn calls_are_counted_by_operation_status_and_code() {
    let demo = Demo::start();
    for path in [
        "/clusters/demo",
        "/clusters/demo",
        "/clusters/other",
        "/nowhere",
    ] {
        demo.send("GET", path, "", b"");
    }
    let text = scrape(&demo);
    const REQUESTS: &str = "eks_emulator_requests_total";
    has(&text, &format!("# TYPE {REQUESTS} counter"));
    has(
        &text,
        &format!(r#"{REQUESTS}{{service="eks",operation="CreateCluster",status="200",code=""}} 1"#),
    );
    has(
        &text,
        &format!(
            r#"{REQUESTS}{{service="eks",operation="DescribeCluster",status="200",code=""}} 2"#
        ),
    );
    has(
        &text,
        &format!(
            r#"{REQUESTS}{{service="eks",operation="DescribeCluster",status="404",code="ResourceNotFoundException"}} 1"#
        ),
    );
    has(
        &text,
        &format!(
            r#"{REQUESTS}{{service="eks",operation="",status="403",code="MissingAuthenticationTokenException"}} 1"#
        ),
    );
}

#[test]
fn latencies_are_a_histogram() {
    let demo = Demo::start();
    let slow = json!({ "effect": { "delay": { "fixed": "60ms" } }, "match": { "operation": "DescribeCluster" } });
    put(&demo, "slow", slow);
    demo.send("GET", "/clusters/demo", "", b"");
    let text = scrape(&demo);
    const LATENCY: &str = "eks_emulator_request_duration_seconds";
    let labels = r#"service="eks",operation="DescribeCluster""#;
    has(&text, &format!("# TYPE {LATENCY} histogram"));
    has(
        &text,
        &format!(r#"{LATENCY}_bucket{{{labels},le="0.05"}} 0"#),
    );
    has(&text, &format!(r#"{LATENCY}_bucket{{{labels},le="30"}} 1"#));
    has(
        &text,
        &format!(r#"{LATENCY}_bucket{{{labels},le="+Inf"}} 1"#),
    );
    has(&text, &format!("{LATENCY}_count{{{labels}}} 1"));
}

#[test]
fn what_happened_and_what_exists_is_counted() {
    let demo = Demo::start();
    let mut rule = throttled(json!({ "operation": "ListAddons" }));
    rule["times"] = json!(1);
    put(&demo, "slow-down", rule);
    demo.send("GET", "/clusters/demo/addons", "", b"");
    demo.create_addon("metrics-server", json!({}));
    let association =
        json!({ "namespace": "default", "serviceAccount": "web", "roleArn": crate::client::ROLE });
    demo.eks(
        "POST",
        "/clusters/demo/pod-identity-associations",
        association,
    );
    demo.ask("POST", "/clock/advance", r#"{"until":"idle"}"#);
    let text = scrape(&demo);
    has(
        &text,
        r#"eks_emulator_faults_fired_total{fault="slow-down"} 1"#,
    );
    has(
        &text,
        r#"eks_emulator_transitions_total{resource="cluster",status="ACTIVE"} 1"#,
    );
    has(
        &text,
        r#"eks_emulator_transitions_total{resource="addon",status="ACTIVE"} 1"#,
    );
    has(&text, r#"eks_emulator_resources{type="cluster"} 1"#);
    has(&text, r#"eks_emulator_resources{type="addon"} 1"#);
    has(&text, r#"eks_emulator_resources{type="association"} 1"#);
    has(&text, r#"eks_emulator_resources{type="role"} 0"#);
    has(&text, "eks_emulator_journal_entries 4");
    has(&text, r#"eks_emulator_build_info{version="0.1.0"} 1"#);
}

#[test]
fn a_call_without_an_answer_has_no_status() {
    let demo = Demo::start();
    let rule = json!({ "effect": { "connection": "emptyResponse" }, "match": { "operation": "ListClusters" } });
    put(&demo, "cut", rule);
    let request = "GET /clusters HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(demo.address()).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    std::io::Read::read_to_end(&mut stream, &mut Vec::new()).unwrap();
    has(
        &scrape(&demo),
        r#"eks_emulator_requests_total{service="eks",operation="ListClusters",status="",code=""} 1"#,
    );
}
