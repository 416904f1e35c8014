//! The clusters' OpenID Connect issuers: discovery document and key set.
//!
//! They are found at the path of the issuer's URL, `/id/<ID>`, whatever host
//! the URL names.

use eks_emulator_core::cluster::{Cluster, MissingCluster};
use http::{Response, StatusCode, header};
use serde_json::Value;

use super::Incoming;
use crate::world::Entered;

pub(super) fn answer(service: &Entered<'_>, incoming: Incoming<'_>) -> Response<Vec<u8>> {
    match document(service, incoming.path()) {
        Some(document) => respond(StatusCode::OK, "application/json", document.to_string()),
        None => respond(
            StatusCode::NOT_FOUND,
            "text/plain",
            "404 page not found\n".into(),
        ),
    }
}

fn document(service: &Entered<'_>, path: &str) -> Option<Value> {
    let (id, rest) = path.strip_prefix("/id/")?.split_once('/')?;
    let (context, name) = service.cluster_of_issuer(id)?;
    let environment = context.environment();
    let render = |cluster: &mut Cluster| match rest {
        _ if !cluster.issuer().ends_with(id) => Ok(None),
        ".well-known/openid-configuration" => Ok(Some(cluster.discovery_document())),
        "keys" => Ok(Some(cluster.key_set())),
        _ => Ok(None),
    };
    let missing = MissingCluster::OnItself;
    context
        .region
        .with_cluster(&environment, &name, missing, render)
        .ok()
        .flatten()
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
