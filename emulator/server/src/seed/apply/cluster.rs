//! Clusters themselves.

use eks_emulator_api::eks::{ClusterStatus, CreateClusterRequest, Error, schema};
use eks_emulator_core::catalog;
use eks_emulator_core::cluster::seed::{Checks, Seeded, SeededCluster};
use eks_emulator_core::cluster::{Cluster, MissingCluster};
use eks_emulator_core::iam::seed::SeededRole;
use eks_emulator_core::region::AccountRegion;
use serde_json::{Value, json};

use super::Application;
use super::blame::part_to_blame;
use super::known::{before_parts, known};
use crate::seed::document::{ClusterSeed, Seed, Trust};
use crate::seed::export::{cluster_members, strip_nulls};
use crate::seed::mistake::Mistake;
use crate::seed::place::iam_arn;
use crate::seed::trust;

/// The role of clusters that name none.
const DEFAULT_ROLE: &str = "eks-cluster";
/// The subnets of clusters that name none.
const DEFAULT_SUBNETS: [&str; 2] = ["subnet-00000000000000001", "subnet-00000000000000002"];
/// Members whose keys are the user's: they are replaced and not merged.
const WHOLE: [&str; 1] = ["tags"];

/// A cluster of a document, with where it is.
pub(super) struct ClusterPlan<'a> {
    pub(super) pointer: String,
    pub(super) seed: &'a ClusterSeed,
    pub(super) home: AccountRegion,
    default_version: Option<&'a str>,
}

impl ClusterPlan<'_> {
    pub(super) fn arn(&self) -> String {
        let AccountRegion {
            partition,
            account_id,
            region,
        } = &self.home;
        let name = &self.seed.name;
        format!("arn:{partition}:eks:{region}:{account_id}:cluster/{name}")
    }

    pub(super) fn iam_arn(&self, text: &str) -> String {
        iam_arn(text, &self.home.partition, &self.home.account_id)
    }

    pub(super) fn has_parts(&self) -> bool {
        let seed = self.seed;
        !seed.addons.is_empty()
            || !seed.pod_identity_associations.is_empty()
            || !seed.service_accounts.is_empty()
            || !seed.pods.is_empty()
    }

    /// Whether it is to look as one that never came up.
    fn never_came_up(&self) -> bool {
        let is_early = matches!(
            self.seed.status,
            Some(ClusterStatus::Creating | ClusterStatus::Pending | ClusterStatus::Failed)
        );
        is_early && self.seed.endpoint.is_none() && !self.has_parts()
    }

    pub(super) fn checks(&self) -> Checks {
        checks(self.seed.x_emulator.force)
    }
}

pub(super) fn checks(force: bool) -> Checks {
    match force {
        true => Checks::None,
        false => Checks::All,
    }
}

/// `default` and `latest` as versions.
fn version_named(text: &str) -> &str {
    let newest = || {
        let versions = catalog::cluster_versions().iter();
        versions.max_by_key(|version| version.release_date)
    };
    match text {
        "default" => catalog::default_cluster_version().version,
        "latest" => newest().map_or(text, |version| version.version),
        text => text,
    }
}

