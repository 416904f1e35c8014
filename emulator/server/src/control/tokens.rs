//! Service account tokens, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::cluster::{POD_IDENTITY_AUDIENCE, TokenRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{self, BodyError, WholeBody};
use super::cluster::with_cluster;
use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;
use crate::state::Scope;
use crate::time;

/// A token that is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct IssueTokenRequest {
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

/// A token that was signed.
#[derive(JsonSchema, Serialize)]
struct IssuedToken {
    token: String,
    audience: String,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/_emulator/v1/tokens", issue)
            .does("Sign a service account token with the key of a cluster")
            .scoped()
            .takes::<IssueTokenRequest>()
            .answers::<IssuedToken>(StatusCode::CREATED, "The token")
            .fails(StatusCode::NOT_FOUND, "There is no such cluster")
            .fails(
                StatusCode::CONFLICT,
                "Several accounts or regions have such a cluster",
            )
            .fails(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Such a token cannot be issued",
            ),
    ]
}

/// How long tokens hold by default, in seconds.
const DEFAULT_SECONDS: i64 = 3_600;

/// Signs a token with the key of a cluster.
async fn issue(State(app): State<App>, scope: Scope, WholeBody(body): WholeBody) -> Response {
    let asked: IssueTokenRequest = match body::object(&body) {
        Ok(asked) => asked,
        Err(error) => return error.answer(),
    };
    let expires_in = asked
        .expires_in
        .as_deref()
        .map(time::parse_duration)
        .transpose();
    let seconds = match expires_in {
        Ok(None) => DEFAULT_SECONDS,
        Ok(Some(duration)) => i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        Err(error) => return BodyError::Invalid(error).answer(),
    };
    let audience = asked.audience.as_deref().unwrap_or(POD_IDENTITY_AUDIENCE);
    let token = with_cluster(&app, &scope, &asked.cluster, |cluster, environment| {
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
            let audience = audience.to_owned();
            reply::typed(StatusCode::CREATED, &IssuedToken { token, audience })
        }
        Ok(Err(error)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            reply::error(status, "InvalidTokenRequest", &error.to_string())
        }
        Err(response) => *response,
    }
}
