//! Which account and region a call to an endpoint is limited to.

use axum::extract::{FromRequestParts, Query};
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::response::Response;

use super::reply;
use crate::http::app::App;
use crate::state::Scope;

/// The header that limits a call to an account.
pub(super) const ACCOUNT_HEADER: HeaderName = HeaderName::from_static("x-emulator-account");

#[derive(serde::Deserialize)]
struct Parameters {
    account: Option<String>,
    region: Option<String>,
}

impl FromRequestParts<App> for Scope {
    type Rejection = Response;

    async fn from_request_parts(head: &mut Parts, _: &App) -> Result<Self, Response> {
        // Parameters that are there twice have been refused before.
        let Ok(Query(Parameters { account, region })) = Query::try_from_uri(&head.uri) else {
            return Err(reply::bad_request("The query string cannot be read."));
        };
        let header = head.headers.get(ACCOUNT_HEADER);
        let header = header.map(|value| value.to_str().unwrap_or_default().to_owned());
        let account_id = match (account, header) {
            (Some(parameter), Some(header)) if parameter != header => {
                let message = "The parameter account and the header x-emulator-account differ.";
                return Err(reply::bad_request(message));
            }
            (parameter, header) => parameter.or(header),
        };
        Self::new(account_id, region).map_err(|message| reply::bad_request(&message))
    }
}
