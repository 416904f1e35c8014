//! Which mechanism a pod gets, if any.

use serde_json::Value;

use super::{
    Effect, Lookup, ROLE_ARN_ANNOTATION, Rule, SKIP_WEBHOOK_LABEL, Step, role_arn, service_account,
};

/// The mechanism of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice<'a> {
    PodIdentity,
    Irsa { role_arn: &'a str },
    Nothing,
}

/// Whether the API server sends a pod to the webhook; if not, the step decides.
pub(super) fn select(pod: &Value) -> Step {
    let labels = pod.pointer("/metadata/labels");
    let (effect, text) = match labels.and_then(|labels| labels.get(SKIP_WEBHOOK_LABEL)) {
        Some(_) => (
            Effect::Decides,
            format!("the pod has the label {SKIP_WEBHOOK_LABEL}: it is not sent to the webhook"),
        ),
        None => (
            Effect::Passes,
            format!(
                "the pod does not have the label {SKIP_WEBHOOK_LABEL}: it is sent to the webhook"
            ),
        ),
    };
    Step::new(Rule::ObjectSelector, effect, text)
}

/// Chooses the mechanism: an association outweighs a role annotation.
pub(super) fn choose<'a>(
    namespace: &str,
    service_account: &str,
    lookup: &'a Lookup,
    steps: &mut Vec<Step>,
) -> Choice<'a> {
    let account = format!("{namespace}/{service_account}");
    let role_arn = service_account::role_arn(lookup.service_account.as_ref());
    if lookup.association_exists {
        let text =
            format!("an association exists for {account}: container credentials are injected");
        steps.push(Step::new(Rule::Association, Effect::Decides, text));
        if let Some(role_arn) = role_arn {
            steps.push(outweighed(role_arn));
        }
        return Choice::PodIdentity;
    }
    let text = format!("no association exists for {account}");
    steps.push(Step::new(Rule::Association, Effect::Passes, text));
    let Some(role_arn) = role_arn else {
        steps.push(no_role(&account, lookup));
        return Choice::Nothing;
    };
    steps.push(role(role_arn));
    if !role_arn::is_well_formed(role_arn) {
        let text = format!("{role_arn:?} is not the ARN of a role: it is injected all the same");
        steps.push(Step::new(Rule::RoleAnnotation, Effect::Ignored, text));
    }
    Choice::Irsa { role_arn }
}

fn role(role_arn: &str) -> Step {
    let text = format!(
        "service account annotation {ROLE_ARN_ANNOTATION} is {role_arn}: \
         a web identity (IRSA) is injected"
    );
    Step::new(Rule::RoleAnnotation, Effect::Decides, text)
}

fn outweighed(role_arn: &str) -> Step {
    let text = format!(
        "service account annotation {ROLE_ARN_ANNOTATION} is {role_arn}: \
         not considered, since container credentials match"
    );
    Step::new(Rule::RoleAnnotation, Effect::Ignored, text)
}

fn no_role(account: &str, lookup: &Lookup) -> Step {
    let found = match &lookup.service_account {
        None => format!("there is no service account {account}"),
        Some(annotations) if annotations.contains_key(ROLE_ARN_ANNOTATION) => {
            format!("annotation {ROLE_ARN_ANNOTATION} of service account {account} is empty")
        }
        Some(_) => format!("service account {account} has no annotation {ROLE_ARN_ANNOTATION}"),
    };
    let text = format!("{found}: nothing is injected");
    Step::new(Rule::RoleAnnotation, Effect::Decides, text)
}
