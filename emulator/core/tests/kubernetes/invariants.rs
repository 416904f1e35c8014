//! What holds at every instant of what runs on a cluster, by what can be
//! seen of it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Driver, text};

/// Everything that can be seen at one instant.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    pods: Vec<Value>,
    workloads: Vec<Value>,
    others: Vec<Value>,
}

impl Sight {
    /// Looks at the present. Nothing may wait to be looked at, or looking
    /// would move it on.
    pub(crate) fn of(driver: &mut Driver) -> Self {
        let mut others = driver.on_cluster(|cluster, _| cluster.service_accounts());
        others.extend(driver.on_cluster(|cluster, _| cluster.namespaces()));
        others.extend(driver.on_cluster(|cluster, _| cluster.nodes()));
        Self {
            pods: driver.pods(),
            workloads: driver.workloads(),
            others,
        }
    }

    fn objects(&self) -> impl Iterator<Item = &Value> {
        self.pods.iter().chain(&self.workloads).chain(&self.others)
    }
}

/// What is remembered of earlier instants.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Specification and identity of each pod, by its uid, but for its node.
    pods: BTreeMap<String, Value>,
    /// Version and text of each object, by its uid.
    objects: BTreeMap<String, (u64, String)>,
    /// The pods of each Deployment and DaemonSet that were available.
    available: BTreeMap<String, i64>,
    newest_version: u64,
}

impl Memory {
    /// Checks an instant against what always holds and against the instants
    /// before it.
    pub(crate) fn check(&mut self, sight: &Sight, is_disturbed: bool) -> Result<(), TestCaseError> {
        identities_are_unique(sight)?;
        self.versions_grow(sight)?;
        self.pods_do_not_change(sight)?;
        owners_exist(sight)?;
        self.available_within_limits(sight, is_disturbed)
    }

    /// An object that changes has a newer version, one that does not has the
    /// same.
    fn versions_grow(&mut self, sight: &Sight) -> Result<(), TestCaseError> {
        let mut newest = self.newest_version;
        let mut versions = BTreeSet::new();
        for object in sight.objects() {
            let metadata = &object["metadata"];
            let version = text(&metadata["resourceVersion"]).parse::<u64>();
            let version = version.expect("versions are numbers");
            prop_assert!(
                versions.insert(version),
                "{} has another's version",
                metadata
            );
            newest = newest.max(version);
            let now = (version, object.to_string());
            if let Some(before) = self.objects.get(&text(&metadata["uid"])) {
                prop_assert!(before.0 <= now.0, "{} has an older version", metadata);
                prop_assert!(
                    before.0 < now.0 || before.1 == now.1,
                    "a change without a version: {} {}",
                    before.1,
                    now.1
                );
                if before.1 != now.1 {
                    prop_assert!(now.0 > self.newest_version, "{} went back", metadata);
                }
            } else {
                prop_assert!(now.0 > self.newest_version || self.objects.is_empty());
            }
            self.objects.insert(text(&metadata["uid"]), now);
        }
        self.newest_version = newest;
        Ok(())
    }

    /// What a pod was made with it keeps: labels, containers, variables.
    fn pods_do_not_change(&mut self, sight: &Sight) -> Result<(), TestCaseError> {
        for pod in &sight.pods {
            let mut made = pod["spec"].clone();
            if let Some(spec) = made.as_object_mut() {
                spec.remove("nodeName");
            }
            let made =
                serde_json::json!([made, pod["metadata"]["labels"], pod["metadata"]["name"]]);
            let uid = text(&pod["metadata"]["uid"]);
            let before = self.pods.entry(uid).or_insert_with(|| made.clone());
            prop_assert_eq!(&*before, &made);
        }
        Ok(())
    }

    /// No step takes away an available pod that the strategy needs. What
    /// the user does to the nodes or by deleting is no such step.
    fn available_within_limits(
        &mut self,
        sight: &Sight,
        is_disturbed: bool,
    ) -> Result<(), TestCaseError> {
        let mut available = BTreeMap::new();
        for workload in &sight.workloads {
            let Some(limits) = Limits::of(workload, sight) else {
                continue;
            };
            let uid = text(&workload["metadata"]["uid"]);
            let pods = pods_of(workload, sight);
            let ready = pods.iter().filter(|pod| is_ready(pod)).count() as i64;
            if let Some(before) = self.available.get(&uid)
                && ready < *before
                && !is_disturbed
            {
                prop_assert!(
                    ready >= limits.least,
                    "{} of {} are available: {}",
                    ready,
                    limits.least,
                    workload["metadata"]["name"]
                );
            }
            if let Some(most) = limits.most {
                let desired = pods.len() as i64;
                prop_assert!(desired <= most, "{} pods of {}", desired, most);
            }
            available.insert(uid, ready);
        }
        self.available = available;
        Ok(())
    }
}

