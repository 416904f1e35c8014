//! What requests to the emulator's own endpoints have in common.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::reply;
use crate::http::app::App;
use crate::persistence::NOT_PERSISTED;

/// Refuses web pages, names that may lead here by somebody else's will, and
/// paths that are no text.
pub(super) async fn check(
    State(hosts): State<Arc<[String]>>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(host) = unknown_host(request.headers(), &hosts) {
        let message = format!(
            "The control endpoints are not to be called as {host}; --allow-host allows a name."
        );
        return reply::error(StatusCode::FORBIDDEN, "UnknownHost", &message);
    }
    if is_of_another_origin(request.headers()) {
        let message = "A web page from elsewhere may not use the emulator.";
        return reply::error(StatusCode::FORBIDDEN, "CrossOrigin", message);
    }
    let path = percent_encoding::percent_decode_str(request.uri().path());
    if path.decode_utf8().is_err() {
        return reply::bad_request("The path is not UTF-8.");
    }
    next.run(request).await
}

/// Sees to it that the state file tells of a change before it is answered:
/// what is not written must not be taken for done.
pub(super) async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let only_reads = request.method().is_safe();
    let response = next.run(request).await;
    if only_reads || app.service.keep_up().is_ok() {
        return response;
    }
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    reply::error(status, "NotPersisted", NOT_PERSISTED)
}

/// The host that a request names, if it is neither an address, `localhost`
/// nor one of the names. A browser always names one.
fn unknown_host<'a>(headers: &'a HeaderMap, names: &[String]) -> Option<&'a str> {
    let host = headers.get(header::HOST)?.to_str().unwrap_or_default();
    let is_named = names
        .iter()
        .any(|name| name.eq_ignore_ascii_case(without_port(host)));
    (!is_address(host) && !is_named).then_some(host)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a browser asks for a page that does not come from the emulator.
///
/// The names of hosts are no proof: whoever owns a name can let it lead here.
/// Addresses and `localhost` are.
fn is_of_another_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, authority)| authority);
    match (authority, host) {
        (Some(authority), Some(host)) if authority == host => !is_address(host),
        _ => true,
    }
}

/// Whether a host, with or without a port, is an address or `localhost`.
fn is_address(host: &str) -> bool {
    let name = without_port(host);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::is_of_another_origin;

    fn is_refused(host: &str, origin: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        is_of_another_origin(&headers)
    }

    /// A name can be made to lead to this machine.
    #[test]
    fn a_page_may_use_the_emulator_if_it_comes_from_its_address() {
        for host in [
            "127.0.0.1:4566",
            "[::1]:4566",
            "localhost:4566",
            "localhost",
        ] {
            assert!(!is_refused(host, &format!("http://{host}")), "{host}");
        }
        for host in ["example.com:4566", "127.0.0.1.example.com", "example.com"] {
            assert!(is_refused(host, &format!("http://{host}")), "{host}");
        }
        assert!(is_refused("127.0.0.1:4566", "http://127.0.0.1:8080"));
        assert!(is_refused("127.0.0.1:4566", "null"));
    }
}
