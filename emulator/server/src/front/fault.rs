//! What fault rules make of one call.
//!
//! A call meets them between its validation and its operation. Nobody waits in
//! here: a call that has to wait first is begun anew afterwards, with what was
//! decided, because the world may be another one by then.

use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::region::AccountRegion;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::event_log::OtherEvent;
use crate::fault::{Answer, Call, ConnectionFault, Decision, FaultPhase, Situation, answer_of};
use crate::http::responder::Answered;
use crate::service::Service;
use crate::state::Scope;

/// Members of inputs that name what a call is about, beside the cluster.
const RESOURCES: [&str; 14] = [
    "addonName",
    "associationId",
    "nodegroupName",
    "fargateProfileName",
    "capabilityName",
    "principalArn",
    "resourceArn",
    "updateId",
    "RoleName",
    "PolicyArn",
    "PolicyName",
    "OpenIDConnectProviderArn",
    "RoleArn",
    "Url",
];

/// A call that is about to happen.
pub(super) struct Site<'a> {
    pub(super) service: &'a Service,
    pub(super) signing_name: &'static str,
    pub(super) operation: &'static str,
    pub(super) home: &'a AccountRegion,
    pub(super) now: Timestamp,
    /// Who calls; asked for only if somebody is to be told.
    pub(super) caller_arn: &'a dyn Fn() -> String,
}

/// What was decided on a call, and is still to be done.
#[derive(Debug)]
pub(crate) struct Fate {
    decision: Decision,
    /// The call has waited as long as it has to before its operation.
    has_waited: bool,
}

/// What is left to do for a call when its answer is there.
#[derive(Debug)]
pub(crate) enum Left {
    /// To wait, then to begin anew.
    Again(Duration),
    /// To wait, then to hand out the answer.
    Late(Duration),
}

/// Lets a call happen, or what faults make of it. `run` performs the
/// operation, `write` an error with known values of its members.
pub(super) fn perform(
    site: &Site<'_>,
    document: Value,
    answered: &mut Answered,
    run: impl FnOnce(Value, &mut Answered) -> Response<Vec<u8>>,
    write: impl FnOnce(&Answer, &Value) -> Response<Vec<u8>>,
) -> Response<Vec<u8>> {
    let fate = match answered.fate.take() {
        Some(fate) => Some(fate),
        None => decide(site, &document, answered),
    };
    let Some(mut fate) = fate else {
        return run(document, answered);
    };
    if !fate.has_waited && !fate.decision.delay_before.is_zero() {
        fate.has_waited = true;
        answered.left = Some(Left::Again(fate.decision.delay_before));
        answered.fate = Some(fate);
        return Response::default();
    }
    let Decision {
        delay_after,
        failure,
        ..
    } = fate.decision;
    if !delay_after.is_zero() {
        answered.left = Some(Left::Late(delay_after));
    }
    let Some(failure) = failure else {
        return run(document, answered);
    };
    let values = known_values(&document);
    let error = failure.error.map(|error| resolve(&error, site, &document));
    let mut response = match failure.phase {
        FaultPhase::Before => Response::default(),
        FaultPhase::After => run(document, answered),
    };
    if let Some(error) = error {
        response = write(&error, &values);
        answered.error_code = Some(error.code);
    }
    match failure.connection {
        Some(connection) => interrupt(response, connection),
        None => response,
    }
}

/// An answer that a connection does not carry to its end. Whoever has the
/// connection finds what to do with it among the extensions of the response.
fn interrupt(mut response: Response<Vec<u8>>, connection: ConnectionFault) -> Response<Vec<u8>> {
    if connection != ConnectionFault::TruncateBody {
        response = Response::default();
        *response.status_mut() = StatusCode::BAD_GATEWAY;
    }
    response.extensions_mut().insert(connection);
    response
}

fn decide(site: &Site<'_>, document: &Value, answered: &mut Answered) -> Option<Fate> {
    let text = |member: &str| document.get(member).and_then(Value::as_str);
    let decision = site.service.faults().decide(site.now, || Call {
        service: site.signing_name,
        operation: site.operation,
        account: &site.home.account_id,
        region: &site.home.region,
        cluster: cluster_of(site.signing_name, document),
        resource: RESOURCES.into_iter().find_map(text),
    })?;
    for name in &decision.fired {
        site.service
            .events()
            .record_other(fired(site, document, name));
    }
    answered.faults.clone_from(&decision.fired);
    Some(Fate {
        decision,
        has_waited: false,
    })
}

/// What is told of a rule that has fired.
fn fired(site: &Site<'_>, document: &Value, name: &str) -> OtherEvent {
    let details = [
        ("fault", name),
        ("service", site.signing_name),
        ("operation", site.operation),
    ];
    let details = details.map(|(name, value)| (name.to_owned(), Value::from(value)));
    OtherEvent {
        kind: "fault.fired",
        at: site.now,
        scope: Scope {
            account_id: Some(site.home.account_id.clone()),
            region: Some(site.home.region.clone()),
        },
        cluster_name: cluster_of(site.signing_name, document).map(str::to_owned),
        details: Map::from_iter(details),
    }
}

/// The cluster that a call names, or that it is found to be about.
pub(super) fn cluster_of<'a>(signing_name: &str, document: &'a Value) -> Option<&'a str> {
    let text = |member: &str| document.get(member).and_then(Value::as_str);
    match signing_name {
        "eks" => text("clusterName").or_else(|| text("name")),
        "eks-auth" | "agent" | "issuer" => text("clusterName"),
        _ => None,
    }
}

/// Values that errors repeat.
fn known_values(document: &Value) -> Value {
    let mut values = Map::new();
    for member in ["addonName", "nodegroupName", "fargateProfileName"] {
        if let Some(value) = document.get(member) {
            values.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(cluster) = cluster_of("eks", document) {
        values.insert("clusterName".to_owned(), cluster.into());
    }
    values.into()
}

fn resolve(error: &crate::fault::FaultError, site: &Site<'_>, document: &Value) -> Answer {
    let situation = Situation {
        service: site.signing_name,
        operation: site.operation,
        now: site.now,
        caller_arn: &(site.caller_arn)(),
        resource_arn: &resource_arn(site, document),
    };
    answer_of(error, &situation)
}

/// What a caller is told that it has no access to.
fn resource_arn(site: &Site<'_>, document: &Value) -> String {
    let AccountRegion {
        partition,
        account_id,
        region,
    } = site.home;
    let text = |member: &str| document.get(member).and_then(Value::as_str);
    let arn = ["resourceArn", "RoleArn", "PolicyArn"]
        .into_iter()
        .find_map(text);
    match (site.signing_name, arn) {
        (_, Some(arn)) => arn.to_owned(),
        ("eks" | "eks-auth" | "agent" | "issuer", None) => {
            match cluster_of(site.signing_name, document) {
                Some(name) => format!("arn:{partition}:eks:{region}:{account_id}:cluster/{name}"),
                None => format!("arn:{partition}:eks:{region}:{account_id}:*"),
            }
        }
        (_, None) => match text("RoleName") {
            Some(name) => format!("arn:{partition}:iam::{account_id}:role/{name}"),
            None => "*".to_owned(),
        },
    }
}
