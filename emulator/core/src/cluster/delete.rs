//! `DeleteCluster`.

use eks_emulator_api::eks::{ClusterStatus, DeleteClusterResponse, Error};

use crate::cluster::transition::Subject;
use crate::cluster::{Cluster, error};
use crate::environment::Environment;
use crate::lifecycle::Change;
use crate::proposed;

impl Cluster {
    /// Deletes the cluster with its add-ons and associations, which do not
    /// stand in the way.
    ///
    /// Errors: `ResourceInUseException` while an update runs,
    /// `InvalidRequestException` if the active cluster is protected.
    /// Source: EKS user guide, "Delete a cluster" and "Protect EKS clusters
    /// from accidental deletion".
    pub fn delete_cluster(
        &mut self,
        environment: &Environment<'_>,
    ) -> Result<DeleteClusterResponse, Error> {
        if self.status != ClusterStatus::Deleting {
            self.check_deletable()?;
            self.apply_delete(environment);
        }
        Ok(DeleteClusterResponse {
            cluster: Some(self.describe_without_health()),
        })
    }

    fn check_deletable(&self) -> Result<(), Error> {
        if self.status == ClusterStatus::Updating {
            return Err(error::cannot_delete_during_update(&self.name));
        }
        if self.status == ClusterStatus::Active && self.configuration.deletion_protection {
            return Err(error::invalid_request(
                &self.name,
                proposed::deletion_protection(&self.name),
            ));
        }
        Ok(())
    }

    /// Nothing that was under way ends any more.
    fn apply_delete(&mut self, environment: &Environment<'_>) {
        self.schedule
            .cancel(|transition| transition.subject == Subject::ClusterCreate);
        self.set_status(environment.now, ClusterStatus::Deleting);
        self.start(environment, Change::Delete, Subject::ClusterDelete);
    }
}
