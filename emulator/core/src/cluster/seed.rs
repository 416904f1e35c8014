//! What seeds do that the API cannot: clusters in any status, with the
//! identifiers, times and keys that they are to have.
//!
//! A seed describes a whole resource, checks it as the API checks it, and
//! gives whether anything has changed. Nothing of a seed takes time: whatever
//! is to have ended has ended on return, and a transition that is to be seen
//! under way waits to be told.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{self, ClusterStatus, CreateClusterRequest, Error, UpdateType};
use eks_emulator_api::eks::{ClusterIssue, ClusterIssueCode};

pub use super::addon::seed::SeededAddon;
pub use super::pod_identity_association::seed::SeededAssociation;

use super::certificate_authority::certificate_authority_data;
use super::transition::{Subject, Transition};
use super::update_config::ConfigurationChange;
use super::{Cluster, Compute, Derived, create, error, moved};
use crate::catalog;
use crate::environment::Environment;
use crate::event::EventKind;
use crate::lifecycle::{After, Issue, Lifecycle, Outcome, Profile};

/// What became of a resource that a seed names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seeded {
    /// It did not exist.
    Created,
    /// It was different.
    Updated,
    /// It was so already.
    Unchanged,
}

/// Whether the rules of the API hold for what a seed makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// They do.
    All,
    /// Only those without which there is no such state.
    None,
}

/// The lifecycle under which seeds are applied: nothing moves by itself.
pub fn seeding_lifecycle() -> Lifecycle {
    Lifecycle {
        profile: Profile::Manual { reads: None },
        rules: Vec::new(),
    }
}

/// What a cluster is known by beside its configuration; what is `None` stays
/// as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeededCluster {
    /// Its status.
    pub status: Option<ClusterStatus>,
    /// What is wrong with it.
    pub issues: Option<Vec<Issue>>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Whether endpoint, issuer and certificate are shown.
    pub has_been_active: Option<bool>,
    /// 32 upper-case hex digits, in the endpoint and in the issuer.
    pub endpoint_id: Option<String>,
    /// Three characters after it in the endpoint.
    pub endpoint_shard: Option<String>,
    /// The security group that EKS made for it.
    pub security_group_id: Option<String>,
    /// The VPC of its subnets.
    pub vpc_id: Option<String>,
    /// The network of services of an IPv6 cluster.
    pub service_ipv6_cidr: Option<String>,
    /// The id of a local cluster on AWS Outposts.
    pub local_cluster_id: Option<String>,
    /// The id of the active certificate authority.
    pub certificate_authority_id: Option<String>,
    /// The certificate, where it is not the one that follows from the seed
    /// of its key.
    pub certificate_authority_data: Option<String>,
    /// The serial number of the certificate.
    pub certificate_authority_serial: Option<u64>,
    /// What the key of the certificate is made from.
    pub certificate_authority_seed: Option<[u8; 32]>,
    /// What the key that signs tokens is made from.
    pub issuer_seed: Option<[u8; 32]>,
    /// Where its pods run.
    pub compute: Option<Compute>,
    /// The version before the last upgrade in place, and when that was.
    pub upgraded_from: Option<(String, Timestamp)>,
}

impl Cluster {
    /// What the cluster is known by beside its configuration.
    pub fn as_seed(&self) -> SeededCluster {
        let identity = &self.identity;
        SeededCluster {
            status: Some(self.status),
            issues: Some(self.issues.clone()),
            created_at: Some(self.created_at),
            has_been_active: Some(self.has_been_active),
            endpoint_id: Some(identity.endpoint_id.clone()),
            endpoint_shard: Some(identity.endpoint_shard.clone()),
            security_group_id: Some(identity.security_group_id.clone()),
            vpc_id: Some(identity.vpc_id.clone()),
            service_ipv6_cidr: Some(identity.service_ipv6_cidr.clone()),
            local_cluster_id: identity.local_cluster_id.clone(),
            certificate_authority_id: Some(identity.certificate_authority_id.clone()),
            certificate_authority_data: identity.certificate_authority_data.clone(),
            certificate_authority_serial: Some(identity.certificate_authority_serial),
            certificate_authority_seed: Some(identity.certificate_authority_seed),
            issuer_seed: Some(identity.issuer_seed),
            compute: Some(self.compute),
            upgraded_from: self.upgraded_from.clone(),
        }
    }

