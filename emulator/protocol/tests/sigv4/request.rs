//! Requests that somebody else has signed.

use eks_emulator_api::Timestamp;
use eks_emulator_protocol::sigv4::{CredentialError, Signature};
use http::Request;
use http::request::Parts;

/// The secret of AWS's published examples.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The time of AWS's published examples.
pub(crate) const DATE: &str = "20150830T123600Z";
/// The same time.
pub(crate) const SIGNED_AT: Timestamp = Timestamp::from_milliseconds(1_440_938_160_000);

/// The head of a request.
pub(crate) fn head(method: &str, target: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).expect("a request").into_parts();
    head
}

/// An `Authorization` header.
pub(crate) fn authorization(service: &str, signed_headers: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, \
         SignedHeaders={signed_headers}, Signature={signature}"
    )
}

/// Checks a request with the published secret.
pub(crate) fn check(head: &Parts, body: &[u8]) -> Result<(), CredentialError> {
    Signature::of_request(head)?.check(body, SECRET)
}
