//! Requests of the EKS API.

use eks_emulator_api::eks::dispatch;
use http::Response;

use super::Incoming;
use super::rest::RestService;
use crate::eks::Eks;
use crate::http::responder::Answered;
use crate::world::Entered;

pub(super) fn answer(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    request_id: &str,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let eks = RestService {
        router: &service.router,
        signing_name: "eks",
        cluster_label: "name",
    };
    eks.answer(
        service,
        incoming,
        (request_id, answered),
        |context, operation, document, responder| {
            dispatch(&Eks, context, operation, document, responder)
        },
    )
}
