//! Transitions that have not ended, over HTTP.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::Timestamp;
use eks_emulator_core::cluster::PendingTransition;
use schemars::JsonSchema;
use serde::Serialize;

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::state::Scope;
use crate::time;

/// The transitions that have not ended.
#[derive(JsonSchema, Serialize)]
struct PendingTransitions {
    /// The earliest due first; what time alone does not end comes last.
    transitions: Vec<ShownTransition>,
}

/// A transition that has not ended.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownTransition {
    /// What it is called until it has ended.
    id: String,
    /// The ARN of the add-on or cluster.
    resource: String,
    /// `cluster` or `addon`.
    r#type: &'static str,
    account: String,
    region: String,
    cluster: String,
    /// The name of the add-on or cluster.
    name: String,
    /// The update that ends with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    update_id: Option<String>,
    /// The status that the resource is in.
    from: &'static str,
    /// The status that it will be in; `DELETED` if it will be gone.
    to: &'static str,
    /// When it falls due by time; null if time alone does not end it.
    due: Option<String>,
    /// After how many more reads it ends, if reads end it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reads_left: Option<u32>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/v1/transitions", list)
            .does("List the transitions that have not ended")
            .parameter(
                "resource",
                "Those of a resource: its ARN, or addon/<cluster>/<add-on> or cluster/<cluster>",
            )
            .parameter("cluster", "Those of a cluster and its add-ons")
            .scoped()
            .answers::<PendingTransitions>(StatusCode::OK, "The transitions"),
        Endpoint::post("/_emulator/v1/transitions/{id}/complete", complete)
            .does("End a pending transition now, whatever it waits for")
            .answers_nothing(StatusCode::NO_CONTENT, "It has ended")
            .fails(StatusCode::NOT_FOUND, "No such transition is pending"),
    ]
}

async fn list(
    State(app): State<App>,
    scope: Scope,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    let wanted = |name: &str| parameters.get(name).map(String::as_str);
    let is_wanted = |pending: &PendingTransition| {
        scope.includes_part(&pending.account_id, &pending.region)
            && wanted("cluster").is_none_or(|name| name == pending.cluster_name)
            && wanted("resource").is_none_or(|resource| is_about(pending, resource))
    };
    let mut pending = app.service.pending_transitions();
    pending.retain(is_wanted);
    pending.sort_by(|left, right| order(left).cmp(&order(right)));
    let shown = PendingTransitions {
        transitions: pending.into_iter().map(show).collect(),
    };
    reply::typed(StatusCode::OK, &shown)
}

/// When a transition is due, and where; those of one cluster are in order.
fn order(pending: &PendingTransition) -> (bool, Option<Timestamp>, [&str; 3]) {
    let place = [
        pending.account_id.as_str(),
        &pending.region,
        &pending.cluster_name,
    ];
    (pending.due.is_none(), pending.due, place)
}

fn is_about(pending: &PendingTransition, resource: &str) -> bool {
    let named = match &pending.addon_name {
        Some(addon_name) => format!("addon/{}/{addon_name}", pending.cluster_name),
        None => format!("cluster/{}", pending.cluster_name),
    };
    pending.resource_arn == resource || named == resource
}

fn show(pending: PendingTransition) -> ShownTransition {
    ShownTransition {
        id: pending.id,
        resource: pending.resource_arn,
        r#type: match pending.addon_name {
            Some(_) => "addon",
            None => "cluster",
        },
        account: pending.account_id,
        region: pending.region,
        name: pending
            .addon_name
            .unwrap_or_else(|| pending.cluster_name.clone()),
        cluster: pending.cluster_name,
        update_id: pending.update_id,
        from: pending.from,
        to: pending.to,
        due: pending.due.map(time::format),
        reads_left: pending.reads_left,
    }
}

async fn complete(State(app): State<App>, Path(id): Path<String>) -> Response {
    if app.service.complete_transition(&id) {
        return reply::nothing();
    }
    let message = format!("No transition {id} is pending.");
    reply::error(StatusCode::NOT_FOUND, "TransitionNotFound", &message)
}
