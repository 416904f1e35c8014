//! Requests to the pod identity agent, `/v1/credentials`.
//!
//! Source of statuses and texts: aws/eks-pod-identity-agent. Other than the
//! real one it answers on any address.

use eks_emulator_api::eks_auth::{AssumeRoleForPodIdentityResponse, Error};
use eks_emulator_core::cluster::{Cluster, MissingCluster, invalid_pod_token};
use eks_emulator_core::credentials::issuer::{Claims, TokenError, explain_malformed};
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::Incoming;
use super::fault::{self, Site};
use crate::agent::{Entry, LEAST_LIFE_MS, REFRESH_MS};
use crate::fault::{AGENT_OPERATION, REFUSED_BY_AGENT};
use crate::http::responder::Answered;
use crate::service::CallContext;
use crate::time;
use crate::world::Entered;

/// Why there are no credentials.
enum Refusal {
    /// The agent itself says no.
    Own(StatusCode, String),
    /// EKS Auth says no.
    EksAuth(Error),
}

pub(super) fn answer(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    answered.operation = Some(AGENT_OPERATION);
    match read(service, incoming) {
        Ok(asked) => hand_out(service, &asked, answered),
        Err(refusal) => refuse(service, refusal, answered),
    }
}

/// Exchanges the token, or does what faults make of that.
fn hand_out(
    service: &Entered<'_>,
    asked: &Asked<'_>,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let home = asked.context.region.home();
    answered.home = Some(asked.context.region.shared_home());
    answered.cluster_name = Some(asked.cluster_name.clone());
    let site = Site {
        service,
        signing_name: "agent",
        operation: AGENT_OPERATION,
        home,
        now: asked.context.now,
        // Pods have no name at IAM before they have credentials.
        caller_arn: &|| format!("arn:{}:iam::{}:root", home.partition, home.account_id),
    };
    let run = |_, answered: &mut Answered| match exchange(service, asked) {
        Ok(body) => {
            let mut response = Response::new(body);
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        Err(refusal) => refuse(service, refusal, answered),
    };
    let document = json!({ "clusterName": asked.cluster_name });
    fault::perform(&site, document, answered, run, |error, _| {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let message = error.message.as_deref().unwrap_or_default();
        match &*error.code {
            REFUSED_BY_AGENT => plain(status, message.to_owned()),
            code => plain(status, handed_on(service, status, code, message)),
        }
    })
}

fn refuse(service: &Entered<'_>, refusal: Refusal, answered: &mut Answered) -> Response<Vec<u8>> {
    let (status, text) = describe(service, refusal, answered);
    plain(status, text)
}

/// The agent prints what EKS Auth answered with its request id.
fn describe(
    service: &Entered<'_>,
    refusal: Refusal,
    answered: &mut Answered,
) -> (StatusCode, String) {
    match refusal {
        Refusal::Own(status, text) => {
            answered.error_code = Some(REFUSED_BY_AGENT.into());
            (status, text)
        }
        Refusal::EksAuth(error) => {
            let row = error.exception().row();
            answered.error_code = Some(row.name.into());
            let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
            let message = error.exception().message().unwrap_or_default();
            (status, handed_on(service, status, row.name, message))
        }
    }
}

/// What the agent makes of an error of EKS Auth.
fn handed_on(service: &Entered<'_>, status: StatusCode, code: &str, message: &str) -> String {
    let fault = if status.is_server_error() {
        "server"
    } else {
        "client"
    };
    let request_id = service.request_ids.next();
    format!("[{request_id}]: ({code}): {message}, fault: {fault}")
}

fn plain(status: StatusCode, text: String) -> Response<Vec<u8>> {
    let mut response = Response::new(format!("{text}\n").into_bytes());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, content_type);
    let no_sniff = HeaderName::from_static("x-content-type-options");
    headers.insert(no_sniff, HeaderValue::from_static("nosniff"));
    response
}

/// A request that makes sense: a token, and the cluster whose issuer signed it.
struct Asked<'a> {
    token: &'a str,
    context: CallContext,
    cluster_name: String,
}

fn read<'a>(service: &Entered<'_>, incoming: Incoming<'a>) -> Result<Asked<'a>, Refusal> {
    let bad = |text: &str| Refusal::Own(StatusCode::BAD_REQUEST, text.to_owned());
    let token = incoming.authorization().unwrap_or_default();
    if token.is_empty() {
        return Err(bad("Service account token cannot be empty"));
    }
    let now = service.clock.now();
    let claims = Claims::read_unverified(token).map_err(|_| match explain_malformed(token) {
        Some(why) => bad(&format!("Service account token cannot be parsed: {why}")),
        None => Refusal::EksAuth(invalid_pod_token()),
    })?;
    claims.check_time(now).map_err(|error| match error {
        TokenError::Expired { .. } => {
            bad("Service account token failed basic claim validations: token is expired")
        }
        _ => bad("Service account token failed basic claim validations: token is not valid yet"),
    })?;
    let found = service.cluster_of_issuer(&claims.iss);
    let (context, cluster_name) = found.ok_or_else(|| {
        service.agent().forget(token);
        Refusal::EksAuth(invalid_pod_token())
    })?;
    Ok(Asked {
        token,
        context,
        cluster_name,
    })
}

/// Exchanges a token, or gives what it was exchanged for before.
fn exchange(service: &Entered<'_>, asked: &Asked<'_>) -> Result<Vec<u8>, Refusal> {
    let invalid = || Refusal::EksAuth(invalid_pod_token());
    let Asked {
        token,
        context,
        cluster_name,
    } = asked;
    let now = context.now;
    let environment = context.environment();
    let act = |cluster: &mut Cluster| {
        let version = cluster.associations_version();
        if let Some(entry) = service.agent().cached(token, now, version) {
            return Ok(Ok(entry.body.clone()));
        }
        let exchanged = cluster.assume_role_for_pod_identity(&environment, token);
        Ok(exchanged.map_err(Refusal::EksAuth).and_then(|response| {
            let body = render(&response);
            let expiration = response.credentials.expiration;
            if expiration <= now.plus_milliseconds(LEAST_LIFE_MS) {
                let text =
                    "fetched credentials are expired or will expire within the next 15.00 seconds";
                return Err(Refusal::Own(StatusCode::INTERNAL_SERVER_ERROR, text.into()));
            }
            let entry = Entry {
                body: body.clone(),
                expiration,
                refresh_at: now.plus_milliseconds(REFRESH_MS),
                associations_version: version,
            };
            service.agent().remember(token, entry);
            Ok(body)
        }))
    };
    let result =
        context
            .region
            .with_cluster(&environment, cluster_name, MissingCluster::OnItself, act);
    let result = result.unwrap_or_else(|_| Err(invalid()));
    if result.is_err() {
        service.agent().forget(token);
    }
    result
}

/// The members in the order in which the agent writes them.
fn render(response: &AssumeRoleForPodIdentityResponse) -> Vec<u8> {
    let credentials = &response.credentials;
    let account_id = response
        .assumed_role_user
        .arn
        .split(':')
        .nth(4)
        .unwrap_or_default();
    let text = |value: &str| serde_json::Value::from(value).to_string();
    format!(
        r#"{{"AccessKeyId":{},"SecretAccessKey":{},"Token":{},"AccountId":{},"Expiration":{}}}"#,
        text(&credentials.access_key_id),
        text(&credentials.secret_access_key),
        text(&credentials.session_token),
        text(account_id),
        text(&time::format_seconds(credentials.expiration)),
    )
    .into_bytes()
}
