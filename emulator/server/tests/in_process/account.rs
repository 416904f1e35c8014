//! An emulator as one account sees it.

use std::process::Command;

use eks_emulator::{EksEmulator, EmulatorControl, Error};
use serde_json::json;

use crate::call::{clusters_of, create_cluster_as, start};
use crate::control::on_both;

const ONE: &str = "111122223333";
const OTHER: &str = "999988887777";

#[test]
fn an_account_is_there_without_having_been_made() {
    let emulator = start();
    let account = emulator.account(OTHER).unwrap();
    assert_eq!(account.id(), OTHER);
    assert_eq!(account.region(), "us-east-1");
}

#[test]
fn an_account_has_twelve_digits() {
    let error = start().account("99998888777").unwrap_err();
    assert!(matches!(error, Error::InvalidAccountId(id) if id == "99998888777"));
}

#[test]
fn the_environment_of_an_account_has_its_key() {
    let builder = EksEmulator::builder()
        .without_listener()
        .region("eu-west-1");
    let account = builder.start_blocking().unwrap().account(OTHER).unwrap();
    let key = ("AWS_ACCESS_KEY_ID".to_owned(), OTHER.to_owned());
    assert!(account.env().contains(&key));
    let region = ("AWS_REGION".to_owned(), "eu-west-1".to_owned());
    assert!(account.env().contains(&region));
    let mut command = Command::new("aws");
    account.apply_env(&mut command);
    let mut given = command.get_envs();
    assert!(
        given.any(|(name, value)| name == "AWS_ACCESS_KEY_ID" && value == Some(OTHER.as_ref()))
    );
}

#[tokio::test]
async fn a_reset_of_an_account_leaves_the_others_alone() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster_as(emulator, ONE, "c1").await;
            create_cluster_as(emulator, OTHER, "c2").await;
            control.reset_account(OTHER).await.unwrap();
            assert_eq!(clusters_of(emulator, OTHER).await, json!([]));
            assert_eq!(clusters_of(emulator, ONE).await, json!(["c1"]));
            let error = control.reset_account("nobody").await.unwrap_err();
            assert!(matches!(error, Error::InvalidAccountId(id) if id == "nobody"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_view_of_an_account_resets_that_account() {
    let emulator = start();
    create_cluster_as(&emulator, ONE, "c1").await;
    create_cluster_as(&emulator, OTHER, "c2").await;
    emulator.account(ONE).unwrap().reset();
    assert_eq!(clusters_of(&emulator, ONE).await, json!([]));
    assert_eq!(clusters_of(&emulator, OTHER).await, json!(["c2"]));
}

#[tokio::test]
async fn an_account_sees_the_pods_of_its_own_clusters() {
    let emulator = start();
    create_cluster_as(&emulator, ONE, "c1").await;
    // The network, the proxy and the DNS of two nodes.
    assert_eq!(emulator.account(ONE).unwrap().pods("c1").unwrap().len(), 6);
    let error = emulator.account(OTHER).unwrap().pods("c1").unwrap_err();
    assert!(matches!(error, Error::NotFound(_)));
    assert_eq!(error.to_string(), "There is no cluster c1.");
}

#[tokio::test]
async fn a_view_keeps_its_emulator_running() {
    let emulator = EksEmulator::builder().start().await.unwrap();
    let address = emulator.address();
    let account = emulator.account(ONE).unwrap();
    drop(emulator);
    let answer = crate::start::ask(address, "GET /clusters HTTP/1.1");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(account);
    crate::start::assert_refuses_soon(address);
}