    /// The cluster as `DescribeCluster` shows it, without counting as a read.
    pub fn view(&self) -> eks::Cluster {
        self.describe()
    }

    /// What `CreateCluster` takes and `DescribeCluster` does not show:
    /// whether whoever made the cluster administrates it, and whether EKS put
    /// the network add-ons on it.
    pub fn bootstrap(&self) -> (bool, bool) {
        let configuration = &self.configuration;
        (
            configuration.bootstrap_cluster_creator_admin_permissions,
            configuration.bootstrap_self_managed_addons,
        )
    }

    /// The transitions of the cluster and of its add-ons that are under way.
    pub fn has_ended_everything(&self) -> bool {
        self.schedule
            .iter()
            .all(|transition| transition.subject.is_step())
    }

    /// Gives the cluster the configuration, the tags and the version that a
    /// request would make it with. The version need not be one that clusters
    /// can still be made with, and without checks none that exists.
    ///
    /// Errors: those of `CreateCluster`.
    pub fn seed_configuration(
        &mut self,
        environment: &Environment<'_>,
        mut input: CreateClusterRequest,
        checks: Checks,
    ) -> Result<bool, Error> {
        let version = input.version.take().unwrap_or_else(|| self.version.clone());
        if checks == Checks::All && catalog::cluster_version(&version).is_none() {
            return Err(error::unsupported_version(&self.name));
        }
        let new = create::check(environment, &self.home, &input)?;
        let is_same = *self.configuration == new.configuration
            && self.tags == new.tags
            && self.version == version;
        self.configuration = Arc::new(new.configuration);
        self.tags = new.tags;
        self.version = version;
        Ok(!is_same)
    }

    /// Gives the cluster what it is to be known by. Gives whether anything
    /// has changed.
    pub fn seed(&mut self, environment: &Environment<'_>, seed: SeededCluster) -> bool {
        let before = self.as_seed();
        self.seed_identity(&seed);
        if let Some(compute) = seed.compute {
            self.set_compute(environment, compute);
        }
        if let Some(has_been_active) = seed.has_been_active {
            self.has_been_active = has_been_active;
        }
        let is_same = seed.status.is_none_or(|status| status == self.status)
            && seed.issues.as_ref().is_none_or(|of| *of == self.issues);
        if !is_same {
            self.seed_status(environment, seed.status, seed.issues);
        }
        self.as_seed() != before
    }

    fn seed_identity(&mut self, seed: &SeededCluster) {
        let identity = Arc::make_mut(&mut self.identity);
        let texts = [
            (&mut identity.endpoint_id, &seed.endpoint_id),
            (&mut identity.endpoint_shard, &seed.endpoint_shard),
            (&mut identity.security_group_id, &seed.security_group_id),
            (&mut identity.vpc_id, &seed.vpc_id),
            (&mut identity.service_ipv6_cidr, &seed.service_ipv6_cidr),
            (
                &mut identity.certificate_authority_id,
                &seed.certificate_authority_id,
            ),
        ];
        for (present, wanted) in texts {
            replace(present, wanted);
        }
        if seed.local_cluster_id.is_some() {
            identity.local_cluster_id.clone_from(&seed.local_cluster_id);
        }
        replace(
            &mut identity.certificate_authority_serial,
            &seed.certificate_authority_serial,
        );
        replace(
            &mut identity.certificate_authority_seed,
            &seed.certificate_authority_seed,
        );
        replace(&mut identity.issuer_seed, &seed.issuer_seed);
        replace(&mut self.created_at, &seed.created_at);
        if seed.upgraded_from.is_some() {
            self.upgraded_from.clone_from(&seed.upgraded_from);
        }
        let derived = || {
            certificate_authority_data(
                identity.certificate_authority_seed,
                identity.certificate_authority_serial,
                self.created_at,
            )
        };
        if let Some(data) = &seed.certificate_authority_data {
            let own = Some(data).filter(|data| **data != derived());
            identity.certificate_authority_data = own.cloned();
        }
        // What follows from the seeds of keys is made again when it is needed.
        self.issuer_key = Derived::default();
        self.certificate_authority_data = Derived::default();
    }

