//! Requests of EKS and EKS Auth: both speak restJson1.

use std::sync::Arc;

use eks_emulator_api::schema::Operation;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::rest_json1::{self, ChosenError, Envelope, Rejection, Router};
use eks_emulator_protocol::sigv4::{Credential, SignatureMode, authenticate, partition_of};
use http::Response;
use serde_json::Value;

use super::Incoming;
use super::fault::{self, Site};
use super::verify::verify;
use crate::http::responder::{Answered, Responder};
use crate::service::CallContext;
use crate::world::Entered;

/// One of the two services.
pub(super) struct RestService<'a> {
    pub(super) router: &'a Router,
    /// The name that requests are signed for.
    pub(super) signing_name: &'static str,
    /// The label of the path that names the cluster.
    pub(super) cluster_label: &'static str,
}

impl RestService<'_> {
    /// Answers one request; `dispatch` calls the operation.
    pub(super) fn answer(
        &self,
        service: &Entered<'_>,
        incoming: Incoming<'_>,
        (request_id, answered): (&str, &mut Answered),
        dispatch: impl FnOnce(&CallContext, &Operation, Value, Responder<'_>) -> Response<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        let envelope = Envelope {
            request_id,
            date: service.clock.now(),
        };
        let result = self.read(service, incoming, answered);
        match result {
            Ok((context, operation, document)) => {
                let site = Site {
                    service,
                    signing_name: self.signing_name,
                    operation: operation.name,
                    home: context.region.home(),
                    now: context.now,
                    caller_arn: &|| caller_arn(service, incoming, context.region.home()),
                };
                let run = |document, answered: &mut Answered| {
                    let responder = Responder {
                        operation,
                        envelope: &envelope,
                        answered,
                    };
                    dispatch(&context, operation, document, responder)
                };
                fault::perform(&site, document, answered, run, |error, values| {
                    let error = ChosenError {
                        status: error.status,
                        code: &error.code,
                        message: error.message.as_deref(),
                        exception: error.exception,
                        values,
                    };
                    rest_json1::write_chosen_error(&error, &envelope)
                })
            }
            Err(rejection) => {
                answered.error_code = Some(rejection.answer().code.into());
                rest_json1::write_rejection(&rejection, &envelope)
            }
        }
    }

    fn read(
        &self,
        service: &Entered<'_>,
        incoming: Incoming<'_>,
        answered: &mut Answered,
    ) -> Result<(CallContext, &'static Operation, Value), Rejection> {
        if incoming.body.is_none() && service.signature_mode == SignatureMode::Verify {
            // Of what was not read nobody can say whether it was signed.
            return Err(Rejection::BodyTooLarge);
        }
        let home = self.home(service, incoming)?;
        match self.read_input(service.is_strict(), incoming, answered) {
            Ok((operation, document)) => {
                let context = service.context(service.clock.now(), home);
                answered.home = Some(context.region.shared_home());
                Ok((context, operation, document))
            }
            Err(rejection) => {
                answered.home = Some(Arc::new(home));
                Err(rejection)
            }
        }
    }

    fn read_input(
        &self,
        is_strict: bool,
        incoming: Incoming<'_>,
        answered: &mut Answered,
    ) -> Result<(&'static Operation, Value), Rejection> {
        let route = self
            .router
            .route(incoming.head.method.as_str(), incoming.path())?;
        let operation = route.operation();
        answered.operation = Some(operation.name);
        answered.cluster_name = route.raw_label(self.cluster_label).map(str::to_owned);
        let body = incoming.body.ok_or(Rejection::BodyTooLarge)?;
        let document = rest_json1::read_input(&route, incoming.query(), body)?;
        if is_strict && let Some(path) = rest_json1::find_unknown(&route, incoming.query(), body) {
            let operation = operation.name;
            return Err(Rejection::UnknownMember { operation, path });
        }
        if answered.cluster_name.is_none() {
            let named = fault::cluster_of(self.signing_name, &document);
            answered.cluster_name = named.map(str::to_owned);
        }
        Ok((operation, document))
    }

    /// The account and region that a request is for. The account of temporary
    /// credentials is the one of their session, that of a key from a seed the
    /// one that the seed says.
    pub(super) fn home(
        &self,
        service: &Entered<'_>,
        incoming: Incoming<'_>,
    ) -> Result<AccountRegion, Rejection> {
        let (authorization, query) = (incoming.authorization(), incoming.query());
        let (mode, name) = (service.signature_mode, self.signing_name);
        let caller = authenticate(mode, name, authorization, query, &service.defaults)?;
        if mode == SignatureMode::Verify {
            verify(service, incoming, rest_json1::CLOCK_SKEW_MINUTES)?;
        }
        let mut home = AccountRegion {
            partition: caller.partition.to_owned(),
            account_id: caller.account_id,
            region: caller.region,
        };
        if let Ok(credential) = Credential::of_request(authorization, query)
            && (credential.access_key_id.starts_with("ASIA")
                || service.identity().has_access_keys())
        {
            let place = (partition_of(&home.region), home.account_id.as_str());
            let token = incoming.session_token();
            let found = service.identity().lock().caller(
                service.clock.now(),
                &credential.access_key_id,
                token.as_deref(),
                place,
            );
            home.account_id = found.map_err(super::refusal)?.account_id;
        }
        Ok(home)
    }
}

/// Who calls, as far as that can be told.
fn caller_arn(service: &Entered<'_>, incoming: Incoming<'_>, home: &AccountRegion) -> String {
    let credential = Credential::of_request(incoming.authorization(), incoming.query()).ok();
    let token = incoming.session_token();
    let caller = service.identity().lock().caller(
        service.clock.now(),
        credential
            .as_ref()
            .map_or("", |credential| &credential.access_key_id),
        token.as_deref(),
        (&home.partition, &home.account_id),
    );
    match caller {
        Ok(caller) => caller.arn,
        Err(_) => format!("arn:{}:iam::{}:root", home.partition, home.account_id),
    }
}
