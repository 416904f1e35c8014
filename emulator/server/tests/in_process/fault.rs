//! What faults make of calls without a socket.

use std::time::{Duration, Instant};

use axum::body::Body;
use eks_emulator::fault::ConnectionFault;
use eks_emulator::{EksEmulator, Error};
use http::{Method, Request, Response};
use serde_json::{Value, json};
use tower::Service;

use crate::call::{block_on, call, start};

async fn put(emulator: &EksEmulator, effect: Value) {
    let rule = json!({ "match": { "operation": "ListClusters" }, "effect": effect, "times": 1 });
    let path = "/_emulator/v1/faults/r";
    let answer = call(emulator, Method::PUT, path, rule).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn list_clusters(emulator: &EksEmulator) -> Result<Response<Body>, Error> {
    let request = Request::get("/clusters").body(Body::empty()).unwrap();
    emulator.service().call(request).await
}

#[tokio::test]
async fn a_reset_is_an_error_of_the_service() {
    for (written, fault) in [
        ("resetBeforeResponse", ConnectionFault::ResetBeforeResponse),
        ("resetAfterCommit", ConnectionFault::ResetAfterCommit),
        ("emptyResponse", ConnectionFault::EmptyResponse),
    ] {
        let emulator = start();
        put(&emulator, json!({ "connection": written })).await;
        let error = list_clusters(&emulator).await.unwrap_err();
        assert!(
            matches!(error, Error::Connection(found) if found == fault),
            "{error}"
        );
        assert_eq!(list_clusters(&emulator).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_truncated_body_fails_after_its_half() {
    let emulator = start();
    put(&emulator, json!({ "connection": "truncateBody" })).await;
    let answer = list_clusters(&emulator).await.unwrap();
    assert_eq!(answer.status(), 200);
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
    assert!(body.is_err());
}

#[tokio::test]
async fn a_call_that_hangs_ends_when_the_emulator_stops() {
    let emulator = start();
    put(&emulator, json!({ "connection": "hang" })).await;
    let stop = async {
        emulator.shutdown().await;
    };
    let (answer, ()) = tokio::join!(list_clusters(&emulator), stop);
    assert!(matches!(answer, Err(Error::Stopped)));
}

/// A caller need not have a timer, nor any runtime.
#[test]
fn a_delay_needs_no_runtime() {
    let emulator = start();
    let run = block_on(async {
        put(&emulator, json!({ "delay": { "fixed": "20ms" } })).await;
        let started = Instant::now();
        assert_eq!(list_clusters(&emulator).await.unwrap().status(), 200);
        started.elapsed()
    });
    assert!(run >= Duration::from_millis(20));
}
