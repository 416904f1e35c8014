//! Calls of the SDK without a socket, with the configuration that the
//! emulator hands out.

use std::time::{Duration, Instant};

use aws_sdk_eks::Client;
use aws_sdk_eks::config::retry::RetryConfig;
use aws_sdk_eks::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_eks::operation::RequestId;
use eks_emulator::fault::ConnectionFault;
use eks_emulator::{EksEmulator, Fault};

use crate::support::{ACCOUNT, REGION, create_cluster};

/// An emulator that listens nowhere.
fn start() -> EksEmulator {
    let builder = EksEmulator::builder().account(ACCOUNT).region(REGION);
    builder.without_listener().start_blocking().unwrap()
}

async fn cluster_names(client: &Client) -> Vec<String> {
    let answer = client.list_clusters().send().await.unwrap();
    answer.clusters.unwrap()
}

#[tokio::test]
async fn the_sdk_needs_no_socket() {
    let emulator = start();
    let client = Client::new(&emulator.sdk_config());
    let created = create_cluster(&client, "c1").send().await.unwrap();
    let arn = "arn:aws:eks:us-west-2:111122223333:cluster/c1";
    assert_eq!(created.cluster().unwrap().arn(), Some(arn));
    assert_eq!(cluster_names(&client).await, ["c1"]);
}

#[tokio::test]
async fn refusals_are_the_same_without_a_socket() {
    let emulator = start();
    let client = Client::new(&emulator.sdk_config());
    let refused = client.describe_cluster().name("c1").send().await;
    let error = refused.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception());
    assert_eq!(error.message(), Some("No cluster found for name: c1."));
    assert_eq!(error.request_id().map(str::len), Some(36));
}

#[tokio::test]
async fn the_configuration_is_good_for_clients_of_every_service() {
    let emulator = start();
    let sts = aws_sdk_sts::Client::new(&emulator.sdk_config());
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some(ACCOUNT));
}

#[tokio::test]
async fn the_same_clients_can_call_over_tcp() {
    let builder = EksEmulator::builder().account(ACCOUNT).region(REGION);
    let emulator = builder.start().await.unwrap();
    let over_tcp = Client::new(&over_tcp(&emulator));
    create_cluster(&over_tcp, "c1").send().await.unwrap();
    let in_process = Client::new(&emulator.sdk_config());
    assert_eq!(cluster_names(&in_process).await, ["c1"]);
    // Were it the client without a socket, it would answer still.
    emulator.shutdown().await;
    over_tcp.list_clusters().send().await.unwrap_err();
}

/// The SDK's own client would need a TLS library, which the tests do without.
fn over_tcp(emulator: &EksEmulator) -> aws_config::SdkConfig {
    let client = aws_smithy_http_client::Builder::new().build_http();
    let configuration = emulator.sdk_config_over_tcp().into_builder();
    configuration.http_client(client).build()
}

#[tokio::test]
async fn a_client_does_not_outlive_its_emulator() {
    let emulator = start();
    let configuration = emulator.sdk_config().into_builder();
    let client = Client::new(&configuration.retry_config(RetryConfig::disabled()).build());
    drop(emulator);
    let error = client.list_clusters().send().await.unwrap_err();
    let why = DisplayErrorContext(&error).to_string();
    assert!(why.contains("the emulator has been stopped"), "{why}");
}

#[tokio::test]
async fn a_throttled_call_is_repeated_and_the_journal_tells_it() {
    let emulator = start();
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let configuration = emulator.sdk_config().into_builder().retry_config(retries);
    let client = Client::new(&configuration.build());
    let fault = Fault::on("ListClusters").throttle().times(2);
    let throttled = emulator.fault(fault).scoped().unwrap();
    assert_eq!(cluster_names(&client).await, Vec::<String>::new());
    assert_eq!(throttled.fired(), 2);
    let calls = emulator.requests().operation("ListClusters");
    calls.expect(3).await.unwrap();
    calls.fault(throttled.name()).expect(2).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_lost_without_a_socket_is_one_to_the_sdk() {
    let emulator = start();
    let configuration = emulator.sdk_config().into_builder();
    let client = Client::new(&configuration.retry_config(RetryConfig::disabled()).build());
    let lost = Fault::on("*").connection(ConnectionFault::ResetBeforeResponse);
    let _guard = emulator.fault(lost).scoped().unwrap();
    let error = client.list_clusters().send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = error else {
        panic!("{error:?}")
    };
    assert!(failure.is_io(), "{failure:?}");
}

#[tokio::test]
async fn an_account_has_clients_of_its_own() {
    let emulator = start();
    let account = emulator.account("999988887777").unwrap();
    let sts = aws_sdk_sts::Client::new(&account.sdk_config());
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("999988887777"));
    assert_eq!(account.requests().operation("GetCallerIdentity").count(), 1);
}

/// A measurement, for a machine without other work and an optimised build:
/// `cargo test --release -p client-tests --test eks -- --ignored --nocapture as_fast`.
#[tokio::test]
#[ignore = "it measures"]
#[expect(clippy::print_stdout, reason = "whoever measures wants to see it")]
async fn calls_without_a_socket_are_one_and_a_half_times_as_fast() {
    let builder = EksEmulator::builder().account(ACCOUNT).region(REGION);
    let emulator = builder.start().await.unwrap();
    let in_process = Client::new(&emulator.sdk_config());
    let over_tcp = Client::new(&over_tcp(&emulator));
    create_cluster(&in_process, "c1").send().await.unwrap();
    let (mut of_in_process, mut of_tcp) = (Vec::new(), Vec::new());
    for _ in 0..2_000 {
        of_in_process.push(time_to_describe(&in_process).await);
        of_tcp.push(time_to_describe(&over_tcp).await);
    }
    let (in_process, over_tcp) = (median(of_in_process), median(of_tcp));
    let ratio = over_tcp.as_secs_f64() / in_process.as_secs_f64();
    println!("over TCP {over_tcp:?}, without {in_process:?}: {ratio:.2}");
    assert!(ratio >= 1.5, "{ratio}");
}

async fn time_to_describe(client: &Client) -> Duration {
    let begin = Instant::now();
    client.describe_cluster().name("c1").send().await.unwrap();
    begin.elapsed()
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}
