//! `UpdateClusterConfig` and `UpdateClusterVersion`.

use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigFluentBuilder;
use aws_sdk_eks::types::{
    AuthenticationMode, ClusterStatus, LogSetup, LogType, Logging, SupportType, Update,
    UpdateAccessConfigRequest, UpdateParamType, UpdateStatus, UpdateType, UpgradePolicyRequest,
    VpcConfigRequest, ZonalShiftConfigRequest,
};
use eks_emulator::lifecycle::{AddonIssueCode, Change, Outcome};
use std::time::Duration;

use crate::refusal::assert_refused;
use crate::support::{TOLD, TestEmulator, cluster_rule, issue};

const INVALID: &str = "InvalidParameterException";
const OF_CLUSTER: [(&str, &str); 1] = [("clusterName", "c1")];

fn configure(test: &TestEmulator) -> UpdateClusterConfigFluentBuilder {
    test.client.update_cluster_config().name("c1")
}

fn params(update: &Update) -> Vec<(UpdateParamType, &str)> {
    let params = update.params().iter();
    params
        .map(|param| (param.r#type().unwrap().clone(), param.value().unwrap()))
        .collect()
}

fn private() -> VpcConfigRequest {
    VpcConfigRequest::builder()
        .endpoint_public_access(false)
        .endpoint_private_access(true)
        .build()
}

fn logs(types: &[LogType], enabled: bool) -> Logging {
    let setup = LogSetup::builder()
        .set_types(Some(types.to_vec()))
        .enabled(enabled);
    Logging::builder().cluster_logging(setup.build()).build()
}

fn mode(mode: AuthenticationMode) -> UpdateAccessConfigRequest {
    UpdateAccessConfigRequest::builder()
        .authentication_mode(mode)
        .build()
}

async fn at(version: &str) -> TestEmulator {
    let test = TestEmulator::start();
    test.create_cluster("c1")
        .version(version)
        .send()
        .await
        .unwrap();
    test
}

async fn upgrade(test: &TestEmulator, version: &str) -> Update {
    let request = test
        .client
        .update_cluster_version()
        .name("c1")
        .version(version);
    let update = request.send().await.unwrap().update.unwrap();
    test.emulator.advance_until_idle();
    update
}

#[tokio::test]
async fn a_cluster_is_updating_until_its_update_is_successful() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let update = configure(&test)
        .resources_vpc_config(private())
        .send()
        .await
        .unwrap();
    let update = update.update.unwrap();
    assert_eq!(update.r#type(), Some(&UpdateType::EndpointAccessUpdate));
    assert_eq!(update.status(), Some(&UpdateStatus::InProgress));
    assert_eq!(
        params(&update),
        [
            (UpdateParamType::EndpointPublicAccess, "false"),
            (UpdateParamType::EndpointPrivateAccess, "true"),
        ]
    );
    let during = test.describe_cluster("c1").await;
    assert_eq!(during.status(), Some(&ClusterStatus::Updating));
    assert!(
        during
            .resources_vpc_config()
            .unwrap()
            .endpoint_public_access()
    );
    test.emulator.complete("c1", None);
    let ended = test.cluster_update(update.id().unwrap()).await;
    assert_eq!(ended.status(), Some(&UpdateStatus::Successful));
    let after = test.describe_cluster("c1").await;
    assert_eq!(after.status(), Some(&ClusterStatus::Active));
    assert!(
        !after
            .resources_vpc_config()
            .unwrap()
            .endpoint_public_access()
    );
}

#[tokio::test]
async fn logging_is_shown_as_it_was_asked_for() {
    let test = TestEmulator::with_cluster().await;
    let request = configure(&test).logging(logs(&[LogType::Scheduler, LogType::Api], true));
    let update = request.send().await.unwrap().update.unwrap();
    assert_eq!(update.r#type(), Some(&UpdateType::LoggingUpdate));
    assert_eq!(
        params(&update),
        [(
            UpdateParamType::ClusterLogging,
            r#"{"clusterLogging":[{"types":["scheduler","api"],"enabled":true}]}"#
        )]
    );
    let cluster = test.describe_cluster("c1").await;
    let enabled = &cluster.logging().unwrap().cluster_logging()[0];
    assert_eq!(enabled.types(), [LogType::Api, LogType::Scheduler]);
}

#[tokio::test]
async fn the_authentication_mode_is_quoted_in_the_parameter() {
    let test = TestEmulator::with_cluster().await;
    let request = configure(&test).access_config(mode(AuthenticationMode::ApiAndConfigMap));
    let update = request.send().await.unwrap().update.unwrap();
    assert_eq!(update.r#type(), Some(&UpdateType::AccessConfigUpdate));
    let expected = [(
        UpdateParamType::AuthenticationMode,
        "\"API_AND_CONFIG_MAP\"",
    )];
    assert_eq!(params(&update), expected);
}

#[tokio::test]
async fn one_kind_of_update_goes_into_a_call() {
    let test = TestEmulator::with_cluster().await;
    let request = configure(&test)
        .deletion_protection(true)
        .resources_vpc_config(private());
    let message = "Only one type of update can be allowed.";
    assert_refused(request.send().await, 400, INVALID, message, &OF_CLUSTER);
}

#[tokio::test]
async fn an_update_of_nothing_is_refused() {
    let test = TestEmulator::with_cluster().await;
    let message = "At least one cluster configuration must be provided.";
    assert_refused(
        configure(&test).send().await,
        400,
        INVALID,
        message,
        &OF_CLUSTER,
    );
}

#[tokio::test]
async fn updates_that_change_nothing_are_refused_with_their_words() {
    let test = TestEmulator::with_cluster().await;
    let network = VpcConfigRequest::builder()
        .endpoint_public_access(true)
        .build();
    let policy = UpgradePolicyRequest::builder()
        .support_type(SupportType::Extended)
        .build();
    let shift = ZonalShiftConfigRequest::builder().enabled(false).build();
    let request = configure(&test);
    for (request, message) in [
        (
            request.clone().resources_vpc_config(network),
            "Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]",
        ),
        (
            request.clone().logging(logs(&[LogType::Api], false)),
            "No changes needed for the logging config provided",
        ),
        (
            request
                .clone()
                .access_config(mode(AuthenticationMode::ConfigMap)),
            "Unsupported authentication mode update from CONFIG_MAP to CONFIG_MAP",
        ),
        (
            request.clone().upgrade_policy(policy),
            "No changes detected for upgradePolicy",
        ),
        (
            request.clone().zonal_shift_config(shift),
            "No changes detected for zonalShiftConfig",
        ),
        (
            request.deletion_protection(false),
            "No changes detected for deletionProtection",
        ),
    ] {
        assert_refused(request.send().await, 400, INVALID, message, &OF_CLUSTER);
    }
    let updates = test.client.list_updates().name("c1").send().await.unwrap();
    assert_eq!(updates.update_ids, Some(vec![]));
}

#[tokio::test]
async fn access_goes_from_the_config_map_over_both_to_entries() {
    let test = TestEmulator::with_cluster().await;
    let assert_unsupported = async |to: AuthenticationMode, message: &str| {
        let result = configure(&test).access_config(mode(to)).send().await;
        assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
    };
    let message = "Unsupported authentication mode update from CONFIG_MAP to API";
    assert_unsupported(AuthenticationMode::Api, message).await;
    for next in [AuthenticationMode::ApiAndConfigMap, AuthenticationMode::Api] {
        configure(&test)
            .access_config(mode(next))
            .send()
            .await
            .unwrap();
        test.emulator.advance_until_idle();
    }
    let message = "Unsupported authentication mode update from API to API_AND_CONFIG_MAP";
    assert_unsupported(AuthenticationMode::ApiAndConfigMap, message).await;
}

#[tokio::test]
async fn a_second_update_names_its_own_kind_and_the_running_one() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let running = configure(&test)
        .deletion_protection(true)
        .send()
        .await
        .unwrap();
    let id = running.update().unwrap().id().unwrap();
    let in_use = "ResourceInUseException";
    let message = format!(
        "Cannot EndpointAccessUpdate because cluster c1 currently has update {id} in progress"
    );
    let second = configure(&test)
        .resources_vpc_config(private())
        .send()
        .await;
    assert_refused(second, 409, in_use, &message, &OF_CLUSTER);
    let message = "Cannot delete because cluster c1 currently has an update in progress";
    let delete = test.client.delete_cluster().name("c1").send().await;
    assert_refused(delete, 409, in_use, message, &OF_CLUSTER);
}

#[tokio::test]
async fn a_cluster_that_is_not_active_is_not_updated() {
    let test = TestEmulator::start_with(|builder| builder.lifecycle(TOLD));
    test.create_cluster("c1")
        .version("1.35")
        .send()
        .await
        .unwrap();
    let message = "Cluster 'c1' is not in ACTIVE status";
    let exception = "InvalidRequestException";
    let result = configure(&test).deletion_protection(true).send().await;
    assert_refused(result, 400, exception, message, &OF_CLUSTER);
    let result = test
        .client
        .update_cluster_version()
        .name("c1")
        .version("1.36")
        .send()
        .await;
    assert_refused(result, 400, exception, message, &OF_CLUSTER);
}

#[tokio::test]
async fn an_update_that_fails_changes_nothing_and_leaves_the_cluster_active() {
    let failure = Outcome::Failure(vec![issue(AddonIssueCode::AccessDenied, "not allowed")]);
    let test = TestEmulator::with_cluster().await;
    test.emulator
        .add_transition_rule(cluster_rule(Change::Update, failure));
    let update = configure(&test)
        .deletion_protection(true)
        .send()
        .await
        .unwrap();
    let ended = test
        .cluster_update(update.update().unwrap().id().unwrap())
        .await;
    assert_eq!(ended.status(), Some(&UpdateStatus::Failed));
    assert_eq!(ended.errors()[0].error_message(), Some("not allowed"));
    let cluster = test.describe_cluster("c1").await;
    assert_eq!(cluster.status(), Some(&ClusterStatus::Active));
    assert_eq!(cluster.deletion_protection(), Some(false));
}

#[tokio::test]
async fn an_upgrade_goes_one_minor_version_up() {
    let test = at("1.34").await;
    let update = upgrade(&test, "1.35").await;
    assert_eq!(update.r#type(), Some(&UpdateType::VersionUpdate));
    assert_eq!(
        params(&update),
        [
            (UpdateParamType::Version, "1.35"),
            (UpdateParamType::PlatformVersion, "eks.17")
        ]
    );
    assert_eq!(test.describe_cluster("c1").await.version(), Some("1.35"));
}

#[tokio::test]
async fn other_upgrades_are_refused() {
    let test = at("1.34").await;
    for (version, message) in [
        (
            "1.36",
            "Unsupported Kubernetes minor version update from 1.34 to 1.36",
        ),
        (
            "1.34",
            "Unsupported Kubernetes minor version update from 1.34 to 1.34",
        ),
        (
            "1.33",
            "Unsupported Kubernetes minor version update from 1.34 to 1.33",
        ),
        ("1.99", "unsupported Kubernetes version"),
        ("1.35.4", "unsupported Kubernetes version"),
    ] {
        let result = test
            .client
            .update_cluster_version()
            .name("c1")
            .version(version)
            .send()
            .await;
        assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
    }
}

#[tokio::test]
async fn an_upgrade_can_be_rolled_back_for_seven_days() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let test = at("1.34").await;
    upgrade(&test, "1.35").await;
    test.emulator.advance(7 * DAY);
    let update = upgrade(&test, "1.34").await;
    assert_eq!(update.r#type(), Some(&UpdateType::VersionRollback));
    assert_eq!(test.describe_cluster("c1").await.version(), Some("1.34"));
    upgrade(&test, "1.35").await;
    test.emulator.advance(7 * DAY + Duration::from_secs(1));
    let result = test
        .client
        .update_cluster_version()
        .name("c1")
        .version("1.34")
        .send()
        .await;
    let message = "Unsupported Kubernetes minor version update from 1.35 to 1.34";
    assert_refused(result, 400, INVALID, message, &OF_CLUSTER);
}
