//! `TestEmulator`: an emulator of one's own with a client, for one test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_eks::Client;
use aws_sdk_eks::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_eks::config::retry::RetryConfig;
use aws_sdk_eks::config::{Builder, ConfigBag, Credentials, Intercept, Region, RuntimeComponents};
use aws_sdk_eks::error::BoxError;
use aws_sdk_eks::operation::create_addon::builders::CreateAddonFluentBuilder;
use aws_sdk_eks::operation::create_cluster::builders::CreateClusterFluentBuilder;
use aws_sdk_eks::operation::create_pod_identity_association::builders::CreatePodIdentityAssociationFluentBuilder;
use aws_sdk_eks::operation::delete_addon::builders::DeleteAddonFluentBuilder;
use aws_sdk_eks::operation::delete_pod_identity_association::builders::DeletePodIdentityAssociationFluentBuilder;
use aws_sdk_eks::operation::describe_addon::builders::DescribeAddonFluentBuilder;
use aws_sdk_eks::operation::describe_pod_identity_association::builders::DescribePodIdentityAssociationFluentBuilder;
use aws_sdk_eks::operation::update_addon::builders::UpdateAddonFluentBuilder;
use aws_sdk_eks::operation::update_pod_identity_association::builders::UpdatePodIdentityAssociationFluentBuilder;
use aws_sdk_eks::types::{
    Addon, AddonPodIdentityAssociations, AddonStatus, Cluster, PodIdentityAssociation,
    PodIdentityAssociationSummary, Update, VpcConfigRequest,
};
use eks_emulator::lifecycle::{
    AddonIssueCode, Change, Issue, Outcome, Profile, ResourceKind, RuleHome, TransitionRule,
};
use eks_emulator::{ClockStart, EksEmulator, EksEmulatorBuilder, Timestamp};
use serde_json::Value;

use crate::raw::{RawAnswer, send};

/// The account of every test.
pub(crate) const ACCOUNT: &str = "111122223333";
/// The region of every test.
pub(crate) const REGION: &str = "us-west-2";
/// 2026-07-01T00:00:00Z, the time at which every test starts.
pub(crate) const START_SECONDS: i64 = 1_782_864_000;
/// A role of the account.
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/first";
/// Another role of the account.
pub(crate) const OTHER_ROLE: &str = "arn:aws:iam::111122223333:role/second";
/// A role of another account.
pub(crate) const FOREIGN_ROLE: &str = "arn:aws:iam::999988887777:role/foreign";
/// Transitions wait until they are told to end.
pub(crate) const TOLD: Profile = Profile::Manual { reads: None };
/// An add-on that needs a role.
pub(crate) const EBS: &str = "aws-ebs-csi-driver";
/// The service account of that add-on.
pub(crate) const EBS_ACCOUNT: &str = "ebs-csi-controller-sa";
/// The version of that add-on that clusters get by default.
pub(crate) const EBS_DEFAULT: &str = "v1.64.0-eksbuild.1";
/// An older version of that add-on.
pub(crate) const EBS_OLDER: &str = "v1.63.1-eksbuild.1";

/// An emulator of one's own: port 0, a clock that stands still, a fixed seed.
pub(crate) struct TestEmulator {
    pub(crate) emulator: EksEmulator,
    pub(crate) client: Client,
}

impl TestEmulator {
    /// An emulator without anything.
    pub(crate) fn start() -> Self {
        Self::start_with(|builder| builder)
    }

    /// An emulator without anything, started another way.
    pub(crate) fn start_with(
        change: impl FnOnce(EksEmulatorBuilder) -> EksEmulatorBuilder,
    ) -> Self {
        let start = Timestamp::from_milliseconds(START_SECONDS * 1000);
        let builder = EksEmulator::builder()
            .account(ACCOUNT)
            .region(REGION)
            .clock(ClockStart::PausedAt(start))
            .rng_seed(7);
        let emulator = change(builder).start_blocking().unwrap();
        let client = Client::from_conf(configuration(&emulator).build());
        Self { emulator, client }
    }

    /// An emulator with the active cluster `c1`.
    pub(crate) async fn with_cluster() -> Self {
        let emulator = Self::start();
        emulator.cluster().await;
        emulator
    }

    /// An emulator with the active cluster `c1`, started another way.
    pub(crate) async fn with_cluster_and(
        change: impl FnOnce(EksEmulatorBuilder) -> EksEmulatorBuilder,
    ) -> Self {
        let emulator = Self::start_with(change);
        emulator.cluster().await;
        emulator
    }