impl Application<'_> {
    /// Where each cluster is; one that is there twice is a mistake.
    pub(super) fn plan_clusters<'s>(&mut self, seed: &'s Seed) -> Vec<ClusterPlan<'s>> {
        let mut plans: Vec<ClusterPlan<'s>> = Vec::new();
        for (index, cluster) in seed.clusters.iter().enumerate() {
            let pointer = format!("/clusters/{index}");
            let home = match self.home.of_cluster(&pointer, cluster) {
                Ok(home) => home,
                Err(mistake) => {
                    self.mistakes.push(mistake);
                    continue;
                }
            };
            let is_same =
                |plan: &ClusterPlan<'_>| plan.home == home && plan.seed.name == cluster.name;
            if plans.iter().any(is_same) {
                let message = format!("the cluster {} is in the document already", cluster.name);
                self.mistake(format!("{pointer}/name"), message);
                continue;
            }
            plans.push(ClusterPlan {
                pointer,
                seed: cluster,
                home,
                default_version: seed.defaults.kubernetes_version.as_deref(),
            });
        }
        plans
    }

    /// Runs `run` on a cluster that is there.
    pub(super) fn in_cluster<T>(
        &self,
        plan: &ClusterPlan<'_>,
        run: impl FnOnce(&mut Cluster) -> T,
    ) -> Option<T> {
        let region = self.state.region(plan.home.clone());
        let environment = self.environment(false);
        let missing = MissingCluster::OnItself;
        let run = |cluster: &mut Cluster| Ok::<T, Error>(run(cluster));
        region
            .with_cluster(&environment, &plan.seed.name, missing, run)
            .ok()
    }

    /// Makes a cluster or changes it. Gives whether its parts can follow.
    pub(super) fn apply_cluster(&mut self, plan: &ClusterPlan<'_>) -> bool {
        match self.try_cluster(plan) {
            Ok(seeded) => {
                self.report.add(seeded, plan.arn());
                true
            }
            Err(mistake) => {
                self.mistakes.push(mistake);
                false
            }
        }
    }

    fn try_cluster(&mut self, plan: &ClusterPlan<'_>) -> Result<Seeded, Mistake> {
        let known = known(plan)?;
        let present = self.in_cluster(plan, |cluster| cluster_members(cluster));
        let named = named_members(plan);
        let seeded = match present {
            None => {
                self.make_cluster(plan, named)?;
                Seeded::Created
            }
            Some(present) => match self.change_cluster(plan, &present, named)? {
                true => Seeded::Updated,
                false => Seeded::Unchanged,
            },
        };
        let environment = self.environment(false);
        let is_new = seeded == Seeded::Created;
        let changed = self.in_cluster(plan, |cluster| {
            if let (true, Some(compute)) = (is_new, known.compute) {
                cluster.set_compute(&environment, compute);
            }
            if is_new && !plan.never_came_up() {
                cluster.seed_end_of_creation(&environment);
            }
            let before = cluster.as_seed();
            cluster.seed(&environment, before_parts(plan, &known));
            cluster.as_seed() != before
        });
        // Statuses that stand in the way of parts come after them.
        let is_about_status = known.status.is_some() && plan.has_parts();
        Ok(match seeded {
            Seeded::Unchanged if changed == Some(true) && !is_about_status => Seeded::Updated,
            seeded => seeded,
        })
    }

    fn make_cluster(&mut self, plan: &ClusterPlan<'_>, mut named: Value) -> Result<(), Mistake> {
        if named.get("roleArn").is_none() {
            named["roleArn"] = json!(plan.iam_arn(&format!("role/{DEFAULT_ROLE}")));
            self.make_default_role(plan);
        }
        let network = &mut named["resourcesVpcConfig"];
        if network.is_null() {
            *network = json!({});
        }
        if network.get("subnetIds").is_none() && plan.seed.outpost_config.is_none() {
            network["subnetIds"] = json!(DEFAULT_SUBNETS);
        }
        let force = plan.seed.x_emulator.force;
        let version = named["version"].as_str().map(str::to_owned);
        let version = version.unwrap_or_else(|| default_version(plan).to_owned());
        named["version"] = json!(version);
        let request = self.request(plan, &named)?;
        let region = self.state.region(plan.home.clone());
        let environment = self.environment(force);
        let creation = CreateClusterRequest {
            version: None,
            ..request.clone()
        };
        let refuse = |error: &Error| self.blame_cluster(plan, &named, error);
        region
            .create_cluster(&environment, creation)
            .map_err(|error| refuse(&error))?;
        let configured = self.in_cluster(plan, |cluster| {
            cluster.seed_configuration(&environment, request, plan.checks())
        });
        configured
            .transpose()
            .map(|_| ())
            .map_err(|error| refuse(&error))
    }

    /// Gives whether anything has changed.
    fn change_cluster(
        &self,
        plan: &ClusterPlan<'_>,
        present: &ClusterSeed,
        named: Value,
    ) -> Result<bool, Mistake> {
        let mut members = serde_json::to_value(present).unwrap_or_default();
        strip_nulls(&mut members);
        let before = members.clone();
        overlay(&mut members, &named);
        if members == before {
            return Ok(false);
        }
        let request = self.request(plan, &members)?;
        let environment = self.environment(plan.seed.x_emulator.force);
        let changed = self.in_cluster(plan, |cluster| {
            cluster.seed_configuration(&environment, request, plan.checks())
        });
        changed
            .unwrap_or(Ok(false))
            .map_err(|error| self.blame_cluster(plan, &members, &error))
    }

    /// The request that would make such a cluster.
    fn request(
        &self,
        plan: &ClusterPlan<'_>,
        members: &Value,
    ) -> Result<CreateClusterRequest, Mistake> {
        read_request(members).map_err(|error| Mistake::new(&*plan.pointer, error.to_string()))
    }

    fn blame_cluster(&self, plan: &ClusterPlan<'_>, members: &Value, error: &Error) -> Mistake {
        let environment = self.environment(plan.seed.x_emulator.force);
        let refusal = error.to_string();
        let members = members.as_object().cloned().unwrap_or_default();
        let required = ["name", "roleArn", "resourcesVpcConfig"];
        let bare = json!({
            "name": plan.seed.name,
            "roleArn": members.get("roleArn"),
            "resourcesVpcConfig": { "subnetIds": DEFAULT_SUBNETS },
        });
        let optional = members
            .iter()
            .filter(|(name, _)| !required[..2].contains(&name.as_str()));
        let parts = optional.map(|(name, value)| {
            let add = move |whole: &mut Value| whole[name] = value.clone();
            (name.as_str(), Box::new(add) as Box<dyn Fn(&mut Value)>)
        });
        let home = std::sync::Arc::new(plan.home.clone());
        let refuse = |whole: Value| {
            let mut slot = eks_emulator_core::cluster::ClusterSlot::new(
                home.clone(),
                plan.seed.name.clone(),
                0,
                0,
            );
            let request = read_request(&whole).ok()?;
            let creation = CreateClusterRequest {
                version: None,
                ..request.clone()
            };
            if let Err(error) = slot.create_cluster(&environment, 0, creation) {
                return Some(error.to_string());
            }
            let cluster = slot.cluster(&environment)?;
            let made = cluster.seed_configuration(&environment, request, plan.checks());
            made.err().map(|error| error.to_string())
        };
        let pointer = &plan.pointer;
        let is_bare = refuse(bare.clone()).as_deref() == Some(&refusal);
        let part = part_to_blame(bare, parts, &refusal, refuse);
        let pointer = match part {
            Some(part) => format!("{pointer}/{part}"),
            None if is_bare => format!("{pointer}/roleArn"),
            None => pointer.clone(),
        };
        Mistake::new(pointer, refusal)
    }

    /// Where roles have to exist, the one that clusters have by default does.
    fn make_default_role(&mut self, plan: &ClusterPlan<'_>) {
        if !self.is_strict {
            return;
        }
        let wanted = SeededRole {
            name: DEFAULT_ROLE.into(),
            path: "/".into(),
            trust_policy: trust::text(&Trust::Eks).unwrap_or_default(),
            ..SeededRole::default()
        };
        let mut store = self.identity.lock();
        let account = store.account(&plan.home.partition, &plan.home.account_id);
        if account
            .role_by_arn(&plan.iam_arn(&format!("role/{DEFAULT_ROLE}")))
            .is_some()
        {
            return;
        }
        let made = account.seed_role(self.now, &wanted);
        drop(store);
        if let Ok((seeded, arn)) = made {
            self.report.add(seeded, arn);
        }
    }

    /// The status that a cluster is to have in the end.
    pub(super) fn apply_final_status(&mut self, plan: &ClusterPlan<'_>) {
        let Ok(known) = known(plan) else {
            return;
        };
        let environment = self.environment(false);
        let last = SeededCluster {
            status: known.status,
            issues: known.issues,
            ..SeededCluster::default()
        };
        let changed = self.in_cluster(plan, |cluster| cluster.seed(&environment, last));
        let _ = changed;
    }
}

