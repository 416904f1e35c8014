//! Starting and stopping, alone and many at once.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use eks_emulator::{EksEmulator, Error};
use serde_json::json;

use crate::call::{clusters, create_cluster, start};

/// A server that says nothing for so long has failed.
const FAILURE_GUARD: Duration = Duration::from_secs(20);

/// Sends a request without a body over a socket; gives the whole answer.
pub(crate) fn ask(address: SocketAddr, request_line: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
    let head = format!("{request_line}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn an_emulator_without_a_listener_has_no_address() {
    let emulator = start();
    assert_eq!(emulator.endpoint(), "http://eks-emulator.invalid");
    assert_eq!(emulator.address(), "0.0.0.0:0".parse().unwrap());
    assert_eq!(emulator.addresses(), []);
}

/// Set in the process that runs one test alone.
const ALONE: &str = "IN_PROCESS_TEST_ALONE";

/// Other tests have threads, too, so this one runs once more, by itself.
#[test]
fn an_emulator_without_a_listener_has_no_thread() {
    if std::env::var_os(ALONE).is_some() {
        let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
        let before = threads();
        let emulators: Vec<_> = (0..50).map(|_| start()).collect();
        assert_eq!((threads() - before, emulators.len()), (0, 50));
        return;
    }
    let name = "start::an_emulator_without_a_listener_has_no_thread";
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--test-threads", "1"])
        .env(ALONE, "1")
        .output();
    let alone = alone.unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn an_account_has_twelve_digits_without_a_listener_too() {
    let builder = EksEmulator::builder().without_listener().account("123");
    let error = builder.start_blocking().unwrap_err();
    assert!(matches!(error, Error::InvalidAccountId(id) if id == "123"));
}

#[tokio::test]
async fn stopping_an_emulator_without_a_listener_does_not_wait() {
    let emulator = start();
    emulator.shutdown().await;
    emulator.shutdown().await;
}

#[test]
fn two_hundred_emulators_start_in_parallel_and_share_nothing() {
    let begin = Instant::now();
    let run = |number: usize| {
        let emulator = EksEmulator::builder().start_blocking().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let name = format!("cluster-{number}");
        let clusters = runtime.block_on(async {
            create_cluster(&emulator, &name).await;
            clusters(&emulator).await
        });
        assert_eq!(clusters, json!([name]));
        let answer = ask(emulator.address(), "GET /clusters HTTP/1.1");
        assert!(answer.contains(&format!("\"{name}\"")), "{answer}");
        emulator
    };
    let threads: Vec<_> = (0..200)
        .map(|number| std::thread::spawn(move || run(number)))
        .collect();
    let emulators: Vec<_> = threads.into_iter().map(|one| one.join().unwrap()).collect();
    let ports: BTreeSet<u16> = emulators.iter().map(|one| one.address().port()).collect();
    assert_eq!(ports.len(), 200);
    assert!(!ports.contains(&0));
    // The promise, on two cores: five seconds.
    let passed = begin.elapsed();
    assert!(passed < Duration::from_secs(5), "{passed:?}");
}

/// A thread that dies of it would be dropping while unwinding.
#[test]
fn an_emulator_may_be_dropped_anywhere() {
    let emulator = EksEmulator::builder().start_blocking().unwrap();
    let address = emulator.address();
    let died = std::thread::spawn(move || {
        let _held = emulator;
        std::panic::resume_unwind(Box::new("a failed assertion"));
    });
    died.join().unwrap_err();
    assert_refuses_soon(address);
}

#[tokio::test]
async fn the_last_handle_stops_the_emulator() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    let address = emulator.address();
    let handle = emulator.clone();
    drop(emulator);
    assert!(ask(address, "GET /clusters HTTP/1.1").starts_with("HTTP/1.1 200"));
    drop(handle);
    assert_refuses_soon(address);
}

/// The port is given back by the emulator's thread, not by whoever dropped it.
pub(crate) fn assert_refuses_soon(address: SocketAddr) {
    let begin = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(begin.elapsed() < FAILURE_GUARD, "{address} still answers");
        std::thread::yield_now();
    }
}
