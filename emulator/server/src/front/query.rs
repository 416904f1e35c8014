//! Requests of IAM and STS.

use std::sync::Arc;

use eks_emulator_api::Respond;
use eks_emulator_api::schema::{Exception, Operation, QueryService};
use eks_emulator_api::{iam, sts};
use eks_emulator_core::cluster::{Cluster, MissingCluster};
use eks_emulator_core::credentials::issuer::Claims;
use eks_emulator_core::iam::sts::{Caller, CallerError, WebIdentity};
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::aws_query::{self, Envelope, Form, Format, Rejection, has_parameters};
use eks_emulator_protocol::sigv4::{
    CallerDefaults, Credential, SignatureMode, authenticate, partition_of,
};
use http::{Response, header};
use serde::Serialize;
use serde_json::Value;

use super::Incoming;
use super::fault::{self, Site};
use super::verify::verify;
use crate::http::responder::{Answered, Modelled};
use crate::iam::IamContext;
use crate::sts::StsContext;
use crate::world::Entered;

/// The one operation that is not signed.
const UNSIGNED: &str = "AssumeRoleWithWebIdentity";

pub(super) fn answer(
    service: &Entered<'_>,
    which: &'static QueryService,
    incoming: Incoming<'_>,
    request_id: &str,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let format = Format::of_accept(incoming.header(header::ACCEPT));
    let envelope = Envelope {
        request_id,
        date: service.clock.now(),
        format,
    };
    match call(service, which, incoming, &envelope, answered) {
        Ok(response) => response,
        Err(rejection) => {
            if let aws_query::Answer::Error { code, .. } = rejection.answer() {
                answered.error_code = Some(code.into());
            }
            aws_query::write_rejection(which, &rejection, &envelope)
        }
    }
}

fn call(
    service: &Entered<'_>,
    which: &'static QueryService,
    incoming: Incoming<'_>,
    envelope: &Envelope<'_>,
    answered: &mut Answered,
) -> Result<Response<Vec<u8>>, Rejection> {
    let body = incoming.body.ok_or(Rejection::BodyTooLarge)?;
    let body = if has_parameters(incoming.header(header::CONTENT_TYPE)) {
        body
    } else {
        &[]
    };
    let form = Form::parse(incoming.query(), body)?;
    let operation = aws_query::find_operation(which, &form)?;
    answered.operation = Some(operation.name);
    let caller = match operation.name {
        UNSIGNED => None,
        _ => {
            let (caller, region) = caller(service, which, incoming)?;
            answered.home = Some(Arc::new(home_of(&caller, region)));
            Some(caller)
        }
    };
    let document = aws_query::read_input(which, operation, &form)?;
    let home = match &answered.home {
        Some(home) => home.clone(),
        None => answered
            .home
            .insert(Arc::new(home_of_role(service, &document)))
            .clone(),
    };
    let anonymous = || format!("arn:{}:iam::{}:root", home.partition, home.account_id);
    let site = Site {
        service,
        signing_name: signing_name(which),
        operation: operation.name,
        home: &home,
        now: envelope.date,
        caller_arn: &|| {
            caller
                .as_ref()
                .map_or_else(anonymous, |caller| caller.arn.clone())
        },
    };
    let run = |document, answered: &mut Answered| {
        let responder = Responder {
            service: which,
            operation,
            envelope,
            answered,
        };
        dispatch(service, caller.as_ref(), document, responder)
    };
    Ok(fault::perform(
        &site,
        document,
        answered,
        run,
        |error, _| {
            let message = error.message.as_deref().unwrap_or_default();
            aws_query::write_unmodelled_error(which, error.status, &error.code, message, envelope)
        },
    ))
}

/// Calls the operation.
fn dispatch(
    service: &Entered<'_>,
    caller: Option<&Caller>,
    document: Value,
    responder: Responder<'_>,
) -> Response<Vec<u8>> {
    let (operation, now) = (responder.operation, responder.envelope.date);
    let identity = service.identity();
    match caller {
        Some(caller) if std::ptr::eq(responder.service, &iam::SERVICE) => {
            let context = IamContext {
                identity,
                partition: &caller.partition,
                account_id: &caller.account_id,
                now,
            };
            iam::dispatch(&context, &(), operation, document, responder)
        }
        caller => {
            let context = StsContext {
                identity,
                now,
                caller,
                web_identity: web_identity(service, operation, &document),
            };
            sts::dispatch(&context, &(), operation, document, responder)
        }
    }
}

