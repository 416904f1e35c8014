//! What requests to the emulator's own endpoints have in common.

use std::net::IpAddr;

use axum::extract::{Query, Request};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::reply;

/// Every parameter that some endpoint knows. Kubernetes tells its webhooks how
/// long it waits, in `timeout`.
const PARAMETERS: [&str; 8] = [
    "account",
    "cluster",
    "namespace",
    "owner",
    "region",
    "since",
    "timeout",
    "type",
];

/// Refuses web pages, and what an endpoint would misunderstand: a filter with
/// a typo would narrow nothing, and so seem to work.
pub(super) async fn check(request: Request, next: Next) -> Response {
    if is_of_another_origin(request.headers()) {
        let message = "A web page from elsewhere may not use the emulator.";
        return reply::error(StatusCode::FORBIDDEN, "CrossOrigin", message);
    }
    match refusal(request.uri()) {
        Some(message) => reply::error(StatusCode::BAD_REQUEST, "BadRequest", &message),
        None => next.run(request).await,
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
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

fn refusal(uri: &Uri) -> Option<String> {
    let path = percent_encoding::percent_decode_str(uri.path());
    if path.decode_utf8().is_err() {
        return Some("The path is not UTF-8.".into());
    }
    let Ok(Query(parameters)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return Some("The query string cannot be read.".into());
    };
    let unknown = parameters
        .into_iter()
        .map(|(name, _)| name)
        .find(|name| !PARAMETERS.contains(&name.as_str()));
    unknown.map(|name| format!("There is no parameter {name}."))
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
