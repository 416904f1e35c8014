//! Pod mutation as the pod identity webhook of EKS does it when a pod is created.
//!
//! One webhook serves both mechanisms: pods whose service account has a pod
//! identity association get container credentials, others whose service
//! account names a role get a web identity (IRSA), never both. Whether the
//! agent is installed, and which node the pod runs on, plays no part.
//!
//! Source: aws/amazon-eks-pod-identity-webhook (`pkg/handler`, `pkg/cache`,
//! `pkg/containercredentials`), state of August 2026; which flags EKS gives
//! it is inferred from pods of real clusters.
//!
//! Where this differs from the original:
//!
//! * Containers are edited in place. The original passes them through the Go
//!   types of `core/v1`; of that, `resources: {}`, `name: ""` and the loss of
//!   empty members of the container itself are reproduced. Not reproduced are
//!   quantities in canonical form (`0.5` as `500m`), the loss of members that
//!   those types do not know, and the same inside of members.
//! * Member names are matched exactly; Go's decoder also takes `NAME` for `name`.
//! * Only the types of members that the webhook reads are checked.

mod choice;
mod container;
mod decision;
mod expiration;
mod json_syntax;
mod mechanism;
mod patch;
mod pod_patch;
mod pod_shape;
mod review;
mod role_arn;
mod service_account;
mod skip_containers;
mod step;

use std::collections::BTreeMap;

use serde_json::Value;

use self::choice::Choice;
use self::mechanism::Mechanism;

pub use self::decision::{Decision, Mutation, Reason};
pub use self::patch::{Operation, Patch, PatchError};
pub(super) use self::pod_shape::check as check_pod_shape;
pub use self::review::ReviewAnswer;
pub use self::step::{Effect, Rule, Step};

/// Label of a pod that keeps it from the webhook, whatever its value.
pub const SKIP_WEBHOOK_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
/// Label that the webhook gives to pods with container credentials.
pub const POD_IDENTITY_LABEL: &str = "eks.amazonaws.com/pod-identity";
/// Annotation of a service account: the role of its pods.
pub const ROLE_ARN_ANNOTATION: &str = "eks.amazonaws.com/role-arn";
/// The volumes with tokens that the webhook adds: for pod identity and for web
/// identity.
pub const TOKEN_VOLUMES: [&str; 2] = ["eks-pod-identity-token", "aws-iam-token"];
/// Annotation of a service account: the audience of web identity tokens.
pub const AUDIENCE_ANNOTATION: &str = "eks.amazonaws.com/audience";
/// Annotation of a service account: whether the SDK asks the regional STS.
pub const STS_REGIONAL_ENDPOINTS_ANNOTATION: &str = "eks.amazonaws.com/sts-regional-endpoints";
/// Annotation of a service account or a pod: life of the token in seconds.
pub const TOKEN_EXPIRATION_ANNOTATION: &str = "eks.amazonaws.com/token-expiration";
/// Annotation of a pod: containers to leave alone, comma separated.
pub const SKIP_CONTAINERS_ANNOTATION: &str = "eks.amazonaws.com/skip-containers";

/// Annotations of an object.
pub type Annotations = BTreeMap<String, String>;

/// The webhook with the settings a cluster gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodIdentityWebhook<'a> {
    /// The cluster's region; no region variable is injected if it is empty.
    pub region: &'a str,
    /// Which of the agent's addresses pods are told.
    pub ip_family: IpFamily,
    /// Whether the SDK is told to ask the regional STS, unless the service
    /// account says otherwise.
    pub sts_regional_endpoints: bool,
}

/// The family of the agent's link-local address; one per cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpFamily {
    /// `169.254.170.23`.
    Ipv4,
    /// `fd00:ec2::23`.
    Ipv6,
}

/// What the webhook knows about a pod's service account, and its chance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Whether a pod identity association exists for the namespace and name.
    pub association_exists: bool,
    /// The annotations of the service account; none if there is no such account.
    pub service_account: Option<Annotations>,
    /// Drawn by the caller; spreads the life of container credential tokens.
    pub random: u64,
}

impl<'a> PodIdentityWebhook<'a> {
    /// The webhook with the flags that EKS is seen to use.
    pub fn on_eks(region: &'a str, ip_family: IpFamily) -> Self {
        Self {
            region,
            ip_family,
            sts_regional_endpoints: true,
        }
    }

    /// Decides what happens to a pod that is being created.
    ///
    /// `namespace` is that of the request; the one in the pod is not read.
    /// The first rule is the object selector of the webhook's registration,
    /// which the API server applies; the others are the webhook's own.
    pub fn decide(&self, namespace: &str, pod: &Value, lookup: &Lookup) -> Decision {
        let selection = choice::select(pod);
        if selection.effect == Effect::Decides {
            return Decision {
                mutation: Mutation::None {
                    reason: Reason::NotSelected,
                },
                steps: vec![selection],
            };
        }
        let mut steps = vec![selection];
        let mutation = match pod_shape::check(pod) {
            Ok(()) => self.decide_decoded(namespace, pod, lookup, &mut steps),
            Err(message) => {
                let text = format!("it is not a pod to the webhook: {message}");
                steps.push(Step::new(Rule::PodDecoding, Effect::Decides, text));
                Mutation::None {
                    reason: Reason::NotDecodable { message },
                }
            }
        };
        Decision { mutation, steps }
    }

    /// Decides about a pod that was sent to the webhook and decoded by it.
    fn decide_decoded(
        &self,
        namespace: &str,
        pod: &Value,
        lookup: &Lookup,
        steps: &mut Vec<Step>,
    ) -> Mutation {
        match choice::choose(namespace, service_account_name(pod), lookup, steps) {
            Choice::Nothing => Mutation::None {
                reason: Reason::NoIdentity,
            },
            Choice::PodIdentity => {
                let mechanism = Mechanism::pod_identity(self);
                let (patch, expiration_seconds) =
                    pod_patch::build(self, &mechanism, pod, lookup, steps);
                Mutation::PodIdentity {
                    expiration_seconds,
                    patch,
                }
            }
            Choice::Irsa { role_arn } => {
                let audience = service_account::audience(lookup.service_account.as_ref());
                let mechanism = Mechanism::web_identity(role_arn, audience);
                let (patch, expiration_seconds) =
                    pod_patch::build(self, &mechanism, pod, lookup, steps);
                Mutation::Irsa {
                    role_arn: role_arn.to_owned(),
                    audience: audience.to_owned(),
                    expiration_seconds,
                    patch,
                }
            }
        }
    }
}

/// The annotations of an object; empty where it has none, without those that
/// are not texts.
pub fn annotations_of(object: &Value) -> Annotations {
    let annotations = object.pointer("/metadata/annotations");
    annotations
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The service account name as admission sees it; empty where there is none.
fn service_account_name(pod: &Value) -> &str {
    let name = pod.pointer("/spec/serviceAccountName");
    name.and_then(Value::as_str).unwrap_or_default()
}
