//! Random commands on what runs on a cluster, from small pools of names so
//! that they often meet.

use eks_emulator_core::cluster::Compute;
use eks_emulator_core::lifecycle::Profile;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::observe::IRSA_ROLE;
use crate::support::{Driver, OTHER_ROLE, ROLE, text};

/// One step of a random run.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// A call of the API.
    Call(&'static str, Value),
    /// A change or deletion of the association with this number.
    OnAssociation(&'static str, usize),
    SetCompute(Compute),
    Restart(&'static str, &'static str),
    PutServiceAccount(&'static str, &'static str, Value),
    PostPod(&'static str, &'static str),
    /// Somebody looks at the pods.
    Look,
    CompleteSteps,
    Complete(Option<&'static str>),
    WaitMs(i64),
}

/// Add-ons whose objects meet: the agent, those that the cluster comes with,
/// two with associations, two that share the name of a workload.
const ADDONS: [&str; 8] = [
    "coredns",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "eks-pod-identity-agent",
    "coredns",
    "vpc-cni",
    "amazon-cloudwatch-observability",
    "fluent-bit",
];
const ACCOUNTS: [(&str, &str, &str); 5] = [
    ("aws-ebs-csi-driver", "kube-system", "ebs-csi-controller-sa"),
    ("aws-efs-csi-driver", "kube-system", "efs-csi-controller-sa"),
    ("aws-efs-csi-driver", "kube-system", "efs-csi-node-sa"),
    ("vpc-cni", "kube-system", "aws-node"),
    (
        "amazon-cloudwatch-observability",
        "amazon-cloudwatch",
        "cloudwatch-agent",
    ),
];
const WORKLOADS: [(&str, &str); 6] = [
    ("Deployment", "coredns"),
    ("Deployment", "ebs-csi-controller"),
    ("Deployment", "efs-csi-controller"),
    ("DaemonSet", "aws-node"),
    ("DaemonSet", "ebs-csi-node"),
    ("DaemonSet", "eks-pod-identity-agent"),
];

pub(crate) fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![
        1 => Just(Profile::Instant),
        3 => Just(Profile::Realistic { time_scale: 1.0 }),
        1 => Just(Profile::Manual { reads: None }),
        1 => (0_u32..3).prop_map(|reads| Profile::Manual { reads: Some(reads) }),
    ]
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let wait = select(vec![
        0, 40, 100, 700, 1_500, 3_000, 8_000, 30_000, 3_700_000,
    ]);
    prop_oneof![
        6 => addon_call(),
        2 => association_call(),
        1 => prop_oneof![Just(Compute::Assumed), Just(Compute::None)].prop_map(Command::SetCompute),
        2 => select(WORKLOADS.to_vec()).prop_map(|(kind, name)| Command::Restart(kind, name)),
        2 => service_account(),
        1 => select(ACCOUNTS.to_vec())
            .prop_map(|(_, namespace, account)| Command::PostPod(namespace, account)),
        2 => Just(Command::Look),
        2 => Just(Command::CompleteSteps),
        2 => prop_oneof![Just(None), select(ADDONS.to_vec()).prop_map(Some)]
            .prop_map(Command::Complete),
        8 => wait.prop_map(Command::WaitMs),
    ]
}

fn addon_call() -> impl Strategy<Value = Command> {
    let operation = select(vec![
        "CreateAddon",
        "CreateAddon",
        "CreateAddon",
        "UpdateAddon",
        "UpdateAddon",
        "UpdateAddon",
        "DeleteAddon",
    ]);
    let resolution = select(vec!["NONE", "NONE", "OVERWRITE", "PRESERVE"]);
    let parts = (
        operation,
        select(ADDONS.to_vec()),
        proptest::option::weighted(0.4, select(vec![ROLE, OTHER_ROLE, IRSA_ROLE])),
        proptest::option::weighted(0.5, select(vec![None, Some(ROLE), Some(OTHER_ROLE)])),
        proptest::option::weighted(0.5, 1_i32..6),
        resolution,
        proptest::option::weighted(0.2, select(vec!["shared", "other"])),
        proptest::bool::weighted(0.5),
    );
    parts.prop_map(
        |(operation, name, role, association, replicas, resolution, namespace, preserve)| {
            let mut input = json!({ "addonName": name });
            if operation == "DeleteAddon" {
                input["preserve"] = json!(preserve);
                return Command::Call(operation, input);
            }
            input["resolveConflicts"] = json!(resolution);
            if let Some(role) = role {
                input["serviceAccountRoleArn"] = json!(role);
            }
            if let Some(role) = association {
                input["podIdentityAssociations"] = associations(name, role);
            }
            if let Some(values) = replicas.and_then(|replicas| values(name, replicas)) {
                input["configurationValues"] = json!(values.to_string());
            }
            if let Some(namespace) = namespace.filter(|_| operation == "CreateAddon") {
                input["namespaceConfig"] = json!({ "namespace": namespace });
            }
            Command::Call(operation, input)
        },
    )
}

/// The role for each service account of an add-on; none for none.
fn associations(addon_name: &str, role: Option<&str>) -> Value {
    let of_addon = ACCOUNTS.iter().filter(|(of, ..)| *of == addon_name);
    role.map_or(json!([]), |role| {
        of_addon
            .map(|(_, _, account)| json!({ "serviceAccount": account, "roleArn": role }))
            .collect()
    })
}

fn values(addon_name: &str, replicas: i32) -> Option<Value> {
    match addon_name {
        "coredns" => Some(json!({ "replicaCount": replicas, "podLabels": { "team": "blue" } })),
        "aws-ebs-csi-driver" => Some(json!({ "controller": { "replicaCount": replicas } })),
        _ => None,
    }
}

fn association_call() -> impl Strategy<Value = Command> {
    let direct = (select(ACCOUNTS.to_vec()), select(vec![ROLE, OTHER_ROLE]));
    prop_oneof![
        direct.prop_map(|((_, namespace, account), role)| Command::Call(
            "CreatePodIdentityAssociation",
            json!({ "namespace": namespace, "serviceAccount": account, "roleArn": role }),
        )),
        (0_usize..5)
            .prop_map(|number| Command::OnAssociation("UpdatePodIdentityAssociation", number)),
        (0_usize..5)
            .prop_map(|number| Command::OnAssociation("DeletePodIdentityAssociation", number)),
    ]
}

fn service_account() -> impl Strategy<Value = Command> {
    let metadata = select(vec![
        json!({}),
        json!({ "annotations": { "eks.amazonaws.com/role-arn": OTHER_ROLE } }),
        json!({ "annotations": { "eks.amazonaws.com/token-expiration": "900" } }),
    ]);
    (select(ACCOUNTS.to_vec()), metadata).prop_map(|((_, namespace, account), metadata)| {
        Command::PutServiceAccount(namespace, account, metadata)
    })
}

impl Command {
    /// Performs the command; gives what was answered, as text.
    pub(crate) fn perform(&self, driver: &mut Driver) -> String {
        match self {
            Self::Call(operation, input) => answered(driver.call(operation, input.clone())),
            Self::OnAssociation(operation, number) => {
                let ids = driver.associations();
                let Some(id) = ids.get(number % ids.len().max(1)) else {
                    return String::new();
                };
                let input = json!({
                    "associationId": text(&id["associationId"]), "roleArn": OTHER_ROLE,
                });
                answered(driver.call(operation, input))
            }
            Self::SetCompute(compute) => {
                driver.set_compute(*compute);
                String::new()
            }
            Self::Restart(kind, name) => driver.on_cluster(|cluster, environment| {
                let answer = cluster.restart_workload(environment, "kube-system", kind, name);
                answer.map_or_else(|error| error.to_string(), |()| "restarted".into())
            }),
            Self::PutServiceAccount(namespace, name, metadata) => {
                driver.put_service_account(namespace, name, metadata.clone());
                String::new()
            }
            Self::PostPod(namespace, account) => post(driver, namespace, account),
            Self::Look => json!([driver.pods(), driver.workloads()]).to_string(),
            Self::CompleteSteps => {
                driver.on_cluster(|cluster, environment| cluster.complete_steps(environment));
                String::new()
            }
            Self::Complete(addon_name) => {
                driver.complete(*addon_name);
                String::new()
            }
            Self::WaitMs(milliseconds) => {
                driver.wait_ms(*milliseconds);
                String::new()
            }
        }
    }
}

fn answered(answer: crate::support::Answer) -> String {
    answer.map_or_else(|error| error.to_string(), |answer| answer.to_string())
}

fn post(driver: &mut Driver, namespace: &str, account: &str) -> String {
    let manifest = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "generateName": "mine-", "namespace": namespace },
        "spec": { "serviceAccountName": account, "containers": [{ "name": "app" }] },
    });
    let answer = driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
    answer.map_or_else(|error| error.to_string(), |pod| pod.to_string())
}
