//! Requests of EKS Auth.

use eks_emulator_api::eks_auth::{
    AssumeRoleForPodIdentityRequest, AssumeRoleForPodIdentityResponse, Error, Operations, dispatch,
};
use eks_emulator_core::cluster::no_cluster_for_pod;
use http::Response;

use super::Incoming;
use super::rest::RestService;
use crate::eks::Failure;
use crate::http::responder::Answered;
use crate::service::CallContext;
use crate::world::Entered;

/// EKS Auth.
struct EksAuth;

impl Operations for EksAuth {
    type Context = CallContext;
    type Failure = Failure<Error>;

    fn assume_role_for_pod_identity(
        &self,
        context: &CallContext,
        input: AssumeRoleForPodIdentityRequest,
    ) -> Result<AssumeRoleForPodIdentityResponse, Self::Failure> {
        let environment = context.environment();
        let name = &input.cluster_name;
        let missing = || no_cluster_for_pod(name);
        let result = context
            .region
            .with_slot(&environment, name, missing, |slot| {
                let cluster = slot.cluster(&environment).ok_or_else(missing)?;
                cluster.assume_role_for_pod_identity(&environment, &input.token.0)
            });
        Ok(result?)
    }
}

pub(super) fn answer(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    request_id: &str,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    let eks_auth = RestService {
        router: &service.auth_router,
        signing_name: "eks-auth",
        cluster_label: "clusterName",
    };
    eks_auth.answer(
        service,
        incoming,
        (request_id, answered),
        |context, operation, document, responder| {
            dispatch(&EksAuth, context, operation, document, responder)
        },
    )
}
