//! Requests of the EKS API.

use eks_emulator_api::eks::dispatch;
use eks_emulator_core::Timestamp;
use eks_emulator_core::cluster::ClusterSlot;
use http::Response;

use super::Incoming;
use super::rest::RestService;
use crate::eks::Eks;
use crate::http::responder::Answered;
use crate::world::Entered;

fn rest_service<'a>(service: &'a Entered<'_>) -> RestService<'a> {
    RestService {
        router: &service.router,
        signing_name: "eks",
        cluster_label: "name",
    }
}

pub(super) fn answer(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    request_id: &str,
    answered: &mut Answered,
) -> Response<Vec<u8>> {
    rest_service(service).answer(
        service,
        incoming,
        (request_id, answered),
        |context, operation, document, responder| {
            dispatch(&Eks, context, operation, document, responder)
        },
    )
}

/// When, after now, what a request wants to see comes a step nearer to its end, by time;
/// `None` if it is no look at something that is changing.
pub(super) fn settles_at(service: &Entered<'_>, incoming: Incoming<'_>) -> Option<Timestamp> {
    let eks = rest_service(service);
    let method = incoming.head.method.as_str();
    let route = eks.router.route(method, incoming.path()).ok()?;
    let (addon_name, update_id) = match route.operation().name {
        "DescribeCluster" => (None, None),
        "DescribeAddon" => (route.raw_label("addonName"), None),
        "DescribeUpdate" => (None, Some(route.raw_label("updateId")?)),
        _ => return None,
    };
    let cluster_name = route.raw_label(eks.cluster_label)?;
    let home = eks.home(service, incoming).ok()?;
    let context = service.context(service.clock.now(), home);
    let environment = context.environment();
    let look = |slot: &mut ClusterSlot| {
        let cluster = slot.cluster(&environment);
        let due = cluster.and_then(|cluster| cluster.settles_at(addon_name, update_id));
        due.ok_or(())
    };
    let region = &context.region;
    region
        .with_slot(&environment, cluster_name, || (), look)
        .ok()
}
