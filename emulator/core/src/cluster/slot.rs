//! A cluster's name in an account and region, and who holds it.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    self, CreateClusterRequest, CreateClusterResponse, DescribeClusterResponse, Error,
};
use serde::{Deserialize, Serialize};

use crate::cluster::error::{self, MissingCluster};
use crate::cluster::idempotency::{Call, CallKey, token_reused};
use crate::cluster::slot_document::SlotDocument;
use crate::cluster::{Cluster, create};
use crate::environment::Environment;
use crate::event::Event;
use crate::ids::Ids;
use crate::region::AccountRegion;
use crate::state::{hex, view};

/// A cluster's name in an account and region: the cluster that holds it, if
/// any, and how many held it before.
///
/// The number makes the identifiers of a cluster that is created again
/// differ from those of its predecessors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "SlotDocument", try_from = "SlotDocument")]
pub struct ClusterSlot {
    pub(super) home: Arc<AccountRegion>,
    pub(super) name: Arc<str>,
    pub(super) seed: u64,
    pub(super) held_before: u64,
    pub(super) issuer_base: Option<Arc<str>>,
    pub(super) cluster: Option<Cluster>,
    pub(super) creation: Option<Arc<Creation>>,
    pub(super) events: Vec<Event>,
}

/// The call that made the cluster, to be answered again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Creation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<CallKey>,
    #[serde(with = "hex")]
    call_fingerprint: u64,
    #[serde(with = "view")]
    response: eks::Cluster,
}

impl ClusterSlot {
    /// The name `name`, which `held_before` clusters held and none holds now.
    /// `seed` is the emulator's.
    pub fn new(home: Arc<AccountRegion>, name: String, seed: u64, held_before: u64) -> Self {
        Self {
            home,
            name: name.into(),
            seed,
            held_before,
            issuer_base: None,
            cluster: None,
            creation: None,
            events: Vec::new(),
        }
    }

    /// The same name, whose clusters' issuers have URLs that begin with `base`
    /// instead of the region's host, for example `https://127.0.0.1:4566`.
    pub fn with_issuer_base(mut self, base: Option<Arc<str>>) -> Self {
        self.issuer_base = base;
        self
    }

    /// The account and region that the name belongs to.
    pub fn home(&self) -> &Arc<AccountRegion> {
        &self.home
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Uses `home` in the place of an equal one of its own: what was read from
    /// a document shares nothing with others yet.
    pub fn share_home(&mut self, home: &Arc<AccountRegion>) {
        if self.home == *home {
            self.home = home.clone();
            if let Some(cluster) = &mut self.cluster {
                cluster.home = home.clone();
            }
        }
    }

    /// The number of clusters that have held the name, the present one included.
    pub fn holders(&self) -> u64 {
        self.held_before
    }

    /// The last part of the URL of the cluster's issuer.
    pub fn issuer_id(&self) -> Option<&str> {
        let cluster = self.cluster.as_ref()?;
        Some(&cluster.identity.endpoint_id)
    }

    /// The cluster as it was left, whatever has fallen due since.
    pub fn as_left(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// When the next thing falls due by time.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.cluster.as_ref().and_then(Cluster::next_due)
    }

    /// Whether no cluster held the name when it was last looked at.
    pub fn is_vacant(&self) -> bool {
        self.cluster.is_none()
    }

    /// The cluster, brought to the present; `None` if there is none (any more).
    pub fn cluster(&mut self, environment: &Environment<'_>) -> Option<&mut Cluster> {
        if let Some(cluster) = &mut self.cluster {
            cluster.advance_to(environment);
        }
        self.drop_if_gone();
        self.cluster.as_mut()
    }

    fn drop_if_gone(&mut self) {
        if self.cluster.as_ref().is_some_and(Cluster::is_gone) {
            if let Some(mut cluster) = self.cluster.take() {
                self.events.append(&mut cluster.take_events());
            }
            self.creation = None;
        }
    }

    /// Makes a cluster. `clusters` is the number of clusters that the
    /// account has in the region.
    ///
    /// Errors: `ResourceInUseException` if the name is taken,
    /// `ResourceLimitExceededException`, `InvalidParameterException` and
    /// `AccessDeniedException` for what is wrong with the input.
    pub fn create_cluster(
        &mut self,
        environment: &Environment<'_>,
        clusters: usize,
        input: CreateClusterRequest,
    ) -> Result<CreateClusterResponse, Error> {
        let call = Call::new(
            "CreateCluster",
            input.client_request_token.as_deref(),
            &input,
        );
        if self.cluster(environment).is_some() {
            return self.created_before(&call);
        }
        let configuration = create::check(environment, &self.home, &input)?;
        if clusters >= environment.limits.clusters {
            return Err(error::too_many_clusters(
                &self.name,
                environment.limits.clusters,
            ));
        }
        self.held_before = self.held_before.saturating_add(1);
        let mut cluster =
            Cluster::create(environment, self.home.clone(), self.ids(), configuration);
        cluster.issuer_base.clone_from(&self.issuer_base);
        let response = create::response(&cluster);
        self.cluster = Some(cluster);
        self.creation = Some(Arc::new(Creation {
            key: call.key(),
            call_fingerprint: call.fingerprint(),
            response: response.clone(),
        }));
        Ok(CreateClusterResponse {
            cluster: Some(response),
        })
    }

    /// The name is taken; by this very call, perhaps.
    fn created_before(&self, call: &Call) -> Result<CreateClusterResponse, Error> {
        let is_going = self.cluster.as_ref().is_some_and(Cluster::is_being_deleted);
        match &self.creation {
            Some(creation) if !is_going && call.key().is_some() && creation.key == call.key() => {
                if creation.call_fingerprint != call.fingerprint() {
                    return Err(token_reused());
                }
                Ok(CreateClusterResponse {
                    cluster: Some(creation.response.clone()),
                })
            }
            _ => Err(error::cluster_already_exists(&self.name)),
        }
    }

    fn ids(&self) -> Ids {
        let AccountRegion {
            partition,
            account_id,
            region,
        } = &*self.home;
        let scope = format!(
            "{partition}/{account_id}/{region}/{}/{}",
            self.name, self.held_before
        );
        Ids::new(self.seed, &scope)
    }

    /// Shows the cluster; counts as a read of it.
    ///
    /// Errors: `ResourceNotFoundException`.
    pub fn describe_cluster(
        &mut self,
        environment: &Environment<'_>,
    ) -> Result<DescribeClusterResponse, Error> {
        if let Some(cluster) = self.cluster(environment) {
            cluster.count_read_of_cluster(environment);
        }
        self.drop_if_gone();
        let missing = || MissingCluster::OnItself.error(&self.name);
        let cluster = self.cluster.as_mut().ok_or_else(missing)?;
        Ok(DescribeClusterResponse {
            cluster: Some(cluster.describe()),
        })
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.events);
        if let Some(cluster) = &mut self.cluster {
            let mut of_cluster = cluster.take_events();
            if events.is_empty() {
                return of_cluster;
            }
            events.append(&mut of_cluster);
        }
        events
    }
}
