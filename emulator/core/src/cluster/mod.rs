//! The aggregate: a cluster with everything that belongs to it.

pub mod addon;
pub mod certificate_authority;
mod configuration;
mod create;
mod delete;
mod derived;
mod describe;
mod eks_auth;
mod error;
mod idempotency;
mod invariant;
mod list;
mod observe;
mod pending;
pub mod pod_identity_association;
pub mod seed;
mod seed_objects;
mod slot;
mod slot_change;
mod slot_document;
mod state_change;
mod tag;
mod token;
mod transition;
mod update;
mod update_config;
mod update_version;
mod workloads;

use std::collections::BTreeMap;
use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{ClusterStatus, Error, UpdateStatus, UpdateType};
use serde::{Deserialize, Serialize};

pub use eks_auth::{invalid_pod_token, no_cluster_for_pod};
pub use error::MissingCluster;
pub(crate) use invariant::LAST_COUNT;
pub use list::ClusterListing;
pub use observe::{CredentialReport, PodFilter, ResourceCounts};
pub use pending::PendingTransition;
pub use seed_objects::SeededServiceAccount;
pub use slot::ClusterSlot;
pub use slot_change::SlotChanges;
pub use token::{POD_IDENTITY_AUDIENCE, TokenRequest};
pub use transition::Idle;
pub(crate) use workloads::AGENT_ADDON;
pub use workloads::Compute;

use crate::credentials::issuer::IssuerKey;
use crate::environment::Environment;
use crate::event::{AddonReference, Event, EventKind};
use crate::ids::{IdKind, Ids};
use crate::kubernetes::Kubernetes;
use crate::lifecycle::{Change, Issue, Starting};
use crate::region::AccountRegion;
use crate::schedule::Schedule;
use crate::shared::SharedMap;
use crate::state::hex;
use crate::tagging::Tags;
use addon::Addon;
use configuration::Configuration;
use create::NewCluster;
use derived::Derived;
use idempotency::Replays;
use pod_identity_association::Associations;
use transition::{Subject, Transition};
use update::{Param, Update, Updates};

/// A cluster with everything that belongs to it.
///
/// In documents it is a part of its [`ClusterSlot`], which says where it
/// lives and what it is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    #[serde(skip)]
    home: Arc<AccountRegion>,
    #[serde(skip)]
    name: Arc<str>,
    ids: Ids,
    status: ClusterStatus,
    has_been_active: bool,
    created_at: Timestamp,
    version: String,
    /// The version before the last upgrade in place, and when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upgraded_from: Option<(String, Timestamp)>,
    configuration: Arc<Configuration>,
    identity: Arc<Identity>,
    #[serde(skip)]
    certificate_authority_data: Derived<String>,
    /// What the issuer's URL begins with, if it is not the region's host.
    #[serde(skip)]
    issuer_base: Option<Arc<str>>,
    #[serde(skip)]
    issuer_key: Derived<IssuerKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issues: Vec<Issue>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    updates: Updates,
    addons: SharedMap<String, Addon>,
    /// Fields of add-ons' Kubernetes objects that someone else has changed,
    /// by add-on name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    conflicts: BTreeMap<String, Vec<String>>,
    associations: Associations,
    associations_version: u64,
    kubernetes: Kubernetes,
    compute: Compute,
    replays: Replays,
    schedule: Schedule<Transition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event>,
    gone: bool,
}

/// The identifiers that a cluster is given when it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Identity {
    /// 32 upper-case hex digits, in the endpoint and in the issuer.
    endpoint_id: String,
    /// Three characters after it in the endpoint.
    endpoint_shard: String,
    security_group_id: String,
    service_ipv6_cidr: String,
    vpc_id: String,
    /// Only for local clusters on AWS Outposts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    local_cluster_id: Option<String>,
    certificate_authority_id: String,
    #[serde(with = "hex")]
    certificate_authority_serial: u64,
    #[serde(with = "hex")]
    certificate_authority_seed: [u8; 32],
    /// The certificate that a seed gave it, where it is not the one that
    /// follows from the seed of its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_authority_data: Option<String>,
    #[serde(with = "hex")]
    issuer_seed: [u8; 32],
}

