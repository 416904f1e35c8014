//! The reset of one account while another is at work.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};

use serde_json::json;

use crate::connection::{CLUSTER, Connection, call, call_with, request};
use crate::program::{FAILURE_GUARD, Program};

const WORKING: &str = "222222222222";
const RESET: &str = "111111111111";
const RESETS: usize = 50;
const WORKERS: usize = 3;
const ASSOCIATIONS: &str = "/clusters/one/pod-identity-associations";

fn signature(account: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// A call that succeeds; its answer.
fn succeed(address: SocketAddr, account: &str, (method, path): (&str, &str), body: &str) -> String {
    let signature = signature(account);
    let headers = [("authorization", signature.as_str())];
    let answer = call_with(address, method, path, &headers, body);
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
    answer.body
}

/// Makes the cluster `one` of an account.
fn create_cluster(address: SocketAddr, account: &str) {
    let body = CLUSTER.replace("123456789012", account);
    succeed(address, account, ("POST", "/clusters"), &body);
}

/// Makes associations of the account that is at work, and reads them again,
/// until it is told that this is enough. Tells the identifier of each.
fn work(address: SocketAddr, worker: usize, enough: &AtomicBool, told: &Sender<String>) {
    let signature = signature(WORKING);
    let headers = [("authorization", signature.as_str())];
    let mut connection = Connection::open(address);
    for number in 0.. {
        if enough.load(Ordering::Relaxed) {
            return;
        }
        let body = json!({
            "namespace": "app",
            "serviceAccount": format!("worker-{worker}-{number}"),
            "roleArn": "arn:aws:iam::222222222222:role/app",
        });
        connection.send(request("POST", ASSOCIATIONS, &headers, &body.to_string()));
        let made = connection.answer();
        assert_eq!(made.status, 200, "{}", made.body);
        let id = made.json()["association"]["associationId"].take();
        let id = id.as_str().unwrap().to_owned();
        for path in [&format!("{ASSOCIATIONS}/{id}"), "/clusters/one"] {
            connection.send(request("GET", path, &headers, ""));
            let answer = connection.answer();
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
        told.send(id).unwrap();
    }
}

/// Resets the one account again and again. The other one has answers between
/// any two resets; the identifiers that it has been told.
fn reset_under_load(address: SocketAddr) -> BTreeSet<String> {
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (sender, told) = mpsc::channel();
        for worker in 0..WORKERS {
            let (enough, sender) = (&enough, sender.clone());
            scope.spawn(move || work(address, worker, enough, &sender));
        }
        drop(sender);
        let mut made = BTreeSet::new();
        for _ in 0..RESETS {
            // Fails if every worker has failed.
            made.insert(told.recv_timeout(FAILURE_GUARD).unwrap());
            made.extend(told.try_iter());
            create_cluster(address, RESET);
            let path = format!("/_emulator/v1/reset?account={RESET}");
            assert_eq!(call(address, "POST", &path, "").status, 204);
            let left = succeed(address, RESET, ("GET", "/clusters"), "");
            assert!(!left.contains("one"), "{left}");
        }
        enough.store(true, Ordering::Relaxed);
        made.extend(told.iter());
        made
    })
}

#[test]
fn the_reset_of_an_account_harms_no_other_that_is_at_work() {
    let program = Program::start(&["--journal-capacity", "1000000"]);
    let address = program.address;
    create_cluster(address, WORKING);
    let before = succeed(address, WORKING, ("GET", "/clusters/one"), "");
    let made = reset_under_load(address);
    assert!(made.len() >= RESETS, "{}", made.len());
    let state = format!("/_emulator/v1/state?account={WORKING}&format=seed");
    let state = call(address, "GET", &state, "").json();
    let associations = &state["clusters"][0]["podIdentityAssociations"];
    let kept = associations.as_array().unwrap().iter();
    let kept: BTreeSet<String> = kept
        .map(|association| association["associationId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kept, made);
    let after = succeed(address, WORKING, ("GET", "/clusters/one"), "");
    assert_eq!(after, before);
    let count = format!("/_emulator/v1/requests/count?account={WORKING}");
    let asked = r#"{"match":{"operation":"CreatePodIdentityAssociation"}}"#;
    let counted = call(address, "POST", &count, asked).json();
    assert_eq!(counted["count"], made.len());
    program.stop_unharmed();
}
