//! The service: calls without a socket.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use eks_emulator::{EksEmulator, Error};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::call::{call, clusters, clusters_of, create_cluster, send, start};

#[tokio::test]
async fn the_service_and_the_socket_are_the_same_emulator() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    create_cluster(&emulator, "demo").await;
    let answer = crate::start::ask(emulator.address(), "GET /clusters HTTP/1.1");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"demo\""), "{answer}");
}

#[tokio::test]
async fn a_request_may_name_its_host_in_the_uri() {
    let emulator = start();
    create_cluster(&emulator, "demo").await;
    let request = Request::get("http://eks.us-east-1.amazonaws.com/clusters/demo");
    let request = request.body(Body::empty()).unwrap();
    let answer = send(&mut emulator.service(), request).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["cluster"]["name"], "demo");
}

#[tokio::test]
async fn a_uri_without_a_path_is_that_of_the_root() {
    let emulator = start();
    let uri = "http://sts.us-east-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
    let request = Request::get(uri).body(Body::empty()).unwrap();
    let answer = send(&mut emulator.service(), request).await;
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test]
async fn the_endpoints_of_the_emulator_are_there_too() {
    let emulator = start();
    let answer = call(&emulator, Method::GET, "/_emulator/ready", Value::Null).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["ready"], true);
}

#[tokio::test]
async fn the_account_of_a_call_is_its_access_key() {
    let emulator = start();
    create_cluster(&emulator, "demo").await;
    assert_eq!(clusters_of(&emulator, "999988887777").await, json!([]));
    assert_eq!(
        clusters_of(&emulator, "123456789012").await,
        json!(["demo"])
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_as_over_a_socket() {
    let builder = EksEmulator::builder().without_listener().max_body(100);
    let emulator = builder.start().await.unwrap();
    let body = json!({ "name": "x".repeat(100) });
    let answer = call(&emulator, Method::POST, "/clusters", body).await;
    assert_eq!(answer.status, 413);
}

/// No reactor, no timer: whatever polls futures can call.
#[test]
fn calls_need_no_runtime() {
    let emulator = start();
    let call = std::pin::pin!(async {
        create_cluster(&emulator, "demo").await;
        clusters(&emulator).await
    });
    let Poll::Ready(clusters) = call.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is nothing to wait for")
    };
    assert_eq!(clusters, json!(["demo"]));
}

#[tokio::test]
async fn a_service_does_not_outlive_its_emulator() {
    let emulator = start();
    let mut service = emulator.service();
    let request = || Request::get("/clusters").body(Body::empty()).unwrap();
    assert_eq!(send(&mut service, request()).await.unwrap().status, 200);
    drop(emulator);
    let Err(error) = send(&mut service, request()).await else {
        panic!("nobody is there to answer")
    };
    assert!(matches!(error, Error::Stopped));
    assert_eq!(error.to_string(), "the emulator has been stopped");
}

#[tokio::test]
async fn a_stopped_emulator_takes_no_calls() {
    let emulator = start();
    let mut service = emulator.service();
    emulator.shutdown().await;
    let request = Request::get("/clusters").body(Body::empty()).unwrap();
    let answer = send(&mut service, request).await;
    assert!(matches!(answer, Err(Error::Stopped)));
}