    /// A client with other settings.
    pub(crate) fn client_with(&self, change: impl FnOnce(Builder) -> Builder) -> Client {
        Client::from_conf(change(configuration(&self.emulator)).build())
    }

    /// A client of another account or region.
    pub(crate) fn client_of(&self, access_key_id: &str, region: &str) -> Client {
        self.client_with(|configuration| {
            configuration
                .region(Region::new(region.to_owned()))
                .credentials_provider(credentials(access_key_id))
        })
    }

    /// A request to create the cluster `name`.
    pub(crate) fn create_cluster(&self, name: &str) -> CreateClusterFluentBuilder {
        create_cluster(&self.client, name)
    }

    /// Makes the cluster `c1` and lets it become active.
    pub(crate) async fn cluster(&self) -> Cluster {
        self.cluster_named("c1").await
    }

    /// Makes a cluster and lets it become active.
    pub(crate) async fn cluster_named(&self, name: &str) -> Cluster {
        self.create_cluster(name).send().await.unwrap();
        self.emulator.advance_until_idle();
        self.describe_cluster(name).await
    }

    pub(crate) async fn describe_cluster(&self, name: &str) -> Cluster {
        let answer = self.client.describe_cluster().name(name).send().await;
        answer.unwrap().cluster.unwrap()
    }

    /// A request to create an add-on of `c1`.
    pub(crate) fn create_addon(&self, name: &str) -> CreateAddonFluentBuilder {
        self.client
            .create_addon()
            .cluster_name("c1")
            .addon_name(name)
    }

    /// A request to update an add-on of `c1`.
    pub(crate) fn update_addon(&self, name: &str) -> UpdateAddonFluentBuilder {
        self.client
            .update_addon()
            .cluster_name("c1")
            .addon_name(name)
    }

    /// A request to delete an add-on of `c1`.
    pub(crate) fn delete_addon(&self, name: &str) -> DeleteAddonFluentBuilder {
        self.client
            .delete_addon()
            .cluster_name("c1")
            .addon_name(name)
    }

    /// A request to describe an add-on of `c1`.
    pub(crate) fn describe_addon(&self, name: &str) -> DescribeAddonFluentBuilder {
        self.client
            .describe_addon()
            .cluster_name("c1")
            .addon_name(name)
    }

    /// An add-on of `c1` as it is now.
    pub(crate) async fn addon_now(&self, name: &str) -> Addon {
        self.describe_addon(name)
            .send()
            .await
            .unwrap()
            .addon
            .unwrap()
    }

    /// Installs an add-on in `c1` and lets it become active.
    pub(crate) async fn addon(&self, name: &str) -> Addon {
        self.finish(self.create_addon(name)).await
    }

    /// Installs the EBS add-on with one association for `ROLE`.
    pub(crate) async fn addon_with_association(&self) -> Addon {
        let request = self.create_addon(EBS);
        self.finish(request.pod_identity_associations(asked(EBS_ACCOUNT, ROLE)))
            .await
    }

    /// Sends a request to create an add-on and lets it become active.
    pub(crate) async fn finish(&self, request: CreateAddonFluentBuilder) -> Addon {
        let created = request.send().await.unwrap().addon.unwrap();
        self.emulator.advance_until_idle();
        let addon = self.addon_now(created.addon_name().unwrap()).await;
        assert_eq!(addon.status(), Some(&AddonStatus::Active));
        addon
    }

    /// A request to associate a service account of `c1` with `ROLE`.
    pub(crate) fn associate(
        &self,
        namespace: &str,
        service_account: &str,
    ) -> CreatePodIdentityAssociationFluentBuilder {
        self.client
            .create_pod_identity_association()
            .cluster_name("c1")
            .namespace(namespace)
            .service_account(service_account)
            .role_arn(ROLE)
    }

    /// Associates a service account of `c1` with `ROLE`.
    pub(crate) async fn association(
        &self,
        namespace: &str,
        service_account: &str,
    ) -> PodIdentityAssociation {
        let answer = self.associate(namespace, service_account).send().await;
        answer.unwrap().association.unwrap()
    }

    /// An association of `c1` as it is now.
    pub(crate) async fn association_now(&self, id: &str) -> PodIdentityAssociation {
        self.describe_association(id)
            .send()
            .await
            .unwrap()
            .association
            .unwrap()
    }

    /// A request to describe an association of `c1`.
    pub(crate) fn describe_association(
        &self,
        id: &str,
    ) -> DescribePodIdentityAssociationFluentBuilder {
        let request = self.client.describe_pod_identity_association();
        request.cluster_name("c1").association_id(id)
    }

