//! A cluster name with a virtual clock and rules, driven without any server.
//!
//! Inputs and answers are the API's own documents. The names of the cluster
//! are filled in where a document leaves them out.

use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{AddonIssueCode, Error};
use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::{Cluster, ClusterSlot, MissingCluster};
use eks_emulator_core::event::Event;
use eks_emulator_core::iam::AnyRole;
use eks_emulator_core::lifecycle::{
    After, Change, Issue, Lifecycle, Outcome, Profile, ResourceKind, RuleHome, TransitionRule,
};
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::tagging::{TaggedResource, resource_was_not_found};
use eks_emulator_core::{Environment, Limits};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// 2026-07-25T17:20:00Z: 1.31 and 1.32 are in extended support, 1.30 is out of it.
pub(crate) const START_MS: i64 = 1_785_000_000_000;
pub(crate) const SECOND_MS: i64 = 1_000;
pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const DAY_MS: i64 = 86_400_000;

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/reader";
pub(crate) const OTHER_ROLE: &str = "arn:aws:iam::111122223333:role/writer";
pub(crate) const FOREIGN_ROLE: &str = "arn:aws:iam::999988887777:role/reader";

/// What a call gave.
pub(crate) type Answer = Result<Value, Error>;

/// A cluster name with a virtual clock and rules.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    pub(crate) slot: ClusterSlot,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) limits: Limits,
    pub(crate) catalog: Catalog,
    pub(crate) now: Timestamp,
    /// Clusters that the account has in the region.
    pub(crate) clusters: usize,
    name: String,
}