    /// Whatever the cluster itself was going through is over.
    fn seed_status(
        &mut self,
        environment: &Environment<'_>,
        status: Option<ClusterStatus>,
        issues: Option<Vec<Issue>>,
    ) {
        self.schedule.cancel(|transition| {
            let subject = &transition.subject;
            !subject.is_step() && subject.addon_name().is_none()
        });
        self.updates.conclude();
        if let Some(issues) = issues {
            self.issues = issues;
        }
        let status = status.unwrap_or(self.status);
        if status != self.status {
            self.set_status(environment.now, status);
        }
        let subject = match status {
            ClusterStatus::Creating => Subject::ClusterCreate,
            ClusterStatus::Deleting => Subject::ClusterDelete,
            ClusterStatus::Updating => self.seeded_update(environment),
            _ => return,
        };
        let outcome = Outcome::Success;
        let transition = Transition { subject, outcome };
        self.schedule.push(environment.now, After::Told, transition);
    }

    /// An update that changes nothing.
    fn seeded_update(&mut self, environment: &Environment<'_>) -> Subject {
        let kind = UpdateType::ConfigUpdate;
        let update = self.new_update(environment, None, kind, Vec::new(), None);
        let update_id = update.id.clone();
        self.updates.add(update);
        let configuration = self.configuration.clone();
        Subject::ClusterUpdate {
            update_id,
            kind,
            change: ConfigurationChange::Configuration(configuration),
        }
    }

    /// Ends what the cluster is going through, with everything that happens
    /// on it meanwhile.
    pub fn seed_end_of_creation(&mut self, environment: &Environment<'_>) {
        self.complete_all(environment);
    }

    /// Lets pods come up that wait to be told, as far as they can.
    pub fn seed_steps(&mut self, environment: &Environment<'_>) {
        // Between a pod's creation and its being ready there are three steps.
        for _ in 0..4 {
            self.complete_steps(environment);
        }
    }

    /// Takes the cluster away with all that it has, whatever it is going
    /// through.
    pub fn seed_removal(&mut self, environment: &Environment<'_>) {
        self.schedule.cancel(|_| true);
        self.gone = true;
        self.record(environment.now, EventKind::ClusterRemoved);
    }

    /// Whether the cluster works, so that it can have add-ons.
    pub(super) fn works(&self) -> bool {
        self.require_active().is_ok()
    }
}

fn replace<T: Clone>(present: &mut T, wanted: &Option<T>) {
    if let Some(wanted) = wanted {
        present.clone_from(wanted);
    }
}

/// The time of a change that a seed makes and for which it names no time.
pub(super) fn time_of_change(
    wanted: Option<Timestamp>,
    before: Timestamp,
    now: Timestamp,
) -> Timestamp {
    wanted.unwrap_or_else(|| moved(before, now))
}

/// A health issue of a cluster as state keeps it.
pub fn issue_of_cluster(issue: &ClusterIssue) -> Issue {
    Issue {
        code: issue.code.unwrap_or(ClusterIssueCode::Other).into(),
        message: issue.message.clone().unwrap_or_default(),
        resource_ids: issue.resource_ids.clone(),
    }
}
