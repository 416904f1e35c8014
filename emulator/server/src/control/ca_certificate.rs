//! The certificate that clients of HTTPS have to trust.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::endpoint::Endpoint;
use super::reply;
use crate::http::app::App;

/// Of one certificate or more in PEM form (RFC 8555, section 9.1).
const CONTENT_TYPE: &str = "application/pem-certificate-chain";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/_emulator/ca.pem", ca_certificate)
            .does("Give the certificate of the authority that clients of HTTPS have to trust")
            .answers_as::<String>(StatusCode::OK, "A certificate in PEM form", CONTENT_TYPE)
            .fails(
                StatusCode::NOT_FOUND,
                "The emulator has no certificate authority of its own",
            ),
    ]
}

async fn ca_certificate(State(app): State<App>) -> Response {
    let message = match app.tls.as_ref().map(|tls| tls.ca_certificate()) {
        Some(Some(pem)) => return reply::bytes(StatusCode::OK, CONTENT_TYPE, pem.into()),
        Some(None) => {
            "The emulator was given its certificate: whoever made that knows its authority."
        }
        None => "The emulator serves no HTTPS, so there is no certificate to trust.",
    };
    reply::error(StatusCode::NOT_FOUND, "NotFound", message)
}
