//! One line for each call.

use std::time::Duration;

use crate::http::responder::Answered;

/// Writes the line of a call that was answered after `duration`.
///
/// Bodies and headers are not logged: they may carry secrets.
pub(crate) fn request(answered: &Answered, duration: Duration) {
    let no_operation = match answered.service {
        "issuer" => "issuer",
        _ => "-",
    };
    tracing::info!(
        operation = answered.operation.unwrap_or(no_operation),
        cluster = answered.cluster_name.as_deref().unwrap_or("-"),
        status = answered.status,
        error = answered.error_code.as_deref().unwrap_or("-"),
        request_id = answered.request_id,
        duration_us = duration.as_micros() as u64,
        "request"
    );
}
