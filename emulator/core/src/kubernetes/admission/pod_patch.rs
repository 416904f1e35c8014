//! The patch of a pod for the chosen mechanism.
//!
//! The order is that of the webhook: label, volume, containers, init
//! containers. The containers are always replaced, even by equal ones.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::container::{self, Injection};
use super::mechanism::{Mark, Mechanism, OperatingSystem};
use super::{
    Annotations, Effect, Lookup, POD_IDENTITY_LABEL, Patch, PodIdentityWebhook, Rule,
    SKIP_CONTAINERS_ANNOTATION, Step, annotations_of, expiration, service_account, skip_containers,
};

/// The patch, and the life of the token in it in seconds.
pub(super) fn build(
    webhook: &PodIdentityWebhook<'_>,
    mechanism: &Mechanism,
    pod: &Value,
    lookup: &Lookup,
    steps: &mut Vec<Step>,
) -> (Patch, i64) {
    let account = lookup.service_account.as_ref();
    let annotations = annotations_of(pod);
    let flag = webhook.sts_regional_endpoints;
    let regional_sts = service_account::regional_sts(account, flag, steps);
    let jitter = mechanism.jitter;
    let seconds = expiration::seconds(account, &annotations, jitter, lookup.random, steps);
    let skipped = skipped_containers(&annotations, steps);
    let injection = Injection {
        mechanism,
        region: webhook.region,
        regional_sts,
        token_file: mechanism.token_file(operating_system(pod, steps)),
    };

    let mut patch = Patch::default();
    if mechanism.mark == Mark::Label {
        label(pod, &mut patch, steps);
    }
    volume(pod, mechanism, seconds, &mut patch, steps);
    for (rule, member) in [
        (Rule::Container, "containers"),
        (Rule::InitContainer, "initContainers"),
    ] {
        let before = list(pod, member);
        if rule == Rule::InitContainer && before.is_empty() {
            continue;
        }
        let after = before.iter().map(|container| {
            let (container, step) = container::inject(container, rule, &skipped, &injection);
            steps.push(step);
            container
        });
        patch.push(format!("/spec/{member}"), after.collect());
    }
    (patch, seconds)
}

fn list<'a>(pod: &'a Value, member: &str) -> &'a [Value] {
    let list = pod
        .get("spec")
        .and_then(|spec| spec.get(member)?.as_array());
    list.map(Vec::as_slice).unwrap_or_default()
}

fn skipped_containers(annotations: &Annotations, steps: &mut Vec<Step>) -> BTreeSet<String> {
    let Some(value) = annotations.get(SKIP_CONTAINERS_ANNOTATION) else {
        return BTreeSet::new();
    };
    let subject = format!("pod annotation {SKIP_CONTAINERS_ANNOTATION} is {value:?}");
    let record = skip_containers::first_record(value);
    let (effect, text) = match &record {
        Some(names) => (
            Effect::Sets,
            format!("{subject}: containers named {names:?} are left alone"),
        ),
        None => (
            Effect::Ignored,
            format!("{subject}, which is not a record of comma separated values: not considered"),
        ),
    };
    steps.push(Step::new(Rule::SkipContainers, effect, text));
    record.unwrap_or_default().into_iter().collect()
}

fn operating_system(pod: &Value, steps: &mut Vec<Step>) -> OperatingSystem {
    let system = OperatingSystem::of(pod);
    if system == OperatingSystem::Windows {
        let text = "the node selector asks for Windows: the token's path is given in its form";
        steps.push(Step::new(
            Rule::OperatingSystem,
            Effect::Sets,
            text.to_owned(),
        ));
    }
    system
}

fn label(pod: &Value, patch: &mut Patch, steps: &mut Vec<Step>) {
    let labels = pod.pointer("/metadata/labels");
    if labels.is_some_and(Value::is_object) {
        let escaped = POD_IDENTITY_LABEL.replace('/', "~1");
        patch.push(format!("/metadata/labels/{escaped}"), json!("enabled"));
    } else {
        patch.push("/metadata/labels", json!({POD_IDENTITY_LABEL: "enabled"}));
    }
    let text = format!("the pod gets the label {POD_IDENTITY_LABEL}=enabled");
    steps.push(Step::new(Rule::Label, Effect::Changes, text));
}

/// Only the name of a volume counts, not what it is.
fn volume(
    pod: &Value,
    mechanism: &Mechanism,
    seconds: i64,
    patch: &mut Patch,
    steps: &mut Vec<Step>,
) {
    let name = mechanism.volume_name;
    if list(pod, "volumes")
        .iter()
        .any(|volume| container::name(volume) == name)
    {
        let text = format!("the pod has a volume {name} already: it is left as it is");
        steps.push(Step::new(Rule::Volume, Effect::Keeps, text));
        return;
    }
    let volume = mechanism.volume(seconds);
    if pod.pointer("/spec/volumes").is_some_and(Value::is_array) {
        patch.push("/spec/volumes/0", volume);
    } else {
        patch.push("/spec/volumes", json!([volume]));
    }
    let text =
        format!("the pod gets the volume {name} with a token that lives for {seconds} seconds");
    steps.push(Step::new(Rule::Volume, Effect::Changes, text));
}