impl Cluster {
    fn create(
        environment: &Environment<'_>,
        home: Arc<AccountRegion>,
        mut ids: Ids,
        new: NewCluster,
    ) -> Self {
        let identity = new.identity(&home, &mut ids);
        let mut cluster = Self {
            home,
            name: new.name.as_str().into(),
            ids,
            status: ClusterStatus::Creating,
            has_been_active: false,
            created_at: environment.now,
            version: new.version,
            upgraded_from: None,
            configuration: Arc::new(new.configuration),
            identity: Arc::new(identity),
            certificate_authority_data: Derived::default(),
            issuer_base: None,
            issuer_key: Derived::default(),
            issues: Vec::new(),
            tags: new.tags,
            updates: Updates::default(),
            addons: SharedMap::default(),
            conflicts: BTreeMap::new(),
            associations: Associations::default(),
            associations_version: 0,
            kubernetes: Kubernetes::default(),
            compute: Compute::default(),
            replays: Replays::default(),
            schedule: Schedule::default(),
            events: Vec::new(),
            gone: false,
        };
        cluster.record(
            environment.now,
            EventKind::ClusterStatusChanged {
                from: None,
                status: ClusterStatus::Creating,
            },
        );
        cluster.start(environment, Change::Create, Subject::ClusterCreate);
        cluster
    }

    /// The cluster's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Performs what has fallen due, in order of time.
    pub fn advance_to(&mut self, environment: &Environment<'_>) {
        while let Some((at, transition)) = self.schedule.pop_due(environment.now) {
            self.perform(environment, at, transition);
        }
    }

    /// When the next transition falls due by time.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.schedule.next_due()
    }

    /// Whether the cluster has been deleted to the end.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    fn is_being_deleted(&self) -> bool {
        self.status == ClusterStatus::Deleting
    }

    /// A number that changes whenever an association does.
    pub fn associations_version(&self) -> u64 {
        self.associations_version
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn record(&mut self, at: Timestamp, kind: EventKind) {
        self.associations_version += u64::from(kind.is_about_association());
        self.events.push(Event {
            at,
            cluster_name: self.name.clone(),
            kind,
        });
    }

    fn set_status(&mut self, at: Timestamp, status: ClusterStatus) {
        let from = Some(std::mem::replace(&mut self.status, status));
        self.record(at, EventKind::ClusterStatusChanged { from, status });
    }

    /// Puts a transition on the schedule, as the lifecycle plans it.
    fn start(&mut self, environment: &Environment<'_>, change: Change, subject: Subject) {
        let plan = environment.lifecycle.plan(&Starting {
            home: &self.home,
            cluster_name: &self.name,
            addon_name: subject.addon_name(),
            change,
            update: subject.update_kind(),
        });
        let transition = Transition {
            subject,
            outcome: plan.outcome,
        };
        self.schedule.push(environment.now, plan.after, transition);
    }

    /// Refuses what needs a cluster that works.
    fn require_active(&self) -> Result<(), Error> {
        match self.status {
            ClusterStatus::Active | ClusterStatus::Updating => Ok(()),
            _ => Err(error::cluster_is_not_active(&self.name)),
        }
    }

    /// The record of an update of an add-on, or of the cluster itself, that
    /// starts now.
    fn new_update(
        &mut self,
        environment: &Environment<'_>,
        addon: Option<Arc<AddonReference>>,
        kind: UpdateType,
        params: Vec<Param>,
        token: Option<&str>,
    ) -> Update {
        let id: Arc<str> = self.update_id(kind, token).into();
        self.record(
            environment.now,
            EventKind::UpdateStatusChanged {
                id: id.clone(),
                addon,
                status: UpdateStatus::InProgress,
            },
        );
        Update {
            id,
            status: UpdateStatus::InProgress,
            kind,
            params,
            created_at: environment.now,
            errors: Vec::new(),
        }
    }

    /// A name-based UUID: update ids of today are of version 3, which fits
    /// ids made from the request token. Without one, chance takes its place.
    ///
    /// Source: outputs in the AWS CLI's examples and in aws/aws-cdk issue 33452.
    fn update_id(&mut self, kind: UpdateType, token: Option<&str>) -> String {
        let drawn = self.ids.next(IdKind::Update);
        let chance = || format!("{drawn:032x}");
        let name = token.map_or_else(chance, str::to_owned);
        let name = format!("{}/{kind}/{}/{name}", self.arn(), self.identity.endpoint_id);
        uuid::Uuid::new_v3(&uuid::Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
    }

    fn arn(&self) -> String {
        self.home.eks_arn(&["cluster", &self.name])
    }
}

/// The modification time of a resource that changes at `at`: it moves with
/// every change, even if the clock stands still.
fn moved(before: Timestamp, at: Timestamp) -> Timestamp {
    at.max(before.plus_milliseconds(1))
}
