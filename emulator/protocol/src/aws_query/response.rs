//! From an output, a modelled error or a rejection to an HTTP response.

use eks_emulator_api::Timestamp;
use eks_emulator_api::schema::{Exception, Operation, QueryService};
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

use super::rejection::{Answer, Namespace, Rejection};
use super::xml::Writer;
use crate::date::http_date;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The namespace of errors that are older than the services.
const FAULT_NAMESPACE: &str = "http://webservices.amazon.com/AWSFault/2005-15-09";

/// What every answer says about itself, whatever its body.
///
/// `Content-Length` and `Connection` are left to the HTTP server.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'request> {
    /// The request's id, a UUID.
    pub request_id: &'request str,
    /// The time on the emulator's clock.
    pub date: Timestamp,
    /// What the body is written in.
    pub format: Format,
}

/// What bodies are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// XML.
    #[default]
    Xml,
    /// JSON with the same names, which aws-iam-authenticator asks for.
    Json,
}

impl Format {
    /// The format that an `Accept` header asks for.
    pub fn of_accept(accept: Option<&str>) -> Self {
        if accept.is_some_and(|accept| accept.contains("application/json")) {
            Self::Json
        } else {
            Self::Xml
        }
    }
}

/// The answer of a successful operation.
pub fn write_output<T: Serialize + ?Sized>(
    service: &QueryService,
    operation: &Operation,
    output: &T,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    let output = document(output);
    let name = format!("{}Response", operation.name);
    let body = match envelope.format {
        Format::Xml => Writer::default().root(&name, service.namespace, |writer| {
            if let Some(wrapper) = operation.result_wrapper {
                writer.value(wrapper, operation.output, &output);
            }
            writer.element("ResponseMetadata", |writer| {
                writer.leaf("RequestId", envelope.request_id);
            });
        }),
        Format::Json => {
            let mut inner = json!({ "ResponseMetadata": { "RequestId": envelope.request_id } });
            if let Some(wrapper) = operation.result_wrapper {
                inner[wrapper] = output;
            }
            json!({ name: inner }).to_string().into_bytes()
        }
    };
    respond(operation.status, body, envelope)
}

/// The answer of an operation that failed with a modelled exception.
///
/// The error has to be of the exception's structure.
pub fn write_error<T: Serialize + ?Sized>(
    service: &QueryService,
    exception: &Exception,
    error: &T,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    let error = document(error);
    let message = error.get("message").and_then(Value::as_str);
    let (status, code) = (exception.status, exception.code);
    let body = error_body(service.namespace, status, code, message, envelope);
    respond(status, body, envelope)
}

/// The answer to a request that was turned away.
pub fn write_rejection(
    service: &QueryService,
    rejection: &Rejection,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    match rejection.answer() {
        Answer::Redirect { location } => redirect(location, envelope),
        Answer::Error {
            status,
            code,
            message,
            namespace,
        } => {
            let namespace = match namespace {
                Namespace::Service => service.namespace,
                Namespace::Fault => FAULT_NAMESPACE,
            };
            let body = error_body(namespace, status, code, message.as_deref(), envelope);
            respond(status, body, envelope)
        }
    }
}

/// The answer of an error that no model has: the emulator's own.
pub fn write_unmodelled_error(
    service: &QueryService,
    status: u16,
    code: &str,
    message: &str,
    envelope: &Envelope<'_>,
) -> Response<Vec<u8>> {
    let body = error_body(service.namespace, status, code, Some(message), envelope);
    respond(status, body, envelope)
}

/// An API structure as a document.
///
/// Panics if the value has map keys that are neither strings nor numbers or
/// fails to serialize by itself; structures of the API do neither.
fn document<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).expect("API structures have string keys")
}

fn error_body(
    namespace: &str,
    status: u16,
    code: &str,
    message: Option<&str>,
    envelope: &Envelope<'_>,
) -> Vec<u8> {
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    match envelope.format {
        Format::Xml => Writer::default().root("ErrorResponse", namespace, |writer| {
            writer.element("Error", |writer| {
                writer.leaf("Type", fault);
                writer.leaf("Code", code);
                if let Some(message) = message {
                    writer.leaf("Message", message);
                }
            });
            writer.leaf("RequestId", envelope.request_id);
        }),
        Format::Json => json!({
            "Error": { "Code": code, "Message": message, "Type": fault },
            "RequestId": envelope.request_id,
        })
        .to_string()
        .into_bytes(),
    }
}

fn respond(status: u16, body: Vec<u8>, envelope: &Envelope<'_>) -> Response<Vec<u8>> {
    let content_type = match envelope.format {
        Format::Xml => "text/xml",
        Format::Json => "application/json",
    };
    let mut response = empty(status, envelope);
    *response.body_mut() = body;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Without a body, so that no client is given a page to parse.
fn redirect(location: String, envelope: &Envelope<'_>) -> Response<Vec<u8>> {
    let mut response = empty(302, envelope);
    response
        .headers_mut()
        .insert(header::LOCATION, value(location));
    response
}

fn empty(status: u16, envelope: &Envelope<'_>) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    // The tables have no number that is not a status; 500 would point at the
    // table at fault.
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::DATE, value(http_date(envelope.date)));
    headers.insert(REQUEST_ID, value(envelope.request_id.to_owned()));
    response
}

/// Text that cannot be a header value, such as a request id with a line break,
/// becomes an empty one.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