/// The tables and the add-on `acme-agent` in two versions.
pub(crate) fn acme_catalog() -> Catalog {
    let acme = json!({
        "name": "acme-agent",
        "defaultNamespace": "acme-system",
        "versions": [
            {
                "version": "v1.0.0-eksbuild.1",
                "compatibilities": [
                    { "clusterVersion": "1.33", "platformVersions": ["*"], "isDefault": false },
                    { "clusterVersion": "1.34", "platformVersions": ["*"], "isDefault": true },
                    { "clusterVersion": "1.36", "platformVersions": ["*"], "isDefault": true },
                ],
                "podIdentity": [{
                    "serviceAccount": "acme",
                    "recommendedManagedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                }],
                "configurationSchema": r#"{"type":"object","properties":{"replicaCount":{"type":"integer"}},"additionalProperties":false}"#,
            },
            {
                "version": "v1.10.0-eksbuild.1",
                "compatibilities": [
                    { "clusterVersion": "1.34", "platformVersions": ["*"], "isDefault": false },
                    { "clusterVersion": "1.36", "platformVersions": ["eks.9000+"], "isDefault": false },
                ],
            },
        ],
        "workloads": [
            { "kind": "Deployment", "name": "acme-controller", "replicas": 2, "serviceAccount": "acme" },
            { "kind": "DaemonSet", "name": "acme-node", "replicas": 1, "image": "example.com/acme:{addonVersion}" },
        ],
    });
    read(json!([acme]))
}

/// Where the cluster of every driver lives.
pub(crate) fn home() -> AccountRegion {
    AccountRegion {
        partition: "aws".into(),
        account_id: "111122223333".into(),
        region: "us-east-1".into(),
    }
}

impl Driver {
    /// The free name `name` in an account where transitions are instant.
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        Self {
            slot: ClusterSlot::new(Arc::new(home()), name.into(), seed, 0),
            lifecycle: Lifecycle::default(),
            limits: Limits::default(),
            catalog: Catalog::tables(),
            now: Timestamp::from_milliseconds(START_MS),
            clusters: 0,
            name: name.into(),
        }
    }

    /// The free name `demo`.
    pub(crate) fn empty() -> Self {
        Self::new("demo", 7)
    }

    /// The active cluster `demo`.
    pub(crate) fn active() -> Self {
        Self::active_with(json!({}))
    }

    /// The active cluster `demo`, made with more than the minimum.
    pub(crate) fn active_with(more: Value) -> Self {
        let mut driver = Self::empty();
        driver
            .create_cluster(more)
            .expect("the cluster can be made");
        assert_eq!(driver.cluster()["status"], "ACTIVE");
        driver.take_events();
        driver
    }

    /// From now on the profile is `profile`.
    pub(crate) fn with(mut self, profile: Profile) -> Self {
        self.lifecycle.profile = profile;
        self
    }

    /// From now on transitions end when told.
    pub(crate) fn told(self) -> Self {
        self.with(Profile::Manual { reads: None })
    }

    /// From now on an exception to the profile holds.
    pub(crate) fn rule(&mut self, resource: ResourceKind, change: Change, outcome: Outcome) {
        self.lifecycle.rules.push(TransitionRule {
            name: None,
            home: RuleHome::default(),
            resource,
            cluster_name: None,
            addon_name: None,
            change,
            after: None,
            outcome,
        });
    }

    /// From now on a change of the resource takes `after`.
    pub(crate) fn rule_after(&mut self, resource: ResourceKind, change: Change, after: After) {
        self.rule(resource, change, Outcome::Success);
        if let Some(rule) = self.lifecycle.rules.last_mut() {
            rule.after = Some(after);
        }
    }

    /// Lets time pass.
    pub(crate) fn wait_ms(&mut self, milliseconds: i64) {
        self.now = self.now.plus_milliseconds(milliseconds);
    }

    /// Takes a cluster with the minimum of parameters and `more`.
    pub(crate) fn create_cluster(&mut self, more: Value) -> Answer {
        self.call("CreateCluster", merged(cluster_input(), more))
    }

    /// The answer to a call that succeeds.
    #[track_caller]
    pub(crate) fn ok(&mut self, operation: &str, input: Value) -> Value {
        match self.call(operation, input) {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    /// Exception and message of a call that fails, and changes nothing.
    #[track_caller]
    pub(crate) fn refused(&mut self, operation: &str, input: Value) -> String {
        self.refusal(operation, input).to_string()
    }

    /// What a call that fails says besides: the members that are not null.
    #[track_caller]
    pub(crate) fn refused_members(&mut self, operation: &str, input: Value) -> Value {
        let error = self.refusal(operation, input);
        let mut members = serde_json::to_value(&error).expect("errors serialize");
        if let Some(members) = members.as_object_mut() {
            members.retain(|name, value| name != "message" && !value.is_null());
        }
        members
    }

    #[track_caller]
    fn refusal(&mut self, operation: &str, input: Value) -> Error {
        self.settle();
        let before = self.slot.clone();
        match self.call(operation, input) {
            Ok(answer) => panic!("{operation} succeeds: {answer}"),
            Err(error) => {
                assert!(self.slot == before, "{operation} fails and leaves a trace");
                error
            }
        }
    }

    /// Performs what has fallen due.
    pub(crate) fn settle(&mut self) {
        let (slot, environment) = self.parts();
        slot.cluster(&environment);
    }

    /// The cluster, brought to the present.
    pub(crate) fn present(&mut self) -> Option<&mut Cluster> {
        let (slot, environment) = self.parts();
        slot.cluster(&environment)
    }

    /// Ends what waits to be told for an add-on, or for the cluster itself.
    pub(crate) fn complete(&mut self, addon_name: Option<&str>) {
        let (slot, environment) = self.parts();
        if let Some(cluster) = slot.cluster(&environment) {
            cluster.complete(&environment, addon_name);
        }
    }

    pub(crate) fn complete_all(&mut self) {
        let (slot, environment) = self.parts();
        if let Some(cluster) = slot.cluster(&environment) {
            cluster.complete_all(&environment);
        }
    }

    pub(crate) fn set_conflicts(&mut self, addon_name: &str, fields: &[&str]) {
        if let Some(cluster) = self.present() {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            cluster.set_conflicts(addon_name, fields);
        }
    }

    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        self.slot.take_events()
    }

    #[track_caller]
    pub(crate) fn cluster(&mut self) -> Value {
        self.ok("DescribeCluster", json!({}))["cluster"].take()
    }

    #[track_caller]
    pub(crate) fn addon(&mut self, addon_name: &str) -> Value {
        self.ok("DescribeAddon", json!({ "addonName": addon_name }))["addon"].take()
    }

    #[track_caller]
    pub(crate) fn association(&mut self, id: &str) -> Value {
        self.ok(
            "DescribePodIdentityAssociation",
            json!({ "associationId": id }),
        )["association"]
            .take()
    }

    /// The summaries of all associations.
    #[track_caller]
    pub(crate) fn associations(&mut self) -> Vec<Value> {
        let mut answer = self.ok("ListPodIdentityAssociations", json!({}));
        match answer["associations"].take() {
            Value::Array(associations) => associations,
            other => panic!("no list: {other}"),
        }
    }

    /// Makes an association without an add-on; gives its id.
    #[track_caller]
    pub(crate) fn associate(&mut self, namespace: &str, service_account: &str) -> String {
        let input = json!({
            "namespace": namespace, "serviceAccount": service_account, "roleArn": ROLE,
        });
        let answer = self.ok("CreatePodIdentityAssociation", input);
        text(&answer["association"]["associationId"])
    }

    #[track_caller]
    pub(crate) fn update(&mut self, id: &Value, addon_name: Option<&str>) -> Value {
        let input = json!({ "updateId": id, "addonName": addon_name });
        self.ok("DescribeUpdate", input)["update"].take()
    }

    pub(crate) fn parts(&mut self) -> (&mut ClusterSlot, Environment<'_>) {
        let environment = Environment {
            roles: &AnyRole,
            now: self.now,
            lifecycle: &self.lifecycle,
            limits: self.limits,
            catalog: &self.catalog,
        };
        (&mut self.slot, environment)
    }

    /// Performs an operation of the API.
    pub(crate) fn call(&mut self, operation: &str, input: Value) -> Answer {
        let names = json!({ "name": self.name, "clusterName": self.name });
        let input = merged(names, input);
        let clusters = self.clusters;
        let (slot, environment) = self.parts();
        match operation {
            "CreateCluster" => {
                return answer(slot.create_cluster(&environment, clusters, read(input)));
            }
            "DescribeCluster" => return answer(slot.describe_cluster(&environment)),
            _ => {}
        }
        let missing = match operation {
            "DeleteCluster" | "UpdateClusterConfig" | "UpdateClusterVersion" => {
                MissingCluster::OnItself
            }
            "ListAddons" => MissingCluster::OnListAddons,
            _ => MissingCluster::OnAPart,
        };
        let name = text(&input["name"]);
        let cluster = slot
            .cluster(&environment)
            .ok_or_else(|| missing.error(&name))?;
        if operation.contains("Association") {
            call_on_association(cluster, &environment, operation, input)
        } else if operation.ends_with("Addon") || operation == "ListAddons" {
            call_on_addon(cluster, &environment, operation, input)
        } else if operation.to_lowercase().contains("tag") {
            call_on_tags(cluster, operation, input)
        } else {
            call_on_cluster(cluster, &environment, operation, input)
        }
    }
}

fn call_on_cluster(
    cluster: &mut Cluster,
    environment: &Environment<'_>,
    operation: &str,
    input: Value,
) -> Answer {
    match operation {
        "DeleteCluster" => answer(cluster.delete_cluster(environment)),
        "UpdateClusterConfig" => answer(cluster.update_cluster_config(environment, read(input))),
        "UpdateClusterVersion" => answer(cluster.update_cluster_version(environment, read(input))),
        "DescribeUpdate" => answer(cluster.describe_update(environment, &read(input))),
        "ListUpdates" => answer(cluster.list_updates(&read(input))),
        _ => panic!("no operation {operation}"),
    }
}

fn call_on_addon(
    cluster: &mut Cluster,
    environment: &Environment<'_>,
    operation: &str,
    input: Value,
) -> Answer {
    match operation {
        "CreateAddon" => answer(cluster.create_addon(environment, read(input))),
        "DescribeAddon" => answer(cluster.describe_addon(environment, &text(&input["addonName"]))),
        "ListAddons" => answer(cluster.list_addons(&read(input))),
        "UpdateAddon" => answer(cluster.update_addon(environment, read(input))),
        "DeleteAddon" => answer(cluster.delete_addon(environment, &read(input))),
        _ => panic!("no operation {operation}"),
    }
}

fn call_on_association(
    cluster: &mut Cluster,
    environment: &Environment<'_>,
    operation: &str,
    input: Value,
) -> Answer {
    let id = || text(&input["associationId"]);
    match operation {
        "CreatePodIdentityAssociation" => {
            answer(cluster.create_pod_identity_association(environment, read(input)))
        }
        "DescribePodIdentityAssociation" => {
            answer(cluster.describe_pod_identity_association(&id()))
        }
        "ListPodIdentityAssociations" => {
            answer(cluster.list_pod_identity_associations(&read(input)))
        }
        "UpdatePodIdentityAssociation" => {
            answer(cluster.update_pod_identity_association(environment, read(input)))
        }
        "DeletePodIdentityAssociation" => {
            answer(cluster.delete_pod_identity_association(environment, &id()))
        }
        _ => panic!("no operation {operation}"),
    }
}

fn call_on_tags(cluster: &mut Cluster, operation: &str, input: Value) -> Answer {
    let resource = TaggedResource::parse(&text(&input["resourceArn"]), &home())?;
    if resource.cluster_name != cluster.name() {
        return Err(resource_was_not_found());
    }
    match operation {
        "TagResource" => answer(cluster.tag_resource(&resource, read(input["tags"].clone()))),
        "UntagResource" => {
            let keys: Vec<String> = read(input["tagKeys"].clone());
            answer(cluster.untag_resource(&resource, &keys))
        }
        "ListTagsForResource" => answer(cluster.list_tags_for_resource(&resource)),
        _ => panic!("no operation {operation}"),
    }
}

/// The minimum of parameters of `CreateCluster`.
fn cluster_input() -> Value {
    json!({
        "roleArn": "arn:aws:iam::111122223333:role/cluster",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    })
}

/// The members of `base`, those of `more` in their place where both have them.
pub(crate) fn merged(base: Value, more: Value) -> Value {
    let fields = |value| match value {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    };
    let mut all: Map<String, Value> = fields(base);
    all.extend(fields(more));
    all.into()
}

/// The text in a document.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// The id at the end of an ARN.
#[track_caller]
pub(crate) fn last_part(arn: &Value) -> String {
    text(arn).rsplit('/').next().unwrap_or_default().to_owned()
}

/// Something that is wrong with a resource.
pub(crate) fn issue(code: AddonIssueCode, message: &str) -> Issue {
    Issue {
        code: code.into(),
        message: message.into(),
        resource_ids: None,
    }
}

fn read<T: DeserializeOwned>(input: Value) -> T {
    match serde_json::from_value(input.clone()) {
        Ok(input) => input,
        Err(error) => panic!("{error}: {input}"),
    }
}

fn answer<T: Serialize>(result: Result<T, Error>) -> Answer {
    result.map(|output| serde_json::to_value(output).expect("answers serialize"))
}
