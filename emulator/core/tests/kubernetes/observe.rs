//! Looking at what runs on the cluster of a driver, in short.

use std::collections::BTreeMap;

use eks_emulator_core::Environment;
use eks_emulator_core::cluster::{Cluster, Compute, CredentialReport, PodFilter};
use serde_json::{Value, json};

use crate::support::{Driver, ROLE, text};

pub(crate) const EBS: &str = "aws-ebs-csi-driver";
pub(crate) const AGENT: &str = "eks-pod-identity-agent";
pub(crate) const CONTROLLER: &str = "ebs-csi-controller";
pub(crate) const CONTROLLER_ACCOUNT: &str = "ebs-csi-controller-sa";
pub(crate) const IRSA_ROLE: &str = "arn:aws:iam::111122223333:role/irsa";

impl Driver {
    /// Runs `act` on the cluster, brought to the present.
    #[track_caller]
    pub(crate) fn on_cluster<T>(
        &mut self,
        act: impl FnOnce(&mut Cluster, &Environment<'_>) -> T,
    ) -> T {
        let (slot, environment) = self.parts();
        let cluster = slot.cluster(&environment).expect("the cluster exists");
        act(cluster, &environment)
    }

    /// All pods.
    pub(crate) fn pods(&mut self) -> Vec<Value> {
        self.on_cluster(|cluster, environment| cluster.pods(environment, PodFilter::default()))
    }

    /// The pods of an add-on.
    pub(crate) fn pods_of_addon(&mut self, addon_name: &str) -> Vec<Value> {
        self.on_cluster(|cluster, environment| {
            let filter = PodFilter {
                addon_name: Some(addon_name),
                ..PodFilter::default()
            };
            cluster.pods(environment, filter)
        })
    }

    /// The pods of the workload `name`, by the names that they begin with.
    pub(crate) fn pods_of(&mut self, name: &str) -> Vec<Value> {
        let stem = format!("{name}-");
        let mut pods = self.pods();
        pods.retain(|pod| text(&pod["metadata"]["name"]).starts_with(&stem));
        pods
    }

    /// The names of the pods of the workload `name`.
    pub(crate) fn pod_names(&mut self, name: &str) -> Vec<String> {
        let pods = self.pods_of(name);
        pods.iter()
            .map(|pod| text(&pod["metadata"]["name"]))
            .collect()
    }

    /// Deployments, ReplicaSets, DaemonSets and ControllerRevisions.
    pub(crate) fn workloads(&mut self) -> Vec<Value> {
        self.on_cluster(|cluster, environment| cluster.workloads(environment))
    }

    /// The object `name` of a kind, if there is one in any namespace.
    pub(crate) fn find(&mut self, kind: &str, name: &str) -> Option<Value> {
        let mut all = self.workloads();
        all.extend(self.on_cluster(|cluster, _| cluster.service_accounts()));
        all.extend(self.on_cluster(|cluster, _| cluster.namespaces()));
        all.into_iter()
            .find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
    }

    /// The object `name` of a kind.
    #[track_caller]
    pub(crate) fn object(&mut self, kind: &str, name: &str) -> Value {
        let found = self.find(kind, name);
        found.unwrap_or_else(|| panic!("no {kind} {name}"))
    }

    /// The events so far: reason and message.
    pub(crate) fn kubernetes_events(&mut self) -> Vec<Value> {
        self.on_cluster(|cluster, environment| cluster.kubernetes_events(environment, None))
    }

    pub(crate) fn set_compute(&mut self, compute: Compute) {
        self.on_cluster(|cluster, environment| cluster.set_compute(environment, compute));
    }

    #[track_caller]
    pub(crate) fn restart(&mut self, kind: &str, name: &str) {
        self.on_cluster(|cluster, environment| {
            cluster.restart_workload(environment, "kube-system", kind, name)
        })
        .expect("the workload exists");
    }

    #[track_caller]
    pub(crate) fn put_service_account(&mut self, namespace: &str, name: &str, metadata: Value) {
        let manifest = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata,
        });
        self.on_cluster(|cluster, environment| {
            cluster.put_service_account(environment, namespace, name, &manifest)
        })
        .expect("the manifest is right");
    }

    /// Makes a pod with one container; gives it as it is stored.
    #[track_caller]
    pub(crate) fn post_pod(&mut self, namespace: &str, name: &str, service_account: &str) -> Value {
        let manifest = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": name, "namespace": namespace },
            "spec": {
                "serviceAccountName": service_account,
                "containers": [{ "name": "app", "image": "app:1" }],
            },
        });
        self.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest))
            .expect("the manifest is right")
    }

    /// Which role new pods of a service account get.
    pub(crate) fn account_credentials(&mut self, namespace: &str, name: &str) -> CredentialReport {
        self.on_cluster(|cluster, _| cluster.service_account_credentials(namespace, name))
    }

    /// Which role a pod gets.
    #[track_caller]
    pub(crate) fn pod_credentials(&mut self, pod: &Value) -> CredentialReport {
        let namespace = text(&pod["metadata"]["namespace"]);
        let name = text(&pod["metadata"]["name"]);
        self.on_cluster(|cluster, _| cluster.pod_credentials(&namespace, &name))
            .expect("the pod exists")
    }

    /// Source and role of the credentials of each pod of the EBS controller,
    /// once each.
    #[track_caller]
    pub(crate) fn controller_roles(&mut self) -> Vec<String> {
        let mut roles = Vec::new();
        for pod in self.pods_of(CONTROLLER) {
            let decision = self.pod_credentials(&pod).decision;
            let role = decision.role_arn.unwrap_or_default();
            roles.push(format!("{} {role}", decision.source.as_str()));
        }
        roles.dedup();
        roles
    }

    /// Makes the EBS driver with more than the minimum, and waits for it.
    #[track_caller]
    pub(crate) fn create_ebs(&mut self, more: Value) {
        self.create_addon(EBS, more);
    }

    /// Makes an add-on with more than the minimum.
    #[track_caller]
    pub(crate) fn create_addon(&mut self, name: &str, more: Value) {
        let input = crate::support::merged(json!({ "addonName": name }), more);
        self.ok("CreateAddon", input);
        self.settle();
    }

    /// Changes an add-on; gives the id of the update.
    #[track_caller]
    pub(crate) fn update_addon(&mut self, name: &str, more: Value) -> Value {
        let input = crate::support::merged(json!({ "addonName": name }), more);
        let id = self.ok("UpdateAddon", input)["update"]["id"].take();
        self.settle();
        id
    }

    #[track_caller]
    pub(crate) fn delete_addon(&mut self, name: &str, preserve: bool) {
        self.ok(
            "DeleteAddon",
            json!({ "addonName": name, "preserve": preserve }),
        );
        self.settle();
    }
}

/// The association of the EBS controller with a role.
pub(crate) fn association(role_arn: &str) -> Value {
    json!([{ "serviceAccount": CONTROLLER_ACCOUNT, "roleArn": role_arn }])
}

/// The association of the EBS controller with the usual role, as an input.
pub(crate) fn associated() -> Value {
    json!({ "podIdentityAssociations": association(ROLE) })
}

/// The names of the variables of the first container that begin with `AWS_`.
pub(crate) fn injected(pod: &Value) -> Vec<String> {
    let variables = pod["spec"]["containers"][0]["env"].as_array();
    let names = variables.into_iter().flatten();
    names.map(|variable| text(&variable["name"])).collect()
}

/// The image of each container, by its name.
pub(crate) fn images(pod_or_template: &Value) -> BTreeMap<String, String> {
    let containers = pod_or_template["spec"]["containers"].as_array();
    let containers = containers.into_iter().flatten();
    containers
        .map(|container| (text(&container["name"]), text(&container["image"])))
        .collect()
}

/// The variables of container credentials and of IRSA, in the order they
/// are injected.
pub(crate) const CONTAINER_VARIABLES: [&str; 5] = [
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
pub(crate) const IRSA_VARIABLES: [&str; 5] = [
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];
