//! From an output, a modelled error or a rejection to an HTTP response.

use std::fmt::Write;

use eks_emulator_api::Timestamp;
use eks_emulator_api::schema::{Exception, Member, Operation};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::jackson;
use super::rejection::Rejection;
use crate::date::http_date;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const GATEWAY_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What every answer says about itself, whatever its body.
///
/// `Content-Length` and `Connection` are left to the HTTP server.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'request> {
    /// The request's id, a UUID.
    pub request_id: &'request str,
    /// The time on the emulator's clock.
    pub date: Timestamp,
}

/// The answer of a successful operation.
pub fn write_output<T: Serialize + ?Sized>(
    operation: &Operation,
    output: &T,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    respond(operation.status, None, jackson::to_vec(output), envelope)
}

/// The answer of an operation that failed with a modelled exception.
///
/// The error has to be of the exception's structure.
pub fn write_error<T: Serialize + ?Sized>(
    exception: &Exception,
    error: &T,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    respond(
        exception.status,
        Some(HeaderValue::from_static(exception.name)),
        jackson::to_vec(error),
        envelope,
    )
}

/// The answer to a request that was turned away.
pub fn write_rejection(rejection: &Rejection, envelope: &Envelope<'_>) -> Response<Vec<u8>> {
    let answer = rejection.answer();
    let body = match answer.exception {
        Some(exception) => jackson::to_vec(&ExceptionBody {
            members: exception.shape.members(),
            values: &serde_json::Value::Null,
            message: Some(&answer.message),
        }),
        None => serde_json::json!({ "message": answer.message })
            .to_string()
            .into_bytes(),
    };
    let code = HeaderValue::from_static(answer.code);
    respond(answer.status, Some(code), body, envelope)
}

/// The answer of an error that no model has: the emulator's own.
pub fn write_unmodelled_error<T: Serialize + ?Sized>(
    status: u16,
    code: &'static str,
    body: &T,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    let code = HeaderValue::from_static(code);
    respond(status, Some(code), jackson::to_vec(body), envelope)
}

/// An error that the service did not decide on: whatever somebody wants to
/// see, in the form that the service gives its errors.
#[derive(Clone, Copy, Debug)]
pub struct ChosenError<'answer> {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: &'answer str,
    /// The message for people.
    pub message: Option<&'answer str>,
    /// The exception whose members the body has.
    pub exception: Option<&'static Exception>,
    /// An object with values of members.
    pub values: &'answer serde_json::Value,
}

/// The answer of an error that somebody chose.
pub fn write_chosen_error(error: &ChosenError<'_>, envelope: &Envelope<'_>) -> Response<Vec<u8>> {
    let body = jackson::to_vec(&ExceptionBody {
        members: error
            .exception
            .map_or(&[], |exception| exception.shape.members()),
        values: error.values,
        message: error.message,
    });
    respond(
        error.status,
        Some(value(error.code.to_owned())),
        body,
        envelope,
    )
}

/// The body of an exception of which little but the message is known: the
/// other members of its structure are `null`, the message is last.
struct ExceptionBody<'answer> {
    members: &'static [Member],
    values: &'answer serde_json::Value,
    message: Option<&'answer str>,
}

impl Serialize for ExceptionBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        for member in self
            .members
            .iter()
            .filter(|member| member.name != "message")
        {
            body.serialize_entry(member.name, &self.values.get(member.name))?;
        }
        body.serialize_entry("message", &self.message)?;
        body.end()
    }
}

fn respond(
    status: u16,
    error_code: Option<HeaderValue>,
    body: Vec<u8>,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    // The tables have no number that is not a status; 500 would point at the
    // table at fault.
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.reserve(12);
    insert_identity(headers, envelope);
    if let Some(code) = error_code {
        headers.insert(ERROR_TYPE, code);
    }
    insert_cross_origin(headers);
    response
}

/// Sources: recorded responses of cloud-custodian and
/// hashicorp/terraform-provider-aws, issue 38796.
fn insert_identity(headers: &mut HeaderMap, envelope: &Envelope<'_>) {
    let seed = fingerprint(envelope.request_id);
    headers.insert(header::DATE, value(http_date(envelope.date)));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(REQUEST_ID, value(envelope.request_id.to_owned()));
    headers.insert(GATEWAY_ID, value(gateway_id(seed)));
    headers.insert(TRACE_ID, value(trace_id(seed, envelope.date)));
}

/// Errors have all of these headers (hashicorp/terraform-provider-aws, issue
/// 38796); successful answers were seen with the same ones
/// (aws-ia/terraform-aws-eks-blueprints-addons, issue 335).
fn insert_cross_origin(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "*,Authorization,Date,X-Amz-Date,X-Amz-Security-Token,X-Amz-Target,content-type,x-amz-content-sha256,\
             x-amz-user-agent,x-amzn-platform-id,x-amzn-trace-id",
        ),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET,HEAD,PUT,POST,DELETE,OPTIONS"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(
            "x-amzn-errortype,x-amzn-errormessage,x-amzn-trace-id,x-amzn-requestid,x-amz-apigw-id,date",
        ),
    );
}

/// Text that cannot be a header value, such as a request id with a line break,
/// becomes an empty one.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// A number that is the same for the same request id (FNV-1a).
fn fingerprint(request_id: &str) -> u64 {
    request_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// An opaque id of the real one's form: fifteen characters and `=`.
fn gateway_id(seed: u64) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut id = String::with_capacity(16);
    id.extend((0..15).map(|position| ALPHABET[(scramble(seed, position) % 64) as usize] as char));
    id.push('=');
    id
}

/// `Root=1-<time in hexadecimal>-<24 hexadecimal digits>`, the form of AWS X-Ray.
fn trace_id(seed: u64, date: Timestamp) -> String {
    let seconds = date.as_seconds() as u32;
    let tail = scramble(seed, 16) as u32;
    let mut id = String::with_capacity(40);
    // Writing to a string does not fail.
    let _ = write!(
        id,
        "Root=1-{seconds:08x}-{:016x}{tail:08x}",
        scramble(seed, 17)
    );
    id
}

/// Spreads a seed and a position over all bits (the finish of SplitMix64).
fn scramble(seed: u64, position: u64) -> u64 {
    let mut bits = seed.wrapping_add((position + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
