//! The front: which service a request is for, and its answer.
//!
//! All services share one address, as tools with a single endpoint need it.

mod agent;
mod eks;
mod eks_auth;
pub(crate) mod fault;
mod hold;
mod issuer;
mod query;
mod rest;
mod verify;

use std::borrow::Cow;

use eks_emulator_api::schema::QueryService;
use eks_emulator_core::iam::sts::CallerError;
use eks_emulator_protocol::aws_query::{Form, has_parameters};
use eks_emulator_protocol::rest_json1::{self, Envelope};
use eks_emulator_protocol::sigv4::{Credential, CredentialError};
use http::{HeaderMap, HeaderName, Method, Response, header};

pub(crate) use hold::hold;

use self::fault::Left;
use crate::fault::ConnectionFault;
use crate::http::responder::{Answered, NO_ANSWER};
use crate::service::Service;
use crate::wait::Wait;

/// One request, read from the connection.
#[derive(Clone, Copy)]
pub(crate) struct Incoming<'a> {
    pub(crate) head: &'a http::request::Parts,
    /// `None` if it is larger than the limit.
    pub(crate) body: Option<&'a [u8]>,
}

impl<'a> Incoming<'a> {
    fn path(&self) -> &'a str {
        self.head.uri.path()
    }

    fn query(&self) -> Option<&'a str> {
        self.head.uri.query()
    }

    fn header(&self, name: HeaderName) -> Option<&'a str> {
        text(&self.head.headers, name)
    }

    fn authorization(&self) -> Option<&'a str> {
        self.header(header::AUTHORIZATION)
    }

    /// The token that goes with a temporary access key. Presigned requests
    /// have it in the query string.
    fn session_token(&self) -> Option<Cow<'a, str>> {
        let header = self.header(HeaderName::from_static("x-amz-security-token"));
        header.map(Cow::Borrowed).or_else(|| {
            let form = Form::parse(self.query(), &[]).ok()?;
            let token = form.parameter("X-Amz-Security-Token")?;
            Some(Cow::Owned(token.to_owned()))
        })
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What a request is for.
enum Destination {
    Eks,
    EksAuth,
    Query(&'static QueryService),
    Agent,
    Issuer,
}

/// Answers one request. If faults say so, that takes a while.
pub(crate) async fn answer(
    service: &Service,
    incoming: Incoming<'_>,
    wait: Wait,
) -> (Response<Vec<u8>>, Answered) {
    let mut answered = Answered::default();
    loop {
        let response = answer_now(service, incoming, &mut answered);
        match answered.left.take() {
            None => return (response, answered),
            Some(Left::Again(delay)) => wait.for_duration(delay).await,
            Some(Left::Late(delay)) => {
                wait.for_duration(delay).await;
                return (response, answered);
            }
        }
    }
}

/// One attempt, within one visit of the world.
fn answer_now(
    service: &Service,
    incoming: Incoming<'_>,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let service = &service.enter();
    let mut request_id = std::mem::take(&mut answered.request_id);
    if request_id.is_empty() {
        request_id = service.request_ids.next();
    }
    let destination = destination(incoming);
    answered.service = destination.name();
    let response = match destination {
        Destination::Eks => eks::answer(service, incoming, &request_id, answered),
        Destination::EksAuth => eks_auth::answer(service, incoming, &request_id, answered),
        Destination::Query(which) => query::answer(service, which, incoming, &request_id, answered),
        Destination::Agent => agent::answer(service, incoming, answered),
        Destination::Issuer => issuer::answer(service, incoming, answered),
    };
    answered.status = match response.extensions().get() {
        None | Some(ConnectionFault::TruncateBody) => response.status().as_u16(),
        Some(_) => NO_ANSWER,
    };
    if let (Some("NotImplementedException"), Some(operation)) =
        (answered.error_code.as_deref(), answered.operation)
    {
        service.unsupported.record(operation);
    }
    answered.request_id = request_id;
    response
}

impl Destination {
    /// The signing name of the service, or what there is beside services.
    fn name(&self) -> &'static str {
        match self {
            Self::Eks => "eks",
            Self::EksAuth => "eks-auth",
            Self::Query(which) => query::signing_name(which),
            Self::Agent => "agent",
            Self::Issuer => "issuer",
        }
    }
}

/// The answer to a call of which the state file does not tell: what it did
/// must not be taken for done.
pub(crate) fn not_persisted(service: &Service, answered: &mut Answered) -> Response<Vec<u8>> {
    const CODE: &str = "ServerException";
    answered.status = 500;
    answered.error_code = Some(CODE.into());
    let envelope = Envelope {
        request_id: &answered.request_id,
        date: service.clock.now(),
    };
    let body = serde_json::json!({ "message": crate::persistence::NOT_PERSISTED });
    rest_json1::write_unmodelled_error(answered.status, CODE, &body, &envelope)
}

/// EKS has no operation at the root, where the query protocol lives, and none
/// at the agent's and the issuers' paths. Who looks at the root without asking
/// anything gets the answer of EKS.
fn destination(incoming: Incoming<'_>) -> Destination {
    match incoming.path() {
        "/" if incoming.head.method == Method::POST || incoming.query().is_some() => {
            Destination::Query(query_service(incoming))
        }
        "/v1/credentials" => Destination::Agent,
        path if path.starts_with("/id/") => Destination::Issuer,
        path if is_assume_role_for_pod_identity(path) => Destination::EksAuth,
        _ => Destination::Eks,
    }
}

/// Whether a path is that of EKS Auth's operation, and not that of a cluster
/// with its name.
fn is_assume_role_for_pod_identity(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    (segments.next(), segments.nth(1), segments.next())
        == (Some("clusters"), Some("assume-role-for-pod-identity"), None)
}

/// The version asked for tells IAM and STS apart, also when a request is not
/// signed; otherwise the scope of the signature does.
fn query_service(incoming: Incoming<'_>) -> &'static QueryService {
    let content_type = incoming.header(header::CONTENT_TYPE);
    let body = incoming
        .body
        .filter(|_| has_parameters(content_type))
        .unwrap_or_default();
    let form = Form::parse(incoming.query(), body).ok();
    let version = form.as_ref().and_then(Form::version);
    let (iam, sts) = (
        &eks_emulator_api::iam::SERVICE,
        &eks_emulator_api::sts::SERVICE,
    );
    if version == Some(iam.version) {
        return iam;
    }
    let credential = Credential::of_request(incoming.authorization(), incoming.query());
    let is_signed_for_iam = credential.is_ok_and(|credential| credential.service == "iam");
    if version.is_none() && is_signed_for_iam {
        iam
    } else {
        sts
    }
}

/// What the protocol says of a caller that is turned away.
fn refusal(error: CallerError) -> CredentialError {
    match error {
        CallerError::InvalidToken => CredentialError::InvalidToken,
        CallerError::ExpiredToken => CredentialError::ExpiredToken,
    }
}
