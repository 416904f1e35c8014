//! States with names, over HTTP: kept in memory, sharing with the present what
//! has not changed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::service::Service;
use crate::state::Scope;
use crate::time;

/// The snapshots that there are.
#[derive(JsonSchema, Serialize)]
struct SnapshotList {
    snapshots: Vec<SnapshotName>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct SnapshotName {
    name: String,
    /// What the emulator's clock showed.
    taken_at: String,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    const ALL: &str = "/_emulator/v1/snapshots";
    const ONE: &str = "/_emulator/v1/snapshots/{name}";
    vec![
        Endpoint::get(ALL, list)
            .does("List the snapshots")
            .answers::<SnapshotList>(StatusCode::OK, "The snapshots by name"),
        Endpoint::put(ONE, save)
            .does("Keep the present state under a name")
            .answers::<SnapshotName>(StatusCode::OK, "The snapshot"),
        Endpoint::post("/_emulator/v1/snapshots/{name}/restore", restore)
            .does("Put the state of a snapshot in the place of the present one")
            .scoped()
            .answers_nothing(StatusCode::NO_CONTENT, "It is as it was")
            .fails(StatusCode::NOT_FOUND, "There is no such snapshot")
            .fails(
                StatusCode::UNPROCESSABLE_ENTITY,
                "The scope is in conflict with what is outside of it",
            ),
        Endpoint::delete(ONE, delete)
            .does("Forget a snapshot")
            .answers_nothing(StatusCode::NO_CONTENT, "It is not there any more"),
    ]
}

fn show(service: &Service) -> Vec<SnapshotName> {
    let show = |(name, taken_at)| SnapshotName {
        name,
        taken_at: time::format(taken_at),
    };
    service.snapshots().list().into_iter().map(show).collect()
}

async fn list(State(app): State<App>) -> Response {
    let listing = SnapshotList {
        snapshots: show(&app.service),
    };
    reply::typed(StatusCode::OK, &listing)
}

async fn save(State(app): State<App>, Path(name): Path<String>) -> Response {
    let snapshot = app.service.snapshot(&Scope::default());
    let taken_at = time::format(snapshot.taken_at());
    app.service.snapshots().save(&name, snapshot);
    reply::typed(StatusCode::OK, &SnapshotName { name, taken_at })
}

async fn restore(State(app): State<App>, scope: Scope, Path(name): Path<String>) -> Response {
    match app.service.snapshots().find(&name) {
        Some(snapshot) => match app.service.restore(&scope, &snapshot) {
            Ok(()) => reply::nothing(),
            Err(sentence) => {
                reply::error(StatusCode::UNPROCESSABLE_ENTITY, "InvalidState", &sentence)
            }
        },
        None => {
            let message = format!("There is no snapshot {name}.");
            reply::error(StatusCode::NOT_FOUND, "NotFound", &message)
        }
    }
}

async fn delete(State(app): State<App>, Path(name): Path<String>) -> Response {
    app.service.snapshots().delete(&name);
    reply::nothing()
}
