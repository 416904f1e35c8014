//! The clusters' OpenID Connect issuers: discovery document and key set.
//!
//! They are found at the path of the issuer's URL, `/id/<ID>`, whatever host
//! the URL names.

use eks_emulator_core::cluster::{Cluster, MissingCluster};
use http::{Response, StatusCode, header};
use serde_json::{Value, json};

use super::Incoming;
use super::fault::{self, Site};
use crate::fault::{DISCOVERY_OPERATION, KEYS_OPERATION};
use crate::http::responder::Answered;
use crate::service::CallContext;
use crate::world::Entered;

pub(super) fn answer(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let Some(found) = find(service, incoming.path()) else {
        return plain(StatusCode::NOT_FOUND, "404 page not found\n".into());
    };
    answered.operation = Some(found.operation);
    answered.home = Some(found.context.region.shared_home());
    answered.cluster_name = Some(found.cluster_name.clone());
    let site = Site {
        service,
        signing_name: "issuer",
        operation: found.operation,
        home: found.context.region.home(),
        now: found.context.now,
        // Nobody signs a request for what is public.
        caller_arn: &String::new,
    };
    let document = json!({ "clusterName": found.cluster_name });
    let run = |_, _: &mut Answered| {
        respond(
            StatusCode::OK,
            "application/json",
            found.document.to_string(),
        )
    };
    fault::perform(&site, document, answered, run, |error, _| {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let text = error.message.as_deref().unwrap_or(&error.code);
        plain(status, format!("{text}\n"))
    })
}

/// What there is at a path.
struct Found {
    context: CallContext,
    cluster_name: String,
    operation: &'static str,
    document: Value,
}

fn find(service: &Entered<'_>, path: &str) -> Option<Found> {
    let (id, rest) = path.strip_prefix("/id/")?.split_once('/')?;
    let (context, cluster_name) = service.cluster_of_issuer(id)?;
    let environment = context.environment();
    let render = |cluster: &mut Cluster| match rest {
        _ if !cluster.issuer().ends_with(id) => Ok(None),
        ".well-known/openid-configuration" => {
            Ok(Some((DISCOVERY_OPERATION, cluster.discovery_document())))
        }
        "keys" => Ok(Some((KEYS_OPERATION, cluster.key_set()))),
        _ => Ok(None),
    };
    let missing = MissingCluster::OnItself;
    let rendered = context
        .region
        .with_cluster(&environment, &cluster_name, missing, render);
    let (operation, document) = rendered.ok().flatten()?;
    Some(Found {
        context,
        cluster_name,
        operation,
        document,
    })
}

fn plain(status: StatusCode, text: String) -> Response<Vec<u8>> {
    respond(status, "text/plain", text)
}

fn respond(status: StatusCode, content_type: &'static str, body: String) -> Response<Vec<u8>> {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = status;
    let content_type = header::HeaderValue::from_static(content_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}
