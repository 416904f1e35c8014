//! Service account tokens, over HTTP.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::cluster::{POD_IDENTITY_AUDIENCE, TokenRequest};
use serde::Deserialize;
use serde_json::json;

use super::body::{self, WholeBody};
use super::cluster::with_cluster;
use super::reply;
use crate::http::app::App;
use crate::time;

/// A token that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    cluster: String,
    namespace: String,
    service_account: String,
    /// Who the token is for; by default the pod identity agent.
    audience: Option<String>,
    /// The pod that it is bound to.
    pod: Option<String>,
    /// How long it holds, such as `1h`; by default an hour.
    expires_in: Option<String>,
}

/// How long tokens hold by default, in seconds.
const DEFAULT_SECONDS: i64 = 3_600;

/// Signs a token with the key of a cluster.
pub(crate) async fn issue(
    State(app): State<App>,
    parameters: Query<BTreeMap<String, String>>,
    WholeBody(body): WholeBody,
) -> Response {
    let asked: Asked = match body::object(&body) {
        Ok(asked) => asked,
        Err(error) => return bad_request(&error),
    };
    let expires_in = asked
        .expires_in
        .as_deref()
        .map(time::parse_duration)
        .transpose();
    let seconds = match expires_in {
        Ok(None) => DEFAULT_SECONDS,
        Ok(Some(duration)) => i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        Err(error) => return bad_request(&error),
    };
    let audience = asked.audience.as_deref().unwrap_or(POD_IDENTITY_AUDIENCE);
    let token = with_cluster(&app, &parameters, &asked.cluster, |cluster, environment| {
        let request = TokenRequest {
            namespace: &asked.namespace,
            service_account: &asked.service_account,
            audience,
            pod: asked.pod.as_deref(),
            expires_in_seconds: seconds,
        };
        cluster.issue_token(environment, request)
    });
    match token {
        Ok(Ok(token)) => {
            let body = json!({ "token": token, "audience": audience });
            reply::json(StatusCode::CREATED, &body)
        }
        Ok(Err(error)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            reply::error(status, "InvalidTokenRequest", &error.to_string())
        }
        Err(response) => *response,
    }
}

fn bad_request(message: &str) -> Response {
    reply::error(StatusCode::BAD_REQUEST, "BadRequest", message)
}
