//! What runs on a cluster, seen and changed over HTTP.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use eks_emulator_api::eks::Error;
use eks_emulator_core::Environment;
use eks_emulator_core::cluster::{Cluster, Compute, CredentialReport, MissingCluster, PodFilter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{self, WholeBody};
use super::reply;
use crate::http::app::App;
use crate::service::CallContext;
use crate::state::Scope;
use crate::world::Entered;

/// What narrows a list, beside account and region.
type Filter = Query<BTreeMap<String, String>>;
type Answer = Result<Response, Box<Response>>;

/// Finds the cluster `name`, wherever it is within the scope.
fn find(entered: &Entered<'_>, scope: &Scope, name: &str) -> Result<CallContext, Box<Response>> {
    let mut found = entered.every_context();
    found.retain(|context| {
        scope.includes(context.region.home())
            && context.region.has_cluster(&context.environment(), name)
    });
    match (found.pop(), found.is_empty()) {
        (Some(context), true) => Ok(context),
        (Some(_), false) => {
            let message = format!(
                "Several accounts or regions have a cluster {name}; name one with ?account= and ?region=."
            );
            Err(Box::new(reply::error(
                StatusCode::CONFLICT,
                "Ambiguous",
                &message,
            )))
        }
        (None, _) => Err(not_found(&format!("There is no cluster {name}."))),
    }
}

fn not_found(message: &str) -> Box<Response> {
    Box::new(reply::error(StatusCode::NOT_FOUND, "NotFound", message))
}

fn unprocessable(message: &str) -> Box<Response> {
    Box::new(reply::error(
        StatusCode::UNPROCESSABLE_ENTITY,
        "InvalidManifest",
        message,
    ))
}

/// Runs `act` on the cluster `name`.
pub(super) fn with_cluster<T>(
    app: &App,
    scope: &Scope,
    name: &str,
    act: impl FnOnce(&mut Cluster, &Environment<'_>) -> T,
) -> Result<T, Box<Response>> {
    let entered = app.service.enter();
    let context = find(&entered, scope, name)?;
    let environment = context.environment();
    let run = |cluster: &mut Cluster| Ok(act(cluster, &environment));
    let result: Result<T, Error> =
        context
            .region
            .with_cluster(&environment, name, MissingCluster::OnItself, run);
    result.map_err(|error| not_found(&error.to_string()))
}

fn settle(answer: Answer) -> Response {
    answer.unwrap_or_else(|response| *response)
}

fn items(key: &str, items: Vec<Value>) -> Response {
    reply::json(StatusCode::OK, &json!({ key: items }))
}

/// The pods; `namespace` and `owner=addon/NAME` narrow.
pub(super) async fn pods(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    filter: Filter,
) -> Response {
    let owner = filter.get("owner").map(String::as_str);
    let addon_name = match owner.map(|owner| owner.strip_prefix("addon/")) {
        Some(None) => {
            let message = "owner has to be addon/NAME";
            return reply::error(StatusCode::BAD_REQUEST, "BadRequest", message);
        }
        other => other.flatten(),
    };
    let wanted = PodFilter {
        namespace: filter.get("namespace").map(String::as_str),
        addon_name,
    };
    let pods = with_cluster(&app, &scope, &name, |cluster, environment| {
        cluster.pods(environment, wanted)
    });
    settle(pods.map(|pods| items("pods", pods)))
}

/// Deployments, ReplicaSets, DaemonSets and ControllerRevisions.
pub(super) async fn workloads(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
) -> Response {
    let workloads = with_cluster(&app, &scope, &name, |cluster, environment| {
        cluster.workloads(environment)
    });
    settle(workloads.map(|workloads| items("workloads", workloads)))
}

/// Service accounts.
pub(super) async fn service_accounts(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
) -> Response {
    let accounts = with_cluster(&app, &scope, &name, |cluster, _| cluster.service_accounts());
    settle(accounts.map(|accounts| items("serviceAccounts", accounts)))
}

/// Namespaces.
pub(super) async fn namespaces(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
) -> Response {
    let namespaces = with_cluster(&app, &scope, &name, |cluster, _| cluster.namespaces());
    settle(namespaces.map(|namespaces| items("namespaces", namespaces)))
}

/// Nodes.
pub(super) async fn nodes(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
) -> Response {
    let nodes = with_cluster(&app, &scope, &name, |cluster, _| cluster.nodes());
    settle(nodes.map(|nodes| items("nodes", nodes)))
}

/// Kubernetes events; `namespace` narrows.
pub(super) async fn kubernetes_events(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    filter: Filter,
) -> Response {
    let namespace = filter.get("namespace").map(String::as_str);
    let events = with_cluster(&app, &scope, &name, |cluster, environment| {
        cluster.kubernetes_events(environment, namespace)
    });
    settle(events.map(|events| items("events", events)))
}

/// Which role a pod gets, and why.
pub(super) async fn pod_credentials(
    State(app): State<App>,
    Path((name, namespace, pod)): Path<(String, String, String)>,
    scope: Scope,
) -> Response {
    let report = with_cluster(&app, &scope, &name, |cluster, _| {
        cluster.pod_credentials(&namespace, &pod)
    });
    settle(report.and_then(|report| {
        let missing = || not_found(&format!("There is no pod {namespace}/{pod}."));
        report.map(|report| describe(&report)).ok_or_else(missing)
    }))
}

/// Which role a new pod of a service account would get, and why.
pub(super) async fn service_account_credentials(
    State(app): State<App>,
    Path((name, namespace, account)): Path<(String, String, String)>,
    scope: Scope,
) -> Response {
    let report = with_cluster(&app, &scope, &name, |cluster, _| {
        cluster.service_account_credentials(&namespace, &account)
    });
    settle(report.map(|report| describe(&report)))
}

fn describe(report: &CredentialReport) -> Response {
    let why: Vec<Value> = report
        .decision
        .why
        .iter()
        .map(|finding| json!({ "rule": finding.rule, "found": finding.text }))
        .collect();
    let body = json!({
        "credentialSource": report.decision.source.as_str(),
        "roleArn": report.decision.role_arn,
        "environment": report.environment,
        "audience": report.audience,
        "why": why,
    });
    reply::json(StatusCode::OK, &body)
}

fn read_json(body: &[u8]) -> Result<Value, Box<Response>> {
    body::json(body).map_err(|error| Box::new(error.answer()))
}

/// Makes or replaces a service account.
pub(super) async fn put_service_account(
    State(app): State<App>,
    Path((name, namespace, account)): Path<(String, String, String)>,
    scope: Scope,
    WholeBody(body): WholeBody,
) -> Response {
    settle(read_json(&body).and_then(|manifest| {
        let put = with_cluster(&app, &scope, &name, |cluster, environment| {
            cluster.put_service_account(environment, &namespace, &account, &manifest)
        })?;
        let stored = put.map_err(|error| unprocessable(&error.to_string()))?;
        Ok(reply::json(StatusCode::OK, &stored))
    }))
}

/// Makes a pod, as admission lets it in.
pub(super) async fn post_pod(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    WholeBody(body): WholeBody,
) -> Response {
    settle(read_json(&body).and_then(|manifest| {
        let posted = with_cluster(&app, &scope, &name, |cluster, environment| {
            cluster.post_pod(environment, &manifest)
        })?;
        let stored = posted.map_err(|error| unprocessable(&error.to_string()))?;
        Ok(reply::json(StatusCode::CREATED, &stored))
    }))
}

/// Deletes a pod as `kubectl delete pod` does.
pub(super) async fn delete_pod(
    State(app): State<App>,
    Path((name, namespace, pod)): Path<(String, String, String)>,
    scope: Scope,
) -> Response {
    let deleted = with_cluster(&app, &scope, &name, |cluster, environment| {
        cluster.delete_pod(environment, &namespace, &pod)
    });
    settle(deleted.and_then(|is_deleted| match is_deleted {
        true => Ok(reply::nothing()),
        false => Err(not_found(&format!("There is no pod {namespace}/{pod}."))),
    }))
}

/// Restarts a workload as `kubectl rollout restart` does.
pub(super) async fn restart(
    State(app): State<App>,
    Path((name, namespace, kind, workload)): Path<(String, String, String, String)>,
    scope: Scope,
) -> Response {
    let restarted = with_cluster(&app, &scope, &name, |cluster, environment| {
        cluster.restart_workload(environment, &namespace, &kind, &workload)
    });
    settle(restarted.and_then(|restarted| {
        let message =
            format!("There is no workload {namespace}/{kind}/{workload} in cluster {name}.");
        restarted.map_err(|_| not_found(&message))?;
        Ok(reply::json(StatusCode::ACCEPTED, &json!({})))
    }))
}

/// Whether the cluster has nodes.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Compute")]
pub(super) struct ComputeChange {
    /// `assumed` or `none`.
    compute: String,
}

/// Takes the nodes away (`{"compute":"none"}`), or brings them
/// (`{"compute":"assumed"}`).
pub(super) async fn put_compute(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    WholeBody(body): WholeBody,
) -> Response {
    let asked = body::object_with(&body, |asked: ComputeChange| match &*asked.compute {
        "none" => Ok((Compute::None, asked)),
        "assumed" => Ok((Compute::Assumed, asked)),
        _ => Err("compute has to be none or assumed".to_owned()),
    });
    let asked = asked.map_err(|error| Box::new(error.answer()));
    settle(asked.and_then(|(compute, asked)| {
        with_cluster(&app, &scope, &name, |cluster, environment| {
            cluster.set_compute(environment, compute);
        })?;
        Ok(reply::typed(StatusCode::OK, &asked))
    }))
}

/// Answers an AdmissionReview as the pod identity webhook of the cluster.
pub(super) async fn mutate_pod(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    headers: HeaderMap,
    WholeBody(body): WholeBody,
) -> Response {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let answer = with_cluster(&app, &scope, &name, |cluster, _| {
        cluster.mutate_pod(content_type, &body)
    });
    settle(answer.map(|answer| {
        let status =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        reply::bytes(status, answer.content_type, answer.body)
    }))
}
