//! `UpdateClusterConfig`: one kind of change per call.

mod auto_mode;
mod check;
mod components;
mod kind;

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    ClusterStatus, Error, UpdateClusterConfigRequest, UpdateClusterConfigResponse, UpdateType,
};
use serde::{Deserialize, Serialize};

pub(super) use auto_mode::AutoModeRequest;
pub(super) use check::{
    check_cidrs, check_endpoints, check_remote_networks, check_subnets, is_service_cidr,
};
pub(super) use components::{ComponentsRequest, check_components};

use crate::cluster::configuration::Configuration;
use crate::cluster::error::{self, invalid_parameter};
use crate::cluster::idempotency::{Answer, Call};
use crate::cluster::transition::Subject;
use crate::cluster::update::Param;
use crate::cluster::{Cluster, moved};
use crate::environment::Environment;
use crate::lifecycle::Change;
use crate::proposed;

/// What an update changes once it succeeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(super) enum ConfigurationChange {
    /// The configuration becomes this one.
    Configuration(Arc<Configuration>),
    /// The Kubernetes version goes up.
    Upgrade { version: String },
    /// The Kubernetes version goes back.
    Rollback { version: String },
}

/// A change that passed its checks, with the parameters that its update shows.
struct CheckedChange {
    configuration: Configuration,
    params: Vec<Param>,
}

impl Cluster {
    /// Starts a change of the configuration.
    ///
    /// Errors: `InvalidParameterException` for more than one kind of change,
    /// for none and for one that changes nothing; `ResourceInUseException`
    /// while an update runs; `InvalidRequestException` in a status other
    /// than `ACTIVE`.
    pub fn update_cluster_config(
        &mut self,
        environment: &Environment<'_>,
        input: UpdateClusterConfigRequest,
    ) -> Result<UpdateClusterConfigResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("UpdateClusterConfig", token, &input);
        if let Some(Answer::Update(update)) = self.replays.find(&call)? {
            return Ok(UpdateClusterConfigResponse {
                update: Some((**update).clone()),
            });
        }
        let kind = kind::only_kind(&self.name, &input)?;
        self.require_no_update(kind)?;
        let change = kind::check(self, environment, kind, &input)?;
        let update = self.start_update(
            environment,
            kind,
            change.params,
            token,
            ConfigurationChange::Configuration(Arc::new(change.configuration)),
        );
        self.replays
            .record(call, Answer::Update(Box::new(update.clone())));
        Ok(UpdateClusterConfigResponse {
            update: Some(update),
        })
    }

    /// Refuses a second update, and any on a cluster that does not work.
    pub(super) fn require_no_update(&self, requested: UpdateType) -> Result<(), Error> {
        if let Some(running) = self.updates.in_progress() {
            let requested = requested.as_str();
            return Err(error::update_in_progress(
                &self.name,
                requested,
                &running.id,
            ));
        }
        if self.status != ClusterStatus::Active {
            return Err(error::cluster_is_not_active(&self.name));
        }
        Ok(())
    }

    /// Starts an update of the cluster and gives its view.
    pub(super) fn start_update(
        &mut self,
        environment: &Environment<'_>,
        kind: UpdateType,
        params: Vec<Param>,
        token: Option<&str>,
        change: ConfigurationChange,
    ) -> eks_emulator_api::eks::Update {
        let update = self.new_update(environment, None, kind, params, token);
        let view = update.describe();
        let update_id = update.id.clone();
        self.updates.add(update);
        self.set_status(environment.now, ClusterStatus::Updating);
        let subject = Subject::ClusterUpdate {
            update_id,
            kind,
            change,
        };
        self.start(environment, Change::Update, subject);
        view
    }

    /// An update succeeded at `at`.
    pub(super) fn apply_change(&mut self, at: Timestamp, change: ConfigurationChange) {
        match change {
            ConfigurationChange::Configuration(configuration) => {
                self.configuration = configuration;
            }
            ConfigurationChange::Upgrade { version } => {
                let before = std::mem::replace(&mut self.version, version);
                self.upgraded_from = Some((before, moved(self.created_at, at)));
            }
            ConfigurationChange::Rollback { version } => {
                self.version = version;
                self.upgraded_from = None;
            }
        }
    }
}

/// An update that changes nothing, for kinds whose text is not known.
fn no_changes(name: &str, member: &str) -> Error {
    invalid_parameter(name, proposed::no_changes_detected(member))
}