/// Reads the members of a document that a request has, and no others.
fn read_request(members: &Value) -> serde_json::Result<CreateClusterRequest> {
    let names = schema::CREATE_CLUSTER_REQUEST.members().iter();
    let named = names.filter_map(|member| {
        let value = members.get(member.name)?.clone();
        Some((member.name.to_owned(), value))
    });
    serde_json::from_value(Value::Object(named.collect()))
}

fn default_version<'a>(plan: &ClusterPlan<'a>) -> &'a str {
    version_named(plan.default_version.unwrap_or("default"))
}

/// The members of the configuration that a document names, in full.
fn named_members(plan: &ClusterPlan<'_>) -> Value {
    let mut members = serde_json::to_value(plan.seed).unwrap_or_default();
    strip_nulls(&mut members);
    let names = schema::CREATE_CLUSTER_REQUEST.members();
    if let Some(members) = members.as_object_mut() {
        members.retain(|name, _| {
            name != "clientRequestToken" && names.iter().any(|member| member.name == name)
        });
        if let Some(version) = members.get_mut("version") {
            let named = version.as_str().map(version_named).map(Value::from);
            *version = named.unwrap_or_default();
        }
        for pointer in [&["roleArn"][..], &["computeConfig", "nodeRoleArn"][..]] {
            let (first, rest) = (pointer[0], pointer.get(1));
            let mut role = members.get_mut(first);
            if let Some(rest) = rest {
                role = role.and_then(|role| role.get_mut(*rest));
            }
            if let Some(role) = role {
                let arn = role.as_str().map(|text| plan.iam_arn(text));
                *role = arn.map(Value::from).unwrap_or_default();
            }
        }
    }
    members
}

/// Puts what is named over what there is.
fn overlay(present: &mut Value, named: &Value) {
    match (present, named) {
        (Value::Object(present), Value::Object(named)) => {
            for (name, value) in named {
                match present.get_mut(name) {
                    Some(before) if !WHOLE.contains(&name.as_str()) => overlay(before, value),
                    _ => drop(present.insert(name.clone(), value.clone())),
                }
            }
        }
        (present, named) => present.clone_from(named),
    }
}
