//! Reaching an emulator that is elsewhere.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::task::{Context, Poll, Waker};

use eks_emulator::{EksEmulator, EmulatorControl, Error, RemoteEmulator};

use crate::call::create_cluster_as;

/// Connects to what is no emulator; gives the sentence of the error.
async fn unreachable(url: &str) -> String {
    let error = RemoteEmulator::connect(url).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn nobody_can_be_connected_to_who_is_not_there() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    let url = emulator.endpoint();
    emulator.shutdown().await;
    let sentence = unreachable(&url).await;
    let expected = format!("cannot reach the emulator at {url}: ");
    assert!(sentence.starts_with(&expected), "{sentence}");
}

#[tokio::test]
async fn an_endpoint_is_a_url_without_path() {
    for url in [
        "127.0.0.1:4566",
        "http://",
        "https://",
        "ftp://127.0.0.1:4566",
        "http://a/b",
    ] {
        let expected = format!("{url} is not an endpoint such as http://127.0.0.1:4566");
        assert_eq!(unreachable(url).await, expected);
    }
}

#[cfg(not(feature = "tls"))]
#[tokio::test]
async fn without_tls_there_is_no_https() {
    let expected = "this build of eks-emulator speaks no TLS: it is without the feature tls";
    assert_eq!(unreachable("https://127.0.0.1:4566").await, expected);
}

/// Connects to what answers with this; gives the URL and the sentence of the
/// error.
async fn answered(answer: &'static str) -> (String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let length = stream.read(&mut head).unwrap();
        assert!(head[..length].starts_with(b"GET /_emulator/ready HTTP/1.1\r\n"));
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let sentence = unreachable(&url).await;
    server.join().unwrap();
    (url, sentence)
}

#[tokio::test]
async fn another_server_is_no_emulator() {
    let (url, sentence) = answered("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    assert_eq!(sentence, format!("{url} is no emulator that is ready"));
}

#[tokio::test]
async fn an_emulator_that_is_not_ready_says_why() {
    let (url, sentence) = answered(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 55\r\n\r\n{\"ready\":false,\"reason\":\"The seeds are being applied.\"}",
    )
    .await;
    let expected = format!("{url} is no emulator that is ready: The seeds are being applied.");
    assert_eq!(sentence, expected);
}

#[tokio::test]
async fn a_view_of_an_account_finds_the_clusters_of_that_account() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    for account in ["111122223333", "999988887777"] {
        create_cluster_as(&emulator, account, "c1").await;
    }
    let remote = RemoteEmulator::connect(&emulator.endpoint()).await.unwrap();
    let error = remote.pods("c1").await.unwrap_err();
    assert!(matches!(error, Error::Refused { code, .. } if code == "Ambiguous"));
    let account = remote.account("111122223333").unwrap();
    assert_eq!(account.pods("c1").await.unwrap().len(), 6);
    let error = remote.account("1").unwrap_err();
    assert!(matches!(error, Error::InvalidAccountId(id) if id == "1"));
}

#[tokio::test]
async fn a_control_port_of_its_own_can_be_connected_to() {
    let builder = EksEmulator::builder().control(eks_emulator::ControlAccess::Port(0));
    let emulator = builder.start().await.unwrap();
    let control = emulator.control_endpoint().unwrap();
    assert_ne!(control, emulator.endpoint());
    let remote = RemoteEmulator::connect(&control).await.unwrap();
    remote.reset().await.unwrap();
}

/// A test that is not asynchronous has no runtime, and needs none.
#[test]
fn an_emulator_is_reached_and_controlled_without_a_runtime() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let remote = RemoteEmulator::connect_blocking(&emulator.endpoint()).unwrap();
    let mut pause = remote.pause();
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(
        pause.as_mut().poll(&mut context),
        Poll::Ready(Ok(()))
    ));
    let now = emulator.now();
    let mut asked = remote.now();
    match asked.as_mut().poll(&mut context) {
        Poll::Ready(Ok(shown)) => assert_eq!(shown, now),
        other => panic!("{other:?}"),
    }
    let error = RemoteEmulator::connect_blocking("ftp://nowhere").unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_blocking_connection_can_be_made_within_a_runtime() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let remote = RemoteEmulator::connect_blocking(&emulator.endpoint()).unwrap();
    assert!(remote.now().await.is_ok());
}