/// How many pods a workload has to have available, and how many it may have.
#[derive(Debug)]
struct Limits {
    least: i64,
    most: Option<i64>,
}

impl Limits {
    fn of(workload: &Value, sight: &Sight) -> Option<Self> {
        let nodes = sight.others.iter().filter(|other| other["kind"] == "Node");
        match workload["kind"].as_str()? {
            "Deployment" => {
                let wanted = workload["spec"]["replicas"].as_i64()?;
                let update = &workload["spec"]["strategy"]["rollingUpdate"];
                let surge = share(&update["maxSurge"], wanted, 99);
                let mut missing = share(&update["maxUnavailable"], wanted, 0);
                if surge == 0 && missing == 0 {
                    missing = 1;
                }
                // Before the controller has looked, there are as many as the
                // older specification asked for.
                let is_seen =
                    workload["status"]["observedGeneration"] == workload["metadata"]["generation"];
                let old = workload["status"]["replicas"].as_i64().unwrap_or(0);
                let most = wanted + surge;
                Some(Self {
                    least: wanted - missing,
                    most: Some(if is_seen { most } else { most.max(old) }),
                })
            }
            "DaemonSet" => {
                let wanted = nodes.count() as i64;
                let update = &workload["spec"]["updateStrategy"]["rollingUpdate"];
                let missing = share(&update["maxUnavailable"], wanted, 99).max(1);
                Some(Self {
                    least: wanted - missing,
                    most: Some(wanted),
                })
            }
            _ => None,
        }
    }
}

fn share(value: &Value, all: i64, round: i64) -> i64 {
    match value.as_str() {
        Some(percent) => {
            let percent: i64 = percent.trim_end_matches('%').parse().expect("a number");
            (all * percent + round) / 100
        }
        None => value.as_i64().expect("a number or a share"),
    }
}

fn is_ready(pod: &Value) -> bool {
    pod["status"]["conditions"][1]["status"] == "True"
}

/// The pods of a workload that are not on their way out.
fn pods_of<'a>(workload: &Value, sight: &'a Sight) -> Vec<&'a Value> {
    let mut owners = BTreeSet::from([text(&workload["metadata"]["uid"])]);
    for part in &sight.workloads {
        if part["metadata"]["ownerReferences"][0]["uid"] == workload["metadata"]["uid"] {
            owners.insert(text(&part["metadata"]["uid"]));
        }
    }
    let is_of = |pod: &&Value| {
        let owner = pod["metadata"]["ownerReferences"][0]["uid"].as_str();
        owner.is_some_and(|owner| owners.contains(owner))
            && pod["metadata"].get("deletionTimestamp").is_none()
    };
    sight.pods.iter().filter(is_of).collect()
}

fn identities_are_unique(sight: &Sight) -> Result<(), TestCaseError> {
    let mut uids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for object in sight.objects() {
        let metadata = &object["metadata"];
        prop_assert!(uids.insert(text(&metadata["uid"])), "{} twice", metadata);
        let name = serde_json::json!([object["kind"], metadata["namespace"], metadata["name"]]);
        prop_assert!(names.insert(name.to_string()), "{} twice", name);
    }
    Ok(())
}

/// Whom an object says to belong to exists; only pods on their way out may
/// have outlived it. Every namespace and service account exists.
fn owners_exist(sight: &Sight) -> Result<(), TestCaseError> {
    let uids: BTreeSet<String> = sight
        .workloads
        .iter()
        .map(|workload| text(&workload["metadata"]["uid"]))
        .collect();
    let namespaces: BTreeSet<String> = sight
        .others
        .iter()
        .filter(|other| other["kind"] == "Namespace")
        .map(|namespace| text(&namespace["metadata"]["name"]))
        .collect();
    for object in sight.pods.iter().chain(&sight.workloads) {
        if let Some(owner) = object["metadata"]["ownerReferences"][0]["uid"].as_str() {
            let is_going = object["metadata"].get("deletionTimestamp").is_some();
            prop_assert!(
                is_going || uids.contains(owner),
                "{} has no owner",
                object["metadata"]
            );
        }
        let namespace = text(&object["metadata"]["namespace"]);
        prop_assert!(
            namespaces.contains(&namespace),
            "{} is nowhere",
            object["metadata"]
        );
    }
    Ok(())
}