/// The name that requests to a service are signed for.
pub(super) fn signing_name(which: &'static QueryService) -> &'static str {
    if std::ptr::eq(which, &iam::SERVICE) {
        "iam"
    } else {
        "sts"
    }
}

fn home_of(caller: &Caller, region: String) -> AccountRegion {
    AccountRegion {
        partition: caller.partition.clone(),
        account_id: caller.account_id.clone(),
        region,
    }
}

/// A call that is not signed is for the account of the role.
fn home_of_role(service: &Entered<'_>, document: &Value) -> AccountRegion {
    let CallerDefaults { account_id, region } = &service.defaults;
    let role = document["RoleArn"].as_str().unwrap_or_default();
    let of_role = role.split(':').nth(4).filter(|account| !account.is_empty());
    AccountRegion {
        partition: partition_of(region).to_owned(),
        account_id: of_role.unwrap_or(account_id).to_owned(),
        region: region.clone(),
    }
}

/// Who calls, by the access key, and the region.
fn caller(
    service: &Entered<'_>,
    which: &'static QueryService,
    incoming: Incoming<'_>,
) -> Result<(Caller, String), Rejection> {
    let (authorization, query) = (incoming.authorization(), incoming.query());
    let found = authenticate(
        service.signature_mode,
        signing_name(which),
        authorization,
        query,
        &service.defaults,
    )?;
    if service.signature_mode == SignatureMode::Verify {
        verify(service, incoming, aws_query::CLOCK_SKEW_MINUTES)?;
    }
    let credential = Credential::of_request(authorization, query).ok();
    let is_lenient = service.signature_mode == SignatureMode::None;
    let access_key_id = match &credential {
        Some(credential) => &*credential.access_key_id,
        None if is_lenient => "",
        None => {
            return Err(Rejection::Credential(super::refusal(
                CallerError::InvalidToken,
            )));
        }
    };
    let place = (partition_of(&found.region), found.account_id.as_str());
    let token = incoming.session_token();
    let caller = service.identity().lock().caller(
        service.clock.now(),
        access_key_id,
        token.as_deref(),
        place,
    );
    match caller {
        Ok(caller) => Ok((caller, found.region)),
        Err(error) => Err(Rejection::Credential(super::refusal(error))),
    }
}

/// What the web identity token of a call is, if it has one. The issuer's
/// cluster is asked before the identities are locked.
fn web_identity(
    service: &Entered<'_>,
    operation: &Operation,
    document: &Value,
) -> Option<WebIdentity> {
    if operation.name != UNSIGNED {
        return None;
    }
    let token = document["WebIdentityToken"].as_str().unwrap_or_default();
    let Ok(claims) = Claims::read_unverified(token) else {
        return Some(WebIdentity::NotAToken);
    };
    let claims = Box::new(claims);
    let Some((context, name)) = service.cluster_of_issuer(&claims.iss) else {
        return Some(WebIdentity::UnknownIssuer(claims));
    };
    let environment = context.environment();
    let is_genuine =
        |cluster: &mut Cluster| Ok(cluster.issuer() == claims.iss && cluster.has_signed(token));
    let missing = MissingCluster::OnItself;
    let found = context
        .region
        .with_cluster(&environment, &name, missing, is_genuine);
    Some(match found {
        Ok(true) => WebIdentity::Genuine(claims),
        Ok(false) => WebIdentity::BadSignature(claims),
        Err(_) => WebIdentity::UnknownIssuer(claims),
    })
}

/// Writes the answer to a call.
struct Responder<'a> {
    service: &'static QueryService,
    operation: &'static Operation,
    envelope: &'a Envelope<'a>,
    answered: &'a mut Answered,
}

impl Modelled for iam::Error {
    fn row(&self) -> &'static Exception {
        self.exception().row()
    }
}

impl Modelled for sts::Error {
    fn row(&self) -> &'static Exception {
        self.exception().row()
    }
}

impl<Failure: Modelled> Respond<Failure> for Responder<'_> {
    type Answer = Response<Vec<u8>>;

    fn answer<Output: Serialize>(self, result: Result<Output, Failure>) -> Self::Answer {
        match result {
            Ok(output) => {
                aws_query::write_output(self.service, self.operation, &output, self.envelope)
            }
            Err(error) => {
                let row = error.row();
                self.answered.error_code = Some(row.code.into());
                aws_query::write_error(self.service, row, &error, self.envelope)
            }
        }
    }

    fn undecodable(self, error: serde_json::Error) -> Self::Answer {
        let operation = self.operation.name;
        tracing::error!(operation, %error, "a valid document does not decode");
        let message = "Internal server error.";
        aws_query::write_unmodelled_error(
            self.service,
            500,
            "InternalFailure",
            message,
            self.envelope,
        )
    }
}
