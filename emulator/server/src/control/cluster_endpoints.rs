//! The descriptions of what `cluster.rs` answers.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde_json::Value;

use super::cluster;
use super::endpoint::Endpoint;

/// An object in Kubernetes' own form.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is rendered elsewhere")]
struct Object(serde_json::Map<String, Value>);

/// A list by the name of what is in it.
macro_rules! list {
    ($name:ident, $member:ident, $rename:literal) => {
        /// Objects in Kubernetes' own form.
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "it describes what is rendered elsewhere")]
        struct $name {
            #[schemars(rename = $rename)]
            $member: Vec<Object>,
        }
    };
}

list!(Pods, pods, "pods");
list!(Workloads, workloads, "workloads");
list!(ServiceAccounts, service_accounts, "serviceAccounts");
list!(Namespaces, namespaces, "namespaces");
list!(Nodes, nodes, "nodes");
list!(KubernetesEvents, events, "events");

/// Which role a pod gets, and why.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is rendered elsewhere")]
struct Credentials {
    /// `podIdentity`, `irsa`, `node` or `none`.
    credential_source: String,
    role_arn: Option<String>,
    environment: Value,
    audience: Option<String>,
    why: Vec<Finding>,
}

/// One reason.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what is rendered elsewhere")]
struct Finding {
    rule: String,
    found: String,
}

/// What the webhook gives as the type of all its answers, reviews included.
const PLAIN: &str = "text/plain; charset=utf-8";

macro_rules! below_cluster {
    ($path:literal) => {
        concat!("/_emulator/v1/clusters/{cluster}", $path)
    };
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let lists = lists().into_iter();
    let all = lists.chain(credentials()).chain(changes());
    let about_cluster = |endpoint: Endpoint| {
        endpoint
            .scoped()
            .fails(StatusCode::NOT_FOUND, "There is no such cluster or object")
            .fails(
                StatusCode::CONFLICT,
                "Several accounts or regions have such a cluster",
            )
    };
    all.map(about_cluster).collect()
}

fn lists() -> [Endpoint; 6] {
    let ok = StatusCode::OK;
    [
        Endpoint::get(below_cluster!("/pods"), cluster::pods)
            .does("List the pods")
            .parameter("namespace", "Pods of a namespace")
            .parameter("owner", "Pods of an add-on, as addon/NAME")
            .answers::<Pods>(ok, "The pods"),
        Endpoint::get(below_cluster!("/workloads"), cluster::workloads)
            .does("List Deployments, ReplicaSets, DaemonSets and ControllerRevisions")
            .answers::<Workloads>(ok, "The workloads"),
        Endpoint::get(
            below_cluster!("/service-accounts"),
            cluster::service_accounts,
        )
        .does("List the service accounts")
        .answers::<ServiceAccounts>(ok, "The service accounts"),
        Endpoint::get(below_cluster!("/namespaces"), cluster::namespaces)
            .does("List the namespaces")
            .answers::<Namespaces>(ok, "The namespaces"),
        Endpoint::get(below_cluster!("/nodes"), cluster::nodes)
            .does("List the nodes")
            .answers::<Nodes>(ok, "The nodes"),
        Endpoint::get(
            below_cluster!("/kubernetes-events"),
            cluster::kubernetes_events,
        )
        .does("List the events of Kubernetes")
        .parameter("namespace", "Events of a namespace")
        .answers::<KubernetesEvents>(ok, "The events"),
    ]
}

fn credentials() -> [Endpoint; 2] {
    let ok = StatusCode::OK;
    [
        Endpoint::get(
            below_cluster!("/pods/{namespace}/{name}/credentials"),
            cluster::pod_credentials,
        )
        .does("Say which role a pod gets, and why")
        .answers::<Credentials>(ok, "The role and the reasons"),
        Endpoint::get(
            below_cluster!("/service-accounts/{namespace}/{name}/credentials"),
            cluster::service_account_credentials,
        )
        .does("Say which role a new pod of a service account would get, and why")
        .answers::<Credentials>(ok, "The role and the reasons"),
    ]
}

fn changes() -> [Endpoint; 6] {
    let (ok, invalid) = (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY);
    [
        Endpoint::post(below_cluster!("/pods"), cluster::post_pod)
            .does("Make a pod from a manifest, as admission lets it in")
            .takes::<Object>()
            .answers::<Object>(StatusCode::CREATED, "The pod")
            .fails(invalid, "The manifest is invalid"),
        Endpoint::delete(
            below_cluster!("/pods/{namespace}/{name}"),
            cluster::delete_pod,
        )
        .does("Delete a pod; its controller, if it has one, replaces it")
        .answers_nothing(StatusCode::NO_CONTENT, "It is on its way out, or gone"),
        Endpoint::put(
            below_cluster!("/service-accounts/{namespace}/{name}"),
            cluster::put_service_account,
        )
        .does("Make or replace a service account from a manifest")
        .takes::<Object>()
        .answers::<Object>(ok, "The service account")
        .fails(invalid, "The manifest is invalid"),
        Endpoint::post(
            below_cluster!("/workloads/{namespace}/{kind}/{name}/restart"),
            cluster::restart,
        )
        .does("Restart the pods of a workload one by one")
        .answers::<Value>(StatusCode::ACCEPTED, "The restart has begun"),
        Endpoint::put(below_cluster!("/compute"), cluster::put_compute)
            .does("Take the nodes away, or bring them back")
            .takes::<cluster::ComputeChange>()
            .answers::<cluster::ComputeChange>(ok, "What was asked for")
            .fails(invalid, "Neither assumed nor none was asked for"),
        Endpoint::post(below_cluster!("/mutate-pod"), cluster::mutate_pod)
            .does("Answer an AdmissionReview as the pod identity webhook of the cluster")
            .parameter("timeout", "How long Kubernetes waits; without effect")
            .takes_as::<Value>(&["application/json"])
            .answers_as::<String>(ok, "An AdmissionReview with its response", PLAIN)
            .answers_as::<String>(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body is not JSON by its content type",
                PLAIN,
            ),
    ]
}
