//! `EmulatorAccount`: an emulator as one account sees it.

use std::process::Command;

use eks_emulator_api::eks::Error as EksError;
use eks_emulator_core::Environment;
use eks_emulator_core::cluster::{Cluster, MissingCluster, PodFilter};
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::sigv4::partition_of;

use super::error::check_account_id;
use super::{EksEmulator, Error, Pod, environment};
use crate::reset::Reset;
use crate::state::Scope;

/// An emulator as one account sees it, in the emulator's default region. Made
/// by [`EksEmulator::account`]; it is a handle to the emulator like any other.
#[derive(Clone, Debug)]
pub struct EmulatorAccount {
    pub(super) emulator: EksEmulator,
    pub(super) account_id: String,
}

impl EksEmulator {
    /// The emulator as an account sees it, which is there without having been
    /// made: tests that take an account each do not meet.
    ///
    /// Errors: [`Error::InvalidAccountId`].
    pub fn account(&self, account_id: &str) -> Result<EmulatorAccount, Error> {
        check_account_id(account_id)?;
        Ok(self.account_unchecked(account_id))
    }

    pub(super) fn default_account(&self) -> EmulatorAccount {
        self.account_unchecked(&self.running.app.service.defaults.account_id)
    }

    fn account_unchecked(&self, account_id: &str) -> EmulatorAccount {
        EmulatorAccount {
            emulator: self.clone(),
            account_id: account_id.to_owned(),
        }
    }
}

impl EmulatorAccount {
    /// Its twelve digits.
    pub fn id(&self) -> &str {
        &self.account_id
    }

    /// The region that its callers are in.
    pub fn region(&self) -> &str {
        &self.emulator.running.app.service.defaults.region
    }

    /// The environment in which SDKs, the AWS CLI, eksctl and Terraform call
    /// the emulator as this account. `AWS_ENDPOINT_URL` is not in it: it would
    /// catch calls of services that are not emulated. Nor is what clients need
    /// to trust an emulator that serves HTTPS: they read it from files.
    pub fn env(&self) -> Vec<(String, String)> {
        environment::variables(&self.emulator.endpoint(), &self.account_id, self.region())
    }

    /// Gives a command that environment. Credentials and regions that the
    /// command has been given already stay; what it would inherit and be
    /// misled by, such as profiles and session tokens, does not.
    pub fn apply_env<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        environment::apply(command, self.env())
    }

    /// Forgets what the account has in any region. Other accounts, the clock
    /// and the faults stay, and calls under way are not half before and half
    /// after it.
    pub fn reset(&self) {
        let scope = Scope {
            account_id: Some(self.account_id.clone()),
            region: None,
        };
        let keep = Default::default();
        self.emulator.running.app.service.reset(&Reset {
            scope,
            keep,
            is_bare: false,
        });
    }

    /// The pods of a cluster, and which credentials each gets.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster.
    pub fn pods(&self, cluster_name: &str) -> Result<Vec<Pod>, Error> {
        self.with_cluster(cluster_name, |cluster, environment| {
            let manifests = cluster.pods(environment, PodFilter::default());
            let pod = |manifest| {
                Pod::read(manifest, |namespace, name| {
                    let report = cluster.pod_credentials(namespace, name)?;
                    Some((report.decision.source, report.decision.role_arn))
                })
            };
            manifests.into_iter().filter_map(pod).collect()
        })
    }

    /// Deletes a pod of a cluster as `kubectl delete pod` does; its controller,
    /// if it has one, replaces it.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster or pod.
    pub fn delete_pod(&self, cluster_name: &str, namespace: &str, name: &str) -> Result<(), Error> {
        let deleted = self.with_cluster(cluster_name, |cluster, environment| {
            cluster.delete_pod(environment, namespace, name)
        });
        match deleted? {
            true => Ok(()),
            false => Err(Error::NotFound(format!(
                "There is no pod {namespace}/{name}."
            ))),
        }
    }

    pub(super) fn with_cluster<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Cluster, &Environment<'_>) -> T,
    ) -> Result<T, Error> {
        let entered = self.emulator.running.app.service.enter();
        let region = self.region().to_owned();
        let home = AccountRegion {
            partition: partition_of(&region).to_owned(),
            account_id: self.account_id.clone(),
            region,
        };
        let context = entered.context(entered.clock.now(), home);
        let environment = context.environment();
        let run = |cluster: &mut Cluster| Ok(act(cluster, &environment));
        let result: Result<T, EksError> =
            context
                .region
                .with_cluster(&environment, name, MissingCluster::OnItself, run);
        result.map_err(|_| Error::NotFound(format!("There is no cluster {name}.")))
    }
}
