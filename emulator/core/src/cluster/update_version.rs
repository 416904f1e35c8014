//! `UpdateClusterVersion`: one minor version up, or back after an upgrade.

use eks_emulator_api::eks::{
    Error, UpdateClusterVersionRequest, UpdateClusterVersionResponse, UpdateParamType, UpdateType,
};

use crate::catalog;
use crate::cluster::Cluster;
use crate::cluster::error::{self, invalid_parameter};
use crate::cluster::idempotency::{Answer, Call};
use crate::cluster::update_config::ConfigurationChange;
use crate::environment::Environment;
use crate::proposed;

/// How long after an upgrade a rollback is offered; source: EKS user guide,
/// "Roll back a cluster".
const ROLLBACK_WINDOW_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

impl Cluster {
    /// Starts an upgrade by one minor version, or a rollback to the version
    /// before the last upgrade.
    ///
    /// Errors: `InvalidParameterException` for a version that is not offered
    /// or not the next; `ResourceInUseException` while an update runs;
    /// `InvalidRequestException` in a status other than `ACTIVE`.
    pub fn update_cluster_version(
        &mut self,
        environment: &Environment<'_>,
        input: UpdateClusterVersionRequest,
    ) -> Result<UpdateClusterVersionResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("UpdateClusterVersion", token, &input);
        if let Some(Answer::Update(update)) = self.replays.find(&call)? {
            return Ok(UpdateClusterVersionResponse {
                update: Some((**update).clone()),
            });
        }
        let (kind, change) = self.check_version_update(environment, &input)?;
        let version = catalog::cluster_version(&input.version)
            .ok_or_else(|| error::unsupported_version(&self.name))?;
        let params = vec![
            (UpdateParamType::Version, input.version.clone()),
            (
                UpdateParamType::PlatformVersion,
                version.platform_version.to_owned(),
            ),
        ];
        let update = self.start_update(environment, kind, params, token, change);
        self.replays
            .record(call, Answer::Update(Box::new(update.clone())));
        Ok(UpdateClusterVersionResponse {
            update: Some(update),
        })
    }

    fn check_version_update(
        &self,
        environment: &Environment<'_>,
        input: &UpdateClusterVersionRequest,
    ) -> Result<(UpdateType, ConfigurationChange), Error> {
        let version = input.version.clone();
        let offered = catalog::cluster_version(&version)
            .filter(|version| version.is_creatable(environment.now));
        if offered.is_none() {
            return Err(error::unsupported_version(&self.name));
        }
        self.check_rollback_timeout(input)?;
        let kind = if self.can_roll_back_to(environment, &version) {
            UpdateType::VersionRollback
        } else if minor(&version) == minor(&self.version) + 1 {
            UpdateType::VersionUpdate
        } else {
            let error = error::unsupported_version_update(&self.name, &self.version, &version);
            return Err(error);
        };
        self.require_no_update(kind)?;
        let change = match kind {
            UpdateType::VersionRollback => ConfigurationChange::Rollback { version },
            _ => ConfigurationChange::Upgrade { version },
        };
        Ok((kind, change))
    }

    fn can_roll_back_to(&self, environment: &Environment<'_>, version: &str) -> bool {
        self.upgraded_from.as_ref().is_some_and(|(before, at)| {
            before == version && environment.now <= at.plus_milliseconds(ROLLBACK_WINDOW_MS)
        })
    }

    fn check_rollback_timeout(&self, input: &UpdateClusterVersionRequest) -> Result<(), Error> {
        let timeout = input
            .rollback_config
            .as_ref()
            .and_then(|config| config.timeout_minutes);
        match timeout {
            Some(minutes) if !(120..=10_080).contains(&minutes) => Err(invalid_parameter(
                &self.name,
                proposed::INVALID_ROLLBACK_TIMEOUT,
            )),
            _ => Ok(()),
        }
    }
}

/// The minor number of a version of the catalogue, for example 36.
fn minor(version: &str) -> i64 {
    version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok())
        .unwrap_or(0)
}