    /// A request to update an association of `c1`.
    pub(crate) fn update_association(&self, id: &str) -> UpdatePodIdentityAssociationFluentBuilder {
        let request = self.client.update_pod_identity_association();
        request.cluster_name("c1").association_id(id)
    }

    /// A request to delete an association of `c1`.
    pub(crate) fn delete_association(&self, id: &str) -> DeletePodIdentityAssociationFluentBuilder {
        let request = self.client.delete_pod_identity_association();
        request.cluster_name("c1").association_id(id)
    }

    /// An update of an add-on of `c1` as it is now.
    pub(crate) async fn addon_update(&self, addon_name: &str, id: &str) -> Update {
        let request = self
            .client
            .describe_update()
            .name("c1")
            .addon_name(addon_name);
        request.update_id(id).send().await.unwrap().update.unwrap()
    }

    /// An update of `c1` itself as it is now.
    pub(crate) async fn cluster_update(&self, id: &str) -> Update {
        let answer = self
            .client
            .describe_update()
            .name("c1")
            .update_id(id)
            .send()
            .await;
        answer.unwrap().update.unwrap()
    }

    /// The associations of `c1`.
    pub(crate) async fn associations(&self) -> Vec<PodIdentityAssociationSummary> {
        let request = self.client.list_pod_identity_associations();
        let answer = request.cluster_name("c1").send().await;
        answer.unwrap().associations.unwrap()
    }

    /// The names of the add-ons of `c1`.
    pub(crate) async fn addon_names(&self) -> Vec<String> {
        let answer = self.client.list_addons().cluster_name("c1").send().await;
        answer.unwrap().addons.unwrap()
    }

    /// An add-on of `c1` as it is on the wire.
    pub(crate) async fn raw_addon(&self, name: &str) -> Value {
        let target = format!("/clusters/c1/addons/{name}");
        self.raw("GET", &target, "").await.json()["addon"].take()
    }

    /// Sends what the SDK would not send.
    pub(crate) async fn raw(&self, method: &str, target: &str, body: &str) -> RawAnswer {
        send(self.emulator.address(), method, target, &[], body).await
    }

    /// Sends what the SDK would not send, with headers.
    pub(crate) async fn raw_with(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> RawAnswer {
        send(self.emulator.address(), method, target, headers, body).await
    }
}

/// A request to create the cluster `name`.
pub(crate) fn create_cluster(client: &Client, name: &str) -> CreateClusterFluentBuilder {
    let network = VpcConfigRequest::builder()
        .subnet_ids("subnet-0123456789abcdef0")
        .subnet_ids("subnet-0123456789abcdef1")
        .build();
    client
        .create_cluster()
        .name(name)
        .role_arn("arn:aws:iam::111122223333:role/cluster")
        .resources_vpc_config(network)
}

/// One association asked of an add-on.
pub(crate) fn asked(service_account: &str, role_arn: &str) -> AddonPodIdentityAssociations {
    AddonPodIdentityAssociations::builder()
        .service_account(service_account)
        .role_arn(role_arn)
        .build()
        .unwrap()
}

/// Something that is wrong with an add-on.
pub(crate) fn issue(code: AddonIssueCode, message: &str) -> Issue {
    Issue {
        code: code.into(),
        message: message.to_owned(),
        resource_ids: None,
    }
}

/// How changes of any add-on end.
pub(crate) fn addon_rule(change: Change, outcome: Outcome) -> TransitionRule {
    TransitionRule {
        name: None,
        home: RuleHome::default(),
        resource: ResourceKind::Addon,
        cluster_name: None,
        addon_name: None,
        change,
        after: None,
        outcome,
    }
}

/// How changes of any cluster end.
pub(crate) fn cluster_rule(change: Change, outcome: Outcome) -> TransitionRule {
    TransitionRule {
        resource: ResourceKind::Cluster,
        ..addon_rule(change, outcome)
    }
}

fn configuration(emulator: &EksEmulator) -> Builder {
    aws_sdk_eks::Config::builder()
        .endpoint_url(emulator.endpoint())
        .region(Region::new(REGION))
        .credentials_provider(credentials("AKIAIOSFODNN7EXAMPLE"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
}

fn credentials(access_key_id: &str) -> Credentials {
    Credentials::new(access_key_id, "not a secret", None, None, "tests")
}

/// Counts the requests that a client sends, repetitions included.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestCount(Arc<AtomicUsize>);

impl RequestCount {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Intercept for RequestCount {
    fn name(&self) -> &'static str {
        "RequestCount"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
